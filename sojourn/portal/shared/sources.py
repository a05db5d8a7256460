"""Where a fact comes from, as the source component shows it."""

from __future__ import annotations

from collections.abc import Iterable

from sojourn.catalogue.snapshot.types import Provenance, Source
from sojourn.design import components


def shown(source: Source) -> components.Source:
    return components.Source(
        title=source.title,
        publisher=source.publisher,
        url=source.url,
        year=source.year,
        checked_on=source.checked_on,
    )


def of_fact(provenance: Provenance) -> components.Source | None:
    return shown(provenance.source) if provenance.source else None


def fact(text: str, provenance: Provenance) -> components.Fact:
    """Return a fact that shows its source beside it."""
    return components.Fact("", text, example=provenance.is_example, source=of_fact(provenance))


def of_entry(sources: Iterable[Source]) -> tuple[components.Source, ...]:
    return tuple(shown(source) for source in sources)


def of_page(*groups: Iterable[Source | None]) -> tuple[components.Source, ...]:
    """Every source that a page rests on, once each."""
    found: dict[str, Source] = {}
    for group in groups:
        for source in group:
            if source is not None:
                found.setdefault(source.slug, source)
    return of_entry(found.values())
