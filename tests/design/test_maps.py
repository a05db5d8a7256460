"""Maps: whatever home and whatever places, the drawing is whole, safe and readable."""

from __future__ import annotations

import gzip
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sojourn.design import maps
from sojourn.design.maps import Box, Drawing, Marker, Place, Point
from sojourn.design.maps.globe import great_circle
from sojourn.design.maps.shapes import Floats
from sojourn.design.maps.view import NATURAL_EARTH, View
from tests.design.places import (
    APIA,
    AUCKLAND,
    BOSTON,
    EDINBURGH,
    EUROPE,
    FAR,
    HAVANA,
    HONOLULU,
    JAKARTA,
    LEIDEN,
    LONDON,
    PACIFIC,
    QUITO,
    STOCKHOLM,
    SUVA,
    TROMSO,
    place,
)

pytestmark = pytest.mark.slow

ALL = (*EUROPE, *FAR)
HOMES = (LEIDEN, AUCKLAND, SUVA, QUITO, HONOLULU, TROMSO, BOSTON)
SVG = "{http://www.w3.org/2000/svg}"


def world(home: Place, frame: maps.Frame = maps.WIDE) -> Drawing:
    places = [p for p in {*ALL, *PACIFIC, STOCKHOLM} if p != home]
    ordered = sorted(places, key=lambda p: p.id)
    return maps.world_map(home, ordered, frame=frame, more="/en/map/")


def tree(drawing: Drawing) -> etree._Element:
    # In a page the HTML parser knows the namespace; here we say it.
    svg = drawing.svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return etree.fromstring(svg.encode())


def all_markers(drawing: Drawing) -> tuple[Marker, ...]:
    return drawing.markers + (drawing.inset.markers if drawing.inset else ())


def inside(drawing: Drawing, point: Point) -> bool:
    return 0 <= point.x <= drawing.width and 0 <= point.y <= drawing.height


def every_drawing() -> Iterator[Drawing]:
    for home in (LEIDEN, AUCKLAND, SUVA):
        yield world(home)
        yield world(home, maps.NARROW)
        yield maps.region_map(home, ALL)
        yield maps.region_map(home, ALL, size=maps.NARROW_REGION)
        for goal in (EDINBURGH, APIA, JAKARTA, home):
            yield maps.card_crop(home, goal)
            yield maps.place_map(home, goal)
    for country in ("GB", "FR", "US", "RU", "FJ", "NZ", "NL", "CU"):
        yield maps.country_map(country, LEIDEN, ALL)


# --- Distances --------------------------------------------------------------------------------


def test_the_distance_agrees_with_a_published_geodesic() -> None:
    # Karney, "Algorithms for geodesics" (2013), table 2: WGS84, from 40° N 0° E along the
    # geodesic that starts at azimuth 30° for 10,000 km, to 41.79331020506° N 137.84490004377° E.
    a = place("A", 40.0, 0.0)
    b = place("B", 41.79331020506, 137.84490004377)
    assert maps.distance_km(a, b) == pytest.approx(10_000, abs=1e-6)


def test_a_quarter_of_the_equator_is_what_the_ellipsoid_says() -> None:
    # WGS84: a = 6378.137 km.
    a, b = place("A", 0, 0), place("B", 0, 90)
    assert maps.distance_km(a, b) == pytest.approx(math.pi / 2 * 6378.137, abs=0.001)


def test_distances_are_written_as_readers_write_them() -> None:
    english, dutch = maps.Texts(), maps.Texts(language="nl")
    assert maps.distance(LEIDEN, STOCKHOLM, english) == "1,160 km"
    assert maps.distance(LEIDEN, STOCKHOLM, dutch) == "1.160 km"
    near = place("Delft", 52.0, 4.37)
    assert maps.distance(LEIDEN, near, english) == "20 km"
    assert maps.distance(LEIDEN, LEIDEN, english) == ""


# --- Where things fall ------------------------------------------------------------------------


