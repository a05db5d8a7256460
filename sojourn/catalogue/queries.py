"""What the pages and the API read from the snapshot: searches, lists and what comes next."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue import names
from sojourn.catalogue.models import OpportunityKind
from sojourn.catalogue.snapshot import columns as sets
from sojourn.catalogue.snapshot.columns import Bits, OpportunityColumns
from sojourn.catalogue.snapshot.search import place_words, plain
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import (
    Course,
    Institution,
    Opportunity,
    Records,
)
from sojourn.common.languages import LANGUAGES, language_name
from sojourn.engines.search import Marker, Matches, Segment, Wanted

SORTS = ("relevance", "deadline", "cost", "distance", "ects", "title")
PER_PAGE = 20
MOST_PER_PAGE = 100
MOST_VALUES = 40  # of one filter
NEARLY = 3  # places that nearly fit, shown when none does

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COUNTRY = re.compile(r"[A-Z]{2}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
NUMBER = re.compile(r"[0-9]{1,6}")

FACETS: dict[str, str | Promise] = {
    "programme": _("Degree programme"),
    "window": _("Mobility window"),
    "year": _("Year of study"),
    "subject": _("Subject"),
    "country": _("Country"),
    "kind": _("Kind"),
    "language": _("Language of instruction"),
    "preferred": _("Preferred partner"),
    "period": _("Period"),
    "cost": _("Costs for the whole stay"),
    "deadline": _("Deadline"),
}
IN_ONE_WINDOW = ("programme", "window", "year")  # these three must hold for the same window
SEVERAL = (
    "programme", "window", "subject", "country", "kind", "language", "period", "cost", "deadline",
)  # fmt: skip
FIXED_LABELS: dict[str, dict[str, str | Promise]] = {
    "period": {
        "autumn": _("Autumn semester"),
        "spring": _("Spring semester"),
        "summer": _("Summer"),
        "unknown": _("No fixed months"),
    },
    "cost": {
        "under-3000": _("Under €3,000"),
        "3000-6000": _("€3,000 to €6,000"),
        "6000-9000": _("€6,000 to €9,000"),
        "over-9000": _("€9,000 or more"),
        "unknown": _("Not known yet"),
    },
    "deadline": {
        "month": _("This month"),
        "quarter": _("In the next three months"),
        "later": _("Later"),
        "passed": _("Closed for now"),
        "unknown": _("No date known"),
    },
    "preferred": {"1": _("Preferred partners only")},
}


class QueryError(ValueError):
    """A query that makes no sense; `field` is the parameter, the message says what would."""

    def __init__(self, field: str, message: str | Promise) -> None:
        super().__init__(str(message))
        self.field = field
        self.message = message


# --- What is asked ------------------------------------------------------------------------------


def _several(query: QueryDict, name: str, allowed: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the different values of a filter, sorted: their order means nothing."""
    values = {value.strip() for value in query.getlist(name)} - {""}
    if len(values) > MOST_VALUES:
        raise QueryError(name, _("Choose fewer values."))
    for value in values:
        if not allowed(value):
            raise QueryError(name, _("Choose it from the filters of the list."))
    return tuple(sorted(values))


def _number(query: QueryDict, name: str, most: int) -> int | None:
    value = (query.get(name) or "").strip()
    if not value:
        return None
    # Only 0-9: int() would take other scripts' digits, underscores and signs as well.
    if not NUMBER.fullmatch(value) or not 1 <= int(value) <= most:
        raise QueryError(name, _("Give a number of 1 or more."))
    return int(value)


def _choice(query: QueryDict, name: str, choices: Iterable[str], default: str) -> str:
    value = (query.get(name) or "").strip() or default
    if value not in choices:
        raise QueryError(name, _("It can be: %(values)s.") % {"values": ", ".join(choices)})
    return value


