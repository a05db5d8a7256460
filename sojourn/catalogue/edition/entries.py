"""One entry of an edition, checked and written by itself: what the office publishes.

The rules are those of `sojourn check`, and the rows are made and written as `sojourn load` makes
and writes them. What the edition said last (`edition_state`) is left as it is: the next load sees
by it what the office changed, and keeps that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Model
from django.utils import translation
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from sojourn.catalogue import models
from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.documents import MODEL_OF, Document, PlainKind
from sojourn.catalogue.edition.edition import Found, FoundCourse, TranslatedGuide
from sojourn.catalogue.edition.explain import explain
from sojourn.catalogue.edition.merge import MISSING, Values
from sojourn.catalogue.edition.problems import Problems
from sojourn.catalogue.edition.reader import Node
from sojourn.catalogue.edition.references import (
    REFERENCES,
    Declared,
    check_courses_of_hosts,
    check_parts,
    parts_of,
)
from sojourn.catalogue.edition.rows import (
    agreement_rows,
    cost_rows,
    course_rows,
    grant_rows,
    guide_rows,
    institution_rows,
    opportunity_rows,
    own_cost_rows,
    window_rows,
)
from sojourn.catalogue.edition.tables import TABLE_OF, EntryTable, Row, Slugs
from sojourn.catalogue.models import EntryKind
from sojourn.catalogue.services import unused_slug
from sojourn.common.languages import FIRST, LANGUAGES, REQUIRED

Path = tuple[str | int, ...]

_TEXTS_OF_GUIDE = ("title", "summary", "text")
_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")
_MODELS: dict[str, type[Model]] = {
    "source": models.Source,
    "institution": models.Institution,
    "window": models.MobilityWindow,
    "subject": models.Subject,
    "course": models.Course,
    "contact": models.Contact,
    "degree programme": models.DegreeProgramme,
    "guide": models.Guide,
    "unit": models.OrganisationalUnit,
    "phase": models.StudyPhase,
    "opportunity": models.Opportunity,
}
_SCHEMAS: dict[str, type[BaseModel]] = {
    EntryKind.OPPORTUNITY: schema.Opportunity,
    EntryKind.COURSE: schema.Course,
    PlainKind.INSTITUTION: schema.Institution,
    PlainKind.AGREEMENT: schema.Agreement,
    PlainKind.WINDOW: schema.Window,
    PlainKind.COST: schema.CostLine,
    PlainKind.GRANT: schema.Grant,
}


# What only whoever writes a file needs to read.
WORDS_OF_FILES = frozenset(
    {
        "sources: [an id] or example: true",
        "source: an id, or example: true",
        "min up to max",
        "low <= typical <= high",
    }
)


@dataclass(frozen=True, slots=True)
class DocumentProblem:
    """One thing that is wrong with a document: where in it, what, and what was expected."""

    path: Path
    message: str
    expected: str = ""


class _ByPath(Problems):
    """Keeps problems by the path in the document, in the place of file and line."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self._slug = slug
        self.by_path: list[DocumentProblem] = []

    def add(self, file: str, line: int, field: str, message: str, expected: str = "") -> None:
        steps = [int(step[1:-1]) if step.startswith("[") else step for step in _STEP.findall(field)]
        path = tuple(steps[1:] if steps[:1] == [self._slug] else steps)
        self.by_path.append(DocumentProblem(path, message, expected))


def problems_of(kind: str, document: Document) -> tuple[DocumentProblem, ...]:
    """Return all that keeps a document from being published, by the rules of an edition."""
    slug = str(document.get("id", ""))
    found, problems = _read(kind, document)
    noted = _ByPath(slug)
    for each in found.values():
        declared = Declared(noted)
        for named_kind, slugs in _named(each.entry).items():
            model = _MODELS[named_kind]
            known = model._default_manager.filter(slug__in=slugs).values_list("slug", flat=True)
            for one in known:
                declared.know(named_kind, one, "", 1)
        check_parts(each, declared, noted)
        declared.check()
        if isinstance(each.entry, schema.Opportunity):
            courses = models.Course.objects.filter(slug__in=each.entry.courses)
            given_by = dict(courses.values_list("slug", "institution__slug"))
            check_courses_of_hosts(each, given_by, noted)
        if isinstance(each.entry, schema.Guide) and slug in each.entry.related:
            noted.add("", 1, "related", _("a guide points at itself"), _("other guides"))
        if isinstance(each.entry, schema.Course):
            _check_institution(document, noted)
        if isinstance(each.entry, schema.Window):
            _check_window(each.entry, noted)
        if kind == EntryKind.GUIDE:
            break  # what is not a text is the same in every language
    return tuple(dict.fromkeys([*problems, *noted.by_path]))


def _check_institution(document: Document, noted: _ByPath) -> None:
    given = document.get("institution", "")
    if not models.Institution.objects.filter(slug=given).exists():
        noted.add("", 1, "institution", _("this field is missing"), _("who gives the course"))


