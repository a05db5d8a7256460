"""Published answers are read like every other part of the catalogue."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from sojourn.catalogue.models import Opportunity, PublicationStatus, PublishedAnswer
from sojourn.catalogue.services import withdraw
from sojourn.catalogue.snapshot.service import refresh_snapshot
from tests.api.answers import PLACE, publish_an_answer

pytestmark = pytest.mark.usefixtures("leiden")


def read(path: str) -> Any:
    answer = Client().get(path)
    assert answer.status_code == 200, answer.content[:300]
    return json.loads(answer.content)


def test_without_any_the_list_is_empty() -> None:
    assert read("/api/v1/answers")["results"] == []


@pytest.mark.slow
def test_it_is_listed_and_read_in_both_languages() -> None:
    made = publish_an_answer()
    (listed,) = read("/api/v1/answers?lang=nl")["results"]
    entry = read(f"/api/v1/answers/{made.slug}?lang=nl")
    assert listed == entry
    assert entry["question"]["text"] == "Mag ik een hond meenemen?"
    assert entry["text"] == {
        "text": "Geen **dieren**.", "en": "No **animals**.", "nl": "Geen **dieren**.",
    }  # fmt: skip
    assert (entry["about_kind"], entry["about"]["slug"]) == ("opportunity", PLACE)
    assert entry["checked_on"] == "2026-11-02"
    page = urlsplit(entry["page"])
    text = Client().get(page.path).content.decode()
    assert f'id="{page.fragment}"' in text


@pytest.mark.slow
def test_its_opportunity_leads_to_it() -> None:
    made = publish_an_answer()
    (named,) = read(f"/api/v1/opportunities/{PLACE}")["answers"]
    assert read(urlsplit(named["url"]).path)["slug"] == made.slug


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "count"),
    [(f"opportunity={PLACE}", 1), ("opportunity=other", 0), ("guide=costs", 0)],
)
def test_it_is_found_by_what_it_is_about(query: str, count: int) -> None:
    publish_an_answer()
    assert read(f"/api/v1/answers?{query}")["count"] == count


@pytest.mark.slow
def test_what_is_known_is_not_sent_again_until_it_changes() -> None:
    made = publish_an_answer()
    way = f"/api/v1/answers/{made.slug}"
    known = {"if-none-match": Client().get(way)["ETag"]}
    assert Client().get(way, headers=known).status_code == 304
    withdraw(PublishedAnswer.objects.filter(status=PublicationStatus.PUBLISHED))
    refresh_snapshot()
    assert Client().get(way, headers=known).status_code == 410
    assert read(f"/api/v1/opportunities/{PLACE}")["answers"] == []


@pytest.mark.slow
def test_what_was_taken_off_is_gone_what_never_was_is_not_found() -> None:
    made = publish_an_answer()
    draft = PublishedAnswer.objects.get()
    draft.pk, draft.slug, draft.status = None, "not-yet", PublicationStatus.DRAFT
    draft.save()
    withdraw(PublishedAnswer.objects.filter(slug=made.slug))
    refresh_snapshot()
    for slug, status in ((made.slug, 410), ("not-yet", 404), ("no-such-answer", 404)):
        answer = Client().get(f"/api/v1/answers/{slug}")
        assert answer.status_code == status, slug
        assert json.loads(answer.content)["status"] == status


@pytest.mark.slow
def test_an_answer_whose_page_is_withdrawn_is_gone_with_it() -> None:
    made = publish_an_answer()
    withdraw(Opportunity.objects.filter(slug=PLACE))
    refresh_snapshot()
    assert Client().get(f"/api/v1/answers/{made.slug}").status_code == 410
