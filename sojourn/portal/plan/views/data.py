"""One's own data: to read, to take along, to delete."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.catalogue.models import Edition
from sojourn.common.view_marks import private_page
from sojourn.mobility import personal_data
from sojourn.people.models import User
from sojourn.people.permissions import anybody, is_student, open_to
from sojourn.planning import own_data, study_choice
from sojourn.planning.current import earlier_plan, plan_of
from sojourn.planning.errors import PlanError
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.plan.presenters import data as data_presenter


@require_safe
@private_page
@open_to(anybody)
def data(request: HttpRequest) -> HttpResponse:
    """Everything that is kept, readable."""
    return render(
        request,
        "portal/plan/templates/data.html",
        {
            "part": "data",
            "groups": data_presenter.groups(
                visible_snapshot(request.user).records, _everything(request)
            ),
            "has_plan": plan_of(request) is not None,
            "keeping": Edition.objects.first(),
            "is_student": is_student(request.user),
        },
    )


@require_safe
@private_page
@open_to(anybody)
def export(request: HttpRequest) -> HttpResponse:
    """Return the same as a file that other programs can read."""
    found = _everything(request)
    response = HttpResponse(
        json.dumps(found, indent=2, ensure_ascii=False) + "\n", content_type="application/json"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="sojourn-plan.json"'
    return response


@require_POST
@private_page
@open_to(anybody)
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the plan; the box that says so has to be ticked."""
    if "sure" not in request.POST:
        messages.warning(request, _("Tick the box first: deleting a plan cannot be undone."))
        return redirect("plan:data")
    for plan in (plan_of(request), earlier_plan(request)):
        if plan is not None:
            own_data.delete_plan(plan)
    for key in ("plan", "plan_from_before", "top_five_undo"):
        request.session.pop(key, None)
    messages.success(request, _("Your plan is deleted."))
    response = redirect("plan:overview")
    study_choice.delete_cookie(response)
    return response


@private_page
@open_to(anybody)
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def delete_account(request: HttpRequest) -> HttpResponse:
    """Delete the account, after the password was given a short while ago."""
    user = _user(request)
    if user is None:
        return redirect("account_login")
    problem = ""
    if request.method == "POST" and "sure" in request.POST:
        try:
            personal_data.erase(user)
        except PlanError as error:
            problem = error.message
        else:
            logout(request)
            messages.success(request, _("Your account and everything in it is deleted."))
            return redirect("portal:home")
    elif request.method == "POST":
        problem = _("Tick the box first: deleting an account cannot be undone.")
    return render(
        request,
        "portal/plan/templates/delete-account.html",
        {"part": "data", "problem": problem},
        status=422 if problem else 200,
    )


def _everything(request: HttpRequest) -> dict[str, Any]:
    """Return what every area keeps about the person who asks."""
    return personal_data.export(_user(request), plan_of(request))


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