@pytest.mark.parametrize("home", HOMES, ids=lambda h: h.id)
@pytest.mark.parametrize("frame", [maps.WIDE, maps.NARROW], ids=lambda f: f.name)
def test_the_world_holds_home_and_every_place(home: Place, frame: maps.Frame) -> None:
    drawing = world(home, frame)
    assert drawing.home is not None
    assert inside(drawing, drawing.home)
    drawn = [p.id for marker in all_markers(drawing) for p in marker.places]
    expected = {p.id for p in (*ALL, *PACIFIC) if p != home}
    assert sorted(drawn) == sorted(expected), "each place once"
    for marker in all_markers(drawing):
        assert inside(drawing, marker.at), marker.places


@pytest.mark.parametrize("home", HOMES, ids=lambda h: h.id)
def test_routes_start_at_home_and_end_at_the_place(home: Place) -> None:
    drawing = world(home)
    ends = {p.id: marker.true for marker in drawing.markers for p in marker.places}
    assert drawing.home is not None
    for arc in drawing.arcs:
        first, last = arc.runs[0][0], arc.runs[-1][-1]
        assert math.dist((first.x, first.y), (drawing.home.x, drawing.home.y)) < 0.5
        end = ends[arc.place]
        # A marker of several stands in their middle.
        assert math.dist((last.x, last.y), (end.x, end.y)) < 14


def test_a_route_over_the_antimeridian_is_one_line_when_home_lies_there() -> None:
    drawing = maps.world_map(SUVA, [APIA, BOSTON, STOCKHOLM, place("Santiago", -33.4, -70.6)])
    for arc in drawing.arcs:
        assert len(arc.runs) == 1, arc.place
        for a, b in zip(arc.runs[0], arc.runs[0][1:], strict=False):
            assert abs(a.x - b.x) < 200, "no jump across the map"


@pytest.mark.parametrize(("start", "end"), [(140.0, -122.0), (-122.0, 140.0)])
def test_a_line_over_the_edge_of_the_map_goes_on_at_the_other_side(
    start: float, end: float
) -> None:
    whole = np.array([[-180.0, -60.0], [180.0, 60.0]])
    frame = Box(0, 0, 800, 400)
    view = View.fit_turned(NATURAL_EARTH, 0.0, whole, frame, frame)
    line = great_circle(place("A", 36, start), place("B", 38, end))
    first, second = view.runs(line)
    edge = 180.0 if start > 0 else -180.0
    lat = np.interp(edge % 360, *sorted_by_longitude(line))
    assert first[-1] == pytest.approx(_at(view, edge, lat), abs=0.1)
    assert second[0] == pytest.approx(_at(view, -edge, lat), abs=0.1)
    # Nothing is drawn twice and nothing is lost.
    assert len(first) + len(second) == len(line) + 2
    assert first[0] == pytest.approx(view.pixels(line[:1])[0])
    assert second[-1] == pytest.approx(view.pixels(line[-1:])[0])


def sorted_by_longitude(line: Floats) -> tuple[Floats, Floats]:
    around = line[np.argsort(line[:, 0] % 360)]
    return around[:, 0] % 360, around[:, 1]


def _at(view: View, lon: float, lat: float) -> Floats:
    # Just inside the edge: 180 and -180 are the same meridian to who asks with degrees.
    return view.pixels(np.array([[lon * 0.999999, lat]]))[0]


def test_no_land_is_smeared_across_the_map() -> None:
    # Russia and Fiji cross the antimeridian: uncut, they would leave lines as wide as the map.
    for home in (LEIDEN, SUVA):
        for step in re.findall(r"[lL ]?(-?\d*\.?\d+)[ -]", _land(world(home))):
            assert abs(float(step)) < 860
    drawing = maps.country_map("RU", LEIDEN, [])
    widest = max(_widths(drawing, "country"))
    assert widest < drawing.width - 30


def _land(drawing: Drawing) -> str:
    return "".join(path.get("d", "") for path in tree(drawing).iter(f"{SVG}path"))


