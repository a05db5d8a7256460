"""Entries of the catalogue in the API: the fields of a schema are filled from a record.

A field that the record has under the same name is filled by itself, as the schema's annotation
says: a text in every language, a slug as a reference, another record in its own schema.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache, partial
from types import NoneType
from typing import Any, Self, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, create_model

from sojourn.api import links
from sojourn.api.request_context import RequestContext
from sojourn.api.schemas import Country, LocalText, LocalTexts, Reference, clock_time
from sojourn.catalogue.snapshot import types as records
from sojourn.common.languages import Text
from sojourn.common.pydantic_fields import with_fields

M = TypeVar("M", bound=BaseModel)
Convert = Callable[[Any, RequestContext], Any]


class FromRecord(BaseModel):
    """A schema that is filled from a record."""

    @classmethod
    def of(cls, record: Any, context: RequestContext) -> Self:
        said = cls.besides(record, context)
        for name, convert in _converters(cls):
            if name not in said:
                said[name] = convert(getattr(record, name), context)
        return cls(**said)

    @classmethod
    def besides(cls, record: Any, context: RequestContext) -> dict[str, Any]:
        """Return the fields that the record has not, or not in this form."""
        return {}


@cache
def _converters(schema: type[BaseModel]) -> tuple[tuple[str, Convert], ...]:
    fields = schema.model_fields.items()
    return tuple((name, _converter(name, field.annotation)) for name, field in fields)


def _converter(name: str, kind: Any) -> Convert:
    options = get_args(kind)
    if NoneType in options:
        [known] = (option for option in options if option is not NoneType)
        return partial(_where_known, _converter(name, known))
    if get_origin(kind) is list:
        return partial(_each, _converter(name, options[0]))
    if kind is Reference:
        return partial(links.reference, name)
    if kind is Country:
        return links.country
    if kind is float:
        return lambda value, _context: float(value)
    return getattr(kind, "of", _plain)


def _where_known(convert: Convert, value: Any, context: RequestContext) -> Any:
    return None if value is None else convert(value, context)


def _each(convert: Convert, values: Any, context: RequestContext) -> list[Any]:
    return [convert(value, context) for value in values]


def _plain(value: Any, _context: RequestContext) -> Any:
    return clock_time(value) if isinstance(value, dt.time) else value


class SourceOut(FromRecord):
    """Where a fact comes from."""

    slug: str = Field(description="Id of the source.")
    title: str = Field(description="Title of the page or document.")
    publisher: str = Field(description="Who published it.")
    url: str = Field(description="Where it can be read; empty if it is not on the web.")
    year: int | None = Field(description="The year the fact speaks of.")
    checked_on: dt.date | None = Field(description="When we last looked.")
    certainty: str = Field(
        description="`official`, `first_hand`, `secondary`, `general_knowledge` or `estimate`."
    )
    note: LocalText = Field(description="A remark about it; may be empty.")


class ProvenanceOut(FromRecord):
    """Where one fact comes from, or that it is only an example."""

    is_example: bool = Field(
        description="True: made up to show how the site works. Do not pass it on as a fact."
    )
    source: SourceOut | None = Field(description="Where the fact comes from; null for an example.")


class Sourced(FromRecord):
    """What every entry says about itself."""

    is_example: bool = Field(
        description="True: made up to show how the site works. Do not pass it on as a fact."
    )
    sources: list[SourceOut] = Field(description="Where the facts of this entry come from.")


class Requirement(FromRecord):
    """Something that is asked of a student."""

    text: LocalText = Field(description="In plain words.")
    provenance: ProvenanceOut = Field(description="Where this comes from.")


# --- Optional facts -----------------------------------------------------------------------------

_SCHEMAS: dict[Any, Any] = {
    Text: LocalText,
    records.TextList: LocalTexts,
    records.Provenance: ProvenanceOut,
}


@cache
def _schema_of(kind: type[Any]) -> type[FromRecord]:
    """Return the schema of a fact; the note at each field of the record describes it."""
    parts: dict[str, Any] = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        plain, *notes = get_args(hint) if hasattr(hint, "__metadata__") else (hint,)
        description = notes[0] if notes else "Where this comes from."
        parts[name] = (_SCHEMAS.get(plain, plain), Field(description=description))
    return create_model(f"{kind.__name__}Out", __base__=FromRecord, __doc__=kind.__doc__, **parts)


def with_facts_of(record: type[Any], *names: str) -> Callable[[type[M]], type[M]]:
    """Give a schema a field for each optional fact of the record, or for those named."""
    return with_fields(
        {
            name: (_schema_of(kind) | None, Field(description=kind.__doc__))
            for name, kind in records.facts_of(record).items()
            if not names or name in names
        }
    )
