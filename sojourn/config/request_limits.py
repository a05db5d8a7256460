"""Refuses a query longer than any page's own links, before somebody spends time on reading it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Every filter with all the values that it takes still fits; a browser or proxy gives up earlier.
LONGEST_QUERY = 32_000


class RequestLimitsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            request.META["QUERY_STRING"] = ""  # so that the page that says so does not repeat it
            raise BadRequest("The query is too long.")
        return self.get_response(request)
