"""How sure a similarity is, in words; and the measures behind the words.

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
    """From the surest down. A precedent is a decision that was taken, not a similarity."""

    RECOGNISED = "recognised"
    VERY_SIMILAR = "very-similar"
    PARTLY = "partly"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Chance:
    """What a signal says of two courses that have nothing to do with each other."""

    mean: float
    deviation: float

    def standard(self, value: Number) -> Number:
        return (value - self.mean) / self.deviation


LETTERS_SAME = Chance(0.069, 0.054)  # both texts in one language
LETTERS_OTHER = Chance(0.019, 0.020)  # in two languages
CONCEPTS = Chance(0.053, 0.141)
MEANING = Chance(0.037, 0.163)
SENTENCES = Chance(0.163, 0.075)
ENGLISH = Chance(0.10, 0.14)
ENGLISH_TITLES = Chance(0.12, 0.17)
MANY_LANGUAGES = Chance(0.0, 0.10)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts."""

    letters: float
    concepts: float
    meaning: float = 0.0
    sentences: float = 0.0
    english: float = 0.0
    many_languages: float = 0.0


@dataclass(frozen=True, slots=True)
class Scale:
    """How two texts are compared by what is known of them, and from which score a word applies."""

    weights: Weights
    very_similar: float
    partly: float
    weak: float


WORDS = Scale(Weights(letters=0.7, concepts=0.5), very_similar=4.0, partly=2.2, weak=1.2)
BY_MEANING = Scale(Weights(0.7, 0.5, 1.0, 1.0), very_similar=3.3, partly=1.8, weak=0.9)
IN_ENGLISH = Scale(Weights(0.1, 0.2, 0.4, 0.4, 2.0), very_similar=3.6, partly=2.7, weak=1.8)
# Where of one course no more than a title is known: letters say less, and a score is sooner high.
MOST = 8.0  # a score that hardly any two courses reach
NEVER = float("inf")
TITLES_BY_MEANING = Scale(
    Weights(0.2, 0.3, 1.0, 1.0, many_languages=1.5), very_similar=NEVER, partly=4.5, weak=3.0
)
TITLES_IN_ENGLISH = Scale(
    Weights(0.1, 0.2, 0.4, 0.1, 2.5), very_similar=NEVER, partly=3.6, weak=2.2
)
# Where only the model of many languages knows both texts; it is asked about titles alone.
IN_OTHER_LANGUAGES = Scale(
    Weights(0.15, 0.3, many_languages=2.0), very_similar=NEVER, partly=4.5, weak=3.0
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a similarity, in standard deviations; None where it could not be judged."""

    letters: float
    concepts: float
    meaning: float | None = None
    sentences: float | None = None
    english: float | None = None
    many_languages: float | None = None
    by_title: bool = False
    """Of one of the two no more than a title is known."""

    @property
    def score(self) -> float:
        """Return the weighted average of the signals that could be judged."""
        weights = self.scale.weights
        pairs = [
            (weights.letters, self.letters),
            (weights.concepts, self.concepts),
            (weights.meaning, self.meaning),
            (weights.sentences, self.sentences),
            (weights.english, self.english),
            (weights.many_languages, self.many_languages),
        ]
        known = [(weight, value) for weight, value in pairs if value is not None]
        return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)

    @property
    def scale(self) -> Scale:
        if self.meaning is None and self.english is None:
            return WORDS if self.many_languages is None else IN_OTHER_LANGUAGES
        if self.english is not None:
            return TITLES_IN_ENGLISH if self.by_title else IN_ENGLISH
        return TITLES_BY_MEANING if self.by_title else BY_MEANING

    @property
    def certainty(self) -> Certainty | None:
        """The word for it, or None where there is too little to call it a similarity.

        A title alone can never say more than that courses are partly similar.
        """
        if self.score >= self.scale.very_similar and not self.by_title:
            return Certainty.VERY_SIMILAR
        if self.score >= self.scale.partly:
            return Certainty.PARTLY
        return Certainty.WEAK if self.score >= self.scale.weak else None

    @property
    def strength(self) -> float:
        """From 0 to 1, for choosing between similarities; a person is shown the word instead."""
        return float(min(max(self.score / MOST, 0.0), 0.99))
