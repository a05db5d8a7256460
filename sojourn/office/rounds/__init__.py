"""Selection rounds: set-up, applications, reviews, grades."""
