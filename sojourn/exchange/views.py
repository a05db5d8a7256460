"""Answers a calendar program that asks for deadlines or walk-in hours."""

from __future__ import annotations

import datetime as dt
import hashlib
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sojourn.catalogue.calendar import next_walk_ins
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Contact
from sojourn.common.languages import page_language
from sojourn.common.urls import site_url, url_for
from sojourn.common.view_marks import public_view
from sojourn.exchange.calendars import (
    Entry,
    Feed,
    deadline_entry,
    feed_uid,
    in_order,
    walk_in_entry,
    write,
)

CONTENT_TYPE = "text/calendar; charset=utf-8"
# Half a year of weekly hours; a subscription moves on by itself.
WALK_INS_AHEAD = 26


@require_safe
@public_view
def deadlines(request: HttpRequest) -> HttpResponse:
    """Every deadline of every opportunity from today on."""
    snapshot = current_snapshot()
    entries = [
        entry
        for slug in snapshot.records.opportunities
        for entry in _deadline_entries(request, snapshot, slug)
        if _is_from(entry, snapshot.built_on)
    ]
    feed = _feed(
        request,
        snapshot,
        kind="deadlines",
        name=_("Deadlines for going abroad, %(place)s") % {"place": _home(snapshot)},
        path=url_for("portal:opportunities"),
        entries=entries,
    )
    return _answer(request, feed, "deadlines.ics")


@require_safe
@public_view
def opportunity_deadlines(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the deadlines of one opportunity, those that have passed included."""
    snapshot = current_snapshot()
    opportunity = snapshot.records.opportunities.get(slug)
    if opportunity is None:
        return _missing(snapshot, "opportunity", slug)
    feed = _feed(
        request,
        snapshot,
        kind="deadlines",
        parts=(slug,),
        name=_("Deadlines: %(title)s") % {"title": opportunity.title},
        path=url_for("portal:opportunity", slug),
        entries=_deadline_entries(request, snapshot, slug),
    )
    return _answer(request, feed, f"{slug}-deadlines.ics")


@require_safe
@public_view
def walk_in(request: HttpRequest) -> HttpResponse:
    """Return the walk-in hours of everyone who has them."""
    snapshot = current_snapshot()
    entries = [
        entry
        for contact in snapshot.records.contacts.values()
        for entry in _walk_in_entries(request, snapshot, contact)
    ]
    feed = _feed(
        request,
        snapshot,
        kind="walk-in",
        name=_("Walk-in hours, %(place)s") % {"place": _home(snapshot)},
        path=url_for("portal:contacts"),
        entries=entries,
    )
    return _answer(request, feed, "walk-in.ics")


@require_safe
@public_view
def contact_walk_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the walk-in hours of one contact, without holidays and absences."""
    snapshot = current_snapshot()
    contact = snapshot.records.contacts.get(slug)
    if contact is None:
        return _missing(snapshot, "contact", slug)
    feed = _feed(
        request,
        snapshot,
        kind="walk-in",
        parts=(slug,),
        name=_("Walk-in hours: %(who)s") % {"who": contact.name or str(contact.title)},
        path=url_for("portal:contacts"),
        entries=_walk_in_entries(request, snapshot, contact),
    )
    return _answer(request, feed, f"{slug}-walk-in.ics")


def _deadline_entries(request: HttpRequest, snapshot: Snapshot, slug: str) -> list[Entry]:
    opportunity = snapshot.records.opportunities[slug]
    page = site_url(request) + url_for("portal:opportunity", slug)
    return [
        deadline_entry(deadline, opportunity, snapshot.records.edition, page)
        for deadline in opportunity.deadlines
    ]


def _walk_in_entries(request: HttpRequest, snapshot: Snapshot, contact: Contact) -> list[Entry]:
    if not contact.walk_in_hours:
        return []
    known = snapshot.records
    page = f"{site_url(request)}{url_for('portal:contacts')}#{contact.slug}"
    # From the start of the day, so that the file changes once a day and not with every second.
    zone = ZoneInfo(known.edition.time_zone)
    day_begins = dt.datetime.combine(snapshot.built_on, dt.time(), zone)
    return [
        walk_in_entry(
            occasion, contact, known.institutions[contact.institution], known.edition, page
        )
        for occasion in next_walk_ins(contact, known.edition, day_begins, WALK_INS_AHEAD)
    ]


def _feed(
    request: HttpRequest,
    snapshot: Snapshot,
    *,
    kind: str,
    name: str,
    path: str,
    entries: list[Entry],
    parts: tuple[str, ...] = (),
) -> Feed:
    edition = snapshot.records.edition
    return Feed(
        uid=feed_uid(kind, edition, *parts, page_language()),
        name=name,
        description=str(edition.name),
        page=site_url(request) + path,
        language=page_language(),
        edition=edition,
        changed_at=_changed_at(snapshot),
        today=snapshot.built_on,
        entries=in_order(entries),
    )


def _answer(request: HttpRequest, feed: Feed, filename: str) -> HttpResponse:
    body = write(feed)
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type=CONTENT_TYPE)
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Content-Language"] = feed.language
    return response


def _missing(snapshot: Snapshot, kind: str, slug: str) -> HttpResponse:
    if (kind, slug) in snapshot.records.withdrawn:
        # A calendar program that learns this stops asking.
        return HttpResponse(status=410, content_type="text/plain; charset=utf-8")
    raise Http404


def _changed_at(snapshot: Snapshot) -> dt.datetime:
    """When the catalogue was last changed; a catalogue always was, by the load that filled it."""
    day_begins = dt.datetime.combine(snapshot.built_on, dt.time(), dt.UTC)
    return snapshot.state.changed_at or day_begins


def _is_from(entry: Entry, day: dt.date) -> bool:
    starts = entry.starts
    return (starts.date() if isinstance(starts, dt.datetime) else starts) >= day


def _home(snapshot: Snapshot) -> str:
    return snapshot.records.edition.short_name
