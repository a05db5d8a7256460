"""The format of an edition, as models that say what each field must be.

Text is plain unless its type says Markdown; neither may hold HTML, and links lead to http(s)
addresses or to pages of this site. `publish_schema` turns these models into the JSON Schemas by
which an editor completes and checks the files.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sojourn.catalogue.choices import (
    WEEKDAYS,
    AdviceLevel,
    Certainty,
    CitizenshipGroup,
    ContactRole,
    CostItem,
    CostPeriod,
    DeadlineKind,
    GrantDecision,
    GrantPays,
    InstitutionKind,
    LanguageUse,
    LearningMeasure,
    Level,
    OneOf,
    OpportunityKind,
    RatingCriterion,
    StepKind,
    Visibility,
)
from sojourn.common.languages import FIRST, LANGUAGES, REQUIRED, language_name
from sojourn.common.pydantic_fields import with_fields
from sojourn.engines.language import CEFR_LEVELS

SCHEMA_VERSION = 1
EARLIEST = dt.date(1990, 1, 1)
LATEST = dt.date(2100, 1, 1)

_HTML = re.compile(r"<[A-Za-z/!?]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_LINK_TARGET = re.compile(
    r"\]\(\s*<?([^)\s>]*)|^[ \t>*+0-9.)-]{0,20}\[[^\]\n]{1,200}\]:\s*<?(\S*)", re.MULTILINE
)
_PICTURE = re.compile(r"!\[")
_MONTH = re.compile(r"^(0[1-9]|1[0-2])$")
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def wrong(message: str, expected: str, row: int = 0) -> PydanticCustomError:
    """Return an error of ours, with what was expected, and how far down a long text it is."""
    return PydanticCustomError(
        "edition", "{what}", {"what": message, "expected": expected, "row": row}
    )


def english_name(language: str) -> str:
    """Return a language's name as the messages of `sojourn check` say it."""
    return language_name(language, "en")


# --- Text ---------------------------------------------------------------------------------


def _row(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start())


def refuse_html(text: str) -> str:
    if found := _HTML.search(text):
        shown = text[found.start() : found.start() + 12]
        raise wrong(
            f"HTML is not allowed here (found {shown!r})", "text without tags", _row(text, found)
        )
    if found := _CONTROL.search(text):
        raise wrong(
            "there is an invisible control character in this text", "readable characters",
            _row(text, found),
        )  # fmt: skip
    return text


def refuse_line_break(text: str) -> str:
    if "\n" in text:
        raise wrong("this text has more than one line", "one line")
    return text


def is_safe_link(target: str) -> bool:
    """Whether a link leads to a web page, or to a page of this site."""
    if target.startswith(("#", "/")):
        return not target.startswith("//") and "\\" not in target
    try:
        parts = urlsplit(target)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def check_links(text: str) -> str:
    if found := _PICTURE.search(text):
        raise wrong("pictures are not allowed in this text", "words and links", _row(text, found))
    for found in _LINK_TARGET.finditer(text):
        target = found[1] if found[1] is not None else found[2]
        if not is_safe_link(target):
            raise wrong(
                f"the link {target[:60]!r} leads nowhere allowed",
                "an address that begins with https://, http://, or / for a page of this site",
                _row(text, found),
            )
    return text


def check_web_address(address: str) -> str:
    if address.startswith(("/", "#")) or not is_safe_link(address) or re.search(r"\s", address):
        raise wrong(f"{address[:60]!r} is not a web address", "an address such as https://ki.se")
    return address


