"""Writes what the catalogue holds of an entry in the words of an edition's file.

A document is what the reader makes of a file: mappings and lists of text, true and false. Numbers
and days are text too, as the schema reads them; what is not known is left out.
"""

from __future__ import annotations

import typing
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Model, QuerySet
from pydantic import BaseModel

from sojourn.catalogue import models
from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.explain import models_in
from sojourn.catalogue.edition.merge import Values
from sojourn.catalogue.edition.tables import TABLE_OF, Slugs
from sojourn.catalogue.models import EntryKind
from sojourn.common.languages import LANGUAGES
from sojourn.common.translated_fields import column

Document = dict[str, Any]

MODEL_OF: dict[str, type[models.Entry]] = {
    EntryKind.OPPORTUNITY: models.Opportunity,
    EntryKind.COURSE: models.Course,
    EntryKind.GUIDE: models.Guide,
}


class PlainKind(StrEnum):
    """Entries without versions: what the office changes of them is seen at once."""

    INSTITUTION = "institution"
    AGREEMENT = "agreement"
    WINDOW = "window"
    COST = "cost"
    GRANT = "grant"


PLAIN_MODEL_OF: dict[str, type[Model]] = {
    PlainKind.INSTITUTION: models.Institution,
    PlainKind.AGREEMENT: models.Agreement,
    PlainKind.WINDOW: models.MobilityWindow,
    PlainKind.COST: models.CostLine,
    PlainKind.GRANT: models.Grant,
}
_ORIGIN = {"source", "sources", "example"}
_THE_FIGURE = {"number", "value"}


def model_of(kind: str) -> type[Model]:
    """Return the model of the entries of a kind, with versions or without."""
    return MODEL_OF[kind] if kind in MODEL_OF else PLAIN_MODEL_OF[kind]


def entries(kind: str) -> QuerySet[Any]:
    """Return the entries of a kind, without our own institution and what is a student's own."""
    rows: QuerySet[Any] = model_of(kind)._default_manager.all()
    match kind:
        case EntryKind.OPPORTUNITY:
            return rows.filter(private_to=None)
        case PlainKind.COST:
            return rows.filter(opportunity__private_to=None)
        case PlainKind.INSTITUTION:
            return rows.filter(is_home=False)
    return rows


def document_of(kind: str, slug: str) -> Document | None:
    """Return what the catalogue holds of an entry; None where there is none."""
    return documents_of(kind, [slug]).get(slug)


def documents_of(kind: str, wanted: Collection[str]) -> dict[str, Document]:
    """Return what the catalogue holds of several entries, by their ids."""
    table, slugs = TABLE_OF[model_of(kind)], Slugs()
    found = dict(entries(kind).filter(slug__in=wanted).values_list("pk", "slug"))
    if not found:
        return {}
    held = table.held(slugs, found)
    if kind == EntryKind.OPPORTUNITY:
        costs = _costs_of(slugs, found)
        return {
            slug: opportunity_document(slug, held[pk], costs.get(pk, ()))
            for pk, slug in found.items()
        }
    return {slug: _document(kind, slug, held[pk]) for pk, slug in found.items()}


def _costs_of(slugs: Slugs, places: Collection[int]) -> dict[int, list[tuple[str, Values]]]:
    """Return the cost lines of places alone, by the key of the place."""
    lines = models.CostLine.objects.filter(opportunity__in=places).order_by("position", "slug")
    rows = list(lines.values_list("pk", "slug", "opportunity"))
    held = TABLE_OF[models.CostLine].held(slugs, [pk for pk, _slug, _place in rows]) if rows else {}
    found: dict[int, list[tuple[str, Values]]] = {}
    for pk, slug, place in rows:
        found.setdefault(place, []).append((slug, held[pk]))
    return found


