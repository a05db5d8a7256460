"""The packages to compare with: `matching` (PyPI) and OR-tools' minimum-cost flow."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from bench.allocation.instances import CHOICES, Instance
from sojourn.engines.allocation.columns import NOBODY, Integers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RivalRun:
    """How long a rival took to build its objects and to solve, and what it found."""

    construction: float
    solve: float
    opportunity: Integers


def run_matching(instance: Instance) -> RivalRun:
    """HospitalResident on the same preferences; it recurses deeply, so in a thread of its own."""
    from matching.games import HospitalResident

    residents, hospitals, capacities = _preferences(instance)

    def play() -> RivalRun:
        start = time.process_time()
        game = HospitalResident.create_from_dictionaries(residents, hospitals, capacities)
        built = time.process_time()
        found = game.solve(optimal="resident")
        solved = time.process_time()
        opportunity = np.full(instance.students, NOBODY, dtype=np.int64)
        for hospital, matched in found.items():
            for resident in matched:
                opportunity[resident.name - len(instance.seats)] = hospital.name
        return RivalRun(built - start, solved - built, opportunity)

    return _with_a_large_stack(play)


def _preferences(
    instance: Instance,
) -> tuple[dict[int, list[int]], dict[int, list[int]], dict[int, int]]:
    """Hospitals are numbered from 0, residents after them."""
    places = len(instance.seats)
    residents = {
        number + places: choices for number, choices in enumerate(instance.choices.tolist())
    }
    order = np.lexsort(
        (
            np.repeat(instance.lot, CHOICES),
            -instance.scores.ravel(),
            instance.choices.ravel(),
        )
    )
    hospitals: dict[int, list[int]] = {}
    for row in order.tolist():
        hospitals.setdefault(int(instance.choices.flat[row]), []).append(row // CHOICES + places)
    return residents, hospitals, {name: int(instance.seats[name]) for name in hospitals}


def _with_a_large_stack(work: Callable[[], T]) -> T:
    results: list[T] = []
    limit, stack = sys.getrecursionlimit(), threading.stack_size(1 << 30)
    sys.setrecursionlimit(1_000_000)
    try:
        thread = threading.Thread(target=lambda: results.append(work()))
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(stack)
    return results[0]


def run_ortools(instance: Instance) -> RivalRun:
    """As many students placed as possible, then the smallest sum of ranks, by OR-tools."""
    from ortools.graph.python import min_cost_flow

    students, places = instance.students, len(instance.seats)
    start = time.process_time()
    source, sink = students + places, students + places + 1
    everyone = np.arange(students)
    ranks = np.tile(np.arange(1, CHOICES + 1), students)
    not_placed = CHOICES * (students + 1)  # dearer than anything that placing one more can cost
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        np.full(students, source), everyone, np.ones(students), np.zeros(students)
    )
    choices = flow.add_arcs_with_capacity_and_unit_cost(
        np.repeat(everyone, CHOICES),
        students + instance.choices.ravel(),
        np.ones(students * CHOICES),
        ranks,
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        students + np.arange(places), np.full(places, sink), instance.seats, np.zeros(places)
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        everyone, np.full(students, sink), np.ones(students), np.full(students, not_placed)
    )
    flow.set_nodes_supplies(np.array([source, sink]), np.array([students, -students]))
    built = time.process_time()
    status = flow.solve()
    solved = time.process_time()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"OR-tools found no optimum: {status}")
    taken = np.flatnonzero(flow.flows(choices))
    opportunity = np.full(students, NOBODY, dtype=np.int64)
    opportunity[taken // CHOICES] = instance.choices.ravel()[taken]
    return RivalRun(built - start, solved - built, opportunity)
