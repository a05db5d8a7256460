"""Words and phrases that find each other, across both languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sojourn.engines.search.analysis import LANGUAGES, stem, words_of
from sojourn.engines.search.vocabulary import Vocabulary

Phrase = tuple[str, ...]  # folded words


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a question that stand for one notion, and the other ways to say it."""

    words: Phrase
    others: tuple[Phrase, ...] = ()
    instead: tuple[Phrase, ...] | None = None  # of a name: what is nearest to it, nearest first


def _keys(phrase: Phrase) -> set[tuple[str, Phrase]]:
    return {
        (language, tuple(stem(word, language) for word in phrase)) for language in LANGUAGES
    } | {("", phrase)}


class Synonyms:
    """Groups of phrases; each finds every other of its group.

    Beside them names that are known even if no document has them, with what is nearest to each.
    """

    def __init__(
        self,
        groups: Iterable[Iterable[str]] = (),
        names: Iterable[tuple[str, Iterable[str]]] = (),
    ) -> None:
        self._names: dict[Phrase, tuple[Phrase, ...]] = {
            tuple(words_of(name)): tuple(tuple(words_of(one)) for one in nearest)
            for name, nearest in names
        }
        self._groups: list[tuple[Phrase, ...]] = []
        self._by_key: dict[tuple[str, Phrase], set[int]] = defaultdict(set)
        self._single_words: set[str] = set()
        for members in groups:
            phrases = tuple(
                dict.fromkeys(phrase for member in members if (phrase := tuple(words_of(member))))
            )
            if len(phrases) < 2:
                continue
            for phrase in phrases:
                for key in _keys(phrase):
                    self._by_key[key].add(len(self._groups))
                if len(phrase) == 1:
                    self._single_words.add(phrase[0])
            self._groups.append(phrases)
        every = (*self._names, *(phrase for group in self._groups for phrase in group))
        self._longest = max(map(len, every), default=1)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Synonyms)
            and self._groups == other._groups
            and self._names == other._names
        )

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every member of one word: known, even if no document has it."""
        return Vocabulary((word, 1) for word in self._single_words)

    def others(self, phrase: Phrase) -> tuple[Phrase, ...]:
        """Return what else says the same as this phrase, in any of its forms."""
        groups = sorted({number for key in _keys(phrase) for number in self._by_key.get(key, ())})
        return tuple(
            dict.fromkeys(
                member for number in groups for member in self._groups[number] if member != phrase
            )
        )

    def beginning_with(self, prefix: str) -> tuple[Phrase, ...]:
        """Return the groups that have a word beginning so, for a word that is still being typed."""
        if len(prefix) < 4:
            return ()
        return tuple(
            dict.fromkeys(
                phrase
                for group in self._groups
                if any(len(one) == 1 and one[0].startswith(prefix) for one in group)
                for phrase in group
            )
        )

    def spans(self, words: list[str]) -> list[Span]:
        """Return the question as notions: the longest known phrase at each place, else one word."""
        found: list[Span] = []
        place = 0
        while place < len(words):
            for length in range(min(self._longest, len(words) - place), 0, -1):
                phrase = tuple(words[place : place + length])
                others = self.others(phrase)
                instead = self._names.get(phrase)
                if others or instead is not None or length == 1:
                    found.append(Span(phrase, others, instead))
                    place += length
                    break
        return found
