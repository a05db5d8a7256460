"""Marks in a text the words for which it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from sojourn.engines.search.analysis import LANGUAGES, WORD, folded, stem


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text; the pieces in order are the text. Not escaped: a template does that."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Marker:
    """What counts as a match: words in any of their forms, beginnings, and whole phrases."""

    words: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    _stems: dict[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _first_stems: dict[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _decided: dict[str, bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        def stems(words: Iterable[str]) -> dict[str, frozenset[str]]:
            words = list(words)
            return {
                language: frozenset(stem(word, language) for word in words)
                for language in LANGUAGES
            }

        object.__setattr__(self, "_stems", stems(self.words))
        object.__setattr__(self, "_first_stems", stems(phrase[0] for phrase in self.phrases))
        object.__setattr__(self, "_decided", {})

    def __bool__(self) -> bool:
        return bool(self.words or self.prefixes or self.phrases)

    def matches(self, word: str) -> bool:
        """Whether a folded word is one of those looked for."""
        decided = self._decided.get(word)
        if decided is None:
            decided = word in self.words or word.startswith(self.prefixes)
            decided = decided or any(
                stem(word, language) in stems for language, stems in self._stems.items()
            )
            self._decided[word] = decided
        return decided

    def _begins_phrase(self, word: str) -> bool:
        return any(stem(word, language) in stems for language, stems in self._first_stems.items())

    def _in_phrases(self, words: tuple[str, ...]) -> set[int]:
        """The places of words that stand in one of the phrases."""
        places: set[int] = set()
        if not self.phrases:
            return places
        for start, word in enumerate(words):
            if not self._begins_phrase(word):
                continue
            for phrase in self.phrases:
                run = words[start : start + len(phrase)]
                if len(run) == len(phrase) and all(map(_same, run, phrase)):
                    places.update(range(start, start + len(phrase)))
        return places

    def _marked(self, text: str) -> list[tuple[int, int]]:
        if not self:
            return []
        spans, words = _words_at(text)
        in_phrases = self._in_phrases(words)
        return [
            span
            for place, (span, word) in enumerate(zip(spans, words, strict=True))
            if word and (place in in_phrases or self.matches(word))
        ]

    def count(self, text: str) -> int:
        """How many words of the text match."""
        return len(self._marked(text))

    def segments(self, text: str) -> tuple[Segment, ...]:
        """The text in pieces, matched words marked; neighbours that both match are one piece."""
        pieces: list[Segment] = []
        done = 0
        for start, end in _joined(text, self._marked(text)):
            if start > done:
                pieces.append(Segment(text[done:start], marked=False))
            pieces.append(Segment(text[start:end], marked=True))
            done = end
        if done < len(text):
            pieces.append(Segment(text[done:], marked=False))
        return tuple(pieces)

    def excerpt(self, text: str, length: int = 200) -> str:
        """The stretch of about that length with the most matches, cut at words."""
        marked = self._marked(text)
        if not marked or len(text) <= length:
            return text
        best, most = 0, 0
        for start, _ in marked:
            begins = max(0, start - length // 4)
            inside = sum(begins <= other and end <= begins + length for other, end in marked)
            if inside > most:
                best, most = begins, inside
        begins = text.rfind(" ", 0, best) + 1 if best else 0
        ends = len(text)
        if begins + length < len(text):
            ends = text.rfind(" ", begins + 1, begins + length)
            ends = ends if ends > begins else begins + length
        return (
            f"{'…' if begins else ''}{text[begins:ends].strip()}{'…' if ends < len(text) else ''}"
        )


@lru_cache(maxsize=4096)
def _words_at(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """Where each word of a text stands, and the word. The same texts are shown again and again."""
    found = tuple(WORD.finditer(text))
    return (
        tuple(match.span() for match in found),
        tuple(folded(match.group()) for match in found),
    )


def _same(word: str, wanted: str) -> bool:
    return word == wanted or any(
        stem(word, language) == stem(wanted, language) for language in LANGUAGES
    )


def _joined(text: str, marked: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Matches with nothing but a space between them, as one."""
    joined: list[tuple[int, int]] = []
    for start, end in marked:
        if joined and text[joined[-1][1] : start] == " ":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
