"""What every page's template may use: the language, the edition, this page's other addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from sojourn.catalogue.snapshot.service import NoCatalogue, current_snapshot
from sojourn.catalogue.snapshot.types import EditionInfo
from sojourn.common.languages import page_language
from sojourn.common.urls import site_url, url_for
from sojourn.people.models import User
from sojourn.planning.current import may_have_plan
from sojourn.portal.shared import waiting


@dataclass(frozen=True)
class OtherLanguage:
    """This page in another language of the site."""

    code: str
    name: str
    href: str
    """Through the switch, which remembers the choice for the next visit."""
    url: str


def _edition() -> EditionInfo | None:
    """Return the edition, or nothing while there is none: an error page must work without."""
    try:
        return current_snapshot().records.edition
    except NoCatalogue:
        return None


def _waits_for(request: HttpRequest) -> int:
    """Ask once a page, and only for a student; an error page has no user."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_student:
        return 0
    return len(waiting.ids_for(user, timezone.now()))


def _list_href(request: HttpRequest) -> str:
    """Return where a script asks for this person's list; nothing where there is none."""
    has_both = hasattr(request, "user") and hasattr(request, "session")
    return url_for("plan:state") if has_both and may_have_plan(request) else ""


def page(request: HttpRequest) -> dict[str, Any]:
    language = page_language()
    here = request.path
    prefix = url_for("portal:home")
    base: dict[str, Any] = {
        "lang": language,
        "edition": _edition(),
        "waits_for_you": SimpleLazyObject(lambda: _waits_for(request)),
        "list_href": SimpleLazyObject(lambda: _list_href(request)),
    }
    if not here.startswith(prefix):
        return base
    rest = here.removeprefix(prefix)
    query = request.META.get("QUERY_STRING", "")
    asked = f"{rest}?{query}" if query else rest
    site = site_url(request)
    homes = {code: url_for("portal:home", language=code) for code, _name in settings.LANGUAGES}
    return base | {
        "canonical_url": site + here,
        "other_languages": [
            OtherLanguage(
                code,
                name,
                url_for("switch-language", code) + f"?next={quote(homes[code] + asked)}",
                site + homes[code] + rest,
            )
            for code, name in settings.LANGUAGES
            if code != language
        ],
    }
