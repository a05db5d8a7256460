"""Why a page asks a visitor to sign in: the page says it, and it is read where one signs in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def signing_in_is_for(reason: Callable[..., str]) -> Callable[[V], V]:
    """Mark a view with the reason, made of the arguments in its address."""

    def mark(view: V) -> V:
        setattr(view, "reason", reason)  # noqa: B010  # functions have no such field for mypy
        return view

    return mark


def reason_at(address: str) -> str:
    """Return why the page at this address needs an account; empty where it does not say."""
    try:
        match = resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        return ""
    reason = getattr(match.func, "reason", None)
    return str(reason(**match.kwargs)) if reason else ""
