"""Institutions as places on a map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from sojourn.catalogue import names
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Institution, Opportunity, Records
from sojourn.common.languages import page_language
from sojourn.design import maps
from sojourn.design.map_texts import map_texts
from sojourn.portal.shared import urls
from sojourn.portal.shared.formatting import listed


def where(institution: Institution) -> str:
    """Name city and country: 'Stockholm, Sweden'."""
    return f"{institution.city}, {names.country_name(institution.country, page_language())}"


def where_of(records: Records, opportunity: Opportunity) -> str:
    """'Stockholm, Sweden'; 'Heidelberg and Stockholm' for a stay that has more than one host."""
    hosts = [records.institutions[slug] for slug in opportunity.hosts]
    cities = list(dict.fromkeys(str(host.city) for host in hosts))
    return where(hosts[0]) if len(cities) == 1 else listed(cities)


def named_with_place(name: str, institution: Institution) -> str:
    """For a window's title: 'KU Leuven, Belgium', with nothing said twice."""
    city, country = str(institution.city), names.country_name(institution.country, page_language())
    if country in name:
        return name
    return ", ".join([name, country] if city in name else [name, city, country])


def home(records: Records) -> maps.Place:
    institution = records.home
    latitude, longitude = _position(institution)
    return maps.Place(
        institution.slug,
        str(records.edition.home_city),
        latitude,
        longitude,
        country=institution.country,
    )


def is_on_map(institution: Institution) -> bool:
    """Tell whether it is known where it is; the database holds that of home it is."""
    return institution.latitude is not None


def _position(institution: Institution) -> tuple[float, float]:
    if institution.latitude is None or institution.longitude is None:
        raise LookupError(institution.slug)
    return institution.latitude, institution.longitude


def place(institution: Institution, count: int = 0) -> maps.Place:
    """Return an institution that is on the map: its city's name, leading to its page."""
    note = ngettext("%(count)d place to go", "%(count)d places to go", count) % {"count": count}
    latitude, longitude = _position(institution)
    return maps.Place(
        institution.slug,
        str(institution.city),
        latitude,
        longitude,
        urls.institution(institution.slug),
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
        if slug in records.institutions
        and not records.institutions[slug].is_home
        and is_on_map(records.institutions[slug])
    ]


@dataclass(frozen=True)
class Picture:
    """A map, ready for a template."""

    svg: SafeString


# Drawing a map takes 3 to 120 ms and depends on places alone, so drawings outlive the snapshot:
# an edit that moves no place redraws nothing. Some 10 kB each.
KEPT_DRAWINGS = 1_500


@lru_cache(maxsize=KEPT_DRAWINGS)
def _crop(home: maps.Place, there: tuple[maps.Place, ...], language: str) -> SafeString:
    return _safe(maps.card_crop(home, *there, texts=_texts(language)))


@lru_cache(maxsize=KEPT_DRAWINGS)
def _city(home: maps.Place, there: maps.Place, number: int) -> SafeString:
    return _safe(maps.city_picture(home, there, number))


@lru_cache(maxsize=KEPT_DRAWINGS)
def _near(home: maps.Place, there: maps.Place, language: str) -> SafeString:
    return _safe(maps.place_map(home, there, texts=_texts(language)))


@lru_cache(maxsize=64)
def _world(
    home: maps.Place, there: tuple[maps.Place, ...], frame: maps.Frame, more: str, language: str
) -> SafeString:
    return _safe(maps.world_map(home, there, texts=_texts(language), frame=frame, more=more))


@lru_cache(maxsize=64)
def _region(
    home: maps.Place, there: tuple[maps.Place, ...], size: tuple[int, int], more: str, language: str
) -> SafeString:
    return _safe(maps.region_map(home, there, texts=_texts(language), size=size, more=more))


@lru_cache(maxsize=256)
def _country(
    code: str, home: maps.Place, there: tuple[maps.Place, ...], name: str, language: str
) -> SafeString:
    return _safe(maps.country_map(code, home, there, name=name, texts=_texts(language)))


def _texts(language: str) -> maps.Texts:
    with translation.override(language):
        return map_texts()


def _safe(drawing: maps.Drawing) -> SafeString:
    return mark_safe(drawing.svg)  # noqa: S308 (the drawing escapes every name in it)


def crop(snapshot: Snapshot, hosts: Iterable[str]) -> SafeString:
    """Return the picture on a card: the way from home to each city that has a host of the stay."""
    found = [snapshot.records.institutions[slug] for slug in hosts]
    found = [each for each in found if is_on_map(each)]
    if not found:
        return SafeString("")
    cities = {(each.latitude, each.longitude): each for each in reversed(found)}
    there = tuple(place(each) for each in reversed(cities.values()))
    return _crop(home(snapshot.records), there, page_language())


def picture(snapshot: Snapshot, opportunity: Opportunity) -> SafeString:
    """Return the drawing of a place's city: another one for each place of one host."""
    host = snapshot.records.institutions[opportunity.hosts[0]]
    there = host.opportunities
    number = there.index(opportunity.slug) if opportunity.slug in there else len(there)
    return picture_of(snapshot, host, number)


def picture_of(snapshot: Snapshot, institution: Institution, number: int = 0) -> SafeString:
    """Return a drawing of an institution's city; none where it is on no map."""
    if not is_on_map(institution):
        return SafeString("")
    return _city(home(snapshot.records), place(institution), number)


def world(
    snapshot: Snapshot, destinations: list[maps.Place], frame: maps.Frame = maps.WIDE
) -> Picture:
    """Return the whole world with these places on it."""
    language = page_language()
    return Picture(
        _world(home(snapshot.records), tuple(destinations), frame, urls.world(), language)
    )


def europe(
    snapshot: Snapshot, destinations: list[maps.Place], size: tuple[int, int] = maps.REGION
) -> Picture:
    """Return what is around home. Cities drawn as one lead to the table beside it."""
    language = page_language()
    return Picture(_region(home(snapshot.records), tuple(destinations), size, "#h-table", language))


def country(snapshot: Snapshot, code: str, name: str, hosts: list[Institution]) -> Picture | None:
    """Return its map; nothing where neither its shape nor the place of a host is known."""
    there = tuple(place(host) for host in hosts if is_on_map(host))
    try:
        return Picture(_country(code, home(snapshot.records), there, name, page_language()))
    except LookupError:
        return None


def near(snapshot: Snapshot, institution: Institution) -> Picture | None:
    """Where the institution is; nothing where it is on no map."""
    if not is_on_map(institution):
        return None
    return Picture(_near(home(snapshot.records), place(institution), page_language()))
