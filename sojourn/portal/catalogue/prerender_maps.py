"""Draws the maps of the pages that are opened first, before anybody opens them."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.design import maps
from sojourn.portal.shared import map_places

# A faculty has some dozens of hosts; a catalogue of thousands draws the rest when asked.
HOSTS_AHEAD = 200


def draw_maps(snapshot: Snapshot) -> None:
    """Return the home page's map and the crops of the cards, in every language of the site."""
    records = snapshot.records
    hosts = dict.fromkeys(opportunity.hosts for opportunity in records.opportunities.values())
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            destinations = map_places.hosts_of(records, records.opportunities.values())
            if len(destinations) <= HOSTS_AHEAD:
                for frame in (maps.WIDE, maps.NARROW):
                    map_places.world(snapshot, destinations, frame)
            for together in list(hosts)[:HOSTS_AHEAD]:
                map_places.crop(snapshot, together)
            for opportunity in list(records.opportunities.values())[:HOSTS_AHEAD]:
                map_places.picture(snapshot, opportunity)