@dataclass(frozen=True, slots=True)
class OpportunityFilter:
    """A search for opportunities. Values of one filter widen, several filters narrow."""

    q: str = ""
    programme: tuple[str, ...] = ()
    window: tuple[str, ...] = ()
    year: int | None = None
    subject: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    preferred: bool | None = None
    period: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    deadline: tuple[str, ...] = ()
    sort: str = "relevance"
    page: int = 1
    per_page: int = PER_PAGE

    @classmethod
    def from_query(cls, query: QueryDict) -> OpportunityFilter:
        """Read a query string. Raises QueryError for what can mean nothing.

        A slug or country that is well written but not (or no longer) there is allowed: an old
        bookmark finds nothing and is told what to loosen. Parameters of others are ignored.
        """

        def is_slug(value: str) -> bool:
            return len(value) <= 120 and bool(SLUG.fullmatch(value))

        upper = query.copy()
        upper.setlist("country", [value.upper() for value in query.getlist("country")])
        return cls(
            q=" ".join((query.get("q") or "").replace("\x00", " ").split())[:300],
            programme=_several(query, "programme", is_slug),
            window=_several(query, "window", is_slug),
            year=_number(query, "year", 10),
            subject=_several(query, "subject", is_slug),
            country=_several(upper, "country", lambda value: bool(COUNTRY.fullmatch(value))),
            kind=_several(query, "kind", OpportunityKind.values.__contains__),
            language=_several(query, "language", lambda value: bool(LANGUAGE.fullmatch(value))),
            preferred=_choice(query, "preferred", ("", "1", "true"), "") != "" or None,
            period=_several(query, "period", sets.PERIODS.__contains__),
            cost=_several(query, "cost", sets.COSTS.__contains__),
            deadline=_several(query, "deadline", sets.DEADLINES.__contains__),
            sort=_choice(query, "sort", SORTS, "relevance"),
            page=_number(query, "page", 999_999) or 1,
            per_page=_number(query, "per_page", MOST_PER_PAGE) or PER_PAGE,
        )

    def values(self, name: str) -> tuple[str, ...]:
        """Return what is chosen in a filter, as it is written in a query."""
        value = getattr(self, name)
        if isinstance(value, tuple):
            return value
        if value is None or value is False:
            return ()
        return ("1",) if value is True else (str(value),)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The filters that are in use; the words are not one of them."""
        return tuple(name for name in FACETS if self.values(name))

    def _pieces(self) -> dict[str, str]:
        """Return the query's parts by parameter; what is as usual is left out."""
        pieces: dict[str, str] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value == one.default:
                continue
            pieces[one.name] = _piece(
                one.name, (self.q,) if one.name == "q" else self.values(one.name)
            )
        return pieces

    def to_query(self) -> str:
        """Return the query string that asks for exactly this, always written the same way."""
        return "&".join(piece for piece in self._pieces().values() if piece)

    def without(self, name: str) -> OpportunityFilter:
        """Return the same search without one filter (or without words), from the first page."""
        empty: object = {"q": "", "year": None, "preferred": None}.get(name, ())
        return replace(self, page=1, **{name: empty})  # type: ignore[arg-type]


@lru_cache(maxsize=8192)
def _piece(name: str, values: tuple[str, ...]) -> str:
    """One filter as a query writes it. A page of filters has two hundred, most seen before."""
    return urlencode([(name, value) for value in values])


# --- What is found ------------------------------------------------------------------------------


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
    query: str  # the search with this value turned on or off
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


