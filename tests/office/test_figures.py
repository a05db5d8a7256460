"""Figures are checked off in rows: what is right or changed gets today's date, and only that."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from sojourn.catalogue.models import CostLine, ExchangeRate, Grant, TravelAdvice
from sojourn.people.models import AuditEvent
from tests.support.accounts import account

pytestmark = pytest.mark.usefixtures("leiden")

HERE = "/en/office/figures/"


@pytest.fixture
def office(leiden: object) -> Client:
    client = Client()
    client.force_login(account("coordinator@example.org", "coordinator"))
    return client


def sent(client: Client, query: str) -> tuple[dict[str, str], dict[str, int]]:
    """Return what a browser sends, and the number of each row by its key."""
    page = html.fromstring(client.get(f"{HERE}{query}").content.decode())
    form = page.xpath("//form[contains(@class, 'figures')]")[0]
    data = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
    rows = {data[name]: int(name.split("-")[0]) for name in data if name.endswith("-key")}
    return data, rows


def days() -> dict[str, dt.date | None]:
    lines = {
        f"cost:{slug}": day for slug, day in CostLine.objects.values_list("slug", "checked_on")
    }
    grants = {f"grant:{slug}": day for slug, day in Grant.objects.values_list("slug", "checked_on")}
    advice = {
        f"advice:{slug}": day
        for slug, day in TravelAdvice.objects.values_list("slug", "checked_on")
    }
    return lines | grants | advice


@pytest.mark.parametrize("query", ["?which=all", "?which=all&kind=grant"])
def test_saving_the_rows_as_they_are_changes_nothing(office: Client, query: str) -> None:
    before, rates = days(), ExchangeRate.objects.count()
    data, _rows = sent(office, query)
    assert office.post(f"{HERE}{query}", data).status_code == 302
    assert days() == before
    assert ExchangeRate.objects.count() == rates
    assert not AuditEvent.objects.filter(action__startswith="figure.").exists()


def test_a_tick_moves_the_day_of_that_figure_alone(office: Client) -> None:
    line = CostLine.objects.exclude(source=None).order_by("slug")[0]
    query = "?which=all&kind=cost&q=" + "+".join(str(line.get_item_display()).split())
    CostLine.objects.filter(pk=line.pk).update(checked_on=dt.date(2020, 1, 1))
    before = days()
    data, rows = sent(office, query)
    office.post(f"{HERE}{query}", data | {f"{rows[f'cost:{line.slug}']}-right": "on"})
    assert {key for key, day in days().items() if day != before[key]} == {f"cost:{line.slug}"}
    assert days()[f"cost:{line.slug}"] == timezone.localdate()
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id) == ("figure.checked", str(line.pk))


def test_a_new_value_moves_the_day_and_says_from_what_to_what(office: Client) -> None:
    line = CostLine.objects.exclude(source=None).order_by("slug")[0]
    CostLine.objects.filter(pk=line.pk).update(checked_on=dt.date(2020, 1, 1))
    query = "?kind=cost"
    data, rows = sent(office, query)
    number = rows[f"cost:{line.slug}"]
    high = line.high + 100
    answer = office.post(f"{HERE}{query}", data | {f"{number}-high": f"{high:f}"})
    assert answer.status_code == 302
    line.refresh_from_db()
    assert (line.high, line.checked_on) == (high, timezone.localdate())
    details = AuditEvent.objects.get(action="figure.changed").details
    assert details["was"]["high"] != details["now"]["high"] == f"{high:f}"


def test_what_cannot_be_stays_typed_and_the_other_rows_are_kept(office: Client) -> None:
    one, other = CostLine.objects.exclude(source=None).order_by("slug")[:2]
    CostLine.objects.filter(pk__in=[one.pk, other.pk]).update(checked_on=dt.date(2020, 1, 1))
    query = "?kind=cost"
    data, rows = sent(office, query)
    bad, good = rows[f"cost:{one.slug}"], rows[f"cost:{other.slug}"]
    answer = office.post(f"{HERE}{query}", data | {f"{bad}-low": "much", f"{good}-right": "on"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "“much” is not a number." in text
    assert 'value="much"' in text
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.checked_on, other.checked_on) == (dt.date(2020, 1, 1), timezone.localdate())


def test_a_second_editor_sees_what_the_first_one_wrote(office: Client) -> None:
    line = CostLine.objects.exclude(source=None).order_by("slug")[0]
    CostLine.objects.filter(pk=line.pk).update(checked_on=dt.date(2020, 1, 1))
    query = "?kind=cost"
    data, rows = sent(office, query)
    number = rows[f"cost:{line.slug}"]
    CostLine.objects.filter(pk=line.pk).update(high=line.high + 7)
    answer = office.post(f"{HERE}{query}", data | {f"{number}-high": f"{line.high + 1:f}"})
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile" in answer.content.decode()
    line.refresh_from_db()
    assert line.checked_on == dt.date(2020, 1, 1)


def test_other_travel_advice_says_from_when_and_whom_it_touches(office: Client) -> None:
    advice = TravelAdvice.objects.filter(regions__isnull=False).order_by("country")[0]
    query = "?which=all&kind=advice"
    data, rows = sent(office, query)
    number = rows[f"advice:{advice.slug}"]
    changed = {f"{number}-level": "red", f"{number}-region-0": "red"}
    answer = office.post(f"{HERE}{query}", data | changed, follow=True)
    text = answer.content.decode()
    assert "counts from today. It touches: nobody who applied or is away." in text
    advice.refresh_from_db()
    assert (advice.level, advice.checked_on) == ("red", timezone.localdate())
    assert advice.regions.order_by("position")[0].level == "red"  # type: ignore[attr-defined]
    # A page of the advice is its source: without one nothing is kept.
    data, rows = sent(office, query)
    answer = office.post(f"{HERE}{query}", data | {f"{rows[f'advice:{advice.slug}']}-source": ""})
    assert answer.status_code == 422


def test_a_rate_that_is_looked_at_is_one_of_today(office: Client) -> None:
    rate = ExchangeRate.objects.create(
        slug="cup-2025-01-02",
        currency="CUP",
        valid_on=dt.date(2025, 1, 2),
        per_euro=24,
        certainty="official",
        is_example=True,
    )
    query = "?which=all&kind=rate"
    data, rows = sent(office, query)
    number = rows[f"rate:{rate.slug}"]
    office.post(f"{HERE}{query}", data | {f"{number}-per_euro": "31.5", f"{number}-right": "on"})
    made = ExchangeRate.objects.get(currency=rate.currency, valid_on=timezone.localdate())
    assert made.per_euro == Decimal("31.5")
    assert ExchangeRate.objects.filter(pk=rate.pk).exists()
