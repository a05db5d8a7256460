"""Addresses above the languages: the bare one, and the switch from one language to the other."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_safe

from sojourn.common.languages import LANGUAGES
from sojourn.common.urls import url_for
from sojourn.common.view_marks import public_view

A_YEAR = 365 * 24 * 60 * 60


@require_safe
@public_view
def root(request: HttpRequest) -> HttpResponse:
    """By the cookie of an earlier choice, else by what the browser says it reads."""
    answer = HttpResponseRedirect(
        url_for("portal:home", language=get_language_from_request(request))
    )
    patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    # The next visit may be in another language.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@require_safe
@public_view
def switch_language(request: HttpRequest, code: str) -> HttpResponse:
    """Go on to the same page in the other language, and remember the choice for the next visit."""
    if code not in LANGUAGES:
        raise Http404
    home = url_for("portal:home", language=code)
    then = request.GET.get("next", "")
    stays_here = url_has_allowed_host_and_scheme(then, allowed_hosts=None)
    answer = HttpResponseRedirect(then if stays_here and then.startswith(home) else home)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
