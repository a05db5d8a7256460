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
    _matching: set[str] = field(init=False, repr=False, compare=False)
    _others: set[str] = field(init=False, repr=False, compare=False)
    _beginnings: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        def stems(words: Iterable[str]) -> dict[str, frozenset[str]]:
            words = list(words)
            return {
                language: frozenset(stem(word, language) for word in words)
                for language in LANGUAGES
            }

        object.__setattr__(self, "_stems", stems(self.words))
        object.__setattr__(self, "_first_stems", stems(phrase[0] for phrase in self.phrases))
        object.__setattr__(self, "_matching", set())
        object.__setattr__(self, "_others", {""})
        first_words = (phrase[0] for phrase in self.phrases)
        beginnings = {beginning(word) for word in (*self.words, *first_words)}
        object.__setattr__(self, "_beginnings", tuple(sorted({*beginnings, *self.prefixes})))

    def __bool__(self) -> bool:
        return bool(self.words or self.prefixes or self.phrases)

    def may_match(self, text: str) -> bool:
        """False when no word of the text can match; true when one might.

        Most texts are passed over by this alone, without being taken apart.
        """
        plain = _plain(text)
        return any(beginning in plain for beginning in self._beginnings)

    def matches(self, word: str) -> bool:
        """Whether a folded word is one of those looked for."""
        return (
            word in self.words
            or word.startswith(self.prefixes)
            or any(stem(word, language) in stems for language, stems in self._stems.items())
        )

    def _matching_among(self, words: frozenset[str]) -> set[str]:
        """Those of the words that match. What was decided once is remembered: texts repeat."""
        for word in words - self._matching - self._others:
            (self._matching if self.matches(word) else self._others).add(word)
        return self._matching & words

    def _begins_phrase(self, word: str) -> bool:
        return any(stem(word, language) in stems for language, stems in self._first_stems.items())

    def _in_phrases(self, words: tuple[str, ...]) -> set[int]:
        """The places of words that stand in one of the phrases."""
        places: set[int] = set()
        for start, word in enumerate(words):
            if not self._begins_phrase(word):
                continue
            for phrase in self.phrases:
                run = words[start : start + len(phrase)]
                if len(run) == len(phrase) and all(map(_same, run, phrase)):
                    places.update(range(start, start + len(phrase)))
        return places

    def _marked(self, text: str) -> list[tuple[int, int]]:
        if not self.may_match(text):
            return []
        spans, words, different = _words_at(text)
        matching = self._matching_among(different)
        in_phrases = self._in_phrases(words) if self.phrases else set()
        if not matching and not in_phrases:
            return []
        return [
            span
            for place, (span, word) in enumerate(zip(spans, words, strict=True))
            if word in matching or place in in_phrases
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


def beginning(word: str) -> str:
    """Letters that every form of a word begins with: its stem without what may still change."""
    shortest = min(len(stem(word, language)) for language in LANGUAGES)
    return word[: max(2, min(shortest - 2, 6))]


def _without_accents() -> dict[int, str]:
    """Letters of the Latin script and what they are folded to."""
    signs = (chr(code) for code in range(0xAA, 0x250))
    return {ord(sign): plain for sign in signs if (plain := folded(sign)) and plain != sign}


_PLAIN_LETTERS = _without_accents()


def _plain(text: str) -> str:
    """The text in small letters without accents, quickly; only its beginnings of words matter."""
    small = text.lower()
    return small if small.isascii() else small.translate(_PLAIN_LETTERS)


@lru_cache(maxsize=4096)
def _words_at(
    text: str,
) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...], frozenset[str]]:
    """Where each word of a text stands, the words, and the different ones among them.

    Remembered, because the same texts are shown again and again.
    """
    found = tuple(WORD.finditer(text))
    words = tuple(folded(match.group()) for match in found)
    return tuple(match.span() for match in found), words, frozenset(words)


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
