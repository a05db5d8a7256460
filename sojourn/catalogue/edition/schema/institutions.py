"""institutions.yaml, agreements.yaml and windows.yaml."""

from __future__ import annotations

from typing import Annotated, Self

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, model_validator

from sojourn.catalogue.choices import InstitutionKind, OneOf
from sojourn.catalogue.edition.schema.parts import (
    LineText,
    MarkdownText,
    ParagraphText,
    Part,
    Sourced,
    SubFact,
    Weeks,
)
from sojourn.catalogue.edition.schema.values import (
    AnyLevel,
    Cefr,
    Count,
    Country,
    Day,
    Ects,
    ErasmusCode,
    IscedF,
    LanguageCode,
    Line,
    Month,
    Reference,
    References,
    Region,
    Slug,
    WebAddress,
    Word,
    wrong,
)


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
    region: Region | None = None
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
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

    @model_validator(mode="after")
    def _on_the_map_or_not(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise wrong("half of the coordinates is missing", "lat and lon, or neither")
        return self


class AgreementLanguage(Part):
    """A language that the partner asks for, with its CEFR level."""

    language: LanguageCode
    level: Cefr


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
    languages: Annotated[list[AgreementLanguage], Field(max_length=10)] = []
    note: ParagraphText | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise wrong(_("it ends before it starts"), _("days in order"))
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
