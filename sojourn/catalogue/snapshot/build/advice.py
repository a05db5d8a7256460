"""Guides, and questions that were answered for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn.catalogue import markdown, models
from sojourn.catalogue.snapshot.build.reading import Reading, slugs
from sojourn.catalogue.snapshot.types import Answer, Guide, Institution, Opportunity
from sojourn.common.languages import Text


def _html(body: Text) -> Text:
    return body.map(markdown.render)


def read_guides(reading: Reading) -> dict[str, Guide]:
    keys = reading.shown(models.Guide)
    through: Any = models.Guide.related.through
    related = reading.pairs(through, "from_guide_id", "to_guide_id")
    query = reading.published(models.Guide).order_by("position", "slug")
    return {
        fields["slug"]: Guide(
            **fields, html=_html(fields["text"]), related=slugs(related.get(row.pk, ()), keys)
        )
        for row, fields in reading.rows(query, Guide)
    }


def read_answers(
    reading: Reading,
    institutions: Mapping[str, Institution],
    opportunities: Mapping[str, Opportunity],
    guides: Mapping[str, Guide],
) -> dict[str, Answer]:
    """Read those whose page is shown."""
    found = {}
    query = reading.published(models.PublishedAnswer).order_by("created_at", "slug")
    pages = (
        ("opportunity", opportunities), ("institution", institutions), ("guide", guides),
    )  # fmt: skip
    columns = {kind: f"{kind}__slug" for kind, _ in pages}
    for row, fields in reading.rows(query, Answer, *columns.values()):
        for kind, entries in pages:
            slug = getattr(row, columns[kind])
            if slug in entries:
                found[fields["slug"]] = Answer(
                    **fields, html=_html(fields["text"]), page=(kind, slug)
                )
                break
    return found
