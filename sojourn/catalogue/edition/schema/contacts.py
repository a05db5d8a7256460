"""contacts.yaml: people and offices, when they are there, and why they may be shown."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from sojourn.catalogue.choices import WEEKDAYS, ContactRole, OneOf, Visibility
from sojourn.catalogue.edition.schema.parts import (
    LineText,
    ParagraphText,
    Part,
    SentenceText,
    Sourced,
    SubFact,
)
from sojourn.catalogue.edition.schema.values import (
    Clock,
    Day,
    Line,
    MailAddress,
    Reference,
    References,
    Slug,
    Telephone,
    WebAddress,
    Word,
    wrong,
)


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
