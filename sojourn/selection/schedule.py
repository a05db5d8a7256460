"""Plan when a published round is processed next: an offer expires, a reminder is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from sojourn import scheduling
from sojourn.selection.models import Round

_A_SECOND = dt.timedelta(seconds=1)
_A_DAY = dt.timedelta(days=1)


def process_at(round_: Round, moments: Iterable[dt.datetime]) -> None:
    """Process the round when each of these moments has passed, and a day before it."""
    now = timezone.now()
    for moment in sorted(set(moments)):
        _process(round_, max(moment, now) + _A_SECOND)
        if moment - _A_DAY > now:
            _process(round_, moment - _A_DAY + _A_SECOND)


def process_daily(round_: Round, now: dt.datetime) -> None:
    """Process the round once a day until it is finished, whatever else was missed."""
    scheduling.enqueue(
        "sojourn.selection.tasks.process_due_events_daily", round_.pk, at=now + _A_DAY
    )


def _process(round_: Round, at: dt.datetime) -> None:
    scheduling.enqueue("sojourn.selection.tasks.process_due_events", round_.pk, at=at)
