"""Pages for what went wrong: each says what, why, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.types import Records
from sojourn.common.languages import page_language
from sojourn.common.request_log import current_request_id
from sojourn.common.urls import is_api_path
from sojourn.portal.shared import urls
from sojourn.portal.shared.links import Link

TEMPLATE = "portal/shared/templates/errors/error.html"


@dataclass(frozen=True)
class ErrorPage:
    title: str
    text: str
    detail: str = ""
    search: bool = False
    query: str = ""
    ways: tuple[Link, ...] = ()


def _ways() -> tuple[Link, ...]:
    return (
        Link(_("All places"), urls.opportunities()),
        Link(_("Map"), urls.world()),
        Link(_("Ask a person instead"), urls.contacts()),
    )


def _answer(request: HttpRequest, page: ErrorPage, status: int) -> HttpResponse:
    """Return the page in the language of its address; elsewhere cookie or browser decide."""
    language = get_language_from_path(request.path_info) or page_language()
    with translation.override(language):
        return render(request, TEMPLATE, {"page": page, "other_languages": ()}, status=status)


def _in_its_language(request: HttpRequest) -> translation.override:
    """Return the language of the address; error handlers may run outside of LocaleMiddleware."""
    return translation.override(
        get_language_from_path(request.path_info) or translation.get_language_from_request(request)
    )


def missing(request: HttpRequest, records: Records, kind: str, slug: str) -> HttpResponse:
    """Nothing there: gone for good if it once was, else never seen."""
    if (kind, slug) in records.withdrawn:
        return gone(request)
    return not_found(request)


def gone(request: HttpRequest) -> HttpResponse:
    with _in_its_language(request):
        page = ErrorPage(
            title=_("This one is no longer offered"),
            text=_("It was here before, but has been withdrawn. Nothing you did is lost."),
            detail=_("Perhaps something similar fits, or somebody knows what replaced it."),
            search=True,
            ways=_ways(),
        )
        return _answer(request, page, 410)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    with _in_its_language(request):
        page = ErrorPage(
            title=_("There is no page here"),
            text=_("The address may be mistyped, or the link you followed may be old."),
            search=True,
            ways=_ways(),
        )
        return _answer(request, page, 404)


def bad_query(request: HttpRequest, parameter: str, message: str) -> HttpResponse:
    """Answer a query that cannot be understood; say which part of the address it is."""
    with _in_its_language(request):
        page = ErrorPage(
            title=_("We could not read this address"),
            text=_("We do not know the value of “%(parameter)s” in the address.")
            % {"parameter": parameter},
            detail=message,
            search=True,
            ways=_ways(),
        )
        return _answer(request, page, 400)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    with _in_its_language(request):
        page = ErrorPage(
            title=_("We could not read what was sent"),
            text=_("Something was wrong with the request. Go back and try again."),
            ways=_ways(),
        )
        return _answer(request, page, 400)


def body_refused(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Answer a form that was not read: too large, too slow, or no room for it."""
    with _in_its_language(request):
        title, text = _("We could not read what was sent"), _("Go back and try again.")
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            title = _("This is too large to send")
            text = _("The form says how large a file may be. Make yours smaller, or send fewer.")
        elif status == HTTPStatus.REQUEST_TIMEOUT:
            title = _("This took too long to arrive")
            text = _("The connection was very slow or stopped. Try again on a better one.")
        elif status == HTTPStatus.INSUFFICIENT_STORAGE:
            title = _("There is no room for files at the moment")
            text = _("The office knows. Try again later, or send your text without files.")
        page = ErrorPage(
            title=title,
            text=text,
            detail=_("Nothing was changed. Your browser's Back button brings your form back."),
            ways=_ways(),
        )
        return _answer(request, page, status)


def too_many_files(request: HttpRequest) -> HttpResponse:
    """Answer a visitor whose network has sent many files today."""
    with _in_its_language(request):
        page = ErrorPage(
            title=_("Many files came from your network today"),
            text=_("Send your text without files, or sign in and send them from your account."),
            detail=_("Nothing was changed. Your browser's Back button brings your form back."),
            ways=(Link(_("Sign in"), urls.sign_in(request.path)), *_ways()),
        )
        return _answer(request, page, 429)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    with _in_its_language(request):
        page = ErrorPage(
            title=_("You may not see this page"),
            text=_("You may need to sign in, or it belongs to somebody else."),
            ways=(Link(_("Sign in"), urls.sign_in(request.path)), *_ways()),
        )
        return _answer(request, page, 403)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """Answer where the address of a button is opened like a page, as by a bookmark."""
    with _in_its_language(request):
        page = ErrorPage(
            title=_("Nothing to read here"),
            text=_("This address only receives forms from another page."),
            detail=_("Nothing was changed. Go back to the page that you came from."),
            ways=(Link(_("My plan"), urls.plan()), *_ways()),
        )
        return _answer(request, page, 405)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return a form without its token: an old tab, or cookies that are switched off."""
    with _in_its_language(request):
        page = ErrorPage(
            title=_("This form was open for too long"),
            text=_(
                "For your safety a form is valid for a limited time only. Go back, "
                "reload the page, and send it again."
            ),
            detail=_("If that does not help: your browser may refuse cookies for this site."),
            ways=_ways(),
        )
        return _answer(request, page, 403)


def no_catalogue(request: HttpRequest) -> HttpResponse:
    """Nothing was loaded yet. Asks the database nothing."""
    with _in_its_language(request):
        page = ErrorPage(
            title=_("There are no places yet"),
            text=_("Sojourn is running, but its catalogue is still empty."),
            detail=_(
                "For whoever runs this site: load an edition with “sojourn load editions/leiden”."
            ),
        )
        return _answer(request, page, 503)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault. Leans on nothing that may have failed: no database, no snapshot."""
    with _in_its_language(request):
        html = render_to_string(
            "portal/shared/templates/errors/500.html",
            {
                "lang": page_language(),
                "stylesheet": static("design/sojourn.css"),
                "page_stylesheet": static("portal/portal.css"),
                "request_id": current_request_id(),
            },
        )
    return HttpResponse(html, status=500)


class FriendlyMethodNotAllowedMiddleware:
    """Answer with a page where a visitor opens the address that a form is sent to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        is_visit = answer.status_code == 405 and request.method in ("GET", "HEAD")
        if not is_visit or is_api_path(request.path):
            return answer
        page = method_not_allowed(request)
        page.headers["Allow"] = answer.headers["Allow"]
        page.headers["Cache-Control"] = "private, no-store"
        return page
