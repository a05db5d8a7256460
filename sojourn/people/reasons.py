"""Why a page asks a visitor to sign in: the page is marked with it, and signing in says it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from sojourn.common.view_marks import marks_of


def reason_at(address: str) -> str:
    """Return why the page at this address needs an account; empty where it does not say."""
    try:
        match = resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        return ""
    reason = marks_of(match.func).why_sign_in
    return str(reason(**match.kwargs)) if reason else ""
