"""Figures with a day, to be checked off in rows."""
