"""The map page: the world, Europe, and the same places as a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import names
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.languages import page_language
from sojourn.design import components, maps
from sojourn.design.components import Cell
from sojourn.portal.catalogue.presenters import institutions
from sojourn.portal.shared import formatting, map_places, urls


@dataclass(frozen=True)
class WorldMapPage:
    description: str
    world: map_places.Picture
    world_narrow: map_places.Picture
    europe: map_places.Picture
    europe_narrow: map_places.Picture
    table: components.Table


def page(snapshot: Snapshot) -> WorldMapPage:
    records = snapshot.records
    open_hosts = [host for host in institutions.abroad(records) if host.opportunities]
    drawn = [
        map_places.place(host, len(host.opportunities))
        for host in open_hosts
        if map_places.is_on_map(host)
    ]
    countries = len({host.country for host in open_hosts})
    total = len(records.opportunities)
    description = _("%(places)s at %(hosts)s in %(countries)s.") % {
        "places": formatting.sentence_case(institutions.places_to_go(total)),
        "hosts": ngettext("%(count)d host", "%(count)d hosts", len(open_hosts))
        % {"count": len(open_hosts)},
        "countries": ngettext("%(count)d country", "%(count)d countries", countries)
        % {"count": countries},
    }
    return WorldMapPage(
        description=description,
        world=map_places.world(snapshot, drawn),
        world_narrow=map_places.world(snapshot, drawn, maps.NARROW),
        europe=map_places.europe(snapshot, drawn),
        europe_narrow=map_places.europe(snapshot, drawn, maps.NARROW_REGION),
        table=_table(records),
    )


def _table(records: Records) -> components.Table:
    language = page_language()
    shown = sorted(
        (host for host in institutions.abroad(records) if host.opportunities),
        key=lambda host: (names.country_name(host.country, language), str(host.name)),
    )
    return components.Table(
        caption=_("The same places as a table"),
        columns=(
            components.Column(_("Host")),
            components.Column(_("City")),
            components.Column(_("Country")),
            components.Column(_("Places"), numeric=True),
            components.Column(_("Distance"), numeric=True),
        ),
        rows=[
            [
                Cell(str(host.name), urls.institution(host.slug)),
                Cell(str(host.city)),
                Cell(names.country_name(host.country, language), urls.country(host.country)),
                Cell(str(len(host.opportunities))),
                Cell(formatting.distance(host.distance_km)),
            ]
            for host in shown
        ],
    )
