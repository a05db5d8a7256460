"""Reports, photos, people to write to: what may happen to them, and what may not."""
