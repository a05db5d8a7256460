"""Queries for pages about rounds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from sojourn.catalogue import academic_years
from sojourn.catalogue.snapshot.build.open_rounds import OpenPlace
from sojourn.common.translated_fields import text_of
from sojourn.people.models import User
from sojourn.selection.calendar import last_moment, takes_applications
from sojourn.selection.models import Application, Lottery, Round, RoundOpportunity
from sojourn.selection.states import ApplicationState, RoundState


def public_rounds() -> QuerySet[Round]:
    """Return every round whose rules are published."""
    return Round.objects.exclude(state=RoundState.DRAFT)


def current_rounds(now: dt.datetime) -> list[Round]:
    """List the rounds that are open or still to open, the one that closes first on top."""
    rounds = public_rounds().filter(state__in=(RoundState.PUBLISHED, RoundState.OPEN))
    found = [each for each in rounds if (last := last_moment(each)) is not None and now <= last]
    return sorted(found, key=lambda each: (each.closes_at or now, each.slug))


def rounds_of_opportunity(slug: str, now: dt.datetime) -> list[Round]:
    """List the current rounds in which an opportunity of the catalogue has seats."""
    has_it = set(
        public_rounds().filter(opportunities__opportunity__slug=slug).values_list("pk", flat=True)
    )
    return [each for each in current_rounds(now) if each.pk in has_it]


def titles_of(slugs: Collection[str]) -> dict[str, str]:
    """Name rounds in which somebody applied."""
    return {each.slug: each.title for each in Round.objects.filter(slug__in=slugs)}


def commitment_of(round_: Round) -> str:
    """Read the hash to which the lottery is bound; the seed itself is never read for it."""
    found = Lottery.objects.filter(round=round_).values_list("commitment", flat=True)
    return found.first() or ""


def application_of(user: User, round_: Round) -> Application | None:
    return Application.objects.filter(owner=user, round=round_).first()


def standing_applications(user: User) -> list[Application]:
    """List a student's applications that were not withdrawn, with their rounds and offers."""
    return list(
        Application.objects.filter(owner=user)
        .exclude(state=ApplicationState.WITHDRAWN)
        .select_related("round__publication")
        .prefetch_related("offers__opportunity__opportunity")
        .order_by("round__closes_at", "pk")
    )


def open_rounds_for(
    user: User, slugs: Collection[str], now: dt.datetime
) -> list[tuple[Round, int]]:
    """List the open rounds in which a student did not begin, with how many of `slugs` are in each.

    Rounds that have none of them are left out, and so is a round that the student withdrew from.
    """
    wanted = RoundOpportunity.objects.filter(opportunity__slug__in=slugs)
    rounds = (
        public_rounds()
        .filter(opportunities__in=wanted)
        .exclude(applications__owner=user)
        .annotate(
            of_list=Count(
                "opportunities__opportunity",
                filter=Q(opportunities__opportunity__slug__in=slugs),
                distinct=True,
            )
        )
        .order_by("closes_at", "slug")
    )
    return [(each, each.of_list) for each in rounds if takes_applications(each, now)]


def open_places(now: dt.datetime) -> dict[str, OpenPlace]:
    """Return what the catalogue shows of places in rounds; the open one that closes first counts.

    Then those of rounds that have closed, until the academic year that they are about begins. An
    opportunity that is in a round under several agreements has the seats of all of them.
    """
    rounds = [
        each
        for each in Round.objects.exclude(state=RoundState.DRAFT).order_by("closes_at", "slug")
        if each.closes_at is not None
    ]
    found: dict[str, OpenPlace] = {}
    for round_ in rounds:
        if takes_applications(round_, now):
            _add_places(found, round_, None)
    for round_ in reversed(rounds):
        begins = _year_begins(round_)
        has_closed = round_.closes_at is not None and round_.closes_at < now
        if has_closed and begins is not None and timezone.localdate(now) < begins:
            _add_places(found, round_, begins)
    return found


def _add_places(found: dict[str, OpenPlace], round_: Round, closed_for: dt.date | None) -> None:
    seats: Counter[str] = Counter()
    for row in round_.opportunities.select_related("opportunity"):
        seats[row.opportunity.slug] += row.seats_to_give
    title, closes_at = text_of(round_, "title"), round_.closes_at
    for slug, count in seats.items():
        if closes_at is not None:
            place = OpenPlace(
                round_.slug, title, closes_at, count, round_.is_example, closed_for,
                results_at=round_.results_at, begins=_year_begins(round_),
            )  # fmt: skip
            found.setdefault(slug, place)


def _year_begins(round_: Round) -> dt.date | None:
    """Return the first day of the round's academic year, which is written as '2027-2028'."""
    begins = academic_years.named(round_.academic_year)
    return None if begins is None else academic_years.first_day(begins)
