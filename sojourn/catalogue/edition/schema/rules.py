"""The short lists: grants, rates, travel advice, language learning, preparation."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, WithJsonSchema, model_validator

from sojourn.catalogue.choices import (
    AdviceLevel,
    Certainty,
    CitizenshipGroup,
    GrantCounting,
    GrantDays,
    GrantDecision,
    GrantPays,
    GrantStage,
    LearningMeasure,
    OneOf,
    StepKind,
)
from sojourn.catalogue.edition.schema.opportunities import KindOfStay
from sojourn.catalogue.edition.schema.parts import (
    LineText,
    ParagraphText,
    Part,
    SentenceText,
    Sourced,
    SubFact,
    Weeks,
)
from sojourn.catalogue.edition.schema.values import (
    Amount,
    Cefr,
    Country,
    Currency,
    Day,
    LanguageCode,
    Reference,
    References,
    Region,
    Slug,
    Year,
    wrong,
)

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
            raise wrong(
                _("%(least)d days at least but %(most)d at most")
                % {"least": self.min, "most": self.max},
                "min up to max",
            )
        return self


class Kilometres(Part):
    """How far, one way: from `min` up to, but not including, `below`; without it, any further."""

    min: Annotated[int, Field(ge=0, le=30_000)]
    below: Annotated[int, Field(ge=0, le=30_000)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.below is not None and self.min >= self.below:
            raise wrong(
                _("%(least)d km at least but below %(below)d")
                % {"least": self.min, "below": self.below},
                _("the first less than the second"),
            )
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
                _("low %(low)s, typical %(typical)s, high %(high)s are not in order")
                % {"low": self.low, "typical": self.typical, "high": self.high},
                "low <= typical <= high",
            )
        return self


class GrantCondition(Part):
    """What must be true before it is paid; with `step` once that step of the stay's road is done.

    Without a source of its own it comes from those of the grant, or is the office's own rule.
    """

    name: LineText
    step: Annotated[Slug, StringConstraints(max_length=100)] | None = None
    stage: Annotated[str, OneOf(GrantStage)] = "payment"
    own_rule: bool = False


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
    counting: Annotated[str, OneOf(GrantCounting)] = "days"
    longer: Annotated[str, OneOf(GrantDays)] = "nothing"
    too_short: Annotated[str, OneOf(GrantDays)] = "nothing"
    force_majeure: Annotated[str, OneOf(GrantDays)] = "days"
    year: Year
    checked_on: Day | None = None
    certainty: AnyCertainty
    questions: Annotated[list[GrantQuestion], Field(max_length=10)] = []
    amounts: Annotated[list[GrantAmount], Field(max_length=40)] = []
    conditions: Annotated[list[GrantCondition], Field(max_length=10)] = []

    @model_validator(mode="after")
    def _asks_what_it_needs(self) -> Self:
        asked = [question.statement for question in self.questions]
        if len(asked) != len(set(asked)):
            raise wrong(_("a statement is asked twice"), _("each statement once"))
        for amount in self.amounts:
            if amount.statement is not None and amount.statement not in asked:
                raise wrong(
                    _("no question asks for %(statement)s") % {"statement": repr(amount.statement)},
                    _("a question with that statement"),
                )
        if self.pays == "day" and any(amount.days is None for amount in self.amounts):
            raise wrong(_("a rate a day does not say for which days"), _("from day, and to day"))
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


class AdviceRegion(Part):
    """A part of a country for which the travel advice has another colour."""

    name: LineText
    codes: Annotated[
        list[Region],
        Field(max_length=40, description="The hosts of these regions have its colour"),
    ] = []
    level: Annotated[str, OneOf(AdviceLevel)]


class TravelAdvice(Part):
    """The Dutch travel advice for a country on a day. Never an example: someone might go by it."""

    country: Country
    level: Annotated[
        str,
        OneOf(AdviceLevel),
        Field(description="The colour of most of the country"),
    ]
    checked_on: Day
    source: Annotated[Reference, Field(description="The page of the advice: it has an address")]
    regions: Annotated[
        list[AdviceRegion],
        Field(max_length=40, description="The parts of the country with another colour"),
    ] = []
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
