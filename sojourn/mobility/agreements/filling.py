"""What a new agreement begins with, so that nobody types what is known already.

Courses come from the package of the group, from what the comparison of courses finds, from what
was recognised before, or from what the place teaches, whichever is known first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sojourn.catalogue.choices import AgreementVariant, Level
from sojourn.catalogue.models import Course, Institution, MobilityWindow, Precedent
from sojourn.catalogue.models import PublicationStatus as Status
from sojourn.catalogue.similarity.service import similarity_table
from sojourn.catalogue.snapshot.service import current_snapshot_or_none
from sojourn.common.languages import REQUIRED
from sojourn.common.translated_fields import text_of
from sojourn.mobility.models import AgreementPackage, ComponentTable, Stay
from sojourn.planning.courses import course_plan, wishes_of
from sojourn.planning.models import Plan

_EQF = {Level.BACHELOR: "6", Level.MASTER: "7"}


@dataclass(frozen=True)
class Line:
    """A line of a table before it is written down."""

    table: ComponentTable
    title: str
    code: str = ""
    credits: Decimal | None = None
    scheme: str = ""
    term: str = ""
    conditions: str = ""
    description: str = ""


def known_facts(stay: Stay) -> dict[str, str]:
    """Return what the account, the stay and the catalogue say; nobody can type it otherwise."""
    student = stay.student
    home = Institution.objects.filter(is_home=True).first()
    hosts = list(stay.hosts.select_related("institution"))
    first = hosts[0] if hosts else None
    there = first.institution if first else None
    programme = stay.programme
    return {
        "given_names": student.first_name,
        "family_name": student.last_name,
        "esi": student.student_identifier,
        "sending_name": _english(home, "name"),
        "sending_schac": home.schac if home else "",
        "sending_code": home.erasmus_code if home else "",
        "sending_country": home.country if home else "",
        "programme": _english(programme, "name"),
        "receiving_name": first.name if first else "",
        "receiving_schac": there.schac if there else "",
        "receiving_code": there.erasmus_code if there else "",
        "receiving_city": first.city if first else "",
        "receiving_country": first.country if first else "",
        "other_hosts": ", ".join(each.name for each in hosts[1:]),
        "what": _english(stay.opportunity, "title") or stay.title,
        "starts_on": stay.starts_on.isoformat() if stay.starts_on else "",
        "ends_on": stay.ends_on.isoformat() if stay.ends_on else "",
    }


def first_facts(stay: Stay) -> dict[str, str]:
    """Return what a first draft begins with."""
    programme = stay.programme
    host = stay.hosts.order_by("position").first()
    found = {
        **known_facts(stay),
        "academic_year": _academic_year(stay),
        "receiving_unit": host.department if host else "",
        "eqf": _EQF.get(Level(programme.level), "") if programme else "",
        "isced": programme.isced_f if programme else "",
    }
    if stay.road.agreement["variant"] != AgreementVariant.STUDIES and host is not None:
        mentor = ", ".join(part for part in (host.contact_name, host.contact_role) if part)
        found |= {"mentor": mentor, "tasks": found["what"]}
    return {name: text for name, text in found.items() if text}


def first_lines(stay: Stay) -> list[Line]:
    """Return the lines that a first draft begins with."""
    if stay.road.agreement["variant"] != AgreementVariant.STUDIES or stay.opportunity is None:
        return []
    window = _window(stay)
    teaches = list(
        stay.opportunity.courses.filter(status=Status.PUBLISHED, institution__is_home=False)
    )
    compared = _compared(stay, window)
    if compared is not None:
        return compared
    home = list(window.home_courses.filter(status=Status.PUBLISHED)) if window else []
    before = Precedent.objects.filter(
        host_course__in=teaches, home_course__in=home, status=Status.PUBLISHED
    ).select_related("host_course", "home_course")
    there = {each.host_course_id: each.host_course for each in before}
    here = {each.home_course_id: each.home_course for each in before}
    return [
        *_lines(ComponentTable.ABROAD, there.values() or teaches),
        *_lines(ComponentTable.HOME, here.values() or home),
    ]


def package_lines(package: AgreementPackage) -> list[Line]:
    """Return the lines of a package, as it was approved."""
    return [
        Line(
            ComponentTable(each["table"]),
            each["title"],
            each.get("code", ""),
            Decimal(each["credits"]) if each.get("credits") else None,
            each.get("scheme", ""),
            each.get("term", ""),
            each.get("conditions", ""),
            each.get("description", ""),
        )
        for each in package.components
    ]


def _compared(stay: Stay, window: MobilityWindow | None) -> list[Line] | None:
    """Return the set that the comparison of courses finds, with what the student insisted on."""
    snapshot = current_snapshot_or_none()
    table = similarity_table(snapshot) if snapshot is not None else None
    if snapshot is None or table is None or window is None or stay.opportunity is None:
        return None
    records = snapshot.records
    place, stretch = (
        records.opportunities.get(stay.opportunity.slug),
        records.windows.get(window.slug),
    )
    if place is None or stretch is None or not place.courses or not stretch.home_courses:
        return None
    plan = Plan.objects.filter(owner=stay.student).first()
    found = course_plan(records, table, stretch, place, wishes_of(plan, stretch, place)).cover
    if not found.links:
        return None
    home = found.chosen or tuple(dict.fromkeys(link.home for link in found.links))
    rows = {row.slug: row for row in Course.objects.filter(slug__in=(*found.taken, *home))}
    return [
        *_lines(ComponentTable.ABROAD, (rows[slug] for slug in found.taken if slug in rows)),
        *_lines(ComponentTable.HOME, (rows[slug] for slug in home if slug in rows)),
    ]


def _lines(table: ComponentTable, courses: Iterable[Course]) -> list[Line]:
    return [
        Line(
            table,
            _english(each, "title"),
            each.code,
            each.ects,
            "ects" if each.ects is not None else "",
        )
        for each in courses
    ]


def _window(stay: Stay) -> MobilityWindow | None:
    if stay.window is not None or stay.opportunity is None:
        return stay.window
    windows = stay.opportunity.windows.all()
    if stay.programme is not None:
        return windows.filter(programme=stay.programme).first()
    return windows.first() if windows.count() == 1 else None


def _academic_year(stay: Stay) -> str:
    """Propose the receiver's year as most write it in the north; the form lets it be corrected."""
    if stay.starts_on is None:
        return ""
    first = stay.starts_on.year - (stay.starts_on.month < 8)
    return f"{first}/{first + 1}"


def _english(entry: Any, name: str) -> str:
    """Agreements are in English, with titles as the host writes them."""
    if entry is None:
        return ""
    text = text_of(entry, name)
    return str(text[REQUIRED[0]] or text)
