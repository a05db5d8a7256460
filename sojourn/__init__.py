"""Sojourn: the study-abroad office in one program."""
