"""From one academic year to the next, line by line: what is proposed, accepted, put off, undone.

A part (`Part`) proposes lines: what something says now, what it would say in the next year, and
why. Nothing is stored of a line before somebody decides about it (`YearLine`). Then it is proposed
no more in this turn of the year; what was accepted can be taken back while nobody built on it.
The parts of the catalogue are in `next_year_parts`; selection and advising have their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue import academic_years, services
from sojourn.catalogue.academic_years import Turn
from sojourn.catalogue.models import DegreeProgramme, Edition, YearLine, YearLineState
from sojourn.catalogue.snapshot.build import requiring_it_once
from sojourn.common.languages import Text
from sojourn.common.row_state import mark
from sojourn.common.translated_fields import field_of, label_in
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.people.roles import DECIDING, SEEING

Values = Mapping[str, str]
Made = dict[str, Any]
LONGEST = 2000


class YearError(Exception):
    """A line that cannot be accepted or taken back now; the message says why."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class DecidedError(YearError):
    """Somebody decided about the line meanwhile, or pressed twice."""


class Look(StrEnum):
    """How a value is written; as text it is in the form that a browser sends."""

    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"


LABELS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "label": gettext_lazy("Label"),
    "date": gettext_lazy("Day"),
    "starts": gettext_lazy("First day"),
    "ends": gettext_lazy("Last day"),
    "first_day": gettext_lazy("First day"),
    "last_day": gettext_lazy("Last day"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_until": gettext_lazy("Valid until"),
    "seats_out": gettext_lazy("Seats out"),
    "seats_in": gettext_lazy("Seats in"),
    "academic_year": gettext_lazy("Academic year of the stay"),
    "opens_at": gettext_lazy("Opens"),
    "closes_at": gettext_lazy("Closes"),
    "results_at": gettext_lazy("Results"),
    "answer_by": gettext_lazy("Answer offers by"),
}


def label_of(name: str) -> str:
    """Return what a field of a line is called; of a text with its language."""
    field, language = field_of(name)
    label = LABELS.get(field, "")
    return label_in(label, language) if language else str(label)


@dataclass(frozen=True)
class Field:
    """One value of a line: what it is now and what it would be."""

    name: str
    look: Look
    was: str
    now: str
    remarks: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    may_be_empty: bool = False
    called: str | Promise = ""
    """Its label, where its name has none (`label_of`)."""

    @property
    def label(self) -> str:
        return str(self.called or label_of(self.name))

    @property
    def language(self) -> str:
        """Of a text: the language that it is in."""
        return field_of(self.name)[1]


@dataclass(frozen=True)
class Line:
    """One thing that is to be decided; without fields, that it is still right."""

    key: str
    slug: str
    """Which page it is about."""
    title: Text
    why: str
    fields: tuple[Field, ...] = ()
    about: str = ""
    """What of the thing, or of which kind it is."""
    facts: tuple[str, ...] = ()
    """What somebody should know beside the fields."""
    programmes: frozenset[str] = frozenset()
    waits_until: dt.date | None = None
    """From this day on it can be accepted."""
    problem: str = ""
    """What has to be seen to first."""

    @property
    def mark(self) -> str:
        """Return a mark of what it says now, by which a form can tell that somebody changed it."""
        return mark([self.key, [(each.name, each.was) for each in self.fields]])

    @property
    def is_a_look(self) -> bool:
        """Tell whether nothing is to change: somebody says that it is still right."""
        return all(each.was == each.now for each in self.fields)


def _no_lock(_key: str) -> None:
    return None


def _no_fields(_today: dt.date) -> Mapping[str, tuple[Field, ...]]:
    return {}


@dataclass(frozen=True)
class Part:
    """One part of the way: what it proposes, and how that is done and taken back."""

    name: str
    title: str | Promise
    lead: str | Promise
    lines: Callable[[User, Turn, dt.date], list[Line]]
    accept: Callable[[Line, Values, User], Made]
    """Do what a line says, in the transaction of the caller; returns what undoing it needs."""
    undo: Callable[[YearLine, User], None] | None = None
    lock: Callable[[str], None] = _no_lock
    """Lock the rows that are locked before the catalogue is (`selection.agreements`)."""
    fields: Callable[[dt.date], Mapping[str, tuple[Field, ...]]] = _no_fields
    """The fields of what was decided, by key, where a name alone does not say what it is."""


# --- What is proposed -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """The lines of a part, by what is to be done with them."""

    to_decide: tuple[Line, ...]
    not_yet: tuple[Line, ...]
    later: tuple[Line, ...]
    accepted: tuple[YearLine, ...]


