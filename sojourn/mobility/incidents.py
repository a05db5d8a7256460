"""An incident or a drill: opened for whom it may concern, asked, answered, logged, closed.

Every change takes the lock of the incident and adds a line to its log. "No answer" becomes nothing
else by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import ContactWay
from sojourn.catalogue.keeping import Rows, days_of
from sojourn.mobility import incident_letters, whereabouts_list, whereabouts_wording
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import (
    Answer,
    EntryKind,
    Incident,
    IncidentEntry,
    IncidentPerson,
    ReadingKind,
)
from sojourn.mobility.whereabouts_list import There
from sojourn.mobility.whereabouts_readings import note_reading
from sojourn.people import audit
from sojourn.people.models import User

LONGEST_TEXT = 1000
LONGEST_REPORT = 8000
LONGEST_TITLE = 200
ASK_AGAIN_AFTER = dt.timedelta(minutes=10)
# A form that is sent twice comes within this time; later the same words are another line.
SENT_TWICE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class NewIncident:
    """What happened, where and on which day; and which of those who are meant are left out."""

    title: str
    day: dt.date
    is_drill: bool
    places: Sequence[str] = ()
    without: frozenset[UUID] = frozenset()
    """Stays that whoever opens it knows not to be concerned."""


def meant(planned: NewIncident, reader: User) -> list[There]:
    """List whom an incident may concern."""
    found = whereabouts_list.on_day(reader, planned.day, planned.places, with_contacts=False)
    return [each for each in found if each.stay.uuid not in planned.without]


def open_incident(planned: NewIncident, sending: UUID, *, actor: User) -> Incident:
    """Open an incident and write to everybody whom it may concern, in one transaction.

    The same form sent twice opens it once.
    """
    title = " ".join(planned.title.split())[:LONGEST_TITLE]
    if not title:
        raise MobilityError(_("Say what happened. The students read it."))
    with transaction.atomic():
        # The opener's row makes two clicks take turns.
        User.objects.select_for_update().get(pk=actor.pk)
        known = Incident.objects.filter(sending=sending).first()
        if known is not None:
            return known
        found = meant(planned, actor)
        if not found:
            raise MobilityError(_("Nobody is there on that day, by our list."))
        incident = Incident.objects.create(
            is_drill=planned.is_drill,
            title=title,
            day=planned.day,
            places=list(planned.places),
            opened_by=actor,
            sending=sending,
        )
        _log(incident, _Line(EntryKind.OPENED, by=actor))
        people = _add(incident, found, actor)
        note_reading(actor, ReadingKind.INCIDENT, planned.day, " ".join(planned.places), len(found))
        audit.record(
            "incident.open",
            actor=actor,
            about=None,
            on=incident,
            details={"drill": planned.is_drill, "people": len(found)},
        )
        _ask(incident, people, actor)
        incident_letters.tell_the_team(incident, but=actor)
        return incident


def widen(incident: Incident, places: Sequence[str], *, actor: User) -> int:
    """Add whoever is in further places and is not in it yet, and write to them. Return how many."""
    with transaction.atomic():
        row = _locked(incident)
        _require_open(row)
        found = whereabouts_list.on_day(actor, row.day, places, with_contacts=False)
        held = set(row.people.values_list("student", flat=True))
        new = [each for each in found if each.stay.student_id not in held]
        if not new:
            return 0
        note_reading(actor, ReadingKind.INCIDENT, row.day, " ".join(places), len(new))
        made = _add(row, new, actor)
        row.places = list(dict.fromkeys([*row.places, *places]))
        row.save(update_fields=["places"])
        _ask(row, made, actor)
        return len(made)


def ask_again(incident: Incident, *, actor: User) -> int:
    """Write once more to whoever did not answer, every ten minutes at most. Return how many."""
    with transaction.atomic():
        row = _locked(incident)
        _require_open(row)
        asked = IncidentEntry.objects.filter(
            person=OuterRef("pk"), kind=EntryKind.ASKED, at__gt=timezone.now() - ASK_AGAIN_AFTER
        )
        silent = row.people.filter(answer=Answer.NONE).exclude(Exists(asked))
        people = list(silent.select_related("student"))
        _ask(row, people, actor)
        return len(people)


def answer(person: IncidentPerson, said: Answer, text: str = "") -> None:
    """Write down what the student says by the link; the last answer counts.

    Also after the incident was closed; who needs help then opens it again.
    """
    text = text.strip()[:LONGEST_TEXT]
    if said not in (Answer.SAFE, Answer.HELP):
        raise MobilityError(_("Press one of the two buttons."))
    with transaction.atomic():
        row = _locked(person.incident)
        found = row.people.get(pk=person.pk)
        last = found.entries.exclude(answer="").order_by("-number").first()
        # The same button pressed twice, or the page sent again.
        if (
            last
            and (last.kind, last.answer) == (EntryKind.ANSWERED, said)
            and (text in ("", last.text))
        ):
            return
        _settle(found, said)
        line = _Line(EntryKind.ANSWERED, person=found, answer=said, text=text, way=ContactWay.MAIL)
        _log(row, line)
        if said == Answer.HELP:
            if not row.is_open:
                row.closed_at = row.closed_by = None
                row.save(update_fields=["closed_at", "closed_by"])
                _log(row, _Line(EntryKind.REOPENED, person=found))
            incident_letters.somebody_needs_help(row, found)


def write_down(
    person: IncidentPerson, said: Answer, way: ContactWay, text: str, *, actor: User
) -> None:
    """Write down what was heard of a student: by telephone, from the host, from somebody else.

    `Answer.NONE` is an attempt that reached nobody: it changes no answer.
    """
    text = text.strip()[:LONGEST_TEXT]
    if said == Answer.HANDED_OVER and not text:
        raise MobilityError(_("Say who looks after it now."))
    with transaction.atomic():
        row = _locked(person.incident)
        _require_open(row)
        found = row.people.get(pk=person.pk)
        kind, heard = (EntryKind.TRIED, "") if said == Answer.NONE else (EntryKind.TOLD, said)
        line = _Line(kind, by=actor, person=found, way=way, answer=heard, text=text)
        if _is_sent_twice(row, line):
            return
        if said != Answer.NONE:
            _settle(found, said)
        _log(row, line)


def add_note(incident: Incident, text: str, *, actor: User) -> None:
    """Add a line to the log that is about no person."""
    text = text.strip()[:LONGEST_TEXT]
    if not text:
        raise MobilityError(_("Write something first."))
    with transaction.atomic():
        row = _locked(incident)
        _require_open(row)
        line = _Line(EntryKind.NOTE, by=actor, text=text)
        if not _is_sent_twice(row, line):
            _log(row, line)


def close(incident: Incident, report: str, *, actor: User) -> Incident:
    """Close an incident with a report. Nobody is left without an answer, but in a drill."""
    report = report.strip()[:LONGEST_REPORT]
    if not report:
        raise MobilityError(
            _("Write the report first: what happened, what was done, what was hard.")
        )
    with transaction.atomic():
        row = _locked(incident)
        if not row.is_open:
            return row
        left = row.people.filter(answer__in=[Answer.NONE, Answer.HELP]).count()
        if left and not row.is_drill:
            raise NotAllowedNowError(
                _(
                    "Somebody has not answered or needs help. Write down what you know of each "
                    "first; no answer is not safe."
                )
            )
        row.report, row.closed_by, row.closed_at = report, actor, timezone.now()
        row.save(update_fields=["report", "closed_by", "closed_at"])
        _log(row, _Line(EntryKind.CLOSED, by=actor))
        audit.record("incident.close", actor=actor, about=None, on=row)
        return row


def due_people(now: dt.datetime) -> tuple[Rows, ...]:
    """Find the people of incidents that were closed longer ago than the edition's days."""
    return (IncidentPerson.objects.filter(incident__in=_old(now)),)


