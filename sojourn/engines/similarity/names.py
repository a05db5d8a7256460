"""How similar two names of institutions are, whatever language and order they are written in."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from sojourn.engines.search.analysis import folded
from sojourn.engines.similarity.words import word_similarity

_WORD = re.compile(r"\w+")
# What half of all institutions are called says nothing about which one it is.
_COMMON = """
the of for and de der die das van voor en et la le les du des dell di degli e y el del
university universiteit universitat universita universite universidad universidade universitas
universitet universitetet yliopisto college school faculty faculteit institute instituut institut
institutet instituto centre center centrum hospital ziekenhuis medical medisch medicine geneeskunde
umc academic academisch national
"""
COMMON = frozenset(_COMMON.split())
SIMILAR = 0.62  # of n-grams; below it a word is another word
NEARLY = 0.85  # of letters: Gent and Ghent, but not Bern and Berlin


def name_similarity(one: str, other: str) -> float:
    """From 0 to 1: how much of the telling words of both names find a word like them."""
    ours, theirs = _telling(one), _telling(other)
    if not ours or not theirs:
        return 0.0
    found = _found(ours, theirs) + _found(theirs, ours)
    return found / sum(len(word) for word in (*ours, *theirs))


def _found(words: list[str], among: list[str]) -> float:
    """Letters of the words that have one like them, by how like it is."""
    total = 0.0
    for word in words:
        best = max(_best_similarity(word, other) for other in among)
        total += len(word) * best
    return total


def _best_similarity(one: str, other: str) -> float:
    """By their n-grams; of short words one letter changes most of those, so by letters too."""
    by_grams = word_similarity(one, other)
    by_letters = SequenceMatcher(None, one, other).ratio()
    return max(
        by_grams if by_grams >= SIMILAR else 0.0, by_letters if by_letters >= NEARLY else 0.0
    )


def _telling(name: str) -> list[str]:
    words = [folded(word) for word in _WORD.findall(name)]
    return [word for word in words if word not in COMMON] or words