Slug = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
    Field(description="Small letters, digits and single hyphens; stable for ever"),
]
Reference = Annotated[Slug, Field(description="The id of an entry elsewhere in the edition")]
Word = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(refuse_html),
    AfterValidator(refuse_line_break),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(refuse_html),
    AfterValidator(refuse_line_break),
]
Sentence = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(refuse_html),
]
SummaryLine = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(refuse_html),
]
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(refuse_html),
]
Markdown = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=8000),
    AfterValidator(refuse_html),
    AfterValidator(check_links),
    Field(description="Markdown, without HTML"),
]
GuideText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40_000),
    AfterValidator(refuse_html),
    AfterValidator(check_links),
]
WebAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=190),
    AfterValidator(check_web_address),
    Field(json_schema_extra={"format": "uri"}),
]
LongWebAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(check_web_address),
    Field(json_schema_extra={"format": "uri"}),
]
MailAddress = Annotated[
    str, StringConstraints(max_length=200, pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+$")
]
Telephone = Annotated[str, StringConstraints(max_length=40, pattern=r"^\+?[0-9 ()./-]{3,40}$")]

# --- Numbers and days ---------------------------------------------------------------------


def check_day(day: dt.date) -> dt.date:
    if not EARLIEST <= day <= LATEST:
        raise wrong(f"{day} is too far away", f"a day between {EARLIEST.year} and {LATEST.year}")
    return day


def read_day(value: object) -> object:
    """Only the written form of a day: a bare number would otherwise count as seconds since 1970."""
    if isinstance(value, str) and not _ISO_DAY.match(value):
        raise wrong(f"{value[:40]!r} is not a day", "a day such as 2027-02-05")
    return value


def read_time(value: object) -> object:
    if isinstance(value, str) and not re.match(r"^\d{2}:\d{2}$", value):
        raise wrong(f"{value[:40]!r} is not a time", 'a time such as "14:00"')
    return value


def read_spaces(value: object) -> object:
    """Take spaces that do not break for plain ones, as lists on the web and in PDFs have them."""
    return re.sub("[\u00a0\u2007\u202f]", " ", value) if isinstance(value, str) else value


def check_day_or_month(value: str) -> str:
    if _MONTH.match(value):
        return value
    try:
        check_day(dt.date.fromisoformat(value if _ISO_DAY.match(value) else ""))
    except ValueError:
        raise wrong(
            f"{value!r} is neither a day nor a month", 'a day "2027-08-30" or a month "09"'
        ) from None
    return value


Day = Annotated[
    dt.date,
    BeforeValidator(read_day),
    AfterValidator(check_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
Clock = Annotated[
    dt.time,
    BeforeValidator(read_time),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}),
]
Month = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])$")]
DayOrMonth = Annotated[
    str,
    StringConstraints(max_length=10),
    AfterValidator(check_day_or_month),
    Field(json_schema_extra={"pattern": r"^(\d{4}-\d{2}-\d{2}|0[1-9]|1[0-2])$"}),
]
Year = Annotated[int, Field(ge=1990, le=2100)]
YearOfStudy = Annotated[int, Field(ge=1, le=8)]
Ects = Annotated[
    Decimal,
    Field(ge=0, le=400, max_digits=5, decimal_places=1),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 400}),
]
Amount = Annotated[
    Decimal,
    Field(ge=0, le=1_000_000, max_digits=10, decimal_places=2),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1_000_000}),
]
Count = Annotated[int, Field(ge=0, le=30_000)]
WeekCount = Annotated[int, Field(ge=1, le=260)]
Rating = Annotated[int, Field(ge=1, le=5)]
Country = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    Field(description="ISO 3166-1 alpha-2, such as SE"),
]
LanguageCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(description="ISO 639, such as sv")
]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
IscedF = Annotated[
    str,
    StringConstraints(pattern=r"^\d{2,4}$"),
    Field(description='ISCED-F 2013, between quotes: "0912"'),
]
# As the list of the European Commission has them: the country with one to three letters, then up to
# nine characters for the town, hyphens and apostrophes among them, and a number.
ErasmusCode = Annotated[
    str,
    BeforeValidator(read_spaces),
    StringConstraints(
        strip_whitespace=True, max_length=20, pattern=r"^[A-Z]{1,3} *[A-Z][A-Z'’. -]*[0-9]{1,4}$"
    ),
]
ProgrammeLevel = Annotated[str, OneOf(Level, but=[Level.BOTH])]
AnyLevel = Annotated[str, OneOf(Level)]
Cefr = Annotated[str, OneOf(CEFR_LEVELS)]
References = Annotated[list[Reference], Field(max_length=60)]
Sources = Annotated[list[Reference], Field(max_length=20, description="Ids of sources.yaml")]


# --- Building blocks ----------------------------------------------------------------------


