"""Reads and writes the catalogue's rows as plain fields, the form in which they are compared.

A value is JSON in one normal form: days and times as ISO text, decimals with the column's
decimals, references as slugs, "not known" of a text as "". Columns that only make sense together
(both ends of a period; what is known of a person and whether it may be shown) count as one field,
so that no mixture of the edition's and the office's values can break a constraint.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models as db
from django.db.models import Model
from modeltranslation.manager import get_translatable_fields_for_model

from sojourn.catalogue import models
from sojourn.catalogue.edition.merge import MISSING, Values
from sojourn.common.translated_fields import field_of

NEVER_COMPARED = {"id", "slug", "edition_state", "created_at", "updated_at", "loaded_at",
                  "with_examples", "private_to", "contacted_on"}  # fmt: skip
RULES = ("away", "coming_home", "year", "insight", "board")
"""Columns that hold a part of `edition.yaml` as it is written."""


Columns = dict[str, Any]
Inner = dict[str, Columns] | list[Columns]


@dataclass(frozen=True, slots=True)
class Row:
    """What the edition says about one entry: columns, links to others by slug, and inner rows.

    Columns that are not named are empty. Inner rows with a slug of their own stand under it;
    others under their number.
    """

    model: type[Model]
    slug: str
    columns: Columns
    links: dict[str, list[str]] = field(default_factory=dict)
    inner: dict[str, Inner] = field(default_factory=dict)


class Slugs:
    """Finds rows by slug and slugs by row, one query for each table."""

    def __init__(self) -> None:
        self._ids: dict[type[Model], dict[str, int]] = {}
        self._slugs: dict[type[Model], dict[int, str]] = {}

    def _read(self, model: type[Model]) -> None:
        if model not in self._ids:
            pairs = list(model._default_manager.values_list("slug", "pk"))
            self._ids[model] = dict(pairs)
            self._slugs[model] = {pk: slug for slug, pk in pairs}

    def id_of(self, model: type[Model], slug: str) -> int:
        self._read(model)
        return self._ids[model][slug]

    def slug_of(self, model: type[Model], pk: int) -> str:
        self._read(model)
        return self._slugs[model][pk]

    def add(self, row: Model) -> None:
        model, slug = type(row), row.slug  # type: ignore[attr-defined]
        self._read(model)
        self._ids[model][slug] = row.pk
        self._slugs[model][row.pk] = slug


@dataclass(frozen=True)
class InnerTable:
    """Rows inside an entry, such as its deadlines; `keyed` ones have a slug of their own."""

    name: str
    model: type[Model]
    parent: str
    keyed: bool

    @cached_property
    def columns(self) -> dict[str, db.Field[Any, Any]]:
        # The order of unkeyed rows is that of the list; keyed ones are ordered by what they say.
        return columns_of(self.model, {self.parent, "position"})

    def last_said(self, state: Values) -> Values:
        """Return what the edition said last of a row, in the columns that there are today."""
        return {column.name: _last_said(column, state) for column in self.columns.values()}


@dataclass(frozen=True)
class EntryTable:
    """How one kind of entry is made up."""

    model: type[Model]
    name: str  # as a person calls it
    together: dict[str, tuple[str, ...]] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    inner: tuple[InnerTable, ...] = ()

    @cached_property
    def columns(self) -> dict[str, db.Field[Any, Any]]:
        return columns_of(self.model, set())

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Columns that count as one field: those named here, and those of an optional fact."""
        groups = dict(self.together)
        for fact, parts in getattr(self.model, "FACTS", {}).items():
            of_fact = {*parts, f"{fact}_is_example", f"{fact}_source"}
            groups[fact] = tuple(
                name
                for name, column in self.columns.items()
                if getattr(column, "translated_field", column).name in of_fact
            )
        return groups

    @cached_property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """Field as it is compared -> the columns it stands for."""
        grouped = {column: name for name, columns in self.groups.items() for column in columns}
        fields: dict[str, tuple[str, ...]] = {}
        for column in self.columns:
            name = grouped.get(column, column)
            fields[name] = (*fields.get(name, ()), column)
        return fields

    @property
    def can_be_withdrawn(self) -> bool:
        return "status" in self.columns

    # --- What the edition says ------------------------------------------------------------

    def values_of(self, row: Row) -> Values:
        """Return the fields of a row of the edition."""
        unknown = set(row.columns) - set(self.columns)
        assert not unknown, f"{self.name} has no {unknown}"  # noqa: S101 - a mistake of ours
        values = self._grouped(
            {name: normal(column, row.columns.get(name)) for name, column in self.columns.items()}
        )
        for name in self.links:
            values[name] = sorted(row.links.get(name, ()))
        for table in self.inner:
            rows = row.inner.get(table.name, {} if table.keyed else [])
            if isinstance(rows, dict):
                for slug, columns in rows.items():
                    values[f"{table.name}/{slug}"] = _inner_values(table, columns)
            else:
                values[table.name] = [_inner_values(table, columns) for columns in rows]
        return values

    def last_said(self, state: Values) -> Values:
        """Return what the edition said last, in the columns that there are today.

        One that came since, such as that of a further language, was not filled in then.
        """
        if not state:
            return {}  # the office's own
        values: Values = {}
        for name, members in self.fields.items():
            said = state.get(name, {}) if name in self.groups else state
            filled = {member: _last_said(self.columns[member], said) for member in members}
            values[name] = filled if name in self.groups else filled[name]
        for name in self.links:
            values[name] = state.get(name, [])
        for table in self.inner:
            if table.keyed:
                rows = {
                    name: row for name, row in state.items() if name.startswith(f"{table.name}/")
                }
                values |= {name: table.last_said(row) for name, row in rows.items()}
            else:
                values[table.name] = [table.last_said(row) for row in state.get(table.name, [])]
        return values

    def _grouped(self, columns: Mapping[str, Any]) -> Values:
        return {
            name: columns[members[0]]
            if name not in self.groups
            else {member: columns[member] for member in members}
            for name, members in self.fields.items()
        }

    # --- What the catalogue holds -----------------------------------------------------------

    def held(self, slugs: Slugs, only: Collection[int] | None = None) -> dict[int, Values]:
        """Return the fields of every row of this kind, by primary key; one query for each table.

        `only` names the keys of the rows that are asked for.
        """
        values: dict[int, Values] = {}
        rows = self.model._default_manager.all()
        for row in rows if only is None else rows.filter(pk__in=only):
            values[row.pk] = self._grouped(
                {name: held_value(row, column, slugs) for name, column in self.columns.items()}
            )
        for name in self.links:
            self._read_links(name, values, slugs, only)
        for table in self.inner:
            self._read_inner(table, values, slugs, only)
        return values

    def _read_links(
        self, name: str, values: dict[int, Values], slugs: Slugs, only: Collection[int] | None
    ) -> None:
        link = self.model._meta.get_field(name)
        assert isinstance(link, db.ManyToManyField)  # noqa: S101 - TABLES names links only
        target = link.remote_field.model
        found: dict[int, list[str]] = {pk: [] for pk in values}
        through = link.remote_field.through
        assert through is not None  # noqa: S101 - Django makes it
        columns = (link.m2m_column_name(), link.m2m_reverse_name())
        pairs = through._default_manager.all()
        if only is not None:
            pairs = pairs.filter(**{f"{columns[0]}__in": only})
        for pk, other in pairs.values_list(*columns):
            found[pk].append(slugs.slug_of(target, other))
        for pk, linked in found.items():
            values[pk][name] = sorted(linked)

    def _read_inner(
        self,
        table: InnerTable,
        values: dict[int, Values],
        slugs: Slugs,
        only: Collection[int] | None,
    ) -> None:
        order = "slug" if table.keyed else "position"
        rows = table.model._default_manager.order_by(order, "pk")
        if only is not None:
            rows = rows.filter(**{f"{table.parent}__in": only})
        if not table.keyed:
            for held in values.values():
                held[table.name] = []
        for row in rows:
            held = values[getattr(row, f"{table.parent}_id")]
            columns = {n: held_value(row, column, slugs) for n, column in table.columns.items()}
            if table.keyed:
                held[f"{table.name}/{row.slug}"] = columns  # type: ignore[attr-defined]
            else:
                held[table.name].append(columns)

    # --- Writing ----------------------------------------------------------------------------

    def split(self, fields: Mapping[str, Any]) -> tuple[Values, Values, Values]:
        """Fields that are columns, links, and inner rows."""
        links = {name: value for name, value in fields.items() if name in self.links}
        columns = {name: value for name, value in fields.items() if name in self.fields}
        inner = {
            name: value
            for name, value in fields.items()
            if name not in links and name not in columns
        }
        return columns, links, inner

    def write_columns(self, row: Model, fields: Mapping[str, Any], slugs: Slugs) -> None:
        for name, value in fields.items():
            members = value if name in self.groups else {name: value}
            for column, held in members.items():
                set_value(row, self.columns[column], held, slugs)

    def write_links(self, row: Model, links: Mapping[str, list[str]], slugs: Slugs) -> None:
        for name, linked in links.items():
            link = self.model._meta.get_field(name)
            target = link.remote_field.model  # type: ignore[union-attr]
            getattr(row, name).set([slugs.id_of(target, slug) for slug in linked])

    def write_inner(self, row: Model, inner: Mapping[str, Any], slugs: Slugs) -> None:
        """Set inner rows; `remove_inner` removes keyed ones, once nothing needs them."""
        for name, value in inner.items():
            table, _, slug = self.inner_table(name)
            if not table.keyed:
                table.model._default_manager.filter(**{table.parent: row}).delete()
                for position, columns in enumerate(value):
                    made = table.model(**{table.parent: row, "position": position})
                    _fill(made, table, columns, slugs)
            elif value is not MISSING:
                # Found by slug alone: it may have moved here from another entry.
                made = table.model._default_manager.filter(slug=slug).first() or table.model(
                    slug=slug
                )
                setattr(made, table.parent, row)
                _fill(made, table, value, slugs)
                slugs.add(made)

    def remove_inner(self, row: Model, name: str) -> bool:
        """Remove a keyed inner row that still belongs to this entry, unless something needs it."""
        table, _, slug = self.inner_table(name)
        held = table.model._default_manager.filter(slug=slug, **{table.parent: row})
        try:
            return bool(held.delete()[0])
        except db.ProtectedError:
            return False

    def inner_table(self, name: str) -> tuple[InnerTable, str, str]:
        kind, separator, slug = name.partition("/")
        return next(table for table in self.inner if table.name == kind), separator, slug


