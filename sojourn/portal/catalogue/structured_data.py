"""Tells search engines what a page is about (schema.org as JSON-LD).

Only what the page itself shows is said here; a deadline that is only an example is left out,
because a search engine cannot show that mark.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe

from sojourn.catalogue.models import DeadlineKind
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import (
    Contact,
    Course,
    Deadline,
    Guide,
    Institution,
    Opportunity,
)
from sojourn.common.urls import url_for

Node = dict[str, Any]  # schema.org's own form: a JSON object with @type
CONTEXT = "https://schema.org"
ORGANISATION_TYPES = {
    "university": "CollegeOrUniversity",
    "hospital": "Hospital",
    "institute": "EducationalOrganization",
}


@dataclass(frozen=True, slots=True)
class Describer:
    """Describes the catalogue's entries as one page shows them."""

    snapshot: Snapshot
    language: str
    site: str

    def institution(self, institution: Institution) -> Node:
        """Return the institution as an EducationalOrganization (or one of its kinds)."""
        return _without_empty(
            self._organisation(institution)
            | {
                "@context": CONTEXT,
                "description": institution.about.in_language(self.language),
                "alternateName": [
                    name for name in (institution.short_name, institution.native_name) if name
                ],
                "sameAs": [link for link in (institution.website, institution.ror) if link],
            }
        )

    def course(self, course: Course) -> Node:
        """Return a course, given by its institution."""
        host = self.snapshot.records.institutions[course.institution]
        title = course.title.in_language(self.language)
        return _without_empty(
            {
                "@context": CONTEXT,
                "@type": "Course",
                "@id": self._page("course", course.slug),
                "url": self._page("course", course.slug),
                "name": title,
                # A search engine requires a description.
                "description": course.summary.in_language(self.language) or title,
                "alternateName": course.native_title,
                "courseCode": course.code,
                "inLanguage": course.language,
                "educationalLevel": course.level,
                "numberOfCredits": _credits(course),
                "teaches": list(course.outcomes.in_language(self.language)),
                "about": list(course.topics.in_language(self.language)),
                "provider": self._organisation(host),
            }
        )

    def opportunity(self, opportunity: Opportunity) -> Node:
        """Return what one can do there, as a programme of its host."""
        known = self.snapshot.records
        language = self.language
        page = self._page("opportunity", opportunity.slug)
        deadlines = [
            self._deadline(deadline, opportunity)
            for deadline in opportunity.deadlines
            if not deadline.provenance.is_example
        ]
        programme = _without_empty(
            {
                "@type": "EducationalOccupationalProgram",
                "@id": page,
                "url": page,
                "name": opportunity.title.in_language(language),
                "description": opportunity.summary.in_language(language),
                "provider": [
                    self._organisation(known.institutions[slug]) for slug in opportunity.hosts
                ],
                "startDate": _iso(opportunity.period.starts_on) if opportunity.period else None,
                "endDate": _iso(opportunity.period.ends_on) if opportunity.period else None,
                "hasCourse": [
                    {
                        "@type": "Course",
                        "@id": self._page("course", slug),
                        "name": known.courses[slug].title.in_language(language),
                        "url": self._page("course", slug),
                    }
                    for slug in opportunity.courses
                ],
            }
        )
        return {"@context": CONTEXT, "@graph": [programme, *deadlines]}

    def contact(self, contact: Contact) -> Node:
        """Where to ask, as a contact point of the institution."""
        institution = self.snapshot.records.institutions[contact.institution]
        point = _without_empty(
            {
                "@type": "ContactPoint",
                "contactType": contact.title.in_language(self.language),
                "email": contact.email,
                "telephone": contact.phone,
                "url": contact.website,
            }
        )
        return self._organisation(institution) | {"@context": CONTEXT, "contactPoint": point}

    def guide(self, guide: Guide) -> Node:
        """Return a page of advice as an article."""
        return _without_empty(
            {
                "@context": CONTEXT,
                "@type": "Article",
                "@id": self._page("guide", guide.slug),
                "headline": guide.title.in_language(self.language),
                "description": guide.summary.in_language(self.language),
                "inLanguage": self.language,
                "dateModified": _iso(guide.checked_on),
                "publisher": self._organisation(self.snapshot.records.home),
            }
        )

    def home(self) -> Node:
        """Return the site itself, with its search."""
        edition = self.snapshot.records.edition
        address = f"{self.site}/{self.language}/"
        return {
            "@context": CONTEXT,
            "@type": "WebSite",
            "@id": address,
            "url": address,
            "name": f"Sojourn {edition.short_name}",
            "description": edition.tagline.in_language(self.language),
            "inLanguage": self.language,
            "publisher": self._organisation(self.snapshot.records.home),
            "potentialAction": {
                "@type": "SearchAction",
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": f"{address}opportunities/?q={{search_term_string}}",
                },
                "query-input": "required name=search_term_string",
            },
        }

    def describe(self, record: object) -> Node:
        """Return the description of whatever kind of entry this is."""
        match record:
            case Institution():
                return self.institution(record)
            case Course():
                return self.course(record)
            case Opportunity():
                return self.opportunity(record)
            case Contact():
                return self.contact(record)
            case Guide():
                return self.guide(record)
        raise TypeError(f"There is no structured data for {type(record).__name__}.")

    def _deadline(self, deadline: Deadline, opportunity: Opportunity) -> Node:
        known = self.snapshot.records
        page = self._page("opportunity", opportunity.slug)
        kind = deadline.label.in_language(self.language) or str(DeadlineKind(deadline.kind).label)
        when = _iso(deadline.date)
        if deadline.time is not None:
            zone = ZoneInfo(known.edition.time_zone)
            when = dt.datetime.combine(deadline.date, deadline.time, zone).isoformat()
        title = opportunity.title.in_language(self.language)
        return {
            "@type": "Event",
            "@id": f"{page}#{deadline.slug}",
            "name": f"{kind}: {title}",
            "startDate": when,
            "endDate": when,
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
            "location": {"@type": "VirtualLocation", "url": page},
            "organizer": self._organisation(known.home),
            "about": {"@id": page},
        }

    def _organisation(self, institution: Institution) -> Node:
        language = self.language
        page = self._page("institution", institution.slug)
        where: Node = {}
        if institution.latitude is not None:
            where["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": institution.latitude,
                "longitude": institution.longitude,
            }
        return {
            "@type": ORGANISATION_TYPES.get(institution.kind, "EducationalOrganization"),
            "@id": page,
            "url": page,
            "name": institution.name.in_language(language),
            "address": {
                "@type": "PostalAddress",
                "addressLocality": institution.city.in_language(language),
                "addressCountry": institution.country,
            },
            **where,
        }

    def _page(self, kind: str, slug: str) -> str:
        return self.site + url_for(f"portal:{kind}", slug, language=self.language)


def breadcrumbs(crumbs: Sequence[tuple[str, str]], site: str) -> Node:
    """Return the way to a page: (name, path) from the home page down to the page itself."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": site + path}
            for position, (name, path) in enumerate(crumbs, start=1)
        ],
    }


# What could end the script element or start another one, written so that JSON still means the
# same (the same characters as Django's json_script escapes, and the two line separators).
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def script(nodes: Iterable[Node]) -> SafeString:
    """Return the nodes as script elements, safe whatever their texts hold.

    A data block is not run, so the content security policy lets it pass.
    """
    return mark_safe(  # noqa: S308 - every character that could leave the element is escaped
        "\n".join(
            '<script type="application/ld+json">'
            + json.dumps(node, ensure_ascii=False).translate(_ESCAPES)
            + "</script>"
            for node in nodes
        )
    )


def _credits(course: Course) -> Node | None:
    if course.ects is None:
        return None
    return {
        "@type": "StructuredValue",
        "value": float(course.ects),
        "unitText": "ECTS",
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _without_empty(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in (None, "", [])}
