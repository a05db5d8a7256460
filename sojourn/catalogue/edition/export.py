"""Writes the published catalogue out as the files of an edition: the way back of `rows`.

A field of a part is read from the column of its own name, as `rows` writes it there; what is called
otherwise there is called otherwise here. Loading what was written changes nothing. Reports of
students stay out: they are theirs, not the edition's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Model
from pydantic import BaseModel

from sojourn.catalogue import models
from sojourn.catalogue.choices import WEEKDAYS
from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.documents import (
    Document,
    cost_document,
    course_document,
    flat,
    guide_document,
    inner_rows,
    institution_document,
    number_text,
    opportunity_document,
    part,
    plain_document,
    said,
    window_document,
    without_nothing,
)
from sojourn.catalogue.edition.explain import models_in
from sojourn.catalogue.edition.merge import Values
from sojourn.catalogue.edition.schema.contacts import WalkIn
from sojourn.catalogue.edition.schema.faculty import (
    AccountRules,
    AdviceRoute,
    CheckingRules,
    KeepingRules,
    SelectionRules,
)
from sojourn.catalogue.edition.tables import RULES, TABLE_OF, TABLES, EntryTable, Slugs
from sojourn.catalogue.models import PublicationStatus
from sojourn.common.languages import LANGUAGES, REQUIRED


def export_edition(folder: Path) -> list[str]:
    """Write the edition into a folder that is empty or new; return the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(str(folder))
    written = []
    for name, text in _Export().files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(name)
    return written


