"""Applications that the office takes in by hand, for a student who could not submit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.people import outbox
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link
from sojourn.people.roles import DECIDING
from sojourn.people.student_numbers import normal_number
from sojourn.selection.applications import write_submitted
from sojourn.selection.changes import locked, move
from sojourn.selection.drafts import Draft, DraftChoice
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import Application, Round
from sojourn.selection.states import ApplicationState, RoundState

# Later the seats are being given: then somebody else would lose one.
TAKES_IN = (RoundState.PUBLISHED, RoundState.OPEN, RoundState.CLOSED)
LONGEST_REASON = 500


@dataclass(frozen=True)
class OnPaper:
    """What the office knows of an application that did not come through the form."""

    programme: str
    year: int | None
    number: str
    languages: Mapping[str, str]
    choices: tuple[DraftChoice, ...]
    because: str
    """Why it is taken in by hand; it is kept with the application."""


def rounds_to_take_in(student: User, by: User) -> list[Round]:
    """List the rounds in which somebody may take in an application of this student."""
    theirs = Round.objects.in_units_of(by, DECIDING).filter(state__in=TAKES_IN)
    over = student.applications.exclude(state=ApplicationState.DRAFT).values("round")
    return list(theirs.exclude(pk__in=over).order_by("closes_at", "slug"))


def take_in(
    round_: Round, student: User, paper: OnPaper, *, by: User, now: dt.datetime
) -> Application:
    """Submit an application for a student, with the reason; they are told by mail.

    A draft of theirs is replaced. Raises SelectionError where something is missing, where they
    have submitted or withdrawn one, and once seats are being given.
    """
    because = " ".join(paper.because.split())
    if not because:
        raise SelectionError(_("Say why the office enters it."))
    _require_whole(round_, paper)
    with transaction.atomic():
        held = locked(round_)
        if held.state not in TAKES_IN:
            raise NotAllowedNowError(_("The seats of this round are already being given."))
        row, _is_new = Application.objects.get_or_create(owner=student, round=held)
        row = locked(row)
        row.round, row.owner = held, student
        if row.state != ApplicationState.DRAFT:
            raise SelectionError(_("There is an application of this student in the round already."))
        draft = Draft(
            programme=paper.programme,
            year=paper.year,
            number=paper.number,
            languages=dict(paper.languages),
            choices=paper.choices,
        )
        row.draft = draft.to_json()
        row.draft_revision += 1
        row.draft_saved_at = now
        row.revision += 1
        row.submitted_at = now
        row.taken_in_because = because[:LONGEST_REASON]
        row.taken_in_by = by
        write_submitted(row, held, draft)
        move(row, "take_in", actor=by, about=student, revision=row.revision)
        if not Application.objects.in_units_of(by, DECIDING).filter(pk=row.pk).exists():
            raise SelectionError(_("You do not decide for this degree programme."))
        _tell(row)
        return row


def _require_whole(round_: Round, paper: OnPaper) -> None:
    keys = [each.key for each in paper.choices]
    if not keys:
        raise SelectionError(_("Choose at least one place."))
    if len(set(keys)) < len(keys):
        raise SelectionError(_("The same place is on the list twice."))
    if len(keys) > round_.most_choices:
        raise SelectionError(
            _("The list can have %(count)d choices.") % {"count": round_.most_choices}
        )
    known = set(round_.opportunities.filter(key__in=keys).values_list("key", flat=True))
    if known != set(keys):
        raise SelectionError(_("One of these places is not in this round."))
    if not round_.programmes.filter(programme__slug=paper.programme).exists():
        raise SelectionError(_("This round is not for that degree programme."))
    if not normal_number(paper.number):
        raise SelectionError(
            _("This is not a student number: it has 5 to 12 digits, such as s1234567.")
        )


def _tell(row: Application) -> None:
    choices = list(row.choices.select_related("opportunity__opportunity").order_by("rank"))

    def write() -> Letter:
        listed = "\n".join(f"{each.rank}. {each.opportunity.opportunity.title}" for each in choices)
        return Letter(
            subject=_("The office entered your application: %(round)s")
            % {"round": row.round.title},
            paragraphs=(
                _("The reason: %(because)s") % {"because": row.taken_in_because},
                _("Your choices:") + "\n" + listed,
                _("Your code in the published result: %(code)s.") % {"code": row.code},
                _("Is something wrong? Write to the office at once."),
            ),
            link=Link(
                _("Read what was submitted"), reverse("apply:receipt", args=[row.round.slug])
            ),
        )

    outbox.post(key=f"application-receipt:{row.uuid}:{row.revision}", to=row.owner, write=write)
