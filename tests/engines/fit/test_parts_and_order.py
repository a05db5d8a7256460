"""The five parts by hand, and an order that is the same for the same input."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.plan import plain
from sojourn.engines.fit import (
    PARTS,
    InvalidWeightError,
    Places,
    Student,
    in_order,
    judge,
    part_values,
)
from tests.engines.fit.places import (
    COUNTRIES,
    KINDS,
    LANGUAGES,
    SUBJECTS,
    TODAY,
    one_place,
    some_places,
)

NOBODY = Student(today=TODAY)
weights = st.fixed_dictionaries({part: st.integers(0, 100) for part in PARTS})


def part(places: Places, student: Student, name: str) -> int:
    return int(part_values(places, student)[0, PARTS.index(name)])


@pytest.mark.parametrize(
    ("budget", "expected"), [(0, 0), (1999, 0), (2000, 0), (3000, 500), (4000, 1000), (9000, 1000)]
)
def test_cost_is_how_far_the_budget_reaches(budget: float, expected: int) -> None:
    places = one_place(cost_low=np.array([2000.0]), cost_high=np.array([4000.0]))
    assert part(places, replace(NOBODY, budget=budget), "cost") == expected


def test_a_sure_cost_is_covered_or_not() -> None:
    places = one_place(cost_low=np.array([2000.0]), cost_high=np.array([2000.0]))
    assert part(places, replace(NOBODY, budget=2000), "cost") == 1000
    assert part(places, replace(NOBODY, budget=1999), "cost") == 0


def test_what_is_not_known_is_not_guessed() -> None:
    assert (part_values(one_place(), NOBODY) == -1).all()
    assert part(one_place(), replace(NOBODY, budget=5000), "cost") == -1


def test_the_largest_language_gap_counts_and_a_help_half() -> None:
    places = one_place(
        need_place=np.array([0, 0]), need_language=np.array([0, 1]), need_level=np.array([4, 4]),
        need_is_required=np.array([True, False]), need_counts_full=np.array([True, False]),
    )  # fmt: skip
    assert part(places, replace(NOBODY, languages={0: 4, 1: 4}), "language") == 1000
    assert part(places, replace(NOBODY, languages={0: 4}), "language") == 667  # 1 - 4/2/6
    assert part(places, replace(NOBODY, languages={1: 4, 0: 1}), "language") == 500  # 1 - 3/6


def test_wishes_are_the_mean_over_what_was_wished() -> None:
    subjects = np.zeros((1, SUBJECTS), bool)
    subjects[0, [2, 3]] = True
    places = one_place(subjects=subjects)
    assert part(places, replace(NOBODY, wished_subjects=frozenset({2, 5})), "wishes") == 500
    both = replace(NOBODY, wished_subjects=frozenset({2, 5}), wished_kinds=frozenset({0}))
    assert part(places, both, "wishes") == 750


def test_one_happy_report_does_not_beat_ten_good_ones() -> None:
    two = some_places(2)
    places = replace(two, rating_total=np.array([5.0, 46.0]), rating_count=np.array([1.0, 10.0]))
    happy, good = part_values(places, NOBODY)[:, PARTS.index("experiences")]
    assert good > happy


@given(st.floats(0, 1_000_000), st.floats(0, 1_000_000))
@settings(max_examples=50, deadline=None)
def test_more_money_never_makes_the_cost_part_worse(one: float, other: float) -> None:
    places = some_places(50)
    low, high = sorted((one, other))
    column = PARTS.index("cost")
    less = part_values(places, replace(NOBODY, budget=low))[:, column]
    more = part_values(places, replace(NOBODY, budget=high))[:, column]
    assert (more >= less).all()


def permuted(places: Places, order: np.ndarray) -> Places:
    """The same places in another order."""
    count = len(places)
    back = np.argsort(order)
    changed: dict[str, object] = {}
    for field in fields(places):
        value = getattr(places, field.name)
        if field.name == "slugs":
            changed["slugs"] = tuple(value[number] for number in order)
        elif field.name.endswith("_place"):
            changed[field.name] = back[value]
        elif not field.name.startswith(("window", "need", "agreement")) and len(value) == count:
            changed[field.name] = value[order]
    return replace(places, **changed)  # type: ignore[arg-type]


def names_in_order(places: Places, student: Student, chosen: dict[str, int]) -> list[str]:
    verdicts = judge(places, student).verdict
    order = in_order(places.slugs, verdicts, part_values(places, student), chosen)
    return [places.slugs[number] for number in order]


STUDENT = Student(
    today=TODAY, programme=1, year=2, ects=60, languages={0: 4, 1: 2}, budget=4000,
    wished_subjects=frozenset({1, 2}), wished_countries=frozenset({3, 4, 5}),
    wished_kinds=frozenset({0}),
)  # fmt: skip


@pytest.mark.slow
@given(weights, st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_permuting_the_input_changes_nothing(chosen: dict[str, int], seed: int) -> None:
    places = some_places(120)
    other = permuted(places, np.random.default_rng(seed).permutation(len(places)))
    assert names_in_order(places, STUDENT, chosen) == names_in_order(other, STUDENT, chosen)


@given(weights)
@settings(max_examples=40, deadline=None)
def test_the_order_is_the_one_that_the_page_describes(chosen: dict[str, int]) -> None:
    """By the formula in the browser's own words: verdict, sum with unknown as half, slug."""
    places = some_places(120)
    verdicts, parts = judge(places, STUDENT).verdict, part_values(places, STUDENT)

    def key(number: int) -> tuple[int, int, str]:
        total = sum(
            (500 if value < 0 else int(value)) * chosen[name]
            for name, value in zip(PARTS, parts[number].tolist(), strict=True)
        )
        return int(verdicts[number]), -total, places.slugs[number]

    by_hand = sorted(range(len(places)), key=key)
    assert in_order(places.slugs, verdicts, parts, chosen).tolist() == by_hand


