"""Files that the office sends: nominations and statistics."""
