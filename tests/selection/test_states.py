"""Whatever anybody does in whatever order: no state is skipped, no change goes unwritten."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.catalogue.snapshot.holder import Snapshot
from sojourn.people.models import User
from sojourn.selection import nominations, objections, offers, runs
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import AllocationRun, Application, Objection, Offer, Round
from sojourn.selection.states import TABLE, RoundState
from tests.selection.rounds import (
    PLACES,
    applicants,
    check_history,
    check_whole,
    closed_round,
    office,
)

HERE, THERE = PLACES[:2]


@dataclass
class World:
    """A round and everybody in it, and the ways in which each can act."""

    round: Round
    one: User
    two: User
    students: list[Application] = field(default_factory=list)

    def student(self, number: int) -> Application:
        return Application.objects.get(pk=self.students[number % len(self.students)].pk)

    def offer(self, number: int) -> Offer:
        found = self.student(number).offers.order_by("-pk").first()
        if found is None:
            raise SelectionError("no offer")
        return found

    def run(self) -> object:
        found = runs.newest_run(self.round)
        if found is None:
            raise SelectionError("no run")
        return found

    def objection(self, number: int) -> Objection:
        found = Objection.objects.filter(application=self.student(number)).first()
        if found is None:
            raise SelectionError("no objection")
        return found

    def place(self, number: int) -> object:
        return self.round.opportunities.order_by("key")[number % 2]


def answered(verb: Callable[..., object]) -> Callable[[World, int], object]:
    def act(world: World, number: int) -> object:
        offer = world.offer(number)
        return verb(offer, actor=offer.application.owner)

    return act


def expire(world: World, number: int) -> None:
    past = timezone.now() - dt.timedelta(minutes=1)
    Offer.objects.filter(pk=world.offer(number).pk).update(answer_by=past)
    offers.look_after(world.round, timezone.now())


def finish(world: World, number: int) -> None:
    runs.finish(world.round, actor=world.one)


ACTIONS: dict[str, Callable[[World, int], object]] = {
    "allocate": lambda w, n: runs.allocate_round(w.round, actor=w.one),
    "approve": lambda w, n: runs.approve(w.run(), actor=w.one),
    "approve as another": lambda w, n: runs.approve(w.run(), actor=w.two),
    "take approval back": lambda w, n: runs.take_approval_back(w.run(), actor=w.one),
    "set aside": lambda w, n: runs.set_aside(w.run(), actor=w.two),
    "publish": lambda w, n: runs.publish(w.run(), actor=w.two),
    "accept": answered(offers.accept),
    "accept and wait": answered(offers.accept_and_wait),
    "decline": answered(offers.decline),
    "stop waiting": answered(offers.stop_waiting),
    "give up": answered(offers.give_up),
    "leave": lambda w, n: offers.leave(w.student(n), actor=w.student(n).owner),
    "object": lambda w, n: objections.object_to_result(
        w.student(n), "Why?", actor=w.student(n).owner
    ),
    "say": lambda w, n: objections.say(w.objection(n), "Because.", actor=w.one),
    "take objection back": lambda w, n: objections.take_back(
        w.objection(n), actor=w.student(n).owner
    ),
    "dismiss": lambda w, n: objections.dismiss(w.objection(n), "No.", actor=w.one),
    "uphold": lambda w, n: objections.uphold(
        w.objection(n), "Yes.", w.place(n) if n % 3 else None, actor=w.one
    ),
    "add a seat": lambda w, n: offers.add_seats(w.place(n), 1, "One more.", actor=w.one),
    "nominate": lambda w, n: nominations.mark_sent(w.place(n), actor=w.two),
    "confirm": lambda w, n: nominations.confirm_all(w.place(n), actor=w.two),
    "expire": expire,
    "finish": finish,
}
# Most sequences should get as far as the results, where most can happen.
TO_RESULTS = ("allocate", "approve", "approve as another", "publish")
AFTER = [name for name in ACTIONS if name not in TO_RESULTS and name != "finish"]
sequences = st.one_of(
    st.lists(st.tuples(st.sampled_from(list(ACTIONS)), st.integers(0, 4)), max_size=12),
    st.lists(st.tuples(st.sampled_from(AFTER), st.integers(0, 4)), min_size=8, max_size=24).map(
        lambda rest: [*((name, 0) for name in TO_RESULTS), *rest]
    ),
)


@pytest.fixture
def world(leiden: Snapshot) -> World:
    round_ = closed_round({HERE: 1, THERE: 2})
    lists = [[HERE, THERE], [HERE, THERE], [THERE, HERE], [HERE], [THERE, HERE]]
    students = applicants(round_, lists, ["9", "8", "7", "6", "5"])
    return World(round_, *office(), students)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=sequences)
def test_no_path_skips_a_state_or_an_audit_event(
    world: World, sequence: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        for name, number in sequence:
            try:
                with transaction.atomic():
                    ACTIONS[name](world, number)
            except SelectionError:
                pass
        world.round.refresh_from_db()
        check_history(world.round)
        if world.round.state == RoundState.RESULTS:
            check_whole(world.round)
        transaction.set_rollback(True)
    world.round.refresh_from_db()


def test_the_documented_table_is_the_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "selection.md").read_text(encoding="utf-8")
    for each in TABLE:
        assert f"| {each.of} | `{each.name}` | {each.before} | {each.after} | {each.by} |" in text
    rows = re.findall(r"^\| \w+ \| `\w+` \| \w+ \| \w+ \| \w+ \|$", text, re.MULTILINE)
    assert len(rows) == len(TABLE)


def test_the_database_refuses_to_change_a_run(world: World) -> None:
    run = runs.allocate_round(world.round, actor=world.one)
    for change in ({"result": b"x"}, {"number": 9}, {"input_digest": "sha256:0"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AllocationRun.objects.filter(pk=run.pk).update(**change)
    world.one.delete()  # an account may go; the run stays
    run.refresh_from_db()
    assert run.made_by is None
