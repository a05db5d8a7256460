"""The way into the next year as pages show it: parts with counts, lines, what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.advising import next_year as advising
from sojourn.catalogue import academic_years, calendar_of_year, next_year
from sojourn.catalogue.calendar_of_year import Event, EventKind
from sojourn.catalogue.models import YearLine
from sojourn.catalogue.next_year import Field, Found, Line, Look, Part
from sojourn.catalogue.next_year_parts import (
    AGREEMENTS,
    DEADLINES,
    FIGURES,
    GUIDES,
    PERIODS,
    WINDOWS,
)
from sojourn.catalogue.permissions import may_prepare_year
from sojourn.common.languages import LANGUAGES, Text
from sojourn.common.urls import url_for
from sojourn.mobility import incident_times
from sojourn.mobility.permissions import in_safety_team
from sojourn.office.shared import formatting, pending
from sojourn.office.shared.pending import LINES_A_SECTION, Hurt, Section
from sojourn.office.year.parts import PARTS
from sojourn.people.models import User
from sojourn.selection import next_year as selection


@dataclass(frozen=True)
class PartShown:
    """A part in the list of all of them."""

    name: str
    title: str
    lead: str
    href: str
    to_decide: int
    not_yet: int
    later: int
    accepted: int
    is_here: bool = False

    @property
    def is_done(self) -> bool:
        return not self.to_decide


@dataclass(frozen=True)
class FieldShown:
    """A value with the one of before beside it."""

    name: str
    label: str
    input: str
    was: str
    now: str
    remarks: tuple[str, ...]
    language: str
    choices: tuple[tuple[str, str], ...]
    is_long: bool
    said: str
    """The new value as people read it."""
    is_new: bool
    wrong: str = ""


@dataclass(frozen=True)
class LineShown:
    number: int
    key: str
    mark: str
    title: Text
    about: str
    href: str
    why: str
    facts: tuple[str, ...]
    problem: str
    fields: tuple[FieldShown, ...]
    is_a_look: bool
    action: str
    from_day: str
    wrong: str = ""
    is_picked: bool = True


@dataclass(frozen=True)
class DecidedShown:
    """What somebody accepted."""

    key: str
    title: Text
    said: tuple[tuple[str, str, str], ...]
    """Label, before, now."""
    who: str
    when: str
    can_undo: bool


@dataclass(frozen=True)
class OverviewPage:
    ends: str
    begins: str
    parts: tuple[PartShown, ...]
    season: str
    is_season: bool

    @property
    def to_decide(self) -> int:
        return sum(each.to_decide for each in self.parts)

    @property
    def next_part(self) -> PartShown | None:
        return next((each for each in self.parts if each.to_decide), None)


@dataclass(frozen=True)
class PartPage:
    overview: OverviewPage
    name: str
    title: str
    lead: str
    lines: tuple[LineShown, ...]
    not_yet: tuple[LineShown, ...]
    later: tuple[LineShown, ...]
    accepted: tuple[DecidedShown, ...]
    next_part: PartShown | None


# Where one writes more of what a line is about.
_PAGES: dict[str, Callable[[str], str]] = {
    WINDOWS.name: lambda key: reverse("admin:catalogue_mobilitywindow_change", args=[key]),
    DEADLINES.name: lambda slug: reverse("office:places-entry", args=[slug]),
    PERIODS.name: lambda slug: reverse("office:places-entry", args=[slug]),
    AGREEMENTS.name: lambda slug: reverse("office:agreement", args=[slug]),
    FIGURES.name: lambda _slug: reverse("office:figures"),
    GUIDES.name: lambda slug: reverse("office:guides-entry", args=[slug]),
    advising.HOURS.name: lambda slug: reverse("office:desk", args=[slug]),
    selection.ROUNDS.name: lambda slug: reverse("office:round", args=[slug]),
}


def overview(reader: User, today: dt.date, here: str = "", found: Found | None = None,
             ) -> OverviewPage:  # fmt: skip
    """Return all parts with their counts; those of one part may be known already."""
    turn = academic_years.turn_of(today)
    ends, begins = turn.names
    shown = []
    for part in PARTS:
        lines = found if found and part.name == here else next_year.find(part, reader, today)
        shown.append(
            PartShown(
                name=part.name,
                title=str(part.title),
                lead=str(part.lead),
                href=reverse("office:year-part", args=[part.name]),
                to_decide=len(lines.to_decide),
                not_yet=len(lines.not_yet),
                later=len(lines.later),
                accepted=len(lines.accepted),
                is_here=part.name == here,
            )
        )
    season = _("%(first)s to %(last)s") % {
        "first": formatting.full_day(turn.opens),
        "last": formatting.full_day(turn.closes),
    }
    return OverviewPage(ends, begins, tuple(shown), season, turn.is_on(today))


def page(
    part: Part,
    reader: User,
    today: dt.date,
    *,
    typed: Mapping[str, Line] | None = None,
    wrong: Mapping[str, tuple[str, str]] | None = None,
    picked: Iterable[str] | None = None,
) -> PartPage:
    """Return one part; `typed` and `wrong` are what was sent and why it could not be, by key."""
    found = next_year.find(part, reader, today)
    whole = overview(reader, today, part.name, found)
    names = [each.name for each in whole.parts]
    after = whole.parts[names.index(part.name) + 1 :] + whole.parts[: names.index(part.name)]
    chosen = None if picked is None else set(picked)
    typed, wrong = typed or {}, wrong or {}
    fields = part.fields(today) if found.accepted else {}
    return PartPage(
        overview=whole,
        name=part.name,
        title=str(part.title),
        lead=str(part.lead),
        lines=tuple(
            _line(
                number, part, typed.get(each.key, each), today,
                wrong=wrong.get(each.key, ("", "")),
                is_picked=chosen is None or each.key in chosen,
            )
            for number, each in enumerate(found.to_decide)
        ),
        not_yet=preview(part, found.not_yet, today),
        later=preview(part, found.later, today),
        accepted=tuple(_decided(part, each, fields.get(each.key, ())) for each in found.accepted),
        next_part=next((each for each in after if each.to_decide), None),
    )  # fmt: skip


def preview(part: Part, lines: Iterable[Line], today: dt.date) -> tuple[LineShown, ...]:
    """Return lines as they stand."""
    return tuple(_line(number, part, each, today) for number, each in enumerate(lines))


def _line(
    number: int,
    part: Part,
    line: Line,
    today: dt.date,
    wrong: tuple[str, str] = ("", ""),
    is_picked: bool = True,
) -> LineShown:
    field, message = wrong
    return LineShown(
        number=number,
        key=line.key,
        mark=line.mark,
        title=line.title,
        about=line.about,
        href=_PAGES[part.name](line.slug),
        why=line.why,
        facts=line.facts,
        problem=line.problem,
        fields=tuple(_field(each, message if each.name == field else "") for each in line.fields),
        is_a_look=line.is_a_look,
        action=_("Still right") if line.is_a_look else _("Accept"),
        from_day=formatting.full_day(line.waits_until) if line.waits_until else "",
        wrong=message,
        is_picked=is_picked and not line.problem,
    )


_INPUTS = {
    Look.DAY: "date",
    Look.MOMENT: "datetime-local",
    Look.NUMBER: "number",
    Look.TEXT: "text",
    Look.CHOICE: "select",
}


def _field(field: Field, wrong: str = "") -> FieldShown:
    return FieldShown(
        name=field.name,
        label=field.label,
        input=_INPUTS[field.look],
        was=said(field.look, field.was, field.choices),
        now=field.now,
        remarks=field.remarks,
        language=field.language,
        choices=field.choices,
        is_long=len(field.was) > 60,
        said=said(field.look, field.now, field.choices) or _("not known"),
        is_new=field.was != field.now,
        wrong=wrong,
    )


def said(look: str, value: str, choices: Iterable[tuple[str, str]] = ()) -> str:
    """Return a value as people read it."""
    if not value:
        return ""
    try:
        if look == Look.DAY:
            return date_format(dt.date.fromisoformat(value), "D j F Y")
        if look == Look.MOMENT:
            return date_format(dt.datetime.fromisoformat(value), "D j F Y, H:i")
    except ValueError:
        return value
    return dict(choices).get(value, value)


def _decided(part: Part, row: YearLine, fields: Iterable[Field]) -> DecidedShown:
    labels = {each.name: each.label for each in fields}
    choices = {each.name: each.choices for each in fields}
    return DecidedShown(
        key=row.key,
        title=next_year.title_of(row),
        said=tuple(
            (
                labels.get(each["name"]) or next_year.label_of(each["name"]),
                said(each["look"], each["was"], choices.get(each["name"], ())),
                said(each["look"], each["now"], choices.get(each["name"], ())),
            )
            for each in row.changes
        ),
        who=str(row.by) if row.by else _("automatic"),
        when=formatting.moment(row.at),
        can_undo=part.undo is not None,
    )


# --- Today ----------------------------------------------------------------------------------------


def today_section(reader: User, now: dt.datetime) -> Section:
    """Return what is left to prepare, in the months that the edition names for it."""
    today = timezone.localtime(now).date()
    turn = academic_years.turn_of(today)
    lines: tuple[pending.Line, ...] = ()
    if may_prepare_year(reader) and turn.is_on(today):
        lines = tuple(
            pending.Line(
                each.title,
                each.href,
                ngettext("%(count)d to decide", "%(count)d to decide", each.to_decide)
                % {"count": each.to_decide},
            )
            for each in overview(reader, today).parts
            if each.to_decide
        )
    is_late = today > turn.closes - dt.timedelta(days=31)
    return Section(
        title=_("The academic year %(name)s") % {"name": turn.names[1]},
        lines=lines[:LINES_A_SECTION],
        all_title=_("Prepare it"),
        all_href=reverse("office:year"),
        hurt=Hurt.WEEK if is_late else Hurt.CAN_WAIT,
    )


# --- The calendar ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventShown:
    day: str
    when: str
    kind: str
    tone: str
    title: Text
    href: str
    about: str
    is_past: bool
    note: str


@dataclass(frozen=True)
class Month:
    anchor: str
    name: str
    events: tuple[EventShown, ...]


@dataclass(frozen=True)
class CalendarPage:
    name: str
    months: tuple[Month, ...]
    before: str
    after: str


_ADDRESSES: dict[EventKind, Callable[[str], str]] = {
    EventKind.DEADLINE: lambda slug: url_for("portal:opportunity", slug),
    EventKind.AGREEMENT: lambda slug: reverse("office:agreement", args=[slug]),
    EventKind.PAUSE: lambda slug: reverse("office:desk", args=[slug]),
    EventKind.DRILL: lambda _slug: reverse("office:incidents"),
    EventKind.RETENTION: lambda _slug: reverse("office:keeping"),
    EventKind.TURN: lambda _slug: reverse("office:year"),
    EventKind.NOMINATION: lambda slug: reverse("office:round", args=[slug]),
}
_TONES = {
    EventKind.OPENS: "good", EventKind.CLOSES: "warn", EventKind.AGREEMENT: "warn",
    EventKind.NOMINATION: "warn", EventKind.RETENTION: "bad",
}  # fmt: skip
MOST_YEARS = 3


def calendar(reader: User, today: dt.date, asked: str) -> CalendarPage:
    """Return the office's year by month, from what the edition, the rounds and agreements say."""
    now = academic_years.year_of(today)
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else now
    year = min(max(year, now - MOST_YEARS), now + MOST_YEARS)
    first = academic_years.first_day(year)
    last = academic_years.first_day(year + 1) - dt.timedelta(days=1)
    events = [
        *calendar_of_year.events(reader, first, last),
        *selection.events(reader, first, last),
        *_drills(reader, first, last),
    ]
    events.sort(key=lambda each: (each.day, each.time or dt.time(), each.kind, each.slug))
    here = reverse("office:year-calendar")
    return CalendarPage(
        name=academic_years.name_of(year),
        months=tuple(
            Month(
                f"{month[0]}-{month[1]:02d}",
                date_format(dt.date(*month, 1), "F Y"),
                tuple(_event(each, today, reader) for each in found),
            )
            for month, found in groupby(events, key=lambda each: (each.day.year, each.day.month))
        ),
        before=f"{here}?year={year - 1}" if year > now - MOST_YEARS else "",
        after=f"{here}?year={year + 1}" if year < now + MOST_YEARS else "",
    )


def _drills(reader: User, first: dt.date, last: dt.date) -> list[Event]:
    if not in_safety_team(reader):
        return []
    due = incident_times.next_drill()
    if due is None or not first <= due <= last:
        return []
    title = Text(dict.fromkeys(LANGUAGES, ""))
    return [Event(due, EventKind.DRILL, title)]


def _event(event: Event, today: dt.date, reader: User) -> EventShown:
    page_of = _ADDRESSES.get(event.kind)
    if page_of is None:
        page_of = _ADDRESSES[EventKind.NOMINATION]
    notes = []
    if event.until is not None and event.until != event.day:
        notes.append(_("until %(day)s") % {"day": formatting.full_day(event.until)})
    if event.time is not None:
        notes.append(formatting.clock(event.time))
    return EventShown(
        day=event.day.isoformat(),
        when=date_format(event.day, "D j"),
        kind=str(event.kind.words),
        tone=_TONES.get(event.kind, ""),
        title=event.title,
        href=page_of(event.slug),
        about=event.about,
        is_past=(event.until or event.day) < today,
        note=", ".join(notes),
    )