class Part(BaseModel):
    """Anything in an edition: unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


P = TypeVar("P", bound=Part)


def one_field_for_each(names: Iterable[str], kind: Any) -> Callable[[type[P]], type[P]]:
    """Give a part an optional field of that kind for each word of a closed list."""
    return with_fields({str(name): (kind | None, None) for name in names})


def in_every_language(kind: Any) -> Callable[[type[P]], type[P]]:
    """Give a part a field for each language of the site; it is optional where a text may be."""
    return with_fields(
        {
            language: (kind, ...) if language in REQUIRED else (kind | None, None)
            for language in LANGUAGES
        }
    )


class Translations(Part):
    """What is said in the languages of the site, each under its code."""

    @property
    def said(self) -> dict[str, Any]:
        """What is written, by language."""
        said = {language: getattr(self, language) for language in LANGUAGES}
        return {language: text for language, text in said.items() if text is not None}


@in_every_language(Line)
class LineText(Translations):
    """One line in every language."""


@in_every_language(Sentence)
class SentenceText(Translations):
    """A sentence or two in every language."""


@in_every_language(SummaryLine)
class SummaryText(Translations):
    """At most 200 characters in every language."""


@in_every_language(Paragraph)
class ParagraphText(Translations):
    """A paragraph in every language."""


@in_every_language(Markdown)
class MarkdownText(Translations):
    """Markdown in every language, without HTML."""


@with_fields({one: (Annotated[list[Word], Field(max_length=40)], []) for one in LANGUAGES})
class Words(Translations):
    """Words of each language, for the search; the lists need not match."""


@in_every_language(Annotated[list[Sentence], Field(max_length=20)])
class SentenceList(Translations):
    """The same short texts in every language, in the same order."""

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        first = self.said[FIRST]
        for language, texts in self.said.items():
            if len(texts) != len(first):
                raise wrong(
                    f"{len(first)} in {english_name(FIRST)} but {len(texts)} in "
                    f"{english_name(language)}",
                    "the same number in each",
                )
        return self


class Weeks(Part):
    """How long, in weeks."""

    min: WeekCount
    max: WeekCount

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise wrong(f"{self.min} weeks at least but {self.max} at most", "min up to max")
        return self


class Sourced(Part):
    """An entry that says where it comes from, or that it is an example."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["sources"], "properties": {"sources": {"minItems": 1}}},
                {"required": ["example"], "properties": {"example": {"const": True}}},
            ]
        }
    )

    sources: Sources = []
    example: bool = False

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if not self.sources and not self.example:
            raise wrong("nothing says where this comes from", "sources: [an id] or example: true")
        return self


class SubFact(Part):
    """A fact inside an entry, with a source of its own or the mark of an example.

    Inside an entry that is an example as a whole it may be left out (`check` looks at that).
    Of several sources the first is the one that pages show at the fact.
    """

    source: Reference | None = None
    sources: Annotated[list[Reference], Field(max_length=5)] = []
    example: bool = False

    @property
    def main_source(self) -> str | None:
        return self.source or (self.sources[0] if self.sources else None)

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.main_source and self.example:
            raise wrong("a fact with a source is no example", "source or example, one of them")
        if self.source and self.sources:
            raise wrong("source and sources say the same", "one of them")
        return self


# --- edition.yaml -------------------------------------------------------------------------


class Phase(Part):
    """A stretch of a degree programme."""

    id: Slug
    year: YearOfStudy
    semester: Annotated[int, Field(ge=1, le=2)] | None = None
    name: LineText


class DegreeProgramme(Sourced):
    """A degree programme of home."""

    id: Slug
    name: LineText
    short_name: LineText
    level: ProgrammeLevel
    isced_f: IscedF | None = None
    years: YearOfStudy
    phases: Annotated[list[Phase], Field(max_length=24)] = []


class Subject(Part):
    """A topic to browse by."""

    id: Slug
    name: LineText


def check_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise wrong(f"{name!r} is not a time zone", "a name such as Europe/Amsterdam")
    return name


class AdviceRoute(Part):
    """A way of looking for a place that a student can talk about with the coordinator."""

    id: Annotated[Slug, StringConstraints(max_length=60)]
    name: LineText
    top_five: Annotated[int, Field(ge=0, le=5)] = 0


