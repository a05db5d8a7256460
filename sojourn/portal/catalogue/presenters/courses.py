"""Courses as rows of a table, and one course as a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sojourn.catalogue import isced, names
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Course, Precedent, Records
from sojourn.common.languages import language_name, language_title, page_language
from sojourn.design import components
from sojourn.design.components import Cell
from sojourn.portal.shared import cards, formatting, labels, sources, urls
from sojourn.portal.shared.links import Link


def table(caption: str, courses: Iterable[Course]) -> components.Table:
    """Courses with what one compares: credits, language, when."""
    return components.Table(
        caption=caption,
        columns=(
            components.Column(_("Course")),
            components.Column(_("Credits"), numeric=True),
            components.Column(_("Language")),
            components.Column(_("When")),
        ),
        rows=[
            [
                Cell(str(course.title), urls.course(course.slug)),
                Cell(formatting.ects_points(course.ects)),
                Cell(_language(course.language)),
                Cell(formatting.months(course.starts_month, course.ends_month)),
            ]
            for course in courses
        ],
    )


def known(records: Records, slugs: Iterable[str]) -> list[Course]:
    return [records.courses[slug] for slug in slugs if slug in records.courses]


def _page_language_name() -> str:
    return language_name(page_language(), page_language())


def _language(code: str) -> str:
    if not code:
        return ""
    return language_title(code)


@dataclass(frozen=True)
class Recognised:
    """That a course was recognised for another one before."""

    title: str
    href: str
    summary: str
    note: str
    example: bool


@dataclass(frozen=True)
class CoursesPage:
    title: str
    lacks_title_in: str
    """The language of the page, where there is no title in it."""
    native_title: str
    native_language: str
    institution: str
    institution_href: str
    summary: str
    outcomes: tuple[str, ...]
    topics: tuple[Link, ...]
    precedents: tuple[Recognised, ...]
    facts: tuple[components.Fact, ...]
    cards: list[SafeString]
    at_home: bool
    crumbs: tuple[components.Crumb, ...]
    sources: tuple[components.Source, ...]
    example: bool


def _recognised(records: Records, precedent: Precedent, course: Course) -> Recognised | None:
    """Return the other course of the pair, seen from this one."""
    at_home = precedent.home_course == course.slug
    other = records.courses.get(precedent.host_course if at_home else precedent.home_course)
    if other is None:
        return None
    institution = records.institutions[other.institution]
    name = institution.short_name or str(institution.name)
    summary = [name, str(precedent.year)]
    if precedent.decided_by:
        summary.append(_("decided by %(who)s") % {"who": precedent.decided_by})
    return Recognised(
        title=str(other.title),
        href=urls.course(other.slug),
        summary=", ".join(summary),
        note=str(precedent.note),
        example=precedent.is_example,
    )


def _field(code: str) -> str:
    """'Biology (ISCED-F 0511)': the name for people, the code for offices."""
    if not code:
        return ""
    name = isced.field_name(code, page_language())
    return format_html("{} (ISCED-F {})", name, code) if name else f"ISCED-F {code}"


def _facts(records: Records, course: Course) -> tuple[components.Fact, ...]:
    programme = records.programmes.get(course.programme or "")
    facts = [
        components.Fact(_("Credits"), formatting.ects_points(course.ects) or _("not known")),
        components.Fact(_("Level"), labels.level(course.level)),
        components.Fact(_("Language"), _language(course.language)),
        components.Fact(_("When"), formatting.months(course.starts_month, course.ends_month)),
        components.Fact(_("Code"), course.code),
        components.Fact(_("Programme"), str(programme.name) if programme else ""),
        components.Fact(_("Year"), str(course.year) if course.year else ""),
        components.Fact(_("Field"), _field(course.isced_f)),
    ]
    return tuple(fact for fact in facts if fact.value)


def page(snapshot: Snapshot, course: Course) -> CoursesPage:
    records = snapshot.records
    institution = records.institutions[course.institution]
    pairs = [
        _recognised(records, precedent, course)
        for precedent in records.precedents.values()
        if course.slug in (precedent.home_course, precedent.host_course)
    ]
    offered = [
        records.opportunities[slug]
        for slug in course.opportunities
        if slug in records.opportunities
    ]
    if institution.is_home:
        offered = [
            records.opportunities[slug]
            for window in records.windows.values()
            if course.slug in window.home_courses
            for slug in window.opportunities
            if slug in records.opportunities
        ]
    title = str(course.title)
    return CoursesPage(
        title=title,
        lacks_title_in="" if course.title[page_language()] else _page_language_name(),
        native_title=course.native_title if course.native_title != title else "",
        native_language=names.main_language(institution.country),
        institution=str(institution.name),
        institution_href=urls.institution(institution.slug),
        summary=str(course.summary),
        outcomes=tuple(course.outcomes),
        topics=tuple(Link(topic, urls.opportunities_with(q=topic)) for topic in course.topics),
        precedents=tuple(pair for pair in pairs if pair is not None),
        facts=_facts(records, course),
        cards=cards.cards_html(snapshot, dict.fromkeys(offered)),
        at_home=institution.is_home,
        crumbs=(
            components.Crumb(_("Hosts"), urls.institutions()),
            components.Crumb(str(institution.name), urls.institution(institution.slug)),
            components.Crumb(title),
        ),
        sources=sources.of_entry(course.sources),
        example=course.is_example,
    )
