"""Writes what the catalogue holds of an entry in the words of an edition's file.

A document is what the reader makes of a file: mappings and lists of text, true and false. Numbers
and days are text too, as the schema reads them; what is not known is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from sojourn.catalogue import models
from sojourn.catalogue.edition import schema
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


def entries(kind: str) -> QuerySet[Any]:
    """Return the entries of a kind, without the places that students found for themselves."""
    rows: QuerySet[Any] = MODEL_OF[kind]._default_manager.all()
    return rows.filter(private_to=None) if kind == EntryKind.OPPORTUNITY else rows


def document_of(kind: str, slug: str) -> Document | None:
    """Return what the catalogue holds of an entry; None where there is none."""
    model = MODEL_OF[kind]
    key = entries(kind).filter(slug=slug).values_list("pk", flat=True).first()
    if key is None:
        return None
    slugs = Slugs()
    values = TABLE_OF[model].held(slugs, [key])[key]
    if kind == EntryKind.COURSE:
        return course_document(slug, values)
    if kind == EntryKind.GUIDE:
        return guide_document(slug, values)
    lines = models.CostLine.objects.filter(opportunity=key).order_by("position", "slug")
    costs = dict(lines.values_list("pk", "slug"))
    held = TABLE_OF[models.CostLine].held(slugs, costs) if costs else {}
    return opportunity_document(slug, values, [(costs[pk], held[pk]) for pk in costs])


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


# --- Parts ------------------------------------------------------------------------------------


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