class SelectionRules(Part):
    """How this faculty gives places, where faculties differ."""

    second_person_approves: bool = True
    """Whether a result is published only after another person than its maker approved it."""
    may_stay_on_the_list: bool = True
    """Whether a student may accept a place and still move up to one that they like better."""
    answer_days: Annotated[int, Field(ge=1, le=60)] = 7
    """How many days there are to answer an offer from the waiting list."""
    remind_days: Annotated[int, Field(ge=0, le=30)] = 3
    """Days before a round closes that a new round reminds who has not handed in; 0: never."""


class KeepingRules(Part):
    """How long what people say to one another is kept, and when we ask once more."""

    questions_days: Annotated[int, Field(ge=30, le=3650)] = 730
    """Days after the last change until a question that waits for nobody is deleted."""
    messages_days: Annotated[int, Field(ge=90, le=3650)] = 365
    """Days until the log forgets who wrote to whom."""
    appointments_days: Annotated[int, Field(ge=180, le=3650)] = 730
    """Days until an appointment, a walk-in number and the notes of an appointment are deleted."""
    remind_report_days: Annotated[int, Field(ge=7, le=90)] = 21
    """Days until somebody who was asked for a report, and did not begin, is asked once more."""


class Faculty(Part):
    """edition.yaml: the faculty that this edition is for."""

    schema_version: Annotated[
        Literal["1"], WithJsonSchema({"const": SCHEMA_VERSION}), Field(alias="schema")
    ]
    id: Slug
    name: LineText
    short_name: Annotated[Word, StringConstraints(max_length=30)]
    home: Reference
    home_city: LineText
    time_zone: Annotated[str, StringConstraints(max_length=60), AfterValidator(check_time_zone)]
    holidays: Country
    languages: Annotated[list[Annotated[str, OneOf(LANGUAGES)]], Field(max_length=20)]
    tagline: SentenceText
    degree_programmes: Annotated[list[DegreeProgramme], Field(min_length=1, max_length=100)]
    selection: SelectionRules = SelectionRules()
    keeping: KeepingRules = KeepingRules()
    synonyms: Annotated[
        list[Annotated[list[Word], Field(min_length=2, max_length=30)]], Field(max_length=500)
    ] = []
    subjects: Annotated[list[Subject], Field(max_length=200)] = []
    advice_routes: Annotated[list[AdviceRoute], Field(max_length=12)] = []

    @model_validator(mode="after")
    def _languages(self) -> Self:
        if len(set(self.languages)) != len(self.languages):
            raise wrong("a language stands here twice", "each language once")
        if not set(REQUIRED) <= set(self.languages):
            raise wrong("a language is missing", f"languages: [{', '.join(REQUIRED)}]")
        return self

    @model_validator(mode="after")
    def _routes_once(self) -> Self:
        if len({route.id for route in self.advice_routes}) != len(self.advice_routes):
            raise wrong("two advice routes have one id", "an id of its own for each")
        return self


# --- sources.yaml -------------------------------------------------------------------------


class Source(Part):
    """Where facts come from."""

    id: Slug
    title: Sentence
    publisher: Line | None = None
    url: LongWebAddress | None = None
    year: Year | None = None
    checked_on: Day | None = None
    certainty: Annotated[str, OneOf(Certainty, but=[Certainty.ESTIMATE])]
    note: ParagraphText | None = None


# --- institutions.yaml, agreements.yaml, windows.yaml ---------------------------------------


class Unit(Part):
    """A faculty, department or institute of an institution."""

    id: Slug
    name: LineText


class Preferred(SubFact):
    """Home's own mark for a partner, with where it comes from."""

    value: bool


class Institution(Sourced):
    """A university, hospital or institute."""

    id: Slug
    name: LineText
    short_name: Annotated[Word, StringConstraints(max_length=40)] | None = None
    native_name: Line | None = None
    kind: Annotated[str, OneOf(InstitutionKind)]
    city: LineText
    country: Country
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    home: bool = False
    partner: bool = True
    preferred: Preferred | None = None
    schac: Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z0-9.-]+$")] | None = None
    erasmus_code: ErasmusCode | None = None
    ror: (
        Annotated[str, StringConstraints(pattern=r"^https://ror\.org/0[a-z0-9]{6}[0-9]{2}$")] | None
    ) = None
    website: WebAddress | None = None
    units: Annotated[list[Unit], Field(max_length=60)] = []
    about: MarkdownText | None = None
    city_life: MarkdownText | None = None


