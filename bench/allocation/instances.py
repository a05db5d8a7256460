"""Random rounds for the benchmark, the same for the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sojourn.engines.allocation import Application, Choice, Opportunity, Problem
from sojourn.engines.allocation.columns import (
    Columns,
    Indices,
    Integers,
    QuotaRow,
    build_columns,
)

CHOICES = 5
CATEGORIES = 4


@dataclass(frozen=True, slots=True)
class Instance:
    """A round as arrays: five distinct choices a student, a score for each, one lot."""

    seats: Integers
    choices: Indices
    scores: Integers
    lot: Integers
    category: Indices

    @property
    def students(self) -> int:
        return len(self.choices)

    def columns(self) -> Columns:
        """What the engine works on, without quotas."""
        return self._columns(())

    def columns_with_quotas(self) -> Columns:
        """The same with a minimum and a maximum for one category at every other opportunity."""
        return self._columns(
            tuple(
                QuotaRow(number, number % CATEGORIES, seats // 4, seats // 2)
                for number, seats in enumerate(self.seats.tolist())
                if number % 2
            )
        )

    def _columns(self, quotas: tuple[QuotaRow, ...]) -> Columns:
        return build_columns(
            seats=self.seats,
            choice_start=np.arange(0, self.choices.size + 1, CHOICES, dtype=np.int64),
            choice_opportunity=self.choices.ravel(),
            choice_score=self.scores.ravel(),
            lot=self.lot,
            category=self.category,
            quotas=quotas,
        )

    def with_one_score_per_student(self) -> Instance:
        """The same round with each student's first score at every choice."""
        scores = np.repeat(self.scores[:, :1], CHOICES, axis=1)
        return Instance(self.seats, self.choices, scores, self.lot, self.category)

    def problem(self) -> Problem:
        """The same round as the objects that the office's pages hand in."""
        return Problem(
            "bench",
            "0123456789abcdef" * 4,
            tuple(
                Opportunity(f"place-{number:06}", seats)
                for number, seats in enumerate(self.seats.tolist())
            ),
            tuple(
                Application(
                    f"student-{number:07}",
                    "all",
                    tuple(
                        Choice(f"place-{choice:06}", score)
                        for choice, score in zip(choices, scores, strict=True)
                    ),
                )
                for number, (choices, scores) in enumerate(
                    zip(self.choices.tolist(), self.scores.tolist(), strict=True)
                )
            ),
            score_digits=3,
        )


def instance(students: int, opportunities: int, seats: int) -> Instance:
    """Uniformly random choices and scores from 0 to 10.000; seats for part of the students."""
    chance = np.random.default_rng(students + opportunities)
    choices = chance.integers(0, opportunities, (students, CHOICES), dtype=np.int32)
    while True:
        ordered = np.sort(choices, axis=1)
        doubled = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
        if not doubled.any():
            break
        choices[doubled] = chance.integers(
            0, opportunities, (int(doubled.sum()), CHOICES), dtype=np.int32
        )
    return Instance(
        seats=np.full(opportunities, seats, dtype=np.int64),
        choices=choices,
        scores=chance.integers(0, 10_001, (students, CHOICES)),
        lot=chance.permutation(students).astype(np.int64),
        category=chance.integers(0, CATEGORIES, students, dtype=np.int32),
    )