class _Export:
    """One look at the catalogue: what is published, and names nothing that is not."""

    def __init__(self) -> None:
        self.slugs = Slugs()
        self._left_out: dict[type[Model], set[str]] = {}
        # What is referred to comes first, so what refers to it knows whether it is there.
        self._entries = {table.model: list(self._published(table)) for table in TABLES}

    def files(self) -> Iterator[tuple[str, str]]:
        yield "edition.yaml", _yaml(self._faculty())
        opportunities, costs = self._opportunities_and_costs()
        lists: dict[str, list[Document]] = {
            "sources": self._plain(models.Source, schema.Source),
            "institutions": [institution_document(*one) for one in self._held(models.Institution)],
            "agreements": self._plain(models.Agreement, schema.Agreement),
            "windows": [window_document(*one) for one in self._held(models.MobilityWindow)],
            "opportunities": opportunities,
            "precedents": self._plain(models.Precedent, schema.Precedent),
            "contacts": [self._contact(*pair) for pair in self._held(models.Contact)],
            "costs": costs,
            "grants": self._plain(models.Grant, schema.Grant),
            "rates": self._plain(models.ExchangeRate, schema.ExchangeRate, has_id=False),
            "travel_advice": self._plain(models.TravelAdvice, schema.TravelAdvice, has_id=False),
            "language_learning": self._plain(models.LearningHours, schema.LearningHours),
            "preparation": self._plain(models.PreparationStep, schema.PreparationStep),
            "roads": [self._road(*pair) for pair in self._held(models.Road)],
            "reports": [
                self._report(slug, held)
                for slug, held in self._held(models.PublishedReport)
                if not held["language"]
            ],
        }
        for name, entries in lists.items():
            if entries or name in ("sources", "institutions"):
                yield f"{name}.yaml", _yaml(entries)
        yield from self._courses()
        yield from self._guides()

    def _held(self, model: type[Model]) -> list[tuple[str, Values]]:
        """Return the entries that are written, in their order."""
        return self._entries[model]

    def _published(self, table: EntryTable) -> Iterator[tuple[str, Values]]:
        rows = table.model._default_manager.all()
        columns = {field.name for field in table.model._meta.concrete_fields}
        left_out = self._left_out.setdefault(table.model, set())
        if "status" in columns:
            is_published = {"status": PublicationStatus.PUBLISHED}
            left_out |= set(rows.exclude(**is_published).values_list("slug", flat=True))
            rows = rows.filter(**is_published)
        order = ("position", "slug") if "position" in columns else ("slug",)
        found = list(rows.order_by(*order).values_list("pk", "slug"))
        held = table.held(self.slugs, [pk for pk, _slug in found])
        for pk, slug in found:
            said = self._without_the_rest(table, flat(held[pk]))
            if said is None:
                left_out.add(slug)
            else:
                yield slug, said

    def _without_the_rest(self, table: EntryTable, held: Values) -> Values | None:
        """Leave out what names an entry that is not written; None where nothing is left."""
        if self._names_one(table.columns, held):
            return None
        said = dict(held)
        for name in table.links:
            target: Any = table.model._meta.get_field(name).related_model
            said[name] = [slug for slug in held[name] if slug not in self._left_out[target]]
        for inner in table.inner:
            if not inner.keyed:
                said[inner.name] = [
                    row for row in held[inner.name] if not self._names_one(inner.columns, row)
                ]
        is_nowhere = table.model is models.Opportunity and not (
            said["host_links"] and said["windows"]
        )
        return None if is_nowhere else said

    def _names_one(self, columns: Mapping[str, Any], held: Values) -> bool:
        """Tell whether a row cannot be without an entry that is not written."""
        return any(
            held[name] in self._left_out.get(column.related_model, ())
            for name, column in columns.items()
            if column.is_relation
        )

    def _plain(
        self, model: type[Any], kind: type[schema.Part], *, has_id: bool = True
    ) -> list[Document]:
        """Return the entries of which every field is a column or a link of that name."""
        return [
            plain_document(kind, slug if has_id else "", held) for slug, held in self._held(model)
        ]

    # --- Entries --------------------------------------------------------------------------

    def _faculty(self) -> Document:
        edition = models.Edition.objects.get()
        columns = TABLE_OF[models.Edition].held(self.slugs, [edition.pk])[edition.pk]
        rules = {name: columns.pop(name) for name in RULES}
        held = flat(columns)
        keeping = {
            name: f"keep_{name}" for name in KeepingRules.model_fields if "remind" not in name
        }
        checking = {name: f"check_{name}" for name in CheckingRules.model_fields}
        home = models.Institution.objects.get(is_home=True).slug
        return without_nothing(
            {
                "schema": "1",
                "id": edition.slug,
                **part(
                    schema.Faculty,
                    held,
                    names={"holidays": "holidays_country"},
                    apart={
                        "schema_version", "home", "languages", "degree_programmes", "subjects",
                        "selection", "accounts", "checking", "keeping", "advice_routes",
                        "signing_languages", *RULES,
                    },
                ),
                "home": home,
                "languages": list(LANGUAGES),
                "selection": part(
                    SelectionRules, held, names={"remind_days": "remind_application_days"}
                ),
                "accounts": part(AccountRules, held),
                "checking": part(CheckingRules, held, names=checking),
                "keeping": part(KeepingRules, held, names=keeping),
                **rules,
                "advice_routes": [_route(route) for route in held["advice_routes"]],
                "signing_languages": held["signing_languages"],
                "degree_programmes": [
                    {
                        "id": slug,
                        **part(schema.DegreeProgramme, programme, apart={"phases"}),
                        "phases": [
                            {"id": phase, **part(_phase(), columns)}
                            for phase, columns in inner_rows(programme, "phases")
                        ],
                    }
                    for slug, programme in self._held(models.DegreeProgramme)
                ],
                "subjects": [
                    {"id": slug, "name": said(subject, "name")}
                    for slug, subject in self._held(models.Subject)
                ],
            }
        )  # fmt: skip

    def _opportunities_and_costs(self) -> tuple[list[Document], list[Document]]:
        """Return places with their own lines, and the lines that are for more than one of them."""
        own: dict[str, list[tuple[str, Values]]] = {}
        shared: list[Document] = []
        for slug, held in self._held(models.CostLine):
            if held["opportunity"]:
                own.setdefault(held["opportunity"], []).append((slug, held))
            else:
                shared.append(cost_document(slug, held))
        places = [
            opportunity_document(slug, held, own.get(slug, ()))
            for slug, held in self._held(models.Opportunity)
        ]
        return places, shared

    def _contact(self, slug: str, held: Values) -> Document:
        consent = {
            "given": held["consent_given"],
            "on": held["consent_on"],
            "by": held["consent_by"],
            "source": held["consent_source"],
        }
        is_asked = any(consent.values())
        return without_nothing(
            {
                "id": slug,
                **part(
                    schema.Contact,
                    held,
                    names={"unit": "unit_name"},
                    apart={"walk_in", "consent"},
                ),
                "consent": consent if is_asked else None,
                "walk_in": [
                    {
                        "id": hour,
                        **part(WalkIn, columns, names={"online": "online_link"}, apart={"weekday"}),
                        "weekday": WEEKDAYS[columns["weekday"]],
                    }
                    for hour, columns in inner_rows(held, "walk_in_hours")
                ],
            }
        )

    def _road(self, slug: str, held: Values) -> Document:
        steps = sorted(inner_rows(held, "steps"), key=lambda pair: pair[1]["number"])
        return without_nothing(
            {
                "id": slug,
                **part(schema.Road, held, apart={"gates", "steps", "agreement"}),
                "gates": held["gates"],
                "agreement": held["agreement"],
                "steps": [
                    {
                        "id": name.removeprefix(f"{slug}-"),
                        **part(schema.RoadStep, step, apart={"due", "begins", "after"}),
                        "after": [each.removeprefix(f"{slug}-") for each in step["after"]],
                        "due": _due(
                            step["due_days"],
                            step["due_from"],
                            is_after=step["begins_days"] is not None,
                        ),
                        "begins": _due(step["begins_days"], step["begins_from"]),
                    }
                    for name, step in steps
                ],
            }
        )

    def _report(self, slug: str, held: Values) -> Document:
        return without_nothing(
            {
                "id": slug,
                **part(
                    schema.Report,
                    held,
                    names={"contactable": "is_contactable"},
                    apart={"costs", "ratings"},
                ),
                "ratings": {name: number_text(value) for name, value in held["ratings"].items()},
                "costs": {each["item"]: number_text(each["amount"]) for each in held["costs"]},
            }
        )

    def _courses(self) -> Iterator[tuple[str, str]]:
        given: dict[str, list[Document]] = {}
        for slug, held in self._held(models.Course):
            course = course_document(slug, held)
            given.setdefault(course.pop("institution"), []).append(course)
        for institution, courses in sorted(given.items()):
            whole = {"institution": institution, "courses": courses}
            yield f"courses/{institution}.yaml", _yaml(whole)

    def _guides(self) -> Iterator[tuple[str, str]]:
        for slug, held in self._held(models.Guide):
            guide = guide_document(slug, held)
            del guide["id"]
            texts = {name: guide.pop(name, {}) for name in ("title", "summary", "text")}
            for language in LANGUAGES:
                if language in REQUIRED or texts["text"].get(language):
                    head = {
                        "title": texts["title"].get(language),
                        "summary": texts["summary"].get(language),
                        **guide,
                    }
                    front = _yaml(without_nothing(head))
                    text = texts["text"].get(language, "")
                    yield f"guides/{language}/{slug}.md", f"---\n{front}---\n{text}\n"


# --- Parts ------------------------------------------------------------------------------------


def _phase() -> type[BaseModel]:
    return models_in(schema.DegreeProgramme.model_fields["phases"].annotation)[0]


def _route(route: Mapping[str, Any]) -> Document:
    return {
        name: str(route[name]) if isinstance(route[name], int) else route[name]
        for name in AdviceRoute.model_fields
        if name in route
    }


def _due(days: int | None, day: str, *, is_after: bool = True) -> Document | None:
    """Return by when; on the day itself, only what waits until then is said to be after it."""
    if days is None:
        return None
    return {
        "days": str(abs(days)),
        "after" if days > 0 or (not days and is_after) else "before": day,
    }


class _Dumper(yaml.SafeDumper):
    """Writes no anchors, and long texts as blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _yaml(value: Any) -> str:
    return yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100, line_break="\n"
    )
