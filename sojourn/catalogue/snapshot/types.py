"""What a snapshot is made of: plain frozen records, one text in every language.

A record refers to another by its slug, never by object, so that records can be built, compared
and sent elsewhere on their own; `Snapshot` looks slugs up.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from types import NoneType
from typing import Annotated, Any, get_args, get_type_hints

from sojourn.common.languages import LANGUAGES, Text, borrowed, page_language


class TextList:
    """Several texts in every language, in the same order.

    Kept as JSON and read when somebody looks: a hundred thousand courses have a million learning
    outcomes, and as separate strings they would take three times the memory.
    """

    __slots__ = ("_json",)

    def __init__(self, *lists: Iterable[str]) -> None:
        """Take the texts in each of the site's languages, in their order."""
        self._json = tuple(_as_json(texts) for texts in lists)

    @classmethod
    def from_json(cls, *lists: str | None) -> TextList:
        """From JSON arrays of strings, one for each language, as the database keeps them."""
        made = cls.__new__(cls)
        made._json = tuple("" if not one or one in ("[]", "null") else one for one in lists)
        return made

    def __getitem__(self, language: str) -> tuple[str, ...]:
        """Return the texts as they were written in that language; none where they were not."""
        place = LANGUAGES.index(language)
        found = self._json[place] if place < len(self._json) else ""
        return tuple(json.loads(found)) if found else ()

    def in_language(self, language: str) -> tuple[str, ...]:
        """Return the texts in that language, or in the first one in which they were written."""
        if texts := self[language]:
            return texts
        for other in LANGUAGES:
            if texts := self[other]:
                return tuple(borrowed(text, other) for text in texts)
        return ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.in_language(page_language()))

    def __len__(self) -> int:
        return max(len(self[language]) for language in LANGUAGES)

    def __bool__(self) -> bool:
        return any(self._json)

    def _all(self) -> tuple[tuple[str, ...], ...]:
        return tuple(self[language] for language in LANGUAGES)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TextList):
            return NotImplemented
        return self._json == other._json or self._all() == other._all()

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return f"TextList{self._all()!r}"


def _as_json(texts: Iterable[str]) -> str:
    listed = list(texts)
    return json.dumps(listed) if listed else ""


class CourseTexts(bytes):
    """What is said of a course at length, compressed, and read when somebody looks.

    Of a course these texts are the most by far, and only its own page shows them: as strings, a
    hundred thousand would take 140 MB more.
    """

    __slots__ = ()

    FIELDS = ("summary", "outcomes", "topics")

    @classmethod
    def from_columns(cls, *columns: str | None) -> CourseTexts:
        """From the columns of FIELDS, each in the site's languages; lists as JSON arrays."""
        return cls(zlib.compress(json.dumps(columns, ensure_ascii=False).encode(), 1))

    def _columns(self, field: str) -> list[str | None]:
        first = self.FIELDS.index(field) * len(LANGUAGES)
        columns: list[str | None] = json.loads(zlib.decompress(self))
        return columns[first : first + len(LANGUAGES)]

    @property
    def summary(self) -> Text:
        return Text.from_columns(*self._columns("summary"))

    @property
    def outcomes(self) -> TextList:
        return TextList.from_json(*self._columns("outcomes"))

    @property
    def topics(self) -> TextList:
        return TextList.from_json(*self._columns("topics"))


