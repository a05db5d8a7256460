"""How fast public pages are, against a page of the same server that only says hello."""
