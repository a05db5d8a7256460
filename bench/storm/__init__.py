"""How a crowd that books at once is served."""
