"""The course on a server: configuration files, and a load test that was run with them.

deploy/README.md says which to choose for whom.
"""