def test_equal_places_stand_in_the_order_of_their_slugs() -> None:
    assert names_in_order(some_places(30), NOBODY, dict.fromkeys(PARTS, 0)) == sorted(
        some_places(30).slugs,
        key=lambda slug: (
            judge(some_places(30), NOBODY).verdict[some_places(30).slugs.index(slug)],
            slug,
        ),
    )


@pytest.mark.parametrize("wrong", [{"cost": 101}, {"cost": -1}, {"charm": 5}])
def test_a_weight_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidWeightError):
        names_in_order(some_places(3), NOBODY, wrong)


@given(
    st.frozensets(st.integers(0, SUBJECTS - 1)),
    st.frozensets(st.integers(0, COUNTRIES - 1)),
    st.frozensets(st.integers(0, KINDS - 1)),
    st.dictionaries(st.integers(0, LANGUAGES), st.integers(0, 6)),
)
@settings(max_examples=40, deadline=None)
def test_every_part_is_a_share_or_unknown(
    subjects: frozenset[int],
    countries: frozenset[int],
    kinds: frozenset[int],
    known: dict[int, int],
) -> None:
    student = replace(
        STUDENT, wished_subjects=subjects, wished_countries=countries, wished_kinds=kinds,
        languages=known,
    )  # fmt: skip
    parts = part_values(some_places(60), student)
    assert ((parts == -1) | ((parts >= 0) & (parts <= 1000))).all()


def test_nothing_on_offer_is_an_empty_list() -> None:
    assert names_in_order(some_places(0), STUDENT, {}) == []


@pytest.mark.slow
@given(st.integers(0, 10_000), weights, st.none() | st.integers(1, 6), st.integers(-1, 5))
@settings(max_examples=60, deadline=None)
def test_columns_and_plain_loops_come_to_the_same_order(
    seed: int, chosen: dict[str, int], year: int | None, programme: int
) -> None:
    """A second reading of the rules, written without NumPy, as the judge of the first."""
    places = some_places(40, seed)
    student = replace(
        STUDENT, year=year, programme=programme, later_programmes=frozenset({programme + 1})
    )
    verdicts, parts = judge(places, student).verdict, part_values(places, student)
    assert in_order(places.slugs, verdicts, parts, chosen).tolist() == plain.order(
        places, student, chosen
    )
