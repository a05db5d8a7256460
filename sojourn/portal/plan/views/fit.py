"""What fits: every place in the order of what matters to the student, with reasons."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from sojourn.common.view_marks import private_page
from sojourn.people.permissions import anybody, open_to
from sojourn.planning.costs import finances_of
from sojourn.planning.current import plan_for_change, plan_of
from sojourn.planning.fit import fit_of, save_weights, weights_of
from sojourn.planning.similar_courses import count_similar_courses
from sojourn.planning.study_choice import profile_for
from sojourn.planning.top_five import top_five_of
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.plan.forms import WeightsForm
from sojourn.portal.plan.presenters import fit as fit_presenter


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(anybody)
def fit(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = WeightsForm(request.POST)
        if not form.is_valid():
            return _page(request, form, 422)
        save_weights(plan_for_change(request), form.weights())
        return redirect("plan:fit")
    return _page(request, WeightsForm(), 200)


def _page(request: HttpRequest, form: WeightsForm, status: int) -> HttpResponse:
    snapshot = visible_snapshot(request.user)
    plan = plan_of(request)
    profile, weights = profile_for(request, plan), weights_of(plan)
    similar = count_similar_courses(snapshot, profile.programme)
    shares = {slug: counted.share for slug, counted in similar.items()}
    fits = fit_of(snapshot, profile, weights, shares, finances_of(plan))
    page = fit_presenter.page(snapshot, fits, profile, weights, top_five_of(plan), similar)
    context = {"page": page, "form": form, "part": "fit"}
    return render(request, "portal/plan/templates/fit.html", context, status=status)
