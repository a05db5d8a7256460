"""Remove the examples from an edition, and what depends only on them."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar

from pydantic import BaseModel

from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.edition import Edition, Found, TranslatedGuide
from sojourn.catalogue.edition.references import REFERENCES

M = TypeVar("M", bound=BaseModel)
Known = dict[str, set[str]]


class ExamplePolicy(Enum):
    """Whether what only illustrates is loaded, with its mark, or left out."""

    KEEP = "keep"
    DROP = "drop"


def without_examples(edition: Edition) -> Edition:
    """Return the edition with its facts only.

    An entry that cannot stand without a dropped one (a course of a dropped institution) goes with
    it; where a reference may be empty it becomes empty.
    """
    while True:
        known = _known(edition)
        fewer = Edition(
            faculty=replace(edition.faculty, entry=_stripped(edition.faculty.entry, known)),
            sources=edition.sources,
            institutions=_facts(edition.institutions, known),
            agreements=_facts(edition.agreements, known),
            windows=_facts(edition.windows, known),
            opportunities=_facts(edition.opportunities, known),
            courses=tuple(
                replace(course, found=kept)
                for course in edition.courses
                if course.institution in known["institution"]
                for kept in _facts((course.found,), known)
            ),
            precedents=_facts(edition.precedents, known),
            contacts=_facts(edition.contacts, known),
            costs=_facts(edition.costs, known),
            grants=_facts(edition.grants, known),
            rates=_facts(edition.rates, known),
            travel_advice=_facts(edition.travel_advice, known),
            language_learning=_facts(edition.language_learning, known),
            preparation=_facts(edition.preparation, known),
            roads=_roads(edition.roads, known),
            reports=_facts(edition.reports, known),
            guides=tuple(
                replace(guide, written=written)
                for guide in edition.guides
                if (written := _facts_by_language(guide, known))
            ),
        )
        if _known(fewer) == known:
            return fewer
        edition = fewer


def _known(edition: Edition) -> Known:
    """Return the ids of everything that is a fact, by kind."""
    programmes = [one for one in edition.faculty.entry.degree_programmes if not one.example]
    institutions = [found.entry for found in edition.institutions if not found.entry.example]
    return {
        "source": {found.entry.id for found in edition.sources},
        "subject": {subject.id for subject in edition.faculty.entry.subjects},
        "degree programme": {programme.id for programme in programmes},
        "phase": {phase.id for programme in programmes for phase in programme.phases},
        "institution": {institution.id for institution in institutions},
        "unit": {unit.id for institution in institutions for unit in institution.units},
        "window": {found.entry.id for found in edition.windows if not found.entry.example},
        "opportunity": {
            found.entry.id for found in edition.opportunities if not found.entry.example
        },
        "course": {
            course.found.entry.id for course in edition.courses if not course.found.entry.example
        },
        "step": {found.entry.id for found in edition.preparation if not found.entry.example},
        "contact": {found.entry.id for found in edition.contacts if not found.entry.example},
        "guide": {guide.slug for guide in edition.guides if not guide.first.entry.example},
    }


def _facts(entries: tuple[Found[M], ...], known: Known) -> tuple[Found[M], ...]:
    kept = []
    for found in entries:
        if getattr(found.entry, "example", False) or not _stands(found.entry, known):
            continue
        kept.append(replace(found, entry=_stripped(found.entry, known)))
    return tuple(kept)


def _roads(roads: tuple[Found[schema.Road], ...], known: Known) -> tuple[Found[schema.Road], ...]:
    """Return the roads that still have a step; none waits for one that is gone."""
    kept = []
    for found in _facts(roads, known):
        held = {step.id for step in found.entry.steps}
        steps = [
            step.model_copy(update={"after": [each for each in step.after if each in held]})
            for step in found.entry.steps
        ]
        if steps:
            kept.append(replace(found, entry=found.entry.model_copy(update={"steps": steps})))
    return tuple(kept)


def _facts_by_language(guide: TranslatedGuide, known: Known) -> dict[str, Found[schema.Guide]]:
    """Return the pages of a guide; whether it is an example is the same in every language."""
    return {
        language: kept
        for language, found in guide.written.items()
        for kept in _facts((found,), known)
    }


def _references(part: BaseModel) -> dict[str, str]:
    """Return the fields by which a part refers to entries, with the kinds of those."""
    return {
        field: kind
        for model, fields in REFERENCES.items()
        if isinstance(part, model)
        for field, kind in fields.items()
    }


def _stands(part: BaseModel, known: Known) -> bool:
    """Whether all that an entry cannot do without is still there."""
    for field, kind in _references(part).items():
        value = getattr(part, field)
        definition = type(part).model_fields[field]
        if isinstance(value, list):
            if definition.is_required() and not any(slug in known[kind] for slug in value):
                return False
        elif value is not None and value not in known[kind] and definition.is_required():
            return False
    scope = getattr(part, "scope", None)
    if isinstance(scope, schema.CostScope):
        # A line for something that was dropped must not become a line for everything.
        return all(
            getattr(scope, field) in {None, *known[kind]}
            for field, kind in _references(scope).items()
        )
    return True


def _stripped(part: M, known: Known) -> M:
    """Return the part without its examples and without references to what is gone."""
    changes: dict[str, Any] = {}
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            changes[name] = None if getattr(value, "example", False) else _stripped(value, known)
        elif isinstance(value, list) and value and isinstance(value[0], BaseModel):
            changes[name] = [
                _stripped(item, known) for item in value if not getattr(item, "example", False)
            ]
    for field, kind in _references(part).items():
        value = getattr(part, field)
        if isinstance(value, list):
            changes[field] = [slug for slug in value if slug in known[kind]]
        elif value is not None and value not in known[kind]:
            changes[field] = None
    return part.model_copy(update=changes)
