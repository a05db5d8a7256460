"""What may already answer a question: chapters of guides, and answers published earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from sojourn.catalogue.names import country_name
from sojourn.catalogue.queries.opportunities import segments_of
from sojourn.catalogue.snapshot.search import Advice
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.languages import LANGUAGES
from sojourn.engines.search import Marker, SearchIndex, Segment
from sojourn.engines.search.analysis import asked_words, words_of

MOST = 4
# Enough to know what somebody is after; a long story would only blur it.
READ = 400
# An answer has at least this part of what is asked, seldom words counting most.
SHARE = 0.5
EXCERPT = 170
# So many words of a question are looked at for what its excerpt shows.
TELLING = 20
# How near to the best one another must come.
BESIDE = 0.5


@dataclass(frozen=True)
class Likely:
    """One of them, with the words that were found marked."""

    advice: Advice
    excerpt: tuple[Segment, ...]


def likely_answers(
    snapshot: Snapshot, text: str, page: tuple[str, str] | None, language: str
) -> tuple[Likely, ...]:
    """Return the nearest to a question, best first; none where nothing is near.

    `page` is the (kind, slug) that the question was asked on, if any. What is asked about a place
    is answered by its own pages and by what names it, its host or its country.
    """
    search, records = snapshot.search, snapshot.records
    around = _around(records, page) if page else None
    asked = " ".join(text[:READ].split())
    if around is not None:
        # That the question is about this place is known: its name weighs nothing.
        asked = " ".join(one for one in asked.split() if not around.is_named_by(one)) or asked
    wanted = search.advice.understand(asked + " ")
    if not wanted:
        return ()
    found = search.advice.nearest(wanted, SHARE, search.advice.size)
    scored = [
        (score, search.advised[number])
        for number, score in zip(found.documents.tolist(), found.scores.tolist(), strict=True)
        if around is None or around.has(search.advised[number])
    ]
    telling = _most_telling_first(search.advice, asked)
    return tuple(
        _likely(advice, wanted.marker, telling, language)
        for score, advice in scored[:MOST]
        if score >= scored[0][0] * BESIDE
    )


@dataclass(frozen=True)
class _Around:
    """The pages of a place, and the names by which a guide speaks of it."""

    pages: frozenset[tuple[str, str]]
    names: frozenset[tuple[str, ...]]

    def is_named_by(self, word: str) -> bool:
        asked = set(words_of(word))
        return bool(asked) and any(asked <= set(name) for name in self.names)

    def has(self, advice: Advice) -> bool:
        if advice.page in self.pages:
            return True
        said = [words_of(text) for text in (*advice.title.values(), *advice.text.values())]
        return any(_stands_in(name, words) for name in self.names for words in said)


def _stands_in(name: tuple[str, ...], words: Sequence[str]) -> bool:
    size = len(name)
    return any(tuple(words[at : at + size]) == name for at in range(len(words) - size + 1))


def _around(records: Records, page: tuple[str, str]) -> _Around | None:
    """Return what is about the same place as a page; None where the page is about none."""
    kind, slug = page
    if kind == "opportunity" and slug in records.opportunities:
        hosts = records.opportunities[slug].hosts
    elif kind == "institution" and slug in records.institutions:
        hosts = (slug,)
    else:
        return None
    pages, names = {page}, set()
    for host in (records.institutions[one] for one in hosts):
        pages |= {("institution", host.slug), ("country", host.country)}
        said = [host.short_name, *host.name.values(), *host.city.values()]
        said += [country_name(host.country, language) for language in LANGUAGES]
        names |= {tuple(words_of(one)) for one in said if one}
    return _Around(frozenset(pages), frozenset(name for name in names if name))


def _most_telling_first(index: SearchIndex, asked: str) -> list[Marker]:
    """Return what marks each word of a question, that of the seldomest word first."""
    found = []
    for word in asked_words(asked)[:TELLING]:
        wanted = index.understand(word + " ")
        if wanted and (total := index.search(wanted, limit=1).total):
            found.append((total, wanted.marker))
    return [marker for _total, marker in sorted(found, key=lambda one: one[0])]


def _likely(advice: Advice, marker: Marker, telling: Sequence[Marker], language: str) -> Likely:
    text = advice.text.in_language(language)
    # Where the word stands that tells most, not where most words stand.
    here = next((one for one in telling if one.count(text)), marker)
    excerpt = here.excerpt(text, EXCERPT)
    if len(excerpt) > EXCERPT + 2:  # the other language matched, so nothing here is marked
        excerpt = shorten(excerpt, EXCERPT, placeholder="…")
    return Likely(advice, segments_of(marker, excerpt, text))
