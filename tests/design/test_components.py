"""The components: what is unknown is said, nothing inline, every one documented and shown."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from lxml import etree, html

from sojourn.common.languages import Text
from sojourn.design import components, styleguide
from sojourn.design.styleguide import SampleForm

pytestmark = pytest.mark.slow

TEMPLATES = Path(styleguide.__file__).parent / "templates" / "design"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))


def guide(language: str = "en", **more: Any) -> str:
    with translation.override(language):
        context = {
            **styleguide.context(),
            "lang": language,
            "edition": {"short_name": "LUMC"},
            **more,
        }
        return render_to_string("design/styleguide.html", context)


def component(name: str, **context: Any) -> html.HtmlElement:
    return html.fragment_fromstring(
        render_to_string(f"design/components/{name}.html", context), create_parent="div"
    )


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def card() -> components.Card:
    return styleguide.sample_cards()[0]


# --- The page ---------------------------------------------------------------------------------


def test_a_name_in_another_language_is_marked_in_the_menu_until_it_is_translated() -> None:
    """The menu is drawn once for each name, and both of these are written alike."""
    marked = []
    for city in (Text({"en": "Leyden"}), Text({"en": "Leyden", "nl": "Leyden"})):
        page = html.fromstring(guide("nl", edition={"short_name": "Menu", "home_city": city}))
        (link,) = page.xpath("//nav//a[contains(., 'Leyden')]")
        marked.append(bool(link.xpath(".//span[@lang='en']")))
    assert marked == [True, False]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_nothing_is_inline(language: str) -> None:
    """Our content security policy allows no style and no script inside a page."""
    page = html.document_fromstring(guide(language))
    for element in page.iter(etree.Element):
        assert element.tag != "style"
        assert not (element.tag == "script" and element.text)
        for name, value in element.attrib.items():
            assert name != "style"
            assert not name.startswith("on")
            assert not str(value).startswith("javascript:")


def test_ids_are_not_used_twice() -> None:
    ids = re.findall(r'\sid="([^"]+)"', guide())
    assert len(ids) == len(set(ids))


def test_every_aria_reference_leads_somewhere() -> None:
    page = html.document_fromstring(guide())
    ids = set(page.xpath("//@id"))
    for name in ("aria-labelledby", "aria-describedby"):
        for value in page.xpath(f"//@{name}"):
            assert set(value.split()) <= ids, value


def test_the_page_says_its_language_and_offers_the_other() -> None:
    other = {"code": "en", "name": "English", "href": "/en/styleguide/"}
    page = html.document_fromstring(guide("nl", other_languages=[other]))
    assert page.get("lang") == "nl"
    (link,) = page.xpath('//a[@hreflang="en"]')
    assert (link.get("lang"), link.get("href"), link.text) == (
        "en",
        "/en/styleguide/",
        "English",
    )


def test_the_way_past_the_header_is_the_first_link() -> None:
    page = html.document_fromstring(guide())
    first = page.xpath("//body//a")[0]
    assert first.get("href") == "#main"
    assert page.get_element_by_id("main").tag == "main"


def test_only_one_navigation_link_is_current() -> None:
    page = html.document_fromstring(guide(section="map"))
    (current,) = page.xpath('//header//a[@aria-current="true"]')
    assert current.text == "Map"


def test_nothing_comes_from_elsewhere() -> None:
    page = html.document_fromstring(guide())
    for address in page.xpath("//link/@href | //script/@src | //img/@src"):
        assert address.startswith("/"), address


# --- Cards ------------------------------------------------------------------------------------


def test_a_card_shows_its_facts_in_the_fixed_order(card: components.Card) -> None:
    shown = component("card", card=card)
    assert [words(term) for term in shown.iter("dt")] == [
        *("When", "Credits", "Language", "You pay in total", "Seats", "Apply by"),
    ]
    (due,) = shown.iter("time")
    assert due.get("datetime") == "2027-02-07"


def test_a_card_leaves_out_what_is_not_known() -> None:
    shown = component("card", card=styleguide.sample_cards()[2])
    assert not list(shown.iter("dd"))
    assert not list(shown.iter("rect")), "no range is drawn where none is known"


def test_a_deadline_without_an_exact_day_is_still_told(card: components.Card) -> None:
    due = replace(card.due, value="in spring", day=None)
    shown = component("card", card=replace(card, due=due))
    assert "in spring" in words(shown)
    assert not list(shown.iter("time"))


def test_a_card_has_one_mark_however_much_of_it_is_an_example(card: components.Card) -> None:
    when, ects, language = card.facts
    sure = replace(card.due, example=False)
    plain = replace(card, costs_are_example=False, due=sure)
    assert "example" not in words(component("card", card=plain))

    def mark(fact: components.Fact) -> components.Fact:
        return replace(fact, example=True)

    for marked in (
        replace(plain, facts=(mark(when), ects, language)),
        replace(plain, facts=(mark(when), ects, mark(language))),
        replace(plain, costs_are_example=True, seats=mark(plain.seats)),
        replace(plain, due=mark(plain.due), is_example=True),
    ):
        shown = component("card", card=marked)
        assert len(shown.xpath(".//span[@class='example']")) == 1
        assert shown.xpath(".//p[@class='marks']/span[@class='example']")


def test_a_card_says_what_students_thought_with_how_many_they_are(card: components.Card) -> None:
    shown = component("card", card=card)
    (stars,) = shown.xpath(".//p[@class='stars']")
    assert words(stars).endswith("out of 5 in 2 reports")
    assert len(stars.xpath(".//circle[@class='full']")) == 4
    assert len(stars.xpath(".//path[@class='full']")) == 1, "the fifth dot is half"
    assert not component("card", card=replace(card, rating=None)).xpath(".//p[@class='stars']")


def test_a_card_is_one_link_with_its_title_as_name(card: components.Card) -> None:
    (link,) = component("card", card=card).iter("a")
    assert words(link) == card.title


def test_a_title_is_never_markup(card: components.Card) -> None:
    shown = component("card", card=replace(card, title="<b>x</b>", sentence="<i>y</i>"))
    assert "<b>x</b>" in words(shown)
    assert not list(shown.iter("i"))


# --- Ranges -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "typical", "high"),
    [
        (0, 0, 0),
        (1, 2, 3),
        (3900, 4900, 6400),
        (9000, 9000, 9000),
        (12000, 13000, 20000),
        (0, 1, 9e9),
    ],
)
def test_a_range_stays_in_its_drawing(low: float, typical: float, high: float) -> None:
    drawn = components.Range("", low, typical, high, 9000)
    x, width, middle = float(drawn.x), float(drawn.width), float(drawn.middle)
    assert x >= 3
    assert width >= 6
    assert x + width <= 117
    assert 4 <= middle <= 116


def test_a_dearer_range_lies_further_right() -> None:
    cheap, dear = (components.Range("", low, low + 500, low + 900, 9000) for low in (1000, 4000))
    assert float(cheap.x) < float(dear.x)
    assert cheap.width == dear.width


def test_a_range_without_a_scale_does_not_fail() -> None:
    assert components.Range("", 0, 0, 0, 0).middle == components.Range("", 0, 0, 0, 1).middle


# --- Pages, tables, forms ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "last", "expected"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (50, 99, [1, None, 48, 49, 50, 51, 52, None, 99]),
    ],
)
def test_pagination_shows_the_ends_and_the_neighbours(
    number: int, last: int, expected: list[int | None]
) -> None:
    pages = components.Pagination.of(number, last, lambda n: f"?page={n}")
    assert [link.number if link else None for link in pages.links] == expected
    assert [link.number for link in pages.links if link and link.current] == [number]
    assert pages.previous == (f"?page={number - 1}" if number > 1 else "")
    assert pages.next == (f"?page={number + 1}" if number < last else "")


def test_a_single_page_needs_no_pagination() -> None:
    shown = component("pagination", pagination=components.Pagination.of(1, 1, str))
    assert words(shown) == ""


def test_a_table_names_its_rows_and_columns() -> None:
    shown = component("table", table=styleguide.sample_table())
    assert [words(cell) for cell in shown.xpath('.//th[@scope="row"]')] == [
        "Edinburgh",
        "Stockholm",
    ]
    assert all(cell.get("data-label") for cell in shown.iter("td"))
    (sorted_column,) = shown.xpath(".//th[@aria-sort]")
    assert sorted_column.get("aria-sort") == "ascending"


def test_a_table_with_a_row_too_short_is_a_mistake() -> None:
    table = replace(styleguide.sample_table(), rows=[[components.Cell("alone")]])
    with pytest.raises(ValueError, match="shorter"):
        table.lines  # noqa: B018


def test_a_mistake_is_told_at_the_top_and_at_the_field() -> None:
    form = SampleForm({"name": "Sam", "email": "sam@", "level": "bachelor"})
    form.is_valid()
    summary = component("error-summary", form=form)
    (link,) = summary.iter("a")
    assert link.get("href") == "#id_email"
    shown = component("field", field=form["email"])
    (entry,) = shown.iter("input")
    assert entry.get("aria-invalid") == "true"
    described = (entry.get("aria-describedby") or "").split()
    ids = {element.get("id") for element in shown.iter() if element.get("id")}
    assert described
    assert set(described) <= ids
    assert "wrong" in shown.find("div").get("class").split()


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert words(component("error-summary", form=SampleForm())) == ""


def test_what_may_be_left_open_says_so() -> None:
    form = SampleForm()
    assert "(optional)" in words(component("field", field=form["study"]))
    assert "(optional)" not in words(component("field", field=form["name"]))


def test_a_step_of_the_road_is_current() -> None:
    shown = component("road", current="appointment", done=["find", "top-five"], city="Leiden")
    steps = list(shown.iter("li"))
    assert len(steps) == 6
    assert [i for i, step in enumerate(steps) if step.get("aria-current") == "step"] == [2]
    assert [i for i, step in enumerate(steps) if step.get("class") == "done"] == [0, 1]


def test_a_source_is_told_with_its_year_and_day() -> None:
    shown = component("source", sources=styleguide.context()["sources"])
    assert "2024, checked 24 November 2026" in words(shown)


# --- The guide --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.stem)
def test_every_component_says_what_it_needs(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert "{% comment %}" in source.split("<")[0]


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.stem)
def test_every_component_is_in_the_style_guide(path: Path) -> None:
    used = "".join(
        p.read_text(encoding="utf-8") for p in (TEMPLATES / "styleguide.html", *COMPONENTS)
    )
    assert f'"design/components/{path.name}"' in used or f"{{% {path.stem} " in used


def test_every_class_in_the_components_is_styled_or_known() -> None:
    css = (Path(styleguide.__file__).parent / "static" / "design" / "sojourn.css").read_text()
    styled = set(re.findall(r"\.([a-z][a-z-]*)", css))
    page = html.document_fromstring(guide())
    classes = {name for value in page.xpath("//@class") for name in value.split()}
    # For those who write tests and scripts; they have no look of their own.
    unstyled = {"picture", "ask", "seats", "due", "info"}
    assert classes - unstyled <= styled
