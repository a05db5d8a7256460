"""How long it took, from the log itself: for the report of an incident and for drills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.utils import timezone

from sojourn.mobility import away_rules
from sojourn.mobility.models import Answer, EntryKind, Incident, IncidentEntry, Stay
from sojourn.mobility.states import StayState

# What a drill is held against: so many of all answered within this time.
GOAL_HOURS = 4
GOAL_PERCENT = 80


@dataclass(frozen=True)
class Times:
    """Minutes from the first mail, and how many answered."""

    people: int
    answered: int
    in_time: int
    first: int | None
    middle: int | None
    last: int | None

    @property
    def percent_in_time(self) -> int:
        return 100 * self.in_time // self.people if self.people else 0

    @property
    def reached_goal(self) -> bool:
        return self.percent_in_time >= GOAL_PERCENT


def times_of(incident: Incident, people: int, log: Iterable[IncidentEntry]) -> Times:
    """Count from the log: for each person the time from the first mail to the first answer."""
    asked: dict[int, dt.datetime] = {}
    answered: dict[int, int] = {}
    for each in sorted(log, key=lambda one: one.number):
        if each.person_id is None:
            continue
        if each.kind == EntryKind.ASKED:
            asked.setdefault(each.person_id, each.at)
        elif each.kind in (EntryKind.ANSWERED, EntryKind.TOLD) and each.answer != Answer.NONE:
            since = each.at - asked.get(each.person_id, incident.opened_at)
            answered.setdefault(each.person_id, int(since.total_seconds() // 60))
    minutes = sorted(answered.values())
    return Times(
        people=people,
        answered=len(minutes),
        in_time=sum(each <= GOAL_HOURS * 60 for each in minutes),
        first=minutes[0] if minutes else None,
        middle=int(median(minutes)) if minutes else None,
        last=minutes[-1] if minutes else None,
    )


def drill_due(now: dt.datetime) -> dt.date | None:
    """Return since when a drill is due; None while none is, or while nobody is away."""
    due = next_drill()
    return due if due is not None and due <= timezone.localtime(now).date() else None


def next_drill() -> dt.date | None:
    """Return when the next drill is due; None while nobody is away."""
    away = Stay.objects.filter(state=StayState.AWAY)
    since = away.order_by("starts_on").values_list("starts_on", flat=True).first()
    if since is None:
        return None
    last = Incident.objects.filter(is_drill=True).order_by("-opened_at").first()
    due: dt.date = since
    if last is not None:
        days = dt.timedelta(days=away_rules.rules().drill_days)
        due = timezone.localtime(last.opened_at).date() + days
    return due
