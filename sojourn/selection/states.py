"""Which states there are in a selection, and the one table of the changes that are allowed.

Every change of a state goes through `changes.move`, which looks here; docs/selection.md shows the
same table, and a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoundState(models.TextChoices):
    """Where a round stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    ALLOCATED = "allocated", _("Allocated")
    RESULTS = "results", _("Results published")
    FINISHED = "finished", _("Finished")


class ApplicationState(models.TextChoices):
    """Where one student's application stands."""

    DRAFT = "draft", _("Not handed in")
    SUBMITTED = "submitted", _("Handed in")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ReviewState(models.TextChoices):
    """Where one reviewer's reading of one application stands."""

    ASSIGNED = "assigned", _("To read")
    DONE = "done", _("Done")
    CONFLICT = "conflict", _("Conflict of interest")


class OfferState(models.TextChoices):
    """Where an offered place stands."""

    OPEN = "open", _("To be answered")
    ACCEPTED = "accepted", pgettext_lazy("an offered place", "Accepted")
    ACCEPTED_WAITING = "accepted_waiting", _("Accepted, waits for a higher choice")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Not answered in time")
    WITHDRAWN = "withdrawn", _("Given up after accepting")
    MOVED_UP = "moved_up", _("Left for a higher choice")


# The states in which an offer takes a seat.
ACTIVE_OFFERS = [OfferState.OPEN, OfferState.ACCEPTED, OfferState.ACCEPTED_WAITING]


class NominationState(models.TextChoices):
    """Where the nomination of one student to a host stands."""

    SENT = "sent", _("Sent")
    CONFIRMED = "confirmed", _("Confirmed by the host")
    CANCELLED = "cancelled", _("Taken back")


class ObjectionState(models.TextChoices):
    """Where an objection stands."""

    OPEN = "open", _("To be decided")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")
    WITHDRAWN = "withdrawn", _("Taken back")


class By(models.TextChoices):
    """Who makes a change."""

    STUDENT = "student", _("student")
    OFFICE = "office", _("office")
    REVIEWER = "reviewer", _("reviewer")
    CLOCK = "clock", _("clock")


@dataclass(frozen=True)
class Move:
    """One allowed change: of what, called what, from where to where, and who makes it."""

    of: str
    name: str
    before: str
    after: str
    by: By


TABLE: tuple[Move, ...] = (
    Move("round", "publish", RoundState.DRAFT, RoundState.PUBLISHED, By.OFFICE),
    Move("round", "unpublish", RoundState.PUBLISHED, RoundState.DRAFT, By.OFFICE),
    Move("round", "open", RoundState.PUBLISHED, RoundState.OPEN, By.CLOCK),
    Move("round", "close", RoundState.OPEN, RoundState.CLOSED, By.CLOCK),
    Move("round", "reopen", RoundState.CLOSED, RoundState.OPEN, By.OFFICE),
    Move("round", "allocate", RoundState.CLOSED, RoundState.ALLOCATED, By.OFFICE),
    Move("round", "set_aside", RoundState.ALLOCATED, RoundState.CLOSED, By.OFFICE),
    Move("round", "publish_results", RoundState.ALLOCATED, RoundState.RESULTS, By.OFFICE),
    Move("round", "finish", RoundState.RESULTS, RoundState.FINISHED, By.OFFICE),
    Move(
        "application",
        "hand_in",
        ApplicationState.DRAFT,
        ApplicationState.SUBMITTED,
        By.STUDENT,
    ),
    Move(
        "application",
        "hand_in_again",
        ApplicationState.SUBMITTED,
        ApplicationState.SUBMITTED,
        By.STUDENT,
    ),
    Move(
        "application",
        "withdraw",
        ApplicationState.SUBMITTED,
        ApplicationState.WITHDRAWN,
        By.STUDENT,
    ),
    Move(
        "application",
        "withdraw",
        ApplicationState.DRAFT,
        ApplicationState.WITHDRAWN,
        By.STUDENT,
    ),
    Move(
        "application",
        "take_up",
        ApplicationState.WITHDRAWN,
        ApplicationState.DRAFT,
        By.STUDENT,
    ),
    Move("review", "finish", ReviewState.ASSIGNED, ReviewState.DONE, By.REVIEWER),
    Move("review", "score_again", ReviewState.DONE, ReviewState.DONE, By.REVIEWER),
    Move("review", "declare_conflict", ReviewState.ASSIGNED, ReviewState.CONFLICT, By.REVIEWER),
    Move("offer", "accept", OfferState.OPEN, OfferState.ACCEPTED, By.STUDENT),
    Move("offer", "accept_and_wait", OfferState.OPEN, OfferState.ACCEPTED_WAITING, By.STUDENT),
    Move("offer", "decline", OfferState.OPEN, OfferState.DECLINED, By.STUDENT),
    Move("offer", "stop_waiting", OfferState.ACCEPTED_WAITING, OfferState.ACCEPTED, By.STUDENT),
    Move("offer", "give_up", OfferState.ACCEPTED, OfferState.WITHDRAWN, By.STUDENT),
    Move("offer", "give_up", OfferState.ACCEPTED_WAITING, OfferState.WITHDRAWN, By.STUDENT),
    Move("offer", "expire", OfferState.OPEN, OfferState.EXPIRED, By.CLOCK),
    Move("offer", "move_up", OfferState.OPEN, OfferState.MOVED_UP, By.CLOCK),
    Move("offer", "move_up", OfferState.ACCEPTED_WAITING, OfferState.MOVED_UP, By.CLOCK),
    Move("offer", "settle", OfferState.ACCEPTED_WAITING, OfferState.ACCEPTED, By.OFFICE),
    Move("nomination", "confirm", NominationState.SENT, NominationState.CONFIRMED, By.OFFICE),
    Move("nomination", "cancel", NominationState.SENT, NominationState.CANCELLED, By.CLOCK),
    Move("nomination", "cancel", NominationState.CONFIRMED, NominationState.CANCELLED, By.CLOCK),
    Move("objection", "uphold", ObjectionState.OPEN, ObjectionState.UPHELD, By.OFFICE),
    Move("objection", "dismiss", ObjectionState.OPEN, ObjectionState.DISMISSED, By.OFFICE),
    Move("objection", "take_back", ObjectionState.OPEN, ObjectionState.WITHDRAWN, By.STUDENT),
)


def find(of: str, name: str, before: str) -> Move | None:
    """The move of that name from that state, or None where it is not allowed."""
    return next(
        (each for each in TABLE if (each.of, each.name, each.before) == (of, name, before)), None
    )
