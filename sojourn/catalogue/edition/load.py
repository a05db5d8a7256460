"""Brings an edition into the catalogue, in one transaction, without undoing the office's work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from django.db.models import Model
from django.utils import timezone, translation

from sojourn.catalogue import models
from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.check import check_edition
from sojourn.catalogue.edition.edition import Edition
from sojourn.catalogue.edition.examples import ExamplePolicy, without_examples
from sojourn.catalogue.edition.merge import MISSING, ConflictPolicy, Values, merge
from sojourn.catalogue.edition.problems import EditionError, EditionProblem
from sojourn.catalogue.edition.rows import rows_of
from sojourn.catalogue.edition.tables import TABLE_OF, TABLES, EntryTable, Row, Slugs, shown_name
from sojourn.catalogue.services import changing_catalogue, publish_change
from sojourn.common.languages import FIRST

# Called with the number of entries done and the number there are.
Progress = Callable[[int, int], None]


class Fate(Enum):
    """What a load did with an entry."""

    ADDED = "added"
    CHANGED = "changed"
    KEPT = "kept"  # fields that the office edited
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a load did with one entry, and with which of its fields."""

    fate: Fate
    kind: str
    slug: str
    fields: tuple[str, ...] = ()


@dataclass
class LoadReport:
    """What a load did: every outcome, and how many entries were left alone."""

    edition: str
    version: int
    outcomes: list[Outcome] = field(default_factory=list)
    left_alone: Counter[str] = field(default_factory=Counter)
    with_examples: bool = True

    def of(self, fate: Fate) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.fate is fate]

    @property
    def changes(self) -> int:
        """How many entries are different from before."""
        return sum(outcome.fate is not Fate.KEPT for outcome in self.outcomes)


def no_progress(done: int, total: int) -> None:
    """For loads that nobody watches."""


def load_edition(
    folder: Path,
    *,
    examples: ExamplePolicy = ExamplePolicy.KEEP,
    on_conflict: ConflictPolicy = ConflictPolicy.KEEP_OFFICE,
    progress: Progress = no_progress,
) -> LoadReport:
    """Make the catalogue say what the edition says, and report what that changed.

    Raises EditionError, with nothing changed, when anything is wrong with the edition. Entries
    that left the edition are withdrawn, and come back if they return to it. What the office made
    or edited stays, unless `on_conflict` says otherwise.
    """
    edition = check_edition(folder)
    if examples is ExamplePolicy.DROP:
        edition = without_examples(edition)
    # The untranslated column of a translated field follows the language in use.
    with changing_catalogue(), translation.override(FIRST):
        return _Load(edition, examples, on_conflict, progress).run()


