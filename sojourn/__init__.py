"""Sojourn: the study-abroad office in one program."""

__version__ = "0.1.0"

__version__ = "0.1.0"
