"""Queries about results: a student's own, with reasons; the certificate for everybody."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils import timezone

from sojourn.engines.allocation import Explanation, Method, explain
from sojourn.people.models import User
from sojourn.selection import offers, own_data, run_file, scoring, waiting
from sojourn.selection.models import (
    Application,
    Choice,
    Objection,
    Offer,
    Publication,
    Round,
)
from sojourn.selection.scoring import ScoreSum
from sojourn.selection.states import ApplicationState, RoundState

_KEPT = 8


@dataclass(frozen=True)
class OwnResult:
    """Everything that one applicant may know of a published round."""

    application: Application
    publication: Publication
    explanation: Explanation | None
    """None when the application was taken back before the allocation."""
    score_digits: int
    hides_points: bool
    """The points come from grades of a student number that is not known to be the applicant's."""
    choices: tuple[Choice, ...]
    offer: Offer | None
    """The place that is offered or accepted now."""
    earlier: tuple[Offer, ...]
    queue: Mapping[str, int]
    """The place on each waiting list, by the opportunity's key, from 1."""
    own_scores: Mapping[str, int | None]
    sums: Mapping[str, ScoreSum]
    """How the score of a choice adds up, by the opportunity's key. A choice is left out where the
    figures of today no longer give the score that decided."""
    may_wait: bool
    objection: Objection | None

    @property
    def waits_for_higher(self) -> bool:
        """Tell whether a choice above the offered one could still come."""
        return self.offer is not None and any(
            choice.rank < self.offer.rank and choice.opportunity.key in self.queue
            for choice in self.choices
        )

    def has_refused_better_than(self, choice: Choice) -> bool:
        """Tell whether this choice was given up with a better one that was refused."""
        return any(each.rank < choice.rank and each.meaning.is_refused for each in self.earlier)

    @property
    def may_answer(self) -> bool:
        return (
            self.offer is not None
            and self.offer.meaning.awaits_answer
            and self.is_running
            and timezone.now() <= self.offer.answer_by
        )

    @property
    def is_running(self) -> bool:
        """Tell whether places are still being given in this round."""
        return self.application.round.state == RoundState.RESULTS


def published_applications(user: User) -> list[Application]:
    """List a student's applications in rounds with results, the newest first."""
    return list(
        Application.objects.filter(
            owner=user, round__publication__isnull=False, submitted_at__isnull=False
        )
        .select_related("round__publication")
        .order_by("-round__publication__at")
    )


def own_application(user: User, uuid: Any) -> Application | None:
    """Find this person's application with this id, if its round has results."""
    return (
        Application.objects.filter(
            uuid=uuid, owner=user, round__publication__isnull=False, submitted_at__isnull=False
        )
        .select_related("owner", "round__publication__run")
        .first()
    )


def own_result(application: Application, now: dt.datetime) -> OwnResult:
    """Collect what became of an application whose round has results."""
    round_ = application.round
    run = round_.publication.run
    explanation = _explanations(bytes(run.input), Method(run.method)).get(application.code)
    own = list(application.offers.select_related("opportunity__opportunity"))
    problem = run_file.problem_from(bytes(run.input))
    asked = next((each for each in problem.applications if each.id == application.code), None)
    own_scores = {each.opportunity: each.score for each in asked.choices} if asked else {}
    hides_points = own_data.hides_points(application)
    return OwnResult(
        application=application,
        publication=round_.publication,
        explanation=explanation,
        score_digits=problem.score_digits,
        hides_points=hides_points,
        choices=tuple(application.choices.select_related("opportunity__opportunity")),
        offer=next((each for each in own if each.meaning.takes_seat), None),
        earlier=tuple(each for each in own if not each.meaning.takes_seat),
        queue=waiting_places(application, now),
        own_scores=own_scores,
        sums={} if hides_points else _sums(application, own_scores),
        may_wait=offers.may_wait(round_),
        objection=Objection.objects.filter(application=application).first(),
    )


def _sums(application: Application, own_scores: Mapping[str, int | None]) -> dict[str, ScoreSum]:
    return {
        key: each
        for key, each in scoring.sums_of(application).items()
        if each.score == own_scores.get(key)
    }


@lru_cache(maxsize=_KEPT)
def _explanations(data: bytes, method: Method) -> dict[str, Explanation]:
    return {
        each.placement.application: each for each in explain(run_file.result_from(data, method))
    }


def waiting_places(application: Application, now: dt.datetime) -> dict[str, int]:
    """Return the applicant's place on the waiting lists that can still move, by the place's key."""
    round_ = application.round
    if round_.state != RoundState.RESULTS or application.state != ApplicationState.SUBMITTED:
        return {}
    run = round_.publication.run
    result = waiting.current_round(round_, run, now).next_offers().result
    own = next(
        (each for each in explain(result) if each.placement.application == application.code), None
    )
    if own is None:
        return {}
    return {
        each.opportunity: each.waiting_place
        for each in own.why_not
        if each.waiting_place is not None
    }


@dataclass(frozen=True)
class CertificateLine:
    """One opportunity of the published result, as counts."""

    opportunity: str
    seats: int
    wanted: int
    first_choices: int
    placed: int


@dataclass(frozen=True)
class PublishedResult:
    """The published file, and what it says, for the certificate's page."""

    publication: Publication
    data: bytes
    record: Mapping[str, Any]
    lines: tuple[CertificateLine, ...]

    @property
    def certificate(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.record["certificate"]
        return found


def published_result(slug: str) -> PublishedResult | None:
    """Return the result of a round that everybody may check; None while there is none."""
    publication = (
        Publication.objects.filter(round__slug=slug).select_related("round", "run").first()
    )
    if publication is None:
        return None
    data = bytes(publication.run.published)
    record: dict[str, Any] = json.loads(data)
    lists = [
        [choice["opportunity"] for choice in each["choices"]]
        for each in record["input"]["applications"]
    ]
    placed = [each["opportunity"] for each in record["placements"]]
    return PublishedResult(
        publication,
        data,
        record,
        tuple(
            CertificateLine(
                each["id"],
                each["seats"],
                sum(each["id"] in listed for listed in lists),
                sum(listed[:1] == [each["id"]] for listed in lists),
                placed.count(each["id"]),
            )
            for each in record["input"]["opportunities"]
        ),
    )


def round_with_results(slug: str) -> Round | None:
    return Round.objects.filter(slug=slug, publication__isnull=False).first()
