"""The top five side by side, for the student and for anyone who has a link."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.urls import site_url
from sojourn.common.view_marks import private_page
from sojourn.people.permissions import anybody, open_to, whoever_has_the_link
from sojourn.planning import sharing
from sojourn.planning.costs import finances_of
from sojourn.planning.current import plan_for_change, plan_of
from sojourn.planning.errors import PlanError
from sojourn.planning.fit import fit_of, weights_of
from sojourn.planning.profile import Profile
from sojourn.planning.similar_courses import count_similar_courses
from sojourn.planning.study_choice import profile_for
from sojourn.planning.top_five import top_five_of
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.plan.presenters import compare as compare_presenter


@require_safe
@private_page
@open_to(anybody)
def compare(request: HttpRequest) -> HttpResponse:
    snapshot = visible_snapshot(request.user)
    plan = plan_of(request)
    profile = profile_for(request, plan)
    similar = count_similar_courses(snapshot, profile.programme)
    shares = {slug: counted.share for slug, counted in similar.items()}
    fits = fit_of(snapshot, profile, weights_of(plan), shares, finances_of(plan))
    asker = compare_presenter.Asker(profile, fits, plan, similar)
    asked = request.GET.get("only", ""), request.GET.get("pair", "")
    page = compare_presenter.page(snapshot, top_five_of(plan), asker, *asked)
    return render(request, "portal/plan/templates/compare.html", {"page": page, "part": "compare"})


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(anybody)
def share(request: HttpRequest) -> HttpResponse:
    """Return the links of a plan, and a button that makes one."""
    address = problem = ""
    if request.method == "POST":
        try:
            made = sharing.share(plan_for_change(request))
        except PlanError as error:
            problem = error.message
        else:
            address = site_url(request) + reverse("plan:shared", kwargs={"token": made.token})
    return render(
        request,
        "portal/plan/templates/share.html",
        {
            "part": "compare",
            "links": sharing.open_links(plan_of(request)),
            "has_entries": bool(top_five_of(plan_of(request))),
            "address": address,
            "problem": problem,
        },
        status=422 if problem else 200,
    )


@require_POST
@private_page
@open_to(anybody)
def withdraw(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("link", "")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Http404
    sharing.withdraw(plan_for_change(request), int(number))
    return redirect("plan:share")


@require_safe
@private_page
@open_to(whoever_has_the_link)
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Return what someone with a link sees: the places and the facts, nothing about the person."""
    try:
        plan = sharing.shared_plan(token)
    except sharing.WithdrawnError as error:
        context = {"title": _("This link was withdrawn"), "text": error.message}
        return render(request, "portal/plan/templates/no-share.html", context, status=410)
    if plan is None:
        context = {
            "title": _("There is no list behind this link"),
            "text": _("Perhaps part of the address is missing. Ask for the link once more."),
        }
        return render(request, "portal/plan/templates/no-share.html", context, status=404)
    asker = compare_presenter.Asker(Profile(), None, plan, {})
    pair = request.GET.get("pair", "")
    page = compare_presenter.page(current_snapshot(), top_five_of(plan), asker, pair=pair)
    response = render(request, "portal/plan/templates/shared.html", {"page": page})
    # The address is the key; no other site shall learn it.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
