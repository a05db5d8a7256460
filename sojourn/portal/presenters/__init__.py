"""Turns the catalogue's records into what a page says, in the language of the page."""
