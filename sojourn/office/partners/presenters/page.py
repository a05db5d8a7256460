"""One partner: what it is, what was agreed, whom one knows there, and what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import partners
from sojourn.catalogue.choices import ContactRole, InstitutionKind, Visibility
from sojourn.catalogue.models import (
    Agreement,
    Contact,
    Course,
    Institution,
    Opportunity,
    PublicationStatus,
    PublishedReport,
)
from sojourn.catalogue.names import country_name
from sojourn.catalogue.permissions import may_edit_partners
from sojourn.common.languages import page_language
from sojourn.common.translated_fields import text_of
from sojourn.common.urls import url_for
from sojourn.design.components import Fact
from sojourn.mobility import balance
from sojourn.mobility.models import Stay
from sojourn.mobility.states import StayState
from sojourn.office.agreements import presenters as agreements
from sojourn.office.shared import formatting, history, lists
from sojourn.people.models import User

MOST_STAYS = 12


@dataclass(frozen=True)
class AgreementLine:
    title: str
    href: str
    out: str
    into: str
    until: lists.Cell
    state: str
    tone: str


@dataclass(frozen=True)
class ContactLine:
    slug: str
    name: str
    role: str
    title: str
    mail: str
    phone: str
    shown_to: str
    consent: str
    contacted: str
    state: str
    is_withdrawn: bool


@dataclass(frozen=True)
class UnitLine:
    key: int
    name: str


@dataclass(frozen=True)
class LinkLine:
    title: str
    href: str
    about: str = ""


@dataclass(frozen=True)
class IncomingLine:
    key: int
    year: str
    count: int
    source: str


@dataclass(frozen=True)
class PartnerPage:
    slug: str
    name: str
    where: str
    status: str
    tone: str
    facts: tuple[Fact, ...]
    sources: tuple[str, ...]
    is_example: bool
    preferred: str
    is_on_map: bool
    agreements: tuple[AgreementLine, ...]
    contacts: tuple[ContactLine, ...]
    units: tuple[UnitLine, ...]
    places: tuple[LinkLine, ...]
    stays: tuple[LinkLine, ...]
    more_stays: int
    reports: tuple[LinkLine, ...]
    courses: int
    years: tuple[balance.Year, ...]
    incoming: tuple[IncomingLine, ...]
    likely: tuple[LinkLine, ...]
    public_href: str
    may_edit: bool
    waits: int
    """What a colleague would publish with it: itself and what of it is a draft."""
    is_withdrawn: bool
    history: tuple[history.Event, ...]


def page(reader: User, partner: Institution) -> PartnerPage:
    """Return everything about one partner that the reader may see."""
    language = page_language()
    status = PublicationStatus(partner.status)
    may_edit = may_edit_partners(reader)
    signed = list(agreements.rows().filter(partner=partner).order_by("-valid_until", "slug"))
    people = list(partner.contacts.order_by("status", "position", "slug"))
    stays, more = _stays(reader, partner)
    return PartnerPage(
        slug=partner.slug,
        name=str(partner.name),
        where=format_html("{}, {}", partner.city, country_name(partner.country, language)),
        status=str(status.label),
        tone=agreements.TONES[status],
        facts=_facts(partner),
        sources=tuple(str(each) for each in partner.sources.order_by("slug")),
        is_example=partner.is_example,
        preferred=_preferred(partner),
        is_on_map=partner.latitude is not None,
        agreements=tuple(_agreement(each) for each in signed),
        contacts=tuple(_contact(each) for each in people),
        units=tuple(UnitLine(each.pk, str(text_of(each, "name"))) for each in partner.units.all()),
        places=_places(partner),
        stays=stays,
        more_stays=more,
        reports=_reports(partner),
        courses=Course.objects.filter(institution=partner).count(),
        years=balance.balances([partner.pk]).get(partner.pk, ()),
        incoming=tuple(
            IncomingLine(each.pk, balance.year_name(each.year), each.count, str(each.source))
            for each in partner.incoming.select_related("source")
        ),
        likely=_likely(partner) if may_edit else (),
        public_href=url_for("portal:institution", partner.slug)
        if status == PublicationStatus.PUBLISHED
        else "",
        may_edit=may_edit,
        waits=len(partners.drafts_of(partner, reader))
        if may_edit and status != PublicationStatus.WITHDRAWN
        else 0,
        is_withdrawn=status == PublicationStatus.WITHDRAWN,
        history=history.of(partner, *signed, *people),
    )


def _facts(partner: Institution) -> tuple[Fact, ...]:
    rows = (
        (_("Kind"), str(InstitutionKind(partner.kind).label), ""),
        (_("Relation"), _("partner") if partner.is_partner else _("other host"), ""),
        (_("Erasmus code"), partner.erasmus_code, ""),
        (_("SCHAC code"), partner.schac, ""),
        (_("ROR id"), partner.ror.removeprefix("https://ror.org/"), partner.ror),
        (_("Website"), partner.website, partner.website),
    )
    return tuple(Fact(label, value, href) for label, value, href in rows if value)


def _preferred(partner: Institution) -> str:
    if not partner.is_preferred:
        return ""
    if partner.preferred_source is not None:
        return _("Preferred partner, says %(source)s") % {"source": partner.preferred_source}
    return _("Preferred partner, as an example")


def _agreement(agreement: Agreement) -> AgreementLine:
    status = PublicationStatus(agreement.status)
    return AgreementLine(
        title=agreements.short(agreement),
        href=reverse("office:agreement", args=[agreement.slug]),
        out=agreements.number(agreement.seats_out),
        into=agreements.number(agreement.seats_in),
        until=agreements.until(agreement, timezone.localdate()),
        state=str(status.label) if status != PublicationStatus.PUBLISHED else "",
        tone=agreements.TONES[status],
    )


def _contact(contact: Contact) -> ContactLine:
    status = PublicationStatus(contact.status)
    return ContactLine(
        slug=contact.slug,
        name=contact.name,
        role=str(ContactRole(contact.role).label),
        title=str(text_of(contact, "title")),
        mail=contact.email,
        phone=contact.phone,
        shown_to=str(Visibility(contact.visibility).label),
        consent=_consent(contact),
        contacted=formatting.full_day(contact.contacted_on) if contact.contacted_on else "",
        state=str(status.label) if status != PublicationStatus.PUBLISHED else "",
        is_withdrawn=status == PublicationStatus.WITHDRAWN,
    )


def _consent(contact: Contact) -> str:
    if not contact.consent_given:
        return _("did not agree to be shown") if contact.name else ""
    if contact.consent_on is not None:
        return _("agreed on %(day)s") % {"day": formatting.full_day(contact.consent_on)}
    return _("agreed to be shown")


def _places(partner: Institution) -> tuple[LinkLine, ...]:
    found = Opportunity.objects.filter(hosts=partner, private_to__isnull=True).distinct()
    return tuple(
        LinkLine(
            str(each.title),
            url_for("portal:opportunity", each.slug)
            if each.status == PublicationStatus.PUBLISHED
            else "",
            ""
            if each.status == PublicationStatus.PUBLISHED
            else str(PublicationStatus(each.status).label),
        )
        for each in found.order_by("status", "slug")
    )


def _stays(reader: User, partner: Institution) -> tuple[tuple[LinkLine, ...], int]:
    """List the last stays there, of the students whom the reader may see."""
    found = (
        Stay.objects.visible_to(reader)
        .filter(hosts__institution=partner)
        .exclude(state=StayState.WITHDRAWN)
        .distinct()
    )
    shown = found.select_related("student").order_by("-starts_on", "-pk")[:MOST_STAYS]
    lines = tuple(
        LinkLine(
            str(each.student),
            reverse("office:stay", args=[each.uuid]),
            ", ".join(
                part
                for part in (
                    formatting.full_day(each.starts_on) if each.starts_on else "",
                    str(StayState(each.state).label),
                )
                if part
            ),
        )
        for each in shown
    )
    return lines, max(0, found.count() - MOST_STAYS)


def _reports(partner: Institution) -> tuple[LinkLine, ...]:
    found = (
        PublishedReport.objects.filter(
            opportunity__hosts=partner,
            opportunity__status=PublicationStatus.PUBLISHED,
            status=PublicationStatus.PUBLISHED,
        )
        .select_related("opportunity")
        .distinct()
        .order_by("-slug")
    )
    return tuple(
        LinkLine(
            str(each.title) or str(each.opportunity.title),
            url_for("portal:opportunity", each.opportunity.slug) + "#reports",
        )
        for each in found[:MOST_STAYS]
    )


def _likely(partner: Institution) -> tuple[LinkLine, ...]:
    found = []
    for pair in partners.likely_duplicates(partner):
        other = pair.other if pair.one.pk == partner.pk else pair.one
        found.append(
            LinkLine(
                str(other.name),
                reverse("office:partner-merge", args=[partner.slug, other.slug]),
                pair.why,
            )
        )
    return tuple(found)


def publish_words(count: int) -> str:
    """Say what was published."""
    return ngettext("%(count)d thing is public now.", "%(count)d things are public now.", count) % {
        "count": count
    }
