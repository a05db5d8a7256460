"""Appointments, opening hours and the walk-in queue of the office."""
