"""The office's pages, one module an area."""
