"""Nominations: one list a host, as a page, a spreadsheet, a document and data; sent, confirmed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from sojourn.common.view_marks import lists_people
from sojourn.office.results.documents import nominations as nomination_files
from sojourn.office.results.presenters import nominations as nominations_presenter
from sojourn.office.results.views.offers import published_round
from sojourn.office.shared.access import asked_again_to_see, office_page, who
from sojourn.office.shared.spreadsheets import XLSX
from sojourn.people import audit
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection import nominations as selection_nominations
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Nomination, RoundOpportunity
from sojourn.selection.permissions import may_decide


def _place(request: HttpRequest, slug: str, key: str) -> RoundOpportunity:
    round_ = published_round(request, slug)
    return get_object_or_404(
        RoundOpportunity.objects.visible_to(who(request)).select_related("opportunity", "round"),
        round=round_,
        key=key,
    )


@require_safe
@lists_people
@office_page(may_enter_office)
def nominations(request: HttpRequest, slug: str) -> HttpResponse:
    page = nominations_presenter.page(
        who(request), published_round(request, slug), timezone.localdate()
    )
    return render(
        request, "office/results/templates/nominations.html", {"part": "results", "page": page}
    )


@require_POST
@office_page(may_decide)
def sent(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Everybody on the list has been named to the host."""
    try:
        named = selection_nominations.mark_sent(_place(request, slug, key), actor=who(request))
    except SelectionError as error:
        messages.warning(request, error.message)
    else:
        messages.success(
            request,
            ngettext(
                "%(count)d student is marked as nominated to the host.",
                "%(count)d students are marked as nominated to the host.",
                len(named),
            )
            % {"count": len(named)},
        )
    return redirect("office:nominations", slug=slug)


@require_POST
@office_page(may_decide)
def ask_names(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Ask everybody on the list who has no name yet to fill it in."""
    count = selection_nominations.ask_for_names(_place(request, slug, key), actor=who(request))
    messages.success(
        request,
        ngettext("We wrote to %(count)d student.", "We wrote to %(count)d students.", count)
        % {"count": count},
    )
    return redirect("office:nominations", slug=slug)


@require_POST
@office_page(may_decide)
def confirmed(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Mark everyone who was nominated as confirmed by the host."""
    count = selection_nominations.confirm_all(_place(request, slug, key), actor=who(request))
    if count:
        messages.success(
            request,
            ngettext(
                "%(count)d student is marked as confirmed.",
                "%(count)d students are marked as confirmed.",
                count,
            )
            % {"count": count},
        )
    else:
        messages.warning(request, _("Nobody is waiting for a confirmation."))
    return redirect("office:nominations", slug=slug)


@require_POST
@office_page(may_decide)
def confirmed_one(request: HttpRequest, slug: str, key: str, uuid: UUID) -> HttpResponse:
    """Mark one student as confirmed by the host."""
    nomination = get_object_or_404(
        Nomination.objects.visible_to(who(request)).select_related(
            "offer__application__owner", "offer__application__round"
        ),
        offer__uuid=uuid,
        offer__opportunity=_place(request, slug, key),
    )
    require(may_decide(who(request), nomination.offer.application))
    try:
        selection_nominations.confirm(nomination, actor=who(request))
    except SelectionError as error:
        messages.warning(request, error.message)
    else:
        messages.success(
            request,
            _("%(name)s is marked as confirmed.") % {"name": nomination.offer.application.owner},
        )
    return redirect("office:nominations", slug=slug)


@require_safe
@office_page(may_enter_office)
@asked_again_to_see
def sheet(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    place = _place(request, slug, key)
    if refused := _refuse_without_names(request, place):
        return refused
    content = nomination_files.xlsx(nominations_presenter.sheet(who(request), place))
    return _file(request, place, content, XLSX, "xlsx")


@require_safe
@office_page(may_enter_office)
@asked_again_to_see
def document(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    place = _place(request, slug, key)
    if refused := _refuse_without_names(request, place):
        return refused
    return _file(
        request,
        place,
        nomination_files.pdf(nominations_presenter.sheet(who(request), place)),
        "application/pdf",
        "pdf",
    )


@require_safe
@office_page(may_enter_office)
@asked_again_to_see
def data(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    place = _place(request, slug, key)
    if refused := _refuse_without_names(request, place):
        return refused
    content = nomination_files.data(nominations_presenter.sheet(who(request), place))
    return _file(request, place, content, "application/json", "json")


def _refuse_without_names(request: HttpRequest, place: RoundOpportunity) -> HttpResponse | None:
    """Lead back from a file that would go to a host with somebody nameless in it."""
    if not selection_nominations.nomination_list(place, who(request)).nameless:
        return None
    messages.warning(request, selection_nominations.nameless_sentence())
    return redirect("office:nominations", slug=place.round.slug)


def _file(
    request: HttpRequest, place: RoundOpportunity, content: bytes, media_type: str, kind: str
) -> HttpResponse:
    """Record that a file with names was downloaded."""
    audit.record(
        "nominations.exported", actor=who(request), about=None, on=place, details={"kind": kind}
    )
    name = f"nominations-{place.round.slug}-{place.key}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)
