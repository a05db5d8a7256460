"""The Board's desk: what waits, deciding, asking back, mandates, letters."""

from __future__ import annotations

import io
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue.choices import Signer
from sojourn.common.downloads import download
from sojourn.common.languages import page_language
from sojourn.common.view_marks import about_person, lists_people
from sojourn.mobility import board as requests
from sojourn.mobility import board_desk, board_mandates, naming
from sojourn.mobility.agreements import shown, signing
from sojourn.mobility.board_desk import AlreadyDecidedError, StaleRequestError
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import BoardLetter, BoardMandate, BoardRequest, Stay
from sojourn.mobility.permissions import may_work_on
from sojourn.office.board import presenters
from sojourn.office.board.forms import ASK_BACK, AskForm, DecideForm, MandateForm, WordsForm
from sojourn.office.shared import history
from sojourn.office.shared.access import asked_again, office_page, who
from sojourn.people.permissions import may_enter_office, require

PART = {"part": "board"}


@require_safe
@lists_people
@office_page(may_enter_office)
def board(request: HttpRequest) -> HttpResponse:
    """List what waits, the most urgent first, and what was decided last."""
    reader = who(request)
    context = {
        **PART,
        "rows": presenters.rows(reader, timezone.now()),
        "decided": presenters.decided(reader),
    }
    return render(request, "office/board/templates/desk.html", context)


