"""Keeps one manner at the edge of the API: any site may read it, and every error is a problem.

An error can arise before an endpoint is reached (an unknown path, a wrong method, a limit, a host
name that is not ours) and would then be a page; here it becomes problem details as well.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from sojourn.api.problems import MEDIA_TYPE, problem_response
from sojourn.common.urls import is_api_path

READING_METHODS = "GET, HEAD, OPTIONS"
# What a script on another site may see of our answer beside the body.
EXPOSED_HEADERS = "ETag, Link, Retry-After, X-Request-ID, Content-Language"
PREFLIGHT_SECONDS = "86400"
KEPT_HEADERS = ("Retry-After",)


class ApiMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api_path(request.path):
            return self.get_response(request)
        response = self._answer(request)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            # A redirect would hide that everything is sent twice, the first time for all to read.
            return problem_response(request, 403, "Ask over HTTPS.")
        if request.method == "OPTIONS":
            # A browser asks first when a script sends If-None-Match.
            response = HttpResponse(status=204)
            response.headers["Allow"] = READING_METHODS
            response.headers["Access-Control-Allow-Methods"] = READING_METHODS
            response.headers["Access-Control-Allow-Headers"] = (
                "Accept, Accept-Language, If-None-Match, X-Request-ID"
            )
            response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
            return response
        if request.method not in ("GET", "HEAD"):
            refusal = problem_response(request, 405)
            refusal.headers["Allow"] = READING_METHODS
            return refusal
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"  # the endpoints know only GET
        answer = self.get_response(request)
        if is_head:
            request.method = "HEAD"  # the server leaves the body out
        if answer.status_code >= 400 and answer.headers.get("Content-Type") != MEDIA_TYPE:
            problem = problem_response(request, answer.status_code)
            for name in KEPT_HEADERS:
                if name in answer.headers:
                    problem.headers[name] = answer.headers[name]
            return problem
        return answer
