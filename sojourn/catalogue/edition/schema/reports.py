"""reports.yaml and guides/*/*.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sojourn.catalogue.choices import CostItem, RatingCriterion
from sojourn.catalogue.edition.schema.parts import (
    LineText,
    MarkdownText,
    ParagraphText,
    Part,
    Sourced,
    one_field_for_each,
)
from sojourn.catalogue.edition.schema.values import (
    Amount,
    Day,
    GuideText,
    Line,
    Rating,
    Reference,
    References,
    Sentence,
    Slug,
    WeekCount,
    Year,
)


@one_field_for_each(RatingCriterion, Rating)
class Ratings(Part):
    """From 1 to 5; what nobody rated is left out."""


@one_field_for_each(CostItem, Amount)
class PaidCosts(Part):
    """What the writer paid for each line, EUR for the whole stay; only what they remember."""

    @property
    def lines(self) -> dict[str, Decimal]:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: amount for name, amount in fields.items() if amount is not None}


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
