"""How a stay is called."""

from __future__ import annotations

from sojourn.catalogue.names import country_name
from sojourn.common.languages import page_language
from sojourn.common.translated_fields import text_of
from sojourn.mobility.models import Stay, StayHost


def title_of(stay: Stay) -> str:
    """Return what the student does there: the title of the place, or what the office wrote."""
    found = text_of(stay.opportunity, "title") if stay.opportunity else ""
    return str(found) or stay.title


def where(host: StayHost) -> str:
    """Return 'Stockholm, Sweden', in the language of the page."""
    country = country_name(host.country, page_language())
    return ", ".join(part for part in (host.city, country) if part)


def hosts_of(stay: Stay) -> str:
    """Return all hosts: 'Karolinska Institutet, Stockholm, Sweden'."""
    return " · ".join(
        ", ".join(part for part in (host.name, where(host)) if part) for host in stay.hosts.all()
    )


def place_of(stay: Stay) -> str:
    """Return the place in a few words: title and first host."""
    host = next(iter(stay.hosts.all()), None)
    title = title_of(stay)
    if host is None or host.name in title:
        return title
    return f"{title}, {host.name}"
