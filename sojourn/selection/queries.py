"""Queries for pages about rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet

from sojourn.people.models import User
from sojourn.selection.calendar import last_moment
from sojourn.selection.models import Application, Lottery, Round
from sojourn.selection.states import RoundState


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
