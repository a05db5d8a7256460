"""Similarity between courses, windows and institutions, always with its reasons."""
