"""Selection rounds: applications, review, allocation, offers, nominations."""
