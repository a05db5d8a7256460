"""The result of a selection round: offers, certificate, objections."""
