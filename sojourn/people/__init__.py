"""Who uses Sojourn: accounts and their roles."""
