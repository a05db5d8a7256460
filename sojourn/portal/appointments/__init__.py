"""Appointments with the coordinator and the walk-in hour."""