def find(part: Part, reader: User, today: dt.date) -> Found:
    """Return the lines of a part that somebody decides about, and what was decided of them."""
    turn = academic_years.turn_of(today)
    of_part = {"year": turn.ends, "part": part.name}
    states = dict(YearLine.objects.filter(**of_part).values_list("key", "state"))
    lines = part.lines(reader, turn, today)
    open_ = [each for each in lines if each.key not in states]
    waits = [each for each in open_ if each.waits_until is not None and each.waits_until > today]
    seen = YearLine.objects.visible_to(reader).filter(state=YearLineState.ACCEPTED, **of_part)
    return Found(
        to_decide=tuple(each for each in open_ if each not in waits),
        not_yet=tuple(waits),
        later=tuple(each for each in lines if states.get(each.key) == YearLineState.LATER),
        accepted=tuple(seen.select_related("by").distinct()),
    )


def is_mine(reader: User, *, seeing: bool = False) -> Callable[[Iterable[str]], bool]:
    """Return what tells whether something of these programmes is for somebody to decide, or to see.

    What is of no programme is everybody's.
    """
    units = reader.units(*(SEEING if seeing else DECIDING))

    def tell(programmes: Iterable[str]) -> bool:
        named = set(programmes)
        return units.of_all or not named or bool(named & units.programmes)

    return tell


def day_field(name: str, was: dt.date | None, now: dt.date | None, country: str) -> Field:
    """Return a day with what somebody should know of the new one."""
    return Field(
        name,
        Look.DAY,
        was.isoformat() if was else "",
        now.isoformat() if now else "",
        academic_years.remarks(now, country, was) if now else (),
    )


def moment_field(name: str, was: dt.datetime, now: dt.datetime, country: str) -> Field:
    """Return a moment with what somebody should know of the new one."""
    before, after = timezone.localtime(was), timezone.localtime(now)
    return Field(
        name,
        Look.MOMENT,
        f"{before:%Y-%m-%dT%H:%M}",
        f"{after:%Y-%m-%dT%H:%M}",
        academic_years.remarks(after.date(), country, before.date()),
    )


def country_of_holidays() -> str:
    """Return the country whose public holidays count."""
    return Edition.objects.values_list("holidays_country", flat=True).first() or ""


def as_typed(line: Line, typed: Values) -> Line:
    """Return a line with the values that somebody typed, and what is to be known of those."""
    country = country_of_holidays()
    return replace(
        line, fields=tuple(_as_typed(each, typed[each.name], country)
                           if each.name in typed else each for each in line.fields),
    )  # fmt: skip


def _as_typed(field: Field, text: str, country: str) -> Field:
    text = text.strip()
    if text == field.now:
        return field
    found: tuple[str, ...] = ()
    if field.look in (Look.DAY, Look.MOMENT) and (day := _day(text[:10])):
        found = academic_years.remarks(day, country, _day(field.was[:10]))
    return replace(field, now=text, remarks=found)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def read(line: Line) -> dict[str, str]:
    """Return the values of a line. Raises YearError at the field where one cannot be."""
    return {each.name: _read(each) for each in line.fields}


def _read(field: Field) -> str:
    text = field.now.strip().replace("\r\n", "\n")
    if not text:
        if field.may_be_empty or not field.was:
            return ""
        raise YearError(_("Fill this in."), field.name)
    if len(text) > LONGEST:
        raise YearError(_("This is too long."), field.name)
    try:
        if field.look is Look.DAY:
            return dt.date.fromisoformat(text).isoformat()
        if field.look is Look.MOMENT:
            return f"{dt.datetime.fromisoformat(text):%Y-%m-%dT%H:%M}"
    except ValueError:
        raise YearError(_("Write a day, such as 2027-02-01."), field.name) from None
    if field.look is Look.NUMBER and not (text.isascii() and text.isdigit() and len(text) < 5):
        raise YearError(_("Write a whole number."), field.name)
    if field.look is Look.CHOICE and text not in {value for value, _title in field.choices}:
        raise YearError(_("Choose one of these."), field.name)
    return text


def day_of(text: str) -> dt.date | None:
    """Read a day of `Values`."""
    return dt.date.fromisoformat(text) if text else None


def moment_of(text: str) -> dt.datetime:
    """Read a moment of `Values`, by the clock on the wall."""
    return timezone.make_aware(dt.datetime.fromisoformat(text))


def number_of(text: str) -> int | None:
    """Read a number of `Values`."""
    return int(text) if text else None


def title_of(row: YearLine) -> Text:
    """Return what a line that was decided is called."""
    return Text(row.title)


# --- What is decided ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """A line that somebody accepts, with what was typed and the mark of what they looked at."""

    key: str
    typed: Values
    seen: str


@dataclass(frozen=True)
class Outcome:
    accepted: tuple[YearLine, ...]
    refused: Mapping[str, YearError]
    """Why a line could not be accepted, by its key."""