def marked_html(segments: Iterable[Segment]) -> SafeString:
    """Segments as HTML: escaped, matched words in <mark>."""
    return mark_safe(  # noqa: S308 (escaped piece by piece)
        "".join(
            f"<mark>{escape(piece.text)}</mark>" if piece.marked else escape(piece.text)
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
    constraints: Mapping[str, Bits]  # by filter; the three of one window under 'window'

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
            # A window that is bound to no year is open in each.
            and (year is None or its_year is None or its_year == year)
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
    columns: OpportunityColumns, asked: OpportunityFilter, matches: Matches | None
) -> dict[str, Bits]:
    found: dict[str, Bits] = {}
    if matches is not None:
        found["q"] = sets.set_of(matches.documents, columns.size)
    allowed = _allowed_windows(columns, asked)
    if allowed is not None:
        found["window"] = _in_windows(columns, allowed)
    for name in FACETS:
        if name not in IN_ONE_WINDOW and (values := asked.values(name)):
            found[name] = columns.facets[name].having_any(values)
    return found


def _begin(snapshot: Snapshot, asked: OpportunityFilter, language: str) -> _Search:
    wanted = snapshot.search.opportunities.understand(asked.q)
    matches = snapshot.search.opportunities.search(wanted) if wanted else None
    return _Search(
        snapshot, asked, language, wanted, matches, _constraints(snapshot.columns, asked, matches)
    )


def _ranks(search: _Search) -> npt.NDArray[np.int64]:
    sort = search.asked.sort
    return search.columns.ranks[f"title_{search.language}" if sort == "title" else sort]


def _scores(search: _Search) -> npt.NDArray[np.float32]:
    scores = np.zeros(search.columns.size, dtype=np.float32)
    if search.matches is not None:
        scores[search.matches.documents] = search.matches.scores
    return scores


def _in_order(
    search: _Search, numbers: npt.NDArray[np.int64], scores: npt.NDArray[np.float32]
) -> npt.NDArray[np.int64]:
    ranks = _ranks(search)[numbers]
    if search.asked.sort == "relevance" and search.matches is not None:
        return numbers[np.lexsort((ranks, -scores[numbers]))]
    return numbers[np.argsort(ranks, kind="stable")]


def search_opportunities(
    snapshot: Snapshot, asked: OpportunityFilter, language: str, per_page: int | None = None
) -> OpportunityPage:
    """One page of the opportunities that fit, with the counts of every filter.

    Each filter counts with the others applied but not its own. A page beyond the last is empty.
    A page holds `per_page`, where the way of showing them asks for another number than the search.
    """
    size = per_page or asked.per_page
    search = _begin(snapshot, asked, language)
    fitting = search.all_but()
    numbers = sets.members(fitting, search.columns.size)
    scores = _scores(search)
    ordered = _in_order(search, numbers, scores)
    first = (asked.page - 1) * size
    shown = ordered[first : first + size]
    total = len(numbers)
    correction = search.wanted.correction
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
    )


# --- Hits ---------------------------------------------------------------------------------------


def _marked(marker: Marker, text: str) -> tuple[Segment, ...]:
    """Return the text in segments, or nothing when no word of it matches."""
    segments = marker.segments(text)
    return segments if any(segment.marked for segment in segments) else ()


def _elsewhere(records: Records, opportunity: Opportunity, language: str) -> Iterable[str]:
    """Where else a word may have been found, what says most first and what is longest last."""
    courses = [records.courses[slug] for slug in opportunity.courses]
    # The words may have been typed in another language.
    languages = (language, *(other for other in LANGUAGES if other != language))
    for one in languages:
        yield from (course.title.in_language(one) for course in courses)
        yield _listed(records.subjects[slug].name.in_language(one) for slug in opportunity.subjects)
        yield _listed(opportunity.keywords.in_language(one))
        for slug in opportunity.hosts:
            yield place_words(records.institutions[slug])[one].replace(" \n", ", ")
        yield opportunity.title.in_language(one)
        yield opportunity.summary.in_language(one)
    for one in languages:
        yield plain(opportunity.description.in_language(one))
    for one in languages:
        for course in courses:
            yield from course.outcomes.in_language(one)


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts)


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
                because = marker.segments(marker.excerpt(text))
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
    return names.in_language(FIXED_LABELS[name][value], language)


@lru_cache(maxsize=64)
def _facet_label(name: str, language: str) -> str:
    return names.in_language(FACETS[name], language)


@lru_cache(maxsize=64)
def _year_label(year: str, language: str) -> str:
    return names.in_language(_("Year %(year)s"), language) % {"year": year}


def _label(search: _Search, name: str, value: str) -> str:
    records, language = search.snapshot.records, search.language
    if name in FIXED_LABELS:
        return _fixed_label(name, value, language)
    if name == "country":
        return names.country_name(value, language)
    if name == "language":
        return language_name(value, language)
    if name == "kind":
        return names.kind_label(value, language)
    if name == "year":
        return _year_label(value, language)
    if name == "programme" and value in records.programmes:
        return records.programmes[value].name.in_language(language)
    if name == "window" and value in records.windows:
        return records.windows[value].name.in_language(language)
    if name == "subject" and value in records.subjects:
        return records.subjects[value].name.in_language(language)
    return value


