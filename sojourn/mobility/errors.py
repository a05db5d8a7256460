"""What can be wrong with a change of a stay: one error, with a message for the person."""

from __future__ import annotations


class MobilityError(Exception):
    """A change that cannot be made; `message` says why and what to do instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowedNowError(MobilityError):
    """The thing is in a state in which this change is not allowed (see `states`)."""


class ChangedMeanwhileError(MobilityError):
    """What somebody wants to change is no longer as they saw it; nothing was changed."""