def _widths(drawing: Drawing, name: str) -> Iterator[float]:
    """How long each horizontal-looking stroke of a shape is."""
    for path in tree(drawing).iter(f"{SVG}path"):
        if path.get("class") != name:
            continue
        numbers = r"-?(?:\d+\.\d+|\d+|\.\d+)"
        for subpath in path.get("d", "").split("z"):
            steps = subpath.partition("l")[2]
            found = [float(n) for n in re.findall(numbers, steps)]
            yield from (abs(dx) for dx in found[::2])


@settings(max_examples=40, deadline=None)
@given(
    st.floats(-70, 78),
    st.floats(-180, 180),
    st.lists(st.tuples(st.floats(-70, 78), st.floats(-180, 180)), max_size=8),
)
def test_any_home_and_any_places_make_a_sound_map(
    lat: float, lon: float, others: list[tuple[float, float]]
) -> None:
    home = place("Home", lat, lon)
    goals = [place(f"Place {i}", *other) for i, other in enumerate(others)]
    drawings = [
        maps.world_map(home, goals),
        maps.world_map(home, goals, frame=maps.NARROW),
        maps.region_map(home, goals),
        *(maps.card_crop(home, goal) for goal in goals[:2]),
        *(maps.place_map(home, goal) for goal in goals[:2]),
    ]
    for drawing in drawings:
        assert "nan" not in drawing.svg.lower().replace("nancy", "")
        assert "inf" not in drawing.svg
        tree(drawing)
    for drawing in drawings[:2]:
        assert sorted(p.id for m in all_markers(drawing) for p in m.places) == sorted(
            goal.id for goal in goals
        )
        for marker in all_markers(drawing):
            assert inside(drawing, marker.at)


@settings(max_examples=60, deadline=None)
@given(st.floats(-70, 78), st.floats(-180, 180), st.floats(-70, 78), st.floats(-180, 180))
def test_both_ends_of_a_card_are_in_the_picture(
    lat: float, lon: float, to_lat: float, to_lon: float
) -> None:
    crop = maps.card_crop(place("Home", lat, lon), place("There", to_lat, to_lon))
    assert crop.home is not None
    assert inside(crop, crop.home)
    assert inside(crop, crop.markers[0].at)


def test_a_stay_at_two_hosts_has_both_ways_in_its_picture() -> None:
    crop = maps.card_crop(LEIDEN, STOCKHOLM, EDINBURGH)
    assert crop.svg.count('class="route"') == 2
    assert {marker.places[0].id for marker in crop.markers} == {STOCKHOLM.id, EDINBURGH.id}
    assert all(inside(crop, marker.at) for marker in crop.markers)
    assert all(marker.label for marker in crop.markers)


# --- Close together ---------------------------------------------------------------------------


def test_two_places_at_one_spot_become_a_marker_with_their_number() -> None:
    twin = replace(EDINBURGH, id="twin", name="Edinburgh Napier")
    drawing = maps.world_map(LEIDEN, [EDINBURGH, twin, STOCKHOLM], more="/en/map/")
    assert drawing.inset is not None
    (both,) = [m for m in drawing.inset.markers if len(m.places) == 2]
    assert {p.id for p in both.places} == {"edinburgh", "twin"}
    (link,) = [a for a in tree(drawing).iter(f"{SVG}a") if a.get("href") == "/en/map/"]
    assert link.get("aria-label") == "Edinburgh +1, 2 places: Edinburgh, Edinburgh Napier"
    # By the addresses of its places a script finds those of somebody's list.
    assert set(link.get("data-at").split()) == {EDINBURGH.href, twin.href}
    assert "2" in link.xpath("string()")


def test_a_place_at_home_itself_is_drawn_beside_home() -> None:
    campus = place("Campus", LEIDEN.lat, LEIDEN.lon, "NL")
    for drawing in (
        maps.world_map(LEIDEN, [campus, STOCKHOLM, EDINBURGH]),
        maps.region_map(LEIDEN, [campus, STOCKHOLM]),
        maps.place_map(LEIDEN, campus),
    ):
        home = drawing.inset.home if drawing.inset else drawing.home
        assert home is not None
        (marker,) = [m for m in all_markers(drawing) if m.places == (campus,)]
        assert math.dist((marker.at.x, marker.at.y), (home.x, home.y)) > 10
        assert 'class="lead-line"' in drawing.svg