def _counts_in_one_window(search: _Search, name: str) -> dict[str, int]:
    """Return counts of programme, window or year.

    Values are those of windows that the others allow.
    """
    columns = search.columns
    slugs = columns.facets["window"].values
    allowed = _allowed_windows(columns, search.asked, ignore=name)
    if allowed is None:
        allowed = np.ones(len(slugs), dtype=bool)
    among = search.all_but("window")
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
        asked_for = {search.asked.year} if search.asked.year is not None else set()
        years = sorted({year for year in columns.window_years if year is not None} | asked_for)
        values = [str(year) for year in years]
        belongs = np.array(
            [[own is None or own == year for own in columns.window_years] for year in years],
            dtype=bool,
        ).reshape(len(values), len(slugs))
    return {
        value: sets.count(_in_windows(columns, belongs[place] & allowed) & among)
        for place, value in enumerate(values)
    }


def _counts(search: _Search, name: str) -> dict[str, int]:
    if name in IN_ONE_WINDOW:
        return _counts_in_one_window(search, name)
    facet = search.columns.facets[name]
    return dict(zip(facet.values, facet.counts(search.all_but(name)), strict=True))


def _group(search: _Search, name: str, value: str) -> str:
    records = search.snapshot.records
    if name != "window" or value not in records.windows:
        return ""
    programme = records.programmes[records.windows[value].programme]
    return programme.short_name.in_language(search.language)


def _toggled(asked: OpportunityFilter, name: str, value: str) -> tuple[str, ...]:
    chosen = asked.values(name)
    if value in chosen:
        return tuple(one for one in chosen if one != value)
    if name not in SEVERAL:
        return (value,)
    return tuple(sorted((*chosen, value)))


def _facet(search: _Search, name: str, pieces: Mapping[str, str]) -> Facet:
    asked = search.asked
    chosen = asked.values(name)
    counts = {value: number for value, number in _counts(search, name).items() if number}
    for value in chosen:
        counts.setdefault(value, 0)  # what is chosen can be let go, even if it finds nothing
    labelled = [(_label(search, name, value), value) for value in counts]
    if name in ("country", "language"):
        labelled.sort(key=lambda one: sets.alphabetical(one[0]))
    elif name == "kind":
        labelled.sort(key=lambda one: OpportunityKind.values.index(one[1]))

    def query(value: str) -> str:
        mine = _piece(name, _toggled(asked, name, value))
        parts = [mine if other == name else piece for other, piece in pieces.items()]
        return "&".join(part for part in parts if part)

    return Facet(
        name,
        _facet_label(name, search.language),
        tuple(
            FacetOption(
                value, label, counts[value], value in chosen, query(value),
                _group(search, name, value),
            )
            for label, value in labelled
        ),
    )  # fmt: skip


def _facets(search: _Search) -> tuple[Facet, ...]:
    given = replace(search.asked, page=1)._pieces()
    order = [one.name for one in fields(OpportunityFilter)]
    pieces = {name: given.get(name, "") for name in order}
    return tuple(_facet(search, name, pieces) for name in FACETS)


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
    """Each single filter that stands in the way, what helps most first."""
    found = []
    asked = search.asked
    for name in ("q", *FACETS):
        if not (asked.q and search.matches is not None if name == "q" else asked.values(name)):
            continue
        without = asked.without(name)
        if name in IN_ONE_WINDOW:
            left = search.all_but("window")
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
    constraints = search.constraints
    if len(constraints) < 2:
        return ()
    size = search.columns.size
    met = {name: sets.unpack(bits, size) for name, bits in constraints.items()}
    points = np.sum(list(met.values()), axis=0, dtype=np.int8)
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


