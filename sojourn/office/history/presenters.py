"""The audit trail as a list: when, who, what, about whom."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.common.folding import with_words
from sojourn.office.shared import history, people
from sojourn.office.shared.formatting import moment
from sojourn.office.shared.lists import Cell, Column, Filter, Kind, Row
from sojourn.people.models import AuditEvent, User

# What the first part of an action is about: key, title and those parts.
AREAS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    (
        "appointments",
        gettext_lazy("Appointments and hours"),
        (
            "appointment", "appointment_note", "next_step", "ticket", "week_waiting", "walk_in",
            "absence", "slot_rule", "diary",
        ),
    ),
    ("questions", gettext_lazy("Questions"), ("question", "answer", "saved_reply")),
    ("own-places", gettext_lazy("Self-arranged places"), ("self_arranged_place",)),
    ("applications", gettext_lazy("Applications"), ("application", "choice", "review")),
    ("rounds", gettext_lazy("Rounds"), ("round",)),
    ("results", gettext_lazy("Results"), ("offer", "nomination", "objection")),
    (
        "stays",
        gettext_lazy("Stays"),
        (
            "stay", "step", "gate", "agreement", "package", "signing", "transcript", "credit",
            "incident", "grant", "grants", "board", "mandate",
        ),
    ),
    ("experiences", gettext_lazy("Experiences"), ("report", "message")),
    ("catalogue", gettext_lazy("Catalogue"), ("admin", "catalogue", "figure", "import", "year")),
    # Of what is in the catalogue, and of the agreement of a stay.
    ("versions", gettext_lazy("Versions"), ("version",)),
    (
        "accounts",
        gettext_lazy("Accounts"),
        (
            "account", "access", "staff", "role", "second_step", "student_number",
            "student_identifier", "retention",
        ),
    ),
    ("mail", gettext_lazy("Mail"), ("mail",)),
)  # fmt: skip
AREA_OF = {kind: title for _key, title, kinds in AREAS for kind in kinds}
_PERIODS = {"day": 1, "week": 7, "month": 31, "year": 366}


def rows(reader: User) -> QuerySet[AuditEvent]:
    """Return the events that the reader may see."""
    return AuditEvent.objects.visible_to(reader).select_related("actor", "about")


def kind(reader: User) -> Kind[AuditEvent]:
    """Return the list of events, for one of the office's people."""
    staff = User.objects.visible_to(reader).filter(is_staff=True)
    return Kind(
        caption=_("History"),
        columns=(
            Column("at", gettext_lazy("When"), ("at",)),
            Column("who", gettext_lazy("Who")),
            Column("what", gettext_lazy("What happened")),
            Column("detail", gettext_lazy("Details")),
            Column("of", gettext_lazy("Of what")),
            Column("about", gettext_lazy("Student or colleague")),
        ),
        row=_row,
        empty=_("Nothing has happened yet."),
        first_order="-at",
        filters=(
            Filter(
                "since",
                gettext_lazy("When"),
                (
                    ("day", gettext_lazy("the last day")),
                    ("week", gettext_lazy("the last week")),
                    ("month", gettext_lazy("the last month")),
                    ("year", gettext_lazy("the last year")),
                ),
                _since,
                gettext_lazy("always"),
            ),
            Filter(
                "by",
                gettext_lazy("Who"),
                tuple(
                    (str(each.uuid), str(each))
                    for each in staff.order_by("last_name__as_name", "first_name__as_name")
                ),
                lambda found, value: found.filter(actor__uuid=value),
            ),
            Filter(
                "of",
                gettext_lazy("Of what"),
                tuple((key, title) for key, title, _kinds in AREAS),
                _of,
            ),
        ),
        search=_search,
        name="events",
    )


def _row(event: AuditEvent) -> Row:
    told = history.told(event)
    return Row(
        str(event.pk),
        (
            Cell(moment(event.at)),
            people.cell(event.actor, history.done_by(event)),
            Cell(told.what),
            Cell(told.detail),
            Cell(AREA_OF.get(event.action.partition(".")[0], "")),
            people.cell(event.about),
        ),
    )


def _since(found: QuerySet[AuditEvent], value: str) -> QuerySet[AuditEvent]:
    return found.filter(at__gte=timezone.now() - dt.timedelta(days=_PERIODS[value]))


def _of(found: QuerySet[AuditEvent], value: str) -> QuerySet[AuditEvent]:
    kinds = next(kinds for key, _title, kinds in AREAS if key == value)
    return found.filter(action__regex=rf"^({'|'.join(kinds)})\.")


def _search(found: QuerySet[AuditEvent], text: str) -> QuerySet[AuditEvent]:
    """Look for the person that something was done about."""
    return with_words(
        found, text, "about__first_name", "about__last_name", "about__preferred_name",
        "about__email", "about__student_number__number",
    )  # fmt: skip
