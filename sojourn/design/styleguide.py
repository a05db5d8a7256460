"""The style guide: every component once, with sample data that is marked as such."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sojourn.design import components, maps
from sojourn.design.components import Cell, Column, Rating, Table
from sojourn.design.map_texts import map_texts


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)
    email = forms.EmailField(label="Email address", help_text="We only use it to answer you.")
    study = forms.ChoiceField(
        label="What do you study?",
        choices=[("bms", "Biomedical Sciences"), ("med", "Medicine")],
        required=False,
    )
    level = forms.ChoiceField(
        label="Level",
        choices=[("bachelor", "Bachelor"), ("master", "Master")],
        widget=forms.RadioSelect,
    )


_ASKED = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
HOME = maps.Place("home", "Leiden", 52.166, 4.478)
PLACES = (
    maps.Place("stockholm", "Stockholm", 59.348, 18.024, "#stockholm", "SE"),
    maps.Place("edinburgh", "Edinburgh", 55.945, -3.189, "#edinburgh", "GB"),
    maps.Place("bordeaux", "Bordeaux", 44.827, -0.603, "#bordeaux", "FR"),
    maps.Place("jakarta", "Jakarta", -6.195, 106.849, "#jakarta", "ID"),
    maps.Place("havana", "Havana", 23.137, -82.381, "#havana", "CU"),
    maps.Place("heidelberg", "Heidelberg", 49.418, 8.67, "#heidelberg", "DE"),
    maps.Place("moshi", "Moshi", -3.335, 37.34, "#moshi", "TZ"),
    maps.Place("london", "London", 51.524, -0.134, "#london", "GB"),
    maps.Place("helsinki", "Helsinki", 60.19, 24.906, "#helsinki", "FI"),
)


def _city(number: int) -> SafeString:
    return components.drawn(maps.city_picture(HOME, PLACES[number]))


def _short(when: str, ects: str, language: str) -> tuple[components.Fact, ...]:
    return (
        components.Fact("When", when, unknown="not fixed"),
        components.Fact("Credits", ects, unknown="not known"),
        components.Fact("Language", language, unknown="not known"),
    )


def sample_cards() -> list[components.Card]:
    """Return a full one, a long one, and one of which little is known."""
    return [
        components.Card(
            href="#one",
            title="Sample: a semester at Karolinska Institutet",
            where="Stockholm, Sweden",
            institution="Karolinska Institutet",
            picture=_city(0),
            city="Stockholm",
            distance="1,160 km",
            rating=components.Stars(4.5, "2 reports"),
            standing=SafeString('<p class="verdict good">Possible, from August 2027</p>'),
            like_home=SafeString(
                '<p class="like-home"><span class="unit">Courses: </span>5 of 8 like Leiden</p>'
            ),
            facts=_short("Sep to Jan, year 2", "30 ECTS", "English"),
            costs=components.Range("€3,900 to 6,400", 3900, 4900, 6400, 9000),
            costs_are_example=True,
            seats=components.Fact("Seats", "10"),
            due=components.Fact("Apply by", "7 Feb", example=True, day=date(2027, 2, 7)),
            lead="Very like home:",
            sentence="26 of your 30 ECTS are covered, immunology and physiology among them.",
            preferred=True,
        ),
        components.Card(
            href="#two",
            title="Voorbeeld: wetenschapsstage infectieziekten en internationale "
            "gezondheidszorgwetenschappen in Havana",
            where="Havana, Cuba",
            picture=_city(4),
            city="Havana",
            distance="7,800 km",
            facts=_short(
                "Sep to Nov, year 3",
                "15 ECTS",
                "English, Spanish A2, French, Portuguese B1, German",
            ),
            costs=components.Range("€12,700 to 14,800", 12700, 13000, 14800, 9000),
            seats=components.Fact("Seats", "12"),
            due=components.Fact("Apply by", "1 Mar", day=date(2027, 3, 1)),
            lead="Spanish A2 by September:",
            sentence="about 90 more hours, 4 a week from now.",
            is_example=True,
        ),
        components.Card(
            href="#three",
            title="Sample: a place of which little is known",
            where="Edinburgh, United Kingdom",
            picture=_city(1),
            city="Edinburgh",
            distance="650 km",
            facts=_short("", "", ""),
            seats=components.Fact("Seats", "", unknown="not known"),
            due=components.Fact("Apply by", "", unknown="no date yet"),
            sentence="Ask the coordinator what is possible.",
        ),
    ]


def sample_table() -> Table:
    return Table(
        caption="Sample places",
        columns=(
            Column("Place", href="#sort", sorted="ascending"),
            Column("Country"),
            Column("Credits", numeric=True),
        ),
        rows=[
            [
                Cell("Edinburgh", "#edinburgh"),
                Cell("United Kingdom"),
                Cell("15"),
            ],
            [
                Cell("Stockholm", "#stockholm"),
                Cell("Sweden"),
                Cell("30"),
            ],
        ],
    )


def context() -> dict[str, Any]:
    texts = map_texts()
    form = SampleForm({"name": "Sam", "email": "sam@", "study": "bms"})
    return {
        "cards": sample_cards(),
        "hero": maps.world_map(HOME, PLACES, texts=texts),
        "hero_narrow": maps.world_map(HOME, PLACES, texts=texts, frame=maps.NARROW),
        "region": maps.region_map(HOME, PLACES, texts=texts),
        "country": maps.country_map("GB", HOME, PLACES, name="United Kingdom", texts=texts),
        "place": maps.place_map(HOME, PLACES[5], texts=texts),
        "form": form,
        "fields": [form[name] for name in form.fields],
        "facts": [
            components.Fact("When", "September to January"),
            components.Fact("Credits", "30 ECTS"),
            components.Fact("Language", "English", "#language"),
            components.Fact("Seats", "10", example=True),
        ],
        "range": components.Range("€3,900 to 6,400", 3900, 4900, 6400, 9000),
        "table": sample_table(),
        "narrow": (
            components.Narrow("Everyone", "#everyone", on=True, count=12),
            components.Narrow("Medicine", "#medicine", on=False, count=5),
        ),
        "pagination": components.Pagination.of(6, 14, lambda n: f"?page={n}"),
        "crumbs": [
            components.Crumb("Places", "#places"),
            components.Crumb("Sweden", "#sweden"),
            components.Crumb("Karolinska Institutet"),
        ],
        "ways": [components.Loosen("Search in all countries", "#all", 7)],
        "sources": [
            components.Source(
                "LUMC Global: Education",
                "LUMC Global",
                "https://example.org/",
                2024,
                date(2026, 11, 24),
            )
        ],
        "report": components.Report(
            "Sample: winter in the north",
            "A Biomedical Sciences student, autumn 2025, 20 weeks",
            format_html("<p>{}</p>", "What a returned student tells stands here, in paragraphs."),
            "Book a room early.",
            (
                Rating("Teaching", 5),
                Rating("City", 4),
                Rating("Housing", 2),
            ),
            example=True,
        ),
        "conversation": [
            components.Message("Anna", False, _ASKED, "How many places are there?", number=1),
            components.Message(
                "The office",
                True,
                _ASKED + timedelta(hours=3),
                "Ten, in two groups.",
                (components.FileLink("the-round.pdf", "#file", "PDF, 80 kB"),),
                number=2,
            ),
        ],
        "done": ["find", "top-five"],
    }


def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "design/styleguide.html", context())
