"""After the selection: a student's own result and offer, objections, and the certificate."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import private_page, public_view
from sojourn.engines import allocation as engine
from sojourn.people.models import User
from sojourn.people.permissions import is_signed_in, open_to
from sojourn.portal.results import presenters
from sojourn.selection import objections, offers, results
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Application

VERIFY_SCRIPT = Path(engine.__file__).with_name("verify.py")


def _student(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _own(request: HttpRequest, uuid: UUID) -> Application:
    """Somebody else's application is as little there as one that never was."""
    found = results.own_application(_student(request), uuid)
    if found is None:
        raise Http404
    return found


@require_safe
@private_page
@open_to(is_signed_in)
def own(request: HttpRequest) -> HttpResponse:
    """All rounds in which one applied and that have results."""
    found = results.published_applications(_student(request))
    lines = [presenters.line(each) for each in found]
    return render(request, "portal/results/templates/own.html", {"lines": lines})


@require_safe
@private_page
@open_to(is_signed_in)
def result(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _page(request, _own(request, uuid))


def _page(
    request: HttpRequest, application: Application, problem: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    records = current_snapshot().records
    page = presenters.page(results.own_result(application, now), records, now)
    context = {"page": page, "problem": problem}
    return render(request, "portal/results/templates/result.html", context, status=status)


_ANSWERS = {
    "accept": offers.accept,
    "wait": offers.accept_and_wait,
    "decline": offers.decline,
    "stop": offers.stop_waiting,
}


@require_POST
@private_page
@open_to(is_signed_in)
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Answer the offer that the page showed; the page says what comes of it."""
    application = _own(request, uuid)
    verb = _ANSWERS.get(request.POST.get("answer", ""))
    if verb is None:
        return _page(request, application, _("Choose one of the answers first."), 422)
    seen = _uuid(request.POST.get("offer", ""))
    offer = application.offers.filter(uuid=seen).first() if seen else None
    if offer is None:
        return _page(request, application, _("Your offer has changed. Here is how it is now."), 409)
    try:
        answered = verb(offer, actor=_student(request))
    except SelectionError as error:
        return _page(request, _own(request, uuid), error.message, 409)
    messages.success(request, presenters.thanks(answered))
    return redirect("results:result", uuid=uuid)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(is_signed_in)
def give_up(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give up a place, or everything in this round: asked once more, with what follows from it."""
    application = _own(request, uuid)
    problem = ""
    if request.method == "POST":
        if "sure" not in request.POST:
            problem = _("Tick the box first: your place goes to somebody else at once.")
        else:
            try:
                offers.leave(application, actor=_student(request))
            except SelectionError as error:
                problem = error.message
            else:
                messages.success(request, _("You have left this round. Thank you for telling us."))
                return redirect("results:result", uuid=uuid)
    now = timezone.now()
    records = current_snapshot().records
    page = presenters.page(results.own_result(application, now), records, now)
    return render(
        request,
        "portal/results/templates/give-up.html",
        {"page": page, "problem": problem},
        status=422 if problem else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(is_signed_in)
def objection(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Object to the result, or go on with the thread."""
    application = _own(request, uuid)
    typed, problem = "", ""
    if request.method == "POST":
        typed = request.POST.get("text", "")[: objections.LONGEST_TEXT]
        try:
            _say(application, typed, _student(request))
        except SelectionError as error:
            problem = error.message
        else:
            messages.success(request, _("Your message is with the office."))
            return redirect("results:objection", uuid=uuid)
    page = presenters.objection_page(application, timezone.now())
    context = {"page": page, "typed": typed, "problem": problem}
    status = 422 if problem else 200
    return render(request, "portal/results/templates/objection.html", context, status=status)


def _say(application: Application, text: str, student: User) -> None:
    known = getattr(application, "objection", None)
    if known is None:
        objections.object_to_result(application, text, actor=student)
    else:
        objections.add_message(known, text, actor=student)


@require_POST
@private_page
@open_to(is_signed_in)
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """No longer object."""
    application = _own(request, uuid)
    known = getattr(application, "objection", None)
    if known is None:
        raise Http404
    try:
        objections.withdraw(known, actor=_student(request))
    except SelectionError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("You have withdrawn your objection."))
    return redirect("results:objection", uuid=uuid)


@require_safe
@public_view
def certificate(request: HttpRequest, slug: str) -> HttpResponse:
    """Return what anybody needs to check a result."""
    found = results.published_result(slug)
    if found is None:
        raise Http404
    page = presenters.certificate_page(found)
    return render(request, "portal/results/templates/certificate.html", {"page": page})


@require_safe
@public_view
def result_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the pseudonymous result, byte for byte as its digest says."""
    found = results.published_result(slug)
    if found is None:
        raise Http404
    return _download(found.data, "application/json", f"{slug}.json")


@require_safe
@public_view
def verify_script(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the script that checks the file, to be run with Python alone."""
    if results.round_with_results(slug) is None:
        raise Http404
    return _download(VERIFY_SCRIPT.read_bytes(), "text/x-python; charset=utf-8", "verify.py")


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)
