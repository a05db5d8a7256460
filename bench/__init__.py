"""Measurements: one folder a question, one command each, ratios printed."""
