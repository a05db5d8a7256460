"""A crowd of processes storms a few slots; `python -m bench storm` does it with 100 and 30."""

from __future__ import annotations

import pytest

from bench.storm import crowd
from sojourn.catalogue.snapshot.snapshot import Snapshot

pytestmark = pytest.mark.storm

PROCESSES, SLOTS, ROUNDS = 16, 5, 2


@pytest.mark.long
@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_storm_of_processes_books_every_slot_once(leiden: Snapshot) -> None:
    diary = crowd.prepare(SLOTS)
    people = crowd.students(PROCESSES)
    for number in range(ROUNDS):
        outcome = crowd.run(diary, people, number)
        assert crowd.problems(outcome, SLOTS, PROCESSES) == []
        assert outcome.told_none_left == PROCESSES - SLOTS
