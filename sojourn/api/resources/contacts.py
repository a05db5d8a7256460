"""Contacts who are public, with their walk-in hours. Nobody else is ever in the snapshot."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Router
from pydantic import Field

from sojourn.api.endpoints import add_entry, add_list
from sojourn.api.entries import FromRecord, ProvenanceOut, Sourced
from sojourn.api.request_context import RequestContext
from sojourn.api.schemas import ClockTime, LocalText, PageQuery, Reference
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Contacts"])


class WalkInHourOut(FromRecord):
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
    def besides(cls, record: records.WalkInHour, context: RequestContext) -> dict[str, Any]:
        return {"weekday": record.weekday + 1}


class AbsenceOut(FromRecord):
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
    def besides(cls, record: records.Contact, context: RequestContext) -> dict[str, Any]:
        calendar = f"{context.site}/{context.language}/contacts/{record.slug}/walk-in.ics"
        return {
            "url": context.address("contacts", record.slug),
            "page": f"{context.page('contacts')}#{record.slug}",
            "calendar": calendar if record.walk_in_hours else None,
            "unit": LocalText.of(record.unit_name, context),
        }


class ContactQuery(PageQuery):
    """What the list of contacts accepts."""

    institution: str = Field("", description="Only at the institution with this slug.")

    def allows(self, entry: records.Contact) -> bool:
        return self.institution in ("", entry.institution)


add_list(
    router,
    "contacts",
    Contact,
    summary="List public contacts",
    description="People and offices who agreed to be shown, or who are public by their own "
    "institution.",
    accepts=ContactQuery,
)
add_entry(
    router,
    "contact",
    "contacts",
    Contact,
    summary="Read a public contact",
    description="One contact with walk-in hours.",
)
