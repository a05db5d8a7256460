"""What is on offer: institutions, agreements, windows, opportunities, courses, guides, contacts."""
