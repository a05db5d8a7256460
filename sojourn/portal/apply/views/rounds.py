"""The rounds, for everybody to read: which there are, and by which rules each one decides."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.common.view_marks import private_page, public_page, public_view
from sojourn.portal.apply.presenters import round_page as round_page_presenter
from sojourn.portal.shared import round_cards
from sojourn.selection import queries
from sojourn.selection.models import Application, Round
from sojourn.selection.states import ApplicationState


@require_safe
@public_page
def rounds(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    current = queries.current_rounds(now)
    numbers = {each.pk for each in current}
    past = [each for each in queries.public_rounds() if each.pk not in numbers]
    return render(
        request,
        "portal/apply/templates/rounds.html",
        {
            "current": [round_cards.card(each, now) for each in current],
            "past": [round_cards.card(each, now) for each in past],
            "section": "apply",
        },
    )


@require_safe
@public_view
def round_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Return a round as everybody reads it, or with what this student did in it."""
    round_ = queries.public_rounds().filter(slug=slug).first()
    if round_ is None:
        raise Http404
    own = Application.objects.owned_by(request.user).filter(round=round_).first()
    if own is None or own.state == ApplicationState.WITHDRAWN:
        return _for_everybody(request, round_)
    return _for_applicant(request, round_, own)


@private_page
def _for_applicant(request: HttpRequest, round_: Round, own: Application) -> HttpResponse:
    return _page(request, round_page_presenter.page_of_applicant(round_, own, timezone.now()))


@public_page
def _for_everybody(request: HttpRequest, round_: Round) -> HttpResponse:
    return _page(request, round_page_presenter.page(round_, timezone.now()))


def _page(request: HttpRequest, page: round_page_presenter.RoundPage) -> HttpResponse:
    context = {"page": page, "section": "apply"}
    return render(request, "portal/apply/templates/round.html", context)
