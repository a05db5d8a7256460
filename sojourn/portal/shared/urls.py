"""Where each page is, in the language of the page that links to it."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from sojourn.common.languages import page_language


def _under(path: str) -> str:
    # Written out instead of reversed: a list page holds a hundred of them, and the addresses are
    # fixed by contract (a test compares them with the URL configuration).
    return f"/{page_language()}/{path}"


def home() -> str:
    return _under("")


def opportunities(query: str = "") -> str:
    return _under("opportunities/") + (f"?{query}" if query else "")


def opportunities_with(**parameters: str) -> str:
    return opportunities(urlencode(parameters))


def opportunity(slug: str) -> str:
    return _under(f"opportunities/{slug}/")


def opportunity_deadlines(slug: str) -> str:
    return _under(f"opportunities/{slug}/deadlines.ics")


def institutions() -> str:
    return _under("institutions/")


def institution(slug: str) -> str:
    return _under(f"institutions/{slug}/")


def country(code: str) -> str:
    return _under(f"countries/{code}/")


def course(slug: str) -> str:
    return _under(f"courses/{slug}/")


def advice() -> str:
    return _under("advice/")


def guides() -> str:
    return _under("guide/")


def guide(slug: str) -> str:
    return _under(f"guide/{slug}/")


def world() -> str:
    return _under("map/")


def contacts(slug: str = "") -> str:
    return _under("contacts/") + (f"#{slug}" if slug else "")


def walk_in_calendar(slug: str = "") -> str:
    return _under(f"contacts/{slug}/walk-in.ics" if slug else "contacts/walk-in.ics")


def all_deadlines() -> str:
    return _under("deadlines.ics")


def plan() -> str:
    return _under("plan/")


def add_to_top_five(key: str) -> str:
    """`key` is an opportunity's slug or a country's code."""
    return _under(f"plan/top-five/add/{key}/")


def ask(kind: str = "", slug: str = "") -> str:
    """Where a question is asked; about an opportunity, an institution or a guide if named."""
    return _under("questions/ask/") + (f"?{kind}={slug}" if kind else "")


def sign_in(then: str) -> str:
    """Return the sign-in page, which leads on to `then`."""
    return _under(f"account/login/?next={quote(then)}")
