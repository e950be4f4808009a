"""The classroom: assignments, their release, and a grader that trusts no notebook."""

import os

# Before NumPy is loaded: small matrices that share their work between threads take twice as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
