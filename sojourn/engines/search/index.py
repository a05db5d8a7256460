"""Finds documents by words: in English and Dutch, through synonyms, with typing errors.

How a question is answered:

1. It is read as words, whatever it is; words that say nothing ('in', 'van') are left aside while
   there are others. Neighbours that form a known phrase are one notion.
2. A notion matches a document by its words (in any form, in either language), by a synonym of the
   notion, or, for the last word, by a word that begins so. A word that occurs nowhere matches
   the nearest words that do.
3. Documents that have every notion are found. If there are none, those that have all but one,
   and so on: it degrades, it does not answer with nothing.
4. A title counts for more than a place or a subject, that for more than a course, and that for
   more than running text; rare words count for more than common ones (BM25).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tantivy
from tantivy import Occur, Query

from sojourn.engines.search.analysis import (
    HYPHENATED,
    LANGUAGES,
    STOPWORDS,
    WORD,
    analyzer,
    asked_words,
    clean,
    folded,
    stem,
    words_of,
)
from sojourn.engines.search.compounds import parts_of
from sojourn.engines.search.marking import Marker
from sojourn.engines.search.sounds import sound_of
from sojourn.engines.search.synonyms import Phrase, Span, Synonyms
from sojourn.engines.search.vocabulary import Candidate, Vocabulary

# What a match in each part of a document weighs.
WEIGHTS: dict[str, float] = {
    "title": 5.0,
    "place": 4.0,
    "subject": 3.0,
    "keyword": 3.0,
    "course": 1.5,
    "text": 1.0,
    "detail": 0.5,
}
SYNONYM, PREFIX, ONE_SLIP, TWO_SLIPS, SOUND = 0.5, 0.4, 0.5, 0.3, 0.3
EXACT = 1000.0  # what has exactly the title that was asked for comes first, whatever else fits
SOUND_LETTERS = 3  # by how many letters words differ at most that sound the same
WORDS_KEPT = 1_000  # questions for a word that are kept: every index asks the same
LIST_TIE = 0.3  # how much a word's other matches in a document add to its best one


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched: texts by part and language; `tags` are matched whole, as filters."""

    parts: Mapping[str, Mapping[str, str]]
    tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # of places: found by how they sound, too


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question as it was understood."""

    words: tuple[str, ...]
    notions: tuple[Query, ...]
    marker: Marker
    correction: str | None  # the question with unknown words replaced, to offer
    title: str = ""  # the whole question, as the title that it may be
    instead: tuple[str, ...] = ()  # names that nothing has; what is nearest is looked for
    missing: int = 0  # of the notions: those that no document has in any way

    def __bool__(self) -> bool:
        return bool(self.notions)


@dataclass(frozen=True, slots=True)
class Matches:
    """Numbers of the documents found, best first, with their scores."""

    documents: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]
    total: int
    notions: int  # how many of the question's notions each of them has
    asked: int  # how many there were

    @property
    def has_every_word(self) -> bool:
        return self.notions == self.asked


@dataclass
class _Plan:
    """What is gathered while a question is understood."""

    mark_words: set[str] = field(default_factory=set)
    mark_prefixes: list[str] = field(default_factory=list)
    mark_phrases: list[Phrase] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)
    instead: list[str] = field(default_factory=list)
    missing: int = 0


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", fast=True, indexed=True)
    builder.add_text_field("tags", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("exact", tokenizer_name="raw", index_option="basic")
    # Every word as it is written, for beginnings and typing errors.
    builder.add_text_field("words", tokenizer_name="plain", index_option="freq")
    builder.add_text_field("names", tokenizer_name="plain", index_option="basic")
    for part in WEIGHTS:
        for language in LANGUAGES:
            builder.add_text_field(f"{part}_{language}", tokenizer_name=language)
    return builder.build()


_SCHEMA = _schema()


@lru_cache(maxsize=WORDS_KEPT)
def _word(word: str) -> Query:
    """Return the word in any of its forms, in any part of a document."""
    return Query.disjunction_max_query(
        [
            Query.boost_query(
                Query.term_query(_SCHEMA, f"{part}_{language}", stem(word, language)), weight
            )
            for part, weight in WEIGHTS.items()
            for language in LANGUAGES
        ],
        LIST_TIE,
    )


@lru_cache(maxsize=WORDS_KEPT)
def _phrase(phrase: Phrase) -> Query:
    ways = []
    for part, weight in WEIGHTS.items():
        for language in LANGUAGES:
            stems: list[str | tuple[int, str]] = [stem(word, language) for word in phrase]
            one = Query.phrase_query(_SCHEMA, f"{part}_{language}", stems)
            ways.append(Query.boost_query(one, weight))
    return Query.disjunction_max_query(ways, LIST_TIE)


@lru_cache(maxsize=WORDS_KEPT)
def _beginning(prefix: str) -> Query:
    """Words that begin so: a little in any part, more in the title, place and subject."""

    def begins(field: str, weight: float) -> Query:
        # No slip allowed, only a beginning. A regular expression would say the same, and take
        # ten times as long to prepare.
        one = Query.fuzzy_term_query(_SCHEMA, field, prefix, distance=0, prefix=True)
        return Query.const_score_query(one, weight)

    ways = [begins("words", PREFIX)]
    for part in ("title", "place", "subject", "keyword"):
        ways += [begins(f"{part}_{language}", PREFIX * WEIGHTS[part]) for language in LANGUAGES]
    return Query.disjunction_max_query(ways, LIST_TIE)


class SearchIndex:
    """An index, in memory or in a folder, that never changes once it is built."""

    def __init__(
        self,
        index: tantivy.Index,
        synonyms: Synonyms,
        places: npt.NDArray[np.int64] | None = None,
    ) -> None:
        """`places` says where each document is now, -1 for one that is gone."""
        self._searcher = index.searcher()
        self._synonyms = synonyms
        self._places = places
        self.size: int = self._searcher.num_docs
        self._vocabulary = Vocabulary(self._searcher.terms_with_prefix("words", ""))
        self._names_by_sound = self._sounds()

    @classmethod
    def build(
        cls,
        documents: Iterable[Document],
        synonyms: Synonyms | None = None,
        *,
        words_from: tuple[str, ...] = tuple(WEIGHTS),
        memory: int = 50_000_000,
        folder: Path | None = None,
    ) -> SearchIndex:
        """Index the documents; their numbers count from 0 in the order given.

        `words_from` names the parts whose words take part in typing errors and beginnings.
        With `folder`, an empty one, the index is written there, for `opened`.
        """
        if folder is None:
            index = tantivy.Index(_SCHEMA)
        else:
            index = tantivy.Index(_SCHEMA, path=str(folder), reuse=False)
        _register_tokenizers(index)
        # One thread: documents keep their order, and requests keep the other processor.
        writer = index.writer(heap_size=memory, num_threads=1)
        for number, document in enumerate(documents):
            writer.add_document(_row(number, document, words_from))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return cls(index, synonyms or Synonyms())

    @classmethod
    def opened(
        cls, folder: Path, synonyms: Synonyms, places: npt.NDArray[np.int64] | None = None
    ) -> SearchIndex:
        """Return the index that `build` wrote into the folder, read from there as it is needed.

        Where documents have changed places since, `places` says where each is now, -1 for one
        that is gone: it is no longer found.
        """
        index = tantivy.Index.open(str(folder))
        _register_tokenizers(index)
        return cls(index, synonyms, places)

    # --- Understanding ----------------------------------------------------------------------

    def understand(self, text: str) -> Wanted:
        """Return what someone typed, as notions to look for. Any text will do."""
        words = self._joined(text, asked_words(text))
        content_words = [word for word in words if word not in STOPWORDS] or words
        plan = _Plan()
        spans = self._synonyms.spans(content_words)
        still_typing = bool(content_words) and not clean(text).endswith((" ", ",", "."))
        notions = [
            self._notion(span, plan, is_last=still_typing and number == len(spans) - 1)
            for number, span in enumerate(spans)
        ]
        return Wanted(
            words=tuple(words),
            notions=tuple(notions),
            marker=Marker(
                frozenset(plan.mark_words),
                tuple(dict.fromkeys(plan.mark_prefixes)),
                tuple(dict.fromkeys(plan.mark_phrases)),
            ),
            correction=_corrected(text, plan.replaced),
            title=_title_key(text),
            instead=tuple(plan.instead),
            missing=plan.missing,
        )

    def _joined(self, text: str, words: list[str]) -> list[str]:
        """Write as one word what has a hyphen, where only that word is known: 'co-schap'."""
        for match in HYPHENATED.finditer(clean(text)):
            first, last = folded(match[1]), folded(match[2])
            if first not in words or last not in words or self._synonyms.others((first, last)):
                continue
            if self._is_known_at_all(first + last):
                place = words.index(first)
                words = [word for word in words if word not in (first, last)]
                words.insert(place, first + last)
        return words

    def _sounds(self) -> dict[str, list[str]]:
        """Return the words of names of places by how they sound."""
        found: dict[str, list[str]] = {}
        for word, _count in self._searcher.terms_with_prefix("names", ""):
            if sound := sound_of(word):
                found.setdefault(sound, []).append(word)
        return found

    def _notion(self, span: Span, plan: _Plan, *, is_last: bool) -> Query:
        if span.instead is not None and not self._has_name(span.words):
            return self._nearest_name(span, plan)
        ways: list[Query] = []
        if span.instead is not None and len(span.words) > 1:
            ways.append(_phrase(span.words))
            plan.mark_phrases.append(span.words)
        elif len(span.words) == 1:
            ways += self._ways_of_word(span.words[0], plan, is_last=is_last, alone=not span.others)
        else:
            ways.append(Query.boolean_query([(Occur.Must, _word(word)) for word in span.words]))
            plan.mark_phrases.append(span.words)
        ways += self._as_synonyms(span.others, SYNONYM, plan)
        return Query.disjunction_max_query(ways, LIST_TIE) if ways else Query.empty_query()

    def _nearest_name(self, span: Span, plan: _Plan) -> Query:
        """Look for what else the name is called, or else for the nearest that there is."""
        others = self._as_synonyms(span.others, 1.0, plan)
        if others and self._has(found := Query.disjunction_max_query(others, LIST_TIE)):
            return found
        plan.instead.append(" ".join(span.words))
        for phrase in span.instead or ():
            if self._has_name(phrase):
                plan.mark_phrases.append(phrase)
                return self._named(phrase)
        return Query.empty_query()

    def _has_name(self, phrase: Phrase) -> bool:
        """Whether a document has the name as written: "Spanje" is no form of "spannend"."""
        if len(phrase) == 1:
            return phrase[0] in self._vocabulary
        return all(word in self._vocabulary for word in phrase) and self._has(_phrase(phrase))

    def _named(self, phrase: Phrase) -> Query:
        return _phrase(phrase) if len(phrase) > 1 else _word(phrase[0])

    def _has(self, query: Query) -> bool:
        return bool(self._searcher.search(query, limit=1, count=False).hits)

    def _ways_of_word(self, word: str, plan: _Plan, *, is_last: bool, alone: bool) -> list[Query]:
        """Return the word itself, what begins with it, and what it may be a slip of."""
        known = self._is_known(word)
        ways = [_word(word)] if known else []
        plan.mark_words.add(word)
        begins = is_last and len(word) >= 2 and self._vocabulary.has_prefix(word)
        if begins:
            ways.append(_beginning(word))
            plan.mark_prefixes.append(word)
            if alone:
                ways += self._as_synonyms(self._synonyms.beginning_with(word), PREFIX, plan)
        if known or begins or not alone:
            return ways
        candidates = self._meant(word)
        if not candidates or candidates[0].distance > 1:
            parts = () if word.isdecimal() else parts_of(word, self._is_known_at_all)
            if parts:
                return [self._compound(parts, plan)]
            candidates = candidates or self._heard(word)
            plan.missing += not candidates
        for candidate in candidates:
            weight = (ONE_SLIP, TWO_SLIPS, SOUND)[min(candidate.distance, 3) - 1]
            ways.append(Query.boost_query(_word(candidate.word), weight))
            plan.mark_words.add(candidate.word)
            plan.replaced.setdefault(word, candidate.word)
            ways += self._as_synonyms(
                self._synonyms.others((candidate.word,)), SYNONYM * weight, plan
            )
        return ways

    def _compound(self, parts: tuple[str, ...], plan: _Plan) -> Query:
        """Every part of a word written as one, in any way to say it; or else what there is."""
        notions = [
            self._notion(span, plan, is_last=False) for span in self._synonyms.spans(list(parts))
        ]
        every = Query.boolean_query([(Occur.Must, notion) for notion in notions])
        return every if self._has(every) else Query.disjunction_max_query(notions, LIST_TIE)

    def _heard(self, word: str) -> list[Candidate]:
        """Names of places that sound so; only names are written by ear."""
        sound = sound_of(word)
        return [
            Candidate(name, 3, 1)
            for name in self._names_by_sound.get(sound, ())
            if abs(len(name) - len(word)) <= SOUND_LETTERS
        ]

    def _is_known_at_all(self, word: str) -> bool:
        return self._is_known(word) or bool(self._synonyms.others((word,)))

    def _is_known(self, word: str) -> bool:
        """Whether some document has the word in any of its forms, in either language."""
        if word in self._vocabulary:
            return True
        return any(
            self._occurs(f"{part}_{language}", stem(word, language))
            for part in WEIGHTS
            for language in LANGUAGES
        )

    def _occurs(self, field: str, word: str) -> bool:
        return bool(self._searcher.doc_freq(field, word))

    def _meant(self, word: str) -> list[Candidate]:
        """Words near an unknown one: of the documents, and of the synonyms. A number has none."""
        if word.isdecimal():
            return []
        return self._vocabulary.near(word) or self._synonyms.vocabulary.near(word)

    def _as_synonyms(self, phrases: Iterable[Phrase], weight: float, plan: _Plan) -> list[Query]:
        ways = []
        for phrase in phrases:
            if len(phrase) == 1:
                ways.append(Query.boost_query(_word(phrase[0]), weight))
                plan.mark_words.add(phrase[0])
            else:
                ways.append(Query.boost_query(_phrase(phrase), weight))
                plan.mark_phrases.append(phrase)
        return ways

    # --- Finding ----------------------------------------------------------------------------

    def search(self, wanted: Wanted, tags: Iterable[str] = (), limit: int | None = None) -> Matches:
        """Return the documents that have every notion, or else as many of them as any document has.

        With `tags` only documents that carry all of those. At most `limit` are returned; the
        total counts all.
        """
        asked = len(wanted.notions)
        limit = max(1, self.size if limit is None else limit)
        filters = [
            (Occur.Must, Query.const_score_query(Query.term_query(_SCHEMA, "tags", tag), 0.0))
            for tag in tags
        ]
        for needed in range(asked - wanted.missing, 0, -1):
            found = self._having(wanted, needed, filters, limit)
            if found.total:
                return found
        return self._matches([], 0, 0, asked)

    def search_whole(self, wanted: Wanted, limit: int) -> Matches:
        """Return the documents that have every notion; one question less where none has."""
        if wanted.missing:
            return self._matches([], 0, 0, len(wanted.notions))
        return self._having(wanted, len(wanted.notions), [], limit)

    def _having(
        self, wanted: Wanted, needed: int, filters: list[tuple[Occur, Query]], limit: int
    ) -> Matches:
        asked = len(wanted.notions)
        query = Query.boolean_query(
            [(Occur.Should, notion) for notion in wanted.notions],
            minimum_number_should_match=needed,
        )
        if filters or needed == asked:
            first = Query.term_query(_SCHEMA, "exact", wanted.title)
            exact = Query.const_score_query(first, EXACT)
            query = Query.boolean_query([*filters, (Occur.Must, query), (Occur.Should, exact)])
        found = self._searcher.search(query, limit=limit, count=limit < self.size)
        total: int = found.count or len(found.hits)  # type: ignore[attr-defined]
        return self._matches(found.hits, total, needed, asked)

    def nearest(self, wanted: Wanted, share: float, limit: int) -> Matches:
        """Return the documents that have at least that share of the question, by score.

        For a question in many words, of which no document has all. A notion weighs by how seldom
        it is, one that no document has the most, so that "visa" decides and "weeks" does not.
        """
        weights = []
        has: list[dict[int, float]] = []
        for notion in wanted.notions:
            hits = self._searcher.search(notion, limit=max(1, self.size), count=False).hits
            found = self._matches(hits, 0, 0, 0)
            has.append(dict(zip(found.documents.tolist(), found.scores.tolist(), strict=True)))
            weights.append(math.log((self.size + 1) / (len(hits) + 1)))
        needed = share * sum(weights)
        best = []
        for number in set[int]().union(*has):
            mine = sum(
                weight for weight, scores in zip(weights, has, strict=True) if number in scores
            )
            if mine and mine >= needed:
                best.append((sum(scores.get(number, 0.0) for scores in has), number))
        best.sort(key=lambda one: (-one[0], one[1]))
        return Matches(
            np.array([number for _score, number in best[:limit]], dtype=np.int64),
            np.array([score for score, _number in best[:limit]], dtype=np.float32),
            len(best),
            0,
            len(wanted.notions),
        )

    def tagged(self, tags: Iterable[str]) -> npt.NDArray[np.int64]:
        """Return the documents that carry all of the tags, in their order."""
        query = Query.boolean_query(
            [(Occur.Must, Query.term_query(_SCHEMA, "tags", tag)) for tag in tags]
        )
        hits = self._searcher.search(query, limit=max(1, self.size), count=False).hits
        return np.sort(self._matches(hits, len(hits), 0, 0).documents)

    def _matches(
        self, hits: list[tuple[float, tantivy.DocAddress]], total: int, needed: int, asked: int
    ) -> Matches:
        scores = np.array([hit[0] for hit in hits], dtype=np.float32)
        values = self._searcher.fast_field_values("number", [hit[1] for hit in hits])
        documents = np.array(values, dtype=np.int64)
        if self._places is not None:
            documents = self._places[documents]
            still_there = documents >= 0
            documents, scores = documents[still_there], scores[still_there]
        return Matches(documents, scores, total, needed, asked)


def _register_tokenizers(index: tantivy.Index) -> None:
    index.register_tokenizer("plain", analyzer(None))
    for language in LANGUAGES:
        index.register_tokenizer(language, analyzer(language))


def _row(number: int, document: Document, words_from: tuple[str, ...]) -> tantivy.Document:
    row = tantivy.Document()
    row.add_unsigned("number", number)
    for tag in document.tags:
        row.add_text("tags", tag)
    for title in {_title_key(text) for text in document.parts.get("title", {}).values()}:
        row.add_text("exact", title)
    for name in document.names:
        row.add_text("names", name)
    for part, texts in document.parts.items():
        for language, text in texts.items():
            if text:
                row.add_text(f"{part}_{language}", text)
                if part in words_from:
                    row.add_text("words", text)
    return row


def _title_key(text: str) -> str:
    """Return a title as it is compared with a question: its words, however they are written."""
    return " ".join(words_of(clean(text)))


def _corrected(text: str, replaced: Mapping[str, str]) -> str | None:
    """Return the question with unknown words replaced by the nearest known ones."""
    if not replaced:
        return None
    shown = clean(text)
    return WORD.sub(lambda match: replaced.get(folded(match.group()), match.group()), shown)
