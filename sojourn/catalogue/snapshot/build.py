"""Reads the published catalogue from the database into records.

One query a table, never one an entry. What is not published does not enter, and a reference to
it is left out, so that a page never links to what is not there. A contact enters only when it is
meant for everyone and the person agreed, or when it names nobody.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from pyproj import Geod

from sojourn.catalogue import markdown, models
from sojourn.catalogue.choices import RatingCriterion
from sojourn.catalogue.costs import CostFigure, PaidStay, RatesWithOffice, cost_range
from sojourn.catalogue.snapshot.similar_opportunities import Mark, similar_opportunities
from sojourn.catalogue.snapshot.types import (
    Absence,
    AdviceRoute,
    Agreement,
    Answer,
    Applicants,
    Contact,
    CostRange,
    Course,
    CourseWords,
    Deadline,
    EditionInfo,
    ExchangeRate,
    FollowedCourse,
    Grant,
    GrantAmount,
    GrantQuestion,
    Guide,
    Institution,
    LanguageNeed,
    LearningHours,
    Opportunity,
    PackedWords,
    Period,
    Phase,
    Precedent,
    PreparationStep,
    Programme,
    Provenance,
    Records,
    Report,
    Requirement,
    Seats,
    Selection,
    Source,
    Subject,
    Text,
    TextList,
    TravelAdvice,
    WalkInChange,
    WalkInHour,
    Window,
)

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=Model)
CHUNK = 200  # rows fetched at a time; a chunk is decoded without a rest
PUBLISHED = models.PublicationStatus.PUBLISHED
WITHDRAWN = models.PublicationStatus.WITHDRAWN
PAGE_KINDS: dict[str, type[models.Entry]] = {
    "programme": models.DegreeProgramme,
    "window": models.MobilityWindow,
    "institution": models.Institution,
    "opportunity": models.Opportunity,
    "course": models.Course,
    "contact": models.Contact,
    "report": models.PublishedReport,
    "guide": models.Guide,
}


class NoCatalogue(Exception):  # noqa: N818 (a state that pages show, not a fault)
    """Nothing has been loaded yet; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "There is no catalogue yet. Load an edition, for example: sojourn load editions/leiden"
        )


def text(english: str | None, dutch: str | None) -> Text:
    return Text(english or "", dutch or "")


def table(model: type[M]) -> QuerySet[M]:
    """All rows, without what django-modeltranslation does to each row for its fallbacks."""
    return QuerySet(model)


def as_json(*names: str) -> list[Cast]:
    """Lists of texts as the JSON that the database keeps: `TextList` reads it when it is needed."""
    return [Cast(column, TextField()) for column in both(*names)]


@lru_cache(maxsize=4096)
def shared(value: Decimal | None) -> Decimal | None:
    """One object for equal numbers: there are few different credits, and many courses."""
    return value


def both(*names: str) -> list[str]:
    """The columns of fields that exist in both languages."""
    return [f"{name}_{language}" for name in names for language in ("en", "nl")]


def stay_weeks(
    weeks_min: int | None, weeks_max: int | None, period: Period | None
) -> Decimal | None:
    """The typical length of a stay: the middle of its range, else what its dates or months say."""
    known = [weeks for weeks in (weeks_min, weeks_max) if weeks]
    if known:
        return Decimal(sum(known)) / len(known)
    if period is None:
        return None
    if period.starts_on and period.ends_on:
        return Decimal((period.ends_on - period.starts_on).days + 1) / 7
    if period.starts_month and period.ends_month:
        months = (period.ends_month - period.starts_month) % 12 + 1
        return Decimal(months) * Decimal("4.345")
    return None


def _marks(one: Opportunity) -> list[Mark]:
    """What an opportunity is compared by."""
    return [
        *(("subject", subject) for subject in one.subjects),
        *(("window", window) for window in one.windows),
        *(("course", course) for course in one.courses),
        ("kind", one.kind),
        ("country", one.country),
    ]


@dataclass(frozen=True, slots=True)
class Private:
    """Drafts that are read as if they were published, for the one who may see them."""

    opportunities: frozenset[int] = frozenset()
    institutions: frozenset[int] = frozenset()


