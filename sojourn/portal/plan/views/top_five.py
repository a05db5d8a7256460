"""The top five: looking at it, and each thing one can do to it.

Every change works as a plain form. After a change the page says what happened and offers to undo
it; when the list moved in another tab meanwhile, nothing is changed and the student chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.common.view_marks import private_page
from sojourn.people.models import User
from sojourn.people.permissions import anybody, open_to
from sojourn.planning import top_five as planning_top_five
from sojourn.planning.current import plan_for_change, plan_of
from sojourn.planning.errors import PlanChangedError, PlanError
from sojourn.planning.fit import fit_of, weights_of
from sojourn.planning.models import TOP_FIVE_SIZE
from sojourn.planning.study_choice import profile_for
from sojourn.planning.top_five import Entry, ListChange, TopFive
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.plan.presenters import mine
from sojourn.portal.plan.presenters import top_five as top_five_presenter

# Of the session: the list before the last change, and the fingerprint of the one after.
UNDO = "top_five_undo"
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|[A-Z]{2}")
LONGEST_KEY = 120


@dataclass(frozen=True)
class Again:
    """A hidden field of the form that does a refused change after all."""

    name: str
    value: str


@require_safe
@private_page
@open_to(anybody)
def top_five(request: HttpRequest) -> HttpResponse:
    return _list(request, 200)


@require_safe
@private_page
@open_to(anybody)
def state(request: HttpRequest) -> HttpResponse:
    """For scripts on public pages: what is on the list, and the token for adding to it."""
    return JsonResponse({**_mine(request), "token": get_token(request)})


@require_safe
@private_page
@open_to(anybody)
def offer(request: HttpRequest, key: str) -> HttpResponse:
    """Where “Add to my top five” leads: one button, or the question which place makes room.

    A page of its own, because the public pages are kept for everybody and cannot hold a form
    token; with scripts the button there does it at once.
    """
    _require_key(key)
    records = visible_snapshot(request.user).records
    entries = planning_top_five.top_five_of(plan_of(request))
    try:
        planning_top_five.require_place(
            key, request.user if isinstance(request.user, User) else None
        )
    except planning_top_five.UnknownPlaceError as error:
        raise Http404(error.message) from error
    return render(
        request,
        "portal/plan/templates/add.html",
        {
            "part": "top-five",
            "place": top_five_presenter.named(records, key),
            "is_there": any(entry.key == key for entry in entries),
            "is_full": len(entries) >= TOP_FIVE_SIZE,
            "entries": [top_five_presenter.named(records, entry.key) for entry in entries],
        },
    )


@require_POST
@private_page
@open_to(anybody)
def add(request: HttpRequest) -> HttpResponse:
    key = _key(request, "place")
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    try:
        change = planning_top_five.add(plan_for_change(request), key)
    except planning_top_five.TopFiveFullError as error:
        if wants_json:
            return JsonResponse({"added": False, "message": error.message}, status=409)
        return redirect("plan:offer", key=key)
    except planning_top_five.UnknownPlaceError as error:
        raise Http404(error.message) from error
    message = _about_added(request, change, key)
    _remember(request, change)
    if wants_json:
        return JsonResponse(
            {
                "added": change.is_one,
                "message": message,
                "mine": _mine(request),
            }
        )
    return _done(request, message)


@require_POST
@private_page
@open_to(anybody)
def replace(request: HttpRequest) -> HttpResponse:
    old, new = _key(request, "old"), _key(request, "place")

    def change() -> ListChange:
        return planning_top_five.replace_with(plan_for_change(request), old, new)

    return _try(
        request, change, lambda _change: _("%(title)s is on your list now.") % _title(request, new)
    )


@require_POST
@private_page
@open_to(anybody)
def remove(request: HttpRequest) -> HttpResponse:
    key = _key(request, "place")

    def change() -> ListChange:
        return planning_top_five.remove(plan_for_change(request), key)

    return _try(
        request,
        change,
        lambda _change: _("%(title)s is removed from your list.") % _title(request, key),
    )


@require_POST
@private_page
@open_to(anybody)
def move(request: HttpRequest) -> HttpResponse:
    key, rank = _key(request, "place"), _number(request, "rank")

    def change() -> ListChange:
        return planning_top_five.move(plan_for_change(request), key, rank, _seen(request))

    return _try(request, change, lambda change: _about_rank(request, change, key))


@require_POST
@private_page
@open_to(anybody)
def order(request: HttpRequest) -> HttpResponse:
    keys = [key for key in request.POST.getlist("places") if _KEY.fullmatch(key)]

    def change() -> ListChange:
        return planning_top_five.put_in_order(plan_for_change(request), keys, _seen(request))

    moved = request.POST.get("moved", "")
    return _try(request, change, lambda change: _about_rank(request, change, moved))


@require_POST
@private_page
@open_to(anybody)
def note(request: HttpRequest) -> HttpResponse:
    key, text = _key(request, "place"), request.POST.get("note", "")

    def change() -> ListChange:
        return planning_top_five.write_note(plan_for_change(request), key, text, _seen(request))

    return _try(request, change, lambda _change: _("Your note is saved."))


@require_POST
@private_page
@open_to(anybody)
def undo(request: HttpRequest) -> HttpResponse:
    kept = request.session.get(UNDO)
    if not isinstance(kept, dict):
        messages.info(request, _("There is nothing to undo."))
        return redirect("plan:top-five")
    entries = tuple(Entry(key, text) for key, text in kept["before"])

    def change() -> ListChange:
        return planning_top_five.restore(plan_for_change(request), entries, kept["after"])

    return _try(request, change, lambda _change: _("Undone: your list is as it was before."))


def _mine(request: HttpRequest) -> dict[str, Any]:
    snapshot = visible_snapshot(request.user)
    plan = plan_of(request)
    profile = profile_for(request, plan)
    entries = planning_top_five.top_five_of(plan)
    fits = fit_of(snapshot, profile, weights_of(plan))
    return mine.page(snapshot, entries, fits, profile)


def _list(request: HttpRequest, status: int, **more: object) -> HttpResponse:
    snapshot = visible_snapshot(request.user)
    plan = plan_of(request)
    profile = profile_for(request, plan)
    entries = planning_top_five.top_five_of(plan)
    fits = fit_of(snapshot, profile, weights_of(plan))
    context = {
        "part": "top-five",
        "page": top_five_presenter.page(snapshot, entries, fits, profile, plan),
        "can_undo": _can_undo(request, entries),
        **more,
    }
    return render(request, "portal/plan/templates/top-five.html", context, status=status)


def _try(
    request: HttpRequest, change: Callable[[], ListChange], about: Callable[[ListChange], str]
) -> HttpResponse:
    """Make the change and go back to the list; or say why not, and let the student choose."""
    try:
        made = change()
    except PlanChangedError as error:
        return _choose(request, error)
    except planning_top_five.UnknownPlaceError as error:
        raise Http404(error.message) from error
    except PlanError as error:
        return _list(request, 422, problem=error.message, typed=request.POST.get("note", ""))
    _remember(request, made)
    return _done(request, about(made))


def _choose(request: HttpRequest, error: PlanChangedError) -> HttpResponse:
    """Show the list as it is, what was wanted, and a button for either; nothing is lost."""
    records = visible_snapshot(request.user).records
    entries = planning_top_five.top_five_of(plan_of(request))
    wanted = request.POST.get("place", "")
    there = next((entry for entry in entries if entry.key == wanted), None)
    is_note = "note" in request.POST
    seen = planning_top_five.order_seen(entries)
    if is_note:
        seen = there.note_seen if there else ""
    again = [
        Again(name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "seen", "note")
        for value in values
    ]
    ordered = [key for key in request.POST.getlist("places") if _KEY.fullmatch(key)]
    possible = is_note and there is not None
    if not is_note and request.path.endswith("/move/"):
        possible = there is not None
    if ordered:
        possible = sorted(ordered) == sorted(entry.key for entry in entries)
    return render(
        request,
        "portal/plan/templates/conflict.html",
        {
            "part": "top-five",
            "problem": error.message,
            "entries": [top_five_presenter.named(records, entry.key) for entry in entries],
            "place": top_five_presenter.named(records, wanted) if _KEY.fullmatch(wanted) else None,
            "rank": request.POST.get("rank", ""),
            "ordered": [top_five_presenter.named(records, key) for key in ordered],
            "is_note": is_note,
            "note_now": there.note if there else "",
            "note_yours": request.POST.get("note", ""),
            "again": again,
            "seen": seen,
            "action": request.path,
            "possible": possible,
        },
        status=409,
    )


def _done(request: HttpRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("plan:top-five")


def _remember(request: HttpRequest, change: ListChange) -> None:
    if change.is_one:
        request.session[UNDO] = {
            "before": [[entry.key, entry.note] for entry in change.before],
            "after": planning_top_five.all_seen(change.after),
        }


def _can_undo(request: HttpRequest, entries: TopFive) -> bool:
    kept = request.session.get(UNDO)
    return isinstance(kept, dict) and kept.get("after") == planning_top_five.all_seen(entries)


def _about_added(request: HttpRequest, change: ListChange, key: str) -> str:
    if not change.is_one:
        return _("%(title)s is already on your list.") % _title(request, key)
    return _("%(title)s is number %(rank)d of your top five.") % {
        **_title(request, key),
        "rank": len(change.after),
    }


def _about_rank(request: HttpRequest, change: ListChange, key: str) -> str:
    keys = [entry.key for entry in change.after]
    if key not in keys:
        return _("Your list has a new order.")
    return _("%(title)s is number %(rank)d of %(count)d now.") % {
        **_title(request, key),
        "rank": keys.index(key) + 1,
        "count": len(keys),
    }


def _title(request: HttpRequest, key: str) -> dict[str, str]:
    return {"title": top_five_presenter.named(visible_snapshot(request.user).records, key).title}


def _key(request: HttpRequest, name: str) -> str:
    key = request.POST.get(name, "")
    _require_key(key)
    return key


def _require_key(key: str) -> None:
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise Http404


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not re.fullmatch(r"[1-9]", text):
        raise Http404
    return int(text)


def _seen(request: HttpRequest) -> str:
    return request.POST.get("seen", "")
