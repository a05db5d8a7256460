"""edition.yaml and sources.yaml: the faculty, its rules, and where facts come from."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator

from sojourn.catalogue.choices import Aim, Certainty, ContactWay, Keeps, OneOf
from sojourn.catalogue.edition.schema.parts import (
    LineText,
    ParagraphText,
    Part,
    SentenceText,
    Sourced,
    SubFact,
)
from sojourn.catalogue.edition.schema.values import (
    SCHEMA_VERSION,
    Country,
    Day,
    IscedF,
    Line,
    LongWebAddress,
    ProgrammeLevel,
    Reference,
    Sentence,
    Slug,
    Word,
    Year,
    YearOfStudy,
    wrong,
)
from sojourn.common.languages import LANGUAGES, REQUIRED


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


def check_languages(languages: list[str]) -> list[str]:
    if len(set(languages)) != len(languages):
        raise wrong("a language stands here twice", "each language once")
    if not set(REQUIRED) <= set(languages):
        raise wrong("a language is missing", f"languages: [{', '.join(REQUIRED)}]")
    return languages


class AdviceRoute(Part):
    """A way of searching for a place that students can book an appointment about."""

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


DOMAIN = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"


class AccountRules(Part):
    """Who gets in, and how."""

    staff_second_step: bool = True
    """Whether whoever works in the office needs a second step: an app's code, or a passkey."""
    student_domains: Annotated[
        list[Annotated[str, Field(pattern=DOMAIN, max_length=100)]], Field(max_length=50)
    ] = []
    """What stands after the @ in the mail addresses of our students, such as umail.leidenuniv.nl.
    The office lets in whoever has another address. Left out: everybody is let in."""


class CheckingRules(Part):
    """After how many days somebody has to look at a figure again."""

    figures_days: Annotated[int, Field(ge=30, le=1095)] = 365
    """Costs, grants and exchange rates: what is published is of one year."""
    advice_days: Annotated[int, Field(ge=1, le=90)] = 30
    """Travel advice; the ministry changes it whenever it has reason to. Until somebody has looked
    again an old green or yellow counts as not known."""


class KeepingRules(Part):
    """How long what concerns people is kept, and when we ask once more."""

    questions_days: Annotated[int, Field(ge=30, le=3650)] = 730
    """Days after the last change until a question that waits for nobody is deleted."""
    messages_days: Annotated[int, Field(ge=90, le=3650)] = 365
    """Days until the log forgets who wrote to whom."""
    appointments_days: Annotated[int, Field(ge=180, le=3650)] = 730
    """Days until an appointment, a walk-in number and the notes of an appointment are deleted."""
    self_arranged_days: Annotated[int, Field(ge=180, le=3650)] = 730
    """Days after its last day until a self-arranged place is deleted, with what was written."""
    applications_days: Annotated[int, Field(ge=90, le=3650)] = 365
    """Days after the academic year of a round until its applications are deleted, with their files,
    grades and scores. Counts of the round stay."""
    accounts_days: Annotated[int, Field(ge=365, le=3650)] = 1095
    """Days after the last sign-in until a student's account is deleted, once nothing else is kept
    of that student. They get a mail a month before."""
    stays_days: Annotated[int, Field(ge=365, le=3650)] = 1825
    """Days until a stay that is finished or withdrawn is deleted, with its agreement."""
    whereabouts_days: Annotated[int, Field(ge=1, le=180)] = 30
    """Days after the last day at the host until address, telephone and contacts are deleted."""
    incidents_days: Annotated[int, Field(ge=30, le=3650)] = 730
    """Days until an incident that is closed is deleted, with its log."""
    remind_report_days: Annotated[int, Field(ge=7, le=90)] = 21
    """Days until somebody who was asked for a report, and did not begin, is asked once more."""