class Agreement(Sourced):
    """What home and a partner have signed."""

    id: Slug
    partner: Reference
    home_unit: Reference | None = None
    level: AnyLevel
    isced_f: Annotated[list[IscedF], Field(max_length=20)] = []
    programmes: References = []
    seats_out: Count | None = None
    seats_in: Count | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    note: ParagraphText | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise wrong("valid_from lies after valid_until", "days in order")
        return self


class Requirement(SubFact):
    """What is asked, in plain words; with `ects`, how many must have been earned first."""

    text: ParagraphText
    ects: Ects | None = None


class Window(Sourced):
    """A stretch of a degree programme in which going abroad fits."""

    id: Slug
    name: LineText
    programme: Reference
    phase: Reference | None = None
    summary: ParagraphText | None = None
    ects: Ects | None = None
    weeks: Weeks | None = None
    starts: Month | None = None
    ends: Month | None = None
    required_first: Annotated[list[Requirement], Field(max_length=20)] = []
    home_courses: References = []


# --- opportunities.yaml, costs.yaml ---------------------------------------------------------


class Period(SubFact):
    """When a stay takes place: two days, or two months."""

    starts: DayOrMonth
    ends: DayOrMonth

    @model_validator(mode="after")
    def _alike(self) -> Self:
        if len(self.starts) != len(self.ends):
            raise wrong("one end is a day and the other a month", "two days or two months")
        if len(self.starts) > 2 and self.starts > self.ends:
            raise wrong("it ends before it starts", "days in order")
        return self


class Seats(SubFact):
    """How many places there are."""

    number: Count


class Applicants(SubFact):
    """How many applied in an earlier year."""

    number: Count
    year: Year | None = None


class Selection(SubFact):
    """How places are given."""

    text: ParagraphText
    criteria: Annotated[list[SentenceText], Field(max_length=12)] = []

    @model_validator(mode="after")
    def _criteria_alike(self) -> Self:
        if len({tuple(criterion.said) for criterion in self.criteria}) > 1:
            raise wrong(
                "some criteria are written in more languages than others",
                "each of them in the same languages",
            )
        return self


class LanguageNeed(SubFact):
    """Which language is asked for, for what and how well."""

    language: LanguageCode
    use: Annotated[str, OneOf(LanguageUse)]
    level: Cefr | None = None
    required: bool = True


class Deadline(SubFact):
    """A date that matters; without a time it lasts until the end of the day."""

    id: Slug  # unique within the opportunity
    kind: Annotated[str, OneOf(DeadlineKind)]
    date: Day
    time: Clock | None = None
    label: LineText | None = None


CostItemName = Annotated[str, OneOf(CostItem)]


class CostFigures(SubFact):
    """A line of costs inside an opportunity; it needs an id only beside another of its kind."""

    id: Slug | None = None
    line: CostItemName
    # Other lines that this figure has in it, such as room and food in one official amount.
    covers: Annotated[list[CostItemName], Field(max_length=10)] = []
    per: Annotated[str, OneOf(CostPeriod)]
    low: Amount
    typical: Amount
    high: Amount
    currency: Currency = "EUR"
    year: Year
    checked_on: Day | None = None
    certainty: Annotated[str, OneOf(Certainty, but=[Certainty.GENERAL_KNOWLEDGE])]
    note: ParagraphText | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.typical <= self.high:
            raise wrong(
                f"low {self.low}, typical {self.typical}, high {self.high} are not in order",
                "low <= typical <= high",
            )
        return self


def deadline_slug(opportunity: str, deadline: str) -> str:
    """Return the id of a deadline among all of them.

    In the file it is its own within an opportunity.
    """
    return f"{opportunity}-{deadline}"


def cost_slug(opportunity: str, cost_id: str | None, line: str) -> str:
    """Return the id of an opportunity's own cost line among all of them."""
    return cost_id or f"{opportunity}-{line.replace('_', '-')}"


