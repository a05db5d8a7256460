"""Looks at an edition as a whole: ids used once, references that lead somewhere, rules between."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel

from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.edition import Edition, Found, Path
from sojourn.catalogue.edition.problems import Problems
from sojourn.catalogue.edition.reader import Node


@dataclass(frozen=True, slots=True)
class _Reference:
    kind: str
    slug: str
    file: str
    line: int
    field: str


class Declared:
    """Every id of an edition by kind, and every mention of one."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._known: dict[str, dict[str, tuple[str, int]]] = {}
        self._references: list[_Reference] = []
        self._unread: set[str] = set()

    def could_not_read(self, *kinds: str) -> None:
        """Note that a file with entries of these kinds could not be read.

        That is said of the file once, not again at every mention of an entry in it.
        """
        self._unread.update(kinds)

    def add(self, kind: str, file: str, node: Node) -> None:
        """Note the id of an entry, and that it is used twice where it is."""
        inner = node.value.get("id") if isinstance(node.value, dict) else None
        if inner is None or not isinstance(inner.value, str):
            return  # the schema says so
        self.know(kind, inner.value, file, inner.line)

    def know(self, kind: str, slug: str, file: str, line: int) -> None:
        known = self._known.setdefault(kind, {})
        if slug in known:
            first_file, first_line = known[slug]
            self._problems.add(
                file, line, "id", f"the {kind} {slug[:120]!r} exists already",
                f"an id of its own (the first is in {first_file}, line {first_line})",
            )  # fmt: skip
        else:
            known[slug] = (file, line)

    def refer(self, kind: str, slug: str, file: str, line: int, field: str) -> None:
        self._references.append(_Reference(kind, slug, file, line, field))

    def check(self) -> None:
        """Note every reference that leads nowhere, with the nearest id that exists."""
        for reference in self._references:
            known = self._known.get(reference.kind, {})
            if reference.slug in known or reference.kind in self._unread:
                continue
            close = difflib.get_close_matches(reference.slug, list(known)[:2000], n=1)
            self._problems.add(
                reference.file, reference.line, reference.field,
                _("there is no %(kind)s %(id)s")
                % {"kind": _(reference.kind), "id": repr(reference.slug[:60])},
                _("%(id)s, perhaps") % {"id": repr(close[0])} if close else _("an id that exists"),
            )  # fmt: skip


def parts_of(part: BaseModel, path: Path = ()) -> Iterator[tuple[Path, schema.Part]]:
    """Return an entry and all that it is made of, each with its path in the file."""
    if isinstance(part, schema.Part):
        yield path, part
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        here = (*path, field.alias or name)
        if isinstance(value, BaseModel):
            yield from parts_of(value, here)
        elif isinstance(value, list):
            for position, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from parts_of(item, (*here, position))


# The kinds by which the references name entries, as a message says them.
_KINDS = (
    gettext_noop("contact"), gettext_noop("course"), gettext_noop("degree programme"),
    gettext_noop("guide"), gettext_noop("institution"), gettext_noop("opportunity"),
    gettext_noop("phase"), gettext_noop("source"), gettext_noop("step"), gettext_noop("subject"),
    gettext_noop("unit"), gettext_noop("window"),
)  # fmt: skip

# Field of a model -> the kind of entry it refers to.
REFERENCES: dict[type[schema.Part], dict[str, str]] = {
    schema.Sourced: {"sources": "source"},
    schema.SubFact: {"source": "source", "sources": "source"},
    schema.Consent: {"source": "source"},
    schema.Faculty: {"home": "institution"},
    schema.AwayRules: {"emergency_phone_source": "source"},
    schema.BoardRules: {"source": "source"},
    schema.Agreement: {
        "partner": "institution", "home_unit": "unit", "programmes": "degree programme"
    },
    schema.Window: {"programme": "degree programme", "phase": "phase", "home_courses": "course"},
    schema.Opportunity: {
        "hosts": "institution", "windows": "window", "subjects": "subject", "courses": "course",
        "contacts": "contact",
    },
    schema.Course: {"programme": "degree programme"},
    schema.Precedent: {"host_course": "course", "home_course": "course"},
    schema.Contact: {"institution": "institution", "programmes": "degree programme"},
    schema.TravelAdvice: {"source": "source"},
    schema.CostScope: {"institution": "institution", "opportunity": "opportunity"},
    schema.PreparationStep: {"before": "step"},
    schema.Report: {"opportunity": "opportunity", "programme": "degree programme"},
    schema.GuideHead: {"related": "guide"},
}  # fmt: skip


def check_references(edition: Edition, declared: Declared, problems: Problems) -> None:
    """Note everything that is wrong between the entries of an edition."""
    for found in edition.all_found():
        check_parts(found, declared, problems)
    declared.check()
    for rule in (
        _one_home, _phases, _agreements, _opportunities, _courses, _rates, _travel_advice, _steps,
        _guides,
    ):  # fmt: skip
        rule(edition, problems)


def _label(found: Found[BaseModel]) -> str:
    slug = getattr(found.entry, "id", "")
    return f"{slug}." if slug and not isinstance(found.entry, schema.Faculty) else ""