def test_markers_do_not_cover_each_other() -> None:
    for frame in (maps.WIDE, maps.NARROW):
        drawing = world(LEIDEN, frame)
        for group in (drawing.markers, drawing.inset.markers if drawing.inset else ()):
            spots = [m.at for m in group]
            for i, a in enumerate(spots):
                for b in spots[i + 1 :]:
                    assert math.dist((a.x, a.y), (b.x, b.y)) >= 10


def test_names_do_not_run_into_each_other_or_off_the_map() -> None:
    for drawing in (world(LEIDEN), world(LEIDEN, maps.NARROW), world(AUCKLAND), world(QUITO)):
        for group in (drawing.markers, drawing.inset.markers if drawing.inset else ()):
            boxes = [m.label.box for m in group if m.label]
            for i, box in enumerate(boxes):
                assert box.left >= 0
                assert box.right <= drawing.width
                for other in boxes[i + 1 :]:
                    assert box.overlap(other) == 0


def test_the_inset_hides_neither_home_nor_a_far_place() -> None:
    for frame in (maps.WIDE, maps.NARROW):
        drawing = world(LEIDEN, frame)
        inset = drawing.inset
        assert inset is not None
        assert drawing.home is not None
        for point in (drawing.home, *(m.at for m in drawing.markers)):
            assert math.dist((point.x, point.y), (inset.centre.x, inset.centre.y)) > inset.radius


def test_the_inset_enlarges() -> None:
    drawing = world(LEIDEN)
    inset = drawing.inset
    assert inset is not None
    by_name = {p.id: m.true for m in inset.markers for p in m.places}
    plain = maps.world_map(LEIDEN, [EDINBURGH])  # one place near: no inset
    assert plain.inset is None
    assert plain.home is not None
    in_inset = math.dist(_xy(by_name["edinburgh"]), _xy(inset.home))
    outside = math.dist(_xy(plain.markers[0].true), _xy(plain.home))
    assert in_inset > 1.8 * outside


def _xy(point: Point) -> tuple[float, float]:
    return point.x, point.y


def test_no_places_at_all_still_make_a_map_with_home() -> None:
    drawing = maps.world_map(LEIDEN, [])
    assert drawing.markers == ()
    assert ">Leiden</text>" in drawing.svg


# --- Countries and places ---------------------------------------------------------------------


def test_a_country_map_shows_its_own_places_only() -> None:
    drawing = maps.country_map("GB", LEIDEN, ALL, name="United Kingdom")
    shown = {p.id for m in drawing.markers for p in m.places}
    assert shown == {"edinburgh", "london", "oxford"}
    assert 'class="country"' in drawing.svg
    assert "Places in United Kingdom" in drawing.svg


def test_a_country_on_both_sides_of_the_antimeridian_stays_in_one_piece() -> None:
    drawing = maps.country_map("FJ", LEIDEN, [SUVA])
    assert [p.id for m in drawing.markers for p in m.places] == ["suva"]
    assert max(_widths(drawing, "country")) < drawing.width / 2


def test_a_country_without_a_shape_is_shown_by_its_places() -> None:
    drawing = maps.country_map("ZZ", LEIDEN, [place("Somewhere", 10, 10, "ZZ")])
    assert len(drawing.markers) == 1
    with pytest.raises(LookupError, match="ZZ"):
        maps.country_map("ZZ", LEIDEN, [])


def test_home_is_on_the_place_map_only_when_it_is_not_too_far() -> None:
    assert maps.place_map(LEIDEN, STOCKHOLM).home is not None
    assert maps.place_map(LEIDEN, HAVANA).home is None


def test_a_place_off_the_globe_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the globe"):
        place("Nowhere", 91, 0)


# --- Safe and small ---------------------------------------------------------------------------


def test_no_drawing_has_style_or_script() -> None:
    for drawing in every_drawing():
        for node in tree(drawing).iter():
            assert etree.QName(node).localname in {
                *("svg", "title", "path", "g", "a", "circle", "line", "text"),
            }
            for name in node.attrib:
                assert name != "style"
                assert not name.startswith("on")


