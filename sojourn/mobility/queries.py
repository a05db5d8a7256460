"""Reads of stays: a student's own, the office's lists, what waits to become a stay."""

from __future__ import annotations

from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf

from sojourn.advising.models import SelfArrangedPlace, SelfArrangedState
from sojourn.catalogue.choices import Gate, Pen
from sojourn.common.folding import with_words
from sojourn.common.languages import page_language
from sojourn.common.translated_fields import column
from sojourn.mobility.models import Stay, StayStep
from sojourn.mobility.states import OVER, SETTLED, STANDING, StepState
from sojourn.people.models import User
from sojourn.selection.models import Offer
from sojourn.selection.states import ACCEPTED, NominationState


def with_everything(found: QuerySet[Stay]) -> QuerySet[Stay]:
    """Read with each stay what its page shows, in a few queries whatever their number."""
    return found.select_related(
        "student", "programme", "road", "opportunity", "window__programme", "offer__application"
    ).prefetch_related(
        "hosts__institution", "periods", "steps__step__source", "steps__settled_by",
        "overrides__by", "changes__by", "arrivals", "board_requests__decision",
        "board_requests__version",
    )  # fmt: skip


def standing_of(user: User) -> QuerySet[Stay]:
    """Find a student's stays that are not over, the first to begin first."""
    return with_everything(Stay.objects.owned_by(user).filter(state__in=STANDING)).order_by(
        "starts_on", "pk"
    )


def places_to_begin(user: User) -> QuerySet[SelfArrangedPlace]:
    """Find a student's approved places that are no stay yet."""
    return (
        SelfArrangedPlace.objects.owned_by(user)
        .filter(state=SelfArrangedState.APPROVED, stay__isnull=True)
        .order_by("starts_on")
    )


def offers_to_begin(reader: User) -> QuerySet[Offer]:
    """Find nominated offers that are no stay yet, of those whom the reader sees."""
    return (
        Offer.objects.visible_to(reader)
        .filter(state__in=ACCEPTED, stay__isnull=True)
        .filter(nomination__state__in=(NominationState.SENT, NominationState.CONFIRMED))
        .select_related("application__owner", "opportunity__opportunity")
        .order_by("opportunity", "pk")
    )


def own_places_to_begin(reader: User) -> QuerySet[SelfArrangedPlace]:
    """Find approved places that are no stay yet, of those whom the reader sees."""
    return (
        SelfArrangedPlace.objects.visible_to(reader)
        .filter(state=SelfArrangedState.APPROVED, stay__isnull=True)
        .select_related("student", "institution", "window")
        .order_by("starts_on")
    )


_UNSETTLED = StayStep.objects.filter(stay=OuterRef("pk")).exclude(state__in=SETTLED)
# Where the pen of a step moves while it waits, the step itself says who has it.
_WAITING = _UNSETTLED.filter(waiting_since__isnull=False).annotate(
    holder=Coalesce(NullIf("pen", Value("")), "step__who")
)
_GATES_IN_ORDER = Case(
    *(When(step__gate=gate, then=place) for place, gate in enumerate(Gate)),
    output_field=IntegerField(),
)


def with_pen(found: QuerySet[Stay]) -> QuerySet[Stay]:
    """Say with each stay what waits, for whom and since when: the step that is due first.

    Its next gate is the first one for which a step is not settled.
    """
    # Databases differ in where they put what has no day: it comes last, as on the stay's page.
    first = _WAITING.order_by(F("due_on").asc(nulls_last=True), "step__number").values
    shut = _UNSETTLED.exclude(step__gate="").order_by(_GATES_IN_ORDER).values
    name = column("name", page_language())
    return found.annotate(
        pen_since=Subquery(first("waiting_since")[:1]),
        pen_who=Subquery(first("holder")[:1]),
        pen_state=Subquery(first("state")[:1]),
        pen_name=Subquery(first(f"step__{name}")[:1]),
        next_gate=Subquery(shut("step__gate")[:1]),
    )


def at_gate(found: QuerySet[Stay], gate: str) -> QuerySet[Stay]:
    """Keep the stays whose next gate this is; they are read `with_pen`."""
    return found.alias(gate=F("next_gate")).filter(gate=gate)


def held_by(found: QuerySet[Stay], pen: str) -> QuerySet[Stay]:
    """Keep the stays in which something waits for these."""
    waiting = _WAITING.filter(state=StepState.WAITING, holder=pen)
    if pen == Pen.OFFICE:
        waiting = _WAITING.filter(Q(holder=pen) | Q(state=StepState.SAID))
    return found.filter(Exists(waiting))


def matching(found: QuerySet[Stay], words: str) -> QuerySet[Stay]:
    """Keep the stays in whose student, place or host all of these words are."""
    hits = with_words(
        found, words, "hosts__name", "hosts__city", "title", "student__email",
        "student__first_name", "student__last_name",
    )  # fmt: skip
    return found.filter(pk__in=hits.order_by().values("pk"))


def approved_place(user: User, number: UUID) -> SelfArrangedPlace | None:
    """Find a student's own approved place."""
    return (
        SelfArrangedPlace.objects.owned_by(user)
        .filter(pk=number, state=SelfArrangedState.APPROVED)
        .first()
    )


def group_of(found: QuerySet[Stay], stay: Stay) -> QuerySet[Stay]:
    """Find the others who go to the same place in the same days."""
    if stay.opportunity_id is None or stay.starts_on is None:
        return found.none()
    same = found.filter(opportunity=stay.opportunity_id, starts_on=stay.starts_on)
    return same.exclude(pk=stay.pk).exclude(state__in=OVER)
