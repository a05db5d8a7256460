"""The desk of the Board of Examiners: what waits, deciding about it, mandates."""
