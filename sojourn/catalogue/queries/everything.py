"""What else a search finds beside places: guides, answers, institutions, courses, people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten
from typing import Literal

from sojourn.catalogue.queries.opportunities import segments_of
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity
from sojourn.engines.search import SearchIndex, Segment, Wanted

Kind = Literal["guide", "answer", "institution", "course", "contact"]
MOST = 3  # of each kind
MOST_PLACES = 4
EXCERPT = 110


@dataclass(frozen=True, slots=True)
class Other:
    """Something found that is no place, with the matched words marked."""

    kind: Kind
    slug: str
    title: tuple[Segment, ...]
    excerpt: tuple[Segment, ...] = ()
    page: tuple[str, str] = ("", "")  # of an answer: what it was asked about
    anchor: str = ""

    @property
    def is_named_so(self) -> bool:
        """Whether its title has words of the search."""
        return any(piece.marked for piece in self.title)


def search_everything(snapshot: Snapshot, text: str, language: str) -> tuple[Other, ...]:
    """Return the best of each kind that has every word of the search, best first."""
    found = (
        *_advice(snapshot, text, language),
        *_directory(snapshot, text, language),
        *_courses(snapshot, text, language),
    )
    kept: dict[Kind, list[Other]] = {}
    for other in found:
        if len(kept.setdefault(other.kind, [])) < MOST:
            kept[other.kind].append(other)
    return tuple(other for others in kept.values() for other in others)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What a search that is being typed leads to: places, and what there is beside them."""

    places: tuple[tuple[Opportunity, tuple[Segment, ...]], ...]
    others: tuple[Other, ...]


def suggest(snapshot: Snapshot, text: str, language: str) -> Suggestions:
    """Return the few best of each kind for what was typed so far."""
    # Where nothing has all the words, the page says so; there is no room for it here.
    wanted, numbers = _numbers(snapshot.search.opportunities, text, MOST_PLACES)
    places = []
    for number in numbers:
        place = snapshot.columns.opportunities[number]
        title = place.title.in_language(language)
        places.append((place, segments_of(wanted.marker, title, title)))
    return Suggestions(tuple(places), search_everything(snapshot, text, language))


def _numbers(index: SearchIndex, text: str, limit: int) -> tuple[Wanted, list[int]]:
    """Return the documents that have all that was asked; not what is only near to it."""
    wanted = index.understand(text)
    if not wanted or wanted.instead:
        return wanted, []
    return wanted, index.search_whole(wanted, limit).documents.tolist()


def _advice(snapshot: Snapshot, text: str, language: str) -> Iterator[Other]:
    search = snapshot.search
    wanted, numbers = _numbers(search.advice, text, 4 * MOST)
    pages = set()
    for advice in (search.advised[number] for number in numbers):
        kind, slug = advice.page
        anchor = advice.anchor.in_language(language)
        is_answer = anchor.startswith("answer-")
        if not is_answer and advice.page in pages:
            continue  # another chapter of the same guide
        pages.add(advice.page)
        title = advice.title.in_language(language)
        said = advice.text.in_language(language)
        excerpt = shorten(wanted.marker.excerpt(said, EXCERPT), EXCERPT + 2, placeholder="…")
        yield Other(
            "answer" if is_answer else "guide",
            slug,
            segments_of(wanted.marker, title, title),
            segments_of(wanted.marker, excerpt, said),
            (kind, slug),
            anchor,
        )


def _directory(snapshot: Snapshot, text: str, language: str) -> Iterator[Other]:
    search, records = snapshot.search, snapshot.records
    wanted, numbers = _numbers(search.directory, text, 4 * MOST)
    for listed in (search.listed[number] for number in numbers):
        if listed.kind == "institution":
            name = records.institutions[listed.slug].name.in_language(language)
        else:
            contact = records.contacts[listed.slug]
            name = contact.name or contact.title.in_language(language)
        yield Other(listed.kind, listed.slug, segments_of(wanted.marker, name, name))


def _courses(snapshot: Snapshot, text: str, language: str) -> Iterator[Other]:
    search, records = snapshot.search, snapshot.records
    wanted, numbers = _numbers(search.courses, text, MOST)
    for number in numbers:
        course = records.courses[search.course_slugs[number]]
        title = course.title.in_language(language)
        yield Other("course", course.slug, segments_of(wanted.marker, title, title))
