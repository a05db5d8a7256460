"""Read the columns of a table as the fields of a record.

A field that the model has under the same name is read by itself: a new column needs its field in
the model and in the record, and nothing here. Relations, and fields of other types than those
below, are for the caller.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from functools import cache, lru_cache
from types import NoneType
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

from django.core.exceptions import FieldDoesNotExist
from django.db.models import JSONField, Model, QuerySet, TextField
from django.db.models.functions import Cast

from sojourn.catalogue.snapshot.types import CourseTexts, TextList
from sojourn.common.languages import Text
from sojourn.common.translated_fields import columns

M = TypeVar("M", bound=Model)

SHORT = 4  # characters of a code, such as that of a language
PLAIN = (str, int, float, bool, Decimal, dt.date, dt.time)


class FieldReader(NamedTuple):
    """How one field of a record is made from columns."""

    name: str
    columns: tuple[str | Cast, ...]
    make: Callable[..., Any] | None  # None: the one column's value as it is


def table(model: type[M]) -> QuerySet[M]:
    """Return all rows, without what django-modeltranslation does to each for its fallbacks."""
    return QuerySet(model)


def _text(*values: str | None) -> Text:
    return Text.from_columns(*values)


def in_languages(*names: str) -> tuple[str, ...]:
    """Return the columns of fields that exist in every language."""
    return columns(*names)


def is_in_languages(model: type[Model], name: str) -> bool:
    """Return true for a field that has a column in every language."""
    return all(_has_column(model, column) for column in in_languages(name))


def text_of(row: Any, name: str) -> Text:
    """Return a text from a row that was read with the columns of `in_languages`."""
    return _text(*(getattr(row, column) for column in in_languages(name)))


def text_list_of(row: Any, name: str) -> TextList:
    """Return texts from a row that was read with the columns of `in_languages`."""
    return TextList(*(getattr(row, column) or () for column in in_languages(name)))


MAKERS: dict[Any, Callable[..., Any]] = {
    tuple[str, ...]: lambda value: tuple(str(one) for one in value or ()),
    frozenset[str]: lambda value: frozenset(value or ()),
    tuple[tuple[str, ...], ...]: lambda value: tuple(
        tuple(str(one) for one in group) for group in value or ()
    ),
}


def _has_column(model: type[Model], name: str) -> bool:
    try:
        return not model._meta.get_field(name).is_relation
    except FieldDoesNotExist:
        return False


def _text_columns(model: type[Model], name: str) -> tuple[str | Cast, ...]:
    """Return the columns of a text in every language; of a list of texts the JSON in each.

    The JSON is what the database keeps: it is read when somebody looks.
    """
    is_list = isinstance(model._meta.get_field(in_languages(name)[0]), JSONField)
    return tuple(Cast(one, TextField()) if is_list else one for one in in_languages(name))


def _same(value: Any) -> Any:
    return value


def _has_few_values(model: type[Model], name: str) -> bool:
    """Return true for a column of codes: a hundred thousand courses share a few of each."""
    column: Any = model._meta.get_field(name)
    return bool(column.choices) or (column.max_length or SHORT + 1) <= SHORT


def _field_reader(name: str, kind: Any, model: type[Model]) -> FieldReader | None:
    if kind in (Text, TextList):
        if not is_in_languages(model, name):
            return None
        return FieldReader(
            name, _text_columns(model, name), _text if kind is Text else TextList.from_json
        )
    if kind is CourseTexts:
        columns = tuple(one for part in CourseTexts.FIELDS for one in _text_columns(model, part))
        return FieldReader(name, columns, CourseTexts.from_columns)
    if not _has_column(model, name):
        return None
    options = [one for one in get_args(kind) if one is not NoneType]
    if len(options) == 1 and NoneType in get_args(kind):
        kind = options[0]
    if kind is str and _has_few_values(model, name):
        return FieldReader(name, (name,), sys.intern)
    if kind is Decimal:
        # A few values are many entries' as well: one object for equal ones of a column.
        return FieldReader(name, (name,), lru_cache(maxsize=1024)(_same))
    if kind in MAKERS:
        return FieldReader(name, (name,), MAKERS[kind])
    return FieldReader(name, (name,), None) if kind in PLAIN else None


@cache
def field_readers(record: type[Any], model: type[Model]) -> tuple[FieldReader, ...]:
    """Return how each field of the record is read that the model has under the same name."""
    kinds = get_type_hints(record)
    readers = (_field_reader(one.name, kinds[one.name], model) for one in fields(record))
    return tuple(reader for reader in readers if reader is not None)
