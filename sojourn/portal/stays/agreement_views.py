"""A student's own agreement: begun, filled in, signed, changed, read."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.languages import page_language
from sojourn.mobility.agreements import files, page, shown, signing, substance, versions
from sojourn.mobility.agreements.forms import (
    FactsForm,
    LineForm,
    SignerForm,
    removal_reasons,
    signature_in,
)
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import AgreementVersion, Stay
from sojourn.mobility.states import VersionState
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
    version = _draft(stay)
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
    version = _draft(stay)
    if version is None:
        return redirect("stays:agreement", number=number)
    form = LineForm(version, request.POST if request.POST.get("do") == "add" else None)
    try:
        if request.POST.get("do") == "add":
            if not form.is_valid():
                return _editing(request, user, stay, version, line=form)
            versions.add_line(version, form.line, actor=user, **form.why)
        else:
            change_line(version, request, user)
    except MobilityError as error:
        return _editing(request, user, stay, version, line=form, problem=error.message)
    return redirect("stays:agreement-edit", number=number)


def change_line(version: AgreementVersion, request: HttpRequest, user: User) -> None:
    """Take a line out, or keep it after all."""
    try:
        line = int(request.POST.get("line", ""))
    except ValueError as error:
        raise Http404 from error
    if request.POST.get("do") == "keep":
        versions.keep_line(version, line, actor=user)
    else:
        versions.remove_line(
            version,
            line,
            actor=user,
            reason=request.POST.get("reason", ""),
            reason_text=request.POST.get("reason_text", ""),
        )


@require_POST
@signed_in
def signer(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Say who signs for the host."""
    stay = _own(user, number)
    version = _draft(stay)
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
    version = _open(stay)
    if version is None:
        return redirect("stays:agreement", number=number)
    sentence = signing.sentence_for(version, "student", page_language())
    given = signature_in(request.POST, sentence, str(user.get_full_name() or user.email))
    try:
        signing.sign_as_student(version, given, actor=user)
    except signing.StaleTextError as error:
        changed = None
        if error.shown is not None:
            before = substance.content_of(error.shown)
            changed = shown.difference(before, substance.content_of(version))
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
            version = _open(stay)
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
    found = _numbered(_own(user, number), version)
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
    facts: FactsForm | None = None,
    line: LineForm | None = None,
    signer: SignerForm | None = None,
    problem: str = "",
) -> HttpResponse:
    host = signing.request_of(version, "host")
    named = {"name": host.name, "function": host.function, "email": host.email} if host else {}
    context = {
        "section": "plan",
        "page": page.of(stay, user),
        "facts": facts or FactsForm(version),
        "line": line or LineForm(version),
        "signer": signer or SignerForm(initial=named),
        "lines": page.lines_to_edit(version),
        "reasons": removal_reasons(),
        "problem": problem,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/stays/templates/agreement-edit.html", context, status=status)


def _own(user: User, number: uuid.UUID) -> Stay:
    stay = own_stay(user, number)
    if not versions.has_one(stay):
        raise Http404
    return stay


def _open(stay: Stay) -> AgreementVersion | None:
    found = versions.of_stay(stay)
    return versions.open_one(found) if found else None


def _draft(stay: Stay) -> AgreementVersion | None:
    found = _open(stay)
    return found if found and found.state == VersionState.DRAFT else None


def _numbered(stay: Stay, number: int) -> AgreementVersion:
    found = versions.of_stay(stay)
    version = versions.numbered(found, number) if found else None
    if version is None:
        raise Http404
    return version
