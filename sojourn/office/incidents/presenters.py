"""An incident as the closed circle sees it: who needs help first, what comes next for each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.choices import ContactWay
from sojourn.mobility import away_rules, incident_ladder, incident_times, whereabouts_wording
from sojourn.mobility.incident_times import GOAL_HOURS, GOAL_PERCENT, Times
from sojourn.mobility.models import (
    Answer,
    EntryKind,
    Incident,
    IncidentEntry,
    IncidentPerson,
)
from sojourn.mobility.whereabouts_list import There
from sojourn.office.away.presenters import seen_stays
from sojourn.office.shared import formatting
from sojourn.office.shared.pending import LINES_A_SECTION, Hurt, Line, Section
from sojourn.office.shared.people import PersonLink, link
from sojourn.people.models import User

TONES = {Answer.NONE: "warn", Answer.SAFE: "good", Answer.HELP: "bad", Answer.HANDED_OVER: ""}
_ORDER = [Answer.HELP, Answer.NONE, Answer.HANDED_OVER, Answer.SAFE]


@dataclass(frozen=True)
class Row:
    name: str
    href: str
    state: str
    tone: str
    opened: str
    counts: str


@dataclass(frozen=True)
class Person:
    key: str
    who: PersonLink
    where: str
    answer: str
    tone: str
    answered: str
    last: str
    next: str
    is_due: bool
    email: str
    phone: str
    contacts: tuple[whereabouts_wording.ContactLine, ...]
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    number: str
    name: str
    title: str
    is_drill: bool
    is_open: bool
    opened: str
    closed: str
    report: str
    tally: tuple[tuple[str, int, str], ...]
    people: tuple[Person, ...]
    log: tuple[str, ...]
    times: tuple[str, ...]
    silent: int
    may_close: bool


def row(found: Incident, counts: dict[str, int]) -> Row:
    said = ", ".join(
        f"{Answer(one).label} {counts[one]}" for one in _ORDER if counts.get(one)
    )  # fmt: skip
    return Row(
        name=found.name,
        href=reverse("office:incident", args=[found.uuid]),
        state=_("open") if found.is_open else _("closed"),
        tone="bad" if found.is_open and not found.is_drill else "warn" if found.is_open else "",
        opened=formatting.moment(found.opened_at),
        counts=said,
    )


def rows(reader: User, *, only_open: bool = False) -> list[Row]:
    """List the incidents, the open ones first."""
    seen = Incident.objects.visible_to(reader)
    found = list(seen.filter(closed_at__isnull=True) if only_open else seen)
    found.sort(key=lambda each: not each.is_open)
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    people = IncidentPerson.objects.visible_to(reader).filter(incident__in=found)
    for incident, answer in people.values_list("incident", "answer"):
        counts[incident][answer] += 1
    return [row(each, counts[each.pk]) for each in found]


def people_of(reader: User, found: Incident) -> list[IncidentPerson]:
    """Read the people of an incident whom the reader looks after."""
    people = (
        IncidentPerson.objects.visible_to(reader)
        .filter(incident=found)
        .select_related(
            "student", "stay__student", "stay__programme", "stay__opportunity",
            "stay__whereabouts", "incident",
        )
        .prefetch_related("stay__emergency_contacts", "stay__hosts")
    )  # fmt: skip
    return sorted(people, key=lambda each: (_ORDER.index(Answer(each.answer)), each.pk))


def page(reader: User, found: Incident, now: dt.datetime) -> Page:
    people = people_of(reader, found)
    log = list(
        IncidentEntry.objects.visible_to(reader)
        .filter(incident=found)
        .select_related("by", "person__student")
        .order_by("number")
    )
    of_person: dict[int, list[IncidentEntry]] = defaultdict(list)
    for each in log:
        if each.person_id is not None:
            of_person[each.person_id].append(each)
    rules = away_rules.rules()
    seen = seen_stays(reader, [each.stay for each in people])
    shown = [_person(each, of_person[each.pk], rules, each.stay_id in seen, now) for each in people]
    left = [each for each in people if each.answer in (Answer.NONE, Answer.HELP)]
    return Page(
        number=str(found.uuid),
        name=found.name,
        title=found.title,
        is_drill=found.is_drill,
        is_open=found.is_open,
        opened=_by_whom(found.opened_by, found.opened_at),
        closed=_by_whom(found.closed_by, found.closed_at) if found.closed_at else "",
        report=found.report,
        tally=tuple(
            (str(one.label), sum(each.answer == one for each in people), TONES[one])
            for one in _ORDER
        ),
        people=tuple(shown),
        log=tuple(_line(each) for each in reversed(log)),
        times=tuple(_times(incident_times.times_of(found, len(people), log))),
        silent=sum(each.answer == Answer.NONE for each in people),
        may_close=found.is_open and (found.is_drill or not left),
    )


def where_of(each: There) -> str:
    """Say where somebody may be, and what one has to know of that."""
    notes = (whereabouts_wording.note(one) for one in each.notes)
    return "; ".join([whereabouts_wording.places(each), *notes])


def _by_whom(who: User | None, at: dt.datetime) -> str:
    return _("%(name)s, %(moment)s") % {
        "name": who or _("someone who left"),
        "moment": formatting.moment(at),
    }


def _person(
    each: IncidentPerson,
    log: Sequence[IncidentEntry],
    rules: away_rules.AwayRules,
    is_seen: bool,
    now: dt.datetime,
) -> Person:
    held = getattr(each.stay, "whereabouts", None)
    following = incident_ladder.next_for(each, log, rules) if each.incident.is_open else None
    said = Answer(each.answer)
    return Person(
        key=str(each.uuid),
        who=link(each.student) if is_seen else PersonLink(str(each.student)),
        where=each.where,
        answer=str(said.label),
        tone=TONES[said],
        answered=formatting.moment(each.answered_at) if each.answered_at else "",
        last=next((one.text for one in reversed(log) if one.text), ""),
        next=_next(following, now) if following else "",
        is_due=following is not None and following.is_due(now),
        email=each.student.email,
        phone=held.phone if held else "",
        contacts=tuple(
            whereabouts_wording.contact(one) for one in each.stay.emergency_contacts.all()
        ),
        hosts=tuple(
            ", ".join(
                part for part in (one.name, one.contact_name, one.contact_email) if part
            )
            for one in each.stay.hosts.all()
        ),
    )  # fmt: skip


def _next(found: incident_ladder.Next, now: dt.datetime) -> str:
    way = str(ContactWay(found.way).label)
    if found.is_again:
        way = _("Everything was tried. Again: %(way)s") % {"way": way}
    if found.is_due(now):
        return _("Now: %(way)s") % {"way": way}
    return _("At %(clock)s: %(way)s") % {
        "clock": formatting.clock(timezone.localtime(found.at)),
        "way": way,
    }


def _line(each: IncidentEntry) -> str:
    """Write a line of the log: when, who, about whom, what."""
    who = str(each.by) if each.by else ""
    whom = str(each.person.student) if each.person else ""
    said = [str(EntryKind(each.kind).label)]
    if each.answer:
        said.append(str(Answer(each.answer).label))
    if each.way:
        said.append(str(ContactWay(each.way).label))
    names = ", ".join(part for part in (who, whom) if part)
    text = ", ".join(said)
    line = f"{formatting.moment(each.at)} {names}: {text}." if names else (
        f"{formatting.moment(each.at)} {text}."
    )  # fmt: skip
    return f"{line} {each.text}".strip()


def _times(found: Times) -> list[str]:
    said = [
        _("%(answered)d of %(people)d answered.")
        % {"answered": found.answered, "people": found.people}
    ]
    if found.first is not None:
        said.append(
            _("First answer after %(first)s, half of the answers after %(middle)s, last %(last)s.")
            % {
                "first": _minutes(found.first),
                "middle": _minutes(found.middle or 0),
                "last": _minutes(found.last or 0),
            }
        )
    said.append(
        _("%(percent)d %% answered within %(hours)d hours; the goal is %(goal)d %%.")
        % {"percent": found.percent_in_time, "hours": GOAL_HOURS, "goal": GOAL_PERCENT}
    )
    return said


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


# --- Today ------------------------------------------------------------------------------------


def today(reader: User, now: dt.datetime) -> Section:
    """Return the open incidents, with how many have not answered; nothing hurts more."""
    found = rows(reader, only_open=True)
    return Section(
        title=_("Open incidents"),
        lines=tuple(
            Line(each.name, each.href, each.counts, each.opened) for each in found[:LINES_A_SECTION]
        ),
        all_title=_("All incidents"),
        all_href=reverse("office:incidents"),
        more=max(0, len(found) - LINES_A_SECTION),
        hurt=Hurt.FIRST,
    )


def drill(reader: User, now: dt.datetime) -> Section:
    """Return that a drill is due."""
    due = incident_times.drill_due(now)
    lines: tuple[Line, ...] = ()
    if due is not None:
        lines = (
            Line(
                _("Practise: write to everybody who is away, and see how long it takes"),
                reverse("office:incident-new"),
                "",
                formatting.full_day(due),
            ),
        )
    return Section(
        title=_("A drill is due"),
        lines=lines,
        all_title=_("All incidents"),
        all_href=reverse("office:incidents"),
        hurt=Hurt.WEEK,
    )
