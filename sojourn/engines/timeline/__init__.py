"""Dates worked out backwards: from departure to the first thing that has to be done."""

from sojourn.engines.timeline.backwards import (
    CircleError,
    Dated,
    Outlook,
    Step,
    Timeline,
    backwards,
)

__all__ = ["CircleError", "Dated", "Outlook", "Step", "Timeline", "backwards"]
