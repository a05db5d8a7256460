"""How long the office's pages take with many rows."""