def columns_of(model: type[Model], without: set[str]) -> dict[str, db.Field[Any, Any]]:
    """Return the columns that an edition may set; of a translated field those of the languages."""
    translated = set(get_translatable_fields_for_model(model) or ())
    return {
        column.name: column
        for column in model._meta.concrete_fields
        if column.name not in NEVER_COMPARED | without | translated
    }


def normal(column: db.Field[Any, Any], value: Any) -> Any:
    """Return a value of that column in the one form in which values are compared."""
    if isinstance(column, db.JSONField):
        return _empty(column) if value is None else value
    if isinstance(column, db.CharField | db.TextField):
        return "" if value is None else str(value)
    if value is None:
        return column.get_default() if isinstance(column, db.BooleanField) else None
    if isinstance(column, db.DecimalField):
        return str(Decimal(value).quantize(Decimal(1).scaleb(-column.decimal_places)))
    if isinstance(column, db.FloatField):
        return float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value


def _last_said(column: db.Field[Any, Any], state: Values) -> Any:
    """Return a value of a row or group; where the column came since, what a migration filled in."""
    if column.name in state:
        return state[column.name]
    return normal(column, column.get_default() if column.has_default() else None)


def _empty(column: db.JSONField[Any, Any]) -> Any:
    return column.default() if callable(column.default) else []


