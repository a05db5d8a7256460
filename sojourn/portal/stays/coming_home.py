"""Coming home, as its student sees it: what is there, what is waited for, and from whom."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.common.view_marks import takes_files
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.homecoming import files, ledger, shown, transcripts
from sojourn.mobility.models import Stay
from sojourn.mobility.states import COMES_HOME
from sojourn.people.models import User
from sojourn.portal.stays import presenters
from sojourn.portal.stays.views import own_stay, signed_in


@require_safe
@signed_in
def coming_home(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    found = own_stay(user, number)
    if found.state not in COMES_HOME:
        return redirect("stays:stay", number=number)
    return page_of(request, found)


@require_POST
@takes_files(transcripts.LARGEST)
@signed_in
def transcript(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Bring a transcript that one has oneself."""
    found = own_stay(user, number)
    try:
        file = transcripts.look_at(request.FILES.get("file"))
        transcripts.bring(found, file, by=user)
    except MobilityError as error:
        return page_of(request, own_stay(user, number), problem=error.message, status=422)
    messages.success(request, _("Thank you. The office looks at it."))
    return redirect("stays:coming-home", number=number)


@require_safe
@signed_in
def transcript_file(
    request: HttpRequest, user: User, number: uuid.UUID, transcript: int
) -> HttpResponseBase:
    """Hand out a transcript of one's own stay."""
    row = own_stay(user, number).transcripts.filter(number=transcript).first()
    if row is None:
        raise Http404
    return files.transcript(row)


def page_of(
    request: HttpRequest, found: Stay, *, problem: str = "", status: int = 200
) -> HttpResponse:
    now, lines = timezone.now(), ledger.lines_of(found)
    context = {
        "section": "plan",
        "page": presenters.page(found, now),
        "waiting": shown.waiting(found, now),
        "certificates": shown.certificates(found),
        "asked": shown.asked(found),
        "brought": shown.brought(found),
        "courses": shown.courses(lines),
        "sums": shown.sums(lines),
        "may_bring": found.state in transcripts.WHEN,
        "problem": problem,
    }
    return render(request, "portal/stays/templates/home.html", context, status=status)