def _note(problems: Problems, found: Found[BaseModel], path: Path, what: str, want: str) -> None:
    field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    problems.add(found.file, found.line(path), _label(found) + field.lstrip("."), what, want)


def check_parts(found: Found[BaseModel], declared: Declared, problems: Problems) -> None:
    """Gather what an entry refers to, and look at the codes and origins inside it."""
    example = bool(getattr(found.entry, "example", False))
    for path, part in parts_of(found.entry):
        if isinstance(part, schema.DegreeProgramme):
            example = part.example
        own = isinstance(part, schema.RoadStep | schema.Target) and part.own_rule
        if isinstance(part, schema.SubFact) and not (
            part.main_source or part.example or example or own
        ):
            _note(
                problems, found, path, _("nothing says where this comes from"),
                "source: an id, or example: true",
            )  # fmt: skip
        for model, fields in REFERENCES.items():
            if isinstance(part, model):
                for field, kind in fields.items():
                    _refer(found, (*path, field), getattr(part, field), kind, declared, problems)
        _check_codes(found, path, part, problems)


def _refer(
    found: Found[BaseModel],
    path: Path,
    value: str | list[str] | None,
    kind: str,
    declared: Declared,
    problems: Problems,
) -> None:
    if isinstance(value, list):
        for position, slug in enumerate(value):
            _refer(found, (*path, position), slug, kind, declared, problems)
            if slug in value[:position]:
                _note(
                    problems, found, (*path, position),
                    _("%(id)s stands here twice") % {"id": repr(slug)}, _("it once"),
                )  # fmt: skip
    elif value is not None:
        field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        declared.refer(kind, value, found.file, found.line(path), _label(found) + field.lstrip("."))


# --- Codes --------------------------------------------------------------------------------


@cache
def _english() -> Locale:
    return Locale("en")


def is_country(code: str) -> bool:
    return code in _english().territories and code not in {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}


def is_language(code: str) -> bool:
    return code in _english().languages


def is_currency(code: str) -> bool:
    return code in _english().currencies


_Code = tuple[Callable[[str], bool], str, str]
_COUNTRY: _Code = (is_country, gettext_noop("country"), gettext_noop("a code such as SE"))
_LANGUAGE: _Code = (is_language, gettext_noop("language"), gettext_noop("a code such as sv"))

CODES: dict[type[schema.Part], dict[str, _Code]] = {
    schema.Faculty: {
        "holidays": (is_country, gettext_noop("country"), gettext_noop("a code such as NL"))
    },
    schema.Institution: {"country": _COUNTRY},
    schema.CostScope: {"country": _COUNTRY},
    schema.Course: {
        "language": (is_language, gettext_noop("language"), gettext_noop("a code such as en"))
    },
    schema.AgreementLanguage: {"language": _LANGUAGE},
    schema.LanguageNeed: {"language": _LANGUAGE},
    schema.Grant: {"countries": _COUNTRY, "not_countries": _COUNTRY},
    schema.TravelAdvice: {"country": _COUNTRY},
    schema.LearningHours: {"languages": _LANGUAGE},
    schema.PreparationStep: {"countries": _COUNTRY, "not_countries": _COUNTRY},
    schema.Road: {"countries": _COUNTRY, "not_countries": _COUNTRY},
    schema.CostFigures: {
        "currency": (is_currency, gettext_noop("currency"), gettext_noop("a code such as EUR"))
    },
    schema.ExchangeRate: {
        "currency": (is_currency, gettext_noop("currency"), gettext_noop("a code such as CUP"))
    },
}


def _check_codes(
    found: Found[BaseModel], path: Path, part: schema.Part, problems: Problems
) -> None:
    for model, fields in CODES.items():
        if not isinstance(part, model):
            continue
        for field, (is_known, name, expected) in fields.items():
            held = getattr(part, field)
            for code in held if isinstance(held, list) else [held]:
                if code is not None and not is_known(code):
                    _note(
                        problems, found, (*path, field),
                        _("no %(kind)s has the code %(code)s")
                        % {"kind": _(name), "code": repr(code)},
                        _(expected),
                    )  # fmt: skip


# --- Rules between entries ------------------------------------------------------------------


def _one_home(edition: Edition, problems: Problems) -> None:
    homes = [found for found in edition.institutions if found.entry.home]
    named = edition.faculty.entry.home
    if not homes:
        problems.add(
            "institutions.yaml", 1, "home", "no institution is marked as home",
            f"home: true at {named!r}",
        )  # fmt: skip
    for found in homes[1:]:
        _note(
            problems, found, ("home",), f"{homes[0].entry.id!r} is home already",
            "one home institution",
        )  # fmt: skip
    if homes and homes[0].entry.id != named:
        _note(
            problems, edition.faculty, ("home",),
            f"{named!r} is not the institution marked home: true", repr(homes[0].entry.id),
        )  # fmt: skip
    for found in homes:
        if found.entry.lat is None:
            _note(problems, found, ("lat",), "home is on no map", "lat and lon")
        if found.entry.example:
            _note(problems, found, ("example",), "home cannot be an example", "a home with sources")


