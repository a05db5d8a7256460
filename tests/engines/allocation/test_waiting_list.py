"""The waiting list moves by itself, stably, and never takes an accepted place back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.allocation import (
    AllocationError,
    Application,
    Choice,
    NextOffer,
    Opportunity,
    Problem,
    Quota,
    Stance,
    Standing,
    allocate,
    continue_waiting_list,
    write_result,
)
from sojourn.engines.allocation.stability import is_stable
from sojourn.engines.allocation.verify import verify
from tests.engines.allocation.problems import SEED, examples, places, rounds


def _round(quotas: tuple[Quota, ...] = ()) -> Problem:
    return Problem(
        "wait",
        SEED,
        (Opportunity("first", 1, quotas), Opportunity("second", 1)),
        (
            Application.with_one_score("ann", "all", ["first", "second"], 9),
            Application.with_one_score("ben", "all", ["first", "second"], 8),
            Application.with_one_score("cem", "all", ["first", "second"], 7),
        ),
    )


def test_a_declined_place_goes_to_the_next_who_wants_it() -> None:
    standings = [
        Standing("ann", Stance.WAITS, refused=("first", "second")),
        Standing("ben", Stance.KEEPS, "second"),
        Standing("cem", Stance.WAITS),
    ]
    assert continue_waiting_list(_round(), standings).offers == (
        NextOffer("cem", "first", 1, None),
    )


def test_who_keeps_and_waits_moves_up_and_the_place_left_behind_goes_on() -> None:
    standings = [
        Standing("ann", Stance.LEFT),
        Standing("ben", Stance.KEEPS_AND_WAITS, "second"),
        Standing("cem", Stance.WAITS),
    ]
    assert continue_waiting_list(_round(), standings).offers == (
        NextOffer("ben", "first", 1, "second"),
        NextOffer("cem", "second", 2, None),
    )


def test_an_accepted_place_is_kept_even_against_a_minimum_that_comes_late() -> None:
    """A science student who declined a better place cannot push out who was admitted meanwhile."""
    problem = Problem(
        "late",
        SEED,
        (Opportunity("other", 1), Opportunity("place", 2, (Quota("science", minimum=1),))),
        (
            Application.with_one_score("sam", "science", ["other", "place"], 5),
            Application.with_one_score("ann", "medicine", ["place"], 9),
            Application.with_one_score("ben", "medicine", ["place"], 8),
            Application.with_one_score("cem", "medicine", ["place"], 7),
        ),
    )
    assert places(allocate(problem)) == {
        "sam": "other",
        "ann": "place",
        "ben": "place",
        "cem": None,
    }
    after = continue_waiting_list(
        problem,
        [
            Standing("sam", Stance.WAITS, refused=("other",)),
            Standing("ann", Stance.KEEPS, "place"),
            Standing("ben", Stance.KEEPS, "place"),
            Standing("cem", Stance.WAITS),
        ],
    )
    assert after.offers == ()
    later = continue_waiting_list(
        problem,
        [
            Standing("sam", Stance.WAITS, refused=("other",)),
            Standing("ann", Stance.KEEPS, "place"),
            Standing("ben", Stance.LEFT),
            Standing("cem", Stance.WAITS),
        ],
    )
    assert later.offers == (NextOffer("sam", "place", 2, None),)


def test_who_holds_a_place_counts_towards_the_minimum_and_leaves_the_rest_of_it() -> None:
    problem = Problem(
        "counts",
        SEED,
        (Opportunity("place", 3, (Quota("science", minimum=2),)),),
        (
            Application("sam", "science", (Choice("place", 5),), holds="place"),
            Application.with_one_score("sue", "science", ["place"], 1),
            Application.with_one_score("sid", "science", ["place"], 2),
            Application.with_one_score("ann", "medicine", ["place"], 9),
            Application.with_one_score("ben", "medicine", ["place"], 8),
        ),
    )
    got = places(allocate(problem))
    assert {name for name, place in got.items() if place} == {"sam", "sid", "ann"}


def test_ranks_and_lots_stay_what_students_were_told() -> None:
    problem = _round()
    first = allocate(problem)
    after = continue_waiting_list(
        problem,
        [
            Standing("ann", Stance.KEEPS, "first"),
            Standing("ben", Stance.KEEPS, "second"),
            Standing("cem", Stance.LEFT),
        ],
    ).result
    assert after.placements == first.placements


@pytest.mark.slow
@pytest.mark.parametrize(
    ("standings", "message"),
    [
        ([], "'ann' has no standing"),
        ([Standing("ann", Stance.WAITS)] * 2, "'ann' has two standings"),
        ([Standing("zoe", Stance.WAITS)], "'zoe' is not in this round"),
        ([Standing("ann", Stance.WAITS, "first")], "waits but has a place"),
        ([Standing("ann", Stance.LEFT, "first")], "left but has a place"),
        ([Standing("ann", Stance.KEEPS)], "keeps None"),
        ([Standing("ann", Stance.KEEPS, "third")], "keeps 'third', which is not on its list"),
        ([Standing("ann", Stance.WAITS, refused=("third",))], "never asked for 'third'"),
        ([Standing("ann", Stance.KEEPS, "first", ("first",))], "both keeps and refused"),
    ],
)
def test_standings_that_make_no_sense_are_named(standings: list[Standing], message: str) -> None:
    others = [Standing("ben", Stance.WAITS), Standing("cem", Stance.WAITS)] if standings else []
    if standings and standings[0].application == "zoe":
        others.append(Standing("ann", Stance.WAITS))
    with pytest.raises(AllocationError, match=message):
        continue_waiting_list(_round(), [*standings, *others])


@pytest.mark.slow
@given(rounds(most_students=6), st.data())
@examples(150)
def test_through_any_sequence_of_answers_the_list_keeps_its_promises(
    problem: Problem, data: st.DataObject
) -> None:
    """Whatever students answer: nothing kept is lost, seats hold, and every step is stable."""
    got = places(allocate(problem))
    standing: dict[str, Standing] = {}
    for name, place in got.items():
        standing[name] = Standing(name, Stance.KEEPS if place else Stance.WAITS, place)
    assert continue_waiting_list(problem, standing.values()).offers == ()

    for _ in range(data.draw(st.integers(1, 4), label="steps")):
        for name in sorted(standing):
            standing[name] = _answer(data, standing[name])
        step = continue_waiting_list(problem, standing.values())
        assert is_stable(step.result.columns, step.result.placed)
        verify(write_result(step.result))
        now = places(step.result)
        rank = {p.application: p.rank for p in step.result.placements}
        listed = {a.id: [c.opportunity for c in a.choices] for a in problem.applications}
        for name, before in standing.items():
            if before.stance is Stance.KEEPS:
                assert now[name] == before.place
            elif before.stance is Stance.KEEPS_AND_WAITS:
                assert rank[name] is not None
                assert rank[name] <= listed[name].index(before.place or "") + 1
            elif before.stance is Stance.LEFT:
                assert now[name] is None
            assert now[name] not in before.refused
        for opportunity in problem.opportunities:
            students = [name for name, place in now.items() if place == opportunity.id]
            assert len(students) <= opportunity.seats
        for name, place in now.items():
            if place is not None and standing[name].stance is Stance.WAITS:
                standing[name] = replace(standing[name], stance=Stance.KEEPS, place=place)
            elif place is not None:
                standing[name] = replace(standing[name], place=place)
        # When nobody answers anything new, nothing moves.
        assert continue_waiting_list(problem, standing.values()).offers == ()


def _answer(data: st.DataObject, standing: Standing) -> Standing:
    answer = data.draw(
        st.sampled_from(["nothing", "accept", "accept and wait", "decline", "leave"])
    )
    if answer == "leave":
        return replace(standing, stance=Stance.LEFT, place=None)
    if standing.place is None or answer == "nothing":
        return standing
    if answer == "decline":
        refused = (*standing.refused, standing.place)
        return replace(standing, stance=Stance.WAITS, place=None, refused=refused)
    stance = Stance.KEEPS if answer == "accept" else Stance.KEEPS_AND_WAITS
    return replace(standing, stance=stance)


def test_a_choice_without_a_score_stays_without_a_place() -> None:
    problem = replace(
        _round(),
        applications=(Application("ann", "all", (Choice("first", None), Choice("second", 3))),),
    )
    after = continue_waiting_list(problem, [Standing("ann", Stance.WAITS, refused=("second",))])
    assert after.offers == ()