def held_value(row: Model, column: db.Field[Any, Any], slugs: Slugs) -> Any:
    if isinstance(column, db.ForeignKey):
        pk = getattr(row, column.attname)
        return None if pk is None else slugs.slug_of(column.remote_field.model, pk)
    return normal(column, getattr(row, column.attname))


def set_value(row: Model, column: db.Field[Any, Any], value: Any, slugs: Slugs) -> None:
    if isinstance(column, db.ForeignKey):
        pk = None if value is None else slugs.id_of(column.remote_field.model, value)
        setattr(row, column.attname, pk)
    else:
        setattr(row, column.attname, column.to_python(value))


def _inner_values(table: InnerTable, columns: Mapping[str, Any]) -> Values:
    unknown = set(columns) - set(table.columns)
    assert not unknown, f"{table.name} has no {unknown}"  # noqa: S101 - a mistake of ours
    return {name: normal(column, columns.get(name)) for name, column in table.columns.items()}


def _fill(row: Model, table: InnerTable, columns: Mapping[str, Any], slugs: Slugs) -> None:
    for name, value in columns.items():
        set_value(row, table.columns[name], value, slugs)
    row.save()


def shown_name(fields: Iterable[str]) -> tuple[str, ...]:
    """Fields as a person reads them: `title (nl)`, `deadline ki-application-autumn-2027`."""
    names = []
    for name in fields:
        kind, separator, slug = name.partition("/")
        if separator:
            names.append(f"{kind.removesuffix('s').replace('_', ' ')} {slug}")
        else:
            field_name, language = field_of(kind)
            shown = field_name.replace("_", " ")
            names.append(f"{shown} ({language})" if language else shown)
    return tuple(names)


