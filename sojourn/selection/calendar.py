"""When a round takes applications: the server's clock, with the grace that the round states."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn import scheduling
from sojourn.catalogue import services as catalogue
from sojourn.selection.changes import locked, move
from sojourn.selection.errors import NotAllowedNowError
from sojourn.selection.models import Round
from sojourn.selection.states import RoundState

_A_SECOND = dt.timedelta(seconds=1)
_TAKES_APPLICATIONS = (RoundState.PUBLISHED, RoundState.OPEN)


def last_moment(round_: Round) -> dt.datetime | None:
    """Return the last moment that counts: closing time and the minutes of grace."""
    if round_.closes_at is None:
        return None
    return round_.closes_at + dt.timedelta(minutes=round_.grace_minutes)


def reminder_at(round_: Round) -> dt.datetime | None:
    """Return when applicants with an open draft are reminded; None: never."""
    if round_.closes_at is None or not round_.remind_days_before:
        return None
    return round_.closes_at - dt.timedelta(days=round_.remind_days_before)


def takes_applications(round_: Round, now: dt.datetime) -> bool:
    """Tell whether applications are open at `now`, by the clock, even if the state lags behind."""
    last = last_moment(round_)
    return (
        round_.state in _TAKES_APPLICATIONS
        and round_.opens_at is not None
        and last is not None
        and round_.opens_at <= now <= last
    )


def is_before_the_end(round_: Round, now: dt.datetime) -> bool:
    last = last_moment(round_)
    return last is not None and now <= last


def require_open(round_: Round, now: dt.datetime) -> None:
    """Raise NotAllowedNowError while applications are not open."""
    if takes_applications(round_, now):
        return
    if round_.opens_at is not None and now < round_.opens_at:
        raise NotAllowedNowError(_("This round is not open yet."))
    raise NotAllowedNowError(
        _("This round has closed. What you submitted before the deadline counts.")
    )


def follow(round_: Round, now: dt.datetime) -> Round:
    """Open or close a round when it is due. Safe to call at any time, and twice."""
    with transaction.atomic():
        row = locked(round_)
        before = row.state
        last = last_moment(row)
        if row.state == RoundState.PUBLISHED and row.opens_at is not None and row.opens_at <= now:
            move(row, "open", actor=None)
        if row.state == RoundState.OPEN and last is not None and last < now:
            move(row, "close", actor=None)
        if row.state != before:
            announce()
            schedule_next_moment(row, now)
        return row


def next_moment(round_: Round) -> dt.datetime | None:
    """Return when the round opens, or when it closes if it is open."""
    upcoming = {RoundState.PUBLISHED: round_.opens_at, RoundState.OPEN: last_moment(round_)}
    return upcoming.get(RoundState(round_.state))


def schedule_next_moment(round_: Round, now: dt.datetime) -> None:
    """Schedule the round's next opening or closing, and its reminder."""
    moment = next_moment(round_)
    if moment is not None:
        scheduling.enqueue(
            "sojourn.selection.tasks.follow_calendar",
            round_.pk,
            moment.isoformat(),
            at=max(moment, now) + _A_SECOND,
        )
    reminder = reminder_at(round_)
    if round_.state == RoundState.OPEN and reminder is not None and reminder > now:
        scheduling.enqueue(
            "sojourn.selection.tasks.remind_applicants", round_.pk, at=reminder + _A_SECOND
        )


def announce() -> None:
    """Let every process rebuild the public pages, which show rounds."""
    with catalogue.changing_catalogue():
        catalogue.publish_change()
