"""Incidents and drills: opened, followed person by person, closed with a report."""
