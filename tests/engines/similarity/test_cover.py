"""The exact cover against brute force, hand-made cases and its promises."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.engines.similarity.cover import (
    CourseLoad,
    Cover,
    CoverError,
    HostLimits,
    Similarity,
    Wishes,
    best_cover,
)

IMMUNOLOGY = CourseLoad("home-immunology", 6)
PHYSIOLOGY = CourseLoad("home-physiology", 9)


def test_two_courses_that_match_cover_both() -> None:
    cover = best_cover(
        [IMMUNOLOGY, PHYSIOLOGY],
        [CourseLoad("ki-immunology", 7.5), CourseLoad("ki-physiology", 9)],
        [
            Similarity("ki-immunology", "home-immunology", 0.9),
            Similarity("ki-physiology", "home-physiology", 0.8),
        ],
    )
    assert cover.covered_ects == 15
    assert cover.open_ects == {}
    assert cover.extra_ects == {"ki-immunology": 1.5}


def test_a_limit_in_ects_takes_the_set_that_covers_most() -> None:
    cover = best_cover(
        [IMMUNOLOGY, PHYSIOLOGY],
        [CourseLoad("a", 6), CourseLoad("b", 9), CourseLoad("c", 3)],
        [
            Similarity("a", "home-immunology", 1),
            Similarity("b", "home-physiology", 1),
            Similarity("c", "home-immunology", 1),
        ],
        HostLimits(most_ects=12),
    )
    assert cover.taken == ("b", "c")
    assert cover.covered_ects == 12


def test_one_course_at_a_time_where_the_host_teaches_in_blocks() -> None:
    september, october = dt.date(2027, 9, 1), dt.date(2027, 10, 12)
    blocks = [
        CourseLoad("first", 9, september, october),  # six weeks at 1.5 ECTS a week
        CourseLoad("second", 9, dt.date(2027, 9, 20), dt.date(2027, 10, 31)),
    ]
    similarities = [Similarity("first", "h1", 1), Similarity("second", "h2", 1)]
    homes = [CourseLoad("h1", 9), CourseLoad("h2", 6)]
    cover = best_cover(homes, blocks, similarities, HostLimits(most_ects_a_week=1.5))
    assert cover.taken == ("first",)
    assert best_cover(homes, blocks, similarities).covered_ects == 15


def test_of_equal_covers_the_surer_wins() -> None:
    cover = best_cover(
        [IMMUNOLOGY],
        [CourseLoad("unsure", 6), CourseLoad("recognised-before", 6)],
        [
            Similarity("unsure", IMMUNOLOGY.id, 0.4),
            Similarity("recognised-before", IMMUNOLOGY.id, 1),
        ],
    )
    assert cover.taken == ("recognised-before",)


def test_a_pinned_pair_is_kept_and_a_forbidden_one_is_not() -> None:
    hosts = [CourseLoad("good", 6), CourseLoad("wanted", 6)]
    similarities = [Similarity("good", IMMUNOLOGY.id, 1), Similarity("wanted", IMMUNOLOGY.id, 0.1)]
    pin = Wishes(pinned=frozenset({("wanted", IMMUNOLOGY.id)}))
    ban = Wishes(forbidden=frozenset({("good", IMMUNOLOGY.id)}))
    assert best_cover([IMMUNOLOGY], hosts, similarities, wishes=pin).taken == ("wanted",)
    assert best_cover([IMMUNOLOGY], hosts, similarities, wishes=ban).taken == ("wanted",)


def test_pins_that_break_the_hosts_limit_are_refused_with_a_reason() -> None:
    pins = Wishes(pinned=frozenset({("a", IMMUNOLOGY.id)}))
    with pytest.raises(CoverError, match="insist"):
        best_cover([IMMUNOLOGY], [CourseLoad("a", 6)], [], HostLimits(most_ects=3), pins)


def test_a_pin_on_an_unknown_course_is_named() -> None:
    pins = Wishes(pinned=frozenset({("nowhere", IMMUNOLOGY.id)}))
    with pytest.raises(CoverError, match="nowhere"):
        best_cover([IMMUNOLOGY], [CourseLoad("a", 6)], [], wishes=pins)


def test_nothing_alike_leaves_everything_open() -> None:
    cover = best_cover([IMMUNOLOGY], [CourseLoad("a", 6)], [])
    assert cover.taken == ()
    assert cover.open_ects == {IMMUNOLOGY.id: 6}


# --- against brute force -------------------------------------------------------------------------

sizes = st.sampled_from([1.5, 3.0, 4.5, 6.0, 7.5, 9.0])


@st.composite
def problems(
    draw: st.DrawFn,
) -> tuple[list[CourseLoad], list[CourseLoad], list[Similarity], HostLimits]:
    homes = [CourseLoad(f"h{i}", draw(sizes)) for i in range(draw(st.integers(1, 3)))]
    hosts = []
    for i in range(draw(st.integers(1, 4))):
        start = dt.date(2027, 9, 1) + dt.timedelta(weeks=draw(st.integers(0, 8)))
        end = start + dt.timedelta(weeks=draw(st.integers(1, 6)), days=-1)
        hosts.append(CourseLoad(f"k{i}", draw(sizes), start, end))
    similarities = [
        Similarity(host.id, home.id, draw(st.sampled_from([0.2, 0.5, 1.0])))
        for host in hosts
        for home in homes
        if draw(st.booleans())
    ]
    limits = HostLimits(
        draw(st.one_of(st.none(), st.sampled_from([6.0, 12.0, 30.0]))),
        draw(st.one_of(st.none(), st.sampled_from([1.5, 3.0]))),
    )
    return homes, hosts, similarities, limits


def most_covered_by_brute_force(
    homes: list[CourseLoad],
    hosts: list[CourseLoad],
    similarities: list[Similarity],
    limits: HostLimits,
) -> float:
    """Try every set of host courses; within a set the cover is a bipartite max flow (min cut)."""
    best = 0.0
    for count in range(len(hosts) + 1):
        for chosen in itertools.combinations(hosts, count):
            if limits.most_ects is not None and sum(c.ects for c in chosen) > limits.most_ects:
                continue
            if limits.most_ects_a_week is not None and too_heavy(chosen, limits.most_ects_a_week):
                continue
            best = max(best, max_flow(homes, chosen, similarities))
    return best


def too_heavy(chosen: tuple[CourseLoad, ...], most: float) -> bool:
    for moment in chosen:
        load = 0.0
        for course in chosen:
            assert course.first_day
            assert course.last_day
            assert moment.first_day
            if course.first_day <= moment.first_day <= course.last_day:
                load += course.ects * 7 / ((course.last_day - course.first_day).days + 1)
        if load > most + 1e-9:
            return True
    return False


def max_flow(
    homes: list[CourseLoad], chosen: tuple[CourseLoad, ...], similarities: list[Similarity]
) -> float:
    """By the min-cut theorem: the cheapest choice of host courses to cut; the rest cut at home."""
    cheapest = float("inf")
    for cut in itertools.product([True, False], repeat=len(chosen)):
        kept = {host.id for host, is_cut in zip(chosen, cut, strict=True) if not is_cut}
        reached = {link.home for link in similarities if link.host in kept}
        cost = sum(host.ects for host, is_cut in zip(chosen, cut, strict=True) if is_cut)
        # A pair carries at most min(host, home), which the two course capacities already imply.
        cost += sum(home.ects for home in homes if home.id in reached)
        cheapest = min(cheapest, cost)
    return 0.0 if cheapest == float("inf") else cheapest


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(problems())
def test_no_set_of_courses_covers_more(
    problem: tuple[list[CourseLoad], list[CourseLoad], list[Similarity], HostLimits],
) -> None:
    cover = best_cover(*problem)
    assert cover.covered_ects == pytest.approx(most_covered_by_brute_force(*problem), abs=1e-2)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(problems(), sizes, st.booleans())
def test_another_host_course_never_lowers_what_is_covered(
    problem: tuple[list[CourseLoad], list[CourseLoad], list[Similarity], HostLimits],
    ects: float,
    is_similar: bool,
) -> None:
    homes, hosts, similarities, limits = problem
    before = best_cover(homes, hosts, similarities, limits).covered_ects
    more = [Similarity("new", homes[0].id, 0.7)] if is_similar else []
    after = best_cover(homes, [*hosts, CourseLoad("new", ects)], [*similarities, *more], limits)
    assert after.covered_ects >= before - 1e-2


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(
    problem: tuple[list[CourseLoad], list[CourseLoad], list[Similarity], HostLimits],
    random: object,
) -> None:
    homes, hosts, similarities, limits = problem
    shuffled = [list(homes), list(hosts), list(similarities)]
    for part in shuffled:
        random.shuffle(part)  # type: ignore[attr-defined]
    first = best_cover(homes, hosts, similarities, limits)
    second: Cover = best_cover(*shuffled, limits)  # type: ignore[arg-type]
    assert first == second
