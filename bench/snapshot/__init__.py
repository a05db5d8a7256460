"""What a snapshot costs to build, hold and replace, by the size of the catalogue."""
