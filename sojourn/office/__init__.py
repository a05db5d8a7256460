"""The coordinator's workspace."""
