"""Questions that were answered for everybody, on the page they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from sojourn.catalogue.snapshot.types import Answer, Records
from sojourn.portal.shared import formatting


@dataclass(frozen=True)
class Answered:
    anchor: str
    question: str
    html: SafeString
    checked_on: str
    example: bool


def on_page(records: Records, kind: str, slug: str) -> tuple[Answered, ...]:
    """Those of an opportunity, an institution or a guide, in the order in which they came."""
    return tuple(_shown(answer) for answer in records.answers_on(kind, slug))


def _shown(answer: Answer) -> Answered:
    return Answered(
        anchor=f"answer-{answer.slug}",
        question=str(answer.question),
        # Rendered and cleaned when the snapshot was built.
        html=mark_safe(str(answer.html)),  # noqa: S308
        checked_on=formatting.day(answer.checked_on),
        example=answer.is_example,
    )
