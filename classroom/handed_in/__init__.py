"""What was handed in: found, unpacked, whose it is, when it came, and what it costs to be late."""
