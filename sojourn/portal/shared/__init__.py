"""What several areas of the portal use."""
