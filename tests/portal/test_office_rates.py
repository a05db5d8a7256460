"""A cost in a currency that the European Central Bank leaves out, on the pages."""

from __future__ import annotations

import datetime as dt
import io

import pypdf
import pytest
from django.test import Client

from sojourn.catalogue import models
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot

pytestmark = pytest.mark.django_db
CUBA = "half-minor-global-health-cuba"


@pytest.fixture
def room_in_pesos(leiden: Snapshot) -> None:
    models.CostLine.objects.filter(opportunity__slug=CUBA, item="housing").delete()
    models.CostLine.objects.create(
        slug="room-in-pesos", opportunity=models.Opportunity.objects.get(slug=CUBA),
        item="housing", per="once", low=2500, typical=5000, high=7500, currency="CUP", year=2026,
        certainty="estimate", is_example=True,
    )  # fmt: skip
    publish_change()


@pytest.mark.slow
def test_without_a_rate_the_line_is_not_known(room_in_pesos: None) -> None:
    costs = refresh_snapshot().records.opportunities[CUBA].costs
    assert costs is not None
    assert "room-in-pesos" not in {line.slug for line in costs.lines}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "converted from CUP at the rate of 2 November 2026 that our office entered, "
                "because the European Central Bank has none"
            ),
        ),
        (
            "nl",
            (
                "omgerekend uit CUP tegen de koers van 2 november 2026 die ons bureau heeft "
                "ingevuld, omdat de Europese Centrale Bank er geen heeft"
            ),
        ),
    ],
)
def test_the_pages_name_the_offices_rate_its_day_and_source(
    room_in_pesos: None, language: str, said: str
) -> None:
    source = models.Source.objects.create(
        slug="bank-of-cuba", title="Daily rates of the bank", certainty="official"
    )
    models.ExchangeRate.objects.create(
        slug="cup-2026-11-02", currency="CUP", per_euro=25, valid_on=dt.date(2026, 11, 2),
        certainty="official", source=source,
    )  # fmt: skip
    publish_change()
    records = refresh_snapshot().records
    costs = records.opportunities[CUBA].costs
    assert costs is not None
    (line,) = [line for line in costs.lines if line.slug == "room-in-pesos"]
    assert (line.low, line.typical, line.high) == (100, 200, 300)
    assert line.office_rate is records.exchange_rates["cup-2026-11-02"]
    client = Client()
    for path in (f"opportunities/{CUBA}/", f"plan/costs/{CUBA}/"):
        page = client.get(f"/{language}/{path}").content.decode()
        assert said in page.replace("Omgerekend", "omgerekend")
        assert "Daily rates of the bank" in page
    pdf = client.get(f"/{language}/plan/costs/{CUBA}.pdf").content
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "Daily rates of the bank" in " ".join(text.split())
