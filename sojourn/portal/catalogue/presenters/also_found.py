"""What a search found beside places, in groups; and subjects to look at where it found nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.queries.everything import Kind, Other, Suggestions
from sojourn.catalogue.queries.opportunities import OpportunityPage, marked_html
from sojourn.catalogue.snapshot.types import Contact, Opportunity, Records, Subject
from sojourn.portal.shared import formatting, urls

_GROUPS: dict[Kind, Promise] = {
    "guide": gettext_lazy("Guides"),
    "answer": gettext_lazy("Answers"),
    "contact": gettext_lazy("People and offices"),
    "institution": gettext_lazy("Institutions"),
    "course": gettext_lazy("Courses"),
}
_PAGES = {
    "opportunity": urls.opportunity,
    "institution": urls.institution,
    "guide": urls.guide,
    "country": urls.country,
}


@dataclass(frozen=True)
class Row:
    title: SafeString
    href: str
    detail: SafeString | str


@dataclass(frozen=True)
class Group:
    kind: Kind | Literal["place"]
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class AlsoFound:
    groups: tuple[Group, ...] = ()
    before_places: bool = False
    """Whether these are nearer to what was asked than the places are."""


@dataclass(frozen=True)
class SubjectLink:
    name: str
    href: str


def also_found(records: Records, others: Sequence[Other], found: OpportunityPage) -> AlsoFound:
    groups = []
    for kind, name in _GROUPS.items():
        rows = [row for one in others if one.kind == kind and (row := _row(records, one))]
        if rows:
            groups.append(Group(kind, str(name), tuple(rows)))
    named = any(
        other.kind == "contact" or (other.is_named_so and other.kind != "course")
        for other in others
    )
    place_named = any(hit.highlights.title for hit in found.hits[:1])
    return AlsoFound(
        tuple(groups), not found.total or not found.has_every_word or (named and not place_named)
    )


@dataclass(frozen=True)
class SuggestionList:
    groups: tuple[Group, ...]
    q: str


_SUGGESTED: tuple[Kind, ...] = ("guide", "answer", "institution", "contact")


def suggestion_list(records: Records, q: str, found: Suggestions) -> SuggestionList:
    """Return the suggestions in groups: places first, then what is not a place."""
    places = tuple(
        Row(marked_html(title), urls.opportunity(place.slug), _where(records, place))
        for place, title in found.places
    )
    groups = [Group("place", _("Places"), places)] if places else []
    for kind in _SUGGESTED:
        rows = [row for one in found.others if one.kind == kind and (row := _row(records, one))]
        if rows:
            groups.append(Group(kind, str(_GROUPS[kind]), tuple(rows)))
    return SuggestionList(tuple(groups), q)


def _where(records: Records, place: Opportunity) -> str:
    hosts = [records.institutions[slug] for slug in place.hosts[:1]]
    return ", ".join(f"{host.name}, {host.city}" for host in hosts)


def _row(records: Records, other: Other) -> Row | None:
    title, excerpt = marked_html(other.title), marked_html(other.excerpt)
    if other.kind in ("guide", "answer"):
        kind, slug = other.page
        if kind not in _PAGES:
            return None
        anchor = f"#{other.anchor}" if other.anchor else ""
        return Row(title, _PAGES[kind](slug) + anchor, excerpt)
    if other.kind == "contact":
        return Row(title, urls.contacts(other.slug), _about(records, records.contacts[other.slug]))
    if other.kind == "institution":
        institution = records.institutions[other.slug]
        return Row(title, urls.institution(other.slug), str(institution.city))
    institution = records.institutions[records.courses[other.slug].institution]
    return Row(title, urls.course(other.slug), str(institution.name))


def _about(records: Records, contact: Contact) -> str:
    """Return what a person does, and when one can walk in."""
    institution = records.institutions.get(contact.institution)
    hours = [
        _("walk in on %(weekday)s, %(hours)s")
        % {
            "weekday": formatting.weekday(hour.weekday),
            "hours": formatting.hours(hour.starts, hour.ends),
        }
        for hour in contact.walk_in_hours[:1]
    ]
    parts = [
        str(contact.title) if contact.name else "",
        str(institution.name) if institution and not institution.is_home else "",
        *hours,
    ]
    return ", ".join(part for part in parts if part)


def subject_links(subjects: Iterable[Subject]) -> tuple[SubjectLink, ...]:
    return tuple(
        SubjectLink(str(one.name), urls.opportunities_with(subject=one.slug)) for one in subjects
    )
