"""What can be wrong with a change to a plan: one error, with a message for the person."""

from __future__ import annotations


class PlanError(Exception):
    """A change that cannot be made; `message` says why and what to do instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PlanChangedError(PlanError):
    """What somebody wants to change is no longer as it was when they looked.

    Nothing was changed; the page shows how it is now and asks which of the two shall stand.
    """
