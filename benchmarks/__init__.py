"""Side-by-side timings of cnncourse, PyTorch and others; see compare.py and learning.py."""
