"""Puts what pydantic found wrong into words for the writer of an edition."""

from __future__ import annotations

import difflib
import typing
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sojourn.catalogue.choices import OneOf
from sojourn.catalogue.edition.schema import Translations, english_name
from sojourn.common.languages import REQUIRED

Path = tuple[str | int, ...]

PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "small letters, digits and single hyphens",
    r"^[A-Z]{2}$": "a two-letter country code such as SE",
    r"^[a-z]{2,3}$": "a language code such as sv",
    r"^[A-Z]{3}$": "a currency code such as EUR",
    r"^\d{2,4}$": 'an ISCED-F code such as "0912"',
    r"^(0[1-9]|1[0-2])$": 'a month between quotes, "01" to "12"',
    r"^[a-z0-9.-]+$": "an internet domain in small letters, such as ki.se",
    r"^[A-Z]{1,3} *[A-Z][A-Z'’. -]*[0-9]{1,4}$": (
        "an Erasmus code in capitals as in the European list, such as NL LEIDEN01"
    ),
    r"^https://ror\.org/0[a-z0-9]{6}[0-9]{2}$": "a ROR id such as https://ror.org/027bh9e22",
    r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+$": "a mail address such as office@example.org",
    r"^\+?[0-9 ()./-]{3,40}$": "a telephone number such as +31 71 526 9111",
    r"^[a-z]+(_[a-z]+)*$": "small letters and single underscores, such as green_travel",
}
_TYPES = {
    "string_type": "text",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a number",
    "decimal_parsing": "a number",
    "decimal_type": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "list_type": "a list",
    "model_type": "a mapping of names and values",
    "date_type": "a day such as 2027-02-05",
    "date_parsing": "a day such as 2027-02-05",
    "date_from_datetime_parsing": "a day such as 2027-02-05",
    "time_type": 'a time such as "14:00"',
    "time_parsing": 'a time such as "14:00"',
}


def explain(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Say what is wrong, and what was expected instead."""
    kind = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    if kind == "edition":
        return context["what"], context["expected"]
    if kind == "missing":
        return "this field is missing", _meaning(model, error["loc"])
    if kind == "extra_forbidden":
        return _unknown_field(model, error["loc"])
    if kind == "literal_error":
        return f"{shown(error['input'])} is not known here", str(context["expected"])
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        return f"{shown(error['input'])} is not right", PATTERNS[pattern]
    if kind in _TYPES:
        return f"found {shown(error['input'])}", _TYPES[kind]
    return _limits(error, context)


def _limits(error: ErrorDetails, context: dict[str, Any]) -> tuple[str, str]:
    """Too long, too short, too much, too little."""
    value = error["input"]
    match error["type"]:
        case "string_too_long":
            return f"{len(value)} characters", f"at most {context['max_length']}"
        case "string_too_short":
            return "nothing is written here", "some text"
        case "too_long":
            return "the list is too long", f"at most {context['max_length']} items"
        case "too_short":
            return "the list is too short", f"at least {context['min_length']}"
        case "greater_than_equal":
            return f"found {shown(value)}", f"at least {context['ge']}"
        case "less_than_equal":
            return f"found {shown(value)}", f"at most {context['le']}"
        case "decimal_max_places":
            return f"found {shown(value)}", f"at most {context['decimal_places']} decimals"
        case _:
            return f"found {shown(value)}: {error['msg'].lower()}", ""


def shown(value: object) -> str:
    """Return a found value, short enough for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _unknown_field(model: type[BaseModel], path: Path) -> tuple[str, str]:
    known = _fields(_model_at(model, path[:-1]))
    name = str(path[-1])
    close = difflib.get_close_matches(name, known, n=1)
    message = f"there is no field {name[:40]!r} here"
    if close:
        return message, f"{close[0]!r}, perhaps"
    return message, "one of " + ", ".join(known)


def _meaning(model: type[BaseModel], path: Path) -> str:
    """Return what a missing field should hold, from its description or its kind."""
    holder = _model_at(model, path[:-1])
    for name, field in holder.model_fields.items():
        if (field.alias or name) == path[-1]:
            inner = _models_in(field.annotation)
            if inner and issubclass(inner[0], Translations):
                return "{" + ", ".join(f"{language}: …" for language in REQUIRED) + "}"
            if choices := _choices(field):
                return "one of " + ", ".join(choices)
            if inner:
                return "a mapping with " + ", ".join(_fields(inner[0]))
            if issubclass(holder, Translations):
                return f"the text in {english_name(name)}"
            return field.description or "a value"
    return "a value"


def _fields(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    """Return the model that reads what is at that path."""
    for step in path:
        if isinstance(step, int):
            continue
        for name, field in model.model_fields.items():
            if (field.alias or name) == step:
                inner = _models_in(field.annotation)
                if inner:
                    model = inner[0]
                break
    return model


def _choices(field: FieldInfo) -> list[str]:
    """Return the words that a field accepts, where it accepts only some."""
    return [word for mark in field.metadata if isinstance(mark, OneOf) for word in mark.words]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models inside a type such as `list[Phase] | None`."""
    if parts := typing.get_args(annotation):
        return [found for part in parts for found in _models_in(part)]
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return [annotation] if is_model else []
