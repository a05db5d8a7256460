"""What the catalogue knows of the office's year: deadlines, agreements that end, days off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue import academic_years
from sojourn.catalogue.models import Absence, Agreement, Deadline, PublicationStatus
from sojourn.catalogue.next_year import is_mine
from sojourn.common.languages import LANGUAGES, Text
from sojourn.common.translated_fields import text_of
from sojourn.people.models import User


class EventKind(StrEnum):
    """What happens on a day."""

    OPENS = "opens"
    CLOSES = "closes"
    RESULTS = "results"
    ANSWER = "answer"
    NOMINATION = "nomination"
    DEADLINE = "deadline"
    AGREEMENT = "agreement"
    PAUSE = "pause"
    DRILL = "drill"
    RETENTION = "retention"
    TURN = "turn"

    @property
    def words(self) -> Promise:
        return _WORDS[self]


_WORDS: dict[EventKind, Promise] = {
    EventKind.OPENS: _("A round opens"),
    EventKind.CLOSES: _("A round closes"),
    EventKind.RESULTS: _("Results of a round"),
    EventKind.ANSWER: _("Last day to answer offers"),
    EventKind.NOMINATION: _("Nominations are due"),
    EventKind.DEADLINE: _("Deadline of a place"),
    EventKind.AGREEMENT: _("An agreement ends"),
    EventKind.PAUSE: _("No walk-in hour"),
    EventKind.DRILL: _("A drill is due"),
    EventKind.RETENTION: _("Applications are deleted"),
    EventKind.TURN: _("Prepare the next year"),
}


@dataclass(frozen=True)
class Event:
    """One day of the office's year."""

    day: dt.date
    kind: EventKind
    title: Text
    slug: str = ""
    """Which page it is about."""
    until: dt.date | None = None
    time: dt.time | None = None
    about: str = ""


def events(reader: User, first: dt.date, last: dt.date) -> list[Event]:
    """Return what happens between two days that the reader's programmes are concerned with."""
    return [
        *_deadlines(reader, first, last),
        *_agreements(reader, first, last),
        *_pauses(first, last),
        *_turns(first, last),
    ]


def _deadlines(reader: User, first: dt.date, last: dt.date) -> list[Event]:
    mine = is_mine(reader, seeing=True)
    rows = Deadline.objects.filter(
        date__range=(first, last), opportunity__status=PublicationStatus.PUBLISHED
    ).select_related("opportunity")
    return [
        Event(
            row.date,
            EventKind.DEADLINE,
            text_of(row.opportunity, "title"),
            row.opportunity.slug,
            time=row.time,
            about=row.label or str(row.get_kind_display()),
        )
        for row in rows.prefetch_related("opportunity__windows__programme")
        if mine(window.programme.slug for window in row.opportunity.windows.all())
    ]


def _agreements(reader: User, first: dt.date, last: dt.date) -> list[Event]:
    mine = is_mine(reader, seeing=True)
    rows = Agreement.objects.filter(
        valid_until__range=(first, last), status=PublicationStatus.PUBLISHED
    ).select_related("partner")
    return [
        Event(row.valid_until, EventKind.AGREEMENT, text_of(row.partner, "name"), row.slug)
        for row in rows.prefetch_related("programmes")
        if row.valid_until is not None and mine(each.slug for each in row.programmes.all())
    ]


def _pauses(first: dt.date, last: dt.date) -> list[Event]:
    rows = Absence.objects.filter(first_day__lte=last, last_day__gte=first)
    return [
        Event(
            max(row.first_day, first),
            EventKind.PAUSE,
            text_of(row.contact, "title"),
            row.contact.slug,
            until=row.last_day,
            about=row.reason,
        )
        for row in rows.filter(contact__walk_in_hours__isnull=False)
        .select_related("contact")
        .distinct()
    ]


def _turns(first: dt.date, last: dt.date) -> list[Event]:
    found = {academic_years.turn_of(day) for day in (first, last)}
    return [
        Event(
            turn.opens,
            EventKind.TURN,
            Text(dict.fromkeys(LANGUAGES, turn.names[1])),
            until=turn.closes,
        )
        for turn in found
        if first <= turn.opens <= last
    ]
