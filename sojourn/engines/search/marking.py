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
        object.__setattr__(self, "_decided", {"": False})
        first_words = (phrase[0] for phrase in self.phrases)
        beginnings = {beginning(word) for word in (*self.words, *first_words)}
        object.__setattr__(self, "_beginnings", tuple(sorted({*beginnings, *self.prefixes})))

    def __bool__(self) -> bool:
        return bool(self.words or self.prefixes or self.phrases)

    def matches(self, word: str) -> bool:
        """Tell whether a folded word is one of those searched for."""
        return (
            word in self.words
            or word.startswith(self.prefixes)
            or any(stem(word, language) in stems for language, stems in self._stems.items())
        )

    def _matches(self, word: str) -> bool:
        """As `matches`. What was decided once is remembered: words repeat."""
        decided = self._decided.get(word)
        if decided is None:
            decided = self._decided[word] = self.matches(word)
        return decided

    def _begins_phrase(self, word: str) -> bool:
        return any(stem(word, language) in stems for language, stems in self._first_stems.items())

    def _in_phrases(self, words: tuple[str, ...]) -> set[int]:
        """Return the places of words that stand in one of the phrases."""
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
        """Find the words of the text that match."""
        worth_a_look = self._worth_a_look(text)
        if not worth_a_look:
            return []
        words = {(start, end): folded(text[start:end]) for start, end in worth_a_look}
        if self.phrases and any(map(self._begins_phrase, words.values())):
            spans, every_word = _words_at(text)
            in_phrases = self._in_phrases(every_word)
            return [
                span
                for place, span in enumerate(spans)
                if place in in_phrases or self._matches(words.get(span, ""))
            ]
        return [span for span, word in words.items() if self._matches(word)]

    def _worth_a_look(self, text: str) -> list[tuple[int, int]]:
        """Where the words stand that begin like one looked for, in order; no other can match.

        Most texts have none and are passed over without being taken apart.
        """
        plain = _plain(text)
        if len(plain) != len(text):  # a letter became two: places in one are not those in the other
            return list(_words_at(text)[0])
        starts: set[int] = set()
        for beginning in self._beginnings:
            start = plain.find(beginning)
            while start >= 0:
                if not (start and text[start - 1].isalnum()):
                    starts.add(start)
                start = plain.find(beginning, start + 1)
        return [match.span() for start in sorted(starts) if (match := WORD.match(text, start))]

    def count(self, text: str) -> int:
        """Count the words of the text that match."""
        return len(self._marked(text))

    def segments(self, text: str) -> tuple[Segment, ...]:
        """Return the text in pieces, matched words marked.

        Neighbours that both match are one piece.
        """
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
        """Return the stretch of about that length with the most matches, cut at words."""
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
    """Return the text in small letters without accents, quickly.

    Only its beginnings of words matter.
    """
    small = text.lower()
    return small if small.isascii() else small.translate(_PLAIN_LETTERS)


@lru_cache(maxsize=4096)
def _words_at(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """Find where each word of a text is, and the words.

    Remembered, because the same texts are shown again and again.
    """
    found = tuple(WORD.finditer(text))
    return tuple(match.span() for match in found), tuple(folded(match.group()) for match in found)


def _same(word: str, wanted: str) -> bool:
    return word == wanted or any(
        stem(word, language) == stem(wanted, language) for language in LANGUAGES
    )


def _joined(text: str, marked: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return matches with nothing but a space between them, as one."""
    joined: list[tuple[int, int]] = []
    for start, end in marked:
        if joined and text[joined[-1][1] : start] == " ":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