def _document(kind: str, slug: str, values: Values) -> Document:
    match kind:
        case EntryKind.COURSE:
            return course_document(slug, values)
        case EntryKind.GUIDE:
            return guide_document(slug, values)
        case PlainKind.INSTITUTION:
            return institution_document(slug, flat(values))
        case PlainKind.WINDOW:
            return window_document(slug, flat(values))
        case PlainKind.COST:
            return cost_document(slug, flat(values))
        case PlainKind.GRANT:
            return plain_document(schema.Grant, slug, flat(values))
    return plain_document(schema.Agreement, slug, flat(values))


def opportunity_document(
    slug: str, values: Values, costs: Iterable[tuple[str, Values]]
) -> Document:
    """Return a place with its own cost lines, each by its id."""
    held = flat(values)
    criteria = said(held, "selection_criteria")
    dates = [("starts_on", "ends_on"), ("starts_month", "ends_month")]
    ends = next((pair for pair in dates if held[pair[0]] or held[pair[1]]), None)
    return without_nothing(
        {
            "id": slug,
            "title": said(held, "title"),
            "hosts": [link["institution"] for link in values["host_links"]],
            "windows": values["windows"],
            "kind": held["kind"],
            "summary": said(held, "summary"),
            "description": said(held, "description"),
            "subjects": values["subjects"],
            "keywords": said(held, "keywords"),
            "ects": number_text(held["ects"]),
            "weeks": _pair("min", "max", held["weeks_min"], held["weeks_max"]),
            "period": ends
            and {
                "starts": end_text(held[ends[0]]),
                "ends": end_text(held[ends[1]]),
                **origin(held, "period_"),
            },
            "seats": _fact(held, "seats", number=held["seats"]),
            "applicants": _fact(
                held, "applicants", number=held["applicants"], year=held["applicants_year"]
            ),
            "selection": _fact(
                held,
                "selection",
                text=said(held, "selection_text"),
                criteria=transposed(criteria),
            ),
            "counts_as": _fact(
                held, "counts_as", block=held["counts_as_block"], year=held["counts_as_year"]
            ),
            "requirements": [
                {"text": said(each, "text"), "ects": number_text(each["ects"]), **origin(each)}
                for each in values["requirements"]
            ],
            "languages": [
                {
                    "language": each["language"],
                    "use": each["use"],
                    "level": each["level"],
                    "required": None if each["is_required"] else False,
                    **origin(each),
                }
                for each in values["languages"]
            ],
            "costs": [_cost(slug, cost, line) for cost, line in costs],
            "deadlines": [
                {
                    "id": name.partition("/")[2].removeprefix(f"{slug}-"),
                    "kind": each["kind"],
                    "date": each["date"],
                    "time": each["time"] and each["time"][:5],
                    "label": said(each, "label"),
                    **origin(each),
                }
                for name, each in sorted(
                    (pair for pair in values.items() if pair[0].startswith("deadlines/")),
                    key=lambda pair: (pair[1]["date"], pair[1]["time"] or "24", pair[0]),
                )
            ],
            "courses": values["courses"],
            "contacts": values["contacts"],
            "self_arranged": held["self_arranged"] or None,
            **_entry_origin(held, values),
        }
    )


def course_document(slug: str, values: Values) -> Document:
    """Return a course, with the institution that gives it."""
    held = flat(values)
    return without_nothing(
        {
            "id": slug,
            "institution": held["institution"],
            "code": held["code"],
            "title": said(held, "title"),
            "native_title": held["native_title"],
            "ects": number_text(held["ects"]),
            "level": held["level"],
            "language": held["language"],
            "isced_f": held["isced_f"],
            "programme": held["programme"],
            "year": number_text(held["year"]),
            "period": _pair(
                "starts", "ends", end_text(held["starts_month"]), end_text(held["ends_month"])
            ),
            "summary": said(held, "summary"),
            "outcomes": said(held, "outcomes"),
            "topics": said(held, "topics"),
            **_entry_origin(held, values),
        }
    )