@dataclass(frozen=True, slots=True)
class Source:
    slug: str
    title: str
    publisher: str
    url: str
    year: int | None
    checked_on: dt.date | None
    certainty: str
    note: Text


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one fact comes from: a source, or the mark that it is an example."""

    source: Source | None = None
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class AdviceRoute:
    """A way of searching for a place that students can book an appointment about."""

    slug: str
    name: Text
    top_five: int  # how many places the top five needs first


@dataclass(frozen=True, slots=True)
class EditionInfo:
    slug: str
    name: Text
    short_name: str
    home: str  # institution slug
    home_city: Text
    tagline: Text
    time_zone: str
    holidays_country: str
    synonyms: tuple[tuple[str, ...], ...]
    advice_routes: tuple[AdviceRoute, ...] = ()
    staff_second_step: bool = True
    student_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    slug: str
    name: Text


@dataclass(frozen=True, slots=True)
class Phase:
    slug: str
    programme: str
    year: int
    semester: int | None
    name: Text


@dataclass(frozen=True, slots=True)
class Programme:
    slug: str
    name: Text
    short_name: Text
    level: str
    isced_f: str
    years: int
    phases: tuple[Phase, ...]
    windows: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    text: Text
    provenance: Provenance
    ects: Decimal | None = None  # how many must have been earned first, where it is about that


@dataclass(frozen=True, slots=True)
class Window:
    slug: str
    name: Text
    programme: str
    phase: Phase | None
    summary: Text
    ects: Decimal | None
    weeks_min: int | None
    weeks_max: int | None
    starts_month: int | None
    ends_month: int | None
    requirements: tuple[Requirement, ...]
    home_courses: tuple[str, ...]
    opportunities: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    slug: str
    partner: str
    home_unit: Text | None
    level: str
    isced_f: tuple[str, ...]
    programmes: tuple[str, ...]
    seats_out: int | None
    seats_in: int | None
    valid_from: dt.date | None
    valid_until: dt.date | None
    note: Text
    languages: tuple[tuple[str, str], ...] = ()  # code and CEFR level
    sources: tuple[Source, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Institution:
    slug: str
    name: Text
    short_name: str
    native_name: str
    kind: str
    city: Text
    country: str  # ISO 3166-1 alpha-2; names come from CLDR
    latitude: float | None  # with the longitude; None: not on the map
    longitude: float | None
    distance_km: float | None  # great circle from home
    is_home: bool
    is_partner: bool
    is_preferred: bool
    preferred: Provenance
    schac: str
    erasmus_code: str
    ror: str
    website: str
    about: Text
    city_life: Text
    units: tuple[Text, ...]
    agreements: tuple[Agreement, ...]
    opportunities: tuple[str, ...]
    courses: tuple[str, ...]
    contacts: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    is_example: bool = False
    region: str = ""  # ISO 3166-2, where it is noted


@dataclass(frozen=True, slots=True)
class Course:
    slug: str
    institution: str
    code: str
    title: Text
    native_title: str
    ects: Decimal | None
    level: str
    language: str
    isced_f: str
    programme: str | None
    year: int | None
    starts_month: int | None
    ends_month: int | None
    texts: CourseTexts
    opportunities: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    is_example: bool = False
    row: int = field(default=0, compare=False, repr=False)
    """A number that another row has not, so that one that did not change is not read again."""

    @property
    def summary(self) -> Text:
        return self.texts.summary

    @property
    def outcomes(self) -> TextList:
        return self.texts.outcomes

    @property
    def topics(self) -> TextList:
        return self.texts.topics


@dataclass(frozen=True, slots=True)
class Precedent:
    slug: str
    host_course: str
    home_course: str
    year: int
    decided_by: Text
    note: Text
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class WalkInChange:
    """A walk-in hour that is otherwise on one date; what is empty is as the rule says."""

    date: dt.date
    is_cancelled: bool
    starts: dt.time | None
    ends: dt.time | None
    room: str
    online_link: str
    note: Text


@dataclass(frozen=True, slots=True)
class WalkInHour:
    slug: str
    weekday: int  # Monday is 0
    starts: dt.time
    ends: dt.time
    room: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    note: Text
    provenance: Provenance
    online_link: str = ""
    changes: tuple[WalkInChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    first_day: dt.date
    last_day: dt.date
    reason: Text
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """A public contact; one that is not for visitors never enters the snapshot."""

    slug: str
    name: str
    role: str
    title: Text
    institution: str
    unit_name: Text
    room: str
    email: str
    phone: str
    website: str
    help_with: Text
    programmes: tuple[str, ...]
    walk_in_hours: tuple[WalkInHour, ...]
    absences: tuple[Absence, ...]
    opportunities: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class LanguageNeed:
    language: str
    use: str
    level: str
    is_required: bool
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Deadline:
    slug: str
    kind: str
    date: dt.date
    time: dt.time | None
    label: Text
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """What one euro was worth on a day by the office's word, where the ECB has no rate."""

    slug: str
    currency: str
    per_euro: Decimal
    valid_on: dt.date
    certainty: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of what a stay costs, in EUR, already converted.

    `total_*` are for the whole stay of this opportunity (typical length), so that lines add up.
    """

    slug: str
    item: str
    per: str
    low: Decimal
    typical: Decimal
    high: Decimal
    currency: str  # of the figures as entered; the three above are EUR
    total_low: Decimal
    total_typical: Decimal
    total_high: Decimal
    scope: str  # opportunity, institution, country or everywhere
    year: int
    checked_on: dt.date | None
    certainty: str
    note: Text
    provenance: Provenance
    rate_on: dt.date | None = None  # the day of the exchange rate, where one was used
    office_rate: ExchangeRate | None = None  # where that was not the ECB's
    covers: tuple[str, ...] = ()  # other items that the figure has in it


@dataclass(frozen=True, slots=True)
class ReportedItem:
    """How far returned students' reports move one item, EUR for the whole stay."""

    item: str
    count: int
    weight: Decimal  # the say of the reports, from 0 to 1; the figures have the rest
    first_year: int
    last_year: int
    paid_low: Decimal
    paid_middle: Decimal
    paid_high: Decimal
    low: Decimal  # what the item comes to with the reports weighed in
    typical: Decimal
    high: Decimal
    is_example: bool