def _phases(edition: Edition, problems: Problems) -> None:
    programme_of: dict[str, str] = {}
    for number, programme in enumerate(edition.faculty.entry.degree_programmes):
        for position, phase in enumerate(programme.phases):
            programme_of[phase.id] = programme.id
            if phase.year > programme.years:
                path = ("degree_programmes", number, "phases", position, "year")
                _note(
                    problems, edition.faculty, path,
                    f"{programme.id} takes {programme.years} years", "a year within them",
                )  # fmt: skip
    for found in edition.windows:
        window = found.entry
        if window.phase in programme_of and programme_of[window.phase] != window.programme:
            _note(
                problems, found, ("phase",),
                f"{window.phase!r} is a phase of {programme_of[window.phase]!r}",
                f"a phase of {window.programme!r}",
            )  # fmt: skip


def _agreements(edition: Edition, problems: Problems) -> None:
    home = edition.faculty.entry.home
    units = {
        unit.id: found.entry.id for found in edition.institutions for unit in found.entry.units
    }
    for found in edition.agreements:
        agreement = found.entry
        if agreement.partner == home:
            _note(problems, found, ("partner",), "home cannot be its own partner", "a partner")
        if agreement.home_unit and units.get(agreement.home_unit, home) != home:
            _note(
                problems, found, ("home_unit",),
                f"{agreement.home_unit!r} is a unit of {units[agreement.home_unit]!r}",
                "a unit of home",
            )  # fmt: skip


def _opportunities(edition: Edition, problems: Problems) -> None:
    given_by = {course.found.entry.id: course.institution for course in edition.courses}
    for found in edition.opportunities:
        check_courses_of_hosts(found, given_by, problems)


def check_courses_of_hosts(
    found: Found[schema.Opportunity], given_by: Mapping[str, str], problems: Problems
) -> None:
    """Note the courses of a place that none of its hosts gives."""
    for position, course in enumerate(found.entry.courses):
        if course in given_by and given_by[course] not in found.entry.hosts:
            _note(
                problems, found, ("courses", position),
                _("%(course)s is a course of %(institution)s")
                % {"course": repr(course), "institution": repr(given_by[course])},
                _("a course of a host"),
            )  # fmt: skip


def _courses(edition: Edition, problems: Problems) -> None:
    home = edition.faculty.entry.home
    given_by = {course.found.entry.id: course.institution for course in edition.courses}
    for found in edition.windows:
        for position, course in enumerate(found.entry.home_courses):
            if given_by.get(course, home) != home:
                _note(
                    problems, found, ("home_courses", position),
                    f"{course!r} is a course of {given_by[course]!r}", "a course of home",
                )  # fmt: skip
    for precedent in edition.precedents:
        host, own = precedent.entry.host_course, precedent.entry.home_course
        if given_by.get(host) == home:
            _note(problems, precedent, ("host_course",), f"{host!r} is ours", "a host's course")
        if given_by.get(own, home) != home:
            _note(problems, precedent, ("home_course",), f"{own!r} is not ours", "a home course")


def _rates(edition: Edition, problems: Problems) -> None:
    seen = set()
    for found in edition.rates:
        rate = found.entry
        key = (rate.currency, rate.valid_on)
        if key in seen:
            _note(
                problems, found, ("valid_on",),
                f"{rate.currency} has a rate of {rate.valid_on} already", "one rate a day",
            )  # fmt: skip
        seen.add(key)


def _travel_advice(edition: Edition, problems: Problems) -> None:
    linked = {found.entry.id for found in edition.sources if found.entry.url}
    named = {found.entry.id for found in edition.sources}
    seen = set()
    for found in edition.travel_advice:
        advice = found.entry
        if advice.country in seen:
            _note(
                problems, found, ("country",), f"{advice.country} has travel advice already",
                "one advice a country",
            )  # fmt: skip
        seen.add(advice.country)
        if advice.source in named - linked:
            _note(
                problems, found, ("source",), f"the source {advice.source!r} has no address",
                "a source with a url, so that everybody can look it up",
            )  # fmt: skip


def _steps(edition: Edition, problems: Problems) -> None:
    """Note steps that wait for themselves: they could never begin."""
    waits = {found.entry.id: found.entry.before for found in edition.preparation}
    for found in edition.preparation:
        seen: set[str] = set()
        ahead = list(found.entry.before)
        while ahead:
            step = ahead.pop()
            if step not in seen:
                seen.add(step)
                ahead.extend(waits.get(step, ()))
        if found.entry.id in seen:
            _note(
                problems, found, ("before",), f"{found.entry.id!r} waits for itself in a circle",
                "steps that come later",
            )  # fmt: skip


def _guides(edition: Edition, problems: Problems) -> None:
    # Guides may point at each other in a circle: `related` is a way on for the reader, and
    # nothing walks along it. Steps before departure may not; `_steps` looks at that.
    for guide in edition.guides:
        if guide.slug in guide.first.entry.related:
            _note(
                problems,
                guide.first,
                ("related",),
                _("a guide points at itself"),
                _("other guides"),
            )
