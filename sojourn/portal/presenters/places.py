"""Institutions as places on a map."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from sojourn.catalogue import names
from sojourn.catalogue.snapshot.types import Institution, Opportunity, Records
from sojourn.design import maps, parts
from sojourn.design.map_texts import map_texts
from sojourn.portal.presenters import addresses
from sojourn.portal.presenters.wording import page_language


def where(institution: Institution) -> str:
    """'Stockholm, Sweden'"""
    return f"{institution.city}, {names.country_name(institution.country, page_language())}"


def home(records: Records) -> maps.Place:
    institution = records.home
    return maps.Place(
        institution.slug,
        str(records.edition.home_city),
        institution.latitude,
        institution.longitude,
        country=institution.country,
    )


def place(institution: Institution, count: int = 0) -> maps.Place:
    """The institution under its city's name, leading to its page."""
    note = ngettext("%(count)d place to go", "%(count)d places to go", count) % {"count": count}
    return maps.Place(
        institution.slug,
        str(institution.city),
        institution.latitude,
        institution.longitude,
        addresses.institution(institution.slug),
        institution.country,
        f"{institution.name}, {note}" if count else str(institution.name),
    )


def hosts_of(records: Records, opportunities: Iterable[Opportunity]) -> list[maps.Place]:
    """Every host of these opportunities, once, with how many of them it has."""
    counts: dict[str, int] = {}
    for opportunity in opportunities:
        for slug in opportunity.hosts:
            counts[slug] = counts.get(slug, 0) + 1
    return [
        place(records.institutions[slug], count)
        for slug, count in counts.items()
        if slug in records.institutions and not records.institutions[slug].is_home
    ]


def crop(records: Records, institution: Institution) -> SafeString:
    """The picture on a card: the way from home to there."""
    return parts.drawn(maps.card_crop(home(records), place(institution), texts=map_texts()))
