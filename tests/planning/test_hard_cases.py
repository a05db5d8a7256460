"""Lists that nobody thinks of: countries everywhere, a place that was withdrawn, no profile."""

from __future__ import annotations

import pytest
from django.test import Client

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot

pytestmark = pytest.mark.django_db
CUBA, BORDEAUX = "half-minor-global-health-cuba", "half-minor-bordeaux"
PAGES = ("", "fit/", "top-five/", "compare/", "share/", "dates/", "data/", "data/export.json")
LANGUAGES = ("en", "nl")


def with_list(*keys: str) -> Client:
    client = Client()
    for key in keys:
        client.post("/en/plan/top-five/add/", {"place": key})
    return client


def withdraw(slug: str) -> None:
    models.Opportunity.objects.filter(slug=slug).update(status="withdrawn")
    models.CatalogueVersion.objects.update(number=99)
    refresh_snapshot()


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_five_countries_and_no_profile(leiden: Snapshot, language: str) -> None:
    client = with_list("SE", "CU", "FR", "GB", "NO")
    for page in PAGES:
        assert client.get(f"/{language}/plan/{page}").status_code == 200, page
    dates = client.get(f"/{language}/plan/dates/").content.decode()
    says = "A country has no dates of its own" if language == "en" else "Een land heeft zelf geen"
    assert dates.count(says) == 5
    compare = client.get(f"/{language}/plan/compare/").content.decode()
    # "Differs by place" in every column is not the same for all.
    row = compare.split("</tr>")[2]
    assert ("differs by place" if language == "en" else "verschilt per plek") in row
    assert 'class="tag"' not in row


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withdrawn_place_stays_on_the_list_and_is_called_so(
    leiden: Snapshot, language: str
) -> None:
    client = with_list(CUBA, BORDEAUX, "CU")
    withdraw(CUBA)
    for page in PAGES:
        assert client.get(f"/{language}/plan/{page}").status_code == 200, page
    for page in ("costs", "language", "courses"):
        answer = client.get(f"/{language}/plan/{page}/{CUBA}/")
        assert answer.status_code == 410, page
    gone = "no longer offered" if language == "en" else "niet meer aangeboden"
    for page in ("top-five/", "compare/", "dates/"):
        assert gone in client.get(f"/{language}/plan/{page}").content.decode(), page
