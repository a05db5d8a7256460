"""The office's pages about partners."""
