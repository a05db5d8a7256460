"""The edition's bilingual synonym sets as concepts, found in texts of either language."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sojourn.engines.search.analysis import words_of
from sojourn.engines.similarity.texts import Version
from sojourn.engines.similarity.words import Word, word_stem, words_at

Phrase = tuple[str, ...]
STEMMED_IN = ("en", "nl")


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept named in a text: which one, and from where to where."""

    concept: int
    start: int
    end: int


class Concepts:
    """The synonym sets; a set's number is its place in the list."""

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        self.groups: tuple[tuple[str, ...], ...] = tuple(tuple(group) for group in groups)
        self._by_phrase: dict[Phrase, set[int]] = defaultdict(set)
        for number, members in enumerate(self.groups):
            for member in members:
                words = tuple(words_of(member))
                if not words:
                    continue
                self._by_phrase[words].add(number)
                for language in STEMMED_IN:
                    self._by_phrase[tuple(word_stem(word, language) for word in words)].add(number)
        self._longest = max(map(len, self._by_phrase), default=0)

    def __len__(self) -> int:
        return len(self.groups)

    def mentions(self, text: str, language: str) -> list[Mention]:
        """Return the concepts named in a text; at each place the longest phrase counts."""
        words = words_at(text)
        found: list[Mention] = []
        place = 0
        while place < len(words):
            length, numbers = self._at(words, place, language)
            found += [
                Mention(number, words[place].start, words[place + length - 1].end)
                for number in sorted(numbers)
            ]
            place += max(length, 1)
        return found

    def _at(self, words: list[Word], place: int, language: str) -> tuple[int, set[int]]:
        for length in range(min(self._longest, len(words) - place), 0, -1):
            plain = tuple(word.folded for word in words[place : place + length])
            stems = tuple(word_stem(word, language) for word in plain)
            if numbers := self._by_phrase.get(plain, set()) | self._by_phrase.get(stems, set()):
                return length, numbers
        return 0, set()

    def counts(self, version: Version) -> Counter[int]:
        """Count how often a course's text names each concept."""
        counts: Counter[int] = Counter()
        for sentence in version.sentences:
            counts.update(mention.concept for mention in self.mentions(sentence, version.language))
        return counts
