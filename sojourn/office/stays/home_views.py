"""Coming home in the office: the host is asked, papers are written down."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.view_marks import about_person, takes_files
from sojourn.mobility import naming, queries, wording
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.homecoming import asking, dates, files, ledger, shown, transcripts
from sojourn.mobility.homecoming.forms import (
    AskForm,
    BasisForm,
    CourseForm,
    PaperDaysForm,
    ResultForm,
    RulingForm,
)
from sojourn.mobility.models import CheckedHow, CreditLine, Stay
from sojourn.mobility.permissions import may_record_decision, may_work_on
from sojourn.mobility.states import (
    COMES_HOME,
    CreditState,
    StayState,
    TranscriptState,
    find_transition,
)
from sojourn.office.shared import history, people
from sojourn.office.shared.access import office_page, who
from sojourn.people.models import User
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection.files import LARGEST, FileError, check_pdf

PART = {"part": "coming-home"}


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


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def ledger_page(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Draw up the ledger, take over results, add a course, or decide as it is proposed."""
    found = _one(request, number)
    actor, data, do = who(request), request.POST, request.POST.get("do", "")
    if do == "decide":
        require(may_record_decision(actor, found))
    else:
        require(may_work_on(actor, found))
    try:
        if do == "draw_up":
            ledger.draw_up(found, actor=actor)
        elif do == "read":
            row = transcripts.of_stay(found).filter(state=TranscriptState.CHECKED).first()
            if row is None or row.read is None:
                raise Http404
            count = ledger.read_from(row, actor=actor)
            text = ngettext("%(count)d course is read.", "%(count)d courses are read.", count)
            messages.success(request, text % {"count": count})
        elif do == "add":
            course_form = CourseForm(data)
            if not course_form.is_valid():
                return _page(request, found, course_form=course_form, status=422)
            said = course_form.cleaned_data
            ledger.add_line(
                found, said["title"], said["code"], said["credits"], "ects", actor=actor
            )
        elif do == "decide":
            basis = BasisForm(found, data)
            if not basis.is_valid():
                return _page(request, found, basis_form=basis, status=422)
            said = basis.cleaned_data
            seen = data.getlist("seen")
            count = ledger.decide_as_proposed(
                found,
                seen,
                said["basis"],
                said["decided_on"],
                actor=actor,
                board_decision=said.get("board_decision"),
            )
            text = ngettext("%(count)d course is decided.", "%(count)d courses are decided.", count)
            messages.success(request, text % {"count": count})
        else:
            raise Http404
    except MobilityError as error:
        return _page(request, _one(request, number), problem=error.message, status=409)
    return redirect("office:stay-home", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def course(request: HttpRequest, number: uuid.UUID, line: int) -> HttpResponse:
    """Write down a result, propose, decide about and enter one course."""
    found = _one(request, number)
    row = next((each for each in ledger.lines_of(found) if each.pk == line), None)
    if row is None:
        raise Http404
    actor, data, do = who(request), request.POST, request.POST.get("do", "")
    first = ledger.proposed(row) if row.recognised is not None else ledger.suggested(found, row)
    forms = {
        "result": ResultForm(row, data if do == "result" else None),
        "ruling": RulingForm(row, first, data if do in ("propose", "decide") else None),
        "basis": BasisForm(
            found,
            data if do == "decide" else None,
            initial={"decided_on": timezone.localdate()},
        ),
    }
    problem, status = "", 200
    if request.method == "POST":
        require(may_record_decision(actor, found) if do == "decide" else may_work_on(actor, found))
        try:
            if _do(do, row, forms, data.get("home_code", ""), actor):
                return redirect("office:stay-home", number=number)
        except MobilityError as error:
            problem = error.message
        status = 422
    context = {
        **PART,
        "number": found.uuid,
        "student": people.link(found.student),
        "title": naming.title_of(found),
        "course": shown.course(row),
        "decisions": shown.decisions(row),
        "may": _may(row, found, actor),
        "home_code": row.home_code,
        "problem": problem,
        **{f"{name}_form": form for name, form in forms.items()},
    }
    return render(request, "office/stays/templates/home-course.html", context, status=status)


def _do(do: str, row: CreditLine, forms: dict[str, Any], home_code: str, actor: User) -> bool:
    """Do what a form about a course asks. Return whether it was filled in well."""
    if do == "result":
        if forms["result"].is_valid():
            ledger.set_result(row, forms["result"].result, actor=actor)
            return True
    elif do == "propose":
        if forms["ruling"].is_valid():
            ledger.propose(row, forms["ruling"].ruling, actor=actor)
            return True
    elif do == "decide":
        if forms["ruling"].is_valid() & forms["basis"].is_valid():
            basis = forms["basis"].cleaned_data
            ledger.decide(
                row,
                forms["ruling"].ruling,
                basis["basis"],
                basis["decided_on"],
                actor=actor,
                board_decision=basis.get("board_decision"),
            )
            return True
    elif do == "enter":
        ledger.enter(row, home_code, actor=actor)
        return True
    else:
        raise Http404
    return False


def _may(row: CreditLine, stay: Stay, reader: User) -> dict[str, bool]:
    """Say what can be done now with a course, by this reader."""
    is_open = stay.state in ledger.WHEN
    works = is_open and may_work_on(reader, stay)
    decides = is_open and may_record_decision(reader, stay)
    allowed = {
        name: find_transition("credit", name, row.state) is not None
        for name in ("result", "propose", "decide", "enter")
    }
    return {name: can and (decides if name == "decide" else works) for name, can in allowed.items()}


def _page(
    request: HttpRequest,
    found: Stay,
    *,
    ask_form: AskForm | None = None,
    course_form: CourseForm | None = None,
    basis_form: BasisForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    now, reader = timezone.now(), who(request)
    works = may_work_on(reader, found)
    lines = ledger.lines_of(found)
    waiting = [each for each in lines if each.state == CreditState.PROPOSED]
    newest = transcripts.of_stay(found).filter(state=TranscriptState.CHECKED).first()
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
        "courses": shown.courses(lines),
        "sums": shown.sums(lines),
        "proposed": [ledger.proposal_key(each) for each in waiting],
        "may_decide": found.state in ledger.WHEN and may_record_decision(reader, found),
        "can_read": newest is not None and newest.read is not None,
        "course_form": course_form or CourseForm(),
        "basis_form": basis_form
        or BasisForm(
            found, initial={"decided_on": timezone.localdate(), "basis": _("The agreement")}
        ),
        "board_requests": shown.board_requests(found),
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
