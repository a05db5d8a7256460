"""Places, courses and guides: drafts, versions, and what visitors see."""
