"""What is made from the course for people who do not clone it: sites, handouts, a USB stick.

Each module is one command, `python -m publish.NAME FOLDER`, and writes nothing but FOLDER.
"""
