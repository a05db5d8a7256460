"""Whatever anybody does in whatever order: no state is skipped, no change goes unwritten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import AuditEvent, User
from sojourn.people.roles import Role
from sojourn.selection import runs
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import AllocationRun, Round
from sojourn.selection.states import TRANSITIONS, RoundState
from tests.selection.rounds import (
    PLACES,
    applicants,
    check_whole,
    check_whole_life,
    closed_round,
    office,
)
from tests.selection.whole_life import ACTIONS, TO_RESULTS, World, drafted

numbers = st.integers(0, 7)
actions = st.tuples(st.sampled_from(sorted(ACTIONS)), numbers)


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[str, int]]:
    """The usual way, so far, with something else here and there; and then anything at all."""
    way = list(TO_RESULTS[: draw(st.sampled_from((0, 3, 7, 10, 20, *[len(TO_RESULTS)] * 4)))])
    for at in draw(st.lists(st.integers(0, len(way)), max_size=3)):
        way.insert(at, draw(actions))
    rest = draw(st.lists(actions, max_size=20))
    if draw(st.sampled_from((False, False, True))):
        rest += [("begin a second round", 0), *TO_RESULTS[: draw(st.integers(0, len(TO_RESULTS)))]]
        rest += draw(st.lists(actions, max_size=8))
    return way + rest


@pytest.fixture
def world(leiden: Snapshot, person: Callable[..., User]) -> World:
    return World(
        leiden,
        *office(),
        students=[person(f"student{number}") for number in range(4)],
        reviewers=[person(f"reviewer{number}", Role.COORDINATOR) for number in range(3)],
    )


@pytest.mark.long
@pytest.mark.database
@pytest.mark.slow
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=lives())
def test_no_path_skips_a_state_or_an_audit_event(world: World, life: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        world.rounds = [drafted(world)]
        go_through(world, life)
        check_what_is_there(world)
        transaction.set_rollback(True)


@pytest.mark.slow
def test_the_usual_way_reaches_the_end_of_a_second_round(world: World) -> None:
    """Without this the test above could pass on rounds in which nothing ever happens."""
    world.rounds = [drafted(world)]
    after = [
        ("accept and wait", 2), ("accept", 0), ("decline", 1), ("accept", 3),
        ("nominate", 1), ("confirm one", 0), ("leave", 2), ("object", 3), ("dismiss", 3),
    ]  # fmt: skip
    go_through(world, [*TO_RESULTS, *after, ("begin a second round", 0)])
    first, second = world.rounds
    assert go_through(world, TO_RESULTS) == []
    check_what_is_there(world)
    go_through(world, [("accept", number) for number in range(4)])
    assert go_through(world, [("finish", 0)]) == []
    check_what_is_there(world)
    first.refresh_from_db()
    assert first.state == RoundState.RESULTS
    assert world.round == second
    assert world.round.state == RoundState.FINISHED
    done = set(AuditEvent.objects.values_list("action", flat=True))
    assert {
        "round.publish", "round.open", "round.close", "application.submit", "review.finish",
        "round.allocate", "run.approved", "round.publish_results", "offer.make", "offer.accept",
        "nomination.send", "nomination.confirm", "objection.dismiss", "round.finish",
    } <= done  # fmt: skip


def go_through(world: World, life: Iterable[tuple[str, int]]) -> list[str]:
    """Do it all, each refused action leaving nothing behind. Returns what was refused."""
    refused = []
    for name, number in life:
        before = AuditEvent.objects.count()
        try:
            with transaction.atomic():
                ACTIONS[name](world, number)
        except SelectionError as error:
            refused.append(f"{name}: {error.message}")
            assert AuditEvent.objects.count() == before
    return refused


def check_what_is_there(world: World) -> None:
    for each in Round.objects.filter(pk__in=[each.pk for each in world.rounds]):
        check_whole_life(each)
        if each.state == RoundState.RESULTS:
            check_whole(each)


def test_the_documented_table_is_the_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "selection.md").read_text(encoding="utf-8")
    for each in TRANSITIONS:
        assert f"| {each.of} | `{each.name}` | {each.before} | {each.after} | {each.by} |" in text
    rows = re.findall(r"^\| \w+ \| `\w+` \| \w+ \| \w+ \| \w+ \|$", text, re.MULTILINE)
    assert len(rows) == len(TRANSITIONS)


def test_the_database_refuses_to_change_a_run(leiden: Snapshot) -> None:
    round_ = closed_round({PLACES[0]: 1})
    applicants(round_, [[PLACES[0]]], ["9"])
    one, _two = office()
    run = runs.allocate_round(round_, actor=one)
    for change in ({"result": b"x"}, {"number": 9}, {"input_digest": "sha256:0"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AllocationRun.objects.filter(pk=run.pk).update(**change)
    one.delete()  # an account may go; the run stays
    run.refresh_from_db()
    assert run.made_by is None
