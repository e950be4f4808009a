"""A tape at full speed: as a function of Python's floats, or as a loop that Numba compiles."""
