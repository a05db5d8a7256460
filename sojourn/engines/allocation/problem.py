"""What is to be allocated: applications with ranked choices, opportunities with seats and quotas.

Everything is exact: a score is a whole number of the smallest step (`score_digits` decimals), so
7.400 with three digits is 7400. No float ever decides who gets a place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from sojourn.engines.allocation.errors import AllocationError
from sojourn.engines.allocation.lottery import check_seed

# Whole numbers beyond this do not survive every JSON reader (RFC 8259, section 6; RFC 8785).
LARGEST_INTEGER = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a student's list; `score` is None where the student may not be placed there."""

    opportunity: str
    score: int | None


@dataclass(frozen=True, slots=True)
class Application:
    """One student's application: a pseudonymous id, a category, and choices with the best first.

    `holds` names a place that was accepted earlier and is never taken back; it must be the last
    choice, since nothing below it matters any more.
    """

    id: str
    category: str
    choices: tuple[Choice, ...]
    holds: str | None = None

    @classmethod
    def with_one_score(
        cls, name: str, category: str, opportunities: Iterable[str], score: int
    ) -> "Application":
        """Return an application with the same score at every choice (a score per student)."""
        return cls(name, category, tuple(Choice(each, score) for each in opportunities))


@dataclass(frozen=True, slots=True)
class Quota:
    """What one category of applicants is promised, and limited to, at one opportunity.

    `minimum` seats are a soft reserve: the category comes first for them, and what it leaves is
    open to all. `maximum` is hard.
    """

    category: str
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A place to go with `seats` to give now (seats held back are not counted), and its quotas."""

    id: str
    seats: int
    quotas: tuple[Quota, ...] = ()
    minimum_score: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole round, ready to be allocated."""

    round: str
    seed: str
    opportunities: tuple[Opportunity, ...]
    applications: tuple[Application, ...]
    score_digits: int = 0

    def in_canonical_order(self) -> "Problem":
        """Return the same problem with everything sorted by id."""
        opportunities = sorted(
            (
                replace(o, quotas=tuple(sorted(o.quotas, key=lambda quota: quota.category)))
                for o in self.opportunities
            ),
            key=lambda opportunity: opportunity.id,
        )
        applications = sorted(self.applications, key=lambda application: application.id)
        return replace(self, opportunities=tuple(opportunities), applications=tuple(applications))

    def with_seats(self, opportunity: str, seats: int) -> "Problem":
        """Return the same round with another number of seats at one opportunity, for a what-if."""
        if all(o.id != opportunity for o in self.opportunities):
            raise AllocationError(f"There is no opportunity {opportunity!r} in this round.")
        return replace(
            self,
            opportunities=tuple(
                replace(o, seats=seats) if o.id == opportunity else o for o in self.opportunities
            ),
        )

    def format_score(self, score: int) -> str:
        """Return a score as people read it: 7400 with three digits is "7.400"."""
        return str(Decimal(score).scaleb(-self.score_digits))


def is_admissible(choice: Choice, opportunity: Opportunity) -> bool:
    """Tell whether the student can be placed there at all, before any competition."""
    if choice.score is None:
        return False
    return opportunity.minimum_score is None or choice.score >= opportunity.minimum_score


def check_problem(problem: Problem) -> None:
    """Raise an `AllocationError` that names the first thing wrong with the input."""
    check_seed(problem.seed)
    _check_text(problem.round, "The round's name")
    _check_count(problem.score_digits, "The number of decimals of the scores", at_most=9)
    opportunities: dict[str, Opportunity] = {}
    for opportunity in problem.opportunities:
        _check_text(opportunity.id, "An opportunity's id")
        if opportunity.id in opportunities:
            raise AllocationError(f"Opportunity {opportunity.id!r} is listed twice.")
        opportunities[opportunity.id] = opportunity
        _check_opportunity(opportunity)
    seen: set[str] = set()
    held: dict[str, list[Application]] = {}
    for application in problem.applications:
        if application.id in seen:
            raise AllocationError(f"Application {application.id!r} is listed twice.")
        seen.add(application.id)
        _check_application(application, opportunities)
        if application.holds is not None:
            held.setdefault(application.holds, []).append(application)
    for name, holders in held.items():
        _check_held(opportunities[name], holders)


def _check_text(text: str, what: str) -> None:
    if not text:
        raise AllocationError(f"{what} is empty.")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise AllocationError(f"{what} {text!r} is not valid Unicode.")


def _check_count(number: int, what: str, at_most: int = LARGEST_INTEGER) -> None:
    if not 0 <= number <= at_most:
        raise AllocationError(f"{what} is {number}; it must be between 0 and {at_most}.")


def _check_score(score: int | None, what: str) -> None:
    if score is not None and not -LARGEST_INTEGER <= score <= LARGEST_INTEGER:
        raise AllocationError(f"{what} is {score}, which is too large to be kept exactly.")


def _check_opportunity(opportunity: Opportunity) -> None:
    name = f"opportunity {opportunity.id!r}"
    _check_count(opportunity.seats, f"The number of seats of {name}")
    _check_score(opportunity.minimum_score, f"The minimum score of {name}")
    categories: set[str] = set()
    reserved = 0
    for quota in opportunity.quotas:
        _check_text(quota.category, f"A category of {name}")
        if quota.category in categories:
            raise AllocationError(f"Category {quota.category!r} has two quotas at {name}.")
        categories.add(quota.category)
        _check_count(quota.minimum, f"The minimum for {quota.category!r} at {name}")
        if quota.maximum is not None:
            _check_count(quota.maximum, f"The maximum for {quota.category!r} at {name}")
            if quota.maximum < quota.minimum:
                raise AllocationError(
                    f"The minimum for {quota.category!r} at {name} is {quota.minimum}, "
                    f"more than its maximum of {quota.maximum}."
                )
        reserved += quota.minimum
    if reserved > opportunity.seats:
        raise AllocationError(
            f"The minimums of {name} add up to {reserved}, but it has {opportunity.seats} seats."
        )


def _check_application(application: Application, opportunities: dict[str, Opportunity]) -> None:
    _check_text(application.id, "An application's id")
    _check_text(application.category, f"The category of application {application.id!r}")
    chosen: set[str] = set()
    for choice in application.choices:
        if choice.opportunity not in opportunities:
            raise AllocationError(
                f"Application {application.id!r} chooses {choice.opportunity!r}, "
                "which is not in this round."
            )
        if choice.opportunity in chosen:
            raise AllocationError(
                f"Application {application.id!r} chooses {choice.opportunity!r} twice."
            )
        chosen.add(choice.opportunity)
        _check_score(choice.score, f"A score of application {application.id!r}")
    if application.holds is not None and (
        not application.choices or application.choices[-1].opportunity != application.holds
    ):
        raise AllocationError(
            f"Application {application.id!r} holds {application.holds!r}, "
            "which must then be its last choice."
        )


def _check_held(opportunity: Opportunity, holders: list[Application]) -> None:
    if len(holders) > opportunity.seats:
        raise AllocationError(
            f"{len(holders)} students already hold a place at {opportunity.id!r}, "
            f"which has {opportunity.seats} seats; places given are never taken back."
        )
    for quota in opportunity.quotas:
        count = sum(application.category == quota.category for application in holders)
        if quota.maximum is not None and count > quota.maximum:
            raise AllocationError(
                f"{count} students of {quota.category!r} already hold a place at "
                f"{opportunity.id!r}, where their maximum is {quota.maximum}."
            )
