"""What every page's template may use: the language, the edition, this page's other addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest

from sojourn.catalogue.snapshot.service import NoCatalogue, current_snapshot
from sojourn.catalogue.snapshot.types import EditionInfo
from sojourn.common.addresses import site_url
from sojourn.portal.shared.formatting import page_language

OTHER = {"en": "nl", "nl": "en"}


def _edition() -> EditionInfo | None:
    """Return the edition, or nothing while there is none: an error page must work without."""
    try:
        return current_snapshot().records.edition
    except NoCatalogue:
        return None


def page(request: HttpRequest) -> dict[str, Any]:
    language = page_language()
    here = request.path
    prefix = f"/{language}/"
    base: dict[str, Any] = {"lang": language, "edition": _edition()}
    if not here.startswith(prefix):
        return base
    there = f"/{OTHER[language]}/{here.removeprefix(prefix)}"
    query = request.META.get("QUERY_STRING", "")
    then = f"{there}?{query}" if query else there
    site = site_url(request)
    return base | {
        # Through the switch, which remembers the choice for the next visit.
        "alternate_url": f"/language/{OTHER[language]}/?next={quote(then)}",
        "canonical_url": site + here,
        "alternate_full_url": site + there,
    }
