"""Measures ways to find courses that resemble each other."""
