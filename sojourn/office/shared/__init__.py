"""What several areas of the office use."""