def delete_old(now: dt.datetime) -> int:
    """Delete incidents that were closed long ago, with their log. Return of how many people."""
    (people,) = due_people(now)
    with transaction.atomic():
        old = list(_old(now).select_for_update().values_list("pk", flat=True))
        count = people.filter(incident__in=old).count()
        Incident.objects.filter(pk__in=old).delete()
    return count


def _old(now: dt.datetime) -> QuerySet[Incident]:
    oldest = now - dt.timedelta(days=days_of("keep_incidents_days"))
    return Incident.objects.filter(closed_at__lt=oldest)


# --- How it is done ---------------------------------------------------------------------------


def _locked(incident: Incident) -> Incident:
    found = Incident.objects.select_for_update(of=("self",)).filter(pk=incident.pk).first()
    if found is None:
        raise MobilityError(_("This is no longer there. Perhaps somebody else deleted it."))
    return found


def _require_open(incident: Incident) -> None:
    if not incident.is_open:
        raise NotAllowedNowError(_("This incident is closed. Look at its report."))


def _settle(person: IncidentPerson, said: Answer) -> None:
    person.answer, person.answered_at = said, timezone.now()
    person.save(update_fields=["answer", "answered_at"])


def _add(incident: Incident, found: Iterable[There], actor: User) -> list[IncidentPerson]:
    made = {}
    for each in found:
        # Somebody with two stays that overlap is one person.
        if each.stay.student_id not in made:
            made[each.stay.student_id] = IncidentPerson(
                incident=incident,
                stay=each.stay,
                student=each.stay.student,
                where=whereabouts_wording.places(each)[:300],
            )
    people = IncidentPerson.objects.bulk_create(made.values())
    first = _next_number(incident)
    IncidentEntry.objects.bulk_create(
        IncidentEntry(
            incident=incident, number=first + place, by=actor, person=each, kind=EntryKind.ADDED
        )
        for place, each in enumerate(people)
    )
    return people


def _ask(incident: Incident, people: Sequence[IncidentPerson], actor: User) -> None:
    first = _next_number(incident)
    for place, each in enumerate(people):
        incident_letters.ask(incident, each, first + place)
    IncidentEntry.objects.bulk_create(
        IncidentEntry(
            incident=incident,
            number=first + place,
            by=actor,
            person=each,
            kind=EntryKind.ASKED,
            way=ContactWay.MAIL,
        )
        for place, each in enumerate(people)
    )


def _next_number(incident: Incident) -> int:
    """Return the number of the next line. The caller holds the lock."""
    last: int | None = incident.entries.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@dataclass(frozen=True)
class _Line:
    """What a line of the log says."""

    kind: EntryKind
    by: User | None = None
    person: IncidentPerson | None = None
    way: str = ""
    answer: str = ""
    text: str = ""


def _is_sent_twice(incident: Incident, line: _Line) -> bool:
    """Tell whether the newest line about the same person, or about nobody, says just this."""
    found = incident.entries.filter(person=line.person, at__gt=timezone.now() - SENT_TWICE)
    last = found.order_by("-number").select_related("by", "person").first()
    return last is not None and line == _Line(
        **{each.name: getattr(last, each.name) for each in fields(_Line)}
    )


def _log(incident: Incident, line: _Line) -> None:
    IncidentEntry.objects.create(incident=incident, number=_next_number(incident), **vars(line))