def accept(part: Part, wanted: Sequence[Wanted], *, actor: User, today: dt.date) -> Outcome:
    """Do what lines say, each or not at all; visitors see them together.

    Refused with a DecidedError is what was done already. Raises UnreadableRowError where visitors
    could not be shown it; then none of them is done.
    """
    rows, refused = [], {}
    with transaction.atomic():
        for key in sorted(each.key for each in wanted):
            part.lock(key)
        with services.changing_catalogue(), requiring_it_once():
            turn = academic_years.turn_of(today)
            lines = _still_open(part, turn, actor, today)
            for each in wanted:
                try:
                    with transaction.atomic():
                        rows.append(_accept(part, lines, each, turn, actor, today))
                except YearError as error:
                    refused[each.key] = error
    return Outcome(tuple(rows), refused)


def _accept(
    part: Part, lines: Mapping[str, Line], wanted: Wanted, turn: Turn, actor: User, today: dt.date
) -> YearLine:
    line = as_typed(_one_of(lines, wanted.key), wanted.typed)
    if line.mark != wanted.seen:
        raise YearError(_("Somebody changed this meanwhile. Look at it again."))
    if line.problem:
        raise YearError(line.problem)
    if line.waits_until is not None and line.waits_until > today:
        raise YearError(_("It is too early for this."))
    values = read(line)
    made = part.accept(line, values, actor)
    changes = [
        {"name": each.name, "look": each.look, "was": each.was, "now": values[each.name]}
        for each in line.fields
        if each.was != values[each.name]
    ]
    row = _decide(turn, part, line, YearLineState.ACCEPTED, actor, made=made, changes=changes)
    _record("year.accepted", row, actor)
    return row


def put_off(part: Part, key: str, *, actor: User, today: dt.date) -> YearLine:
    """Leave a line for later: it is proposed no more until it is brought back."""
    with services.changing_catalogue():
        turn = academic_years.turn_of(today)
        line = _one_of(_still_open(part, turn, actor, today), key)
        row = _decide(turn, part, line, YearLineState.LATER, actor)
        _record("year.put_off", row, actor)
        return row


def bring_back(part: Part, key: str, *, actor: User, today: dt.date) -> None:
    """Propose again what was left for later. Twice changes nothing."""
    with services.changing_catalogue():
        turn = academic_years.turn_of(today)
        row = _rows(turn, part, actor).filter(key=key, state=YearLineState.LATER).first()
        if row is not None:
            _forget(row, "year.brought_back", actor)


def take_back(part: Part, key: str, *, actor: User, today: dt.date) -> None:
    """Undo what was accepted; it is proposed again.

    Raises DecidedError where that was done already, YearError where it is not harmless any more.
    """
    turn = academic_years.turn_of(today)
    with transaction.atomic():
        part.lock(key)
        with services.changing_catalogue():
            row = _rows(turn, part, actor).filter(key=key, state=YearLineState.ACCEPTED).first()
            if row is None:
                raise DecidedError(_("This was taken back already."))
            if part.undo is None:
                raise YearError(_("This cannot be taken back here."))
            part.undo(row, actor)
            _forget(row, "year.taken_back", actor)


def _rows(turn: Turn, part: Part, actor: User) -> QuerySet[YearLine]:
    rows = YearLine.objects.visible_to(actor).filter(year=turn.ends, part=part.name)
    return YearLine.objects.filter(pk__in=rows.values("pk"))


def _forget(row: YearLine, action: str, actor: User) -> None:
    _record(action, row, actor)
    row.delete()


def _record(action: str, row: YearLine, actor: User) -> None:
    details = {"year": row.year, "part": row.part, "key": row.key}
    audit.record(action, actor=actor, about=None, on=row, details=details)


def _still_open(part: Part, turn: Turn, actor: User, today: dt.date) -> dict[str, Line]:
    """Return the lines that somebody may decide about, by key; those left for later too."""
    decided = YearLine.objects.filter(year=turn.ends, part=part.name)
    done = set(decided.filter(state=YearLineState.ACCEPTED).values_list("key", flat=True))
    return {each.key: each for each in part.lines(actor, turn, today) if each.key not in done}


def _one_of(lines: Mapping[str, Line], key: str) -> Line:
    if key not in lines:
        raise DecidedError(_("This is decided already, or not there any more."))
    return lines[key]


def _decide(
    turn: Turn, part: Part, line: Line, state: YearLineState, actor: User,
    made: Made | None = None, changes: Sequence[Mapping[str, str]] = (),
) -> YearLine:  # fmt: skip
    row, _is_new = YearLine.objects.update_or_create(
        year=turn.ends,
        part=part.name,
        key=line.key,
        defaults={
            "state": state,
            "title": dict(line.title),
            "changes": list(changes),
            "made": made or {},
            "by": actor,
            "at": timezone.now(),
        },
    )
    row.programmes.set(DegreeProgramme.objects.filter(slug__in=line.programmes))
    return row
