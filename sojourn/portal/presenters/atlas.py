"""The map page: the world, Europe, and the same places as a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import names
from sojourn.catalogue.snapshot.holder import Snapshot
from sojourn.catalogue.snapshot.types import Records
from sojourn.design import maps, parts
from sojourn.portal.presenters import addresses, hosts, places, wording


@dataclass(frozen=True)
class Page:
    description: str
    world: places.Picture
    world_narrow: places.Picture
    europe: places.Picture
    europe_narrow: places.Picture
    table: parts.Table


def page(snapshot: Snapshot) -> Page:
    records = snapshot.records
    open_hosts = [host for host in hosts.abroad(records) if host.opportunities]
    drawn = [places.place(host, len(host.opportunities)) for host in open_hosts]
    countries = len({host.country for host in open_hosts})
    total = len(records.opportunities)
    description = _("%(places)s at %(hosts)s in %(countries)s.") % {
        "places": wording.sentence_case(hosts.places_to_go(total)),
        "hosts": ngettext("%(count)d host", "%(count)d hosts", len(open_hosts))
        % {"count": len(open_hosts)},
        "countries": ngettext("%(count)d country", "%(count)d countries", countries)
        % {"count": countries},
    }
    return Page(
        description=description,
        world=places.world(snapshot, drawn),
        world_narrow=places.world(snapshot, drawn, maps.NARROW),
        europe=places.europe(snapshot, drawn),
        europe_narrow=places.europe(snapshot, drawn, maps.NARROW_REGION),
        table=_table(records),
    )


def _table(records: Records) -> parts.Table:
    language = wording.page_language()
    shown = sorted(
        (host for host in hosts.abroad(records) if host.opportunities),
        key=lambda host: (names.country_name(host.country, language), str(host.name)),
    )
    return parts.Table(
        caption=_("The same places as a table"),
        columns=(
            parts.Column(_("Host")),
            parts.Column(_("City")),
            parts.Column(_("Country")),
            parts.Column(_("Places"), numeric=True),
            parts.Column(_("Distance"), numeric=True),
        ),
        rows=[
            [
                parts.Cell(str(host.name), addresses.institution(host.slug)),
                parts.Cell(str(host.city)),
                parts.Cell(
                    names.country_name(host.country, language), addresses.country(host.country)
                ),
                parts.Cell(str(len(host.opportunities))),
                parts.Cell(wording.distance(host.distance_km)),
            ]
            for host in shown
        ],
    )