def test_names_from_the_catalogue_are_escaped() -> None:
    evil = Place("x", '<script>alert("1")</script>', 48.0, 2.0, 'javascript:"><b>', "FR", "<i>")
    texts = maps.Texts(world='<b>"{home}')
    for drawing in (
        maps.world_map(replace(LEIDEN, name="<u>"), [evil, STOCKHOLM], texts=texts),
        maps.place_map(LEIDEN, evil),
        maps.country_map("FR", LEIDEN, [evil], name="<u>"),
    ):
        tree(drawing)
        assert "<script" not in drawing.svg
        assert "<b>" not in drawing.svg
        assert "<u>" not in drawing.svg


def test_a_card_crop_is_hidden_from_screen_readers_and_holds_no_link() -> None:
    crop = tree(maps.card_crop(LEIDEN, STOCKHOLM))
    assert crop.get("aria-hidden") == "true"
    assert not list(crop.iter(f"{SVG}a"))


def test_five_places_of_one_city_have_five_drawings() -> None:
    drawn = [maps.city_picture(LEIDEN, STOCKHOLM, number) for number in range(5)]
    assert len({one.svg for one in drawn}) == 5
    assert "59°N" in drawn[-1].svg
    for one in drawn:
        assert tree(one).get("aria-hidden") == "true"
        assert not list(tree(one).iter(f"{SVG}a"))


@pytest.mark.parametrize("goal", ALL, ids=lambda goal: goal.id)
def test_a_citys_drawing_shows_something_to_know_it_by(goal: maps.Place) -> None:
    svg = maps.city_picture(LEIDEN, goal).svg
    assert 'class="land"' in svg
    assert 'class="dot"' in svg or 'class="latitude"' in svg


def test_every_link_says_where_it_leads() -> None:
    drawing = world(LEIDEN)
    links = list(tree(drawing).iter(f"{SVG}a"))
    assert len(links) == len(all_markers(drawing))
    for link in links:
        spoken = link.get("aria-label")
        shown = [t.text for t in link.iter(f"{SVG}text") if t.get("class") != "count"]
        assert spoken
        # Who speaks to a computer says what he sees (WCAG 2.5.3).
        for text in shown:
            assert text in spoken


def test_a_map_has_a_name_of_its_own() -> None:
    root = tree(world(LEIDEN))
    title = root.find(f"{SVG}title")
    assert title is not None
    assert root.get("aria-labelledby") == title.get("id")
    assert title.text == "Where you can go from Leiden"
    narrow = tree(world(LEIDEN, maps.NARROW))
    assert narrow.get("aria-labelledby") != root.get("aria-labelledby"), "both are on one page"


def test_the_drawings_stay_small() -> None:
    def sent(drawing: Drawing) -> int:
        return len(gzip.compress(drawing.svg.encode(), 9))

    assert sent(maps.world_map(LEIDEN, ALL)) < 14_000
    assert sent(maps.world_map(LEIDEN, ALL, frame=maps.NARROW)) < 10_000
    for goal in ALL:
        assert sent(maps.card_crop(LEIDEN, goal)) < 4_000
        assert sent(maps.city_picture(LEIDEN, goal, 3)) < 4_000


def test_coordinates_have_at_most_one_decimal() -> None:
    for drawing in (world(LEIDEN), maps.card_crop(LEIDEN, LONDON)):
        assert not re.search(r"\d\.\d\d", drawing.svg)


def test_the_same_data_give_the_same_drawing() -> None:
    assert world(LEIDEN).svg == world(LEIDEN).svg


def test_threads_do_not_spoil_each_others_drawings() -> None:
    goals = [*ALL, *PACIFIC] * 4
    alone = [maps.card_crop(LEIDEN, goal).svg for goal in goals]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda goal: maps.card_crop(LEIDEN, goal).svg, goals))
    assert together == alone


def test_maps_need_no_django() -> None:
    program = "import sys, sojourn.design.maps; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
