"""Institutions: the home, its partners and other hosts, with what was agreed with them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from sojourn.api import refer
from sojourn.api.reading import Reading, ReadingRequest
from sojourn.api.shapes import (
    Country,
    EntryProblems,
    LanguageQuery,
    LocalText,
    Page,
    PageQuery,
    Problems,
    ProvenanceOut,
    Reference,
    Sourced,
    SourceOut,
    find,
    known_parameters,
    list_page,
)
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Institutions"])

InstitutionKind = Literal["university", "hospital", "institute"]


class Place(BaseModel):
    """Where an institution is."""

    city: LocalText = Field(description="The city.")
    country: Country = Field(description="The country.")
    latitude: float = Field(description="Degrees north (WGS 84).")
    longitude: float = Field(description="Degrees east (WGS 84).")
    distance_km: float = Field(description="From home as the crow flies, in kilometres.")


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
    def of(cls, institution: records.Institution, reading: Reading) -> InstitutionSummary:
        return InstitutionSummary(
            slug=institution.slug,
            url=reading.address("institutions", institution.slug),
            page=reading.page("institution", institution.slug),
            name=LocalText.of(institution.name, reading),
            short_name=institution.short_name,
            kind=institution.kind,
            place=Place(
                city=LocalText.of(institution.city, reading),
                country=refer.country(institution.country, reading),
                latitude=institution.latitude,
                longitude=institution.longitude,
                distance_km=round(institution.distance_km, 1),
            ),
            is_home=institution.is_home,
            is_partner=institution.is_partner,
            is_preferred=institution.is_preferred,
            is_example=institution.is_example,
            sources=SourceOut.all_of(institution.sources, reading),
        )


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

    @classmethod
    def of(cls, agreement: records.Agreement, reading: Reading) -> AgreementOut:
        return cls(
            slug=agreement.slug,
            home_unit=LocalText.of(agreement.home_unit, reading) if agreement.home_unit else None,
            level=agreement.level,
            isced_f=list(agreement.isced_f),
            programmes=[refer.programme(slug, reading) for slug in agreement.programmes],
            seats_out=agreement.seats_out,
            seats_in=agreement.seats_in,
            valid_from=agreement.valid_from,
            valid_until=agreement.valid_until,
            note=LocalText.of(agreement.note, reading),
            is_example=agreement.is_example,
            sources=SourceOut.all_of(agreement.sources, reading),
        )


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

    @classmethod
    def of(cls, institution: records.Institution, reading: Reading) -> Institution:
        return cls(
            **dict(InstitutionSummary.of(institution, reading)),
            native_name=institution.native_name,
            preferred=ProvenanceOut.of(institution.preferred, reading),
            schac=institution.schac,
            erasmus_code=institution.erasmus_code,
            ror=institution.ror,
            website=institution.website,
            about=LocalText.of(institution.about, reading),
            city_life=LocalText.of(institution.city_life, reading),
            units=[LocalText.of(unit, reading) for unit in institution.units],
            agreements=[AgreementOut.of(entry, reading) for entry in institution.agreements],
            opportunities=[refer.opportunity(slug, reading) for slug in institution.opportunities],
            courses=[refer.course(slug, reading) for slug in institution.courses],
        )


class InstitutionQuery(PageQuery):
    """What the list of institutions accepts."""

    country: str | None = Field(
        None, pattern="^[A-Z]{2}$", description="Only in this country: ISO 3166-1 alpha-2."
    )
    kind: InstitutionKind | None = Field(None, description="Only of this kind.")
    partner: bool | None = Field(None, description="Only partners (true) or only others (false).")
    preferred: Literal["true"] | None = Field(None, description="`true`: only preferred partners.")


@router.get(
    "/institutions",
    response={200: Page[InstitutionSummary]} | Problems,
    operation_id="list_institutions",
    summary="List institutions",
)
def list_institutions(
    request: ReadingRequest, response: HttpResponse, query: Query[InstitutionQuery]
) -> Page[InstitutionSummary]:
    """Return the home institution, its partners and other hosts."""
    known_parameters(request, InstitutionQuery)
    reading = request.reading
    found = [
        entry
        for entry in reading.snapshot.records.institutions.values()
        if query.country in (None, entry.country)
        and query.kind in (None, entry.kind)
        and query.partner in (None, entry.is_partner)
        and (query.preferred is None or entry.is_preferred)
    ]
    return list_page(request, response, query, found, InstitutionSummary.of)


@router.get(
    "/institutions/{slug}",
    response={200: Institution} | EntryProblems,
    operation_id="read_institution",
    summary="Read an institution",
)
def read_institution(
    request: ReadingRequest, slug: str, query: Query[LanguageQuery]
) -> Institution:
    """One institution with its agreements, opportunities and courses."""
    known_parameters(request, LanguageQuery)
    entries = request.reading.snapshot.records.institutions
    record = find(request.reading, "institution", entries, slug)
    return Institution.of(record, request.reading)
