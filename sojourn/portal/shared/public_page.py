"""Marks a view whose page is the same for every visitor who is not signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponse)

_MARK = "_sojourn_public_page"


def public_page(
    view: Callable[Concatenate[HttpRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R]:
    """The page may be kept whole and given to everybody (`portal.middleware` does).

    What it shows may depend on the catalogue, the address, the language and whether htmx asked;
    not on who asks. Time may matter to the minute, no closer.
    """

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        response = view(request, *args, **kwargs)
        setattr(response, _MARK, True)
        return response

    return marked


def is_public_page(response: HttpResponse) -> bool:
    return getattr(response, _MARK, False) is True
