"""The search for opportunities: what fits, with counts for every filter, and what nearly fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from sojourn.catalogue import names
from sojourn.catalogue.queries.filters import OpportunityFilter
from sojourn.catalogue.snapshot import columns as sets
from sojourn.catalogue.snapshot.columns import Bits, OpportunityColumns
from sojourn.catalogue.snapshot.facets import FACETS
from sojourn.catalogue.snapshot.search import place_words, plain
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity, Records
from sojourn.common.languages import LANGUAGES, borrowed, in_language_of
from sojourn.engines.search import Marker, Matches, Segment, Wanted

NEARLY = 3  # places that nearly fit, shown when none does
MOST_OTHERS = 60  # of the places for others


@dataclass(frozen=True, slots=True)
class Highlights:
    """Texts of a hit with the matched words marked; empty where nothing matched."""

    title: tuple[Segment, ...] = ()
    summary: tuple[Segment, ...] = ()
    because: tuple[Segment, ...] = ()  # a line from elsewhere, when neither of those says why


@dataclass(frozen=True, slots=True)
class OpportunityHit:
    opportunity: Opportunity
    score: float = 0.0
    highlights: Highlights = field(default_factory=Highlights)
    misses: tuple[str, ...] = ()  # for one that nearly fits: the filters that it does not meet

    @property
    def marked(self) -> SafeString:
        """The sentence that shows why this was found, escaped, matched words in <mark>; or ''."""
        return marked_html(self.highlights.summary or self.highlights.because)


@dataclass(frozen=True, slots=True)
class FacetOption:
    value: str
    label: str
    count: int  # with this value alone in its filter, all other filters as they are
    selected: bool
    group: str = ""  # for a window: its degree programme


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    options: tuple[FacetOption, ...]


@dataclass(frozen=True, slots=True)
class Loosening:
    """A filter to drop, and how many opportunities there would be then."""

    field: str
    label: str
    query: str
    count: int


@dataclass(frozen=True, slots=True)
class OpportunityPage:
    filter: OpportunityFilter
    total: int
    hits: tuple[OpportunityHit, ...]
    facets: tuple[Facet, ...]
    pages: int
    suggestions: tuple[Loosening, ...] = ()
    near: tuple[OpportunityHit, ...] = ()
    corrections: tuple[str, ...] = ()
    has_every_word: bool = True  # False: no opportunity has all the words, these have the most
    instead: tuple[str, ...] = ()  # names that no opportunity has: these are the nearest to them
    # What is for another programme or for a year that is behind; at most MOST_OTHERS.
    for_others: tuple[Opportunity, ...] = ()
    number_for_others: int = 0


def marked_html(segments: Iterable[Segment]) -> SafeString:
    """Segments as HTML: escaped, matched words in <mark>."""
    return mark_safe(  # noqa: S308 (escaped piece by piece)
        "".join(
            f"<mark>{conditional_escape(piece.text)}</mark>"
            if piece.marked
            else conditional_escape(piece.text)
            for piece in segments
        )
    )


@dataclass(frozen=True)
class _Search:
    """One search in progress: what each filter leaves on its own."""

    snapshot: Snapshot
    asked: OpportunityFilter
    language: str
    wanted: Wanted
    matches: Matches | None
    # By filter; the three of one window under 'window', what is not for others under 'theirs'.
    constraints: Mapping[str, Bits]
    similar: Mapping[str, int]  # the rank of a place by how much it is like home

    @property
    def columns(self) -> OpportunityColumns:
        return self.snapshot.columns

    def all_but(self, *names: str) -> Bits:
        """Return what is left when every filter applies except those."""
        left = self.columns.every.copy()
        for name, bits in self.constraints.items():
            if name not in names:
                left &= bits
        return left


def _allowed_windows(
    columns: OpportunityColumns, asked: OpportunityFilter, ignore: str = ""
) -> npt.NDArray[np.bool_] | None:
    """Return the windows that the three filters leave; None when none of the three is in use."""
    programmes = asked.programme if ignore != "programme" else ()
    windows = asked.window if ignore != "window" else ()
    year = asked.year if ignore != "year" else None
    if not programmes and not windows and year is None:
        return None
    return np.array(
        [
            (not programmes or programme in programmes)
            and (not windows or slug in windows)
            # The year that one is in: every window from then on is still open. One that is bound
            # to no year is open in each.
            and (year is None or its_year is None or its_year >= year)
            for slug, programme, its_year in zip(
                columns.facets["window"].values,
                columns.window_programmes,
                columns.window_years,
                strict=True,
            )
        ],
        dtype=bool,
    )


def _in_windows(columns: OpportunityColumns, allowed: npt.NDArray[np.bool_]) -> Bits:
    rows = columns.facets["window"].rows[allowed]
    found: Bits = np.bitwise_or.reduce(rows, axis=0, initial=np.uint64(0))
    return found


def _constraints(
    columns: OpportunityColumns,
    asked: OpportunityFilter,
    matches: Matches | None,
    for_others: npt.NDArray[np.bool_] | None,
) -> dict[str, Bits]:
    found: dict[str, Bits] = {}
    if for_others is not None:
        found["theirs"] = sets.set_of(np.flatnonzero(~for_others), columns.size)
    if matches is not None:
        found["q"] = sets.set_of(matches.documents, columns.size)
    allowed = _allowed_windows(columns, asked)
    if allowed is not None:
        found["window"] = _in_windows(columns, allowed)
    for name, rule in FACETS.items():
        if not rule.in_one_window and (values := asked.values(name)):
            found[name] = columns.facets[name].having_any(values)
    return found


def _begin(
    snapshot: Snapshot,
    asked: OpportunityFilter,
    language: str,
    similar: Mapping[str, int],
    for_others: npt.NDArray[np.bool_] | None,
) -> _Search:
    wanted = snapshot.search.opportunities.understand(asked.q)
    matches = snapshot.search.opportunities.search(wanted) if wanted else None
    constraints = _constraints(snapshot.columns, asked, matches, for_others)
    return _Search(snapshot, asked, language, wanted, matches, constraints, similar)


def _ranks(search: _Search) -> npt.NDArray[np.int64]:
    sort = search.asked.sort
    if sort == "similar":
        return _ranks_like_home(search)
    return search.columns.ranks[f"title_{search.language}" if sort == "title" else sort]


def _ranks_like_home(search: _Search) -> npt.NDArray[np.int64]:
    """Return the most similar first; what is like nothing at home follows as it does without."""
    columns = search.columns
    ranks = columns.ranks["relevance"] + columns.size
    for number, one in enumerate(columns.opportunities):
        if one.slug in search.similar:
            ranks[number] = search.similar[one.slug]
    return ranks


def _scores(search: _Search) -> npt.NDArray[np.float32]:
    scores = np.zeros(search.columns.size, dtype=np.float32)
    if search.matches is not None:
        scores[search.matches.documents] = search.matches.scores
    return scores


def _in_order(
    search: _Search, numbers: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], most: int
) -> npt.NDArray[np.int64]:
    """Return the best so many in their order; of a common word there are thousands."""
    ranks = _ranks(search)[numbers]
    if search.asked.sort != "relevance" or search.matches is None:
        return numbers[np.argsort(ranks, kind="stable")]
    found = scores[numbers]
    if len(numbers) > most:
        enough = found >= np.partition(found, -most)[-most]
        numbers, ranks, found = numbers[enough], ranks[enough], found[enough]
    return numbers[np.lexsort((ranks, -found))]


def search_opportunities(
    snapshot: Snapshot,
    asked: OpportunityFilter,
    language: str,
    per_page: int | None = None,
    similar: Mapping[str, int] | None = None,
    for_others: npt.NDArray[np.bool_] | None = None,
) -> OpportunityPage:
    """One page of the opportunities that fit, with the counts of every filter.

    Each filter counts with the others applied but not its own. A page beyond the last is empty.
    A page holds `per_page`, where the way of showing them asks for another number than the search.
    `similar` ranks places by how much they are like home, for the order that asks for it.
    `for_others` marks the opportunities of the catalogue that are not for who asks: they are
    counted and listed apart, as are those for another programme than the one that was chosen.
    """
    size = per_page or asked.per_page
    search = _begin(snapshot, asked, language, similar or {}, for_others)
    fitting = search.all_but()
    numbers = sets.members(fitting, search.columns.size)
    scores = _scores(search)
    first = (asked.page - 1) * size
    shown = _in_order(search, numbers, scores, first + size)[first : first + size]
    total = len(numbers)
    correction = search.wanted.correction
    others = _for_others(search, fitting, scores)
    return OpportunityPage(
        filter=asked,
        total=total,
        hits=tuple(_hit(search, int(number), scores) for number in shown),
        facets=_facets(search),
        pages=-(-total // size),
        suggestions=() if total else _loosenings(search),
        near=() if total else _nearly_fitting(search, scores),
        corrections=(correction,) if correction else (),
        has_every_word=search.matches is None or search.matches.has_every_word,
        instead=search.wanted.instead,
        for_others=tuple(search.columns.opportunities[one] for one in others[:MOST_OTHERS]),
        number_for_others=len(others),
    )


def _for_others(
    search: _Search, fitting: Bits, scores: npt.NDArray[np.float32]
) -> npt.NDArray[np.int64]:
    """Return what has all the rest that was asked, where one programme and no window is chosen."""
    if len(search.asked.programme) != 1 or search.asked.window:
        return np.empty(0, dtype=np.int64)
    left = search.all_but("window", "theirs") & ~fitting
    size = search.columns.size
    return _in_order(search, sets.members(left, size), scores, size)


# --- Hits ---------------------------------------------------------------------------------------


def _marked(marker: Marker, text: str) -> tuple[Segment, ...]:
    """Return the text in segments, or nothing when no word of it matches."""
    segments = segments_of(marker, text, text)
    return segments if any(segment.marked for segment in segments) else ()


def segments_of(marker: Marker, piece: str, text: str) -> tuple[Segment, ...]:
    """Return a piece of a text in segments, each in the language of the text."""
    return tuple(
        Segment(in_language_of(text, one.text), one.marked) for one in marker.segments(piece)
    )


def _elsewhere(records: Records, opportunity: Opportunity, language: str) -> Iterable[str]:
    """Where else a word may have been found, what says most first and what is longest last."""
    courses = [records.courses[slug] for slug in opportunity.courses]
    # The words may have been typed in another language.
    languages = (language, *(other for other in LANGUAGES if other != language))
    subjects = [records.subjects[slug] for slug in opportunity.subjects]
    hosts: list[dict[str, str]] = []

    def said(text: str, one: str) -> str:
        return text if one == language or not text else borrowed(str(text), one)

    for one in languages:
        yield from (said(course.title[one], one) for course in courses)
        yield said(", ".join(subject.name[one] for subject in subjects), one)
        yield said(", ".join(opportunity.keywords[one]), one)
        hosts = hosts or [place_words(records.institutions[slug]) for slug in opportunity.hosts]
        yield from (said(host[one].replace(" \n", ", "), one) for host in hosts)
        yield said(opportunity.title[one], one)
        yield said(opportunity.summary[one], one)
    for one in languages:
        yield said(plain(opportunity.description[one]), one)
    outcomes = [course.outcomes for course in courses]  # unpacked once, not in each language
    for one in languages:
        for texts in outcomes:
            yield from (said(text, one) for text in texts[one])


def highlights(
    records: Records, opportunity: Opportunity, marker: Marker, language: str
) -> Highlights:
    """Where the words of the search stand in an opportunity."""
    if not marker:
        return Highlights()
    title = _marked(marker, opportunity.title.in_language(language))
    summary = _marked(marker, opportunity.summary.in_language(language))
    because: tuple[Segment, ...] = ()
    if not title and not summary:
        for text in _elsewhere(records, opportunity, language):
            if marker.count(text):
                because = segments_of(marker, marker.excerpt(text), text)
                break
    return Highlights(title, summary, because)


def _hit(
    search: _Search,
    number: int,
    scores: npt.NDArray[np.float32],
    misses: tuple[str, ...] = (),
) -> OpportunityHit:
    opportunity = search.columns.opportunities[number]
    return OpportunityHit(
        opportunity,
        round(float(scores[number]), 4),
        highlights(search.snapshot.records, opportunity, search.wanted.marker, search.language),
        misses,
    )


# --- Filters with counts ------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _fixed_label(name: str, value: str, language: str) -> str:
    return names.in_language(FACETS[name].fixed[value], language)


@lru_cache(maxsize=64)
def _facet_label(name: str, language: str) -> str:
    return names.in_language(FACETS[name].label, language)


def _label(search: _Search, name: str, value: str) -> str:
    rule = FACETS[name]
    if rule.fixed:
        return _fixed_label(name, value, search.language)
    return rule.label_of(search.snapshot.records, value, search.language)


def _counts_in_one_window(search: _Search, name: str) -> dict[str, int]:
    """Return counts of programme, window or year.

    Values are those of windows that the others allow.
    """
    columns = search.columns
    slugs = columns.facets["window"].values
    allowed = _allowed_windows(columns, search.asked, ignore=name)
    if allowed is None:
        allowed = np.ones(len(slugs), dtype=bool)
    among = search.all_but("window", "theirs")
    if name == "window":
        counted = columns.facets["window"].counts(among)
        return {
            slug: number if fits else 0
            for slug, number, fits in zip(slugs, counted, allowed, strict=True)
        }
    if name == "programme":
        values: list[str] = list(search.snapshot.records.programmes)
        belongs = np.array(
            [[programme == value for programme in columns.window_programmes] for value in values],
            dtype=bool,
        ).reshape(len(values), len(slugs))
    else:
        known = (year for year in columns.window_years if year is not None)
        years = {*range(1, max(known, default=0) + 1)}
        if search.asked.year is not None:
            years.add(search.asked.year)
        values = [str(year) for year in sorted(years)]
        belongs = np.array(
            [
                [own is None or own >= year for own in columns.window_years]
                for year in sorted(years)
            ],
            dtype=bool,
        ).reshape(len(values), len(slugs))
    return {
        value: sets.count(_in_windows(columns, belongs[place] & allowed) & among)
        for place, value in enumerate(values)
    }


def _counts(search: _Search, name: str) -> dict[str, int]:
    if FACETS[name].in_one_window:
        return _counts_in_one_window(search, name)
    facet = search.columns.facets[name]
    return dict(zip(facet.values, facet.counts(search.all_but(name)), strict=True))


def _group(search: _Search, name: str, value: str) -> str:
    records = search.snapshot.records
    if name != "window" or value not in records.windows:
        return ""
    programme = records.programmes[records.windows[value].programme]
    return programme.short_name.in_language(search.language)


def _facet(search: _Search, name: str) -> Facet:
    chosen = search.asked.values(name)
    counts = {value: number for value, number in _counts(search, name).items() if number}
    for value in chosen:
        counts.setdefault(value, 0)  # what is chosen can be let go, even if it finds nothing
    labelled = [(_label(search, name, value), value) for value in counts]
    if (sorted_by := FACETS[name].sorted_by) is not None:
        labelled.sort(key=lambda one: sorted_by(*one))
    return Facet(
        name,
        _facet_label(name, search.language),
        tuple(
            FacetOption(value, label, counts[value], value in chosen, _group(search, name, value))
            for label, value in labelled
        ),
    )


def _facets(search: _Search) -> tuple[Facet, ...]:
    return tuple(_facet(search, name) for name in FACETS)


# --- When nothing fits --------------------------------------------------------------------------


def _name_of_constraint(search: _Search, name: str) -> str:
    """'Country: Cuba, Sweden', '“words”'."""
    if name == "q":
        return f"“{search.asked.q}”"
    values = ", ".join(_label(search, name, value) for value in search.asked.values(name))
    if name == "preferred":
        return values
    return f"{_facet_label(name, search.language)}: {values}"


def _loosenings(search: _Search) -> tuple[Loosening, ...]:
    """Each single filter that is in the way, what helps most first."""
    found = []
    asked = search.asked
    for name in ("q", *FACETS):
        if not (asked.q and search.matches is not None if name == "q" else asked.values(name)):
            continue
        without = asked.without(name)
        if name in FACETS and FACETS[name].in_one_window:
            left = search.all_but("window", "theirs")
            allowed = _allowed_windows(search.columns, without)
            if allowed is not None:
                left &= _in_windows(search.columns, allowed)
        else:
            left = search.all_but(name)
        if number := sets.count(left):
            found.append(
                Loosening(name, _name_of_constraint(search, name), without.to_query(), number)
            )
    return tuple(sorted(found, key=lambda one: -one.count))


def _nearly_fitting(search: _Search, scores: npt.NDArray[np.float32]) -> tuple[OpportunityHit, ...]:
    """Return the few that meet the most of what was asked, at least half of it and not nothing."""
    constraints = {name: bits for name, bits in search.constraints.items() if name != "theirs"}
    if len(constraints) < 2:
        return ()
    size = search.columns.size
    met = {name: sets.unpack(bits, size) for name, bits in constraints.items()}
    points: npt.NDArray[np.int8] = np.sum(list(met.values()), axis=0, dtype=np.int8)
    if (theirs := search.constraints.get("theirs")) is not None:
        points *= sets.unpack(theirs, size)
    ranks = search.columns.ranks["relevance"]
    best: list[int] = []
    for enough in range(len(constraints) - 1, (len(constraints) - 1) // 2, -1):
        equal = np.flatnonzero(points == enough)
        order = np.lexsort((ranks[equal], -scores[equal]))
        best += equal[order][: NEARLY - len(best)].tolist()
        if len(best) == NEARLY:
            break
    return tuple(
        _hit(
            search,
            number,
            scores,
            tuple(name for name, flags in met.items() if not flags[number]),
        )
        for number in best
    )
