"""Offers of a round: who has which place, seats that come free, a second round for what is left."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.view_marks import about_person, lists_people
from sojourn.office.results.presenters import offers as offers_presenter
from sojourn.office.shared import people
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection import offers as selection_offers
from sojourn.selection import runs
from sojourn.selection import second_round as selection_second_round
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Offer, Round
from sojourn.selection.permissions import may_decide, may_manage


def published_round(request: HttpRequest, slug: str) -> Round:
    """Return a round whose results are published."""
    return get_object_or_404(
        Round.objects.visible_to(who(request)), slug=slug, publication__isnull=False
    )


def managed_round(request: HttpRequest, slug: str) -> Round:
    """Find a round with results that somebody may give seats in; others are refused."""
    round_ = published_round(request, slug)
    require(may_manage(who(request), round_))
    return round_


@require_safe
@lists_people
@office_page(may_enter_office)
def offers(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, published_round(request, slug))


def _page(
    request: HttpRequest, round_: Round, problem: str = "", status: int = 200
) -> HttpResponse:
    page = offers_presenter.page(who(request), round_, request.GET)
    context = {"part": "results", "page": page, "problem": problem, "typed": request.POST}
    return render(request, "office/results/templates/offers.html", context, status=status)


@require_POST
@office_page(may_manage)
def add_seats(request: HttpRequest, slug: str) -> HttpResponse:
    """Give out seats that were held back, or that the host added."""
    round_ = managed_round(request, slug)
    place = round_.opportunities.filter(key=request.POST.get("place", "")).first()
    if place is None:
        return _page(request, round_, _("Choose a place."), 422)
    try:
        made = selection_offers.add_seats(
            place,
            _number(request.POST.get("count", "")),
            request.POST.get("because", ""),
            actor=who(request),
            seen=_number(request.POST.get("seen", "")),
        )
    except SelectionError as error:
        return _page(request, round_, error.message, 422)
    messages.success(
        request,
        ngettext(
            "The seats are added; %(count)d offer went out.",
            "The seats are added; %(count)d offers went out.",
            len(made),
        )
        % {"count": len(made)},
    )
    return redirect("office:offers", slug=slug)


def _number(typed: str) -> int:
    """Return what was typed; 0 where that is no number."""
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 5 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Offer, "application__owner", "uuid")
@office_page(may_decide)
def give_up(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Give up an accepted place for a student who asked for it, after asking once more."""
    round_ = published_round(request, slug)
    offer = get_object_or_404(
        Offer.objects.visible_to(who(request)).select_related(
            "application__owner", "opportunity__opportunity"
        ),
        uuid=uuid,
        application__round=round_,
    )
    require(may_decide(who(request), offer.application))
    problem = ""
    if request.method == "POST":
        if "sure" not in request.POST:
            problem = _("Tick the box first: the seat goes to somebody else at once.")
        else:
            try:
                selection_offers.withdraw(offer, actor=who(request))
            except SelectionError as error:
                problem = error.message
            else:
                messages.success(request, _("The place is withdrawn; the waiting list has moved."))
                return redirect("office:offers", slug=slug)
    context = {
        "part": "results",
        "slug": slug,
        "student": people.link(offer.application.owner),
        "place": selection_offers.place_name(offer.opportunity),
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "office/results/templates/give-up.html", context, status=status)


@require_POST
@office_page(may_manage)
def finish(request: HttpRequest, slug: str) -> HttpResponse:
    """End the waiting list for good."""
    round_ = managed_round(request, slug)
    if "sure" not in request.POST:
        messages.warning(request, _("Tick the box first: a finished round cannot go on."))
    else:
        try:
            runs.finish(round_, actor=who(request))
        except SelectionError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("The round is finished; nobody waits in it any more."))
    return redirect("office:offers", slug=slug)


@require_POST
@office_page(may_manage)
def second_round(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft a second round for the seats that are left."""
    round_ = managed_round(request, slug)
    try:
        made = selection_second_round.draft_second_round(round_, actor=who(request))
    except SelectionError as error:
        messages.warning(request, error.message)
    else:
        messages.success(
            request,
            _(
                "The draft “%(round)s” holds the seats that are left. Set its dates, then "
                "publish it."
            )
            % {"round": made.title},
        )
    return redirect("office:offers", slug=slug)
