"""Maps drawn as SVG from local shapes: no tile server, no third party, no Django.

home = Place("leiden", "Leiden", 52.166, 4.478)
drawing = world_map(home, places, texts=Texts(language="nl", ...), more="/nl/map/")
drawing.svg, drawing.markers, drawing.inset
"""

from sojourn.design.maps.card import card_crop
from sojourn.design.maps.city import city_picture
from sojourn.design.maps.globe import distance_km
from sojourn.design.maps.model import (
    NARROW,
    WIDE,
    Arc,
    Box,
    Drawing,
    Frame,
    Inset,
    Label,
    Marker,
    Place,
    Point,
    Texts,
)
from sojourn.design.maps.regions import NARROW_REGION, REGION, country_map, place_map, region_map
from sojourn.design.maps.svg_writer import distance
from sojourn.design.maps.world import NEAR_KM, world_map

__all__ = [
    "NARROW",
    "NARROW_REGION",
    "NEAR_KM",
    "REGION",
    "WIDE",
    "Arc",
    "Box",
    "Drawing",
    "Frame",
    "Inset",
    "Label",
    "Marker",
    "Place",
    "Point",
    "Texts",
    "card_crop",
    "city_picture",
    "country_map",
    "distance",
    "distance_km",
    "place_map",
    "region_map",
    "world_map",
]
