"""Files that the office makes of a round."""