_WEEKS = ("weeks_min", "weeks_max")

# In an order in which what is referred to comes first.
TABLES: tuple[EntryTable, ...] = (
    EntryTable(models.Source, "source"),
    EntryTable(models.Edition, "edition"),
    EntryTable(models.Subject, "subject"),
    EntryTable(
        models.DegreeProgramme,
        "degree programme",
        links=("sources",),
        inner=(InnerTable("phases", models.StudyPhase, "programme", keyed=True),),
    ),
    EntryTable(
        models.Institution,
        "institution",
        together={"place": ("latitude", "longitude")},
        links=("sources",),
        inner=(InnerTable("units", models.OrganisationalUnit, "institution", keyed=True),),
    ),
    EntryTable(
        models.Agreement,
        "agreement",
        together={"validity": ("valid_from", "valid_until")},
        links=("sources", "programmes"),
        inner=(InnerTable("languages", models.AgreementLanguage, "agreement", keyed=False),),
    ),
    EntryTable(
        models.Course,
        "course",
        together={"period": ("starts_month", "ends_month")},
        links=("sources",),
    ),
    EntryTable(
        models.MobilityWindow,
        "mobility window",
        together={"weeks": _WEEKS, "period": ("starts_month", "ends_month")},
        links=("sources", "home_courses"),
        inner=(InnerTable("requirements", models.WindowRequirement, "window", keyed=False),),
    ),
    EntryTable(
        models.Contact,
        "contact",
        together={
            "person": (
                "name", "role", "email", "phone", "visibility", "consent_given", "consent_on",
                "consent_by", "consent_source",
            ),
        },
        links=("sources", "programmes"),
        inner=(
            InnerTable("walk_in_hours", models.WalkInHour, "contact", keyed=True),
            InnerTable("absences", models.Absence, "contact", keyed=False),
        ),
    ),
    EntryTable(
        models.Opportunity,
        "opportunity",
        together={"weeks": _WEEKS},
        links=("sources", "windows", "subjects", "courses", "contacts"),
        inner=(
            InnerTable("host_links", models.OpportunityHost, "opportunity", keyed=False),
            InnerTable("requirements", models.OpportunityRequirement, "opportunity", keyed=False),
            InnerTable("languages", models.LanguageNeed, "opportunity", keyed=False),
            InnerTable("deadlines", models.Deadline, "opportunity", keyed=True),
        ),
    ),
    EntryTable(
        models.CostLine,
        "cost line",
        together={
            "for": ("opportunity", "institution", "country"),
            "figures": ("per", "low", "typical", "high", "currency"),
            "origin": ("source", "is_example"),
        },
    ),
    EntryTable(
        models.Grant,
        "grant",
        together={"days": ("days_min", "days_max")},
        links=("sources",),
        inner=(
            InnerTable("questions", models.GrantQuestion, "grant", keyed=False),
            InnerTable("amounts", models.GrantAmount, "grant", keyed=False),
            InnerTable("conditions", models.GrantCondition, "grant", keyed=False),
        ),
    ),
    EntryTable(
        models.ExchangeRate,
        "exchange rate",
        together={"origin": ("source", "is_example")},
    ),
    EntryTable(
        models.TravelAdvice,
        "travel advice",
        together={"figures": ("level", "checked_on", "source")},
        inner=(InnerTable("regions", models.AdviceRegion, "advice", keyed=False),),
    ),
    EntryTable(
        models.LearningHours,
        "figure about learning",
        together={
            "figures": ("measure", "level", "low", "high"),
            "origin": ("source", "is_example"),
        },
    ),
    EntryTable(
        models.PreparationStep,
        "step before departure",
        together={"weeks": _WEEKS},
        links=("sources",),
    ),
    EntryTable(
        models.Road,
        "road",
        together={"days": ("days_min", "days_max")},
        links=("sources",),
        inner=(InnerTable("steps", models.RoadStep, "road", keyed=True),),
    ),
    EntryTable(
        models.Precedent,
        "precedent",
        together={"courses": ("host_course", "home_course")},
        links=("sources",),
    ),
    EntryTable(
        models.PublishedReport,
        "report",
        links=("sources",),
        inner=(InnerTable("costs", models.ReportedCost, "report", keyed=False),),
    ),
    EntryTable(models.Guide, "guide", links=("sources", "related")),
)  # fmt: skip
TABLE_OF = {table.model: table for table in TABLES}