class CostScope(Part):
    """For whom a cost line holds: exactly one of the four."""

    country: Country | None = None
    institution: Reference | None = None
    opportunity: Reference | None = None
    everywhere: Literal[True] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1 or not any(
            (self.country, self.institution, self.opportunity, self.everywhere)
        ):
            raise wrong(
                "a cost line is for one thing",
                "one of country, institution, opportunity, everywhere: true",
            )
        return self


class CostLine(CostFigures):
    """A line of costs.yaml."""

    id: Slug
    scope: CostScope = Field(alias="for")


KindOfStay = Annotated[str, OneOf(OpportunityKind)]


class Opportunity(Sourced):
    """A concrete thing to do abroad."""

    id: Slug
    title: LineText
    hosts: Annotated[list[Reference], Field(min_length=1, max_length=20)]
    windows: Annotated[list[Reference], Field(min_length=1, max_length=20)]
    kind: KindOfStay
    summary: SummaryText
    description: MarkdownText
    subjects: References = []
    keywords: Words = Words()
    ects: Ects | None = None
    weeks: Weeks | None = None
    period: Period | None = None
    seats: Seats | None = None
    applicants: Applicants | None = None
    selection: Selection | None = None
    requirements: Annotated[list[Requirement], Field(max_length=20)] = []
    languages: Annotated[list[LanguageNeed], Field(max_length=20)] = []
    costs: Annotated[list[CostFigures], Field(max_length=40)] = []
    deadlines: Annotated[list[Deadline], Field(max_length=40)] = []
    courses: References = []
    contacts: References = []
    self_arranged: bool = False


# --- Short lists: grants, rates, travel advice, language learning, preparation ----------------

Statement = Annotated[
    str,
    StringConstraints(max_length=40, pattern=r"^[a-z]+(_[a-z]+)*$"),
    Field(description="A name for what the student says, such as green_travel"),
]
Countries = Annotated[list[Country], Field(max_length=250)]
DayCount = Annotated[int, Field(ge=1, le=1500)]
HourCount = Annotated[int, Field(ge=0, le=10_000)]
AnyCertainty = Annotated[str, OneOf(Certainty)]


class Days(Part):
    """How long a stay, in days, both ends included."""

    min: DayCount
    max: DayCount

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise wrong(f"{self.min} days at least but {self.max} at most", "min up to max")
        return self


class Kilometres(Part):
    """How far, one way: from `min` up to, but not including, `below`; without it, any further."""

    min: Annotated[int, Field(ge=0, le=30_000)]
    below: Annotated[int, Field(ge=0, le=30_000)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.below is not None and self.min >= self.below:
            raise wrong(f"{self.min} km at least but below {self.below}", "min less than below")
        return self


class GrantQuestion(Part):
    """A yes-or-no question; what counts is a yes."""

    statement: Statement
    question: SentenceText
    decides: Annotated[str, OneOf(GrantDecision)] = "grant"


class GrantAmount(Part):
    """How much, for stays of some lengths or distances, or for those who said something."""

    days: Days | None = None
    km: Kilometres | None = None
    statement: Statement | None = None
    low: Amount
    typical: Amount
    high: Amount

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.typical <= self.high:
            raise wrong(
                f"low {self.low}, typical {self.typical}, high {self.high} are not in order",
                "low <= typical <= high",
            )
        return self


class Grant(Sourced):
    """Money towards a stay. Without `amounts` nobody has published how much it is."""

    id: Slug
    name: LineText
    about: ParagraphText | None = None
    because: SentenceText
    pays: Annotated[str, OneOf(GrantPays)]
    countries: Countries = []
    not_countries: Countries = []
    kinds: Annotated[list[KindOfStay], Field(max_length=6)] = []
    days: Days | None = None
    one_of: Annotated[Slug, StringConstraints(max_length=60)] | None = None
    year: Year
    checked_on: Day | None = None
    certainty: AnyCertainty
    questions: Annotated[list[GrantQuestion], Field(max_length=10)] = []
    amounts: Annotated[list[GrantAmount], Field(max_length=40)] = []

    @model_validator(mode="after")
    def _asks_what_it_needs(self) -> Self:
        asked = [question.statement for question in self.questions]
        if len(asked) != len(set(asked)):
            raise wrong("a statement is asked twice", "each statement once")
        for amount in self.amounts:
            if amount.statement is not None and amount.statement not in asked:
                raise wrong(
                    f"no question asks for {amount.statement!r}", "a question with that statement"
                )
        if self.pays == "day" and any(amount.days is None for amount in self.amounts):
            raise wrong("a rate a day does not say for which days", "days: {min: …, max: …}")
        return self


class ExchangeRate(SubFact):
    """What one euro was worth on a day, in a currency that the European Central Bank leaves out."""

    currency: Currency
    per_euro: Annotated[
        Decimal,
        Field(
            gt=0,
            le=1_000_000_000,
            max_digits=16,
            decimal_places=6,
            description="How many units of the currency one euro bought",
        ),
        WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000_000}),
    ]
    valid_on: Day
    certainty: AnyCertainty

    @model_validator(mode="after")
    def _is_a_rate(self) -> Self:
        if self.currency == "EUR":
            raise wrong("a euro is a euro", "another currency, such as CUP")
        return self


