"""What is kept about people, how long, and what goes next week."""
