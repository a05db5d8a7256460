"""Why two courses are similar: what both name, which outcomes meet, which formal facts agree.

Everything is symmetric: the reasons seen from the other course are the same ones mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from sojourn.engines.search.analysis import STOPWORDS
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.texts import Version
from sojourn.engines.similarity.words import BOILERPLATE, word_similarity, word_stem, words_at

SHORTEST_WORD = 4
# Two words of this many letters that share this much are one word in two languages or forms
# ("immunology", "immunologie"); measured on the edition's synonym pairs.
SHORTEST_SIMILAR_WORD = 6
SIMILAR_WORDS = 0.45
# From which cosine of centred sentence vectors two outcomes are shown as one beside the other:
# of the outcomes of different courses about one pair in 150 reaches it.
OUTCOMES_MEET = 0.45
# Without vectors: the share of telling words that two outcomes have in common.
OUTCOMES_SHARE = 0.34


class Agreement(Enum):
    """Whether a formal fact of two courses agrees."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Facts:
    """The formal side of a course; empty where not known."""

    ects: Decimal | None = None
    level: str = ""
    isced_f: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    marked: bool


Marked = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class MarkedVersion:
    """A course's text with the words that the other course has too."""

    language: str
    title: Marked
    summary: Marked
    outcomes: tuple[Marked, ...]
    topics: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What both texts name, as each of them writes it."""

    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class OutcomePair:
    """An outcome of each course that say about the same."""

    ours: Marked
    theirs: Marked


@dataclass(frozen=True, slots=True)
class Reasons:
    shared: tuple[Shared, ...]
    outcomes: tuple[OutcomePair, ...]
    ects: Agreement
    level: Agreement
    field: Agreement
    ours: MarkedVersion
    theirs: MarkedVersion

    def mirrored(self) -> Reasons:
        """Return the same reasons seen from the other course."""
        return Reasons(
            tuple(sorted((Shared(one.theirs, one.ours) for one in self.shared), key=shared_order)),
            tuple(OutcomePair(one.theirs, one.ours) for one in self.outcomes),
            self.ects,
            self.level,
            self.field,
            self.theirs,
            self.ours,
        )


def reasons(
    ours: Version,
    theirs: Version,
    concepts: Concepts,
    facts: tuple[Facts, Facts],
    outcome_similarity: NDArray[np.float32] | None = None,
) -> Reasons:
    """Explain why these two are similar.

    `outcome_similarity` holds the cosine of each of our outcomes (rows) with each of theirs, where
    the sentence model could be used.
    """
    left, right = terms_of(ours, concepts), terms_of(theirs, concepts)
    pairs = shared_terms(left, right, ours.language == theirs.language)
    our_terms = {term for term, _ in pairs}
    their_terms = {term for _, term in pairs}
    our_marks = marked_version(ours, concepts, our_terms)
    their_marks = marked_version(theirs, concepts, their_terms)
    if outcome_similarity is None:
        met = meeting(shared_words(ours, theirs, concepts, pairs), ours, theirs, OUTCOMES_SHARE)
    else:
        met = meeting(outcome_similarity, ours, theirs, OUTCOMES_MEET)
    return Reasons(
        shared=tuple(
            sorted((Shared(left[one], right[other]) for one, other in pairs), key=shared_order)
        ),
        outcomes=tuple(
            OutcomePair(our_marks.outcomes[row], their_marks.outcomes[column])
            for row, column in met
        ),
        ects=same_ects(facts[0].ects, facts[1].ects),
        level=same_text(facts[0].level, facts[1].level),
        field=same_field(facts[0].isced_f, facts[1].isced_f),
        ours=our_marks,
        theirs=their_marks,
    )


def shared_order(one: Shared) -> tuple[str, ...]:
    """Return the same order from either side."""
    return (*sorted((one.ours.casefold(), one.theirs.casefold())), one.ours, one.theirs)


# --- what a text names --------------------------------------------------------------------------

Term = tuple[str, str]  # ("concept", its number) or ("word", its stem)


@dataclass(frozen=True, slots=True)
class Place:
    term: Term
    start: int
    end: int


def places(text: str, language: str, concepts: Concepts) -> list[Place]:
    """Return the concepts and the telling words of a text, from left to right."""
    found = [
        Place(("concept", str(mention.concept)), mention.start, mention.end)
        for mention in concepts.mentions(text, language)
    ]
    taken = [(place.start, place.end) for place in found]
    for word in words_at(text):
        if len(word.folded) < SHORTEST_WORD or word.folded.isdigit():
            continue
        if word.folded in STOPWORDS or word.folded in BOILERPLATE:
            continue
        if any(start <= word.start < end for start, end in taken):
            continue
        found.append(Place(("word", word_stem(word.folded, language)), word.start, word.end))
    return sorted(found, key=lambda place: (place.start, place.end, place.term))


def terms_of(version: Version, concepts: Concepts) -> dict[Term, str]:
    """Return what a course names, each with the words in which it names it first."""
    found: dict[Term, str] = {}
    for sentence in version.sentences:
        for place in places(sentence, version.language, concepts):
            found.setdefault(place.term, sentence[place.start : place.end])
    return found


def shared_terms(
    left: dict[Term, str], right: dict[Term, str], in_one_language: bool
) -> list[tuple[Term, Term]]:
    """Which of our terms is which of theirs: the same, or one that looks like it."""
    pairs = [(term, term) for term in left if term in right]
    if in_one_language:
        return pairs
    ours = [term for term in left if term not in right and is_long_word(term)]
    theirs = [term for term in right if term not in left and is_long_word(term)]
    candidates = [
        (word_similarity(one[1], other[1]), one, other)
        for one in ours
        for other in theirs
        # Words that begin differently are hardly ever one word.
        if one[1][:2] == other[1][:2]
    ]
    candidates.sort(key=lambda found: (-found[0], *sorted((found[1][1], found[2][1]))))
    used: set[tuple[str, Term]] = set()
    for similarity, one, other in candidates:
        if similarity < SIMILAR_WORDS:
            break
        if ("ours", one) in used or ("theirs", other) in used:
            continue
        used |= {("ours", one), ("theirs", other)}
        pairs.append((one, other))
    return pairs


def is_long_word(term: Term) -> bool:
    return term[0] == "word" and len(term[1]) >= SHORTEST_SIMILAR_WORD


def marked(text: str, language: str, concepts: Concepts, shared: set[Term]) -> Marked:
    """Return the text in pieces; what is shared is marked."""
    pieces: list[Piece] = []
    done = 0
    for place in places(text, language, concepts):
        if place.term not in shared or place.start < done:
            continue
        if place.start > done:
            pieces.append(Piece(text[done : place.start], False))
        pieces.append(Piece(text[place.start : place.end], True))
        done = place.end
    if done < len(text):
        pieces.append(Piece(text[done:], False))
    return tuple(pieces)


def marked_version(version: Version, concepts: Concepts, shared: set[Term]) -> MarkedVersion:
    def mark(text: str) -> Marked:
        return marked(text, version.language, concepts, shared)

    return MarkedVersion(
        version.language,
        mark(version.title),
        mark(version.summary),
        tuple(mark(outcome) for outcome in version.outcomes),
        tuple(mark(topic) for topic in version.topics),
    )


# --- outcomes that meet -------------------------------------------------------------------------


def shared_words(
    ours: Version, theirs: Version, concepts: Concepts, pairs: Sequence[tuple[Term, Term]]
) -> NDArray[np.float32]:
    """For each outcome of ours and theirs the share of their terms that are shared (Dice)."""
    ours_to_theirs = dict(pairs)

    def terms(version: Version) -> list[set[Term]]:
        return [
            {place.term for place in places(outcome, version.language, concepts)}
            for outcome in version.outcomes
        ]

    left = [{ours_to_theirs.get(term, ("ours", term[1])) for term in one} for one in terms(ours)]
    right = terms(theirs)
    return np.array(
        [[2 * len(one & other) / max(len(one) + len(other), 1) for other in right] for one in left],
        dtype=np.float32,
    ).reshape(len(left), len(right))


def meeting(
    similarity: NDArray[np.float32], ours: Version, theirs: Version, least: float
) -> list[tuple[int, int]]:
    """Pairs of outcomes, the most similar first, each outcome once."""
    best = [
        (row, column)
        for row in range(len(ours.outcomes))
        for column in range(len(theirs.outcomes))
        if similarity[row, column] >= least
    ]
    # Equals go by their texts, so that the order is the same from either side.
    best.sort(
        key=lambda pair: (
            -round(float(similarity[pair]), 5),
            *sorted((ours.outcomes[pair[0]], theirs.outcomes[pair[1]])),
        )
    )
    rows: set[int] = set()
    columns: set[int] = set()
    found = []
    for row, column in best:
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            found.append((row, column))
    return found


# --- formal facts -------------------------------------------------------------------------------


def same_ects(ours: Decimal | None, theirs: Decimal | None) -> Agreement:
    """Close means within a fifth of the larger."""
    if ours is None or theirs is None:
        return Agreement.UNKNOWN
    if ours == theirs:
        return Agreement.SAME
    return Agreement.CLOSE if abs(ours - theirs) * 5 <= max(ours, theirs) else Agreement.DIFFERENT


def same_text(ours: str, theirs: str) -> Agreement:
    if not ours or not theirs:
        return Agreement.UNKNOWN
    return Agreement.SAME if ours == theirs else Agreement.DIFFERENT


def same_field(ours: str, theirs: str) -> Agreement:
    """ISCED-F 2013 numbers fields by broad (2), narrow (3) and detailed (4 digits)."""
    if not ours or not theirs:
        return Agreement.UNKNOWN
    if ours == theirs:
        return Agreement.SAME
    return Agreement.CLOSE if ours[:3] == theirs[:3] else Agreement.DIFFERENT
