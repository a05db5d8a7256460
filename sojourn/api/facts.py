"""Optional facts in the API: each has the shape of its record, with where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, Field, create_model

from sojourn.api.reading import Reading
from sojourn.api.shapes import LocalText, LocalTexts, ProvenanceOut
from sojourn.catalogue.snapshot import types as records
from sojourn.common.languages import Text
from sojourn.common.pydantic_fields import with_fields

M = TypeVar("M", bound=BaseModel)
SHAPES: dict[Any, Any] = {
    Text: LocalText,
    records.TextList: LocalTexts,
    records.Provenance: ProvenanceOut,
}


@cache
def _shape_of(kind: type[Any]) -> type[BaseModel]:
    """Return the shape of a fact; the note at each field of the record describes it."""
    parts: dict[str, Any] = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        plain, *notes = get_args(hint) if hasattr(hint, "__metadata__") else (hint,)
        description = notes[0] if notes else "Where this comes from."
        parts[name] = (SHAPES.get(plain, plain), Field(description=description))
    return create_model(f"{kind.__name__}Out", __doc__=kind.__doc__, **parts)


def with_facts_of(record: type[Any], *names: str) -> Callable[[type[M]], type[M]]:
    """Give a shape a field for each optional fact of the record, or for those named."""

    return with_fields(
        {
            name: (_shape_of(kind) | None, Field(description=kind.__doc__))
            for name, kind in records.facts_of(record).items()
            if not names or name in names
        }
    )


def facts(record: Any, reading: Reading, *names: str) -> dict[str, Any]:
    """Return the optional facts of a record, or those named."""
    return {
        name: _filled(getattr(record, name), reading)
        for name in records.facts_of(type(record))
        if not names or name in names
    }


def _filled(fact: Any, reading: Reading) -> BaseModel | None:
    if fact is None:
        return None
    kind: Any = type(fact)
    parts = {}
    for name in get_type_hints(kind):
        value = getattr(fact, name)
        shape = SHAPES.get(type(value))
        parts[name] = shape.of(value, reading) if shape else value
    return _shape_of(kind)(**parts)
