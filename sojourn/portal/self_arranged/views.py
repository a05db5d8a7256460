"""Places that students found themselves: told, talked about, withdrawn."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising import files, self_arranged_lists, self_arranged_places
from sojourn.advising.errors import AdvisingError
from sojourn.advising.forms import MessageForm
from sojourn.advising.models import SelfArrangedPlace
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import private_page, signing_in_is_for, takes_files
from sojourn.people.models import User
from sojourn.people.permissions import is_signed_in, open_to, signed_in_person
from sojourn.portal.self_arranged import presenters
from sojourn.portal.self_arranged.forms import ANOTHER, PlaceForm, ProposalForm
from sojourn.portal.shared.links import FINDING_A_PLACE, guide_or_list

P = ParamSpec("P")


def _signed_in(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give the view the person who is signed in: what they arrange lasts for months."""

    @private_page
    @open_to(is_signed_in, back=lambda **_arguments: reverse("self-arranged:own"))
    @wraps(view)
    def wrapped(request: HttpRequest, /, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
        return view(request, signed_in_person(request), *arguments, **named)

    return wrapped


@require_safe
@_signed_in
@signing_in_is_for(lambda: _("To tell of a place you found yourself you need an account."))
def own(request: HttpRequest, user: User) -> HttpResponse:
    rows = presenters.rows(self_arranged_lists.places_of(user))
    guide = guide_or_list(current_snapshot().records, FINDING_A_PLACE)
    context = {"rows": rows, "guide": guide, "section": "plan"}
    return render(request, "portal/self_arranged/templates/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(files.MOST_FILES * files.LARGEST_FILE)
@_signed_in
def propose(request: HttpRequest, user: User) -> HttpResponse:
    """Tell of a place. An institution that may be a known one is asked about first."""
    records = current_snapshot().records
    if request.method != "POST":
        return _form_page(request, ProposalForm(records))
    form = ProposalForm(records, _with_choice(request), request.FILES)
    near = _near_unless_looked(request)
    if not form.is_valid():
        return _form_page(request, form, near=near, status=422)
    data = form.cleaned_data
    if near:
        return _form_page(request, form, near=near, lost_files=bool(data["attachments"]))
    try:
        written = NewMessage(
            data["text"], data["sending"], files.store_uploads(data["attachments"])
        )
        place = self_arranged_places.propose(user, form.facts(), written)
    except AdvisingError as error:
        form.add_error(_field_of(error), error.message)
        return _form_page(request, form, status=422)
    messages.success(request, _("The office has your place now."))
    return redirect("self-arranged:place", number=place.pk)


@require_POST
@_signed_in
def known(request: HttpRequest, user: User) -> HttpResponse:
    """Known institutions like the one that is being typed, as a part of the page."""
    near = presenters.near(current_snapshot().records, request.POST.get("institution_name", ""))
    return render(request, "portal/self_arranged/templates/near.html", {"near": near})


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(files.MOST_FILES * files.LARGEST_FILE)
@_signed_in
def place(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    place = _own(user, number)
    form = MessageForm()
    status = 200
    if request.method == "POST":
        form = MessageForm(request.POST, request.FILES)
        if form.is_valid():
            data = form.cleaned_data
            try:
                kept = files.store_uploads(data["attachments"])
                self_arranged_places.write_on(
                    place, NewMessage(data["text"], data["sending"], kept)
                )
            except AdvisingError as error:
                form.add_error(_field_of(error), error.message)
            else:
                messages.success(request, _("Sent. The office reads it."))
                return redirect("self-arranged:place", number=number)
        status = 422
    page = presenters.page(place, self_arranged_lists.messages_of(place))
    context = {"page": page, "form": form, "section": "plan"}
    return render(request, "portal/self_arranged/templates/place.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@_signed_in
def change(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Correct what was said, as long as nothing is decided."""
    place = _own(user, number)
    records = current_snapshot().records
    if place.state not in self_arranged_places.MAY_CHANGE:
        messages.info(request, _("The office has decided. Write to it below instead."))
        return redirect("self-arranged:place", number=number)
    if request.method != "POST":
        form = PlaceForm(records, initial=presenters.as_typed(place))
        return _form_page(request, form, place=place)
    form = PlaceForm(records, _with_choice(request))
    near = _near_unless_looked(request)
    if not form.is_valid():
        return _form_page(request, form, place=place, near=near, status=422)
    if near:
        return _form_page(request, form, place=place, near=near)
    try:
        self_arranged_places.change(place, form.facts())
    except AdvisingError as error:
        form.add_error(None, error.message)
        return _form_page(request, form, place=place, status=422)
    messages.success(request, _("Changed. The office sees it."))
    return redirect("self-arranged:place", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@_signed_in
def withdraw(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Ask first: a withdrawn place has to be reported again."""
    place = _own(user, number)
    if request.method == "POST":
        try:
            self_arranged_places.withdraw(place)
        except AdvisingError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("Withdrawn. The office does nothing more with it."))
        return redirect("self-arranged:place", number=number)
    context = {"page": presenters.page(place, ()), "section": "plan"}
    return render(request, "portal/self_arranged/templates/withdraw.html", context)


@require_safe
@_signed_in
def file(request: HttpRequest, user: User, number: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    return files.as_download(self_arranged_lists.file_of(_own(user, number), file))


def _form_page(
    request: HttpRequest,
    form: PlaceForm,
    *,
    place: SelfArrangedPlace | None = None,
    near: tuple[presenters.NearOne, ...] = (),
    lost_files: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "near": near,
        "lost_files": lost_files,
        "number": place.pk if place else None,
        "chosen": request.POST.get("institution", "") or form.initial.get("institution", ""),
        "guide": guide_or_list(current_snapshot().records, FINDING_A_PLACE),
        "section": "plan",
    }
    return render(request, "portal/self_arranged/templates/form.html", context, status=status)


def _near_unless_looked(request: HttpRequest) -> tuple[presenters.NearOne, ...]:
    """Return what may be the same institution, until the student has said which one it is."""
    if request.POST.get("institution"):
        return ()
    return presenters.near(
        current_snapshot().records,
        request.POST.get("institution_name", ""),
        request.POST.get("country", ""),
    )


def _with_choice(request: HttpRequest) -> Any:
    """Return the form as it was sent; “another one” is the answer to the question, and no slug."""
    typed = request.POST.copy()
    if typed.get("institution") == ANOTHER:
        typed["looked"] = "1"
    return typed


def _field_of(error: AdvisingError) -> str | None:
    return "attachments" if isinstance(error, files.FileRefusedError) else None


def _own(user: User, number: uuid.UUID) -> SelfArrangedPlace:
    place = self_arranged_lists.find_own(user, number)
    if place is None:
        raise Http404
    return place
