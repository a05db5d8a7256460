"""How long fit and order take."""