def guide_document(slug: str, values: Values) -> Document:
    """Return a guide in all its languages, which are a file each in an edition."""
    held = flat(values)
    return without_nothing(
        {
            "id": slug,
            "title": said(held, "title"),
            "summary": said(held, "summary"),
            "text": said(held, "text"),
            "order": number_text(held["position"]),
            "checked_on": held["checked_on"],
            "related": values["related"],
            **_entry_origin(held, values),
        }
    )


# --- Entries without versions -----------------------------------------------------------------


def plain_document(kind: type[BaseModel], slug: str, held: Values) -> Document:
    """Return an entry of which every field is a column or a link of that name."""
    return without_nothing({"id": slug, **part(kind, held)})


def institution_document(slug: str, held: Values) -> Document:
    """Return an institution with its units."""
    preferred = origin(held, "preferred_")
    if held["is_preferred"] or preferred:
        preferred = {"value": held["is_preferred"], **preferred}
    return without_nothing(
        {
            "id": slug,
            **part(
                schema.Institution,
                held,
                names={
                    "lat": "latitude", "lon": "longitude", "home": "is_home",
                    "partner": "is_partner",
                },
                apart={"preferred", "units"},
            ),
            "preferred": preferred,
            "units": [
                {"id": unit, "name": said(columns, "name")}
                for unit, columns in inner_rows(held, "units")
            ],
        }
    )  # fmt: skip


def window_document(slug: str, held: Values) -> Document:
    """Return a mobility window."""
    asked = models_in(schema.Window.model_fields["required_first"].annotation)[0]
    return without_nothing(
        {
            "id": slug,
            **part(schema.Window, held, apart={"required_first", "starts", "ends"}),
            "starts": end_text(held["starts_month"]),
            "ends": end_text(held["ends_month"]),
            "required_first": [part(asked, each) for each in held["requirements"]],
        }
    )


def cost_document(slug: str, held: Values) -> Document:
    """Return a cost line with whom it is for."""
    named = ("opportunity", "institution", "country")
    scope = {name: held[name] for name in named if held[name]}
    return without_nothing(
        {
            "id": slug,
            "for": scope or {"everywhere": True},
            **part(schema.CostLine, held, names={"line": "item"}, apart={"scope"}),
        }
    )


# --- Parts ------------------------------------------------------------------------------------


def part(
    kind: type[BaseModel],
    held: Mapping[str, Any],
    *,
    names: Mapping[str, str] | None = None,
    apart: Collection[str] = (),
    inside: str = "",
) -> Document:
    """Return the fields of a part from the columns in which `rows` keeps them."""
    document: Document = {}
    is_fact = issubclass(kind, schema.SubFact | schema.Sourced)
    left_out = {"id", *apart, *(_ORIGIN if is_fact else ())}
    for name, field in kind.model_fields.items():
        if name in left_out:
            continue
        column = (names or {}).get(name, name)
        if inside:
            column = inside if column in _THE_FIGURE else f"{inside}_{column}"
        inner = models_in(field.annotation)
        is_list = _is_list(field.annotation)
        if inner and issubclass(inner[0], schema.Translations):
            texts = said(held, column)
            value: Any = transposed(texts) if is_list else texts
        elif inner and is_list:
            value = [part(inner[0], each) for each in held[column]]
        elif inner:
            value = part(inner[0], held, inside=column)
        else:
            value = _scalar(held[column], field.default)
        document[field.alias or name] = value
    if issubclass(kind, schema.Sourced):
        document |= {"sources": held.get("sources", []), "example": held["is_example"] or None}
    elif issubclass(kind, schema.SubFact):
        document |= origin(held, f"{inside}_" if inside else "")
    return document


def _is_list(annotation: Any) -> bool:
    if typing.get_origin(annotation) is list:
        return True
    return any(_is_list(part) for part in typing.get_args(annotation))


def _scalar(value: Any, default: Any) -> Any:
    """Return a value as the reader of a file has it; what is the default anyway is left out."""
    if isinstance(value, bool):
        return None if value is default else value
    if isinstance(value, list | dict):
        return value
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return _clock(value) or _decimal(value) or value.replace("\r\n", "\n")
    return value


