"""Institutions as places on a map."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from sojourn.catalogue import names
from sojourn.catalogue.snapshot.holder import Snapshot
from sojourn.catalogue.snapshot.types import Institution, Opportunity, Records
from sojourn.design import maps
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


@dataclass(frozen=True)
class Picture:
    """A map that was drawn once for each snapshot and language."""

    svg: SafeString


def kept(snapshot: Snapshot, kind: str, of: str, draw: Callable[[], maps.Drawing]) -> Picture:
    """Drawing a map takes up to 70 ms, a page may take two: draw it once."""
    svg = snapshot.fragments.get(kind, of, page_language(), lambda: draw().svg)
    return Picture(mark_safe(svg))  # noqa: S308 (the drawing escapes every name in it)


def crop(snapshot: Snapshot, institution: Institution) -> SafeString:
    """The picture on a card: the way from home to there."""
    return kept(
        snapshot,
        "crop",
        institution.slug,
        lambda: maps.card_crop(home(snapshot.records), place(institution), texts=map_texts()),
    ).svg


def world(
    snapshot: Snapshot, destinations: list[maps.Place], frame: maps.Frame = maps.WIDE
) -> Picture:
    """The whole world with these places on it."""
    return kept(
        snapshot,
        f"world-{frame.name}",
        "|".join(f"{place.id} {place.note}" for place in destinations),
        lambda: maps.world_map(
            home(snapshot.records),
            destinations,
            texts=map_texts(),
            frame=frame,
            more=addresses.world(),
        ),
    )


def europe(snapshot: Snapshot, destinations: list[maps.Place]) -> Picture:
    """What lies around home."""
    return kept(
        snapshot,
        "europe",
        "",
        lambda: maps.region_map(home(snapshot.records), destinations, texts=map_texts()),
    )


def country(snapshot: Snapshot, code: str, name: str, hosts: list[Institution]) -> Picture:
    return kept(
        snapshot,
        "country",
        code,
        lambda: maps.country_map(
            code,
            home(snapshot.records),
            [place(host) for host in hosts],
            name=name,
            texts=map_texts(),
        ),
    )


def near(snapshot: Snapshot, institution: Institution) -> Picture:
    """Where the institution lies."""
    return kept(
        snapshot,
        "place",
        institution.slug,
        lambda: maps.place_map(home(snapshot.records), place(institution), texts=map_texts()),
    )