SIGNING_TEXTS = (
    "title", "asks", "changed", "that_was", "agree_to", "who", "when", "where", "what", "hours",
    "outcomes", "supervision", "assessment", "insurance", "registration", "health", "abroad",
    "home", "virtual", "credits", "removed", "added", "not_passed", "read_all", "has_signed",
    "not_signed", "name", "function", "sign", "not_me", "their_name", "their_email", "hand_on",
    "refuse", "why", "paper", "paper_file", "send", "exact", "check", "done", "done_text",
    "refused", "handed_on", "over", "stale", "missing", "back",
)  # fmt: skip
"""The texts of the page on which a host signs (`mobility.agreements.texts`)."""


class SigningLanguage(Part):
    """The page on which a host signs, in a language that the site does not have."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    name: Word
    texts: Annotated[dict[Annotated[str, OneOf(SIGNING_TEXTS)], Sentence], Field(max_length=60)]

    @model_validator(mode="after")
    def _all_of_them(self) -> Self:
        missing = [key for key in SIGNING_TEXTS if key not in self.texts]
        if missing:
            raise wrong(f"these texts are missing: {', '.join(missing)}", "every text")
        return self


class Rung(Part):
    """One way to reach somebody who does not answer, and how long to wait before it."""

    way: Annotated[str, OneOf(ContactWay)]
    after_minutes: Annotated[int, Field(ge=0, le=10_080)] = 0
    in_drill: Annotated[
        bool, Field(description="Also in a drill; families and hosts are not called for one")
    ] = False


_LADDER = [
    Rung(way=ContactWay.MAIL, in_drill=True),
    Rung(way=ContactWay.TEXT, after_minutes=30, in_drill=True),
    Rung(way=ContactWay.PHONE, after_minutes=60, in_drill=True),
    Rung(way=ContactWay.CONTACT, after_minutes=120),
    Rung(way=ContactWay.HOST, after_minutes=120),
    Rung(way=ContactWay.OTHERS, after_minutes=180),
    Rung(way=ContactWay.EMBASSY, after_minutes=360),
]


class AwayRules(Part):
    """What the office does while students are away, and when something happens there."""

    emergency_phone: Annotated[Word, StringConstraints(max_length=40)] | None = None
    """The number that students call at any hour."""
    emergency_phone_source: Reference | None = None
    emergency_phone_year: Year | None = None
    emergency_phone_checked_on: Day | None = None
    arrival_days: Annotated[
        list[Annotated[int, Field(ge=0, le=90)]], Field(min_length=1, max_length=10)
    ] = [0, 3, 7]
    """So many days after the first day at the host it is asked whether the student is there."""
    drill_days: Annotated[int, Field(ge=30, le=730)] = 182
    """So many days after a drill the next one is due."""
    ladder: Annotated[list[Rung], Field(min_length=1, max_length=10)] = _LADDER

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if len({rung.way for rung in self.ladder}) != len(self.ladder):
            raise wrong("a way stands in the ladder twice", "each way once")
        if self.emergency_phone and not self.emergency_phone_source:
            raise wrong("nothing says where the emergency number comes from", "a source")
        return self


class OwnLoss(Part):
    """A reason of the faculty's own why credits that were agreed do not count."""

    id: Annotated[Slug, StringConstraints(max_length=60)]
    name: LineText


class GradeRow(Part):
    """Which grade at home is proposed: for these words of the host, or for every passed course."""

    home: Annotated[Word, StringConstraints(max_length=60)]
    grades: Annotated[
        list[Annotated[Word, StringConstraints(max_length=60)]], Field(max_length=30)
    ] = []
    outcome: Literal["passed", "failed"] | None = None


class GradeTable(Part):
    """A table of grades, for one host or for all. It proposes; it never replaces a grade."""

    id: Annotated[Slug, StringConstraints(max_length=60)]
    name: LineText
    host: Reference | None = None
    rows: Annotated[list[GradeRow], Field(min_length=1, max_length=60)]
    source: Reference | None = None
    own_rule: bool = False
    year: Year | None = None
    checked_on: Day | None = None
    example: bool = False

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if self.own_rule == (self.source is not None):
            raise wrong("nothing says where this table comes from", "a source, or own_rule: true")
        return self


