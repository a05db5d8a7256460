"""The agreement of a stay in the office: followed, filled in, signed for home, proved."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue.choices import Signer
from sojourn.common.languages import page_language
from sojourn.common.view_marks import about_person, takes_files
from sojourn.mobility import naming, queries
from sojourn.mobility.agreements import editing, files, page, shown, signing, versions
from sojourn.mobility.agreements.forms import (
    ContactsForm,
    FactsForm,
    LineForm,
    OfficialForm,
    SignerForm,
    signature_in,
)
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import (
    AgreementPackage,
    AgreementPaper,
    AgreementVersion,
    SigningMethod,
    Stay,
    StayAgreement,
)
from sojourn.mobility.permissions import may_sign_for_home, may_work_on
from sojourn.mobility.states import SigningState, VersionState
from sojourn.office.shared import history
from sojourn.office.shared.access import asked_again, office_page, who
from sojourn.office.stays.views import say_reminded
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection.files import LARGEST, FileError

PART = {"part": "stays"}


@require_safe
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def agreement(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    return _page(request, _one(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def edit(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Fill in what is not a course."""
    stay = _worked_on(request, number)
    version = versions.draft_of(stay)
    if version is None:
        return redirect("office:stay-agreement", number=number)
    form = FactsForm(version, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            versions.save_facts(version, form.facts, actor=who(request))
        except MobilityError as error:
            return _page(request, stay, problem=error.message, status=409)
        messages.success(request, _("Saved."))
        return redirect("office:stay-agreement-edit", number=number)
    return _editing(request, stay, version, facts=form)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def lines(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Add a course, take one out, or keep one after all."""
    stay = _worked_on(request, number)
    version = versions.draft_of(stay)
    if version is None:
        return redirect("office:stay-agreement", number=number)
    form = LineForm(version, request.POST if request.POST.get("do") == "add" else None)
    try:
        if not editing.change_lines(version, form, request.POST, actor=who(request)):
            return _editing(request, stay, version, line=form)
    except MobilityError as error:
        return _editing(request, stay, version, line=form, problem=error.message)
    return redirect("office:stay-agreement-edit", number=number)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def signer(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Say who signs for the host; once they were asked, pass it to somebody else."""
    stay = _worked_on(request, number)
    version = versions.open_of(stay)
    asked = signing.request_of(version, Signer.HOST) if version else None
    if version is None or asked is None:
        return redirect("office:stay-agreement", number=number)
    is_draft = version.state == VersionState.DRAFT
    form = SignerForm(request.POST)
    if not form.is_valid():
        if is_draft:
            return _editing(request, stay, version, signer=form)
        return _page(request, stay, signer=form, status=422)
    data, actor = form.cleaned_data, who(request)
    given = data["name"], data["function"], data["email"]
    try:
        if asked.state == SigningState.WAITING:
            versions.name_signer(version, *given, actor=actor)
        else:
            signing.hand_on(asked, *given, request.POST.get("why", ""), actor=actor)
    except MobilityError as error:
        if is_draft:
            return _editing(request, stay, version, signer=form, problem=error.message)
        return _page(request, stay, signer=form, problem=error.message, status=422)
    messages.success(request, _("Saved."))
    return redirect(f"office:stay-agreement{'-edit' if is_draft else ''}", number=number)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
@asked_again
def sign(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Sign for home, or refuse, over exactly what the page showed."""
    stay = _one(request, number)
    actor = who(request)
    require(may_sign_for_home(actor, stay))
    version = versions.open_of(stay)
    asked = signing.request_of(version, Signer.HOME) if version else None
    if version is None or asked is None:
        return redirect("office:stay-agreement", number=number)
    data = request.POST
    try:
        if data.get("do") == "refuse":
            signing.refuse(asked, data.get("why", ""), data.get("digest", ""), actor=actor)
            messages.success(request, _("Refused. A next version is open, filled in from it."))
        else:
            sentence = signing.sentence_for(version, Signer.HOME, page_language())
            signing.sign_for_home(version, signature_in(data, sentence), actor=actor)
            messages.success(request, _("Signed."))
    except signing.StaleTextError as error:
        changed = shown.against(error.shown, version)
        return _page(request, stay, problem=error.message, changed=changed, status=409)
    except MobilityError as error:
        return _page(request, stay, problem=error.message, status=422)
    return redirect("office:stay-agreement", number=number)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def move(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Begin, take back, throw away a draft, propose a change, or remind whoever has the pen."""
    stay = _worked_on(request, number)
    actor, do = who(request), request.POST.get("do", "")
    try:
        if do == "begin":
            versions.begin(stay, actor=actor)
        elif do == "change":
            versions.propose_change(stay, actor=actor)
            return redirect("office:stay-agreement-edit", number=number)
        else:
            version = versions.open_of(stay)
            if version is None:
                return redirect("office:stay-agreement", number=number)
            if do == "recall":
                versions.recall(version, actor=actor)
            elif do == "discard":
                versions.discard(version, actor=actor)
            elif do == "remind":
                say_reminded(request, signing.remind(version, actor=actor))
            else:
                raise Http404
    except MobilityError as error:
        return _page(request, stay, problem=error.message, status=409)
    return redirect("office:stay-agreement", number=number)


@require_POST
@takes_files(LARGEST)
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def paper(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Keep a paper that the host signed, or say that one that is here is signed."""
    stay = _worked_on(request, number)
    version = versions.open_of(stay)
    asked = signing.request_of(version, Signer.HOST) if version else None
    if asked is None:
        return redirect("office:stay-agreement", number=number)
    data, actor = request.POST, who(request)
    try:
        upload = request.FILES.get("file")
        if upload is not None or data.get("do") != "accept":
            files.take_paper(asked, upload, actor=actor)
        if data.get("do") == "accept":
            method = data.get("method", "")
            signing.accept_paper(
                asked,
                data.get("name", ""),
                data.get("function", ""),
                SigningMethod(method) if method in SigningMethod.values else SigningMethod.PAPER,
                actor=actor,
            )
            messages.success(request, _("Written down as signed; your name stands beside it."))
    except (MobilityError, FileError) as error:
        return _page(request, stay, problem=error.message, status=422)
    return redirect("office:stay-agreement", number=number)


@require_safe
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def paper_file(request: HttpRequest, number: uuid.UUID, paper: int) -> HttpResponseBase:
    """Hand out a paper that shows a signature."""
    stay = _one(request, number)
    found = AgreementPaper.objects.visible_to(who(request)).filter(
        pk=paper, request__version__agreement__stay=stay
    )
    row = found.first()
    if row is None:
        raise Http404
    return files.paper(row)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def official(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Write down where the record that counts is, and when it was seen there."""
    stay = _worked_on(request, number)
    form = OfficialForm(request.POST)
    found = _agreement(stay)
    if not form.is_valid():
        problem = _("Write a day, such as 2027-02-01.")
        return _page(request, stay, problem=problem, status=422)
    data = form.cleaned_data
    try:
        versions.see_elsewhere(
            found, data["system"], data["number"], data["seen_on"], actor=who(request)
        )
    except MobilityError as error:
        return _page(request, stay, problem=error.message, status=422)
    messages.success(request, _("Saved."))
    return redirect("office:stay-agreement", number=number)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def contacts(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Save whom one calls; no signature is touched."""
    stay = _worked_on(request, number)
    form = ContactsForm(request.POST)
    if not form.is_valid():
        problem = _("This is no mail address. It looks like name@example.org.")
        return _page(request, stay, problem=problem, status=422)
    versions.save_contacts(_agreement(stay), form.cleaned_data, actor=who(request))
    messages.success(request, _("Saved. No signature is touched."))
    return redirect("office:stay-agreement", number=number)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
@asked_again
def package(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Make a package of a draft, approve one for the group, or give it to this student."""
    stay = _one(request, number)
    actor, data = who(request), request.POST
    do = data.get("do", "")
    try:
        if do == "make":
            require(may_work_on(actor, stay))
            version = versions.open_of(stay)
            if version is None:
                raise Http404
            signing.make_package(version, data.get("title", ""), actor=actor)
            messages.success(request, _("The package waits for its approval."))
            return redirect("office:stay-agreement", number=number)
        row = _package(request, stay)
        if do == "approve":
            require(may_sign_for_home(actor, stay))
            signing.approve_package(
                row, stay, data.get("name", ""), data.get("function", ""), actor=actor
            )
            messages.success(request, _("Approved, for everybody who gets exactly this."))
        elif do == "give":
            require(may_work_on(actor, stay))
            versions.give_package(stay, row, actor=actor)
            messages.success(request, _("The draft has the courses of the package now."))
        elif do == "give_all":
            require(may_work_on(actor, stay))
            _give_to_group(request, stay, row)
        else:
            raise Http404
    except MobilityError as error:
        return _page(request, stay, problem=error.message, status=422)
    return redirect("office:stay-agreement", number=number)


def _give_to_group(request: HttpRequest, stay: Stay, row: AgreementPackage) -> None:
    """Give the package to all whom this person looks after, at the same place in the same days."""
    actor = who(request)
    others = queries.group_of(Stay.objects.visible_to(actor), stay).filter(road=stay.road_id)
    every = [stay, *others.select_related("student", "road", "programme")]
    count = 0
    for each in [each for each in every if may_work_on(actor, each)]:
        try:
            versions.give_package(each, row, actor=actor)
        except MobilityError as error:
            messages.warning(request, f"{each.student}: {error.message}")
        else:
            count += 1
    said = ngettext(
        "%(count)d student has the package now.", "%(count)d students have the package now.", count
    )
    messages.success(request, said % {"count": count})


@require_safe
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def document(request: HttpRequest, number: uuid.UUID, version: int) -> HttpResponseBase:
    """Hand out a version as a PDF."""
    row = versions.numbered(_one(request, number), version)
    if row is None:
        raise Http404
    return files.pdf_of(row)


def _page(
    request: HttpRequest,
    stay: Stay,
    *,
    problem: str = "",
    changed: shown.DifferenceShown | None = None,
    signer: SignerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = who(request)
    found = versions.of_stay(stay)
    held = found or StayAgreement()
    works, signs = may_work_on(reader, stay), may_sign_for_home(reader, stay)
    every = list(found.versions.prefetch_related("requests")) if found else []
    context = {
        **PART,
        "stay": stay,
        "title": naming.title_of(stay),
        "page": page.of(stay, reader),
        "problem": problem,
        "changed": changed,
        "works": works,
        "signs_for_home": signs,
        "shows_packages": stay.opportunity_id is not None and (works or signs),
        "reader_name": reader.get_full_name(),
        "packages": page.packages_for(stay, reader),
        "signer": signer or SignerForm(),
        "official": OfficialForm(
            initial={
                "system": held.official_system,
                "number": held.official_id,
                "seen_on": held.official_seen_on,
            }
        ),
        "contacts": ContactsForm(
            initial={name: getattr(held, name) for name in ContactsForm.base_fields}
        ),
        "history": history.of(
            found, *every, *(one for each in every for one in each.requests.all())
        ),
    }
    return render(request, "office/stays/templates/agreement.html", context, status=status)


def _editing(
    request: HttpRequest,
    stay: Stay,
    version: AgreementVersion,
    *,
    problem: str = "",
    **sent: Any,
) -> HttpResponse:
    """Show the forms of a draft; `sent` is the one of `editing.forms_of` that is shown again."""
    context = {
        **PART,
        "stay": stay,
        "title": naming.title_of(stay),
        "page": page.of(stay, who(request)),
        "problem": problem,
        **editing.forms_of(version, **sent),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "office/stays/templates/agreement-edit.html", context, status=status)


def _one(request: HttpRequest, number: uuid.UUID) -> Stay:
    found = Stay.objects.visible_to(who(request)).select_related(
        "student", "road", "programme", "opportunity", "window"
    )
    row = found.filter(uuid=number).first()
    if row is None or not versions.has_one(row):
        raise Http404
    return row


def _worked_on(request: HttpRequest, number: uuid.UUID) -> Stay:
    stay = _one(request, number)
    require(may_work_on(who(request), stay))
    return stay


def _agreement(stay: Stay) -> StayAgreement:
    found = versions.of_stay(stay)
    if found is None:
        raise Http404
    return found


def _package(request: HttpRequest, stay: Stay) -> AgreementPackage:
    found = page.packages_for(stay, who(request))
    row = found.filter(pk=_int(request.POST.get("package"))).first()
    if row is None:
        raise Http404
    return row


def _int(text: str | None) -> int:
    try:
        return int(text or "")
    except ValueError as error:
        raise Http404 from error
