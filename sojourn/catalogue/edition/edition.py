"""An edition that has been read: its entries, each with its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.reader import Node
from sojourn.common.languages import FIRST

E_co = TypeVar("E_co", bound=BaseModel, covariant=True)
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Found(Generic[E_co]):
    """An entry, its file and line, and its number in its list."""

    entry: E_co
    file: str
    node: Node
    number: int = 0

    def line(self, path: Path = ()) -> int:
        return self.node.line_of(path)


@dataclass(frozen=True, slots=True)
class FoundCourse:
    """A course with the institution that gives it."""

    institution: str
    found: Found[schema.Course]


@dataclass(frozen=True, slots=True)
class TranslatedGuide:
    """A guide page in each language in which it is written."""

    slug: str
    written: dict[str, Found[schema.Guide]]

    @property
    def first(self) -> Found[schema.Guide]:
        """The page from which what does not depend on the language is read."""
        return self.written[FIRST]


@dataclass(frozen=True)
class Edition:
    """Everything that an edition's folder says."""

    faculty: Found[schema.Faculty]
    sources: tuple[Found[schema.Source], ...] = ()
    institutions: tuple[Found[schema.Institution], ...] = ()
    agreements: tuple[Found[schema.Agreement], ...] = ()
    windows: tuple[Found[schema.Window], ...] = ()
    opportunities: tuple[Found[schema.Opportunity], ...] = ()
    courses: tuple[FoundCourse, ...] = ()
    precedents: tuple[Found[schema.Precedent], ...] = ()
    contacts: tuple[Found[schema.Contact], ...] = ()
    costs: tuple[Found[schema.CostLine], ...] = ()
    grants: tuple[Found[schema.Grant], ...] = ()
    rates: tuple[Found[schema.ExchangeRate], ...] = ()
    travel_advice: tuple[Found[schema.TravelAdvice], ...] = ()
    language_learning: tuple[Found[schema.LearningHours], ...] = ()
    preparation: tuple[Found[schema.PreparationStep], ...] = ()
    roads: tuple[Found[schema.Road], ...] = ()
    reports: tuple[Found[schema.Report], ...] = ()
    guides: tuple[TranslatedGuide, ...] = ()

    def all_found(self) -> Iterator[Found[BaseModel]]:
        """Every entry, in the order of the files."""
        yield self.faculty
        for entries in (
            self.sources,
            self.institutions,
            self.agreements,
            self.windows,
            self.opportunities,
            tuple(course.found for course in self.courses),
            self.precedents,
            self.contacts,
            self.costs,
            self.grants,
            self.rates,
            self.travel_advice,
            self.language_learning,
            self.preparation,
            self.roads,
            self.reports,
        ):
            yield from entries
        for guide in self.guides:
            yield from guide.written.values()

    def counts(self) -> dict[str, int]:
        """How many entries there are of each kind."""
        return {
            "degree programmes": len(self.faculty.entry.degree_programmes),
            "institutions": len(self.institutions),
            "agreements": len(self.agreements),
            "windows": len(self.windows),
            "opportunities": len(self.opportunities),
            "courses": len(self.courses),
            "precedents": len(self.precedents),
            "contacts": len(self.contacts),
            "cost lines": len(self.costs)
            + sum(len(found.entry.costs) for found in self.opportunities),
            "grants": len(self.grants),
            "exchange rates": len(self.rates),
            "travel advice": len(self.travel_advice),
            "figures about learning": len(self.language_learning),
            "steps before departure": len(self.preparation),
            "roads": len(self.roads),
            "reports": len(self.reports),
            "guides": len(self.guides),
            "sources": len(self.sources),
        }