class ComingHomeRules(Part):
    """What the office does when students come home."""

    ask_days_before: Annotated[int, Field(ge=0, le=60)] = 14
    """So many days before the last day the host is asked to confirm the days."""
    chase_days: Annotated[
        list[Annotated[int, Field(ge=1, le=365)]], Field(min_length=1, max_length=10)
    ] = [28, 56, 84]
    """So many days after the last day whoever has a paper that is missing is asked once more."""
    losses: Annotated[list[OwnLoss], Field(max_length=30)] = []
    grade_tables: Annotated[list[GradeTable], Field(max_length=100)] = []


class YearRules(Part):
    """The way from one academic year into the next."""

    keeps: Annotated[str, OneOf(Keeps)] = Keeps.WEEKDAY
    """What of a day stays the same a year on: `weekday` moves by 52 weeks, `date` keeps day and
    month."""
    from_month: Annotated[int, Field(ge=1, le=12)] = 4
    """From this month on the office prepares the next year, as its first page says."""
    until_month: Annotated[int, Field(ge=1, le=12)] = 9
    """Until the end of this month."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_month > self.until_month:
            raise wrong("the months are in the wrong order", "from_month up to until_month")
        return self


class Target(SubFact):
    """What the office aims at. It has a source, or it is the office's own rule."""

    id: Annotated[str, OneOf(Aim)]
    value: Annotated[int, Field(ge=0, le=365)]
    own_rule: bool = False
    year: Year | None = None
    checked_on: Day | None = None

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if self.own_rule == bool(self.main_source):
            raise wrong(
                "nothing, or too much, says where this target comes from",
                "source: an id, or own_rule: true",
            )
        return self


class InsightRules(Part):
    """What the office may read of many people together, and what it measures itself by."""

    fewest_people: Annotated[
        int, Field(ge=3, le=50, description="Nothing is said about fewer people than this")
    ] = 5
    targets: Annotated[list[Target], Field(max_length=len(Aim))] = []

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len({target.id for target in self.targets}) != len(self.targets):
            raise wrong("two targets are for the same thing", "each once")
        return self


class BoardRules(Part):
    """How a decision of the Board of Examiners can be appealed against: until when, where, how."""

    appeal_days: Annotated[int, Field(ge=1, le=365)] | None = None
    """Counted from the date of the decision; without it letters name no last day."""
    appeal_to: LineText | None = None
    appeal_how: ParagraphText | None = None
    source: Reference | None = None
    year: Year | None = None
    checked_on: Day | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.appeal_days is None) != (self.appeal_to is None):
            raise wrong("an appeal needs a last day and somebody to turn to", "both, or neither")
        if self.appeal_days is not None and not self.source:
            raise wrong("nothing says where the rule about appeals comes from", "a source")
        return self


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
    languages: Annotated[
        list[Annotated[str, OneOf(LANGUAGES)]],
        Field(max_length=20),
        AfterValidator(check_languages),
    ]
    tagline: SentenceText
    degree_programmes: Annotated[list[DegreeProgramme], Field(min_length=1, max_length=100)]
    selection: SelectionRules = SelectionRules()
    accounts: AccountRules = AccountRules()
    checking: CheckingRules = CheckingRules()
    keeping: KeepingRules = KeepingRules()
    away: AwayRules = AwayRules()
    coming_home: ComingHomeRules = ComingHomeRules()
    year: YearRules = YearRules()
    insight: InsightRules = InsightRules()
    board: BoardRules = BoardRules()
    synonyms: Annotated[
        list[Annotated[list[Word], Field(min_length=2, max_length=30)]], Field(max_length=500)
    ] = []
    subjects: Annotated[list[Subject], Field(max_length=200)] = []
    advice_routes: Annotated[list[AdviceRoute], Field(max_length=12)] = []
    signing_languages: Annotated[list[SigningLanguage], Field(max_length=12)] = []

    @model_validator(mode="after")
    def _routes_once(self) -> Self:
        if len({route.id for route in self.advice_routes}) != len(self.advice_routes):
            raise wrong("two advice routes have one id", "an id of its own for each")
        return self


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
