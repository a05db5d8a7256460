"""Places that students found: looked at, asked about, approved, declined, published."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising import files, self_arranged_lists, self_arranged_places
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import SelfArrangedPlace
from sojourn.advising.permissions import may_advise, may_decide_on_place
from sojourn.advising.threads import NewMessage, ThreadChangedError
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.languages import REQUIRED
from sojourn.common.view_marks import about_person, lists_people, takes_files
from sojourn.office.self_arranged import presenters
from sojourn.office.self_arranged.forms import ApproveForm, AskForm, DeclineForm
from sojourn.office.shared import history, lists
from sojourn.office.shared.access import asked_again, office_page, who
from sojourn.people.permissions import may_enter_office, require
from sojourn.planning.models import Plan


@require_safe
@lists_people
@office_page(may_enter_office)
def places(request: HttpRequest) -> HttpResponse:
    return lists.answer(
        request,
        "office/self_arranged/templates/list.html",
        presenters.kind(),
        self_arranged_lists.all_places(who(request)),
        {"part": "self-arranged-places"},
    )


@require_safe
@about_person(SelfArrangedPlace, "student", "number")
@office_page(may_enter_office)
def place(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    return _page(request, _one(request, number))


@require_POST
@takes_files(files.MOST_FILES * files.LARGEST_FILE)
@about_person(SelfArrangedPlace, "student", "number")
@office_page(may_advise)
def reply(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Write to the student; while nothing is decided it is their turn then."""
    found = _one(request, number)
    require(may_advise(who(request), found))
    form = AskForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, ask=form, status=422)
    data = form.cleaned_data
    try:
        written = NewMessage(
            data["text"], data["sending"], files.store_uploads(data["attachments"])
        )
        self_arranged_places.ask_back(found, written, by=who(request), seen=data["seen"])
    except ThreadChangedError as error:
        again = AskForm(_seen_now(request, found))
        return _page(request, found, ask=again, problem=error.message, status=409)
    except AdvisingError as error:
        field = "attachments" if isinstance(error, files.FileRefusedError) else None
        form.add_error(field, error.message)
        return _page(request, found, ask=form, status=422)
    messages.success(request, _("Sent."))
    return redirect("office:self-arranged-place", number=number)


@require_POST
@office_page(may_decide_on_place)
@asked_again
def approve(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    found = _one(request, number)
    require(may_decide_on_place(who(request), found))
    form = _approve_form(request, found)
    if not form.is_valid():
        return _page(request, found, approve_form=form, status=422)
    try:
        self_arranged_places.approve(found, form.approval(), by=who(request))
    except AdvisingError as error:
        form.add_error(None, error.message)
        return _page(request, found, approve_form=form, status=422)
    messages.success(request, _("Approved. The student gets a mail and can plan with it now."))
    return redirect("office:self-arranged-place", number=number)


@require_POST
@about_person(SelfArrangedPlace, "student", "number")
@office_page(may_decide_on_place)
def decline(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    found = _one(request, number)
    require(may_decide_on_place(who(request), found))
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, found, decline_form=form, status=422)
    data = form.cleaned_data
    try:
        reason = NewMessage(data["reason"], data["sending"])
        self_arranged_places.decline(found, reason, by=who(request), seen=data["seen"])
    except ThreadChangedError as error:
        again = DeclineForm(_seen_now(request, found))
        return _page(request, found, decline_form=again, problem=error.message, status=409)
    except AdvisingError as error:
        form.add_error(None, error.message)
        return _page(request, found, decline_form=form, status=422)
    messages.success(request, _("Declined. The student reads why."))
    return redirect("office:self-arranged-place", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(SelfArrangedPlace, "student", "number")
@office_page(may_decide_on_place)
def publish(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Show it to everybody, after a confirmation."""
    found = _one(request, number)
    require(may_decide_on_place(who(request), found))
    if found.opportunity is None:
        raise Http404
    if request.method == "POST":
        self_arranged_places.publish(found, by=who(request))
        messages.success(request, _("Everybody sees it now. Complete its page in the catalogue."))
        return redirect("office:self-arranged-place", number=number)
    records = current_snapshot().records
    page = presenters.page(who(request), records, found, (), timezone.now())
    context = {"part": "self-arranged-places", "page": page}
    return render(request, "office/self_arranged/templates/publish.html", context)


@require_safe
@about_person(SelfArrangedPlace, "student", "number")
@office_page(may_enter_office)
def file(request: HttpRequest, number: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    return files.as_download(self_arranged_lists.file_of(_one(request, number), file))


def _page(
    request: HttpRequest,
    found: SelfArrangedPlace,
    *,
    ask: AskForm | None = None,
    approve_form: ApproveForm | None = None,
    decline_form: DeclineForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    written = self_arranged_lists.messages_of(found)
    seen = {"seen": len(written), "sending": uuid.uuid4()}
    context = {
        "part": "self-arranged-places",
        "page": presenters.page(
            who(request), current_snapshot().records, found, written, timezone.now()
        ),
        "ask": ask or AskForm(initial={"seen": len(written)}),
        "approve": approve_form or _approve_form(request, found),
        "decline": decline_form or DeclineForm(initial=seen, auto_id="decline_%s"),
        "problem": problem,
        "history": history.of(found, found.opportunity),
    }
    return render(request, "office/self_arranged/templates/place.html", context, status=status)


def _approve_form(request: HttpRequest, found: SelfArrangedPlace) -> ApproveForm:
    records = current_snapshot().records
    plans = Plan.objects.visible_to(who(request)).select_related("programme")
    plan = plans.filter(owner=found.student).first()
    programme = plan.programme.slug if plan and plan.programme else ""
    is_sent = request.method == "POST" and "window" in request.POST
    position = presenters.likely_position(records, found)
    initial: dict[str, object] = {"title": dict.fromkeys(REQUIRED, found.subject)}
    if position is not None:
        initial |= {"latitude": str(position[0]), "longitude": str(position[1])}
    return ApproveForm(
        request.POST if is_sent else None,
        windows=presenters.windows(records, programme),
        new_host=found.institution is None,
        initial=initial,
        auto_id="approve_%s",
    )


def _seen_now(request: HttpRequest, found: SelfArrangedPlace) -> dict[str, str]:
    typed = {name: str(request.POST.get(name, "")) for name in request.POST}
    return typed | {"seen": str(found.messages.count())}


def _one(request: HttpRequest, number: uuid.UUID) -> SelfArrangedPlace:
    found = self_arranged_lists.find(who(request), number)
    if found is None:
        raise Http404
    return found
