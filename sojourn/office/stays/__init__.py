"""Stays in the office: who is on which road, at which gate, and who has the pen."""
