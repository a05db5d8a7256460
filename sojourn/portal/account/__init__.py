"""One's own account, where allauth has no page for it: an invitation, one's name."""