def _clock(value: str) -> str:
    is_clock = len(value) == len("14:00:00") and value[2] == value[5] == ":"
    return value[:5] if is_clock else ""


def _decimal(value: str) -> str:
    """Return a decimal column's text as a person writes it; nothing for other text."""
    whole, dot, rest = value.partition(".")
    is_decimal = dot and whole.isdigit() and rest.isdigit() and len(rest) in (1, 2, 6)
    return number_text(value) or "" if is_decimal else ""


def inner_rows(held: Values, name: str) -> list[tuple[str, Values]]:
    """Return the rows inside an entry that have an id, by it."""
    return [
        (key.partition("/")[2], columns)
        for key, columns in held.items()
        if key.startswith(f"{name}/")
    ]


def flat(values: Values) -> Values:
    """Return the columns that count as one field each by their own names too."""
    found: Values = {}
    for name, value in values.items():
        found[name] = value
        if isinstance(value, dict) and "/" not in name:
            found |= value
    return found


def said(held: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a translated field under the codes of the languages in which it is written."""
    texts = {language: held[column(name, language)] for language in LANGUAGES}
    return {
        language: text.replace("\r\n", "\n") if isinstance(text, str) else text
        for language, text in texts.items()
        if text
    }


def transposed(lists: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """Return a list in each language as a list of texts in every language."""
    most = max(map(len, lists.values()), default=0)
    return [
        {language: texts[at] for language, texts in lists.items() if at < len(texts)}
        for at in range(most)
    ]


def origin(held: Mapping[str, Any], prefix: str = "") -> Document:
    source, is_example = held.get(f"{prefix}source"), held.get(f"{prefix}is_example")
    if source:
        return {"source": source}
    return {"example": True} if is_example else {}


def _entry_origin(held: Mapping[str, Any], values: Values) -> Document:
    return {"sources": values["sources"], "example": held["is_example"] or None}


def _fact(held: Mapping[str, Any], name: str, **figures: Any) -> Document | None:
    """Return a fact with where it comes from; None where none of its figures is known."""
    known = {
        figure: number_text(value) if isinstance(value, int) else value
        for figure, value in figures.items()
        if value not in (None, "", [], {})
    }
    return {**known, **origin(held, f"{name}_")} if known else None


def _cost(opportunity: str, slug: str, line: Values) -> Document:
    held = flat(line)
    usual = schema.cost_slug(opportunity, None, held["item"])
    return {
        "id": None if slug == usual else slug,
        "line": held["item"],
        "covers": held["covers"],
        "per": held["per"],
        "low": number_text(held["low"]),
        "typical": number_text(held["typical"]),
        "high": number_text(held["high"]),
        "currency": held["currency"],
        "year": number_text(held["year"]),
        "checked_on": held["checked_on"],
        "certainty": held["certainty"],
        "note": said(held, "note"),
        **origin(held),
    }


def number_text(value: Any) -> str | None:
    """Return a number as a person writes it: 15, 7.5."""
    if value is None:
        return None
    number = Decimal(str(value))
    whole = number.to_integral_value()
    return str(whole) if number == whole else str(number.normalize())


def end_text(value: Any) -> str | None:
    """Return an end of a period: a day, or a month as two digits."""
    return f"{value:02d}" if isinstance(value, int) else value


def _pair(first: str, last: str, low: Any, high: Any) -> Document | None:
    if low is None and high is None:
        return None
    ends = {first: low, last: high}
    return {
        name: number_text(value) if isinstance(value, int) else value
        for name, value in ends.items()
    }


def without_nothing(document: Document) -> Document:
    """Leave out what is not known, at every level."""
    kept = {name: _known(inner) for name, inner in document.items()}
    return {name: inner for name, inner in kept.items() if inner not in (None, "", [], {})}


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return without_nothing(value)
    return [_known(inner) for inner in value] if isinstance(value, list) else value