# --- Courses ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """A search for courses; every filter has one value at most."""

    q: str = ""
    institution: str = ""
    country: str = ""
    language: str = ""
    level: str = ""
    programme: str = ""
    page: int = 1
    per_page: int = PER_PAGE

    @property
    def tags(self) -> tuple[str, ...]:
        named = ("institution", "country", "language", "level", "programme")
        return tuple(f"{name}:{value}" for name in named if (value := getattr(self, name)))


@dataclass(frozen=True, slots=True)
class CourseHit:
    course: Course
    score: float
    title: tuple[Segment, ...]  # with the matched words marked


@dataclass(frozen=True, slots=True)
class CoursePage:
    filter: CourseFilter
    total: int
    hits: tuple[CourseHit, ...]
    pages: int
    corrections: tuple[str, ...] = ()


def search_courses(snapshot: Snapshot, asked: CourseFilter, language: str) -> CoursePage:
    """One page of the courses that fit; without words in the order of the catalogue."""
    index, slugs = snapshot.search.courses, snapshot.search.course_slugs
    first = (asked.page - 1) * asked.per_page
    wanted = index.understand(asked.q)
    scores: list[float]
    if wanted:
        matches = index.search(wanted, asked.tags, limit=first + asked.per_page)
        total, shown = matches.total, matches.documents[first:].tolist()
        scores = [round(float(score), 4) for score in matches.scores[first:]]
    else:
        every = index.tagged(asked.tags) if asked.tags else np.arange(len(slugs))
        total, shown = len(every), every[first : first + asked.per_page].tolist()
        scores = [0.0] * len(shown)
    hits = []
    for number, score in zip(shown, scores, strict=True):
        course = snapshot.records.courses[slugs[number]]
        title = wanted.marker.segments(course.title.in_language(language))
        hits.append(CourseHit(course, score, title))
    correction = wanted.correction
    return CoursePage(
        asked,
        total,
        tuple(hits),
        -(-total // asked.per_page),
        (correction,) if correction else (),
    )


# --- What comes next, and where others went -----------------------------------------------------


def closing_next(snapshot: Snapshot, today: dt.date, limit: int) -> list[Opportunity]:
    """Return the opportunities that one can still apply for, what closes first first."""
    found = [
        (deadline.date, opportunity.slug, opportunity)
        for opportunity in snapshot.records.opportunities.values()
        if (deadline := sets.next_deadline(opportunity, today)) is not None
    ]
    return [
        opportunity for _date, _slug, opportunity in sorted(found, key=lambda one: one[:2])[:limit]
    ]


def similar_opportunities(snapshot: Snapshot, opportunity: Opportunity) -> list[Opportunity]:
    """Return what resembles it, by `snapshot.likeness`."""
    known = snapshot.records.opportunities
    return [known[slug] for slug in opportunity.similar if slug in known]


@dataclass(frozen=True, slots=True)
class Destination:
    """A host to which students of a programme went, by the reports that they wrote."""

    institution: Institution
    count: int  # reports
    opportunities: int  # on offer there now, in a window of the programme


def where_people_like_me_go(
    snapshot: Snapshot, programme: str, year: int | None = None
) -> list[Destination]:
    """Return the hosts with reports of students of that programme, most reports first.

    Nothing is counted but reports that can be read here: a host without one is left out. With a
    year of study only places count that a window of that year leads to.
    """
    records = snapshot.records
    reports: dict[str, int] = {}
    for report in records.reports.values():
        opportunity = records.opportunities[report.opportunity]
        if report.programme == programme and _fits_year(records, opportunity, programme, year):
            host = opportunity.hosts[0]
            reports[host] = reports.get(host, 0) + 1
    found = [
        Destination(
            records.institutions[host],
            number,
            sum(
                programme in records.opportunities[slug].programmes
                for slug in records.institutions[host].opportunities
            ),
        )
        for host, number in reports.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.institution.slug))


def _fits_year(
    records: Records, opportunity: Opportunity, programme: str, year: int | None
) -> bool:
    if year is None:
        return True
    windows = [records.windows[slug] for slug in opportunity.windows]
    return any(
        window.programme == programme and (window.phase is None or window.phase.year == year)
        for window in windows
    )
