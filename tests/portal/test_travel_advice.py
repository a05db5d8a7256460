"""The travel advice of a country on its page, at its places and in the list of what fits."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils.html import escape

from sojourn.catalogue.models import Institution, Source, TravelAdvice
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot

pytestmark = pytest.mark.django_db
CUBA = "half-minor-global-health-cuba"
ADDRESS = "https://ministry.example/cuba"


def keep(today: dt.date, level: str, days_ago: int = 0) -> None:
    source = Source.objects.create(
        slug="advice-cuba", title="Advice for Cuba", url=ADDRESS, certainty="official"
    )
    TravelAdvice.objects.create(
        slug="cu", country="CU", level=level, checked_on=today - dt.timedelta(days=days_ago),
        source=source, note_en="The east is <b>worse</b>.", note_nl="In het oosten is het erger.",
    )  # fmt: skip
    publish_change()
    refresh_snapshot()


def shown(language: str, path: str) -> str:
    page = Client().get(f"/{language}/{path}").content.decode()
    return " ".join(page.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "We have not looked up the travel advice"), ("nl", "niet opgezocht")],
)
def test_where_nothing_is_known_the_page_says_where_to_look(
    leiden: Snapshot, language: str, said: str
) -> None:
    page = shown(language, "countries/CU/")
    assert said in page
    assert "https://www.nederlandwereldwijd.nl/reisadvies" in page
    assert "travel-advice" not in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said", "more"),
    [
        ("en", "Cuba: we have not looked up the Dutch travel advice", "More about Cuba</a>"),
        ("nl", "Cuba: we hebben het Nederlandse reisadvies niet opgezocht", "Meer over Cuba</a>"),
    ],
)
def test_a_place_says_that_nobody_looked_and_its_link_promises_no_answer(
    leiden: Snapshot, language: str, said: str, more: str
) -> None:
    page = shown(language, f"opportunities/{CUBA}/")
    assert said in page
    assert more in page
    assert "https://www.nederlandwereldwijd.nl/reisadvies" in page
    # Where somebody looked, it is not said; nor of the country one lives in.
    keep(leiden.built_on, "green")
    assert said not in shown(language, f"opportunities/{CUBA}/")
    assert "reisadvies niet" not in shown("nl", "opportunities/minor-global-health-rotterdam/")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "colour", "rule", "note"),
    [
        ("en", "Orange: travel there only if you must", "There is no exchange there", "The east"),
        ("nl", "Oranje: ga er alleen heen als het echt moet", "niet op uitwisseling", "oosten"),
    ],
)
def test_country_and_place_tell_colour_day_source_and_rule(
    leiden: Snapshot, language: str, colour: str, rule: str, note: str
) -> None:
    keep(leiden.built_on, "orange")
    for path in ("countries/CU/", f"opportunities/{CUBA}/"):
        page = shown(language, path)
        assert page.count(colour) == 1
        assert rule in page
        assert note in page
        assert ADDRESS in page
        assert str(leiden.built_on.year) in page
        assert "<b>worse</b>" not in page
    # Another country says nothing of it.
    assert colour not in shown(language, "countries/SE/")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "old"), [("en", "more than 30 days ago"), ("nl", "meer dan 30 dagen geleden")]
)
def test_an_old_look_is_told_and_an_old_green_reassures_nobody(
    leiden: Snapshot, language: str, old: str
) -> None:
    keep(leiden.built_on, "green", days_ago=31)
    for path in ("countries/CU/", f"opportunities/{CUBA}/"):
        page = shown(language, path)
        assert old in page
        assert re.search(r'notice warn"(?:(?!</div>).)*<p class="title">', page)


@pytest.mark.slow
def test_a_fresh_green_is_told_without_a_warning(leiden: Snapshot) -> None:
    keep(leiden.built_on, "green", days_ago=30)
    page = shown("en", "countries/CU/")
    assert "Green: no special safety risks." in page
    assert "days ago" not in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The Dutch travel advice for Cuba is red (checked"),
        ("nl", "Het Nederlandse reisadvies voor Cuba is rood (gecontroleerd op"),
    ],
)
def test_what_fits_says_why_not_yet_and_leads_to_the_advice(
    leiden: Snapshot, language: str, said: str
) -> None:
    keep(leiden.built_on, "red")
    page = shown(language, "plan/fit/")
    assert said in page
    assert f'href="/{language}/countries/CU/#h-safe"' in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "orange"),
    [
        ("en", "South Papua: orange. There is no exchange to that part."),
        ("nl", "Zuid-Papoea: oranje. Naar dat deel is er geen uitwisseling."),
    ],
)
def test_a_region_has_a_colour_of_its_own(leiden: Snapshot, language: str, orange: str) -> None:
    for path in ("countries/ID/", "opportunities/half-minor-indonesia-makassar/"):
        assert orange in shown(language, path), path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "reason", "title", "tag"),
    [
        ("en", "The Dutch travel advice for The <i>east</i> (Cuba) is orange (checked",
         "Dutch travel advice for The <i>east</i> (Cuba)", "Travel advice: orange"),
        ("nl", "Het Nederlandse reisadvies voor Het oosten (Cuba) is oranje (gecontroleerd op",
         "Nederlands reisadvies voor Het oosten (Cuba)", "Reisadvies: oranje"),
    ],
)  # fmt: skip
def test_where_the_region_has_a_colour_it_counts_everywhere(
    leiden: Snapshot, language: str, reason: str, title: str, tag: str
) -> None:
    keep(leiden.built_on, "yellow")
    advice = TravelAdvice.objects.get(country="CU")
    advice.regions.create(
        name_en="The <i>east</i>", name_nl="Het oosten", level="orange", codes=["CU-13"]
    )
    publish_change()
    refresh_snapshot()
    assert tag not in shown(language, "opportunities/?country=CU")
    assert escape(reason) not in shown(language, "plan/fit/")
    slug = leiden.records.opportunities[CUBA].hosts[0]
    Institution.objects.filter(slug=slug).update(region="CU-13")
    publish_change()
    refresh_snapshot()
    assert escape(reason) in shown(language, "plan/fit/")
    assert tag in shown(language, "opportunities/?country=CU")
    page = shown(language, f"opportunities/{CUBA}/")
    assert escape(title) in page
    assert ADDRESS in page
    client = Client()
    client.post(f"/{language}/plan/top-five/add/", {"place": CUBA})
    compared = client.get(f"/{language}/plan/compare/").content.decode()
    assert {"en": "Orange, read on", "nl": "Oranje, gelezen op"}[language] in compared


def test_a_host_without_places_is_in_no_list_and_says_where_one_can_go(leiden: Snapshot) -> None:
    for path in ("institutions/", "countries/ID/", "countries/JP/"):
        assert "0 places" not in shown("en", path)
    for path in ("institutions/", "countries/ID/"):
        assert 'href="/en/institutions/universitas-indonesia/"' not in shown("en", path)
    assert "There is no place to go in Japan at the moment." in shown("en", "countries/JP/")
    page = shown("en", "institutions/universitas-indonesia/")
    assert "There is no place to go here at the moment" in page
    assert 'href="/en/institutions/universitas-hasanuddin/"' in page
    # Who asks by name still finds it.
    assert "no place to go at the moment" in shown("en", "institutions/?q=universitas+indonesia")
