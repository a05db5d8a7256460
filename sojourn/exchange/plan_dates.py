"""The calendar of what a student still has to do, at an address that only they know.

It holds titles of places and names of steps: nothing about the student, as calendar programs send
what they read to their provider.
"""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sojourn.catalogue.choices import Pen
from sojourn.catalogue.snapshot.types import EditionInfo
from sojourn.common.languages import page_language
from sojourn.common.translated_fields import text_of
from sojourn.common.urls import site_url, url_for
from sojourn.common.view_marks import private_page
from sojourn.exchange.calendars import Entry, Feed, feed_uid, in_order, write
from sojourn.mobility.naming import title_of
from sojourn.mobility.queries import standing_of
from sojourn.mobility.states import StepState
from sojourn.people.models import User
from sojourn.people.permissions import open_to, whoever_has_the_link
from sojourn.planning.dates import PlannedStep, Preparation, preparations_of
from sojourn.planning.dates_feed import FeedWithdrawnError, plan_of_feed
from sojourn.planning.fit import fit_of, weights_of
from sojourn.planning.profile import profile_of
from sojourn.planning.visible_catalogue import visible_snapshot

CONTENT_TYPE = "text/calendar; charset=utf-8"


@require_safe
@private_page
@open_to(whoever_has_the_link)
def plan_dates(request: HttpRequest, token: str) -> HttpResponse:
    """Return the steps of every choice in the top five that is this student's, from today on."""
    try:
        plan = plan_of_feed(token)
    except FeedWithdrawnError:
        # A calendar program that learns this stops asking.
        return _unreferred(HttpResponse(status=410, content_type="text/plain; charset=utf-8"))
    if plan is None:
        raise Http404
    snapshot = visible_snapshot(plan.owner)
    edition = snapshot.records.edition
    language = page_language()
    today = snapshot.built_on
    fits = fit_of(snapshot, profile_of(plan), weights_of(plan))
    entries = [
        _entry(request, edition, way, on_the_way, language)
        for way in preparations_of(snapshot.records, plan, today)
        if not fits.is_for_others(way.opportunity.slug)
        for on_the_way in way.steps
        if on_the_way.dated.done_by >= today
    ]
    if plan.owner is not None:
        entries += stay_entries(request, edition, plan.owner, today)
    feed = Feed(
        uid=feed_uid("plan-dates", edition, language),
        name=_("Before you go abroad"),
        description=str(edition.name),
        page=site_url(request) + url_for("plan:dates"),
        language=language,
        edition=edition,
        changed_at=dt.datetime.combine(today, dt.time(), dt.UTC),
        today=today,
        entries=in_order(entries),
    )
    return _unreferred(HttpResponse(write(feed), content_type=CONTENT_TYPE))


def stay_entries(
    request: HttpRequest, edition: EditionInfo, owner: User, today: dt.date
) -> list[Entry]:
    """Return the steps of the student's own stays that are still theirs to do, on their days."""
    return [
        Entry(
            uid=f"stay-{row.pk}@{edition.slug}.sojourn",
            starts=row.due_on,
            ends=None,
            summary=_("Last day: %(step)s (%(place)s)")
            % {"step": text_of(row.step, "name"), "place": title_of(stay)},
            description=site_url(request) + url_for("stays:stay", stay.uuid),
            location="",
            url=site_url(request) + url_for("stays:stay", stay.uuid),
            category=_("Before you go abroad"),
        )
        for stay in standing_of(owner)
        if stay.meaning.is_running
        for row in stay.steps.all()
        if row.step.who == Pen.STUDENT and row.state == StepState.WAITING
        if row.due_on is not None and row.due_on >= today
    ]


def _entry(
    request: HttpRequest, edition: EditionInfo, way: Preparation, found: PlannedStep, language: str
) -> Entry:
    """One step on the day on which it has to begin, or on its deadline."""
    title = str(way.opportunity.title)
    day = found.dated.begin_safely if found.deadline is None else found.deadline.date
    is_example = found.step.is_example
    if found.deadline is not None:
        summary = _("Last day: %(step)s (%(place)s)")
        is_example = found.deadline.provenance.is_example
    else:
        summary = _("Begin: %(step)s (%(place)s)")
    summary = summary % {"step": found.step.name, "place": title}
    if is_example:
        summary = _("%(summary)s (example)") % {"summary": summary}
    page = site_url(request) + url_for("portal:opportunity", way.opportunity.slug)
    return Entry(
        uid=f"plan-{found.step.slug}-{way.opportunity.slug}@{edition.slug}.sojourn",
        starts=max(day, dt.date(1990, 1, 1)),
        ends=None,
        summary=summary,
        description="\n".join(part for part in (str(found.step.about), page) if part),
        location="",
        url=page,
        category=_("Before you go abroad"),
    )


def _unreferred(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