def _check_window(window: schema.Window, noted: _ByPath) -> None:
    phase = models.StudyPhase.objects.filter(slug=window.phase or "")
    if phase.exclude(programme__slug=window.programme).exists():
        noted.add("", 1, "phase", _("this is a part of another programme"))
    at_home = models.Course.objects.filter(institution__is_home=True)
    known = set(at_home.filter(slug__in=window.home_courses).values_list("slug", flat=True))
    for position, course in enumerate(window.home_courses):
        if course not in known:
            noted.add("", 1, f"home_courses[{position}]", _("this is no course of ours"))


def _named(entry: BaseModel) -> dict[str, set[str]]:
    """Return the ids that an entry refers to, by kind."""
    named: dict[str, set[str]] = {}
    for _path, part in parts_of(entry):
        for model, fields in REFERENCES.items():
            if isinstance(part, model):
                for field, kind in fields.items():
                    value = getattr(part, field)
                    slugs = value if isinstance(value, list) else [value] if value else []
                    named.setdefault(kind, set()).update(slugs)
    return {kind: slugs for kind, slugs in named.items() if slugs}


# --- Reading ------------------------------------------------------------------------------------


def _read(
    kind: str, document: Document
) -> tuple[dict[str, Found[Any]], tuple[DocumentProblem, ...]]:
    """Return the entry as the schema reads it, and what is wrong with it; a guide by language."""
    if kind == EntryKind.GUIDE:
        found: dict[str, Found[Any]] = {}
        problems: list[DocumentProblem] = []
        for language in LANGUAGES:
            if language not in REQUIRED and not _is_written(document, language):
                continue
            page = {name: value for name, value in document.items() if name != "id"}
            for name in _TEXTS_OF_GUIDE:
                page[name] = _text_in(document, name, language)
                if page[name] is None:
                    del page[name]
            one, wrong = _valid(schema.Guide, page)
            if one is not None:
                found[language] = one
            problems += [
                DocumentProblem((*each.path, language), each.message, each.expected)
                if each.path and each.path[0] in _TEXTS_OF_GUIDE
                else each
                for each in wrong
            ]
        return found, tuple(dict.fromkeys(problems))
    model = _SCHEMAS[kind]
    content = {
        name: value
        for name, value in document.items()
        if not (kind == EntryKind.COURSE and name == "institution")
    }
    one, wrong = _valid(model, content)
    return ({} if one is None else {FIRST: one}), wrong


def _is_written(document: Document, language: str) -> bool:
    return any(_text_in(document, name, language) for name in _TEXTS_OF_GUIDE)


def _text_in(document: Document, name: str, language: str) -> Any:
    texts = document.get(name)
    return texts.get(language) if isinstance(texts, dict) else None


def _valid(
    model: type[BaseModel], content: Document
) -> tuple[Found[Any] | None, tuple[DocumentProblem, ...]]:
    try:
        return Found(model.model_validate(content), "", _node(content)), ()
    except ValidationError as error:
        return None, tuple(
            DocumentProblem(tuple(detail["loc"]), *explain(detail, model))
            for detail in error.errors(include_url=False)
        )


def _node(value: Any) -> Node:
    if isinstance(value, dict):
        return Node({name: _node(inner) for name, inner in value.items()}, 1)
    if isinstance(value, list):
        return Node([_node(inner) for inner in value], 1)
    return Node(value, 1)


def rows_of_document(kind: str, document: Document) -> tuple[Row, ...]:
    """Return the rows of an entry of which the schema reads everything."""
    found, problems = _read(kind, document)
    if problems or not found:
        raise ValueError(f"{kind} {document.get('id')} is not whole")
    if kind == EntryKind.GUIDE:
        return tuple(guide_rows([TranslatedGuide(str(document["id"]), found)]))
    if kind == EntryKind.COURSE:
        return tuple(course_rows([FoundCourse(str(document["institution"]), found[FIRST])]))
    if kind in _PLAIN_ROWS:
        return tuple(_PLAIN_ROWS[kind]([found[FIRST]]))
    return (*opportunity_rows([found[FIRST]]), *own_cost_rows([found[FIRST]]))


_PLAIN_ROWS: dict[str, Callable[[list[Found[Any]]], Iterator[Row]]] = {
    PlainKind.INSTITUTION: institution_rows,
    PlainKind.AGREEMENT: agreement_rows,
    PlainKind.WINDOW: window_rows,
    PlainKind.COST: cost_rows,
    PlainKind.GRANT: grant_rows,
}


# --- Writing ------------------------------------------------------------------------------------


def with_ids(kind: str, document: Document) -> Document:
    """Give the rows of a place that need an id of their own one: nobody types it."""
    if kind != EntryKind.OPPORTUNITY:
        return document
    slug = document["id"]
    made = dict(document)
    taken: set[str] = set()
    deadlines = [dict(each) for each in document.get("deadlines", [])]
    taken = {each["id"] for each in deadlines if each.get("id")}
    for each in deadlines:
        if not each.get("id"):
            words = [each.get("kind", "date"), str(each.get("date", ""))]
            each["id"] = _free("-".join(filter(None, words)).replace("_", "-"), taken)
    costs = [dict(each) for each in document.get("costs", [])]
    taken = set()
    for each in costs:
        wanted = schema.cost_slug(slug, each.get("id"), each.get("line", "other"))
        others = models.CostLine.objects.filter(slug=wanted).exclude(opportunity__slug=slug)
        if wanted in taken or others.exists():
            wanted = _free(unused_slug(models.CostLine, wanted), taken)
            each["id"] = wanted
        taken.add(wanted)
    if deadlines:
        made["deadlines"] = deadlines
    if costs:
        made["costs"] = costs
    return made


