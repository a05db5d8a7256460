"""Those to whom a signed-in student may write, and what is missing where they may not."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.catalogue.models import (
    Contact,
    Opportunity,
    PublicationStatus,
    PublishedReport,
    Visibility,
)
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.translated_fields import text_of
from sojourn.experiences import correspondents
from sojourn.experiences.models import ConsentState, Correspondent
from sojourn.portal.shared import reports, urls


@dataclass(frozen=True)
class Person:
    """One of them."""

    name: str
    title: str
    place: str
    place_href: str
    help_with: str
    href: str
    """Where to write to them; empty where one cannot."""
    missing: str
    """Why one cannot, and what to do instead."""
    example: bool


@dataclass(frozen=True)
class PeoplePage:
    place: str
    """The place that the list is narrowed to; empty for all."""
    contacts: tuple[Person, ...]
    writers: tuple[Person, ...]


def page(records: Records, place: str) -> PeoplePage:
    """`place` is an opportunity's slug, or empty for everybody."""
    opportunity = records.opportunities.get(place)
    hosts = set(opportunity.hosts) if opportunity else set()
    found = (
        correspondents.contacts_to_ask()
        .exclude(visibility=Visibility.OFFICE)
        .select_related("correspondent")
        .order_by("institution__slug", "position", "slug")
    )
    contacts = [
        _contact(records, contact)
        for contact in found
        if opportunity is None or contact.institution.slug in hosts
    ]
    writers = [
        _writer(records, slug)
        for slug in (opportunity.reports if opportunity else records.reports)
        if slug in records.reports and records.reports[slug].is_contactable
    ]
    return PeoplePage(
        str(opportunity.title) if opportunity else "", tuple(contacts), tuple(writers)
    )


def _contact(records: Records, contact: Contact) -> Person:
    person = getattr(contact, "correspondent", None)
    institution = records.institutions.get(contact.institution.slug)
    return Person(
        name=_text(contact, "title") if not contact.name else contact.name,
        title=_text(contact, "title") if contact.name else "",
        place=str(institution.name) if institution else "",
        place_href=urls.institution(contact.institution.slug) if institution else "",
        help_with=_text(contact, "help_with"),
        href=_write("person", contact.slug) if correspondents.may_receive_messages(person) else "",
        missing=what_is_missing(person),
        example=contact.is_example,
    )


def _text(contact: Contact, name: str) -> str:
    return str(text_of(contact, name))


def _writer(records: Records, slug: str) -> Person:
    report = records.reports[slug]
    place = records.opportunities[report.opportunity]
    person = correspondents.find_by_report(slug)
    return Person(
        name=str(report.author),
        title=reports.by_without_author(report),
        place=str(place.title),
        place_href=urls.opportunity(place.slug),
        help_with="",
        href=_write("report", slug) if correspondents.may_receive_messages(person) else "",
        missing=what_is_missing(person),
        example=report.is_example,
    )


def _write(kind: str, slug: str) -> str:
    return reverse("experiences:write", kwargs={"kind": kind, "slug": slug})


def what_is_missing(person: Correspondent | None) -> str:
    """Why nobody can write to them today."""
    if person is None:
        return _("The office has no address yet. Ask at the walk-in hour; they know who it is.")
    if person.state == ConsentState.STOPPED:
        return _("Does not want messages.")
    if not correspondents.may_receive_messages(person):
        return _("Has not been asked yet, or has not said yes. The office can help you further.")
    return ""


# --- One of them ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """Whom a message is for, in words."""

    name: str
    about: str
    """The place that it is about."""


def about(person: Correspondent) -> Subject:
    if person.contact is not None:
        return Subject(
            person.contact.name or _text(person.contact, "title"),
            str(_institution_name(person.contact)),
        )
    report = person.report
    place = report.opportunity if report is not None else None
    return Subject(_("the writer of a report"), _title(place) if place else "")


def own_name(person: Correspondent) -> str:
    """Return what someone's answer begins with, unless they write something else."""
    if person.contact is not None:
        return person.contact.name or _text(person.contact, "title")
    if person.report is not None and person.report.shows_name:
        return person.report.first_name
    return ""


def _institution_name(contact: Contact) -> str:
    return str(text_of(contact.institution, "name"))


def _title(place: Opportunity) -> str:
    return str(text_of(place, "title"))


def find(kind: str, slug: str) -> tuple[Correspondent | None, bool]:
    """Whom an address names, and whether there is such an entry at all."""
    if kind == "person":
        there = (
            correspondents.contacts_to_ask()
            .filter(slug=slug)
            .exclude(visibility=Visibility.OFFICE)
            .exists()
        )
        return (correspondents.find_by_contact(slug) if there else None), there
    if kind == "report":
        there = PublishedReport.objects.filter(
            slug=slug, status=PublicationStatus.PUBLISHED, is_contactable=True
        ).exists()
        return (correspondents.find_by_report(slug) if there else None), there
    return None, False
