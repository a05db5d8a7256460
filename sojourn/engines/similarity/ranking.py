"""Where it is most like home: hosts and countries in order, each with the pairs that say so.

A home course counts for as much as its best similarity at the host, weighed by its ECTS; a host is
as like home as the share of the programme that it meets so. A course that meets nothing counts
nothing, so a large host has no advantage beyond what it really offers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sojourn.engines.similarity.certainty import Certainty

# What a pair counts for by its certainty. The steps are even so that the order can be told in
# words: two courses that are partly similar count as much as one and a third that are very similar.
COUNTS = {
    Certainty.RECOGNISED: 1.0,
    Certainty.VERY_SIMILAR: 0.75,
    Certainty.PARTLY: 0.5,
    Certainty.WEAK: 0.0,
}


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """A home course and the course at a host that resembles it most."""

    home: str
    host: str
    institution: str
    certainty: Certainty
    strength: float  # from 0 to 1, for the order among pairs of one certainty


@dataclass(frozen=True, slots=True)
class SimilarHost:
    """A host (or country), what of the programme it meets, and by which courses."""

    name: str
    share: float
    pairs: tuple[SimilarPair, ...]  # the surest first, one a home course

    def number(self, certainty: Certainty) -> int:
        """Count the home courses that are met with this certainty."""
        return sum(pair.certainty is certainty for pair in self.pairs)


ORDER = tuple(Certainty)


def pair_order(pair: SimilarPair) -> tuple[int, float, str, str]:
    return (ORDER.index(pair.certainty), -pair.strength, pair.home, pair.host)


def rank(
    weights: Mapping[str, float], pairs: Iterable[SimilarPair], group: Mapping[str, str]
) -> list[SimilarHost]:
    """Hosts in order, or countries when `group` names the country of each institution.

    `weights` says how much each home course counts, usually its ECTS.
    """
    best: dict[str, dict[str, SimilarPair]] = defaultdict(dict)
    for pair in sorted(pairs, key=pair_order):
        if pair.home in weights and COUNTS[pair.certainty]:
            best[group[pair.institution]].setdefault(pair.home, pair)
    whole = sum(weights.values()) or 1.0
    found = [
        SimilarHost(
            name,
            round(
                sum(
                    weights[pair.home] * COUNTS[pair.certainty]
                    for pair in sorted(chosen.values(), key=lambda one: one.home)
                )
                / whole,
                6,
            ),
            tuple(sorted(chosen.values(), key=pair_order)),
        )
        for name, chosen in best.items()
    ]
    return sorted(found, key=lambda one: (-one.share, -total_strength(one.pairs), one.name))


def total_strength(pairs: Sequence[SimilarPair]) -> float:
    return round(sum(sorted(pair.strength for pair in pairs)), 6)
