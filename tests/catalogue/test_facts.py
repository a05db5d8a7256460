"""What is declared of a place once is there in the edition, the snapshot and the API."""

from __future__ import annotations

import dataclasses

import pytest

from sojourn.api.resources import opportunities as api
from sojourn.catalogue import models
from sojourn.catalogue.choices import CostItem, RatingCriterion
from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.tables import TABLE_OF
from sojourn.catalogue.snapshot import types as records
from sojourn.portal.shared import facts


@pytest.mark.parametrize("fact", models.Opportunity.FACTS)
def test_an_optional_fact_of_a_place_is_known_everywhere(fact: str) -> None:
    parts = models.Opportunity.FACTS[fact]
    columns = {field.name for field in models.Opportunity._meta.get_fields()}
    assert {*parts, f"{fact}_source", f"{fact}_is_example"} <= columns
    assert fact in schema.Opportunity.model_fields
    assert {f"{fact}_source", f"{fact}_is_example"} < set(TABLE_OF[models.Opportunity].groups[fact])
    record = records.facts_of(records.Opportunity)[fact]
    assert len(dataclasses.fields(record)) == len(parts) + 1  # and where it comes from
    assert fact in api.Opportunity.model_fields


def test_every_optional_fact_of_a_place_is_shown_on_its_page_and_in_the_comparison() -> None:
    shown = {one.field for one in (*facts.IN_SHORT, facts.SEATS, facts.APPLICANTS)} - {""}
    of_their_own = {"selection", "counts_as"}  # texts of their own on the page
    assert shown | of_their_own == set(models.Opportunity.FACTS)


def test_no_other_record_of_a_place_has_a_source_of_its_own() -> None:
    assert set(records.facts_of(records.Opportunity)) == set(models.Opportunity.FACTS)


def test_the_edition_knows_every_cost_item_and_rating() -> None:
    assert set(schema.PaidCosts.model_fields) == set(CostItem.values)
    assert set(schema.Ratings.model_fields) == set(RatingCriterion.values)
