"""Coming home in the office: the host is asked, papers are written down."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.view_marks import about_person, takes_files
from sojourn.mobility import naming, queries, wording
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.homecoming import asking, dates, files, shown, transcripts
from sojourn.mobility.homecoming.forms import AskForm, PaperDaysForm
from sojourn.mobility.models import CheckedHow, Stay
from sojourn.mobility.permissions import may_work_on
from sojourn.mobility.states import COMES_HOME, StayState
from sojourn.office.shared import history, people
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection.files import LARGEST, FileError, check_pdf

PART = {"part": "stays"}


@require_safe
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def home(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    found = _one(request, number)
    if found.state not in COMES_HOME:
        return redirect("office:stay", number=number)
    return _page(request, found)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def ask(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Ask the host for the papers; with a name and an address somebody else of the host."""
    found = _worked_on(request, number)
    form = AskForm(request.POST) if request.POST.get("do") == "name" else None
    if form is not None and not form.is_valid():
        return _page(request, found, ask_form=form, status=422)
    try:
        if form is not None:
            data = form.cleaned_data
            asking.name_somebody(found, data["name"], data["email"], actor=who(request))
            messages.success(request, _("They get a mail with a link of their own."))
        elif asking.ask(found, actor=who(request)):
            messages.success(request, _("A reminder is on its way."))
        else:
            messages.warning(request, _("They had a reminder less than a day ago."))
    except MobilityError as error:
        return _page(request, _one(request, number), problem=error.message, status=422)
    return redirect("office:stay-home", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(LARGEST)
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def days(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Write down the days that stand on a paper of the host, and keep the paper."""
    found = _worked_on(request, number)
    is_sent = request.method == "POST"
    form = PaperDaysForm(
        found, request.POST if is_sent else None, request.FILES if is_sent else None
    )
    if is_sent and form.is_valid():
        try:
            paper = check_pdf(form.cleaned_data["file"])
            dates.certify_on_paper(found, form.certificate, paper, actor=who(request))
        except FileError as error:
            form.add_error("file", error.message)
        except MobilityError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("These are the days of the stay now."))
            return redirect("office:stay-home", number=number)
    context = {
        **PART,
        "number": found.uuid,
        "student": people.link(found.student),
        "title": naming.title_of(found),
        "form": form,
    }
    return render(
        request, "office/stays/templates/home-days.html", context, status=422 if is_sent else 200
    )


@require_safe
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def days_file(request: HttpRequest, number: uuid.UUID, certificate: int) -> HttpResponseBase:
    """Hand out the paper of a certificate."""
    found = _one(request, number)
    row = found.certified_days.filter(number=certificate, content__isnull=False).first()
    if row is None:
        raise Http404
    return files.certificate(row)


@require_POST
@takes_files(LARGEST)
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def transcript(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Keep a transcript that came in another way, or say of one whether it counts."""
    found = _worked_on(request, number)
    actor, data, do = who(request), request.POST, request.POST.get("do", "")
    try:
        if do == "bring":
            file = transcripts.look_at(request.FILES.get("file"))
            transcripts.bring(found, file, by=actor)
        else:
            sent = data.get("transcript", "")
            row = transcripts.of_stay(found).filter(number=int(sent or 0)).first()
            if row is None or do not in ("check", "refuse"):
                raise Http404
            if do == "check":
                transcripts.check(row, data.get("how", ""), actor=actor)
            else:
                transcripts.refuse(row, data.get("reason", ""), actor=actor)
    except ValueError:
        raise Http404 from None
    except MobilityError as error:
        return _page(request, _one(request, number), problem=error.message, status=422)
    return redirect("office:stay-home", number=number)


@require_safe
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def transcript_file(request: HttpRequest, number: uuid.UUID, transcript: int) -> HttpResponseBase:
    """Hand out a transcript."""
    row = _one(request, number).transcripts.filter(number=transcript).first()
    if row is None:
        raise Http404
    return files.transcript(row)


def _page(
    request: HttpRequest,
    found: Stay,
    *,
    ask_form: AskForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    works = may_work_on(who(request), found)
    context = {
        **PART,
        "number": found.uuid,
        "student": people.link(found.student),
        "title": naming.title_of(found),
        "where": naming.hosts_of(found),
        "state": StayState(found.state).label,
        "tone": wording.TONES[StayState(found.state)],
        "waiting": shown.waiting(found, now),
        "certificates": shown.certificates(found),
        "asked": shown.asked(found),
        "brought": shown.brought(found),
        "ways": CheckedHow.choices,
        "works": works and found.state in dates.WHEN,
        "may_ask": bool(asking.missing(found)),
        "ask_form": ask_form or AskForm(),
        "problem": problem,
        "history": history.of(found),
    }
    return render(request, "office/stays/templates/home.html", context, status=status)


def _worked_on(request: HttpRequest, number: uuid.UUID) -> Stay:
    found = _one(request, number)
    require(may_work_on(who(request), found))
    return found


def _one(request: HttpRequest, number: uuid.UUID) -> Stay:
    found = queries.with_everything(Stay.objects.visible_to(who(request)))
    row = found.filter(uuid=number).first()
    if row is None:
        raise Http404
    return row
