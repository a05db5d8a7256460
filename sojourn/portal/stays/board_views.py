"""What the Board of Examiners decided about one's own stay, and answers to its questions."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.common.downloads import download
from sojourn.mobility import board as requests
from sojourn.mobility.board_wording import DecisionShown, ended_text, say_decision
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import BoardDecision, BoardLetter, BoardRequest, RequestKind, Stay
from sojourn.mobility.states import BoardState
from sojourn.people.models import User
from sojourn.portal.stays.views import own_stay, signed_in


@dataclass(frozen=True)
class Asked:
    """One request, as its student reads it."""

    number: str
    kind: str
    asked: str
    when: str
    state: str
    is_undecided: bool
    ended: str
    messages: tuple[tuple[bool, str, str], ...]
    """Whether it is the student's side, when, and the text."""
    may_answer: bool
    decision: DecisionShown | None


@require_safe
@signed_in
def board(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Show what the Board was asked and what it decided."""
    return _page(request, own_stay(user, number))


@require_POST
@signed_in
def answer(request: HttpRequest, user: User, number: uuid.UUID, asked: uuid.UUID) -> HttpResponse:
    """Answer a question of the Board."""
    stay = own_stay(user, number)
    row = _one(user, stay, asked)
    try:
        requests.answer(row, request.POST.get("text", ""), actor=user)
    except MobilityError as error:
        return _page(request, stay, problem=error.message, typed=request.POST.get("text", ""))
    messages.success(request, _("Sent. The Board has it again."))
    return redirect("stays:board", number=number)


@require_safe
@signed_in
def letter(
    request: HttpRequest, user: User, number: uuid.UUID, asked: uuid.UUID
) -> HttpResponseBase:
    """Hand out the letter of a decision."""
    found = _one(user, own_stay(user, number), asked)
    row = BoardLetter.objects.owned_by(user).filter(decision__request=found).first()
    if row is None:
        raise Http404
    name = f"decision-{str(found.uuid)[:8]}.pdf"
    return download(io.BytesIO(bytes(row.content)), name, "application/pdf")


def _page(request: HttpRequest, stay: Stay, problem: str = "", typed: str = "") -> HttpResponse:
    found = BoardRequest.objects.owned_by(stay.student).filter(stay=stay)
    context = {
        "section": "plan",
        "number": str(stay.uuid),
        "rows": [_asked(each) for each in found.order_by("-asked_at", "-pk")],
        "problem": problem,
        "typed": typed,
    }
    return render(
        request, "portal/stays/templates/board.html", context, status=422 if problem else 200
    )


def _asked(row: BoardRequest) -> Asked:
    decision = BoardDecision.objects.owned_by(row.stay.student) if row.stay else None
    made = decision.filter(request=row).select_related("request").first() if decision else None
    return Asked(
        number=str(row.uuid),
        kind=str(RequestKind(row.kind).label),
        asked=row.asked,
        when=_day(row.asked_at),
        state=str(BoardState(row.state).label),
        is_undecided=row.is_undecided,
        ended=ended_text(row),
        messages=tuple((each.is_answer, _day(each.at), each.text) for each in row.messages.all()),
        may_answer=row.state == BoardState.ASKED_BACK,
        decision=say_decision(made) if made is not None else None,
    )


def _one(user: User, stay: Stay, number: uuid.UUID) -> BoardRequest:
    row = BoardRequest.objects.owned_by(user).filter(stay=stay, uuid=number).first()
    if row is None:
        raise Http404
    return row


def _day(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")