def _free(wanted: str, taken: set[str]) -> str:
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name)
    return name


def write_document(kind: str, document: Document, base: Document | None) -> tuple[str, ...]:
    """Make the catalogue say what a document says; return which fields that changed.

    What the document says as its base does is left alone: somebody else may have changed it
    meanwhile. Without a base everything counts. The entry is published afterwards.
    """
    with translation.override(FIRST):
        return tuple(_write(kind, document, base))


def _write(kind: str, document: Document, base: Document | None) -> Iterator[str]:
    slugs = Slugs()
    rows = rows_of_document(kind, document)
    before = {(row.model, row.slug): row for row in _rows_if_whole(kind, base)}
    links: list[tuple[EntryTable, Model, Values]] = []
    for spec in rows:
        table = TABLE_OF[spec.model]
        wanted = table.values_of(spec)
        row: Any = spec.model._default_manager.filter(slug=spec.slug).first()
        if row is None:
            row = table.model(slug=spec.slug, edition_state={})
            to_set = wanted
        else:
            held = table.held(slugs, [row.pk])[row.pk]
            was = before.get((spec.model, spec.slug))
            said = table.values_of(was) if was is not None else None
            to_set = _to_set(wanted, held, said)
        columns, linked, inner = table.split(to_set)
        table.write_columns(row, columns, slugs)
        if to_set:
            row.save()
            slugs.add(row)
        table.write_inner(row, inner, slugs)
        for name, value in inner.items():
            if value is MISSING:
                table.remove_inner(row, name)
        links.append((table, row, linked))
        label = "" if spec.model is MODEL_OF[kind] else f"costs/{spec.slug}."
        yield from (f"{label}{name}" for name in to_set)
    for table, row, linked in links:
        table.write_links(row, linked, slugs)
    if kind == EntryKind.OPPORTUNITY:
        known = {slug for model, slug in before if model is models.CostLine}
        kept = {spec.slug for spec in rows if spec.model is models.CostLine}
        gone = models.CostLine.objects.filter(opportunity__slug=document["id"]).exclude(
            slug__in=kept
        )
        for line in gone if base is None else gone.filter(slug__in=known):
            yield f"costs/{line.slug}"
            line.delete()


def write_plain(kind: str, document: Document, status: str = "") -> Any:
    """Make the catalogue say what a document without versions says; return its row, saved.

    An entry that is there keeps its place in the order and whether visitors see it; a new one
    comes last, in that status. Raises ValidationError for what no row may hold.
    """
    with translation.override(FIRST):
        slugs = Slugs()
        (spec,) = rows_of_document(kind, document)
        table = TABLE_OF[spec.model]
        wanted = table.values_of(spec)
        wanted.pop("status", None)
        if kind != PlainKind.COST:  # a line stands where its kind does
            wanted.pop("position", None)
        row: Any = spec.model._default_manager.filter(slug=spec.slug).first()
        to_set = wanted
        if row is not None:
            to_set = _to_set(wanted, table.held(slugs, [row.pk])[row.pk], None)
        else:
            row = table.model(slug=spec.slug, edition_state={})
            if "status" in table.columns:
                row.status = status
            if "position" in table.columns and kind != PlainKind.COST:
                last = spec.model._default_manager.aggregate(last=Max("position"))["last"]
                row.position = 0 if last is None else last + 1
        columns, linked, inner = table.split(to_set)
        table.write_columns(row, columns, slugs)
        changed = {each for name in columns for each in table.fields[name]}
        row.clean_fields(exclude={each.name for each in row._meta.fields} - changed)
        row.clean()
        row.validate_constraints()
        if to_set:
            row.save()
            slugs.add(row)
        table.write_inner(row, inner, slugs)
        for name, value in inner.items():
            if value is MISSING:
                table.remove_inner(row, name)
        table.write_links(row, linked, slugs)
        return row


def _to_set(wanted: Values, held: Values, said: Values | None) -> Values:
    fields = [*wanted, *(name for name in held if "/" in name and name not in wanted)]
    to_set: Values = {}
    for name in fields:
        value = wanted.get(name, MISSING)
        is_mine = said is None or said.get(name, MISSING) != value or name == "status"
        if is_mine and held.get(name, MISSING) != value:
            to_set[name] = value
    return to_set


def _rows_if_whole(kind: str, document: Document | None) -> tuple[Row, ...]:
    if document is None:
        return ()
    try:
        return rows_of_document(kind, document)
    except ValueError:
        return ()
