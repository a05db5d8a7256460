"""What may already answer a question: chapters of guides, and answers published earlier."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten

from sojourn.catalogue.queries.opportunities import segments_of
from sojourn.catalogue.snapshot.search import Advice
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.engines.search import Marker, Segment

MOST = 4
# Enough to know what somebody is after; a long story would only blur it.
READ = 400
# An answer has at least this part of the notions asked for.
SHARE = 0.34
EXCERPT = 170
# How much more what is on the page of the question itself counts.
SAME_PAGE = 1.5


@dataclass(frozen=True)
class Likely:
    """One of them, with the words that were found marked."""

    advice: Advice
    excerpt: tuple[Segment, ...]


def likely_answers(
    snapshot: Snapshot, text: str, page: tuple[str, str] | None, language: str
) -> tuple[Likely, ...]:
    """Return the nearest to a question, best first; none where nothing is near.

    `page` is the (kind, slug) that the question was asked on, if any.
    """
    search = snapshot.search
    wanted = search.advice.understand(text[:READ] + " ")
    found = search.advice.nearest(wanted, SHARE, 3 * MOST)
    scored = [
        (score * (SAME_PAGE if search.advised[number].page == page else 1.0), number)
        for number, score in zip(found.documents.tolist(), found.scores.tolist(), strict=True)
    ]
    scored.sort(key=lambda one: (-one[0], one[1]))
    best = scored[0][0] if scored else 0.0
    return tuple(
        _likely(search.advised[number], wanted.marker, language)
        for score, number in scored[:MOST]
        if score >= best / 2
    )


def _likely(advice: Advice, marker: Marker, language: str) -> Likely:
    text = advice.text.in_language(language)
    excerpt = marker.excerpt(text, EXCERPT)
    if len(excerpt) > EXCERPT + 2:  # the other language matched, so nothing here is marked
        excerpt = shorten(excerpt, EXCERPT, placeholder="…")
    return Likely(advice, segments_of(marker, excerpt, text))
