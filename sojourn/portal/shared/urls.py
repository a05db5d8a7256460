"""Paths of the pages that other pages link to, with their queries and anchors."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from sojourn.common.urls import url_for


def home() -> str:
    return url_for("portal:home")


def opportunities(query: str = "") -> str:
    return url_for("portal:opportunities") + (f"?{query}" if query else "")


def opportunities_with(**parameters: str) -> str:
    return opportunities(urlencode(parameters))


def opportunity(slug: str) -> str:
    return url_for("portal:opportunity", slug)


def opportunity_deadlines(slug: str) -> str:
    return url_for("exchange:opportunity_deadlines", slug)


def institutions() -> str:
    return url_for("portal:institutions")


def institution(slug: str) -> str:
    return url_for("portal:institution", slug)


def country(code: str) -> str:
    return url_for("portal:country", code)


def course(slug: str) -> str:
    return url_for("portal:course", slug)


def advice() -> str:
    return url_for("advice:overview")


def guides() -> str:
    return url_for("portal:guides")


def guide(slug: str) -> str:
    return url_for("portal:guide", slug)


def world() -> str:
    return url_for("portal:map")


def most_like_home(programme: str = "") -> str:
    return url_for("portal:most-like-home") + (f"?programme={programme}" if programme else "")


def contacts(slug: str = "") -> str:
    return url_for("portal:contacts") + (f"#{slug}" if slug else "")


def walk_in_calendar(slug: str = "") -> str:
    return url_for("exchange:contact_walk_in", slug) if slug else url_for("exchange:walk_in")


def all_deadlines() -> str:
    return url_for("exchange:deadlines")


def plan() -> str:
    return url_for("plan:overview")


def add_to_top_five(key: str) -> str:
    """`key` is an opportunity's slug or a country's code."""
    return url_for("plan:offer", key)


def ask(kind: str = "", slug: str = "") -> str:
    """Where a question is asked; about an opportunity, an institution or a guide if named."""
    return url_for("questions:ask") + (f"?{kind}={slug}" if kind else "")


def ask_to_connect(opportunity: str, role: str) -> str:
    """Where the office is asked to bring a student to somebody who knows the place."""
    return f"{ask('opportunity', opportunity)}&connect={role}"


def write_to(kind: str, slug: str) -> str:
    """Where one writes to a contact ('person') or to the author of a report; after signing in."""
    return url_for("experiences:write", kind, slug)


def sign_in(then: str) -> str:
    """Return the sign-in page, which leads on to `then`."""
    return url_for("account_login") + f"?next={quote(then)}"
