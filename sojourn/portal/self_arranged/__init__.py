"""Self-arranged places: places that a student found."""
