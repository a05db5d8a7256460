"""What can be wrong with a change in a selection: one error, with a message for the person."""

from __future__ import annotations


class SelectionError(Exception):
    """A change that cannot be made; `message` says why and what to do instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowedNowError(SelectionError):
    """The thing is in a state in which this change is not allowed (see `states`)."""


class ChangedMeanwhileError(SelectionError):
    """What somebody wants to change is no longer as they saw it; nothing was changed."""
