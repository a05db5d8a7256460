"""Contacts, their walk-in hours and absences.

A contact enters only when it is meant for everyone and the person agreed, or when it names nobody.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.reading import Links, Reading, inverse, slugs
from sojourn.catalogue.snapshot.build.rows import table
from sojourn.catalogue.snapshot.types import Absence, Contact, WalkInChange, WalkInHour


def contact_links(reading: Reading) -> Links:
    """Return the contacts of each opportunity, by key."""
    return reading.links_of_opportunities(models.Opportunity.contacts.through, "contact_id")


def _read_walk_in_hours(reading: Reading) -> dict[int, list[WalkInHour]]:
    changes: dict[int, list[WalkInChange]] = defaultdict(list)
    by_date = table(models.WalkInChange).order_by("date")
    for row, fields in reading.rows(by_date, WalkInChange, "hour_id"):
        changes[row.hour_id].append(WalkInChange(**fields))
    hours: dict[int, list[WalkInHour]] = defaultdict(list)
    by_day = table(models.WalkInHour).order_by("weekday", "starts", "pk")
    for row, fields in reading.rows(by_day, WalkInHour, "contact_id"):
        hours[row.contact_id].append(WalkInHour(**fields, changes=tuple(changes.get(row.pk, ()))))
    return hours


def _read_absences(reading: Reading) -> dict[int, list[Absence]]:
    absences: dict[int, list[Absence]] = defaultdict(list)
    by_day = table(models.Absence).order_by("first_day", "pk")
    for row, fields in reading.rows(by_day, Absence, "contact_id"):
        absences[row.contact_id].append(Absence(**fields))
    return absences


def read_contacts(reading: Reading, links: Links) -> dict[str, Contact]:
    through: Any = models.Contact.programmes.through
    programmes = reading.pairs(through, "contact_id", "degreeprogramme_id")
    opportunities = inverse(links, reading.opportunities)
    hours, absences = _read_walk_in_hours(reading), _read_absences(reading)
    found: dict[str, Contact] = {}
    query = reading.published(models.Contact).filter(visibility=models.Visibility.PUBLIC)
    for row, fields in reading.rows(
        query.order_by("position", "slug"), Contact, "institution_id", "consent_given"
    ):
        if row.institution_id not in reading.institutions:
            continue
        names_somebody = fields["name"] or fields["email"] or fields["phone"]
        if names_somebody and not row.consent_given:
            continue
        reading.contacts[row.pk] = fields["slug"]
        found[fields["slug"]] = Contact(
            **fields,
            institution=reading.institutions[row.institution_id],
            programmes=slugs(programmes.get(row.pk, ()), reading.programmes),
            walk_in_hours=tuple(hours.get(row.pk, ())),
            absences=tuple(absences.get(row.pk, ())),
            opportunities=tuple(opportunities.get(row.pk, ())),
        )
    return found
