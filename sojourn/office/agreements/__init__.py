"""The office's pages about agreements."""
