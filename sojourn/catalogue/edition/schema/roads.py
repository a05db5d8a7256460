"""roads.yaml: the rules by which a stay runs, step by step."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from sojourn.catalogue.choices import (
    AgreementVariant,
    CountedFrom,
    DoneBy,
    Gate,
    OfficialRecord,
    OneOf,
    Pen,
    Signer,
    SigningOrder,
)
from sojourn.catalogue.edition.schema.opportunities import KindOfStay
from sojourn.catalogue.edition.schema.parts import LineText, ParagraphText, Part, Sourced, SubFact
from sojourn.catalogue.edition.schema.values import (
    Country,
    Day,
    Line,
    Sentence,
    Slug,
    Year,
    wrong,
)
from sojourn.common.languages import REQUIRED
from sojourn.people.roles import DECIDING, Role

StepId = Annotated[Slug, StringConstraints(max_length=80)]
AnyGate = Annotated[str, OneOf(Gate)]
AnyDay = Annotated[str, OneOf(CountedFrom)]
Overriding = Annotated[str, OneOf([*sorted(DECIDING), Role.BOARD])]
Countries = Annotated[list[Country], Field(max_length=250)]


def road_step_slug(road: str, step: str) -> str:
    """Return the id of a step among all of them. In the file it is its own within a road."""
    return f"{road}-{step}"


class Due(Part):
    """By when: so many days before, or after, a day of the stay."""

    days: Annotated[int, Field(ge=0, le=1500)]
    before: AnyDay | None = None
    after: AnyDay | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.before is None) == (self.after is None):
            raise wrong("days are counted before a day or after it", "before: departure, or after")
        return self

    @property
    def counted(self) -> int:
        """The days from the day, below zero backwards."""
        return -self.days if self.before else self.days

    @property
    def day(self) -> str:
        return self.before or self.after or ""


class LengthInDays(Part):
    """How long a stay of this road is, both ends included."""

    min: Annotated[int, Field(ge=1, le=1500)] | None = None
    max: Annotated[int, Field(ge=1, le=1500)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise wrong(f"{self.min} days at least but {self.max} at most", "min up to max")
        return self


class RoadGate(Part):
    """Who may answer for an exception at a gate; without anybody there is none."""

    gate: AnyGate
    override: Annotated[list[Overriding], Field(max_length=5)] = []
    board: Annotated[
        bool,
        Field(
            description="The Board of Examiners decides: the gate of the agreement or of the "
            "recognition stays shut while a request to it is undecided"
        ),
    ] = False

    @model_validator(mode="after")
    def _board_decides_about_courses(self) -> Self:
        if self.board and self.gate not in (Gate.AGREEMENT, Gate.RECOGNITION):
            raise wrong("the Board decides at the gate of the agreement or of the recognition",
                        "gate: agreement, or recognition")  # fmt: skip
        return self


class RoadSigner(Part):
    """A side that signs; for home also the roles of which one person signs."""

    role: Annotated[str, OneOf(Signer)]
    who: Annotated[list[Overriding], Field(max_length=5)] = []

    @model_validator(mode="after")
    def _home_is_somebody(self) -> Self:
        if bool(self.who) != (self.role == Signer.HOME):
            raise wrong("who signs for home is missing, or named for another", "who: [board]")
        return self


class RoadAgreement(Part):
    """The agreement of a road: its tables, who signs, and what they agree to."""

    variant: Annotated[str, OneOf(AgreementVariant)]
    official: Annotated[str, OneOf(OfficialRecord)] = OfficialRecord.HERE.value
    system: Annotated[Line | None, Field(description="The other system, such as EWP")] = None
    order: Annotated[str, OneOf(SigningOrder)] = SigningOrder.AS_LISTED.value
    signers: Annotated[list[RoadSigner], Field(min_length=2, max_length=3)]
    sentence: Annotated[
        dict[str, Sentence],
        Field(
            max_length=20,
            description="What signers agree to, by language; {version} and {institution} are "
            "filled in",
        ),
    ]
    example: Annotated[
        bool, Field(description="Who signs is a proposal that the office replaces")
    ] = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len({one.role for one in self.signers}) != len(self.signers):
            raise wrong("a side stands here twice", "each side once")
        if self.signers[0].role != Signer.STUDENT:
            raise wrong("the student is not the first to sign", "role: student, first")
        if not set(REQUIRED) <= set(self.sentence):
            raise wrong("the sentence lacks a language", f"each of {', '.join(REQUIRED)}")
        if (self.official == OfficialRecord.ELSEWHERE) != (self.system is not None):
            raise wrong("the other system has no name, or there is none", "system: EWP")
        return self


class RoadStep(SubFact):
    """Something to do on the road. It has a source, or it is the office's own rule."""

    id: StepId
    name: LineText
    about: ParagraphText | None = None
    who: Annotated[str, OneOf(Pen)]
    gate: Annotated[
        AnyGate | None, Field(description="The gate that stays shut until this is done")
    ] = None
    after: Annotated[
        list[StepId], Field(max_length=10, description="Steps of this road that come first")
    ] = []
    due: Due | None = None
    begins: Annotated[
        Due | None,
        Field(
            description="Before this day it waits for nobody; without it, what is due after a day "
            "begins on that day, and the rest at once"
        ),
    ] = None
    seen_by_office: Annotated[
        bool, Field(description="The office looks at it; it notes that it saw it, and no copy")
    ] = False
    expires: Annotated[bool, Field(description="It is valid until a day, such as a visa")] = False
    done_by: Annotated[
        Annotated[str, OneOf(DoneBy)] | None,
        Field(description="What in Sojourn itself does it; nobody ticks off what has a page"),
    ] = None
    own_rule: bool = False
    year: Year | None = None
    checked_on: Day | None = None

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if self.own_rule and self.main_source:
            raise wrong("a step with a source is no rule of our own", "source, or own_rule: true")
        if not self.own_rule and not self.main_source:
            raise wrong(
                "nothing says where this step comes from", "source: an id, or own_rule: true"
            )
        if self.expires and not self.seen_by_office:
            raise wrong("nobody would note until when it is valid", "seen_by_office: true")
        return self

    @property
    def turn(self) -> Due | None:
        """Return from when on somebody has to do it; None: at once."""
        if self.begins is not None or self.due is None or self.due.after is None:
            return self.begins
        return Due(days=0, after=self.due.after)


class Road(Sourced):
    """A kind of stay with its rules. Of several that fit a place the first one is taken."""

    id: Annotated[Slug, StringConstraints(max_length=80)]
    name: LineText
    about: ParagraphText | None = None
    kinds: Annotated[list[KindOfStay], Field(max_length=6)] = []
    countries: Countries = []
    not_countries: Countries = []
    days: LengthInDays | None = None
    gates: Annotated[list[RoadGate], Field(max_length=5)] = []
    agreement: RoadAgreement | None = None
    year: Year | None = None
    checked_on: Day | None = None
    steps: Annotated[list[RoadStep], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _steps_in_order(self) -> Self:
        earlier: set[str] = set()
        for step in self.steps:
            if step.id in earlier:
                raise wrong(f"the step {step.id!r} stands here twice", "an id of its own for each")
            for other in step.after:
                if other not in earlier:
                    raise wrong(
                        f"{step.id!r} waits for {other!r}, which does not come before it",
                        "the id of an earlier step of this road",
                    )
            earlier.add(step.id)
        if len({one.gate for one in self.gates}) != len(self.gates):
            raise wrong("a gate stands here twice", "each gate once")
        return self
