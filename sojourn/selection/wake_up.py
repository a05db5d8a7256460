"""Wakes a published round when its next moment comes: an offer expires, a reminder is due.

A task may run twice or late without harm: it only ever does what is due by then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django_tasks import task

from sojourn.selection.models import Round
from sojourn.selection.states import RoundState

_A_SECOND = dt.timedelta(seconds=1)
_A_DAY = dt.timedelta(days=1)


def at(round_: Round, moments: Iterable[dt.datetime]) -> None:
    """Look after the round when each of these moments has passed, and a day before it."""
    now = timezone.now()
    for moment in sorted(set(moments)):
        look_after.using(run_after=max(moment, now) + _A_SECOND).enqueue(round_.pk)
        if moment - _A_DAY > now:
            look_after.using(run_after=moment - _A_DAY + _A_SECOND).enqueue(round_.pk)


def every_day(round_: Round, now: dt.datetime) -> None:
    """Look after the round once a day until it is finished, whatever else was missed."""
    look_after_daily.using(run_after=now + _A_DAY).enqueue(round_.pk)


@task()
def look_after(round_pk: int) -> None:
    """Expire, give out and remind in one round."""
    from sojourn.selection import offers

    round_ = Round.objects.filter(pk=round_pk).first()
    if round_ is not None:
        offers.look_after(round_, timezone.now())


@task()
def look_after_daily(round_pk: int) -> None:
    """The same, and again tomorrow."""
    from sojourn.selection import offers

    round_ = Round.objects.filter(pk=round_pk, state=RoundState.RESULTS).first()
    if round_ is None:
        return
    now = timezone.now()
    offers.look_after(round_, now)
    every_day(round_, now)
