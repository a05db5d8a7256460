"""Questions to the office, published answers and saved replies."""