@require_safe
@about_person(BoardRequest, "stay__student", "number")
@office_page(may_enter_office)
def board_request(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    return _page(request, _one(request, number))


@require_POST
@about_person(BoardRequest, "stay__student", "number")
@office_page(may_enter_office)
@asked_again
def decide(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Decide for the Board, or ask back, over exactly what the page showed."""
    found = _one(request, number)
    sentence = _sentence(request, found)
    form = DecideForm(request.POST, sentence=sentence)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    actor, given = who(request), form.given(sentence)
    try:
        if given.outcome == ASK_BACK:
            board_desk.ask_back(found, given.reason, given, actor=actor)
            messages.success(request, _("Asked. A mail tells them."))
        else:
            made = board_desk.decide(found, given, actor=actor)
            messages.success(
                request,
                _("Decided: %(outcome)s. The letter is on its way.")
                % {"outcome": made.get_outcome_display()},
            )
    except (AlreadyDecidedError, StaleRequestError) as error:
        return _page(request, _one(request, number), problem=error.message, status=409)
    except MobilityError as error:
        return _page(request, found, form=form, problem=error.message, status=422)
    return redirect("office:board-request", number=number)


@require_POST
@about_person(BoardRequest, "stay__student", "number")
@office_page(may_enter_office)
def answer(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Answer a question of the Board for the student or the group."""
    found = _one(request, number)
    form = WordsForm(request.POST)
    if not form.is_valid():
        problem = _("Write what you want to say.")
        return _page(request, found, words=form, problem=problem, status=422)
    try:
        requests.answer(found, form.cleaned_data["text"], actor=who(request))
    except MobilityError as error:
        return _page(request, found, words=form, problem=error.message, status=422)
    messages.success(request, _("Sent. The Board has it again."))
    return redirect("office:board-request", number=number)


@require_POST
@about_person(BoardRequest, "stay__student", "number")
@office_page(may_enter_office)
def withdraw(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Withdraw what was asked by hand, with the reason."""
    found = _one(request, number)
    try:
        requests.withdraw(found, request.POST.get("why", ""), actor=who(request))
    except MobilityError as error:
        return _page(request, found, problem=error.message, status=422)
    messages.success(request, _("Withdrawn."))
    return redirect("office:board-request", number=number)


@require_safe
@about_person(BoardRequest, "stay__student", "number")
@office_page(may_enter_office)
def letter(request: HttpRequest, number: uuid.UUID) -> HttpResponseBase:
    """Hand out the letter of a decision."""
    found = _one(request, number)
    row = BoardLetter.objects.visible_to(who(request)).filter(decision__request=found).first()
    if row is None:
        raise Http404
    name = f"decision-{str(found.uuid)[:8]}.pdf"
    return download(io.BytesIO(bytes(row.content)), name, "application/pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Stay, "student", "stay")
@office_page(may_work_on)
def ask(request: HttpRequest, stay: uuid.UUID) -> HttpResponse:
    """Ask the Board after the return about what is not as it was agreed."""
    reader = who(request)
    found = Stay.objects.visible_to(reader).select_related("student", "road").filter(uuid=stay)
    row = found.first()
    if row is None:
        raise Http404
    require(may_work_on(reader, row))
    lines, digest = board_desk.agreed_lines(row)
    form = AskForm(request.POST or None, initial={"sending": uuid.uuid4()})
    problem = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = requests.ask_about_results(
                row, data["asked"], lines, digest, data["sending"], actor=reader
            )
        except MobilityError as error:
            problem = error.message
        else:
            messages.success(request, _("The Board has it. A mail tells its members."))
            return redirect("office:board-request", number=made.uuid)
    context = {
        **PART,
        "form": form,
        "problem": problem,
        "student": str(row.student),
        "number": str(row.uuid),
        "title": naming.title_of(row),
        "agreed": [shown.line_of(each) for each in lines],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "office/board/templates/ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_enter_office)
@asked_again
def mandates(request: HttpRequest) -> HttpResponse:
    """List who decides for the Board until when; its members give mandates here."""
    reader = who(request)
    gives = board_mandates.gives_any(reader)
    form = MandateForm(request.POST or None, giver=reader) if gives else None
    problem = ""
    if request.method == "POST":
        require(gives)
        assert form is not None  # noqa: S101 - whoever gives has the form
        if form.is_valid():
            try:
                board_mandates.give(*form.given, actor=reader)
            except MobilityError as error:
                problem = error.message
            else:
                messages.success(request, _("Given. A mail tells them."))
                return redirect("office:board-mandates")
    context = {
        **PART,
        "form": form,
        "problem": problem,
        "rows": presenters.mandates(reader),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "office/board/templates/mandates.html", context, status=status)


@require_POST
@office_page(may_enter_office)
@asked_again
def end_mandate(request: HttpRequest, mandate: uuid.UUID) -> HttpResponse:
    """Take a mandate back today. A second click finds it gone."""
    found = BoardMandate.objects.visible_to(who(request)).filter(uuid=mandate).first()
    if found is None:
        raise Http404
    require(board_mandates.may_give(who(request), found.programme))
    board_mandates.take_back(found, actor=who(request))
    messages.success(request, _("Taken back. What was decided under it stays."))
    return redirect("office:board-mandates")


def _page(
    request: HttpRequest,
    found: BoardRequest,
    *,
    form: DecideForm | None = None,
    words: WordsForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    reader = who(request)
    newer = board_desk.newer_than(found)
    first = {
        "digest": found.digest,
        "revision": found.revision,
        "name": reader.get_full_name(),
    }
    context = {
        **PART,
        "page": presenters.page(reader, found),
        "form": form or DecideForm(initial=first, sentence=_sentence(request, found)),
        "words": words or WordsForm(),
        "sentence_language": signing.sentence_language(found.version, page_language())
        if found.version is not None
        else "",
        "problem": problem,
        "changed": shown.against(found.version, newer.version) if newer and newer.version else None,
        "history": history.of(found),
    }
    return render(request, "office/board/templates/request.html", context, status=status)


def _sentence(request: HttpRequest, found: BoardRequest) -> str:
    """Return the sentence that whoever approves signs with it; empty where nothing is signed."""
    asked = board_desk.home_asked(found)
    if asked is None or found.version is None or found.stay is None:
        return ""
    if not board_desk.signs_for_home(who(request), found, found.stay.road):
        return ""
    return signing.sentence_for(found.version, Signer.HOME, page_language())


def _one(request: HttpRequest, number: uuid.UUID) -> BoardRequest:
    found = (
        BoardRequest.objects.visible_to(who(request))
        .select_related(
            "stay__student",
            "stay__road",
            "programme",
            "institution",
            "package",
            "asked_by",
            "version__before",
            "version__agreement__stay__road",
        )
        .filter(uuid=number)
        .first()
    )
    if found is None:
        raise Http404
    return found
