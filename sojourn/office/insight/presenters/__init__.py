"""What the pages with figures show."""
