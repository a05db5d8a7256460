"""How sure a likeness is, in words; and the measures behind the words.

Each signal is measured in standard deviations above the average pair of unlike courses, so that
signals can be added. The figures were measured on the Leiden edition by
`python -m bench.similarity --calibrate`; docs/engines/similarity.md shows how.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, NDArray[np.float32])


class Certainty(Enum):
    """From the surest down. A precedent is a decision that was taken, not a likeness."""

    RECOGNISED = "recognised"
    VERY_ALIKE = "very-alike"
    PARTLY = "partly"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Chance:
    """What a signal says of two courses that have nothing to do with each other."""

    mean: float
    deviation: float

    def standard(self, value: Number) -> Number:
        return (value - self.mean) / self.deviation


@dataclass(frozen=True, slots=True)
class Scale:
    """The chance level of each signal, and from which score a word applies."""

    letters_same: Chance  # both texts in one language
    letters_other: Chance  # in two languages
    concepts: Chance
    meaning: Chance
    sentences: Chance
    very_alike: float
    partly: float
    weak: float


@dataclass(frozen=True, slots=True)
class Weights:
    letters: float
    concepts: float
    meaning: float
    sentences: float


WEIGHTS = Weights(letters=0.7, concepts=0.5, meaning=1.0, sentences=1.0)

_LETTERS_SAME = Chance(0.069, 0.054)
_LETTERS_OTHER = Chance(0.019, 0.020)
_CONCEPTS = Chance(0.053, 0.141)
_MEANING = Chance(0.037, 0.163)
_SENTENCES = Chance(0.163, 0.075)

SCALES = {
    # With the sentence model.
    "meaning": Scale(
        _LETTERS_SAME, _LETTERS_OTHER, _CONCEPTS, _MEANING, _SENTENCES,
        very_alike=3.3, partly=1.8, weak=0.9,
    ),
    # Without it.
    "words": Scale(
        _LETTERS_SAME, _LETTERS_OTHER, _CONCEPTS, _MEANING, _SENTENCES,
        very_alike=4.0, partly=2.2, weak=1.2,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a likeness, in standard deviations; None where it could not be judged."""

    letters: float
    concepts: float
    meaning: float | None = None
    sentences: float | None = None

    @property
    def score(self) -> float:
        """Return the weighted average of the signals that could be judged."""
        pairs = [
            (WEIGHTS.letters, self.letters),
            (WEIGHTS.concepts, self.concepts),
            (WEIGHTS.meaning, self.meaning),
            (WEIGHTS.sentences, self.sentences),
        ]
        known = [(weight, value) for weight, value in pairs if value is not None]
        return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)

    @property
    def scale(self) -> Scale:
        return SCALES["words" if self.meaning is None else "meaning"]

    @property
    def certainty(self) -> Certainty | None:
        """The word for it, or None where there is too little to call it a likeness."""
        if self.score >= self.scale.very_alike:
            return Certainty.VERY_ALIKE
        if self.score >= self.scale.partly:
            return Certainty.PARTLY
        return Certainty.WEAK if self.score >= self.scale.weak else None

    @property
    def strength(self) -> float:
        """From 0 to 1, for choosing between likenesses; a person is shown the word instead."""
        return float(min(max(self.score / (2 * self.scale.very_alike), 0.0), 0.99))
