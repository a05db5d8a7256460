"""The office's first page, and the state of its mail."""