@dataclass(frozen=True, slots=True)
class CostRange:
    """What a student pays in all before grants, as far as known, EUR."""

    low: Decimal
    typical: Decimal
    high: Decimal
    lines: tuple[CostLine, ...]
    missing: tuple[str, ...]  # items nobody has a figure for yet
    months: Decimal  # length of stay the monthly lines were multiplied by
    has_examples: bool
    reported: tuple[ReportedItem, ...] = ()  # the items that reports move; the totals follow them


@dataclass(frozen=True, slots=True)
class Seats:
    """How many students can go; null if not known."""

    number: Annotated[int, "Places in all."]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Applicants:
    """How many students wanted to go in an earlier year; null if not known."""

    number: Annotated[int, "How many applied."]
    year: Annotated[int | None, "In which year; null if not known."]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Selection:
    """How places are given; null if not known."""

    text: Annotated[Text, "In plain words."]
    criteria: Annotated[TextList, "What counts, the most important first."]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class CountsAs:
    """What a stay counts as at home when it counts as a whole; null if not known."""

    block: Annotated[str, "`semester` or `half_minor`."]
    year: Annotated[int | None, "A year in which it did; null if not known."]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Period:
    """When a stay takes place: exact days where known, otherwise months."""

    starts_on: Annotated[dt.date | None, "First day, where known."]
    ends_on: Annotated[dt.date | None, "Last day, where known."]
    starts_month: Annotated[int | None, "Month in which it starts, 1 to 12."]
    ends_month: Annotated[int | None, "Month in which it ends, 1 to 12."]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Opportunity:
    slug: str
    title: Text
    kind: str
    hosts: tuple[str, ...]  # the main host first
    windows: tuple[str, ...]
    programmes: tuple[str, ...]
    subjects: tuple[str, ...]
    courses: tuple[str, ...]
    contacts: tuple[str, ...]
    reports: tuple[str, ...]
    similar: tuple[str, ...]
    summary: Text
    description: Text
    keywords: TextList
    ects: Decimal | None
    weeks_min: int | None
    weeks_max: int | None
    period: Period | None
    seats: Seats | None
    applicants: Applicants | None
    selection: Selection | None
    requirements: tuple[Requirement, ...]
    languages: tuple[LanguageNeed, ...]
    deadlines: tuple[Deadline, ...]  # by date
    costs: CostRange | None
    self_arranged: bool
    is_preferred: bool  # a host is a preferred partner
    country: str  # of the main host
    countries: tuple[str, ...]  # of every host, the main one first
    distance_km: float | None
    sources: tuple[Source, ...] = ()
    is_example: bool = False
    counts_as: CountsAs | None = None


@dataclass(frozen=True, slots=True)
class FollowedCourse:
    """A course that the writer of a report followed; slugs where the catalogue knows them."""

    title: str
    ects: str
    recognised: str  # yes, no or unknown
    home_title: str
    host_course: str
    home_course: str


