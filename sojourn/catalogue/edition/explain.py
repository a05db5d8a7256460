"""Puts what pydantic found wrong into words for the writer of an edition."""

from __future__ import annotations

import difflib
import typing
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sojourn.catalogue.choices import OneOf
from sojourn.catalogue.edition.schema import Translations, name_of_language
from sojourn.common.languages import REQUIRED

Path = tuple[str | int, ...]

PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": gettext_noop("small letters, digits and single hyphens"),
    r"^[A-Z]{2}$": gettext_noop("a two-letter country code such as SE"),
    r"^[A-Z]{2}-[A-Z0-9]{1,3}$": gettext_noop("a region by its ISO 3166-2 code, such as ID-PA"),
    r"^[a-z]{2,3}$": gettext_noop("a language code such as sv"),
    r"^[A-Z]{3}$": gettext_noop("a currency code such as EUR"),
    r"^\d{2,4}$": gettext_noop('an ISCED-F code such as "0912"'),
    r"^(0[1-9]|1[0-2])$": gettext_noop('a month between quotes, "01" to "12"'),
    r"^[a-z0-9.-]+$": gettext_noop("an internet domain in small letters, such as ki.se"),
    r"^[A-Z]{1,3} *[A-Z][A-Z'’. -]*[0-9]{1,4}$": gettext_noop(
        "an Erasmus code in capitals as in the European list, such as NL LEIDEN01"
    ),
    r"^https://ror\.org/0[a-z0-9]{6}[0-9]{2}$": gettext_noop(
        "a ROR id such as https://ror.org/027bh9e22"
    ),
    r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+$": gettext_noop(
        "a mail address such as office@example.org"
    ),
    r"^\+?[0-9 ()./-]{3,40}$": gettext_noop("a telephone number such as +31 71 526 9111"),
    r"^[a-z]+(_[a-z]+)*$": gettext_noop(
        "small letters and single underscores, such as green_travel"
    ),
}
_TYPES = {
    "string_type": gettext_noop("text"),
    "int_parsing": gettext_noop("a whole number"),
    "int_type": gettext_noop("a whole number"),
    "int_from_float": gettext_noop("a whole number"),
    "int_parsing_size": gettext_noop("a smaller number"),
    "float_parsing": gettext_noop("a number"),
    "float_type": gettext_noop("a number"),
    "finite_number": gettext_noop("a number"),
    "decimal_parsing": gettext_noop("a number"),
    "decimal_type": gettext_noop("a number"),
    "bool_parsing": gettext_noop("true or false"),
    "bool_type": gettext_noop("true or false"),
    "list_type": gettext_noop("a list"),
    "model_type": gettext_noop("a mapping of names and values"),
    "date_type": gettext_noop("a day such as 2027-02-05"),
    "date_parsing": gettext_noop("a day such as 2027-02-05"),
    "date_from_datetime_parsing": gettext_noop("a day such as 2027-02-05"),
    "time_type": gettext_noop('a time such as "14:00"'),
    "time_parsing": gettext_noop('a time such as "14:00"'),
}


def explain(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Say what is wrong, and what was expected instead."""
    kind = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    if kind == "edition":
        return context["what"], context["expected"]
    if kind == "missing":
        return _("this field is missing"), _meaning(model, error["loc"])
    if kind == "extra_forbidden":
        return _unknown_field(model, error["loc"])
    if kind == "literal_error":
        return _("%(value)s is not known here") % {"value": shown(error["input"])}, str(
            context["expected"]
        )
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        return _("%(value)s is not right") % {"value": shown(error["input"])}, _(PATTERNS[pattern])
    if kind in _TYPES:
        return _("found %(value)s") % {"value": shown(error["input"])}, _(_TYPES[kind])
    return _limits(error, context)


def _limits(error: ErrorDetails, context: dict[str, Any]) -> tuple[str, str]:
    """Too long, too short, too much, too little."""
    value = error["input"]
    match error["type"]:
        case "string_too_long":
            return _("%(count)d characters") % {"count": len(value)}, _at_most(
                context["max_length"]
            )
        case "string_too_short":
            return _("nothing is written here"), _("some text")
        case "too_long":
            return _("the list is too long"), _at_most(context["max_length"])
        case "too_short":
            return _("the list is too short"), _at_least(context["min_length"])
        case "greater_than_equal":
            return _("found %(value)s") % {"value": shown(value)}, _at_least(context["ge"])
        case "less_than_equal":
            return _("found %(value)s") % {"value": shown(value)}, _at_most(context["le"])
        case "decimal_max_places":
            return _("found %(value)s") % {"value": shown(value)}, _(
                "at most %(count)d decimals"
            ) % {"count": context["decimal_places"]}
        case "decimal_max_digits":
            return _("found %(value)s") % {"value": shown(value)}, _("at most %(count)d digits") % {
                "count": context["max_digits"]
            }
        case "decimal_whole_digits":
            return _("found %(value)s") % {"value": shown(value)}, _(
                "at most %(count)d digits before the point"
            ) % {"count": context["whole_digits"]}
        case _:
            return f"found {shown(value)}: {error['msg'].lower()}", ""


def _at_most(number: object) -> str:
    return _("at most %(number)s") % {"number": number}


def _at_least(number: object) -> str:
    return _("at least %(number)s") % {"number": number}


def shown(value: object) -> str:
    """Return a found value, short enough for a message."""
    if value is None:
        return _("nothing")
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
            inner = models_in(field.annotation)
            if inner and issubclass(inner[0], Translations):
                return "{" + ", ".join(f"{language}: …" for language in REQUIRED) + "}"
            if choices := _choices(field):
                return _("one of %(words)s") % {"words": ", ".join(choices)}
            if inner:
                return "a mapping with " + ", ".join(_fields(inner[0]))
            if issubclass(holder, Translations):
                return _("the text in %(language)s") % {"language": name_of_language(name)}
            return field.description or _("a value")
    return _("a value")


def _fields(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    """Return the model that reads what is at that path."""
    for step in path:
        if isinstance(step, int):
            continue
        for name, field in model.model_fields.items():
            if (field.alias or name) == step:
                inner = models_in(field.annotation)
                if inner:
                    model = inner[0]
                break
    return model


def _choices(field: FieldInfo) -> list[str]:
    """Return the words that a field accepts, where it accepts only some."""
    return [word for mark in field.metadata if isinstance(mark, OneOf) for word in mark.words]


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models inside a type such as `list[Phase] | None`."""
    if parts := typing.get_args(annotation):
        return [found for part in parts for found in models_in(part)]
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return [annotation] if is_model else []