@dataclass
class Reader:
    """Reads the tables once, in an order in which each finds what it refers to."""

    private: Private = field(default_factory=Private)
    sources: dict[int, Source] = field(default_factory=dict)
    cost_ranges: dict[tuple[object, ...], CostRange | None] = field(default_factory=dict)
    provenances: dict[tuple[int | None, bool], Provenance] = field(default_factory=dict)

    # --- How rows are read ----------------------------------------------------------------

    def rows(self, model: type[Model], *columns: str, **where: Any) -> Iterator[tuple[Any, ...]]:
        query = table(model).filter(**where).values_list(*columns)
        return query.iterator(chunk_size=CHUNK)

    def pairs(self, through: Any, left: str, right: str, **where: Any) -> dict[int, list[int]]:
        """A many-to-many table as right-hand keys by left-hand key, in the order entered."""
        found: dict[int, list[int]] = defaultdict(list)
        query = table(through).filter(**where).order_by("pk").values_list(left, right)
        for one, other in query.iterator(chunk_size=2000):
            found[one].append(other)
        return found

    def sources_of(self, model: type[models.Entry]) -> dict[int, tuple[Source, ...]]:
        left = f"{model._meta.model_name}_id"
        return {
            one: tuple(self.sources[other] for other in others)
            for one, others in self.pairs(model.sources.through, left, "source_id").items()
        }

    def shown(self, model: type[Model]) -> Q:
        """Which rows of a table are read: what is published, and what is private."""
        own: frozenset[int] = frozenset()
        if model is models.Opportunity:
            own = self.private.opportunities
        elif model is models.Institution:
            own = self.private.institutions
        return Q(status=PUBLISHED) | Q(pk__in=own) if own else Q(status=PUBLISHED)

    def provenance(self, source: int | None, is_example: bool) -> Provenance:
        key = (source, is_example)
        if key not in self.provenances:
            known = self.sources.get(source) if source else None
            self.provenances[key] = Provenance(known, is_example)
        return self.provenances[key]

    # --- The whole ------------------------------------------------------------------------

    def read(self) -> Records:
        edition_row = models.Edition._default_manager.order_by("pk").first()
        if edition_row is None:
            raise NoCatalogue
        self._read_sources()
        self._read_keys()
        programmes = self._programmes()
        courses = self._courses()
        contacts = self._contacts()
        reports = self._reports()
        institutions = self._institutions(courses, contacts)
        opportunities = self._opportunities(institutions, courses, contacts, reports)
        windows = self._windows(opportunities)
        guides = self._guides()
        answers = self._answers(institutions, opportunities, guides)
        home = next((slug for slug, one in institutions.items() if one.is_home), "")
        if not home:
            raise NoCatalogue
        return Records(
            edition=self._edition(edition_row, home),
            programmes=programmes,
            windows=windows,
            subjects=self.subjects,
            institutions=institutions,
            opportunities=opportunities,
            courses=courses,
            precedents=self._precedents(courses),
            contacts=contacts,
            reports={s: r for s, r in reports.items() if r.opportunity in opportunities},
            guides=guides,
            withdrawn=self._withdrawn(opportunities, answers),
            grants=self._grants(),
            exchange_rates=self.exchange_rates,
            travel_advice=self._travel_advice(),
            learning_hours=self._learning_hours(),
            preparation=self._preparation(),
            answers=answers,
        )

    def _read_sources(self) -> None:
        columns = ["pk", "slug", "title", "publisher", "url", "year", "checked_on", "certainty"]
        for row in self.rows(models.Source, *columns, *both("note")):
            pk, slug, title, publisher, url, year, checked_on, certainty, en, nl = row
            self.sources[pk] = Source(
                slug, title, publisher, url, year, checked_on, certainty, text(en, nl)
            )

    def _read_keys(self) -> None:
        """Which entries are published, by key, and what refers to what among them."""

        def published(model: type[models.Entry], *order: str) -> dict[int, str]:
            query = table(model).filter(self.shown(model)).order_by(*order)
            return dict(query.values_list("pk", "slug"))

        self.programme_slugs = published(models.DegreeProgramme, "position", "slug")
        self.institution_slugs = published(models.Institution, "slug")
        self.window_slugs = {
            pk: slug
            for pk, slug, programme in table(models.MobilityWindow)
            .filter(status=PUBLISHED)
            .order_by("position", "slug")
            .values_list("pk", "slug", "programme_id")
            if programme in self.programme_slugs
        }
        self.window_programmes = dict(
            table(models.MobilityWindow).values_list("pk", "programme_id")
        )
        self.course_slugs: dict[int, str] = {}
        self.contact_slugs: dict[int, str] = {}
        self.subjects = {}
        self.subject_slugs = {}
        for pk, slug, en, nl in self.rows(models.Subject, "pk", "slug", *both("name")):
            self.subject_slugs[pk] = slug
            self.subjects[slug] = Subject(slug, text(en, nl))
        hosts: dict[int, list[int]] = defaultdict(list)
        for opportunity, institution in (
            table(models.OpportunityHost)
            .order_by("position", "pk")
            .values_list("opportunity_id", "institution_id")
            .iterator(chunk_size=2000)
        ):
            if institution in self.institution_slugs:
                hosts[opportunity].append(institution)
        self.hosts = hosts
        # A place whose hosts are all gone cannot be shown.
        self.opportunity_slugs = {
            pk: slug for pk, slug in published(models.Opportunity, "slug").items() if hosts.get(pk)
        }

    def slugs(self, keys: Iterable[int], known: Mapping[int, str]) -> tuple[str, ...]:
        return tuple(known[key] for key in keys if key in known)

    def inverse(
        self, pairs: Mapping[int, list[int]], known: Mapping[int, str]
    ) -> dict[int, list[str]]:
        """From right-hand key to the slugs of the left-hand entries that are shown."""
        found: dict[int, list[str]] = defaultdict(list)
        for left, slug in known.items():
            for right in pairs.get(left, ()):
                found[right].append(slug)
        return found

    # --- One kind after another -------------------------------------------------------------

    def _edition(self, row: models.Edition, home: str) -> EditionInfo:
        def named(name: str) -> Text:
            return text(getattr(row, f"{name}_en"), getattr(row, f"{name}_nl"))

        return EditionInfo(
            slug=row.slug,
            name=named("name"),
            short_name=row.short_name,
            home=home,
            home_city=named("home_city"),
            tagline=named("tagline"),
            time_zone=row.time_zone,
            holidays_country=row.holidays_country,
            synonyms=tuple(tuple(str(word) for word in group) for group in row.synonyms or ()),
            advice_routes=tuple(
                AdviceRoute(
                    str(route["id"]),
                    text(route["name"]["en"], route["name"]["nl"]),
                    int(route["top_five"]),
                )
                for route in row.advice_routes or ()
            ),
        )

    def _programmes(self) -> dict[str, Programme]:
        sources = self.sources_of(models.DegreeProgramme)
        phases: dict[int, list[Phase]] = defaultdict(list)
        self.phases: dict[int, Phase] = {}
        for row in (
            table(models.StudyPhase)
            .order_by("year", "semester", "pk")
            .values_list("pk", "slug", "programme_id", "year", "semester", *both("name"))
        ):
            pk, slug, programme, year, semester, en, nl = row
            if programme in self.programme_slugs:
                phase = Phase(slug, self.programme_slugs[programme], year, semester, text(en, nl))
                self.phases[pk] = phase
                phases[programme].append(phase)
        windows: dict[int, list[str]] = defaultdict(list)
        for pk, slug in self.window_slugs.items():
            windows[self.window_programmes[pk]].append(slug)
        found = {}
        columns = ["pk", "slug", "level", "isced_f", "years", "is_example"]
        for row in (
            table(models.DegreeProgramme)
            .filter(status=PUBLISHED)
            .order_by("position", "slug")
            .values_list(*columns, *both("name", "short_name"))
        ):
            pk, slug, level, isced_f, years, is_example, name_en, name_nl, short_en, short_nl = row
            found[slug] = Programme(
                slug=slug,
                name=text(name_en, name_nl),
                short_name=text(short_en, short_nl),
                level=level,
                isced_f=isced_f,
                years=years,
                phases=tuple(phases[pk]),
                windows=tuple(windows[pk]),
                sources=sources.get(pk, ()),
                is_example=is_example,
            )
        return found

    def _courses(self) -> dict[str, Course]:
        sources = self.sources_of(models.Course)
        links = self.pairs(models.Opportunity.courses.through, "opportunity_id", "course_id")
        self.opportunity_courses = links
        opportunities = self.inverse(links, self.opportunity_slugs)
        found: dict[str, Course] = {}
        columns = [
            "pk", "slug", "institution_id", "code", "native_title", "ects", "level", "language",
            "isced_f", "programme_id", "year", "starts_month", "ends_month", "is_example",
        ]  # fmt: skip
        query = (
            table(models.Course)
            .filter(status=PUBLISHED)
            .order_by("slug")
            .values_list(*columns, *both("title", "summary"), *as_json("outcomes", "topics"))
        )
        for row in query.iterator(chunk_size=CHUNK):
            (pk, slug, institution, code, native_title, ects, level, language, isced_f, programme,
             year, starts_month, ends_month, is_example, title_en, title_nl, summary_en, summary_nl,
             outcomes_en, outcomes_nl, topics_en, topics_nl) = row  # fmt: skip
            if institution not in self.institution_slugs:
                continue
            self.course_slugs[pk] = slug
            found[slug] = Course(
                slug=slug,
                institution=self.institution_slugs[institution],
                code=code,
                title=text(title_en, title_nl),
                native_title=native_title,
                ects=shared(ects),
                level=intern(level),
                language=intern(language),
                isced_f=intern(isced_f),
                programme=self.programme_slugs.get(programme),
                year=year,
                starts_month=starts_month,
                ends_month=ends_month,
                words=PackedWords(
                    CourseWords(
                        text(summary_en, summary_nl),
                        TextList.from_json(outcomes_en, outcomes_nl),
                        TextList.from_json(topics_en, topics_nl),
                    )
                ),
                opportunities=tuple(opportunities.get(pk, ())),
                sources=sources.get(pk, ()),
                is_example=is_example,
            )
        return found

    def _contacts(self) -> dict[str, Contact]:
        sources = self.sources_of(models.Contact)
        programmes = self.pairs(
            models.Contact.programmes.through, "contact_id", "degreeprogramme_id"
        )
        links = self.pairs(models.Opportunity.contacts.through, "opportunity_id", "contact_id")
        self.opportunity_contacts = links
        opportunities = self.inverse(links, self.opportunity_slugs)
        changes: dict[int, list[WalkInChange]] = defaultdict(list)
        for hour, date, is_cancelled, starts, ends, room, link, en, nl in (
            table(models.WalkInChange).order_by("date").values_list(
                "hour_id", "date", "is_cancelled", "starts", "ends", "room", "online_link",
                *both("note"),
            )
        ):  # fmt: skip
            changes[hour].append(
                WalkInChange(date, is_cancelled, starts, ends, room, link, text(en, nl))
            )
        hours: dict[int, list[WalkInHour]] = defaultdict(list)
        for row in (
            table(models.WalkInHour).order_by("weekday", "starts", "pk").values_list(
                "pk", "contact_id", "slug", "weekday", "starts", "ends", "room", "valid_from",
                "valid_until", "source_id", "is_example", "online_link", *both("note"),
            )
        ):  # fmt: skip
            (pk, contact, slug, weekday, starts, ends, room, valid_from, valid_until, source,
             is_example, link, en, nl) = row  # fmt: skip
            hours[contact].append(
                WalkInHour(
                    slug, weekday, starts, ends, room, valid_from, valid_until, text(en, nl),
                    self.provenance(source, is_example), link, tuple(changes.get(pk, ())),
                )
            )  # fmt: skip
        absences: dict[int, list[Absence]] = defaultdict(list)
        for contact, first, last, is_example, en, nl in (
            table(models.Absence)
            .order_by("first_day", "pk")
            .values_list("contact_id", "first_day", "last_day", "is_example", *both("reason"))
        ):
            absences[contact].append(Absence(first, last, text(en, nl), is_example))
        found: dict[str, Contact] = {}
        columns = [
            "pk", "slug", "name", "role", "institution_id", "room", "email", "phone", "website",
            "consent_given", "is_example",
        ]  # fmt: skip
        for row in (
            table(models.Contact)
            .filter(status=PUBLISHED, visibility=models.Visibility.PUBLIC)
            .order_by("position", "slug")
            .values_list(*columns, *both("title", "unit_name", "help_with"))
        ):
            (pk, slug, name, role, institution, room, email, phone, website, consent, is_example,
             title_en, title_nl, unit_en, unit_nl, help_en, help_nl) = row  # fmt: skip
            if institution not in self.institution_slugs:
                continue
            if not consent and (name or email or phone):
                continue
            self.contact_slugs[pk] = slug
            found[slug] = Contact(
                slug=slug,
                name=name,
                role=role,
                title=text(title_en, title_nl),
                institution=self.institution_slugs[institution],
                unit_name=text(unit_en, unit_nl),
                room=room,
                email=email,
                phone=phone,
                website=website,
                help_with=text(help_en, help_nl),
                programmes=self.slugs(programmes.get(pk, ()), self.programme_slugs),
                walk_in_hours=tuple(hours.get(pk, ())),
                absences=tuple(absences.get(pk, ())),
                opportunities=tuple(opportunities.get(pk, ())),
                sources=sources.get(pk, ()),
                is_example=is_example,
            )
        return found

    def _reports(self) -> dict[str, Report]:
        sources = self.sources_of(models.PublishedReport)
        costs: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
        for report, item, amount in (
            table(models.ReportedCost)
            .order_by("position", "pk")
            .values_list("report_id", "item", "amount")
        ):
            costs[report].append((item, amount))
        found = {}
        columns = [
            "pk", "slug", "opportunity_id", "programme_id", "year", "stay_weeks", "ratings",
            "paid_total", "is_contactable", "is_example", "language", "photo", "photo_words",
            "courses",
        ]  # fmt: skip
        query = (
            table(models.PublishedReport)
            .filter(status=PUBLISHED)
            .order_by("-year", "slug")
            .values_list(*columns, *both("author", "title", "text", "advice"))
        )
        for row in query.iterator(chunk_size=CHUNK):
            (pk, slug, opportunity, programme, year, stay_weeks, ratings, paid_total,
             is_contactable, is_example, language, photo, photo_words, courses, author_en,
             author_nl, title_en, title_nl, text_en, text_nl, advice_en,
             advice_nl) = row  # fmt: skip
            if opportunity not in self.opportunity_slugs:
                continue
            given = ratings or {}
            record = Report(
                slug=slug,
                opportunity=self.opportunity_slugs[opportunity],
                programme=self.programme_slugs.get(programme),
                year=year,
                stay_weeks=stay_weeks,
                author=text(author_en, author_nl),
                title=text(title_en, title_nl),
                text=text(text_en, text_nl),
                advice=text(advice_en, advice_nl),
                ratings=tuple(
                    (criterion, int(given[criterion]))
                    for criterion in RatingCriterion.values
                    if given.get(criterion)
                ),
                paid_total=paid_total,
                costs=tuple(costs.get(pk, ())),
                is_contactable=is_contactable,
                sources=sources.get(pk, ()),
                is_example=is_example,
                language=language,
                photo=photo,
                photo_words=photo_words,
                courses=_followed_courses(courses),
            )
            found[slug] = record
        return found

    def _agreements(self) -> dict[int, list[Agreement]]:
        sources = self.sources_of(models.Agreement)
        programmes = self.pairs(
            models.Agreement.programmes.through, "agreement_id", "degreeprogramme_id"
        )
        found: dict[int, list[Agreement]] = defaultdict(list)
        columns = [
            "pk", "slug", "partner_id", "home_unit_id", "level", "isced_f", "seats_out", "seats_in",
            "valid_from", "valid_until", "is_example",
        ]  # fmt: skip
        for row in (
            table(models.Agreement)
            .filter(status=PUBLISHED)
            .order_by("slug")
            .values_list(*columns, *both("note"))
        ):
            (pk, slug, partner, home_unit, level, isced_f, seats_out, seats_in, valid_from,
             valid_until, is_example, en, nl) = row  # fmt: skip
            if partner not in self.institution_slugs:
                continue
            found[partner].append(
                Agreement(
                    slug=slug,
                    partner=self.institution_slugs[partner],
                    home_unit=self.units.get(home_unit),
                    level=level,
                    isced_f=tuple(str(code) for code in isced_f or ()),
                    programmes=self.slugs(programmes.get(pk, ()), self.programme_slugs),
                    seats_out=seats_out,
                    seats_in=seats_in,
                    valid_from=valid_from,
                    valid_until=valid_until,
                    note=text(en, nl),
                    sources=sources.get(pk, ()),
                    is_example=is_example,
                )
            )
        return found

    def _institutions(
        self, courses: Mapping[str, Course], contacts: Mapping[str, Contact]
    ) -> dict[str, Institution]:
        sources = self.sources_of(models.Institution)
        self.units: dict[int, Text] = {}
        units: dict[int, list[Text]] = defaultdict(list)
        for pk, institution, en, nl in (
            table(models.OrganisationalUnit)
            .order_by("pk")
            .values_list("pk", "institution_id", *both("name"))
        ):
            self.units[pk] = text(en, nl)
            units[institution].append(self.units[pk])
        agreements = self._agreements()
        opportunities: dict[int, list[str]] = defaultdict(list)
        for opportunity, slug in self.opportunity_slugs.items():
            for institution in self.hosts[opportunity]:
                opportunities[institution].append(slug)
        course_lists: dict[str, list[str]] = defaultdict(list)
        for course in courses.values():
            course_lists[course.institution].append(course.slug)
        contact_lists: dict[str, list[str]] = defaultdict(list)
        for contact in contacts.values():
            contact_lists[contact.institution].append(contact.slug)
        columns = [
            "pk", "slug", "short_name", "native_name", "kind", "country", "latitude", "longitude",
            "is_home", "is_partner", "is_preferred", "preferred_is_example", "preferred_source_id",
            "schac", "erasmus_code", "ror", "website", "is_example",
        ]  # fmt: skip
        rows = list(
            table(models.Institution)
            .filter(self.shown(models.Institution))
            .order_by("-is_home", "name_en", "slug")
            .values_list(*columns, *both("name", "city", "about", "city_life"))
        )
        distances = self._distances(
            [(row[6], row[7]) for row in rows], [bool(row[8]) for row in rows]
        )
        found: dict[str, Institution] = {}
        self.institutions_by_key: dict[int, Institution] = {}
        for row, distance in zip(rows, distances, strict=True):
            (pk, slug, short_name, native_name, kind, country, latitude, longitude, is_home,
             is_partner, is_preferred, preferred_is_example, preferred_source, schac, erasmus_code,
             ror, website, is_example, name_en, name_nl, city_en, city_nl, about_en, about_nl,
             life_en, life_nl) = row  # fmt: skip
            record = Institution(
                slug=slug,
                name=text(name_en, name_nl),
                short_name=short_name,
                native_name=native_name,
                kind=kind,
                city=text(city_en, city_nl),
                country=country,
                latitude=latitude,
                longitude=longitude,
                distance_km=distance,
                is_home=is_home,
                is_partner=is_partner,
                is_preferred=is_preferred,
                preferred=self.provenance(preferred_source, preferred_is_example),
                schac=schac,
                erasmus_code=erasmus_code,
                ror=ror,
                website=website,
                about=text(about_en, about_nl),
                city_life=text(life_en, life_nl),
                units=tuple(units.get(pk, ())),
                agreements=tuple(agreements.get(pk, ())),
                opportunities=tuple(opportunities.get(pk, ())),
                courses=tuple(course_lists.get(slug, ())),
                contacts=tuple(contact_lists.get(slug, ())),
                sources=sources.get(pk, ()),
                is_example=is_example,
            )
            found[slug] = record
            self.institutions_by_key[pk] = found[slug]
        return found

    def _distances(self, places: list[tuple[float, float]], home: list[bool]) -> list[float]:
        """Kilometres from home along the WGS 84 ellipsoid; 0 where home is not known."""
        if True not in home:
            return [0.0] * len(places)
        latitude, longitude = places[home.index(True)]
        lats = np.array([place[0] for place in places], dtype=float)
        lons = np.array([place[1] for place in places], dtype=float)
        _, _, metres = Geod(ellps="WGS84").inv(
            np.full(len(places), longitude), np.full(len(places), latitude), lons, lats
        )
        return [float(metre) / 1000 for metre in metres]

    # --- Opportunities ----------------------------------------------------------------------

    def _requirements(self, model: type[Model], owner: str) -> dict[int, list[Requirement]]:
        found: dict[int, list[Requirement]] = defaultdict(list)
        query = (
            table(model)
            .order_by("position", "pk")
            .values_list(owner, "source_id", "is_example", "ects", *both("text"))
        )
        for key, source, is_example, ects, en, nl in query.iterator(chunk_size=CHUNK):
            found[key].append(Requirement(text(en, nl), self.provenance(source, is_example), ects))
        return found

    def _languages(self) -> dict[int, list[LanguageNeed]]:
        found: dict[int, list[LanguageNeed]] = defaultdict(list)
        query = (
            table(models.LanguageNeed)
            .order_by("position", "pk")
            .values_list(
                "opportunity_id",
                "language",
                "use",
                "level",
                "is_required",
                "source_id",
                "is_example",
            )
        )
        for key, language, use, level, required, source, is_example in query.iterator(
            chunk_size=CHUNK
        ):
            found[key].append(
                LanguageNeed(language, use, level, required, self.provenance(source, is_example))
            )
        return found

    def _deadlines(self) -> dict[int, list[Deadline]]:
        found: dict[int, list[Deadline]] = defaultdict(list)
        query = table(models.Deadline).order_by("date", "time", "pk").values_list(
            "opportunity_id", "slug", "kind", "date", "time", "source_id", "is_example",
            *both("label"),
        )  # fmt: skip
        for key, slug, kind, date, time, source, is_example, en, nl in query.iterator(
            chunk_size=CHUNK
        ):
            found[key].append(
                Deadline(slug, kind, date, time, text(en, nl), self.provenance(source, is_example))
            )
        return found

    def _read_exchange_rates(self) -> None:
        self.exchange_rates: dict[str, ExchangeRate] = {}
        for row in (
            table(models.ExchangeRate).order_by("currency", "-valid_on")
            .values_list(
                "slug", "currency", "per_euro", "valid_on", "certainty", "source_id", "is_example",
            )
        ):  # fmt: skip
            slug, currency, per_euro, valid_on, certainty, source, is_example = row
            self.exchange_rates[slug] = ExchangeRate(
                slug,
                currency,
                per_euro,
                valid_on,
                certainty,
                self.provenance(source, is_example),
            )
        self.rates = RatesWithOffice(self.exchange_rates.values())

    def _read_cost_figures(self) -> None:
        self.opportunity_costs: dict[int, list[CostFigure]] = defaultdict(list)
        self.institution_costs: dict[int, list[CostFigure]] = defaultdict(list)
        self.country_costs: dict[str, list[CostFigure]] = defaultdict(list)
        self.common_costs: list[CostFigure] = []
        query = table(models.CostLine).order_by("position", "slug").values_list(
            "slug", "opportunity_id", "institution_id", "country", "item", "per", "low", "typical",
            "high", "currency", "year", "checked_on", "certainty", "source_id", "is_example",
            "covers", *both("note"),
        )  # fmt: skip
        for row in query.iterator(chunk_size=CHUNK):
            (slug, opportunity, institution, country, item, per, low, typical, high, currency,
             year, checked_on, certainty, source, is_example, covers, en, nl) = row  # fmt: skip
            scope = (
                "opportunity" if opportunity
                else "institution" if institution
                else "country" if country
                else "everywhere"
            )  # fmt: skip
            figure = CostFigure(
                slug, scope, item, per, low, typical, high, currency, year, checked_on, certainty,
                text(en, nl), self.provenance(source, is_example), tuple(covers),
            )  # fmt: skip
            if opportunity:
                self.opportunity_costs[opportunity].append(figure)
            elif institution:
                self.institution_costs[institution].append(figure)
            elif country:
                self.country_costs[country].append(figure)
            else:
                self.common_costs.append(figure)

    def _costs(
        self, opportunity: int, weeks: Decimal | None, reports: Iterable[Report]
    ) -> CostRange | None:
        """What this stay costs at its main host; None when its length is not known."""
        if weeks is None:
            return None
        host = self.hosts[opportunity][0]
        country = self.institutions_by_key[host].country
        own = self.opportunity_costs.get(opportunity, ())
        at_host = self.institution_costs.get(host, ())
        paid = [
            PaidStay(report.year, report.stay_weeks, dict(report.costs), report.is_example)
            for report in reports
            if report.costs
        ]
        # Most stays of the same length in a country cost the same by what is known: one object.
        key = (opportunity if own or paid else None, host if at_host else None, country, weeks)
        if key not in self.cost_ranges:
            in_country = self.country_costs.get(country, ())
            self.cost_ranges[key] = cost_range(
                [*own, *at_host, *in_country, *self.common_costs],
                weeks,
                country,
                self.rates,
                paid,
            )
        return self.cost_ranges[key]

    def _opportunities(
        self,
        institutions: Mapping[str, Institution],
        courses: Mapping[str, Course],
        contacts: Mapping[str, Contact],
        reports: Mapping[str, Report],
    ) -> dict[str, Opportunity]:
        sources = self.sources_of(models.Opportunity)
        through = models.Opportunity
        windows = self.pairs(through.windows.through, "opportunity_id", "mobilitywindow_id")
        subjects = self.pairs(through.subjects.through, "opportunity_id", "subject_id")
        requirements = self._requirements(models.OpportunityRequirement, "opportunity_id")
        languages = self._languages()
        deadlines = self._deadlines()
        self._read_exchange_rates()
        self._read_cost_figures()
        report_lists: dict[str, list[str]] = defaultdict(list)
        for report in reports.values():
            report_lists[report.opportunity].append(report.slug)
        window_lengths = {
            pk: (low, high)
            for pk, low, high in table(models.MobilityWindow).values_list(
                "pk", "weeks_min", "weeks_max"
            )
        }
        found: dict[str, Opportunity] = {}
        columns = [
            "pk", "slug", "kind", "ects", "weeks_min", "weeks_max", "starts_on", "ends_on",
            "starts_month", "ends_month", "period_is_example", "period_source_id", "seats",
            "seats_is_example", "seats_source_id", "applicants", "applicants_year",
            "applicants_is_example", "applicants_source_id", "selection_is_example",
            "selection_source_id", "is_own_arrangement", "is_example",
        ]  # fmt: skip
        query = (
            table(models.Opportunity)
            .filter(self.shown(models.Opportunity))
            .order_by("slug")
            .values_list(
                *columns,
                *both("title", "summary", "description"), *as_json("keywords"),
                *both("selection_text"), *as_json("selection_criteria"),
            )
        )  # fmt: skip
        for row in query.iterator(chunk_size=CHUNK):
            (pk, slug, kind, ects, weeks_min, weeks_max, starts_on, ends_on, starts_month,
             ends_month, period_is_example, period_source, seats, seats_is_example, seats_source,
             applicants, applicants_year, applicants_is_example, applicants_source,
             selection_is_example, selection_source, is_own_arrangement, is_example, title_en,
             title_nl, summary_en, summary_nl, description_en, description_nl, keywords_en,
             keywords_nl, selection_en, selection_nl, criteria_en, criteria_nl) = row  # fmt: skip
            if pk not in self.opportunity_slugs:
                continue
            period = None
            if starts_on or ends_on or starts_month or ends_month:
                period = Period(
                    starts_on,
                    ends_on,
                    starts_month or (starts_on.month if starts_on else None),
                    ends_month or (ends_on.month if ends_on else None),
                    self.provenance(period_source, period_is_example),
                )
            in_windows = [key for key in windows.get(pk, ()) if key in self.window_slugs]
            low, high = weeks_min, weeks_max
            if low is None and high is None and len(in_windows) == 1:
                low, high = window_lengths[in_windows[0]]
            hosts = [self.institutions_by_key[key] for key in self.hosts[pk]]
            selection = Selection(
                text(selection_en, selection_nl),
                TextList.from_json(criteria_en, criteria_nl),
                self.provenance(selection_source, selection_is_example),
            )
            programmes = dict.fromkeys(
                self.programme_slugs[self.window_programmes[key]] for key in in_windows
            )
            record = Opportunity(
                slug=slug,
                title=text(title_en, title_nl),
                kind=kind,
                hosts=tuple(host.slug for host in hosts),
                windows=self.slugs(in_windows, self.window_slugs),
                programmes=tuple(programmes),
                subjects=self.slugs(subjects.get(pk, ()), self.subject_slugs),
                courses=self.slugs(self.opportunity_courses.get(pk, ()), self.course_slugs),
                contacts=self.slugs(self.opportunity_contacts.get(pk, ()), self.contact_slugs),
                reports=tuple(report_lists.get(slug, ())),
                summary=text(summary_en, summary_nl),
                description=text(description_en, description_nl),
                keywords=TextList.from_json(keywords_en, keywords_nl),
                ects=ects,
                weeks_min=weeks_min,
                weeks_max=weeks_max,
                period=period,
                seats=(
                    Seats(seats, self.provenance(seats_source, seats_is_example))
                    if seats is not None
                    else None
                ),
                applicants=(
                    Applicants(
                        applicants,
                        applicants_year,
                        self.provenance(applicants_source, applicants_is_example),
                    )
                    if applicants is not None
                    else None
                ),
                selection=selection if selection.text or len(selection.criteria) else None,
                requirements=tuple(requirements.get(pk, ())),
                languages=tuple(languages.get(pk, ())),
                deadlines=tuple(deadlines.get(pk, ())),
                costs=self._costs(
                    pk,
                    stay_weeks(low, high, period),
                    [reports[one] for one in report_lists.get(slug, ())],
                ),
                is_own_arrangement=is_own_arrangement,
                is_preferred=any(host.is_preferred for host in hosts),
                country=hosts[0].country,
                countries=tuple(dict.fromkeys(host.country for host in hosts)),
                distance_km=hosts[0].distance_km,
                sources=sources.get(pk, ()),
                is_example=is_example,
                similar=(),  # known once all are
            )
            found[slug] = record
        return self._with_similar(found)

    def _with_similar(self, records: dict[str, Opportunity]) -> dict[str, Opportunity]:
        """Name for each opportunity those that resemble it."""
        # A private place has no places like it, and is like none: those are for everybody.
        own = {self.opportunity_slugs.get(key) for key in self.private.opportunities}
        similar = similar_opportunities(
            {slug: _marks(one) for slug, one in records.items() if slug not in own}
        )
        return {slug: replace(one, similar=similar.get(slug, ())) for slug, one in records.items()}

    def _windows(self, opportunities: Mapping[str, Opportunity]) -> dict[str, Window]:
        sources = self.sources_of(models.MobilityWindow)
        requirements = self._requirements(models.WindowRequirement, "window_id")
        home_courses = self.pairs(
            models.MobilityWindow.home_courses.through, "mobilitywindow_id", "course_id"
        )
        in_window: dict[str, list[str]] = defaultdict(list)
        for opportunity in opportunities.values():
            for window in opportunity.windows:
                in_window[window].append(opportunity.slug)
        found = {}
        columns = [
            "pk", "slug", "programme_id", "phase_id", "ects", "weeks_min", "weeks_max",
            "starts_month", "ends_month", "is_example",
        ]  # fmt: skip
        for row in (
            table(models.MobilityWindow)
            .filter(status=PUBLISHED)
            .order_by("position", "slug")
            .values_list(*columns, *both("name", "summary"))
        ):
            (pk, slug, programme, phase, ects, weeks_min, weeks_max, starts_month, ends_month,
             is_example, name_en, name_nl, summary_en, summary_nl) = row  # fmt: skip
            if pk not in self.window_slugs:
                continue
            found[slug] = Window(
                slug=slug,
                name=text(name_en, name_nl),
                programme=self.programme_slugs[programme],
                phase=self.phases.get(phase),
                summary=text(summary_en, summary_nl),
                ects=ects,
                weeks_min=weeks_min,
                weeks_max=weeks_max,
                starts_month=starts_month,
                ends_month=ends_month,
                requirements=tuple(requirements.get(pk, ())),
                home_courses=self.slugs(home_courses.get(pk, ()), self.course_slugs),
                opportunities=tuple(in_window.get(slug, ())),
                sources=sources.get(pk, ()),
                is_example=is_example,
            )
        return found

    def _precedents(self, courses: Mapping[str, Course]) -> dict[str, Precedent]:
        found = {}
        query = (
            table(models.Precedent).filter(status=PUBLISHED)
            .order_by("-year", "slug")
            .values_list(
                "slug", "host_course_id", "home_course_id", "year", "is_example",
                *both("decided_by", "note"),
            )
        )  # fmt: skip
        for slug, host, home, year, is_example, by_en, by_nl, en, nl in query.iterator(
            chunk_size=CHUNK
        ):
            if host in self.course_slugs and home in self.course_slugs:
                found[slug] = Precedent(
                    slug, self.course_slugs[host], self.course_slugs[home], year,
                    text(by_en, by_nl), text(en, nl), is_example,
                )  # fmt: skip
        return found

    def _guides(self) -> dict[str, Guide]:
        sources = self.sources_of(models.Guide)
        published = table(models.Guide).filter(status=PUBLISHED)
        keys = dict(published.values_list("pk", "slug"))
        related = self.pairs(models.Guide.related.through, "from_guide_id", "to_guide_id")
        found = {}
        for row in (
            table(models.Guide).filter(status=PUBLISHED)
            .order_by("position", "slug")
            .values_list(
                "pk", "slug", "checked_on", "position", "is_example",
                *both("title", "summary", "text"),
            )
        ):  # fmt: skip
            (pk, slug, checked_on, position, is_example, title_en, title_nl, summary_en,
             summary_nl, text_en, text_nl) = row  # fmt: skip
            body = text(text_en, text_nl)
            found[slug] = Guide(
                slug=slug,
                title=text(title_en, title_nl),
                summary=text(summary_en, summary_nl),
                text=body,
                html=Text(markdown.render(body.en), markdown.render(body.nl)),
                checked_on=checked_on,
                related=self.slugs(related.get(pk, ()), keys),
                position=position,
                sources=sources.get(pk, ()),
                is_example=is_example,
            )
        return found

    def _answers(
        self,
        institutions: Mapping[str, Institution],
        opportunities: Mapping[str, Opportunity],
        guides: Mapping[str, Guide],
    ) -> dict[str, Answer]:
        """Those whose page is shown."""
        sources = self.sources_of(models.PublishedAnswer)
        found = {}
        for row in (
            table(models.PublishedAnswer).filter(status=PUBLISHED)
            .order_by("created_at", "slug")
            .values_list(
                "pk", "slug", "opportunity__slug", "institution__slug", "guide__slug",
                "checked_on", "is_example", *both("question", "text"),
            )
        ):  # fmt: skip
            (pk, slug, opportunity, institution, guide, checked_on, is_example, question_en,
             question_nl, text_en, text_nl) = row  # fmt: skip
            if opportunity in opportunities:
                page = ("opportunity", opportunity)
            elif institution in institutions:
                page = ("institution", institution)
            elif guide in guides:
                page = ("guide", guide)
            else:
                continue
            body = text(text_en, text_nl)
            found[slug] = Answer(
                slug=slug,
                question=text(question_en, question_nl),
                text=body,
                html=Text(markdown.render(body.en), markdown.render(body.nl)),
                page=page,
                checked_on=checked_on,
                sources=sources.get(pk, ()),
                is_example=is_example,
            )
        return found

    def _grants(self) -> dict[str, Grant]:
        sources = self.sources_of(models.Grant)
        questions: dict[int, list[GrantQuestion]] = defaultdict(list)
        for grant, statement, decides, en, nl in (
            table(models.GrantQuestion).order_by("position", "pk")
            .values_list("grant_id", "statement", "decides", *both("question"))
        ):  # fmt: skip
            questions[grant].append(GrantQuestion(statement, text(en, nl), decides))
        amounts: dict[int, list[GrantAmount]] = defaultdict(list)
        for row in table(models.GrantAmount).order_by("position", "pk").values_list(
            "grant_id", "days_min", "days_max", "km_min", "km_below", "statement", "low",
            "typical", "high",
        ):  # fmt: skip
            grant, first_day, last_day, km_min, km_below, statement, low, typical, high = row
            amounts[grant].append(
                GrantAmount(first_day, last_day, km_min, km_below, statement, low, typical, high)
            )
        found = {}
        for row in (
            table(models.Grant).filter(status=PUBLISHED)
            .order_by("position", "slug")
            .values_list(
                "pk", "slug", "pays", "countries", "not_countries", "kinds", "days_min",
                "days_max", "one_of", "year", "checked_on", "certainty", "is_example",
                *both("name", "about", "because"),
            )
        ):  # fmt: skip
            (pk, slug, pays, countries, not_countries, kinds, days_min, days_max, one_of, year,
             checked_on, certainty, is_example, name_en, name_nl, about_en, about_nl, because_en,
             because_nl) = row  # fmt: skip
            found[slug] = Grant(
                slug=slug,
                name=text(name_en, name_nl),
                about=text(about_en, about_nl),
                because=text(because_en, because_nl),
                pays=pays,
                countries=frozenset(countries or ()),
                not_countries=frozenset(not_countries or ()),
                kinds=frozenset(kinds or ()),
                days_min=days_min,
                days_max=days_max,
                one_of=one_of,
                year=year,
                checked_on=checked_on,
                certainty=certainty,
                questions=tuple(questions.get(pk, ())),
                amounts=tuple(amounts.get(pk, ())),
                sources=sources.get(pk, ()),
                is_example=is_example,
            )
        return found

    def _travel_advice(self) -> dict[str, TravelAdvice]:
        found = {}
        for slug, country, level, checked_on, source, en, nl in (
            table(models.TravelAdvice).order_by("country")
            .values_list("slug", "country", "level", "checked_on", "source_id", *both("note"))
        ):  # fmt: skip
            found[slug] = TravelAdvice(
                slug,
                country,
                level,
                checked_on,
                text(en, nl),
                self.sources[source],
            )
        return found

    def _learning_hours(self) -> dict[str, LearningHours]:
        found = {}
        for row in (
            table(models.LearningHours).order_by("position", "slug")
            .values_list(
                "slug", "measure", "level", "languages", "low", "high", "year", "checked_on",
                "certainty", "source_id", "is_example", *both("note"),
            )
        ):  # fmt: skip
            (slug, measure, level, languages, low, high, year, checked_on, certainty, source,
             is_example, en, nl) = row  # fmt: skip
            found[slug] = LearningHours(
                slug,
                measure,
                level,
                tuple(languages or ()),
                low,
                high,
                year,
                checked_on,
                certainty,
                text(en, nl),
                self.provenance(source, is_example),
            )
        return found

    def _preparation(self) -> dict[str, PreparationStep]:
        sources = self.sources_of(models.PreparationStep)
        found = {}
        for row in (
            table(models.PreparationStep).filter(status=PUBLISHED)
            .order_by("position", "slug")
            .values_list(
                "pk", "slug", "kind", "weeks_min", "weeks_max", "before", "countries",
                "not_countries", "kinds", "citizenship", "checked_on", "certainty", "is_example",
                *both("name", "about"),
            )
        ):  # fmt: skip
            (pk, slug, kind, weeks_min, weeks_max, before, countries, not_countries, kinds,
             citizenship, checked_on, certainty, is_example, name_en, name_nl, about_en,
             about_nl) = row  # fmt: skip
            found[slug] = PreparationStep(
                slug=slug,
                name=text(name_en, name_nl),
                about=text(about_en, about_nl),
                kind=kind,
                weeks_min=weeks_min,
                weeks_max=weeks_max,
                before=tuple(before or ()),
                countries=frozenset(countries or ()),
                not_countries=frozenset(not_countries or ()),
                kinds=frozenset(kinds or ()),
                citizenship=citizenship,
                checked_on=checked_on,
                certainty=certainty,
                sources=sources.get(pk, ()),
                is_example=is_example,
            )
        return found

    def _withdrawn(
        self, opportunities: Mapping[str, Opportunity], answers: Mapping[str, Answer]
    ) -> frozenset[tuple[str, str]]:
        """What was there once, such as pages: it answers 410, with a way on."""
        gone = {
            (kind, slug)
            for kind, model in PAGE_KINDS.items()
            for slug in table(model).filter(status=WITHDRAWN).values_list("slug", flat=True)
        }
        gone |= {
            ("opportunity", slug)
            for slug in table(models.Opportunity)
            .filter(status=PUBLISHED)
            .values_list("slug", flat=True)
            if slug not in opportunities
        }
        # Those that were taken off, and those whose page is gone.
        gone |= {
            ("answer", slug)
            for slug in table(models.PublishedAnswer)
            .exclude(status=models.PublicationStatus.DRAFT)
            .values_list("slug", flat=True)
            if slug not in answers
        }
        return frozenset(gone)


def _followed_courses(kept: Any) -> tuple[FollowedCourse, ...]:
    return tuple(
        FollowedCourse(
            title=str(one.get("title", "")),
            ects=str(one.get("ects", "")),
            recognised=str(one.get("recognised", "unknown")),
            home_title=str(one.get("home_title", "")),
            host_course=str(one.get("host", "")),
            home_course=str(one.get("home", "")),
        )
        for one in kept or ()
    )


def build_records(private: Private | None = None) -> Records:
    """Read the published catalogue as it is in the database now.

    With `private` also drafts, for the one who may see them. Raises NoCatalogue when nothing has
    been loaded.
    """
    return Reader(private or Private()).read()


def local_today(now: dt.datetime, time_zone: str) -> dt.date:
    """The date in the edition's zone."""
    return now.astimezone(ZoneInfo(time_zone)).date()
