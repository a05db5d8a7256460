"""The profile: one form, every field of which may stay empty."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import private_page
from sojourn.people.permissions import anybody, open_to
from sojourn.planning import study_choice
from sojourn.planning.current import plan_for_change, plan_of
from sojourn.planning.errors import PlanChangedError
from sojourn.planning.profile import Profile, profile_of, save_profile
from sojourn.portal.plan.forms import ProfileForm, filled_in


@dataclass(frozen=True)
class Difference:
    """One answer that is not the same here and there."""

    label: str
    now: str
    yours: str


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(anybody)
def profile(request: HttpRequest) -> HttpResponse:
    records = current_snapshot().records
    if request.method != "POST":
        saved = study_choice.profile_for(request, plan_of(request))
        return _page(request, ProfileForm(records, initial=filled_in(saved)), 200)
    form = ProfileForm(records, request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    plan = plan_for_change(request)
    wanted = form.profile(kept=profile_of(plan))
    try:
        save_profile(plan, wanted, form.cleaned_data["seen"])
    except PlanChangedError as error:
        now = profile_of(plan_of(request))
        return _page(
            request,
            _with_seen(form, now.seen),
            409,
            problem=error.message,
            differences=_differences(form, now, wanted),
        )
    messages.success(request, _("Your profile is saved. This is what fits it."))
    response = redirect("plan:fit")
    study_choice.delete_cookie(response)
    return response


@require_safe
@private_page
@open_to(anybody)
def study(request: HttpRequest) -> HttpResponse:
    """Keep what the home page asked, programme and year, and show what fits it."""
    choice = study_choice.choice_of(current_snapshot().records, request.GET.get("study", ""))
    if choice is None:
        return redirect("portal:opportunities")
    response = redirect("plan:fit")
    study_choice.set_cookie(response, choice)
    return response


def _page(
    request: HttpRequest,
    form: ProfileForm,
    status: int,
    problem: str = "",
    differences: list[Difference] | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "part": "profile",
        "problem": problem,
        "differences": differences or [],
    }
    return render(request, "portal/plan/templates/profile.html", context, status=status)


def _with_seen(form: ProfileForm, seen: str) -> ProfileForm:
    """Show the same answers again, so that the student can choose between them."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["seen"] = seen
    again = ProfileForm(form.records, data)
    again.is_valid()
    return again


def _differences(form: ProfileForm, now: Profile, wanted: Profile) -> list[Difference]:
    there, here = filled_in(now), filled_in(wanted)
    found = []
    for name, field in form.fields.items():
        if name == "seen" or there.get(name) == here.get(name):
            continue
        found.append(
            Difference(
                str(field.label),
                _words(form, name, there.get(name)),
                _words(form, name, here.get(name)),
            )
        )
    return found


def _words(form: ProfileForm, name: str, value: object) -> str:
    """Return an answer as the form writes it."""
    choices = dict(getattr(form.fields[name], "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, one)) for one in value) or _("not filled in")
    if value in (None, ""):
        return _("not filled in")
    return str(choices.get(value, value))
