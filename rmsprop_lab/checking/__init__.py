"""Whether a function is right; if not, which mistake it holds."""
