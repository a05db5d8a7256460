"""Statistics of a round: applications, placements by rank and programme, unused seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum

from sojourn.engines.allocation import Method
from sojourn.selection import run_file
from sojourn.selection.models import Application, MoreSeats, Offer, Round
from sojourn.selection.states import ACCEPTED, ApplicationState


@dataclass(frozen=True)
class ApplicantOutcome:
    """One applicant: programme, list, what the results gave, and what was accepted."""

    programme: str
    choices: tuple[str, ...]
    given: str | None
    """The place of the published results; None: none."""
    has: str | None
    """The place that was accepted; None: none."""


@dataclass(frozen=True)
class OpportunityStatistics:
    """One opportunity: how much it was wanted, and how it was filled."""

    key: str
    seats: int
    first_choices: int
    choices: int
    given: int
    accepted: int

    @property
    def unused(self) -> int:
        return max(self.seats - self.accepted, 0)


@dataclass(frozen=True)
class ProgrammeStatistics:
    """One degree programme: how many applied, were given a place, and accepted one."""

    programme: str
    applicants: int
    given: int
    accepted: int


@dataclass(frozen=True)
class RoundStatistics:
    """The statistics of one round. `given_by_rank[0]` counts first choices, and so on."""

    applicants: int
    withdrawn: int
    given_by_rank: tuple[int, ...]
    accepted_by_rank: tuple[int, ...]
    places: tuple[OpportunityStatistics, ...]
    programmes: tuple[ProgrammeStatistics, ...]
    answers: Mapping[str, int]
    """How many offers are in each state."""

    @property
    def given(self) -> int:
        return sum(self.given_by_rank)

    @property
    def accepted(self) -> int:
        return sum(self.accepted_by_rank)

    @property
    def without_a_place(self) -> int:
        return self.applicants - self.given

    @property
    def seats(self) -> int:
        return sum(each.seats for each in self.places)

    @property
    def unused(self) -> int:
        return sum(each.unused for each in self.places)


def summarise(
    applicants: Iterable[ApplicantOutcome],
    seats: Mapping[str, int],
    *,
    withdrawn: int = 0,
    answers: Mapping[str, int] | None = None,
) -> RoundStatistics:
    """Count. `seats` holds every opportunity of the round, in the order to show."""
    everybody = list(applicants)
    longest = max((len(each.choices) for each in everybody), default=0)
    given = Counter(each.given for each in everybody if each.given)
    has = Counter(each.has for each in everybody if each.has)
    first = Counter(each.choices[0] for each in everybody if each.choices)
    wanted = Counter(choice for each in everybody for choice in each.choices)
    programmes = sorted({each.programme for each in everybody})
    return RoundStatistics(
        applicants=len(everybody),
        withdrawn=withdrawn,
        given_by_rank=_by_rank(((each.given, each.choices) for each in everybody), longest),
        accepted_by_rank=_by_rank(((each.has, each.choices) for each in everybody), longest),
        places=tuple(
            OpportunityStatistics(key, count, first[key], wanted[key], given[key], has[key])
            for key, count in seats.items()
        ),
        programmes=tuple(
            ProgrammeStatistics(
                name,
                sum(each.programme == name for each in everybody),
                sum(each.programme == name and each.given is not None for each in everybody),
                sum(each.programme == name and each.has is not None for each in everybody),
            )
            for name in programmes
        ),
        answers=answers or {},
    )


def _by_rank(placed: Iterable[tuple[str | None, tuple[str, ...]]], longest: int) -> tuple[int, ...]:
    counts = [0] * longest
    for place, choices in placed:
        if place in choices:
            counts[choices.index(place)] += 1
    return tuple(counts)


def statistics_of_round(round_: Round) -> RoundStatistics:
    """Compute the statistics of a round; before its results, of its applications alone."""
    publication = getattr(round_, "publication", None)
    given: dict[str, str | None] = {}
    if publication is not None:
        run = publication.run
        result = run_file.result_from(bytes(run.input), Method(run.method))
        given = {each.application: each.opportunity for each in result.placements}
    offers = Offer.objects.filter(application__round=round_)
    has = dict(offers.filter(state__in=ACCEPTED).values_list("application_id", "opportunity__key"))
    applications = Application.objects.filter(
        round=round_, submitted_at__isnull=False
    ).select_related("programme")
    added = dict(
        MoreSeats.objects.filter(opportunity__round=round_)
        .values_list("opportunity__key")
        .annotate(Sum("count"))
        .order_by()
    )
    counted = [
        each
        for each in applications.prefetch_related("choices__opportunity")
        if each.state == ApplicationState.SUBMITTED or each.code in given
    ]
    return summarise(
        (
            ApplicantOutcome(
                each.programme.slug if each.programme else "",
                tuple(choice.opportunity.key for choice in each.choices.all()),
                given.get(each.code),
                has.get(each.pk),
            )
            for each in counted
        ),
        {
            each.key: each.seats_to_give + added.get(each.key, 0)
            for each in round_.opportunities.all()
        },
        withdrawn=sum(each.state == ApplicationState.WITHDRAWN for each in applications),
        answers=Counter(offers.values_list("state", flat=True)),
    )
