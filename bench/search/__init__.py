"""How fast opportunities are found with all filters counted, on a synthetic catalogue."""
