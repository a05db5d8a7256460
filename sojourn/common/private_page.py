"""Marks a view whose answer is one person's alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

P = ParamSpec("P")


def private_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """No cache keeps the answer, on the way or in the browser, and no search engine lists it."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
        response = view(request, *arguments, **named)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        patch_vary_headers(response, ("Cookie",))
        return response

    return wrapped
