"""What the pages about who is who show."""
