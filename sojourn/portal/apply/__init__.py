"""Applying in a selection round."""
