"""opportunities.yaml and costs.yaml."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from sojourn.catalogue.choices import (
    Certainty,
    CostItem,
    CostPeriod,
    DeadlineKind,
    HomeBlock,
    LanguageUse,
    OneOf,
    OpportunityKind,
)
from sojourn.catalogue.edition.schema.institutions import Requirement
from sojourn.catalogue.edition.schema.parts import (
    LineText,
    MarkdownText,
    ParagraphText,
    Part,
    SentenceText,
    Sourced,
    SubFact,
    SummaryText,
    Weeks,
    Words,
)
from sojourn.catalogue.edition.schema.values import (
    Amount,
    Cefr,
    Clock,
    Count,
    Country,
    Currency,
    Day,
    DayOrMonth,
    Ects,
    LanguageCode,
    Reference,
    References,
    Slug,
    Year,
    wrong,
)


class Period(SubFact):
    """When a stay takes place: two days, or two months."""

    starts: DayOrMonth
    ends: DayOrMonth

    @model_validator(mode="after")
    def _best_similarity(self) -> Self:
        if len(self.starts) != len(self.ends):
            raise wrong(_("one end is a day and the other a month"), _("two days or two months"))
        if len(self.starts) > 2 and self.starts > self.ends:
            raise wrong(_("it ends before it starts"), _("days in order"))
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
                _("some criteria are written in more languages than others"),
                _("each of them in the same languages"),
            )
        return self


class CountsAs(SubFact):
    """What the stay counts as at home, where it stands in for a stretch as a whole."""

    block: Annotated[str, OneOf(HomeBlock)]
    year: Year | None = None  # one in which it did


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
                _("low %(low)s, typical %(typical)s, high %(high)s are not in order")
                % {"low": self.low, "typical": self.typical, "high": self.high},
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
    counts_as: CountsAs | None = None
    requirements: Annotated[list[Requirement], Field(max_length=20)] = []
    languages: Annotated[list[LanguageNeed], Field(max_length=20)] = []
    costs: Annotated[list[CostFigures], Field(max_length=40)] = []
    deadlines: Annotated[list[Deadline], Field(max_length=40)] = []
    courses: References = []
    contacts: References = []
    self_arranged: bool = False