class _Load:
    """One load, inside its transaction."""

    def __init__(
        self,
        edition: Edition,
        examples: ExamplePolicy,
        on_conflict: ConflictPolicy,
        progress: Progress,
    ) -> None:
        self.edition = edition
        self.examples = examples
        self.on_conflict = on_conflict
        self.progress = progress
        self.slugs = Slugs()
        self.report = LoadReport(
            edition.faculty.entry.id, 0, with_examples=examples is ExamplePolicy.KEEP
        )
        self.links: list[tuple[EntryTable, Model, Values]] = []
        self.leaving_inner: list[tuple[EntryTable, Model, str]] = []
        self.leaving: list[Model] = []
        self.wanted_inner: set[str] = set()

    def run(self) -> LoadReport:
        self._refuse_other_edition()
        rows: dict[type[Model], list[Row]] = {table.model: [] for table in TABLES}
        total = 0
        for row in rows_of(self.edition):
            rows[row.model].append(row)
            total += 1
        done = 0
        for table in TABLES:
            self._load_kind(table, rows[table.model])
            done += len(rows[table.model])
            self.progress(done, total)
        for table, made, links in self.links:
            table.write_links(made, links, self.slugs)
        self._remove()
        self._finish()
        return self.report

    def _refuse_other_edition(self) -> None:
        """One installation serves one faculty; another's edition would withdraw everything."""
        held = models.Edition.objects.first()
        found = self.edition.faculty
        if held and held.slug != found.entry.id:
            raise EditionError(
                [
                    EditionProblem(
                        found.file,
                        found.line(("id",)),
                        "id",
                        f"this installation serves the edition {held.slug!r} already",
                        f"{held.slug!r}, or an installation of its own (SOJOURN_DATA)",
                    )
                ]
            )

    def _load_kind(self, table: EntryTable, rows: list[Row]) -> None:
        entries: list[Any] = list(table.model._default_manager.all())
        held_rows = {row.slug: row for row in entries}
        held = table.held(self.slugs)
        wanted = {row.slug: table.values_of(row) for row in rows}
        for values in wanted.values():
            self.wanted_inner.update(name for name in values if "/" in name)
        # What leaves goes first, and home: false before home: true, as only one may be home.
        for slug, row in held_rows.items():
            if slug not in wanted and row.edition_state:
                self._let_go(table, row, held[row.pk])
        for slug in sorted(wanted, key=lambda slug: bool(wanted[slug].get("is_home"))):
            if slug in held_rows:
                row = held_rows[slug]
                self._compare(table, row, wanted[slug], held[row.pk])
            elif table.model is models.CostLine and self._office_removed(slug, wanted[slug]):
                self._tell(Fate.KEPT, table, slug)
            else:
                self._add(table, slug, wanted[slug])

    # --- One entry --------------------------------------------------------------------------

    def _add(self, table: EntryTable, slug: str, values: Values) -> None:
        row: Any = table.model(slug=slug, edition_state=values)
        if values.get("is_home"):
            self._keep_one_home(table, row, values)
        columns, links, inner = table.split(values)
        table.write_columns(row, columns, self.slugs)
        row.save(force_insert=True)
        self.slugs.add(row)
        table.write_inner(row, inner, self.slugs)
        self.links.append((table, row, links))
        self._tell(Fate.ADDED, table, slug)

    def _compare(self, table: EntryTable, row: Any, values: Values, held: Values) -> None:
        result = merge(values, held, table.last_said(row.edition_state), self.on_conflict)
        to_set, kept = dict(result.to_set), list(result.kept)
        if to_set.get("is_home") and not self._may_be_home(row):
            del to_set["is_home"]
            kept.append("is_home")
        if to_set:
            self._apply(table, row, to_set, result.base)
        else:
            if row.edition_state != result.base:
                table.model._default_manager.filter(pk=row.pk).update(edition_state=result.base)
            if not kept:
                self.report.left_alone[table.name] += 1
        if kept:
            self._tell(Fate.KEPT, table, row.slug, kept)

    def _apply(self, table: EntryTable, row: Any, to_set: Values, base: Values) -> None:
        columns, links, inner = table.split(to_set)
        table.write_columns(row, columns, self.slugs)
        row.edition_state = base
        row.save()
        table.write_inner(row, inner, self.slugs)
        self.links.append((table, row, links))
        for name, value in inner.items():
            if value is MISSING and name not in self.wanted_inner:
                self.leaving_inner.append((table, row, name))
        came_back = to_set.get("status") == models.PublicationStatus.PUBLISHED
        self._tell(Fate.RETURNED if came_back else Fate.CHANGED, table, row.slug, to_set)

    def _let_go(self, table: EntryTable, row: Any, held: Values) -> None:
        """Withdraw an entry that left the edition, or remove it where nobody can visit it."""
        if table.can_be_withdrawn:
            wanted: Values = {"status": models.PublicationStatus.WITHDRAWN.value}
            if "is_home" in held:
                wanted["is_home"] = False
            known = {name: row.edition_state.get(name, MISSING) for name in wanted}
            result = merge(wanted, {name: held[name] for name in wanted}, known, self.on_conflict)
            base = {**row.edition_state, **wanted}
            if result.to_set:
                table.write_columns(row, result.to_set, self.slugs)
                row.edition_state = base
                row.save()
                self._tell(Fate.WITHDRAWN, table, row.slug)
            elif row.edition_state != base:
                table.model._default_manager.filter(pk=row.pk).update(edition_state=base)
            return
        said = table.last_said(row.edition_state)
        result = merge(said, held, said, self.on_conflict)
        if result.kept:
            # From now on it is the office's own.
            table.model._default_manager.filter(pk=row.pk).update(edition_state={})
            self._tell(Fate.KEPT, table, row.slug, result.kept)
        else:
            self.leaving.append(row)

    def _office_removed(self, slug: str, values: Values) -> bool:
        """Whether the office took this line of costs out of a place that it published."""
        if self.on_conflict is ConflictPolicy.OVERWRITE:
            return False
        place = values["for"]["opportunity"]
        versions = models.EntryVersion.objects.filter(
            kind=models.EntryKind.OPPORTUNITY, slug=place or ""
        ).exclude(state__in=[models.VersionState.DRAFT, models.VersionState.SCHEDULED])
        lines = [
            {schema.cost_slug(place, one.get("id"), one["line"]) for one in found.get("costs", [])}
            for found in versions.order_by("-number").values_list("document", flat=True)
        ]
        return bool(lines) and slug not in lines[0] and any(slug in held for held in lines[1:])

    def _may_be_home(self, row: Model) -> bool:
        return not models.Institution.objects.filter(is_home=True).exclude(pk=row.pk).exists()

    def _keep_one_home(self, table: EntryTable, row: Model, values: Values) -> None:
        """Keep the home that the office has chosen instead of a new one."""
        if not self._may_be_home(row):
            values["is_home"] = False
            self._tell(Fate.KEPT, table, row.slug, ["is_home"])  # type: ignore[attr-defined]

    # --- The end ----------------------------------------------------------------------------

    def _remove(self) -> None:
        """Rows that nothing needs any more, after every reference to them is gone."""
        for table, row, name in self.leaving_inner:
            table.remove_inner(row, name)
        for row in self.leaving:
            if not _is_needed(row):
                row.delete()
                self._tell(Fate.REMOVED, TABLE_OF[type(row)], row.slug)  # type: ignore[attr-defined]

    def _finish(self) -> None:
        edition = models.Edition.objects.get()
        shown_differently = edition.with_examples != self.report.with_examples
        if self.report.changes or shown_differently or edition.loaded_at is None:
            models.Edition.objects.update(
                with_examples=self.report.with_examples, loaded_at=timezone.now()
            )
            self.report.version = publish_change()
        else:
            self.report.version = models.CatalogueVersion.objects.get(id=1).number

    def _tell(self, fate: Fate, table: EntryTable, slug: str, fields: Any = ()) -> None:
        self.report.outcomes.append(Outcome(fate, table.name, slug, shown_name(fields)))


def _is_needed(row: Model) -> bool:
    """Whether any other row refers to this one."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and relation.is_relation and not relation.concrete):
            continue
        holder = relation.related_model
        name = relation.field.name  # type: ignore[union-attr]
        if holder._default_manager.filter(**{name: row.pk}).exists():  # type: ignore[union-attr]
            return True
    return False
