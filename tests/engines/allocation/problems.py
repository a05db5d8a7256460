"""Rounds to test with: small ones from Hypothesis, large random ones, and a shorthand."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sojourn.engines.allocation import (
    Application,
    Choice,
    Opportunity,
    Problem,
    Quota,
    Result,
)

SEED = "5eed" * 16
CATEGORIES = ("medicine", "science")
QUOTA_CATEGORIES: tuple[tuple[str, ...], ...] = (
    (),
    ("science",),
    ("medicine", "science"),
    ("law", "science"),  # nobody studies law here
)


def examples(most: int) -> settings:
    """Try as many rounds as this, however slow the machine is at the moment."""
    return settings(max_examples=most, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def round_of(
    lists: Mapping[str, Sequence[str]],
    orders: Mapping[str, Sequence[str]],
    seats: Mapping[str, int] | None = None,
) -> Problem:
    """A round from strict preference lists on both sides, as textbooks write them."""
    return Problem(
        "textbook",
        SEED,
        tuple(Opportunity(name, (seats or {}).get(name, 1)) for name in orders),
        tuple(
            Application(
                student,
                "all",
                tuple(
                    Choice(
                        name,
                        -orders[name].index(student) if student in orders[name] else None,
                    )
                    for name in listed
                ),
            )
            for student, listed in lists.items()
        ),
    )


def places(result: Result) -> dict[str, str | None]:
    """Who got what."""
    return {placement.application: placement.opportunity for placement in result.placements}


@st.composite
def opportunities(draw: st.DrawFn, name: str, *, with_minimums: bool = True) -> Opportunity:
    """An opportunity with up to three seats, and quotas that make sense."""
    seats = draw(st.sampled_from([1, 2, 2, 3, 0]))
    quotas, left = [], seats
    for category in draw(st.sampled_from(QUOTA_CATEGORIES)):
        minimum = draw(st.integers(0, left)) if with_minimums else 0
        left -= minimum
        maximum = draw(st.none() | st.integers(minimum, 3))
        quotas.append(Quota(category, minimum, maximum))
    return Opportunity(name, seats, tuple(quotas), draw(st.sampled_from([None, None, 2])))


@st.composite
def rounds(
    draw: st.DrawFn,
    *,
    most_students: int = 5,
    most_opportunities: int = 3,
    longest_list: int = 3,
    with_minimums: bool = True,
) -> Problem:
    """A small round with ties, quotas, minimum scores and choices that are not admissible.

    Mostly crowded, since rules only show where seats are scarce; in a third of them lots alone
    decide.
    """
    names = [f"place-{number}" for number in range(draw(st.integers(1, most_opportunities)))]
    students = draw(st.sampled_from([most_students, most_students - 1, *range(most_students)]))
    scores = draw(st.sampled_from([(1, 2, 3, 4, 5, 6, None), (2, 3), (2,)]))
    lengths = [longest_list, longest_list, *range(longest_list)]
    applications = tuple(
        Application(
            f"student-{number}",
            draw(st.sampled_from(CATEGORIES)),
            tuple(
                Choice(name, draw(st.sampled_from(scores)))
                for name in draw(st.permutations(names))[: draw(st.sampled_from(lengths))]
            ),
        )
        for number in range(students)
    )
    return Problem(
        "small",
        draw(st.sampled_from([SEED, "0" * 64, "f00d" * 16])),
        tuple(draw(opportunities(name, with_minimums=with_minimums)) for name in names),
        applications,
    )


def large_round(students: int, places: int, seats: int, number: int) -> Problem:
    """A random round with ties and quotas, the same for the same number."""
    chance = random.Random(number)
    names = [f"place-{place:04}" for place in range(places)]
    made = []
    for name in names:
        quotas: tuple[Quota, ...] = ()
        if chance.random() < 0.5:
            minimum = chance.randint(0, seats // 3)
            quotas = (
                Quota("medicine", chance.randint(0, seats // 3), None),
                Quota("science", minimum, chance.randint(minimum, seats)),
            )
        made.append(Opportunity(name, seats, quotas, chance.choice([None, 200])))
    return Problem(
        "large",
        f"{chance.getrandbits(256):064x}",
        tuple(made),
        tuple(
            Application(
                f"student-{student:06}",
                chance.choice(CATEGORIES),
                tuple(
                    Choice(name, chance.randint(0, 1000))
                    for name in chance.sample(names, min(5, places))
                ),
            )
            for student in range(students)
        ),
        score_digits=2,
    )


def shuffled(problem: Problem, number: int) -> Problem:
    """The same round with everything in another order, except the students' own lists."""
    chance = random.Random(number)
    applications = list(problem.applications)
    chance.shuffle(applications)
    made = []
    for opportunity in problem.opportunities:
        quotas = list(opportunity.quotas)
        chance.shuffle(quotas)
        made.append(
            Opportunity(opportunity.id, opportunity.seats, tuple(quotas), opportunity.minimum_score)
        )
    chance.shuffle(made)
    return Problem(
        problem.round, problem.seed, tuple(made), tuple(applications), problem.score_digits
    )
