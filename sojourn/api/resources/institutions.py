"""Institutions: the home, its partners and other hosts, with what was agreed with them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from ninja import Router
from pydantic import Field

from sojourn.api.endpoints import add_entry, add_list
from sojourn.api.entries import FromRecord, ProvenanceOut, Sourced
from sojourn.api.request_context import RequestContext
from sojourn.api.schemas import Country, LocalText, PageQuery, Reference
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Institutions"])

InstitutionKind = Literal["university", "hospital", "institute"]


class Place(FromRecord):
    """Where an institution is."""

    city: LocalText = Field(description="The city.")
    country: Country = Field(description="The country.")
    latitude: float | None = Field(description="Degrees north (WGS 84); null if not known.")
    longitude: float | None = Field(description="Degrees east (WGS 84); null if not known.")
    distance_km: float | None = Field(
        description="From home as the crow flies, in kilometres; null if not known."
    )

    @classmethod
    def besides(cls, record: records.Institution, context: RequestContext) -> dict[str, Any]:
        far = record.distance_km
        return {"distance_km": None if far is None else round(far, 1)}


class InstitutionSummary(Sourced):
    """An institution, as far as a list needs it."""

    slug: str = Field(description="Its id.", examples=["karolinska-institutet"])
    url: str = Field(description="Its address in this API.")
    page: str = Field(description="The page about it for people.")
    name: LocalText = Field(description="Its name.")
    short_name: str = Field(description="Short name; may be empty.")
    kind: str = Field(description="`university`, `hospital` or `institute`.")
    place: Place = Field(description="Where it is.")
    is_home: bool = Field(description="True for the one institution that students leave from.")
    is_partner: bool = Field(description="Whether home has a relation with it.")
    is_preferred: bool = Field(description="Whether home marks it as a preferred partner.")

    @classmethod
    def besides(cls, record: records.Institution, context: RequestContext) -> dict[str, Any]:
        return {
            "url": context.address("institutions", record.slug),
            "page": context.page("institution", record.slug),
            "place": Place.of(record, context),
        }


class AgreementOut(Sourced):
    """What home and this institution have signed."""

    slug: str = Field(description="Its id.")
    home_unit: LocalText | None = Field(description="The unit of home that signed, if one did.")
    level: str = Field(description="`bachelor`, `master` or `both`.")
    isced_f: list[str] = Field(description="Fields of study, ISCED-F 2013 codes.")
    programmes: list[Reference] = Field(description="Degree programmes of home that may use it.")
    seats_out: int | None = Field(description="Students a year from home; null if not known.")
    seats_in: int | None = Field(description="Students a year to home; null if not known.")
    valid_from: dt.date | None = Field(description="First day; null if not known.")
    valid_until: dt.date | None = Field(description="Last day; null if not known.")
    note: LocalText = Field(description="A remark; may be empty.")


class Institution(InstitutionSummary):
    """An institution with everything that is public about it."""

    native_name: str = Field(description="Its name in its own language; may be empty.")
    preferred: ProvenanceOut = Field(description="Where the mark of preference comes from.")
    schac: str = Field(description="SCHAC / EWP HEI id, such as `ki.se`; may be empty.")
    erasmus_code: str = Field(description="Erasmus code; may be empty.")
    ror: str = Field(description="ROR id; may be empty.")
    website: str = Field(description="Its own site; may be empty.")
    about: LocalText = Field(description="What kind of place it is (Markdown).")
    city_life: LocalText = Field(description="What living there is like (Markdown).")
    units: list[LocalText] = Field(description="Faculties and departments named here.")
    agreements: list[AgreementOut] = Field(description="What was agreed with it.")
    opportunities: list[Reference] = Field(description="What one can do there.")
    courses: list[Reference] = Field(description="Courses known here.")


class InstitutionQuery(PageQuery):
    """What the list of institutions accepts."""

    country: str | None = Field(
        None, pattern="^[A-Z]{2}$", description="Only in this country: ISO 3166-1 alpha-2."
    )
    kind: InstitutionKind | None = Field(None, description="Only of this kind.")
    partner: bool | None = Field(None, description="Only partners (true) or only others (false).")
    preferred: Literal["true"] | None = Field(None, description="`true`: only preferred partners.")

    def allows(self, entry: records.Institution) -> bool:
        return (
            self.country in (None, entry.country)
            and self.kind in (None, entry.kind)
            and self.partner in (None, entry.is_partner)
            and (self.preferred is None or entry.is_preferred)
        )


add_list(
    router,
    "institutions",
    InstitutionSummary,
    summary="List institutions",
    description="Return the home institution, its partners and other hosts.",
    accepts=InstitutionQuery,
)
add_entry(
    router,
    "institution",
    "institutions",
    Institution,
    summary="Read an institution",
    description="One institution with its agreements, opportunities and courses.",
)
