"""How a name sounds, roughly: for who has heard it and never seen it written."""

from __future__ import annotations

import re

_SAME = (
    (re.compile(r"eaux?|aux?|oo|ou"), "o"),
    (re.compile(r"ph|v"), "f"),
    (re.compile(r"c[kh]?|q|g[h]?"), "k"),
    (re.compile(r"z"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"th"), "t"),
)
_VOWELS = re.compile(r"[aeiouyhw]")
_TWICE = re.compile(r"(.)\1+")
SHORTEST = 3  # consonants; with fewer, half the world sounds alike


def sound_of(word: str) -> str:
    """Return the consonants that one hears after the first letter; empty for a short word."""
    said = word
    for pattern, sign in _SAME:
        said = pattern.sub(sign, said)
    heard = _TWICE.sub(r"\1", said[:1] + _VOWELS.sub("", said[1:]))
    return heard if len(heard) >= SHORTEST else ""
