"""What the catalogue knows for plans: grants, hours of learning, steps before departure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build import build_records
from sojourn.catalogue.snapshot.snapshot import Snapshot

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_the_snapshot_tells_a_grant_as_its_file_does(leiden: Snapshot) -> None:
    grant = leiden.records.grants["erasmus-travel"]
    assert (grant.pays, grant.year, grant.certainty) == ("once", 2025, "official")
    assert {"SE", "TR", "NO"} <= grant.countries
    assert not {"GB", "CH", "NL"} & grant.countries
    assert (grant.days_min, grant.days_max) == (60, 360)
    assert grant.sources[0].slug == "daad-travel-2025"
    green = [(a.km_min, a.typical) for a in grant.amounts if a.statement == "green_travel"]
    assert green == [(10, 56), (100, 285), (500, 417), (2000, 535), (3000, 785)]
    assert [q.decides for q in grant.questions] == ["amount"]


def test_every_grant_has_a_source_and_no_amount_is_made_up(leiden: Snapshot) -> None:
    for grant in leiden.records.grants.values():
        assert grant.sources, grant.slug
        assert grant.name["nl"]
        assert grant.because["nl"]
        assert grant.because["en"]
    # Nobody published this, so nothing is there.
    assert leiden.records.grants["erasmus-international-near"].amounts == ()


def test_each_erasmus_country_is_in_one_group(leiden: Snapshot) -> None:
    groups = [
        leiden.records.grants[f"erasmus-support-group-{n}"].countries
        for n in ("1", "1-since-2024", "2", "3")
    ]
    together = frozenset.union(*groups)
    assert sum(len(group) for group in groups) == len(together)
    assert together == leiden.records.grants["erasmus-travel"].countries


def test_hours_of_learning_are_those_of_the_two_tables(leiden: Snapshot) -> None:
    hours = leiden.records.learning_hours
    assert (hours["guided-b2"].low, hours["guided-b2"].high) == (500, 600)
    assert "sv" in hours["fsi-category-1"].languages
    assert hours["fsi-category-1"].provenance.source is not None
    assert hours["fsi-category-1"].checked_on == dt.date(2026, 11, 24)


def test_steps_are_sourced_or_marked_as_examples(leiden: Snapshot) -> None:
    steps = leiden.records.preparation
    assert steps["vaccinations"].sources
    assert not steps["vaccinations"].is_example
    assert all(step.sources or step.is_example for step in steps.values())
    assert set(steps["hear-result"].before) <= set(steps)


def test_a_withdrawn_grant_is_gone(leiden: Snapshot) -> None:
    models.Grant.objects.filter(slug="lustra-plus").update(status="withdrawn")
    assert "lustra-plus" not in build_records().grants


def test_the_database_holds_what_a_form_would_refuse(leiden: Snapshot) -> None:
    grant = models.Grant.objects.get(slug="lustra-plus")
    euros = Decimal(100)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.GrantAmount.objects.create(grant=grant, low=euros, typical=euros, high=50)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.LearningHours.objects.create(
            slug="x", measure="guided_hours", level="", low=1, high=2, certainty="official"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        models.PreparationStep.objects.filter(slug="visa").update(weeks_min=9, weeks_max=2)
