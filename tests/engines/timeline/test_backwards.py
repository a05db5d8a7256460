"""Dates worked out backwards: by hand, and rules that hold for any steps."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.timeline import CircleError, Outlook, Step, backwards

DEPARTURE = dt.date(2027, 9, 1)
TODAY = dt.date(2026, 11, 24)


def dated(steps: list[Step], departure: dt.date = DEPARTURE, today: dt.date = TODAY):
    return {one.step.id: one for one in backwards(steps, departure, today).steps}


def test_a_chain_by_hand() -> None:
    """Visa 28 to 84 days before 1 September; the letter it needs 21 to 56 days before that."""
    found = dated([Step("letter", 21, 56, ("visa",)), Step("visa", 28, 84)])
    assert found["visa"].begin_safely == dt.date(2027, 6, 9)
    assert found["visa"].begin_at_last == dt.date(2027, 8, 4)
    assert found["letter"].done_by == dt.date(2027, 6, 9)
    assert found["letter"].begin_safely == dt.date(2027, 4, 14)
    assert found["letter"].begin_at_last == dt.date(2027, 7, 14)
    assert {one.outlook for one in found.values()} == {Outlook.IN_TIME}


def test_a_step_waits_for_the_first_of_those_that_need_it() -> None:
    found = dated([Step("a", 1, 1, ("b", "c")), Step("b", 10, 10), Step("c", 30, 30)])
    assert found["a"].done_by == DEPARTURE - dt.timedelta(days=30)


def test_what_is_too_late_hurries_or_has_passed() -> None:
    near = TODAY + dt.timedelta(days=40)
    steps = [
        Step("slow", 50, 60),
        Step("perhaps", 30, 60),
        Step("quick", 1, 2),
        Step("over", 1, 1, deadline=TODAY - dt.timedelta(days=1)),
        Step("open", None, None),
    ]
    found = {name: one.outlook for name, one in dated(steps, near).items()}
    assert found == {
        "slow": Outlook.TOO_LATE,
        "perhaps": Outlook.HURRY,
        "quick": Outlook.IN_TIME,
        "over": Outlook.PASSED,
        "open": Outlook.UNKNOWN,
    }
    assert not backwards(steps, near, TODAY).is_possible


def test_a_deadline_too_late_for_the_next_step_collides() -> None:
    found = dated([
        Step("apply", 7, 7, ("visa",), deadline=dt.date(2027, 8, 20)), Step("visa", 28, 84),
    ])  # fmt: skip
    assert found["apply"].collides


def test_two_published_days_never_collide_by_the_usual_wait() -> None:
    found = dated([
        Step("apply", 7, 7, ("hear",), deadline=dt.date(2027, 2, 5)),
        Step("hear", 21, 28, deadline=dt.date(2027, 2, 19)),
    ])  # fmt: skip
    assert not found["apply"].collides
    assert found["apply"].done_by == dt.date(2027, 2, 5)


def test_steps_in_a_circle_and_broken_lengths_are_refused() -> None:
    with pytest.raises(CircleError, match="a, b"):
        backwards([Step("a", 1, 1, ("b",)), Step("b", 1, 1, ("a",))], DEPARTURE, TODAY)
    with pytest.raises(ValueError, match="same name"):
        backwards([Step("a", 1, 1), Step("a", 2, 2)], DEPARTURE, TODAY)
    with pytest.raises(ValueError, match="one end"):
        Step("a", 1, None)
    with pytest.raises(ValueError, match="short to long"):
        Step("a", 5, 4)


@st.composite
def plans(draw: st.DrawFn) -> list[Step]:
    """Steps of which each waits for some that come after it in the list."""
    count = draw(st.integers(1, 7))
    steps = []
    for number in range(count):
        low = draw(st.integers(0, 200))
        high = low + draw(st.integers(0, 200))
        later = st.sampled_from([f"s{n}" for n in range(number + 1, count)] or ["departure"])
        before = tuple(sorted(draw(st.sets(later, max_size=3))))
        fixed = draw(st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), DEPARTURE)))
        steps.append(Step(f"s{number}", low, high, before, fixed))
    return steps


@pytest.mark.slow
@given(plans())
def test_every_step_begins_before_it_is_done_and_safely_before_at_last(steps: list[Step]) -> None:
    for one in backwards(steps, DEPARTURE, TODAY).steps:
        assert one.begin_safely <= one.begin_at_last <= DEPARTURE
        assert one.begin_safely <= one.done_by <= DEPARTURE


@pytest.mark.slow
@given(plans(), st.integers(0, 400))
def test_leaving_later_never_makes_anything_begin_earlier(steps: list[Step], days: int) -> None:
    now = dated(steps)
    later = dated(steps, DEPARTURE + dt.timedelta(days=days))
    assert all(later[name].begin_safely >= one.begin_safely for name, one in now.items())


@pytest.mark.slow
@given(plans(), st.integers(1, 100))
def test_a_longer_step_never_lets_anything_begin_later(steps: list[Step], more: int) -> None:
    first = steps[-1]
    slower = Step(
        first.id, first.days_low, (first.days_high or 0) + more, first.before, first.deadline
    )
    now, then = dated(steps), dated([*steps[:-1], slower])
    assert all(then[name].begin_safely <= one.begin_safely for name, one in now.items())


@pytest.mark.slow
@given(plans(), st.randoms())
def test_the_order_in_which_steps_are_written_changes_no_date(steps: list[Step], random) -> None:
    shuffled = list(steps)
    random.shuffle(shuffled)
    assert dated(steps) == dated(shuffled)
