"""Decorators by which a view says who it is for, how often it may be asked, and what is logged.

The request log and the rate limit read these marks from the view that a path resolves to; a test
fails for a route whose view carries none. Marks survive other decorators in any order, as
`functools.wraps` copies them outwards.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.cache import patch_vary_headers

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponse)
V = TypeVar("V", bound=Callable[..., HttpResponseBase])
AnyView = Callable[..., HttpResponseBase]

_MARKS = "_sojourn_marks"
_PUBLIC_PAGE = "_sojourn_public_page"


class RateLimit(StrEnum):
    """A budget of requests; `settings.RATE_LIMITS` says how large each is."""

    SEARCH = "search"
    """Searches: a GET with a search text, and every POST."""
    FORMS = "forms"
    """Forms that visitors without an account can send."""
    WALK_IN = "walk-in"
    """Numbers of the walk-in queue: few an hour, wrong codes included."""
    PLAN = "plan"
    """Changes to what is a student's own; a slider saves several times a minute."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ViewMarks:
    """What a view says about itself; None where it says nothing."""

    is_private: bool | None = None
    limit: RateLimit | None = None
    is_path_logged: bool | None = None
    """The path is written to the request log; otherwise only the route, without ids and keys."""
    bytes_of_files: int = 0
    """How much room the files take that may come with its form; a body is refused beyond it."""
    person: Callable[..., int | None] | None = None
    """Finds the account whose data it shows, from its arguments: who reads it is noted."""
    lists_people: bool = False
    """It shows a list of people: who reads it is noted with the name of the list."""
    why_sign_in: Callable[..., str] | None = None
    """Says why it asks a visitor to sign in, from its arguments."""


NO_MARKS = ViewMarks()


def marks_of(view: object) -> ViewMarks:
    marks = getattr(view, _MARKS, NO_MARKS)
    return marks if isinstance(marks, ViewMarks) else NO_MARKS


def private_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Mark a view whose answer is for one person.

    No cache keeps the answer, on the way or in the browser, no search engine lists it, its path
    is not logged, and forms sent to it count as changes to one's own plan unless it is
    `rate_limited` in another way.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, /, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
        response = view(request, *arguments, **named)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        patch_vary_headers(response, ("Cookie",))
        return response

    marks = marks_of(view)
    limit = marks.limit or RateLimit.PLAN
    return _marked(wrapped, replace(marks, is_private=True, limit=limit, is_path_logged=False))


def public_view(view: V) -> V:
    """Mark a view that shows nothing private, made anew at each request."""
    marks = marks_of(view)
    limit = marks.limit or RateLimit.NONE
    return _marked(view, replace(marks, is_private=False, limit=limit, is_path_logged=True))


def public_page(
    view: Callable[Concatenate[HttpRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R]:
    """Mark a view whose page may be kept whole and given to every visitor without a session.

    What it shows may depend on the catalogue, the address, the language and whether htmx asked;
    not on who asks. Time may matter to the minute, no closer.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return mark_public_page(view(request, *args, **kwargs))

    return public_view(wrapped)


def rate_limited(limit: RateLimit) -> Callable[[V], V]:
    """Mark a view with the budget that its requests count towards."""

    def mark(view: V) -> V:
        return _marked(view, replace(marks_of(view), limit=limit))

    return mark


def takes_files(size: int) -> Callable[[V], V]:
    """Mark a view whose form brings files of so many bytes in all."""

    def mark(view: V) -> V:
        return _marked(view, replace(marks_of(view), bytes_of_files=size))

    return mark


def about_person(model: type[Model], account: str, argument: str) -> Callable[[V], V]:
    """Mark a view that shows the data of one person, so that who reads it is noted.

    The argument of the view names a row of the model; the lookup leads from there to the account.
    An empty one leads to nobody: then the page alone is noted, as it is for a person without one.
    """

    def find(**arguments: object) -> int | None:
        if not account:
            return None
        has_uuid = any(field.name == "uuid" for field in model._meta.concrete_fields)
        row = {"uuid" if has_uuid else "pk": arguments[argument]}
        found = model._base_manager.filter(**row).values_list(account, flat=True).first()
        return found if isinstance(found, int) else None

    def mark(view: V) -> V:
        return _marked(view, replace(marks_of(view), person=find))

    return mark


def lists_people(view: V) -> V:
    """Mark a view that shows many people, so that who reads the list is noted."""
    return _marked(view, replace(marks_of(view), lists_people=True))


def signing_in_is_for(reason: Callable[..., str]) -> Callable[[V], V]:
    """Mark a view with why it asks visitors to sign in, made of the arguments in its address."""

    def mark(view: V) -> V:
        return _marked(view, replace(marks_of(view), why_sign_in=reason))

    return mark


def mark_public_page(response: R) -> R:
    """Mark an answer as a page for everybody, which may be kept."""
    setattr(response, _PUBLIC_PAGE, True)
    return response


def is_public_page(response: HttpResponseBase | None) -> bool:
    return getattr(response, _PUBLIC_PAGE, False) is True


def marked(
    routes: Collection[URLPattern | URLResolver],
    mark: Callable[[AnyView], AnyView],
    limit: RateLimit,
    other_limits: Mapping[str, RateLimit] | None = None,
) -> list[URLPattern | URLResolver]:
    """Copy a package's routes with their views marked; `other_limits` goes by a route's name."""
    others = other_limits or {}
    return [
        URLResolver(
            route.pattern,
            marked(route.url_patterns, mark, limit, others),
            route.default_kwargs,
            route.app_name,
            route.namespace,
        )
        if isinstance(route, URLResolver)
        else URLPattern(
            route.pattern,
            rate_limited(others.get(route.name or "", limit))(mark(route.callback)),
            route.default_args,
            route.name,
        )
        for route in routes
    ]


def _marked(view: V, marks: ViewMarks) -> V:
    setattr(view, _MARKS, marks)
    return view
