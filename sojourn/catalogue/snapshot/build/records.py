"""Put the records together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from django.db import DatabaseError
from django.db.models import QuerySet

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.advice import read_answers, read_guides
from sojourn.catalogue.snapshot.build.contacts import contact_links, read_contacts
from sojourn.catalogue.snapshot.build.costs import CostTable, read_exchange_rates
from sojourn.catalogue.snapshot.build.courses import course_links, read_courses, read_precedents
from sojourn.catalogue.snapshot.build.institutions import read_institutions
from sojourn.catalogue.snapshot.build.opportunities import OpportunityReader, with_similar
from sojourn.catalogue.snapshot.build.planning import (
    read_grants,
    read_learning_hours,
    read_preparation,
    read_travel_advice,
)
from sojourn.catalogue.snapshot.build.programmes import read_programmes, read_subjects, read_windows
from sojourn.catalogue.snapshot.build.reading import (
    NoCatalogue,
    PrivateEntries,
    Reading,
    Slugs,
    UnreadableRowError,
    by_slug,
)
from sojourn.catalogue.snapshot.build.reports import read_reports
from sojourn.catalogue.snapshot.build.rows import table
from sojourn.catalogue.snapshot.types import AdviceRoute, Answer, EditionInfo, Opportunity, Records
from sojourn.common.languages import Text

WITHDRAWN = models.PublicationStatus.WITHDRAWN
# What has a page of its own.
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


def build_records(previous: Records | None = None) -> Records:
    """Read the published catalogue as it is in the database now.

    Courses and opportunities that are as in `previous` are shared with it, to spare memory.
    Raises NoCatalogue when nothing has been loaded, and UnreadableRowError.
    """
    if not models.Edition.objects.exists():
        raise NoCatalogue
    reading = Reading(previous=previous)
    try:
        return _build_records(reading)
    except (NoCatalogue, DatabaseError):
        raise
    except Exception as error:
        raise UnreadableRowError(reading.last_row, error) from error


_is_put_off: ContextVar[bool] = ContextVar("is_put_off", default=False)


def require_shown() -> None:
    """Raise UnreadableRowError where visitors could not be shown the catalogue as it is now."""
    if not _is_put_off.get():
        build_records()


@contextmanager
def requiring_it_once() -> Iterator[None]:
    """Ask `require_shown` once for several changes, at the end."""
    token = _is_put_off.set(True)
    try:
        yield
    finally:
        _is_put_off.reset(token)
    require_shown()


def _build_records(reading: Reading) -> Records:
    reading.read_entries()
    subjects = read_subjects(reading)
    programmes = read_programmes(reading)
    course_pairs, contact_pairs = course_links(reading), contact_links(reading)
    courses = read_courses(reading, course_pairs)
    contacts = read_contacts(reading, contact_pairs)
    reports = read_reports(reading)
    institutions = read_institutions(reading, courses, contacts)
    home = next((slug for slug, one in institutions.items() if one.is_home), None)
    if home is None:
        raise NoCatalogue
    rates = read_exchange_rates(reading)
    costs = CostTable(reading, rates.values())
    opportunities = with_similar(
        reading,
        OpportunityReader(
            reading, costs, institutions, reports, course_pairs, contact_pairs
        ).read(),
    )
    guides = read_guides(reading)
    answers = read_answers(reading, institutions, opportunities, guides)
    return Records(
        edition=_read_edition(reading, home),
        programmes=programmes,
        windows=read_windows(reading, opportunities),
        subjects=subjects,
        institutions=institutions,
        opportunities=opportunities,
        courses=courses,
        precedents=read_precedents(reading),
        contacts=contacts,
        reports=reports,
        guides=guides,
        withdrawn=_read_withdrawn(opportunities, answers),
        grants=read_grants(reading),
        exchange_rates=rates,
        travel_advice=read_travel_advice(reading),
        learning_hours=read_learning_hours(reading),
        preparation=read_preparation(reading),
        answers=answers,
    )


def _read_edition(reading: Reading, home: str) -> EditionInfo:
    query = table(models.Edition).order_by("pk")
    row, fields = next(reading.rows(query, EditionInfo, "advice_routes"))
    routes = tuple(
        AdviceRoute(
            str(route["id"]),
            Text(route["name"]),
            int(route["top_five"]),
        )
        for route in row.advice_routes or ()
    )
    return EditionInfo(**fields, home=home, advice_routes=routes)


def _read_withdrawn(
    opportunities: Mapping[str, Opportunity], answers: Mapping[str, Answer]
) -> frozenset[tuple[str, str]]:
    """Return what was there once, such as pages: it answers 410, with a way on."""
    gone = {
        (kind, slug)
        for kind, model in PAGE_KINDS.items()
        for slug in table(model).filter(status=WITHDRAWN).values_list("slug", flat=True)
    }
    published = models.PublicationStatus.PUBLISHED
    without_host = table(models.Opportunity).filter(status=published)
    gone |= {
        ("opportunity", slug)
        for slug in without_host.values_list("slug", flat=True)
        if slug not in opportunities
    }
    # Those that were taken off, and those whose page is gone.
    once_public = table(models.PublishedAnswer).exclude(status=models.PublicationStatus.DRAFT)
    gone |= {
        ("answer", slug)
        for slug in once_public.values_list("slug", flat=True)
        if slug not in answers
    }
    return frozenset(gone)


# --- Private entries ----------------------------------------------------------------------------


def build_private_records(served: Records, private: PrivateEntries) -> Records:
    """Return the records that are served and, on top, drafts for the one who may see them.

    A private place has no places like it, and is like none: those are for everybody.
    """
    reading = Reading(private)
    reading.read_entries()
    read_subjects(reading)
    course_pairs, contact_pairs = course_links(reading), contact_links(reading)
    linked = {course for courses in course_pairs.values() for course in courses}
    query = reading.published(models.Course).filter(pk__in=linked)
    reading.courses = _known(query, served.courses)
    reading.contacts = _known(reading.published(models.Contact), served.contacts)
    institutions = read_institutions(reading, served.courses, served.contacts)
    costs = CostTable(reading, served.exchange_rates.values())
    places = OpportunityReader(reading, costs, institutions, {}, course_pairs, contact_pairs).read(
        private.opportunities
    )
    windows, contacts = dict(served.windows), dict(served.contacts)
    for place in places.values():
        _add_opportunity(windows, place.windows, place.slug)
        _add_opportunity(contacts, place.contacts, place.slug)
    return replace(
        served,
        opportunities=by_slug(served.opportunities | places),
        institutions=institutions,
        windows=windows,
        contacts=contacts,
    )


def _known(query: QuerySet[Any], served: Mapping[str, object]) -> Slugs:
    return {key: slug for key, slug in query.values_list("pk", "slug") if slug in served}


def _add_opportunity(entries: dict[str, Any], named: tuple[str, ...], opportunity: str) -> None:
    for slug in named:
        entry = entries[slug]
        if opportunity not in entry.opportunities:
            entries[slug] = replace(entry, opportunities=(*entry.opportunities, opportunity))


def with_draft(served: Records, entry: models.Entry) -> Records:
    """Return the records that are served, with one entry as the database holds it now.

    What is read of a place from other entries (reports, similar places) is as it was.
    """
    key = frozenset({entry.pk})
    if isinstance(entry, models.Opportunity):
        made = build_private_records(served, PrivateEntries(opportunities=key))
        before = served.opportunities.get(entry.slug)
        if before is None:
            return made
        now = made.opportunities[entry.slug]
        now = replace(now, reports=before.reports, similar=before.similar)
        return replace(made, opportunities=made.opportunities | {entry.slug: now})
    reading = Reading(PrivateEntries(courses=key))
    reading.read_entries()
    if isinstance(entry, models.Course):
        courses = read_courses(reading, course_links(reading))
        return replace(served, courses=by_slug(served.courses | courses))
    return replace(served, guides=read_guides(reading))
