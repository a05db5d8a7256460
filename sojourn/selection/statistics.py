"""Statistics of a round: applications, placements by rank and programme, unused seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from django.db.models import QuerySet, Sum

from sojourn.engines.allocation import Method
from sojourn.selection import run_file
from sojourn.selection.models import Application, MoreSeats, Offer, PastApplicants, Round
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
    """Compute the statistics of a round; before its results, of its applications alone.

    Applications that were deleted after the results still count: what they added is kept.
    """
    added = dict(
        MoreSeats.objects.filter(opportunity__round=round_)
        .values_list("opportunity__key")
        .annotate(Sum("count"))
        .order_by()
    )
    seats = {
        each.key: each.seats_to_give + added.get(each.key, 0) for each in round_.opportunities.all()
    }
    live = count(round_, Application.objects.filter(round=round_), seats)
    past = PastApplicants.objects.filter(round=round_).first()
    return live if past is None else add(live, from_json(past.counts))


def count(
    round_: Round, applications: QuerySet[Application], seats: Mapping[str, int]
) -> RoundStatistics:
    """Count some applications of a round."""
    publication = getattr(round_, "publication", None)
    given: dict[str, str | None] = {}
    if publication is not None:
        run = publication.run
        result = run_file.result_from(bytes(run.input), Method(run.method))
        given = {each.application: each.opportunity for each in result.placements}
    submitted = applications.filter(submitted_at__isnull=False).select_related("programme")
    offers = Offer.objects.filter(application__in=submitted.values("pk"))
    has = dict(offers.filter(state__in=ACCEPTED).values_list("application_id", "opportunity__key"))
    found = list(submitted.prefetch_related("choices__opportunity"))
    return summarise(
        (
            ApplicantOutcome(
                each.programme.slug if each.programme else "",
                tuple(choice.opportunity.key for choice in each.choices.all()),
                given.get(each.code),
                has.get(each.pk),
            )
            for each in found
            if each.state == ApplicationState.SUBMITTED or each.code in given
        ),
        seats,
        withdrawn=sum(each.state == ApplicationState.WITHDRAWN for each in found),
        answers=dict(Counter(offers.values_list("state", flat=True))),
    )


# --- Adding, and keeping -------------------------------------------------------------------------


def add(one: RoundStatistics, other: RoundStatistics) -> RoundStatistics:
    """Add what was counted of other applications of the same round."""
    places = {each.key: each for each in one.places}
    for each in other.places:
        known = places.get(each.key)
        places[each.key] = _added_places(known, each) if known else each
    programmes = {each.programme: each for each in one.programmes}
    for named in other.programmes:
        same = programmes.get(named.programme)
        programmes[named.programme] = (
            ProgrammeStatistics(
                named.programme,
                named.applicants + same.applicants,
                named.given + same.given,
                named.accepted + same.accepted,
            )
            if same
            else named
        )
    return RoundStatistics(
        applicants=one.applicants + other.applicants,
        withdrawn=one.withdrawn + other.withdrawn,
        given_by_rank=_added_ranks(one.given_by_rank, other.given_by_rank),
        accepted_by_rank=_added_ranks(one.accepted_by_rank, other.accepted_by_rank),
        places=tuple(places.values()),
        programmes=tuple(programmes[name] for name in sorted(programmes)),
        answers=dict(Counter(one.answers) + Counter(other.answers)),
    )


def to_json(counted: RoundStatistics) -> dict[str, Any]:
    """Return counts as they are kept."""
    return asdict(counted)


def from_json(kept: Mapping[str, Any]) -> RoundStatistics:
    """Return counts that were kept."""
    return RoundStatistics(
        applicants=kept["applicants"],
        withdrawn=kept["withdrawn"],
        given_by_rank=tuple(kept["given_by_rank"]),
        accepted_by_rank=tuple(kept["accepted_by_rank"]),
        places=tuple(OpportunityStatistics(**each) for each in kept["places"]),
        programmes=tuple(ProgrammeStatistics(**each) for each in kept["programmes"]),
        answers=kept["answers"],
    )


def _added_places(
    one: OpportunityStatistics, other: OpportunityStatistics
) -> OpportunityStatistics:
    return OpportunityStatistics(
        one.key,
        # Of what is kept there are none: they are the round's.
        one.seats + other.seats,
        one.first_choices + other.first_choices,
        one.choices + other.choices,
        one.given + other.given,
        one.accepted + other.accepted,
    )


def _added_ranks(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(first + second for first, second in zip_longest(one, other, fillvalue=0))
