"""What every answer of the API depends on: the catalogue as it is, and the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation.trans_real import parse_accept_lang_header

import sojourn
from sojourn.api.problems import ProblemError, invalid_parameter, problem_response
from sojourn.catalogue.snapshot.service import current_snapshot_or_none
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import FIRST, LANGUAGES, site_language
from sojourn.common.urls import API_PREFIX, site_url, url_for

API_ROOT = f"{API_PREFIX}v1"


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request's view of the catalogue; the same snapshot from the ETag to the last link."""

    snapshot: Snapshot
    language: str
    site: str

    def address(self, *path: str) -> str:
        """Return the full address of something in this API."""
        return "/".join([self.site + API_ROOT, *path])

    def page(self, kind: str, *slug: str) -> str:
        """Return the full address of the page about it, in the reader's language."""
        return self.site + url_for(f"portal:{kind}", *slug, language=self.language)


class ApiRequest(HttpRequest):
    """A request on its way to an endpoint."""

    context: RequestContext


Run = Callable[..., HttpResponseBase]


def with_context(run: Run) -> Run:
    """Give an endpoint its context; answer 304 where the reader has this answer already."""

    @wraps(run)
    def answer(request: ApiRequest, **path: Any) -> HttpResponseBase:
        try:
            language = requested_language(request)
        except ProblemError as error:
            return problem_response(request, error.status, error.detail, error.errors)
        snapshot = current_snapshot_or_none()
        if snapshot is None:
            return problem_response(request, 503)
        context = RequestContext(snapshot, language, site_url(request))
        etag = entity_tag(request, context)
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            # Only an answer with status 200 ever carried this tag, which names the address too.
            response: HttpResponseBase = HttpResponse(status=304)
        else:
            request.context = context
            with translation.override(language):
                response = run(request, **path)
        if response.status_code in (200, 304):
            response.headers["ETag"] = etag
            response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return answer


def requested_language(request: HttpRequest) -> str:
    """Return the language that `lang` names, else the best of Accept-Language, else the first."""
    named = request.GET.get("lang")
    if named is not None:
        if named not in LANGUAGES:
            raise invalid_parameter("lang", "use one of " + ", ".join(LANGUAGES) + ".")
        return named
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if language := site_language(code):
            return language
    return FIRST


def entity_tag(request: HttpRequest, context: RequestContext) -> str:
    """Return a tag that changes with the catalogue, the day and Sojourn itself."""
    address = hashlib.blake2b(
        f"{context.site}{request.get_full_path()}".encode("utf-8", "surrogatepass"),
        digest_size=8,
    ).hexdigest()
    snapshot = context.snapshot
    return f'W/"{snapshot.revision}-{sojourn.__version__}-{context.language}-{address}"'