class TravelAdvice(Part):
    """The Dutch travel advice for a country on a day. Never an example: someone might go by it."""

    country: Country
    level: Annotated[
        str,
        OneOf(AdviceLevel),
        Field(description="The colour of most of the country; say in the note where it differs"),
    ]
    checked_on: Day
    source: Annotated[Reference, Field(description="The page of the advice: it has an address")]
    note: ParagraphText | None = None


class LearningHours(SubFact):
    """How many hours learning takes: to a CEFR level, or for one category of languages."""

    id: Slug
    measure: Annotated[str, OneOf(LearningMeasure)]
    level: Cefr | None = None
    languages: Annotated[list[LanguageCode], Field(max_length=100)] = []
    low: HourCount
    high: HourCount
    year: Year | None = None
    checked_on: Day | None = None
    certainty: AnyCertainty
    note: ParagraphText | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.low > self.high:
            raise wrong(f"low {self.low} and high {self.high} are not in order", "low <= high")
        if (self.measure == "guided_hours") != (self.level is not None):
            raise wrong("guided hours lead to a level, class hours do not", "level: B1, or none")
        if self.measure == "class_hours" and not self.languages:
            raise wrong("nothing says for which languages", "languages: [sv, …]")
        return self


class PreparationStep(Sourced):
    """Something to do before departure, how long it takes, and what waits for it."""

    id: Slug
    name: LineText
    about: ParagraphText | None = None
    kind: Annotated[str, OneOf(StepKind)]
    weeks: Annotated[
        Weeks | None, Field(description="How long it takes; a language course says so itself")
    ] = None
    before: References = []
    countries: Countries = []
    not_countries: Countries = []
    kinds: Annotated[list[KindOfStay], Field(max_length=6)] = []
    citizenship: Annotated[str, OneOf(CitizenshipGroup)] | None = None
    checked_on: Day | None = None
    certainty: AnyCertainty


# --- courses/*.yaml, precedents.yaml --------------------------------------------------------


class MonthPeriod(Part):
    """From one month to another; it may pass the new year."""

    starts: Month
    ends: Month


class Course(Sourced):
    """A course, at home or at a host."""

    id: Slug
    code: Annotated[Word, StringConstraints(max_length=40)] | None = None
    title: LineText
    native_title: Line | None = None
    ects: Ects | None = None
    level: AnyLevel
    language: LanguageCode
    isced_f: IscedF | None = None
    programme: Reference | None = None
    year: YearOfStudy | None = None
    period: MonthPeriod | None = None
    summary: ParagraphText | None = None
    outcomes: SentenceList | None = None
    topics: SentenceList | None = None


class CourseFile(Part):
    """courses/<institution>.yaml: the courses of one institution."""

    institution: Reference
    courses: Annotated[list[Course], Field(max_length=5000)]


class Precedent(Sourced):
    """A host course that was recognised for a home course."""

    id: Slug
    host_course: Reference
    home_course: Reference
    year: Year
    decided_by: LineText | None = None
    note: ParagraphText | None = None

    @model_validator(mode="after")
    def _two_courses(self) -> Self:
        if self.host_course == self.home_course:
            raise wrong("a course cannot be recognised for itself", "two courses")
        return self


