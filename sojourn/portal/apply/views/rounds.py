"""The rounds, for everybody to read: which there are, and by which rules each one decides."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.common.view_marks import public_page
from sojourn.portal.apply.presenters import round_page as round_page_presenter
from sojourn.portal.shared import round_cards
from sojourn.selection import queries


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
@public_page
def round_page(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = queries.public_rounds().filter(slug=slug).first()
    if round_ is None:
        raise Http404
    return render(
        request,
        "portal/apply/templates/round.html",
        {
            "page": round_page_presenter.page(round_, timezone.now()),
            "section": "apply",
        },
    )
