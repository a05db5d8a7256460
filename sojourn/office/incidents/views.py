"""Incidents: listed, opened for whom they may concern, worked through, closed."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue.choices import ContactWay
from sojourn.common.view_marks import about_person, lists_people
from sojourn.mobility import incidents as verbs
from sojourn.mobility import whereabouts_list
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.incidents import NewIncident
from sojourn.mobility.models import Answer, Incident, IncidentPerson, ReadingKind
from sojourn.mobility.permissions import in_safety_team
from sojourn.mobility.whereabouts_readings import note_reading
from sojourn.office.away.forms import day_of, places_of
from sojourn.office.incidents import presenters
from sojourn.office.incidents.forms import CloseForm, NoteForm, OpenForm, PersonForm
from sojourn.office.shared.access import office_page, who

PART = {"part": "incidents"}


@require_safe
@lists_people
@office_page(in_safety_team)
def incidents(request: HttpRequest) -> HttpResponse:
    context = {**PART, "rows": presenters.rows(who(request))}
    return render(request, "office/incidents/templates/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@lists_people
@office_page(in_safety_team)
def new(request: HttpRequest) -> HttpResponse:
    """Choose day and place, see who is meant, then open it; only the last step writes to people.

    The button that shows who is meant sends the form too, so that nothing of it is in an address.
    """
    reader = who(request)
    is_sent = request.method == "POST"
    day = day_of(request.POST.get("day") or request.GET.get("day"))
    everybody = whereabouts_list.on_day(reader, day, with_contacts=False)
    place = request.GET.get("place", "")
    wanted = request.POST.getlist("places") if is_sent else [place] if place else []
    first = {"day": day, "places": wanted, "sending": uuid.uuid4()}
    form = OpenForm(places_of(everybody), request.POST if is_sent else None, initial=first)
    found = whereabouts_list.narrowed(everybody, wanted)
    keys = {str(each.stay.uuid) for each in found}
    listed = set(request.POST.get("listed", "").split())
    left_out = keys & listed - set(request.POST.getlist("stay"))
    if is_sent and request.POST.get("do") == "open":
        if form.is_valid() and keys - listed:
            form.add_error(
                None,
                _("Others are meant too now: the list below has them. Look at it, then open it."),
            )
        elif form.is_valid():
            data = form.cleaned_data
            planned = NewIncident(
                title=data["title"],
                day=data["day"],
                is_drill=data["is_drill"],
                places=data["places"],
                without=frozenset(uuid.UUID(key) for key in left_out),
            )
            try:
                made = verbs.open_incident(planned, data["sending"], actor=reader)
            except MobilityError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("It is open. The mails are on their way."))
                return redirect("office:incident", incident=made.uuid)
    note_reading(reader, ReadingKind.INCIDENT, day, " ".join(wanted), len(found))
    if is_sent and request.POST.get("do") != "open":
        # Only looked at: what is missing in the rest of the form is no mistake yet.
        form = OpenForm(places_of(everybody), initial=_typed(request))
    context = {
        **PART,
        "form": form,
        "listed": " ".join(sorted(keys)),
        "meant": [
            {
                "key": str(each.stay.uuid),
                "name": str(each.stay.student),
                "where": presenters.where_of(each),
                "kept": str(each.stay.uuid) not in left_out,
            }
            for each in found
        ],
    }
    status = 422 if is_sent and form.errors else 200
    return render(request, "office/incidents/templates/new.html", context, status=status)


@require_safe
@about_person(Incident, "", "incident")
@office_page(in_safety_team)
def incident(request: HttpRequest, incident: uuid.UUID) -> HttpResponse:
    return _page(request, _one(request, incident))


@require_POST
@about_person(IncidentPerson, "student", "person")
@office_page(in_safety_team)
def person(request: HttpRequest, incident: uuid.UUID, person: uuid.UUID) -> HttpResponse:
    """Write down what was heard of somebody."""
    found = _one(request, incident)
    row = (
        IncidentPerson.objects.visible_to(who(request))
        .filter(incident=found, uuid=person)
        .select_related("incident")
        .first()
    )
    if row is None:
        raise Http404
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, problem=_("Choose how, and what you know now."), status=422)
    data = form.cleaned_data
    try:
        verbs.write_down(
            row, Answer(data["answer"]), ContactWay(data["way"]), data["text"], actor=who(request)
        )
    except MobilityError as error:
        return _page(request, found, problem=error.message, status=422)
    return redirect("office:incident", incident=incident)


@require_POST
@about_person(Incident, "", "incident")
@office_page(in_safety_team)
def ask(request: HttpRequest, incident: uuid.UUID) -> HttpResponse:
    """Write once more to whoever did not answer."""
    found = _one(request, incident)
    try:
        count = verbs.ask_again(found, actor=who(request))
    except MobilityError as error:
        return _page(request, found, problem=error.message, status=409)
    if count:
        text = ngettext("%(count)d mail is on its way.", "%(count)d mails are on their way.", count)
        messages.success(request, text % {"count": count})
    else:
        messages.warning(request, _("They were written to less than ten minutes ago."))
    return redirect("office:incident", incident=incident)


@require_POST
@about_person(Incident, "", "incident")
@office_page(in_safety_team)
def widen(request: HttpRequest, incident: uuid.UUID) -> HttpResponse:
    """Add whoever is in a further place."""
    found = _one(request, incident)
    place = request.POST.get("place", "")[:120]
    if not place:
        return _page(request, found, problem=_("Choose the place."), status=422)
    try:
        count = verbs.widen(found, [place], actor=who(request))
    except MobilityError as error:
        return _page(request, found, problem=error.message, status=409)
    text = ngettext("%(count)d student was added.", "%(count)d students were added.", count)
    messages.success(request, text % {"count": count})
    return redirect("office:incident", incident=incident)


@require_POST
@about_person(Incident, "", "incident")
@office_page(in_safety_team)
def note(request: HttpRequest, incident: uuid.UUID) -> HttpResponse:
    """Add a line to the log."""
    found = _one(request, incident)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, problem=str(form.errors["text"][0]), status=422)
    try:
        verbs.add_note(found, form.cleaned_data["text"], actor=who(request))
    except MobilityError as error:
        return _page(request, found, problem=error.message, status=422)
    return redirect("office:incident", incident=incident)


@require_POST
@about_person(Incident, "", "incident")
@office_page(in_safety_team)
def close(request: HttpRequest, incident: uuid.UUID) -> HttpResponse:
    """Close it with a report."""
    found = _one(request, incident)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, found, problem=str(form.errors["report"][0]), status=409)
    try:
        verbs.close(found, form.cleaned_data["report"], actor=who(request))
    except MobilityError as error:
        return _page(request, found, problem=error.message, status=409)
    messages.success(request, _("It is closed. The report stays with it."))
    return redirect("office:incident", incident=incident)


def _page(
    request: HttpRequest, found: Incident, *, problem: str = "", status: int = 200
) -> HttpResponse:
    reader = who(request)
    shown = presenters.page(reader, found, timezone.now())
    note_reading(reader, ReadingKind.INCIDENT, found.day, str(found.uuid), len(shown.people))
    further = (
        places_of(whereabouts_list.on_day(reader, found.day, with_contacts=False))
        if found.is_open
        else []
    )
    context = {
        **PART,
        "page": shown,
        "problem": problem,
        "person_form": PersonForm(initial={"way": ContactWay.PHONE}),
        "close_form": CloseForm(initial={"report": request.POST.get("report", "")}),
        "further": further,
    }
    return render(request, "office/incidents/templates/incident.html", context, status=status)


def _one(request: HttpRequest, number: uuid.UUID) -> Incident:
    found = Incident.objects.visible_to(who(request)).filter(uuid=number).first()
    if found is None:
        raise Http404
    return found


def _typed(request: HttpRequest) -> dict[str, object]:
    sent = request.POST
    return {
        "title": sent.get("title", ""),
        "day": sent.get("day", ""),
        "places": sent.getlist("places"),
        "is_drill": bool(sent.get("is_drill")),
        "sending": sent.get("sending", ""),
    }
