"""What every part of the build needs: the rows, their sources, and which entries are shown."""

from __future__ import annotations

import time
from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.rows import field_readers, table
from sojourn.catalogue.snapshot.types import Phase, Provenance, Records, Source
from sojourn.common.languages import Text

R = TypeVar("R")

CHUNK = 200  # rows fetched at a time
PUBLISHED = models.PublicationStatus.PUBLISHED

WORK_SECONDS, REST_SECONDS = 0.0005, 0.0001

Slugs = dict[int, str]  # by key, in the order in which entries are shown
Links = dict[int, list[int]]  # right-hand keys by left-hand key


def throttled(items: Iterable[R]) -> Iterator[R]:
    """Yield the items with short rests, in which other threads get the interpreter.

    Records are read beside requests: without rests each would wait for five milliseconds.
    """
    began = time.perf_counter()
    for item in items:
        yield item
        if time.perf_counter() - began > WORK_SECONDS:
            time.sleep(REST_SECONDS)
            began = time.perf_counter()


class NoCatalogue(Exception):  # noqa: N818 (a state that pages show, not a fault)
    """Nothing has been loaded yet; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "There is no catalogue yet. Load an edition, for example: sojourn load editions/leiden"
        )


class UnreadableRowError(Exception):
    """A row from which no record can be made; `row` names it by its table and key."""

    def __init__(self, row: str, error: Exception) -> None:
        super().__init__(f"{row}: {type(error).__name__}: {error}")
        self.row = row


@dataclass(frozen=True, slots=True)
class PrivateEntries:
    """Drafts that are read as if they were published, for the one who may see them."""

    opportunities: frozenset[int] = frozenset()
    institutions: frozenset[int] = frozenset()
    courses: frozenset[int] = frozenset()
    """Of courses these alone are read."""


@dataclass
class Reading:
    """The tables as of one moment; each part of the build finds here what it refers to."""

    private: PrivateEntries = field(default_factory=PrivateEntries)
    previous: Records | None = None  # of the snapshot before
    sources: dict[int, Source] = field(default_factory=dict)
    provenances: dict[tuple[int | None, bool], Provenance] = field(default_factory=dict)
    # What is shown, by key.
    programmes: Slugs = field(default_factory=dict)
    windows: Slugs = field(default_factory=dict)
    subjects: Slugs = field(default_factory=dict)
    institutions: Slugs = field(default_factory=dict)
    opportunities: Slugs = field(default_factory=dict)
    courses: Slugs = field(default_factory=dict)
    contacts: Slugs = field(default_factory=dict)
    phases: dict[int, Phase] = field(default_factory=dict)
    units: dict[int, Text] = field(default_factory=dict)
    # Keys by key.
    window_programmes: dict[int, int] = field(default_factory=dict)
    hosts: Links = field(default_factory=dict)
    _sources_of: dict[Any, dict[int, tuple[Source, ...]]] = field(default_factory=dict)
    last_row: str = ""
    """The row that was read last, by its table and key."""

    def read_entries(self) -> None:
        """Read the sources, and which entries are shown."""
        for row, fields in self.rows(table(models.Source), Source):
            self.sources[row.pk] = Source(**fields)
        self._read_keys()

    def _read_keys(self) -> None:
        self.programmes = self.shown(models.DegreeProgramme, "position", "slug")
        self.institutions = self.shown(models.Institution, "slug")
        self.window_programmes = dict(
            table(models.MobilityWindow).values_list("pk", "programme_id")
        )
        self.windows = {
            key: slug
            for key, slug in self.shown(models.MobilityWindow, "position", "slug").items()
            if self.window_programmes[key] in self.programmes
        }
        self.hosts = {
            opportunity: [host for host in hosts if host in self.institutions]
            for opportunity, hosts in self.pairs(
                models.OpportunityHost, "opportunity_id", "institution_id", "position"
            ).items()
        }
        # A place whose hosts are all gone cannot be shown.
        self.opportunities = {
            key: slug
            for key, slug in self.shown(models.Opportunity, "slug").items()
            if self.hosts.get(key)
        }

    # --- Rows -------------------------------------------------------------------------------

    def rows(
        self, query: QuerySet[Any], record: type[Any], *more: str
    ) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Yield each row as `pk` and the columns of `more`, and the record's own fields by name.

        Fields are those that the model has under the same name, the record's sources, and its
        provenance where the model keeps it as `source` and `is_example`.
        """
        for row, _values, make_fields in self.unread_rows(query, record, *more):
            yield row, make_fields()

    def unread_rows(
        self, query: QuerySet[Any], record: type[Any], *more: str
    ) -> Iterator[tuple[Any, tuple[Any, ...], Callable[[], dict[str, Any]]]]:
        """Yield rows as `rows` does, with all their columns, and the fields as a function."""
        model = query.model
        readers = field_readers(record, model)  # type: ignore[arg-type]
        names = record.__dataclass_fields__
        provenance = ("source_id", "is_example") if "provenance" in names else ()
        columns = [column for reader in readers for column in reader.columns]
        row_type: Any = namedtuple("row_type", ("pk", *more))  # type: ignore[misc]
        sources = self.sources_of(model) if "sources" in names else None
        first = 1 + len(more)
        table_name = str(model._meta.verbose_name)

        def make_fields(values: tuple[Any, ...]) -> dict[str, Any]:
            made: dict[str, Any] = {}
            place = first
            for name, own, make in readers:
                after = place + len(own)
                made[name] = values[place] if make is None else make(*values[place:after])
                place = after
            if provenance:
                made["provenance"] = self.provenance(*values[place:])
            if sources is not None:
                made["sources"] = sources.get(values[0], ())
            return made

        found = query.values_list("pk", *more, *columns, *provenance)
        for values in throttled(found.iterator(chunk_size=CHUNK)):
            self.last_row = f"{table_name} {values[0]}"
            yield row_type._make(values[:first]), values, partial(make_fields, values)

    def pairs(self, links: Any, left: str, right: str, *order: str) -> Links:
        """Return the right-hand keys of a table of links by left-hand key, in their order."""
        found: Links = defaultdict(list)
        query = links if isinstance(links, QuerySet) else table(links)
        query = query.order_by(*order, "pk").values_list(left, right)
        for one, other in query.iterator(chunk_size=CHUNK):
            found[one].append(other)
        return found

    def links_of_opportunities(self, through: Any, right: str) -> Links:
        """Return what the opportunities that are read name through one of their relations."""
        return self.pairs(self.of_opportunities(through), "opportunity_id", right)

    def published(self, model: type[Model]) -> QuerySet[Any]:
        """Return the rows that are shown: what is published, and what is private."""
        own: frozenset[int] = frozenset()
        if model is models.Course and self.private.courses:
            return table(model).filter(pk__in=self.private.courses)
        if model is models.Opportunity:
            own = self.private.opportunities
        elif model is models.Institution:
            own = self.private.institutions
        shown = Q(status=PUBLISHED) | Q(pk__in=own) if own else Q(status=PUBLISHED)
        return table(model).filter(shown)

    def of_opportunities(self, model: type[Model]) -> QuerySet[Any]:
        """Return the rows that hang on the opportunities that are read: all, or private ones."""
        own = self.private.opportunities
        return table(model).filter(opportunity_id__in=own) if own else table(model)

    def shown(self, model: type[Model], *order: str) -> Slugs:
        """Return the slugs of what is shown of a table, by key."""
        return dict(self.published(model).order_by(*order).values_list("pk", "slug"))

    def shared(self, kind: str, record: R) -> R:
        """Return the record with all that is as in the snapshot before shared with it.

        Two snapshots live side by side while one is built.
        """
        before = self.before(kind, record.slug)  # type: ignore[attr-defined]
        if before is None:
            return record
        names = record.__dataclass_fields__  # type: ignore[attr-defined]
        same = {
            name: value
            for name in names
            if (value := getattr(before, name)) == getattr(record, name)
        }
        return before if len(same) == len(names) else replace(record, **same)  # type: ignore[type-var]

    def before(self, kind: str, slug: str) -> Any:
        """Return the record of the snapshot before, if there was one."""
        return getattr(self.previous, kind).get(slug) if self.previous else None

    # --- References -------------------------------------------------------------------------

    def sources_of(self, model: Any) -> dict[int, tuple[Source, ...]]:
        """Return the sources of each entry of a table."""
        if model not in self._sources_of:
            left = f"{model._meta.model_name}_id"
            self._sources_of[model] = {
                one: tuple(self.sources[other] for other in others)
                for one, others in self.pairs(model.sources.through, left, "source_id").items()
            }
        return self._sources_of[model]

    def provenance(self, source: int | None, is_example: bool) -> Provenance:
        """Return where a fact comes from, one object for equal origins."""
        key = (source, is_example)
        if key not in self.provenances:
            known = self.sources.get(source) if source else None
            self.provenances[key] = Provenance(known, is_example)
        return self.provenances[key]


def slugs(keys: Iterable[int], known: Mapping[int, str]) -> tuple[str, ...]:
    """Return the slugs of those entries that are shown."""
    return tuple(known[key] for key in keys if key in known)


def inverse(pairs: Links, known: Mapping[int, str]) -> dict[int, list[str]]:
    """Return for each right-hand key the slugs of the left-hand entries that are shown."""
    found: dict[int, list[str]] = defaultdict(list)
    for left, slug in known.items():
        for right in pairs.get(left, ()):
            found[right].append(slug)
    return found


def slugs_by(entries: Iterable[Any], name: str) -> dict[str, list[str]]:
    """Return the slugs of records by what one of their fields says."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        found[getattr(entry, name)].append(entry.slug)
    return found


def by_slug(entries: dict[str, R]) -> dict[str, R]:
    """Return the entries sorted by slug, whatever a database takes for alphabetical."""
    return {slug: entries[slug] for slug in sorted(entries)}
