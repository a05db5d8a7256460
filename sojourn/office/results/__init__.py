"""Results of a round: allocation, offers, nominations, objections, statistics."""