@dataclass(frozen=True, slots=True)
class Report:
    slug: str
    opportunity: str
    programme: str | None
    year: int
    stay_weeks: int | None
    author: Text
    title: Text
    text: Text
    advice: Text
    ratings: tuple[tuple[str, int], ...]
    paid_total: Decimal | None
    costs: tuple[tuple[str, Decimal], ...]  # item and EUR for the whole stay
    is_contactable: bool
    sources: tuple[Source, ...] = ()
    is_example: bool = False
    language: str = ""  # the one it was written in; empty where the text is in both
    photo: str = ""  # the id of a photo
    photo_words: str = ""
    courses: tuple[FollowedCourse, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    slug: str
    title: Text
    summary: Text
    text: Text  # Markdown
    html: Text  # rendered and sanitised
    checked_on: dt.date | None
    related: tuple[str, ...]
    position: int
    sources: tuple[Source, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A question answered for everybody, on the page it belongs to."""

    slug: str
    question: Text
    text: Text  # Markdown
    html: Text  # rendered and sanitised
    page: tuple[str, str]  # (kind, slug): an opportunity, an institution or a guide
    checked_on: dt.date
    sources: tuple[Source, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class GrantQuestion:
    statement: str
    question: Text
    decides: str  # grant, or only the amount


@dataclass(frozen=True, slots=True)
class GrantAmount:
    days_min: int | None
    days_max: int | None
    km_min: int | None
    km_below: int | None
    statement: str
    low: Decimal
    typical: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Grant:
    """Money towards a stay, as a rule; empty lists ask nothing."""

    slug: str
    name: Text
    about: Text
    because: Text
    pays: str
    countries: frozenset[str]
    not_countries: frozenset[str]
    kinds: frozenset[str]
    days_min: int | None
    days_max: int | None
    one_of: str
    year: int
    checked_on: dt.date | None
    certainty: str
    questions: tuple[GrantQuestion, ...]
    amounts: tuple[GrantAmount, ...]
    sources: tuple[Source, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class AdviceRegion:
    """A part of a country with another colour."""

    name: Text
    level: str
    codes: tuple[str, ...] = ()  # ISO 3166-2


@dataclass(frozen=True, slots=True)
class TravelAdvice:
    """The Dutch travel advice for a country, as read on a day."""

    slug: str
    country: str
    level: str  # green, yellow, orange or red
    checked_on: dt.date
    note: Text
    source: Source
    counts_until: dt.date  # the last day before somebody has to look again
    regions: tuple[AdviceRegion, ...] = ()


@dataclass(frozen=True, slots=True)
class LearningHours:
    """Hours of learning: to a CEFR level, or for the languages of one category."""

    slug: str
    measure: str
    level: str
    languages: tuple[str, ...]
    low: int
    high: int
    year: int | None
    checked_on: dt.date | None
    certainty: str
    note: Text
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class PreparationStep:
    """Something to do before departure; `before` names the steps that wait for it."""

    slug: str
    name: Text
    about: Text
    kind: str
    weeks_min: int | None
    weeks_max: int | None
    before: tuple[str, ...]
    countries: frozenset[str]
    not_countries: frozenset[str]
    kinds: frozenset[str]
    citizenship: str
    checked_on: dt.date | None
    certainty: str
    sources: tuple[Source, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Records:
    """Every published record by slug, in the order in which it is shown."""

    edition: EditionInfo
    programmes: dict[str, Programme]
    windows: dict[str, Window]
    subjects: dict[str, Subject]
    institutions: dict[str, Institution]
    opportunities: dict[str, Opportunity]
    courses: dict[str, Course]
    precedents: dict[str, Precedent]
    contacts: dict[str, Contact]
    reports: dict[str, Report]
    guides: dict[str, Guide]
    withdrawn: frozenset[tuple[str, str]] = field(default_factory=frozenset)  # (kind, slug)
    grants: dict[str, Grant] = field(default_factory=dict)
    exchange_rates: dict[str, ExchangeRate] = field(default_factory=dict)
    travel_advice: dict[str, TravelAdvice] = field(default_factory=dict)
    learning_hours: dict[str, LearningHours] = field(default_factory=dict)
    preparation: dict[str, PreparationStep] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)

    def answers_on(self, kind: str, slug: str) -> tuple[Answer, ...]:
        """Return what was answered for everyone on a page."""
        page = (kind, slug)
        return tuple(answer for answer in self.answers.values() if answer.page == page)

    @property
    def home(self) -> Institution:
        return self.institutions[self.edition.home]


def facts_of(record: type[Any]) -> dict[str, Any]:
    """Return the kinds of the optional facts of a record that have a source of their own."""
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(record).items():
        options = get_args(hint)
        for kind in options:
            if NoneType in options and "provenance" in getattr(kind, "__annotations__", ()):
                found[name] = kind
    return found
