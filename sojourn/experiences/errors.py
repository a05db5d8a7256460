"""What can be wrong with a report or a message: one error, with a message for the person."""

from __future__ import annotations


class ExperienceError(Exception):
    """A change that cannot be made; `message` says why and what to do instead.

    `field` names the field of the form that it is about, where it is about one.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class ReportChangedError(ExperienceError):
    """The report is no longer as it was when somebody looked. Nothing was changed."""
