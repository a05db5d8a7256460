"""A student's own agreement: begun, filled in, signed, changed, read."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.languages import page_language
from sojourn.mobility.agreements import editing, files, page, shown, signing, versions
from sojourn.mobility.agreements.forms import FactsForm, LineForm, SignerForm, signature_in
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import AgreementVersion, Stay
from sojourn.people.models import User
from sojourn.portal.stays.views import own_stay, signed_in


@require_safe
@signed_in
def agreement(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    return _page(request, user, _own(user, number))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Fill in what is not a course."""
    stay = _own(user, number)
    version = versions.draft_of(stay)
    if version is None:
        return redirect("stays:agreement", number=number)
    form = FactsForm(version, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            versions.save_facts(version, form.facts, actor=user)
        except MobilityError as error:
            return _page(request, user, stay, problem=error.message, status=409)
        messages.success(request, _("Saved."))
        return redirect("stays:agreement-edit", number=number)
    return _editing(request, user, stay, version, facts=form)


@require_POST
@signed_in
def lines(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Add a course, take one out, or keep one after all."""
    stay = _own(user, number)
    version = versions.draft_of(stay)
    if version is None:
        return redirect("stays:agreement", number=number)
    form = LineForm(version, request.POST if request.POST.get("do") == "add" else None)
    try:
        if not editing.change_lines(version, form, request.POST, actor=user):
            return _editing(request, user, stay, version, line=form)
    except MobilityError as error:
        return _editing(request, user, stay, version, line=form, problem=error.message)
    return redirect("stays:agreement-edit", number=number)


@require_POST
@signed_in
def signer(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Say who signs for the host."""
    stay = _own(user, number)
    version = versions.draft_of(stay)
    if version is None:
        return redirect("stays:agreement", number=number)
    form = SignerForm(request.POST)
    if not form.is_valid():
        return _editing(request, user, stay, version, signer=form)
    data = form.cleaned_data
    try:
        versions.name_signer(version, data["name"], data["function"], data["email"], actor=user)
    except MobilityError as error:
        return _editing(request, user, stay, version, signer=form, problem=error.message)
    messages.success(request, _("Saved."))
    return redirect("stays:agreement-edit", number=number)


@require_POST
@signed_in
def sign(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Sign as the student, over exactly what the page showed."""
    stay = _own(user, number)
    version = versions.open_of(stay)
    if version is None:
        return redirect("stays:agreement", number=number)
    sentence = signing.sentence_for(version, "student", page_language())
    given = signature_in(request.POST, sentence, str(user.get_full_name() or user.email))
    try:
        signing.sign_as_student(version, given, actor=user)
    except signing.StaleTextError as error:
        changed = shown.against(error.shown, version)
        return _page(request, user, stay, problem=error.message, changed=changed, status=409)
    except MobilityError as error:
        return _page(request, user, stay, problem=error.message, status=422)
    messages.success(request, _("You signed. The page says who has it now."))
    return redirect("stays:agreement", number=number)


@require_POST
@signed_in
def move(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Begin, take back, throw away a draft, or propose a change."""
    stay = _own(user, number)
    do = request.POST.get("do", "")
    try:
        if do == "begin":
            versions.begin(stay, actor=user)
        elif do == "change":
            versions.propose_change(stay, actor=user)
            return redirect("stays:agreement-edit", number=number)
        else:
            version = versions.open_of(stay)
            if version is None:
                return redirect("stays:agreement", number=number)
            if do == "recall":
                versions.recall(version, actor=user)
            elif do == "discard":
                versions.discard(version, actor=user)
            else:
                raise Http404
    except MobilityError as error:
        return _page(request, user, stay, problem=error.message, status=409)
    return redirect("stays:agreement", number=number)


@require_safe
@signed_in
def document(request: HttpRequest, user: User, number: uuid.UUID, version: int) -> HttpResponseBase:
    """Hand out a version as a PDF."""
    found = versions.numbered(_own(user, number), version)
    if found is None:
        raise Http404
    return files.pdf_of(found)


def _page(
    request: HttpRequest,
    user: User,
    stay: Stay,
    *,
    problem: str = "",
    changed: shown.DifferenceShown | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "plan",
        "stay": stay,
        "page": page.of(stay, user),
        "problem": problem,
        "changed": changed,
    }
    return render(request, "portal/stays/templates/agreement.html", context, status=status)


def _editing(
    request: HttpRequest,
    user: User,
    stay: Stay,
    version: AgreementVersion,
    *,
    problem: str = "",
    **sent: Any,
) -> HttpResponse:
    """Show the forms of a draft; `sent` is the one of `editing.forms_of` that is shown again."""
    context = {
        "section": "plan",
        "page": page.of(stay, user),
        "problem": problem,
        **editing.forms_of(version, **sent),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/stays/templates/agreement-edit.html", context, status=status)


def _own(user: User, number: uuid.UUID) -> Stay:
    stay = own_stay(user, number)
    if not versions.has_one(stay):
        raise Http404
    return stay
