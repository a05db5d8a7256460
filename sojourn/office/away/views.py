"""Who is where: on the page, as a call list to print, as a sealed file. Each reading is noted."""

from __future__ import annotations

import datetime as dt
import io

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.common.downloads import download
from sojourn.common.view_marks import lists_people
from sojourn.mobility import whereabouts_file, whereabouts_list, whereabouts_table
from sojourn.mobility.models import ReadingKind
from sojourn.mobility.permissions import in_safety_team, safety_team
from sojourn.mobility.whereabouts_file import CallListError
from sojourn.mobility.whereabouts_list import There
from sojourn.mobility.whereabouts_readings import note_reading
from sojourn.office.away import presenters
from sojourn.office.away.forms import WhereForm, day_of, places_of
from sojourn.office.shared.access import asked_again_to_see, office_page, who

PART = {"part": "away"}


@require_safe
@lists_people
@office_page(in_safety_team)
def away(request: HttpRequest) -> HttpResponse:
    """Show where students are on a day, by place, and each of them."""
    day, place = _asked(request)
    everybody = whereabouts_list.on_day(who(request), day)
    choices = places_of(everybody)
    found = whereabouts_list.narrowed(everybody, [place] if place else [])
    note_reading(who(request), ReadingKind.PAGE, day, place, len(found))
    context = {
        **PART,
        "form": WhereForm(choices, day, {"day": day.isoformat(), "place": place}),
        "day": day,
        "query": request.GET.urlencode(),
        "count": len(found),
        "places": presenters.place_rows(found, day.isoformat()),
        "people": presenters.person_rows(who(request), found),
        "more": max(0, len(found) - presenters.MOST_PEOPLE),
        "team": presenters.team(safety_team()),
        "readings": presenters.readings(who(request)),
        "can_seal": whereabouts_file.can_seal(),
    }
    return render(request, "office/away/templates/away.html", context)


@require_safe
@lists_people
@office_page(in_safety_team)
def call_list(request: HttpRequest) -> HttpResponse:
    """Show the call list, to print."""
    day, place = _asked(request)
    found = _found(request, day, place)
    note_reading(who(request), ReadingKind.PRINT, day, place, len(found))
    context = {**PART, **whereabouts_table.context(found, day, timezone.now())}
    return render(request, "office/away/templates/call-list.html", context)


@require_safe
@lists_people
@asked_again_to_see
@office_page(in_safety_team)
def sealed_file(request: HttpRequest) -> HttpResponseBase:
    """Give the call list as a file that is sealed for the keys of this installation."""
    day, place = _asked(request)
    found = _found(request, day, place)
    try:
        content = whereabouts_file.seal(whereabouts_file.page(found, day, timezone.now()))
    except CallListError as error:
        messages.warning(request, error.message)
        return redirect("office:away")
    note_reading(who(request), ReadingKind.FILE, day, place, len(found))
    name = whereabouts_file.NAME.format(day)
    return download(io.BytesIO(content), name, "application/octet-stream")


def _found(request: HttpRequest, day: dt.date, place: str) -> list[There]:
    return whereabouts_list.on_day(who(request), day, [place] if place else [])


def _asked(request: HttpRequest) -> tuple[dt.date, str]:
    """Read the day and the place of the address; today where it names no day."""
    return day_of(request.GET.get("day")), request.GET.get("place", "")[:120]
