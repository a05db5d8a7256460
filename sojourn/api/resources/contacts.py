"""Contacts who are public, with their walk-in hours. Nobody else is ever in the snapshot."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from sojourn.api import refer
from sojourn.api.reading import Reading, ReadingRequest
from sojourn.api.shapes import (
    ClockTime,
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
    clock_time,
    find,
    known_parameters,
    list_page,
)
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Contacts"])


class WalkInHourOut(BaseModel):
    """A weekly hour in which one can walk in. Holidays are left out of the calendar feed."""

    slug: str = Field(description="Its id.")
    weekday: int = Field(description="ISO 8601 day of the week: Monday is 1.")
    starts: ClockTime = Field(description="From, by the clock where the edition is at home.")
    ends: ClockTime = Field(description="Until.")
    room: str = Field(description="Where; may be empty.")
    valid_from: dt.date | None = Field(description="First day; null if it has none.")
    valid_until: dt.date | None = Field(description="Last day; null if it has none.")
    note: LocalText = Field(description="A remark; may be empty.")
    provenance: ProvenanceOut = Field(description="Where this comes from.")

    @classmethod
    def of(cls, hour: records.WalkInHour, reading: Reading) -> WalkInHourOut:
        return cls(
            slug=hour.slug,
            weekday=hour.weekday + 1,
            starts=clock_time(hour.starts),
            ends=clock_time(hour.ends),
            room=hour.room,
            valid_from=hour.valid_from,
            valid_until=hour.valid_until,
            note=LocalText.of(hour.note, reading),
            provenance=ProvenanceOut.of(hour.provenance, reading),
        )


class AbsenceOut(BaseModel):
    """Days on which a contact is away."""

    first_day: dt.date = Field(description="The first day away.")
    last_day: dt.date = Field(description="The last day away.")
    reason: LocalText = Field(description="Why; may be empty.")


class Contact(Sourced):
    """A person or an office that one may write to or visit."""

    slug: str = Field(description="Its id.", examples=["coordinator-internationalisation"])
    url: str = Field(description="Its address in this API.")
    page: str = Field(description="The page about it for people.")
    calendar: str | None = Field(
        description="iCalendar feed of the walk-in hours; null if there are none."
    )
    name: str = Field(description="Name of the person; empty for an office.")
    role: str = Field(
        description="`coordinator`, `home_contact`, `supervisor`, `host_coordinator` or `office`."
    )
    title: LocalText = Field(description="What they do.")
    institution: Reference = Field(description="Where they work.")
    unit: LocalText = Field(description="Their department; may be empty.")
    room: str = Field(description="Their room; may be empty.")
    email: str = Field(description="Mail address; empty if it is not public.")
    phone: str = Field(description="Telephone; empty if it is not public.")
    website: str = Field(description="A page of theirs; may be empty.")
    help_with: LocalText = Field(description="What one can ask them.")
    programmes: list[Reference] = Field(description="Programmes they work for; empty: all.")
    opportunities: list[Reference] = Field(description="Opportunities they know about.")
    walk_in_hours: list[WalkInHourOut] = Field(description="When one can walk in.")
    absences: list[AbsenceOut] = Field(description="When they are away.")

    @classmethod
    def of(cls, contact: records.Contact, reading: Reading) -> Contact:
        calendar = f"{reading.site}/{reading.language}/contacts/{contact.slug}/walk-in.ics"
        return cls(
            slug=contact.slug,
            url=reading.address("contacts", contact.slug),
            page=f"{reading.page('contacts')}#{contact.slug}",
            calendar=calendar if contact.walk_in_hours else None,
            name=contact.name,
            role=contact.role,
            title=LocalText.of(contact.title, reading),
            institution=refer.institution(contact.institution, reading),
            unit=LocalText.of(contact.unit_name, reading),
            room=contact.room,
            email=contact.email,
            phone=contact.phone,
            website=contact.website,
            help_with=LocalText.of(contact.help_with, reading),
            programmes=[refer.programme(slug, reading) for slug in contact.programmes],
            opportunities=[refer.opportunity(slug, reading) for slug in contact.opportunities],
            walk_in_hours=[WalkInHourOut.of(hour, reading) for hour in contact.walk_in_hours],
            absences=[
                AbsenceOut(
                    first_day=absence.first_day,
                    last_day=absence.last_day,
                    reason=LocalText.of(absence.reason, reading),
                )
                for absence in contact.absences
            ],
            is_example=contact.is_example,
            sources=SourceOut.all_of(contact.sources, reading),
        )


class ContactQuery(PageQuery):
    """What the list of contacts accepts."""

    institution: str = Field("", description="Only at the institution with this slug.")


@router.get(
    "/contacts",
    response={200: Page[Contact]} | Problems,
    operation_id="list_contacts",
    summary="List public contacts",
)
def list_contacts(
    request: ReadingRequest, response: HttpResponse, query: Query[ContactQuery]
) -> Page[Contact]:
    """People and offices who agreed to be shown, or who are public by their own institution."""
    known_parameters(request, ContactQuery)
    known = request.reading.snapshot.records
    found = [
        contact
        for contact in known.contacts.values()
        if query.institution in ("", contact.institution)
    ]
    return list_page(request, response, query, found, Contact.of)


@router.get(
    "/contacts/{slug}",
    response={200: Contact} | EntryProblems,
    operation_id="read_contact",
    summary="Read a public contact",
)
def read_contact(request: ReadingRequest, slug: str, query: Query[LanguageQuery]) -> Contact:
    """One contact with walk-in hours."""
    known_parameters(request, LanguageQuery)
    entries = request.reading.snapshot.records.contacts
    return Contact.of(find(request.reading, "contact", entries, slug), request.reading)
