"""What a place costs: one page with the student's own figures, and the same to take along."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.catalogue.snapshot.types import Opportunity, Records
from sojourn.common.languages import page_language
from sojourn.common.view_marks import private_page
from sojourn.mobility import money_lists
from sojourn.people.permissions import anybody, open_to
from sojourn.planning import costs as planning_costs
from sojourn.planning.current import plan_for_change, plan_of
from sojourn.planning.errors import PlanChangedError
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.plan.cost_forms import AnswersForm, OwnFiguresForm
from sojourn.portal.plan.documents import cost_document, cost_sheet
from sojourn.portal.plan.presenters import costs as costs_presenter
from sojourn.portal.shared import errors


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(anybody)
def costs(request: HttpRequest, slug: str) -> HttpResponse:
    records = visible_snapshot(request.user).records
    place = records.opportunities.get(slug)
    if place is None:
        return errors.missing(request, records, "opportunity", slug)
    if request.method != "POST":
        return _page(request, records, place)
    if request.POST.get("what") == "answers":
        return _save_answers(request, records, place)
    return _save_figures(request, records, place)


def _save_figures(request: HttpRequest, records: Records, place: Opportunity) -> HttpResponse:
    form = OwnFiguresForm(request.POST)
    if not form.is_valid():
        return _page(request, records, place, form=form, status=422)
    plan = plan_for_change(request)
    try:
        planning_costs.save_own_figures(plan, place.slug, form.figures(), form.cleaned_data["seen"])
    except PlanChangedError as error:
        now = _costs(request, records, place)
        again = OwnFiguresForm(request.POST.copy() | {"seen": now.seen})
        return _page(request, records, place, form=again, problem=error.message, status=409)
    messages.success(request, _("Your own figures are saved."))
    return redirect("plan:costs", slug=place.slug)


def _save_answers(request: HttpRequest, records: Records, place: Opportunity) -> HttpResponse:
    stay = _costs(request, records, place)
    form = AnswersForm(stay.questions, request.POST)
    if not form.is_valid():
        return _page(request, records, place, answers=form, status=422)
    planning_costs.save_statements(plan_for_change(request), form.answers())
    messages.success(request, _("Your answers are saved. The grants below follow them."))
    return redirect("plan:costs", slug=place.slug)


def _costs(request: HttpRequest, records: Records, place: Opportunity) -> planning_costs.StayCosts:
    """Count with what is promised for a stay there, where there is one."""
    promised = money_lists.due_at(request.user, place.slug)
    return planning_costs.costs_of(records, place, plan_of(request), promised)


def _page(
    request: HttpRequest,
    records: Records,
    place: Opportunity,
    *,
    form: OwnFiguresForm | None = None,
    answers: AnswersForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    plan = plan_of(request)
    stay = _costs(request, records, place)
    if form is None:
        own = planning_costs.own_figures(plan, place.slug)
        form = OwnFiguresForm(initial={"seen": stay.seen} | costs_presenter.own_as_typed(own))
    shown = costs_presenter.page(records, stay)
    context = {
        "page": shown,
        "place": place,
        "form": form,
        "answers": answers,
        "rows": [(line, form[line.item]) for line in shown.lines],
        "further": [(line, form[line.item]) for line in shown.further],
        "problem": problem,
        "part": "costs",
    }
    return render(request, "portal/plan/templates/costs.html", context, status=status)


@require_safe
@private_page
@open_to(anybody)
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the same as a PDF that a screen reader can read."""
    records = visible_snapshot(request.user).records
    place = records.opportunities.get(slug)
    if place is None:
        return errors.missing(request, records, "opportunity", slug)
    stay = _costs(request, records, place)
    content = cost_document.pdf(
        costs_presenter.page(records, stay), page_language(), records.edition
    )
    return _file(content, "application/pdf", f"{slug}.pdf")


@require_safe
@private_page
@open_to(anybody)
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the same as a spreadsheet that adds up by itself."""
    records = visible_snapshot(request.user).records
    place = records.opportunities.get(slug)
    if place is None:
        return errors.missing(request, records, "opportunity", slug)
    stay = _costs(request, records, place)
    return _file(cost_sheet.xlsx(records, stay), cost_sheet.MEDIA_TYPE, f"{slug}.xlsx")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)
