"""Refuses a request whose query or body is larger than any page's own links and forms make it.

A body is judged before it is read, by the gateway; here its refusal becomes a page.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from sojourn.portal.shared import errors

# Every filter with all the values that it takes still fits; a browser or proxy gives up earlier.
LONGEST_QUERY = 32_000
REFUSED = "sojourn.refused"
"""Where the gateway puts the status with which a body was refused."""


class RequestLimitsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if status := request.META.get(REFUSED):
            return errors.body_refused(request, HTTPStatus(status))
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            request.META["QUERY_STRING"] = ""  # so that the page that says so does not repeat it
            raise BadRequest("The query is too long.")
        return self.get_response(request)
