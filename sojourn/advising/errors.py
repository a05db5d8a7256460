"""What can be wrong with a change in advising: one error, with a message for the person."""

from __future__ import annotations


class AdvisingError(Exception):
    """A change that cannot be made; `message` says why and what to do instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WrongCodeError(AdvisingError):
    """A code of the walk-in hour that is not today's."""
