"""Pure engines: NumPy and plain Python, no Django, no I/O beyond files handed in."""
