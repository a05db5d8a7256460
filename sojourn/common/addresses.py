"""Knows the addresses that more than one interface must write or recognise.

The paths of public pages are part of Sojourn's interface and do not change.
"""

from __future__ import annotations

import os
from typing import Literal

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

API_PREFIX = "/api/"
# Set by `sojourn serve` for its processes: where it listens, without a slash at the end.
LISTENS_ON = "SOJOURN_LISTENS_ON"

PageKind = Literal["opportunity", "institution", "country", "course", "guide", "contacts"]

_PAGE_PATHS: dict[PageKind, str] = {
    "opportunity": "opportunities/{slug}/",
    "institution": "institutions/{slug}/",
    "country": "countries/{slug}/",
    "course": "courses/{slug}/",
    "guide": "guide/{slug}/",
    "contacts": "contacts/",
}


def is_api_path(path: str) -> bool:
    """Whether programs read this address, so that errors are problem details, not pages."""
    return path.startswith(API_PREFIX)


def site_url(request: HttpRequest) -> str:
    """Where this installation is reached, without a slash at the end."""
    configured: str = settings.SITE_URL
    if configured:
        return configured
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        # The page that refuses a foreign name must not repeat it, nor fail over it.
        return ""


def site_root() -> str:
    """Where this installation is reached, for mail and other work outside of a request."""
    configured: str = settings.SITE_URL
    return configured or os.environ.get(LISTENS_ON, "http://127.0.0.1:8000")


def page_path(kind: PageKind, slug: str, language: str) -> str:
    """The path of a public page in that language."""
    return f"/{language}/{_PAGE_PATHS[kind].format(slug=slug)}"
