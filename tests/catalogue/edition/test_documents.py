"""What the catalogue holds, in the words of a file: nothing is lost on the way there and back."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn.catalogue import models
from sojourn.catalogue.edition.documents import MODEL_OF, document_of
from sojourn.catalogue.edition.entries import (
    problems_of,
    rows_of_document,
    with_ids,
    write_document,
)
from sojourn.catalogue.edition.tables import TABLE_OF, Slugs
from sojourn.catalogue.models import EntryKind

pytestmark = pytest.mark.usefixtures("leiden")

KINDS = list(EntryKind.values)


def held(kind: str, slug: str) -> dict[str, Any]:
    model = MODEL_OF[kind]
    key = model._default_manager.get(slug=slug).pk
    values = TABLE_OF[model].held(Slugs(), [key])[key]
    if kind == EntryKind.OPPORTUNITY:
        lines = models.CostLine.objects.filter(opportunity__slug=slug)
        table = TABLE_OF[models.CostLine]
        values["costs"] = {
            line.slug: table.held(Slugs(), [line.pk])[line.pk] for line in lines.order_by("slug")
        }
    return values


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_is_whole_and_says_what_its_rows_hold(kind: str) -> None:
    slugs = list(MODEL_OF[kind]._default_manager.values_list("slug", flat=True))
    assert slugs
    for slug in slugs:
        document = document_of(kind, slug)
        assert document is not None
        assert problems_of(kind, document) == (), slug
        assert with_ids(kind, document) == document, slug
        made = {
            (row.model, row.slug): TABLE_OF[row.model].values_of(row)
            for row in rows_of_document(kind, document)
        }
        now = held(kind, slug)
        costs = now.pop("costs", {})
        assert made.pop((MODEL_OF[kind], slug)) == now, slug
        assert {name: values for (_model, name), values in made.items()} == costs, slug


def test_writing_what_is_there_changes_nothing() -> None:
    for kind in KINDS:
        for slug in MODEL_OF[kind]._default_manager.values_list("slug", flat=True)[:12]:
            document = document_of(kind, slug)
            assert document is not None
            assert write_document(kind, document, None) == ()
            assert document_of(kind, slug) == document


def test_a_place_without_a_source_is_no_fact() -> None:
    document = document_of(EntryKind.OPPORTUNITY, "karolinska-biomedicine-semester")
    assert document is not None
    del document["sources"]
    document["seats"] = {"number": "12"}
    paths = {problem.path for problem in problems_of(EntryKind.OPPORTUNITY, document)}
    assert paths == {()}
    document["sources"] = ["mfls-study-abroad"]
    paths = {problem.path for problem in problems_of(EntryKind.OPPORTUNITY, document)}
    assert paths == {("seats",)}


def test_what_the_document_does_not_touch_stays_as_somebody_else_wrote_it() -> None:
    kind, slug = EntryKind.OPPORTUNITY, "karolinska-biomedicine-semester"
    base = document_of(kind, slug)
    assert base is not None
    models.Opportunity.objects.filter(slug=slug).update(seats=11)
    draft = {**base, "ects": "28"}
    assert write_document(kind, draft, base) == ("ects",)
    place = models.Opportunity.objects.get(slug=slug)
    assert (place.seats, place.ects) == (11, 28)


def test_rows_that_leave_a_place_are_removed_and_new_ones_get_an_id() -> None:
    kind, slug = EntryKind.OPPORTUNITY, "karolinska-biomedicine-semester"
    base = document_of(kind, slug)
    assert base is not None
    line = {
        "line": "travel", "per": "once", "low": "1", "typical": "2", "high": "3", "year": "2026",
        "certainty": "estimate", "example": True,
    }  # fmt: skip
    draft = with_ids(
        kind,
        {
            **base,
            "deadlines": [
                *base["deadlines"][1:],
                {"kind": "other", "date": "2027-03-01", "example": True},
            ],
            "costs": [line, {**line, "low": "0"}],
        },
    )
    assert problems_of(kind, draft) == ()
    write_document(kind, draft, base)
    place = models.Opportunity.objects.get(slug=slug)
    assert place.deadlines.count() == len(base["deadlines"])
    assert not models.Deadline.objects.filter(slug=f"{slug}-{base['deadlines'][0]['id']}").exists()
    assert models.CostLine.objects.filter(opportunity=place).count() == 2
    again = document_of(kind, slug)
    assert again is not None
    write_document(kind, {name: value for name, value in again.items() if name != "costs"}, again)
    assert not models.CostLine.objects.filter(opportunity=place).exists()
