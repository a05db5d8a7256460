"""Whom one can write to about a place: one row each, with one thing to press."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.types import Contact, Opportunity, Records, Report
from sojourn.common.languages import in_language_of, plain
from sojourn.experiences.correspondents import Askable
from sojourn.portal.shared import contacts, formatting, reports, urls


@dataclass(frozen=True)
class Row:
    name: str
    role: str
    about: str
    action: str
    href: str
    detail_href: str
    """Their entry among all contacts; empty for who is not named in public."""
    example: bool = False


def rows(
    records: Records, place: Opportunity, askable: Sequence[Askable], now: dt.datetime
) -> tuple[Row, ...]:
    """Whom one can visit first, then who knows the place, then who went there."""
    return (
        *_public(records, place, askable, now),
        *_others(records, place, askable),
        *_writers(records, place),
    )


def _public(
    records: Records, place: Opportunity, askable: Sequence[Askable], now: dt.datetime
) -> Iterator[Row]:
    agreed = {one.slug for one in askable if one.has_agreed}
    named = [slug for slug in (one.slug for one in askable) if slug in records.contacts]
    known = dict.fromkeys((*place.contacts, *named))
    found = [records.contacts[slug] for slug in known if slug in records.contacts]
    for contact in sorted(found, key=lambda one: not one.walk_in_hours):
        yield _row(records, place, contact, contact.slug in agreed, now)


def _row(
    records: Records, place: Opportunity, contact: Contact, agreed: bool, now: dt.datetime
) -> Row:
    person = contacts.person(records, contact, now)
    helps = str(contact.help_with)
    about = in_language_of(helps, formatting.first_sentence(plain(helps)))
    action, href = _("Ask the office"), urls.ask("opportunity", place.slug)
    if contact.walk_in_hours:
        action, href = _("Book an appointment"), urls.advice()
        if person.next:
            about = _("Walk in on %(day)s, %(detail)s.") % {
                "day": person.next.date_inside,
                "detail": person.next.detail,
            }
    elif agreed:
        action, href = _("Write"), urls.write_to("person", contact.slug)
    elif contact.email:
        action, href = _("Write"), f"mailto:{contact.email}"
    elif contact.role in ("home_contact", "supervisor"):
        action, href = (
            _("Ask the office to connect us"),
            urls.ask_to_connect(place.slug, contact.role),
        )
    elif contact.website:
        action, href = _("Website"), contact.website
    return Row(
        name=person.name,
        role=person.title or _host(records, contact),
        about=about,
        action=action,
        href=href,
        detail_href=person.href,
        example=contact.is_example,
    )


def _host(records: Records, contact: Contact) -> str:
    institution = records.institutions.get(contact.institution)
    return str(institution.name) if institution else ""


def _others(records: Records, place: Opportunity, askable: Sequence[Askable]) -> Iterator[Row]:
    """Those who are named to students only: a row says what they are and not who."""
    home = {"home": records.edition.home_city}
    names = {
        "home_contact": _("Contact in %(home)s for this place") % home,
        "supervisor": _("Supervisor of earlier students"),
    }
    for role, name in names.items():
        there = [one for one in askable if one.role == role and one.slug not in records.contacts]
        agreed = next((one for one in there if one.has_agreed), None)
        if agreed is not None:
            about = _("Agreed to get messages from students. You see the name after you sign in.")
            yield Row(name, "", about, _("Write"), urls.write_to("person", agreed.slug), "")
        elif there:
            about = _("The office asks them first, and brings you together if they agree.")
            href = urls.ask_to_connect(place.slug, role)
            yield Row(name, "", about, _("Ask the office to connect us"), href, "")


def _writers(records: Records, place: Opportunity) -> Iterator[Row]:
    for report in reports.of(records, place.reports):
        if report.is_contactable:
            yield _writer(report)


def _writer(report: Report) -> Row:
    return Row(
        name=str(report.author) or _("A student who went"),
        role=reports.by_without_author(report),
        about=str(report.title),
        action=_("Write"),
        href=urls.write_to("report", report.slug),
        detail_href="",
        example=report.is_example,
    )
