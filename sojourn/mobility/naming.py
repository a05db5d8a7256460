"""How a stay is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sojourn.catalogue.names import country_name
from sojourn.common.languages import page_language
from sojourn.common.translated_fields import text_of
from sojourn.mobility.models import Stay


class Host(Protocol):
    """What names a host: its row (`StayHost`), or what a list read of that."""

    @property
    def name(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def country(self) -> str: ...


def title_of(stay: Stay) -> str:
    """Return what the student does there: the title of the place, or what the office wrote."""
    found = text_of(stay.opportunity, "title") if stay.opportunity else ""
    return str(found) or stay.title


def where(host: Host) -> str:
    """Return 'Stockholm, Sweden', in the language of the page."""
    country = country_name(host.country, page_language())
    return ", ".join(part for part in (host.city, country) if part)


def hosts_of(stay: Stay) -> str:
    """Return all hosts: 'Karolinska Institutet, Stockholm, Sweden'."""
    return named(stay.hosts.all())


def named(hosts: Iterable[Host]) -> str:
    """Return hosts in a line, each with its place."""
    return " · ".join(
        ", ".join(part for part in (host.name, where(host)) if part) for host in hosts
    )


def place_of(stay: Stay) -> str:
    """Return the place in a few words: title and first host."""
    host = next(iter(stay.hosts.all()), None)
    title = title_of(stay)
    if host is None or host.name in title:
        return title
    return f"{title}, {host.name}"
