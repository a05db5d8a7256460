"""Questions to the office."""
