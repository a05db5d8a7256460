"""Finding an opportunity, and deciding on one."""

from __future__ import annotations

from functools import partial
from typing import get_args

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sojourn.catalogue import fruitless_searches
from sojourn.catalogue.queries import filters
from sojourn.catalogue.queries.everything import Other, search_everything, suggest
from sojourn.catalogue.queries.near_subjects import near_subjects
from sojourn.catalogue.queries.opportunities import search_opportunities
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import page_language
from sojourn.common.view_marks import (
    RateLimit,
    private_page,
    public_page,
    public_view,
    rate_limited,
)
from sojourn.experiences import correspondents
from sojourn.planning.similar_courses import most_similar
from sojourn.planning.study_choice import choice_of
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.catalogue.presenters import opportunity as opportunity_presenter
from sojourn.portal.catalogue.presenters import search, study
from sojourn.portal.catalogue.presenters.also_found import suggestion_list
from sojourn.portal.shared import errors, round_cards
from sojourn.selection import queries as selection_queries

MOST_TYPED = 200


def _view(request: HttpRequest) -> search.View:
    asked = request.GET.get("view") or "list"
    for view in search.VIEWS:
        if view == asked:
            return view
    raise filters.QueryError(
        "view", _("It can be one of: %(ways)s.") % {"ways": ", ".join(get_args(search.View))}
    )


def _is_asked_in_full(request: HttpRequest) -> bool:
    """Tell a question that was sent from the beginning of one that is being typed."""
    return "HX-Request" not in request.headers or "X-Sent" in request.headers


@require_safe
@rate_limited(RateLimit.SEARCH)
@public_page
def finder(request: HttpRequest) -> HttpResponse:
    snapshot = current_snapshot()
    try:
        view = _view(request)
        asked = filters.OpportunityFilter.from_query(request.GET)
        # A map with a second page would hide places without saying so.
        per_page = (
            filters.MOST_PER_PAGE if view == "map" and "per_page" not in request.GET else None
        )
        language = page_language()
        similar = most_similar(snapshot, asked.programme) if asked.sort == "similar" else {}
        student = study.asked_in(snapshot, asked)
        marked = student.fits.all_for_others() if student.fits else None
        found = search_opportunities(snapshot, asked, language, per_page, similar, marked)
    except filters.QueryError as error:
        return errors.bad_query(request, error.field, str(error.message))
    if asked.page > max(found.pages, 1):
        return errors.not_found(request)
    others: tuple[Other, ...] = ()
    # Whoever narrows the list looks for a place.
    if asked.q and asked.page == 1 and view == "list" and not (asked.chosen and found.total):
        others = search_everything(snapshot, asked.q, language)
    nothing = asked.q and not found.total and not others and not found.corrections
    subjects = near_subjects(snapshot, asked.q) if nothing and not asked.chosen else ()
    if nothing and not asked.chosen and _is_asked_in_full(request):
        fruitless_searches.note(asked.q, language)
    return render(
        request,
        "portal/catalogue/templates/opportunities/list.html",
        {"page": search.page(snapshot, found, view, student, others, subjects), "section": "find"},
    )


@require_safe
@rate_limited(RateLimit.SEARCH)
@public_page
def suggestions(request: HttpRequest) -> HttpResponse:
    """Return what the search box offers while somebody types, as a part of its page."""
    q = " ".join(request.GET.get("q", "").replace("\0", "").split())[:MOST_TYPED]
    snapshot = current_snapshot()
    found = suggest(snapshot, q, page_language())
    return render(
        request,
        "portal/catalogue/templates/opportunities/suggestions.html",
        {"page": suggestion_list(snapshot.records, q, found)},
    )


@require_safe
@public_view
def opportunity(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Return a place that everyone sees, or one that this student found themselves."""
    if slug in current_snapshot().records.opportunities:
        return _for_everybody(request, slug)
    snapshot = visible_snapshot(request.user)
    if slug in snapshot.records.opportunities:
        return _for_its_student(request, snapshot, slug)
    return errors.missing(request, snapshot.records, "opportunity", slug)


def _page_of(
    request: HttpRequest, snapshot: Snapshot, slug: str
) -> opportunity_presenter.OpportunityPage:
    record = snapshot.records.opportunities[slug]
    chosen = choice_of(snapshot.records, request.GET.get("study", ""))
    askable = correspondents.askable_at(record.hosts)
    return opportunity_presenter.page(snapshot, record, timezone.now(), chosen, askable)


@private_page
def _for_its_student(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    page = _page_of(request, snapshot, slug)
    context = {"page": page, "private": True, "section": "plan"}
    return render(request, "portal/catalogue/templates/opportunities/opportunity.html", context)


@public_page
def _for_everybody(request: HttpRequest, slug: str) -> HttpResponse:
    snapshot = current_snapshot()
    record = snapshot.records.opportunities[slug]
    now = timezone.now()
    rounds = round_cards.cards(slug, partial(selection_queries.rounds_of_opportunity, slug), now)
    return render(
        request,
        "portal/catalogue/templates/opportunities/opportunity.html",
        {
            "page": _page_of(request, snapshot, slug),
            "record": record,
            "rounds": rounds,
            "section": "find",
        },
    )