# --- contacts.yaml --------------------------------------------------------------------------


class WalkIn(SubFact):
    """A recurring open hour."""

    id: Slug
    weekday: Annotated[str, OneOf(WEEKDAYS)]
    starts: Clock
    ends: Clock
    room: Annotated[Word, StringConstraints(max_length=60)] | None = None
    online: WebAddress | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    note: SentenceText | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts >= self.ends:
            raise wrong("it ends before it starts", "times in order")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise wrong("valid_from lies after valid_until", "days in order")
        return self


class Absence(SubFact):
    """Days on which walk-in hours do not take place."""

    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="until")
    reason: LineText | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_day > self.last_day:
            raise wrong("the absence ends before it starts", "days in order")
        return self


class Consent(Part):
    """Why a person may be shown: their own agreement, or a public source that names them."""

    given: bool
    on: Day | None = None
    by: Annotated[Line, StringConstraints(max_length=200)] | None = None
    source: Reference | None = None

    @model_validator(mode="after")
    def _recorded(self) -> Self:
        if self.given and not (self.by or self.source):
            raise wrong(
                "nothing says how the agreement is known", "by: who recorded it, or source: an id"
            )
        return self


class Contact(Sourced):
    """A person or an office with a role."""

    id: Slug
    name: Line | None = None
    role: Annotated[str, OneOf(ContactRole)]
    title: LineText
    institution: Reference
    unit: LineText | None = None
    room: Annotated[Word, StringConstraints(max_length=60)] | None = None
    email: MailAddress | None = None
    phone: Telephone | None = None
    website: WebAddress | None = None
    help_with: ParagraphText | None = None
    programmes: References = []
    walk_in: Annotated[list[WalkIn], Field(max_length=20)] = []
    absences: Annotated[list[Absence], Field(max_length=60)] = []
    visibility: Annotated[str, OneOf(Visibility)]
    consent: Consent | None = None

    @property
    def is_a_person(self) -> bool:
        """Whether showing it would show somebody's own details."""
        if self.role == ContactRole.OFFICE and self.name is None:
            return False
        return bool(self.name or self.email or self.phone)

    @model_validator(mode="after")
    def _shown_with_consent(self) -> Self:
        agreed = self.consent is not None and self.consent.given
        if self.is_a_person and self.visibility != Visibility.OFFICE and not agreed:
            raise wrong(
                "a person is shown without having agreed",
                "consent: {given: true, source: …}, or visibility: office",
            )
        return self


# --- reports.yaml, guides/*/*.md ------------------------------------------------------------


@one_field_for_each(RatingCriterion, Rating)
class Ratings(Part):
    """From 1 to 5; what nobody rated is left out."""


@one_field_for_each(CostItem, Amount)
class PaidCosts(Part):
    """What the writer paid for each line, EUR for the whole stay; only what they remember."""

    @property
    def lines(self) -> dict[str, Decimal]:
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: amount for name, amount in said.items() if amount is not None}


class Report(Sourced):
    """An experience report as visitors read it."""

    id: Slug
    opportunity: Reference
    year: Year
    programme: Reference | None = None
    stay_weeks: WeekCount | None = None
    ratings: Ratings = Ratings()
    title: LineText
    text: MarkdownText
    advice: ParagraphText | None = None
    paid_total: Amount | None = None
    costs: PaidCosts = PaidCosts()
    contactable: bool = False
    author: LineText | None = None

    @model_validator(mode="after")
    def _lines_within_the_total(self) -> Self:
        if self.paid_total is not None and sum(self.costs.lines.values()) > self.paid_total:
            raise PydanticCustomError(
                "costs",
                "the lines in costs come to more than paid_total",
            )
        return self


class GuideHead(Sourced):
    """The front matter of a guide."""

    title: Line
    summary: Sentence
    order: Annotated[int, Field(ge=0, le=1000)] = 0
    checked_on: Day | None = None
    related: References = []


class Guide(GuideHead):
    """A guide in one language: its front matter and its text."""

    text: GuideText
