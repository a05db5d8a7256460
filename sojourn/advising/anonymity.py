"""Find what could tell who asked, in a text that is to be published."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Leiden's student numbers: s and seven digits; written with or without the letter.
_STUDENT_NUMBER = re.compile(r"\b[sS]?\d{7}\b")
_TELEPHONE = re.compile(r"(?<!\w)(?:\+|00?)\d(?:[\s()./-]?\d){7,13}\b")
_WORD = re.compile(r"\w+")
SHORTEST_NAME = 3


class TraceKind(Enum):
    ASKERS_ADDRESS = "askers_address"
    ADDRESS = "address"
    NAME = "name"
    NUMBER = "number"
    TELEPHONE = "telephone"


@dataclass(frozen=True)
class Trace:
    """A stretch of the text that may lead to somebody."""

    kind: TraceKind
    text: str


def find_traces(texts: Iterable[str], names: Iterable[str], address: str) -> tuple[Trace, ...]:
    """List what in the texts may lead to the asker or to any other person, each once.

    `names` are the asker's names; the part before the @ of the address counts as a name too.
    """
    address = address.casefold()
    parts = [*names, *re.split(r"[\W\d_]+", address.partition("@")[0])]
    wanted = {
        word.casefold()
        for part in parts
        for word in _WORD.findall(part)
        if len(word) >= SHORTEST_NAME
    }
    found: dict[tuple[TraceKind, str], Trace] = {}

    def add(kind: TraceKind, text: str) -> None:
        found.setdefault((kind, text.casefold()), Trace(kind, text))

    for text in texts:
        for match in _ADDRESS.finditer(text):
            same = bool(address) and match.group().casefold().rstrip(".") == address
            add(TraceKind.ASKERS_ADDRESS if same else TraceKind.ADDRESS, match.group())
        rest = _ADDRESS.sub(" ", text)
        for match in _TELEPHONE.finditer(rest):
            add(TraceKind.TELEPHONE, match.group().strip())
        for match in _STUDENT_NUMBER.finditer(_TELEPHONE.sub(" ", rest)):
            add(TraceKind.NUMBER, match.group())
        for match in _WORD.finditer(rest):
            if match.group().casefold() in wanted:
                add(TraceKind.NAME, match.group())
    return tuple(found.values())
