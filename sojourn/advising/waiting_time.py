"""How long a person in the queue will wait, counted from the conversations of today."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Sequence

# Before anybody was helped today: what a short question takes.
FIRST_GUESS = dt.timedelta(minutes=10)
SHORTEST, LONGEST = dt.timedelta(minutes=2), dt.timedelta(minutes=40)
# To the five minutes; a line does not run by the second.
STEP = dt.timedelta(minutes=5)


def typical_length(today: Sequence[dt.timedelta]) -> dt.timedelta:
    """Return the median of today's conversations, the first guess counted as one of them."""
    held = [min(max(length, SHORTEST), LONGEST) for length in today]
    seconds = [length.total_seconds() for length in (FIRST_GUESS, *held)]
    return dt.timedelta(seconds=statistics.median(seconds))


def estimate_turn(
    now: dt.datetime,
    opens: dt.datetime,
    ahead: int,
    current_began: dt.datetime | None,
    today: Sequence[dt.timedelta],
) -> dt.datetime:
    """Estimate, to five minutes, when a person with `ahead` people before them is called.

    `current_began` is when the conversation that is going on began; None while nobody is inside.
    """
    typical = typical_length(today)
    begins = max(now, opens)
    if current_began is not None:
        # A conversation that runs over may end any moment.
        begins = max(begins, current_began + typical)
    return _rounded_up(begins + ahead * typical)


def _rounded_up(moment: dt.datetime) -> dt.datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour + -(-(moment - hour) // STEP) * STEP
