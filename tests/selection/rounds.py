"""Small rounds with known scores, ready to be allocated; and what must always be true of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from sojourn.catalogue.models import DegreeProgramme, Opportunity
from sojourn.engines.allocation import commitment
from sojourn.people.models import AuditEvent, StudentNumber, User
from sojourn.people.roles import Role
from sojourn.selection import runs
from sojourn.selection.models import (
    Application,
    Choice,
    Criterion,
    Lottery,
    MeasuredValue,
    MoreSeats,
    Nomination,
    Objection,
    Offer,
    Publication,
    ReviewAssignment,
    Round,
    RoundOpportunity,
    RoundProgramme,
)
from sojourn.selection.states import (
    TAKES_SEAT,
    TRANSITIONS,
    Actor,
    ApplicationState,
    OfferState,
    RoundState,
)

SEED = "0123456789abcdef" * 4
PLACES = ("half-minor-edinburgh", "half-minor-bordeaux", "half-minor-finland")


def closed_round(seats: dict[str, int], *, nominate_in: int = 60) -> Round:
    """A closed round of one criterion, the grade. Its places are those of the Leiden edition."""
    now = timezone.now()
    made = Round.objects.create(
        slug="small-round",
        title_en="A small round",
        title_nl="Een kleine ronde",
        academic_year="2027-2028",
        state=RoundState.CLOSED,
        opens_at=now - dt.timedelta(days=30),
        closes_at=now - dt.timedelta(days=9),
        results_at=now - dt.timedelta(days=1),
        answer_by=now + dt.timedelta(days=10),
        published_at=now - dt.timedelta(days=31),
    )
    Lottery.objects.create(round=made, seed=SEED, commitment=commitment(SEED))
    for programme in DegreeProgramme.objects.all():
        RoundProgramme.objects.create(round=made, programme=programme, category=programme.slug)
    for position, (key, count) in enumerate(seats.items()):
        RoundOpportunity.objects.create(
            round=made,
            opportunity=Opportunity.objects.get(slug=key),
            key=key,
            position=position,
            seats=count,
            nomination_deadline=(now + dt.timedelta(days=nominate_in)).date(),
        )
    Criterion.objects.create(
        round=made, code="grades", kind="grades", name_en="Grades", name_nl="Cijfers",
        weight=1, lowest=0, highest=10,
    )  # fmt: skip
    return made


def applicants(
    round_: Round, lists: Sequence[Sequence[str]], grades: Sequence[str]
) -> list[Application]:
    """One student for each list, with the grade beside it; their numbers are confirmed."""
    programme = DegreeProgramme.objects.get(slug="medicine-bsc")
    users = User.objects.bulk_create(
        User(email=f"student{number}@example.org", first_name="Student", last_name=f"No {number}",
             password="!")
        for number in range(len(lists))
    )  # fmt: skip
    now = timezone.now()
    StudentNumber.objects.bulk_create(
        StudentNumber(
            owner=user, number=f"{9_100_000 + number}", confirmed_at=now, confirmed_by="list"
        )
        for number, user in enumerate(users)
    )
    made = Application.objects.bulk_create(
        Application(
            round=round_, owner=user, code=f"code{number:04}", state=ApplicationState.SUBMITTED,
            submitted_at=now, revision=1, programme=programme, category=programme.slug, year=2,
        )
        for number, user in enumerate(users)
    )  # fmt: skip
    places = {each.key: each for each in round_.opportunities.all()}
    Choice.objects.bulk_create(
        Choice(application=application, rank=rank, opportunity=places[key])
        for application, keys in zip(made, lists, strict=True)
        for rank, key in enumerate(keys, start=1)
    )
    criterion = round_.criteria.get()
    MeasuredValue.objects.bulk_create(
        MeasuredValue(application=application, criterion=criterion, value=Decimal(grade))
        for application, grade in zip(made, grades, strict=True)
    )
    return made


def office() -> tuple[User, User]:
    """Two people who work in the office."""
    return (
        User.objects.create_user("one@office.example", role=Role.COORDINATOR),
        User.objects.create_user("two@office.example", role=Role.COORDINATOR),
    )


def published(round_: Round) -> Publication:
    """The round allocated, approved by two people and published."""
    one, two = office()
    run = runs.allocate_round(round_, actor=one)
    runs.approve(run, actor=one)
    runs.approve(run, actor=two)
    return runs.publish(run, actor=one)


def seats_of(place: RoundOpportunity) -> int:
    added = sum(MoreSeats.objects.filter(opportunity=place).values_list("count", flat=True))
    return place.seats_to_give + added


def check_whole(round_: Round) -> None:
    """Never more given than there are seats, nobody with two, and no wanted seat forgotten."""
    for place in round_.opportunities.all():
        active = Offer.objects.filter(opportunity=place, state__in=TAKES_SEAT)
        seats = list(active.values_list("seat", flat=True))
        assert len(seats) == len(set(seats)) <= seats_of(place)
        assert max(seats, default=0) <= seats_of(place)
    holders = Offer.objects.filter(application__round=round_, state__in=TAKES_SEAT)
    owners = list(holders.values_list("application_id", flat=True))
    assert len(owners) == len(set(owners))
    check_no_seat_forgotten(round_)
    check_history(round_)


def check_no_seat_forgotten(round_: Round) -> None:
    """Straight from the rows, without the engine: no free seat that somebody waits for."""
    today = timezone.localdate()
    for place in round_.opportunities.all():
        if place.nomination_deadline is not None and place.nomination_deadline < today:
            continue
        taken = Offer.objects.filter(opportunity=place, state__in=TAKES_SEAT).count()
        if taken >= seats_of(place):
            continue
        for choice in Choice.objects.filter(opportunity=place).select_related("application"):
            assert not waits_for(choice), f"a seat at {place} is free and {choice} waits for it"


def waits_for(choice: Choice) -> bool:
    """Whether this applicant would be offered a free seat at this choice."""
    if choice.application.state != ApplicationState.SUBMITTED or choice.excluded_at is not None:
        return False
    offers = list(Offer.objects.filter(application=choice.application))
    refused = [
        each.rank for each in offers
        if each.state in (OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN)
    ]  # fmt: skip
    if refused and choice.rank >= min(refused):
        return False
    active = [each for each in offers if each.state in TAKES_SEAT]
    if not active:
        return True
    return active[0].state != OfferState.ACCEPTED and choice.rank < active[0].rank


def check_history(round_: Round) -> None:
    """Everything came to its state by allowed changes, each of them in the audit trail."""
    check_steps("round", Round.objects.filter(pk=round_.pk))
    check_steps("application", Application.objects.filter(round=round_))
    check_steps("offer", Offer.objects.filter(application__round=round_))
    check_steps("nomination", Nomination.objects.filter(offer__application__round=round_))
    check_steps("objection", Objection.objects.filter(application__round=round_))


def check_whole_life(round_: Round) -> None:
    """As `check_history`, of a round that began as a draft: nothing at all goes unwritten.

    Also that whoever the table says made each change: a student their own, the office, a reviewer.
    """
    born = {"round": "draft", "application": "draft", "review": "assigned"}
    check_steps("round", Round.objects.filter(pk=round_.pk), born["round"])
    applications = Application.objects.filter(round=round_)
    check_steps("application", applications, born["application"])
    reviews = ReviewAssignment.objects.filter(application__round=round_)
    check_steps("review", reviews, born["review"])
    check_steps("offer", Offer.objects.filter(application__round=round_))
    check_steps("nomination", Nomination.objects.filter(offer__application__round=round_))
    check_steps("objection", Objection.objects.filter(application__round=round_))
    check_who()


def check_who() -> None:
    by = {(f"{each.of}.{each.name}", str(each.before)): each.by for each in TRANSITIONS}
    of_selection = {each.of for each in TRANSITIONS}
    for event in AuditEvent.objects.filter(details__has_key="before").select_related("actor"):
        if event.action.split(".")[0] not in of_selection:
            continue  # a nomination begins a stay
        who = by[event.action, event.details["before"]]
        if who == Actor.STUDENT:
            is_theirs = event.actor is not None and event.actor == event.about
            assert is_theirs or (event.actor is not None and event.actor.is_staff)
        elif who in (Actor.OFFICE, Actor.REVIEWER):
            assert event.actor is not None
            assert event.actor.is_staff or who == Actor.REVIEWER


def check_steps(of: str, rows: Iterable[Any], born: str | None = None) -> None:
    """What these rows are now is what the audit trail says, step by step, from where it begins.

    `born` is the state in which such a row begins without an event; None: in any, as tests make it.
    """
    kind = "reviewassignment" if of == "review" else of
    allowed = {
        (each.name, str(each.before), str(each.after)) for each in TRANSITIONS if each.of == of
    }
    steps: dict[str, list[AuditEvent]] = {}
    for event in AuditEvent.objects.filter(object_type=f"selection.{kind}").order_by("pk"):
        if "after" in event.details:
            steps.setdefault(event.object_id, []).append(event)
    for row in rows:
        state = born
        for event in steps.get(str(row.pk), ()):
            before, after = event.details.get("before"), event.details["after"]
            assert state is None or before == state
            assert before is None or (event.action.partition(".")[2], before, after) in allowed
            state = after
        is_born_with_an_event = of in ("offer", "nomination", "objection")
        assert state == row.state or (state is None and not is_born_with_an_event)
