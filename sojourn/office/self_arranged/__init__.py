"""Self-arranged places that the office approves, declines or publishes."""
