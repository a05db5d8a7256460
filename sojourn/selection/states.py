"""The states of a selection, and the one table of the transitions that are allowed.

Every change of a state goes through `changes.move`, which looks here; docs/selection.md shows the
same table, and a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoundState(models.TextChoices):
    """The state of a round."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    ALLOCATED = "allocated", _("Allocated")
    RESULTS = "results", _("Results published")
    FINISHED = "finished", _("Finished")


# Nobody applies any more.
AFTER_CLOSING = (
    RoundState.CLOSED,
    RoundState.ALLOCATED,
    RoundState.RESULTS,
    RoundState.FINISHED,
)


class ApplicationState(models.TextChoices):
    """The state of one student's application."""

    DRAFT = "draft", _("Not submitted")
    SUBMITTED = "submitted", _("Submitted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ReviewState(models.TextChoices):
    """The state of one reviewer's reading of one application."""

    ASSIGNED = "assigned", _("To read")
    DONE = "done", _("Done")
    CONFLICT = "conflict", _("Conflict of interest")


class OfferState(models.TextChoices):
    """The state of an offered place."""

    OPEN = "open", _("To be answered")
    ACCEPTED = "accepted", pgettext_lazy("an offered place", "Accepted")
    ACCEPTED_WAITING = "accepted_waiting", _("Accepted, waits for a higher choice")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Not answered in time")
    WITHDRAWN = "withdrawn", _("Given up after accepting")
    MOVED_UP = "moved_up", _("Left for a higher choice")

    @property
    def meaning(self) -> OfferMeaning:
        """Return what follows from the state."""
        return _OFFER_MEANINGS[self]


@dataclass(frozen=True)
class OfferMeaning:
    """What follows from the state of an offer, wherever that is asked."""

    takes_seat: bool = False
    """The seat is nobody else's, and the applicant has no other."""
    awaits_answer: bool = False
    is_accepted: bool = False
    moves_up: bool = False
    """A choice higher on the list still replaces it."""
    is_refused: bool = False
    """What the applicant likes less is given up with it."""

    @property
    def waits_for_higher(self) -> bool:
        """Tell whether it was accepted and the applicant still waits for a higher choice."""
        return self.is_accepted and self.moves_up


_OFFER_MEANINGS = {
    OfferState.OPEN: OfferMeaning(takes_seat=True, awaits_answer=True, moves_up=True),
    OfferState.ACCEPTED: OfferMeaning(takes_seat=True, is_accepted=True),
    OfferState.ACCEPTED_WAITING: OfferMeaning(takes_seat=True, is_accepted=True, moves_up=True),
    OfferState.DECLINED: OfferMeaning(is_refused=True),
    OfferState.EXPIRED: OfferMeaning(is_refused=True),
    OfferState.WITHDRAWN: OfferMeaning(is_refused=True),
    OfferState.MOVED_UP: OfferMeaning(),
}
# For queries.
TAKES_SEAT = [each for each in OfferState if each.meaning.takes_seat]
AWAITS_ANSWER = [each for each in OfferState if each.meaning.awaits_answer]
ACCEPTED = [each for each in OfferState if each.meaning.is_accepted]


class NominationState(models.TextChoices):
    """The state of a nomination."""

    SENT = "sent", _("Sent")
    CONFIRMED = "confirmed", _("Confirmed by the host")
    CANCELLED = "cancelled", _("Withdrawn")


class ObjectionState(models.TextChoices):
    """The state of an objection."""

    OPEN = "open", _("To be decided")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Actor(models.TextChoices):
    """Who makes a transition."""

    STUDENT = "student", _("student")
    OFFICE = "office", _("office")
    REVIEWER = "reviewer", _("reviewer")
    CLOCK = "clock", _("clock")


@dataclass(frozen=True)
class Transition:
    """One allowed change: of what, its name, from which state to which, and by whom."""

    of: str
    name: str
    before: str
    after: str
    by: Actor


TRANSITIONS: tuple[Transition, ...] = (
    Transition("round", "publish", RoundState.DRAFT, RoundState.PUBLISHED, Actor.OFFICE),
    Transition("round", "unpublish", RoundState.PUBLISHED, RoundState.DRAFT, Actor.OFFICE),
    Transition("round", "open", RoundState.PUBLISHED, RoundState.OPEN, Actor.CLOCK),
    Transition("round", "close", RoundState.OPEN, RoundState.CLOSED, Actor.CLOCK),
    Transition("round", "reopen", RoundState.CLOSED, RoundState.OPEN, Actor.OFFICE),
    Transition("round", "allocate", RoundState.CLOSED, RoundState.ALLOCATED, Actor.OFFICE),
    Transition("round", "set_aside", RoundState.ALLOCATED, RoundState.CLOSED, Actor.OFFICE),
    Transition("round", "publish_results", RoundState.ALLOCATED, RoundState.RESULTS, Actor.OFFICE),
    Transition("round", "finish", RoundState.RESULTS, RoundState.FINISHED, Actor.OFFICE),
    Transition(
        "application",
        "submit",
        ApplicationState.DRAFT,
        ApplicationState.SUBMITTED,
        Actor.STUDENT,
    ),
    Transition(
        "application",
        "take_in",
        ApplicationState.DRAFT,
        ApplicationState.SUBMITTED,
        Actor.OFFICE,
    ),
    Transition(
        "application",
        "resubmit",
        ApplicationState.SUBMITTED,
        ApplicationState.SUBMITTED,
        Actor.STUDENT,
    ),
    Transition(
        "application",
        "withdraw",
        ApplicationState.SUBMITTED,
        ApplicationState.WITHDRAWN,
        Actor.STUDENT,
    ),
    Transition(
        "application",
        "withdraw",
        ApplicationState.DRAFT,
        ApplicationState.WITHDRAWN,
        Actor.STUDENT,
    ),
    Transition(
        "application",
        "reopen",
        ApplicationState.WITHDRAWN,
        ApplicationState.DRAFT,
        Actor.STUDENT,
    ),
    Transition("review", "finish", ReviewState.ASSIGNED, ReviewState.DONE, Actor.REVIEWER),
    Transition("review", "score_again", ReviewState.DONE, ReviewState.DONE, Actor.REVIEWER),
    Transition(
        "review", "declare_conflict", ReviewState.ASSIGNED, ReviewState.CONFLICT, Actor.REVIEWER
    ),
    Transition("offer", "accept", OfferState.OPEN, OfferState.ACCEPTED, Actor.STUDENT),
    Transition(
        "offer", "accept_and_wait", OfferState.OPEN, OfferState.ACCEPTED_WAITING, Actor.STUDENT
    ),
    Transition("offer", "decline", OfferState.OPEN, OfferState.DECLINED, Actor.STUDENT),
    Transition(
        "offer", "stop_waiting", OfferState.ACCEPTED_WAITING, OfferState.ACCEPTED, Actor.STUDENT
    ),
    Transition("offer", "withdraw", OfferState.ACCEPTED, OfferState.WITHDRAWN, Actor.STUDENT),
    Transition(
        "offer", "withdraw", OfferState.ACCEPTED_WAITING, OfferState.WITHDRAWN, Actor.STUDENT
    ),
    Transition("offer", "expire", OfferState.OPEN, OfferState.EXPIRED, Actor.CLOCK),
    Transition("offer", "move_up", OfferState.OPEN, OfferState.MOVED_UP, Actor.CLOCK),
    Transition("offer", "move_up", OfferState.ACCEPTED_WAITING, OfferState.MOVED_UP, Actor.CLOCK),
    Transition("offer", "finalise", OfferState.ACCEPTED_WAITING, OfferState.ACCEPTED, Actor.OFFICE),
    Transition(
        "nomination", "confirm", NominationState.SENT, NominationState.CONFIRMED, Actor.OFFICE
    ),
    Transition(
        "nomination", "cancel", NominationState.SENT, NominationState.CANCELLED, Actor.CLOCK
    ),
    Transition(
        "nomination", "cancel", NominationState.CONFIRMED, NominationState.CANCELLED, Actor.CLOCK
    ),
    Transition("objection", "uphold", ObjectionState.OPEN, ObjectionState.UPHELD, Actor.OFFICE),
    Transition("objection", "dismiss", ObjectionState.OPEN, ObjectionState.DISMISSED, Actor.OFFICE),
    Transition(
        "objection", "withdraw", ObjectionState.OPEN, ObjectionState.WITHDRAWN, Actor.STUDENT
    ),
)


def find_transition(of: str, name: str, before: str) -> Transition | None:
    """Find the transition of that name from that state; None where it is not allowed."""
    return next(
        (each for each in TRANSITIONS if (each.of, each.name, each.before) == (of, name, before)),
        None,
    )


def target_of(of: str, name: str) -> str:
    """Return the state that a transition of that name leads to, from wherever it starts."""
    return next(each.after for each in TRANSITIONS if (each.of, each.name) == (of, name))
