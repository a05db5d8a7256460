"""Marks in a text the words for which it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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

    def __post_init__(self) -> None:
        stems = {
            language: frozenset(stem(word, language) for word in self.words)
            for language in LANGUAGES
        }
        object.__setattr__(self, "_stems", stems)

    def __bool__(self) -> bool:
        return bool(self.words or self.prefixes or self.phrases)

    def matches(self, word: str) -> bool:
        """Whether a folded word is one of those looked for."""
        if word in self.words or word.startswith(self.prefixes):
            return True
        return any(stem(word, language) in stems for language, stems in self._stems.items())

    def _in_phrases(self, words: list[str]) -> set[int]:
        places: set[int] = set()
        for phrase in self.phrases:
            length = len(phrase)
            for start in range(len(words) - length + 1):
                run = words[start : start + length]
                if all(_same(word, wanted) for word, wanted in zip(run, phrase, strict=True)):
                    places.update(range(start, start + length))
        return places

    def _marked(self, text: str) -> list[tuple[int, int]]:
        if not self:
            return []
        found = [
            (match.start(), match.end(), folded(match.group())) for match in WORD.finditer(text)
        ]
        in_phrases = self._in_phrases([word for _, _, word in found])
        return [
            (start, end)
            for place, (start, end, word) in enumerate(found)
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
