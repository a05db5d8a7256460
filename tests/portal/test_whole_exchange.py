"""A whole exchange counts as a whole: the stretch at home first, its courses second."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.translation import override

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning import top_five
from sojourn.planning.models import Plan
from sojourn.portal.shared import formatting, whole

pytestmark = pytest.mark.django_db
KI, EDINBURGH, LEUVEN = (
    "karolinska-biomedicine-semester", "half-minor-edinburgh", "ku-leuven-bachelor-internship",
)  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "language", "said"),
    [
        (KI, "en", "Counts as your semester: 30 of 30 ECTS, as in 2024"),
        (KI, "nl", "Telt als je semester: 30 van de 30 ECTS, zoals in 2024"),
        (EDINBURGH, "en", "Counts as your half minor: 15 of 15 ECTS"),
        (EDINBURGH, "nl", "Telt als je halve minor: 15 van de 15 ECTS"),
    ],
)
def test_it_names_the_stretch_at_home_and_its_credits(
    leiden: Snapshot, slug: str, language: str, said: str
) -> None:
    with override(language):
        found = whole.of_place(leiden.records, leiden.records.opportunities[slug])
        assert found is not None
        assert found.text.replace(formatting.NO_BREAK, " ") == said
    assert found.source is not None
    assert not found.example


def test_where_nobody_says_so_nothing_is_said(leiden: Snapshot) -> None:
    assert whole.of_place(leiden.records, leiden.records.opportunities[LEUVEN]) is None


def test_what_counts_is_never_more_than_the_stretch_at_home(leiden: Snapshot) -> None:
    place = replace(leiden.records.opportunities[KI], ects=Decimal("37.5"))
    with override("en"):
        found = whole.of_place(leiden.records, place)
    assert found is not None
    assert found.detail.startswith("30 of 30")


@pytest.mark.slow
def test_it_comes_before_the_courses_wherever_the_place_is_shown(
    client: Client, leiden: Snapshot
) -> None:
    client.post("/en/plan/profile/", {"programme": "biomedical-sciences-bsc", "year": "1"})
    plan = Plan.objects.get()
    for slug in (KI, EDINBURGH):
        top_five.add(plan, slug)

    def page(path: str) -> str:
        return client.get(f"/en/{path}").content.decode().replace(formatting.NO_BREAK, " ")

    for path in (f"opportunities/{KI}/", "plan/top-five/", "plan/fit/", f"plan/courses/{KI}/"):
        shown = page(path)
        assert "Counts as your semester" in shown, path
        assert "30 of 30 ECTS, as in 2024" in shown, path
    place = page(f"opportunities/{KI}/")
    assert place.index('id="whole"') < place.index('id="costs"')
    if 'id="like-home"' in place:
        assert place.index('id="whole"') < place.index('id="like-home"')
    compared = page("plan/compare/")
    assert "Your semester, 30 of 30 ECTS, as in 2024" in compared
    assert compared.index("Counts at home as") < compared.index("Costs, before grants")
