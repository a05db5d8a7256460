"""Objections to a published result: made in time, discussed in a thread, decided with reasons."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.people import audit, outbox
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link
from sojourn.selection import offers
from sojourn.selection.changes import locked, move
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import Application, Objection, ObjectionMessage, RoundOpportunity
from sojourn.selection.states import ObjectionState, RoundState

LONGEST_TEXT = 4000
MOST_MESSAGES = 100


def may_object(application: Application, now: dt.datetime) -> bool:
    """Tell whether this applicant can still object to the result."""
    publication = getattr(application.round, "publication", None)
    return (
        publication is not None
        and application.round.state == RoundState.RESULTS
        and now <= publication.objections_until
        and application.submitted_at is not None
        and not Objection.objects.filter(application=application).exists()
    )


def object_to_result(application: Application, text: str, *, actor: User) -> Objection:
    """Begin an objection.

    Raises SelectionError without words, too late, or a second time.
    """
    with transaction.atomic():
        round_ = locked(application.round)
        known = Objection.objects.filter(application=application).first()
        if known is not None:
            raise NotAllowedNowError(
                _("You have already objected; write in the conversation below.")
            )
        row = locked(application)
        row.round = round_
        if not may_object(row, timezone.now()):
            raise NotAllowedNowError(_("The time to object to this result is over."))
        objection = Objection.objects.create(application=row)
        _write(objection, text, actor)
        audit.record(
            "objection.make",
            actor=actor,
            about=row.owner,
            on=objection,
            details={"after": ObjectionState.OPEN},
        )
        return objection


def add_message(objection: Objection, text: str, *, actor: User) -> ObjectionMessage:
    """Add to the thread while it is open; the same words twice in a row are added once.

    Raises SelectionError without words, or too late.
    """
    with transaction.atomic():
        locked(objection.application.round)
        row = locked(objection)
        if row.state != ObjectionState.OPEN:
            raise NotAllowedNowError(_("This objection has been decided."))
        last = row.messages.last()
        if last is not None and (last.author_id, last.text) == (actor.pk, _trimmed(text)):
            return last
        if row.messages.count() >= MOST_MESSAGES:
            raise NotAllowedNowError(_("This conversation is full. Please talk to each other."))
        message = _write(row, text, actor)
        audit.record(
            "objection.message", actor=actor, about=row.application.owner, on=row, details={}
        )
        if not actor.is_student:
            _notify(row, f"objection-message:{message.pk}")
        return message


def withdraw(objection: Objection, *, actor: User) -> Objection:
    """Withdraw the objection."""
    with transaction.atomic():
        locked(objection.application.round)
        row = locked(objection)
        if row.state != ObjectionState.WITHDRAWN:
            move(row, "withdraw", actor=actor, about=row.application.owner)
        return row


def dismiss(objection: Objection, outcome: str, *, actor: User) -> Objection:
    """Dismiss the objection, with a reason."""
    return _decide(objection, "dismiss", outcome, actor, None)


def uphold(
    objection: Objection, outcome: str, place: RoundOpportunity | None, *, actor: User
) -> Objection:
    """Uphold the objection with a reason; `place`: offer the student an added seat there."""
    return _decide(objection, "uphold", outcome, actor, place)


def _decide(
    objection: Objection, name: str, outcome: str, actor: User, place: RoundOpportunity | None
) -> Objection:
    if not outcome.strip():
        raise SelectionError(_("Give the reason for your decision; the student will read it."))
    with transaction.atomic():
        locked(objection.application.round)
        row = locked(objection)
        row.outcome = outcome.strip()[:LONGEST_TEXT]
        row.decided_at = timezone.now()
        row.decided_by = actor
        move(row, name, actor=actor, about=row.application.owner)
        if place is not None:
            offers.offer_after_objection(row.application, place, actor=actor)
        _notify(row, f"objection-decided:{row.uuid}")
        return row


def _write(objection: Objection, text: str, actor: User) -> ObjectionMessage:
    if not text.strip():
        raise SelectionError(_("Write something first."))
    return ObjectionMessage.objects.create(objection=objection, author=actor, text=_trimmed(text))


def _trimmed(text: str) -> str:
    return text.strip()[:LONGEST_TEXT]


def _notify(objection: Objection, key: str) -> None:
    application = objection.application

    def write() -> Letter:
        return Letter(
            subject=_("About your objection: %(round)s") % {"round": application.round.title},
            paragraphs=(_("The office has written to you about your objection."),),
            link=Link(_("Read it"), reverse("results:objection", args=[application.uuid])),
        )

    outbox.post(key=key, to=application.owner, write=write)
