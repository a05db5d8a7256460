"""How a round bears its last minute."""
