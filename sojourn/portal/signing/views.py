"""A host signs by the link that was mailed; anybody checks a signed copy.

A GET shows and decides nothing, because programs that check mail follow links and run scripts.
Everything works without a script.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.catalogue.choices import Signer
from sojourn.common.view_marks import (
    RateLimit,
    private_page,
    public_view,
    rate_limited,
    takes_files,
)
from sojourn.mobility.agreements import evidence, files, signing, texts
from sojourn.mobility.agreements.forms import signature_in
from sojourn.mobility.agreements.links import link_in
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import AgreementVersion, SigningRequest
from sojourn.mobility.states import SigningState
from sojourn.people.permissions import anybody, open_to, whoever_has_the_link
from sojourn.portal.signing import presenters
from sojourn.selection.files import LARGEST, FileError

LARGEST_COPY = 20_000_000


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(LARGEST)
@private_page
@rate_limited(RateLimit.FORMS)
@open_to(whoever_has_the_link)
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be signed; take the answer of whoever sends the form."""
    row = _asked(token)
    if row is None:
        return _nothing(
            request,
            _("This link does not work"),
            _("Perhaps part of the address is missing. Open it from the mail once more."),
            404,
        )
    code = texts.language_of(request.GET.get("in", ""))
    said = texts.in_language(code) or texts.of_page()
    if row.state == SigningState.HANDED_ON:
        return _nothing(request, said["handed_on"], "", 410, code)
    if request.method == "POST":
        return _answer(request, token, row, code)
    if request.method == "GET" and row.state == SigningState.SENT:
        signing.note_opened(row)
    return _page(request, token, row, code)


def _answer(request: HttpRequest, token: str, row: SigningRequest, code: str) -> HttpResponse:
    said = texts.in_language(code) or texts.of_page()
    try:
        _do(request, row, code, said)
    except signing.StaleTextError as error:
        now = _asked(token) or row
        return _page(
            request, token, now, code, problem=said["stale"], before=error.shown, status=409
        )
    except (MobilityError, FileError) as error:
        now = _asked(token) or row
        return _page(request, token, now, code, problem=error.message, status=422)
    path = reverse("signing:sign", args=[token])
    there = f"{path}?in={code}" if request.GET.get("in") else path
    if request.POST.get("do") == "paper":
        return _nothing(
            request,
            _("Thank you, the paper is here"),
            _("Somebody of the office looks at it and writes down that you signed."),
            200,
            back={"address": there, "text": said["back"], "language": code},
        )
    return redirect(there)


def _do(request: HttpRequest, row: SigningRequest, code: str, said: Mapping[str, str]) -> None:
    data, do = request.POST, request.POST.get("do", "sign")
    if do == "sign":
        given = signature_in(data, signing.sentence_for(row.version, Signer.HOST, code))
        if not (given.name and given.function and given.agrees):
            raise MobilityError(said["missing"])
        signing.sign_by_link(row, given)
    elif do == "refuse":
        signing.refuse(row, data.get("why", ""), data.get("digest", ""))
    elif do == "hand_on":
        why = data.get("why", "")
        signing.hand_on(
            row, data.get("their_name", ""), "", data.get("their_email", ""), why, actor=None
        )
    elif do == "paper":
        files.take_paper(row, request.FILES.get("file"), actor=None)
    else:
        raise Http404


@require_safe
@private_page
@open_to(whoever_has_the_link)
def document(request: HttpRequest, token: str) -> HttpResponseBase:
    """Hand out the text that the link is for, as a PDF."""
    row = _asked(token)
    if row is None or row.state == SigningState.HANDED_ON:
        raise Http404
    return files.pdf_of(row.version)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(LARGEST_COPY)
@public_view
@rate_limited(RateLimit.FORMS)
@open_to(anybody)
def check(request: HttpRequest) -> HttpResponse:
    """Say whether a file is a signed agreement, byte for byte. The file is not kept."""
    context: dict[str, object] = {}
    status = 200
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            context["problem"], status = _("Choose the file first."), 422
        elif (upload.size or 0) > LARGEST_COPY:
            context["problem"], status = _("The file is too large to be one of ours."), 422
        else:
            found = evidence.document_of(upload.read())
            context["is_checked"] = True
            if found is not None:
                context |= {
                    "found": found,
                    "version": found.version.number,
                    "in_force": evidence.is_in_force(found),
                    "chain_holds": evidence.first_break(found.version.agreement) is None,
                }
    return render(request, "portal/signing/templates/check.html", context, status=status)


def _asked(token: str) -> SigningRequest | None:
    link = link_in(token)
    return signing.by_link(link) if link else None


def _page(
    request: HttpRequest,
    token: str,
    row: SigningRequest,
    code: str,
    *,
    problem: str = "",
    before: AgreementVersion | None = None,
    status: int = 200,
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    shown = presenters.page(row, token, code, shown_before=before, typed=typed)
    context = {"page": shown, "t": shown.texts, "problem": problem}
    return render(request, "portal/signing/templates/sign.html", context, status=status)


def _nothing(
    request: HttpRequest,
    title: str,
    text: str,
    status: int,
    language: str = "",
    back: Mapping[str, str] | None = None,
) -> HttpResponse:
    context = {"title": title, "text": text, "language": language, "back": back}
    return render(request, "portal/signing/templates/nothing.html", context, status=status)
