"""Who may enter the office: coordinators and operators, signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from sojourn.common.view_marks import RateLimit, private_page, rate_limited
from sojourn.people.models import Role, User
from sojourn.selection.models import Reviewer

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def may_enter(user: object) -> bool:
    """Whether somebody works here."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.role in (Role.COORDINATOR, Role.OPERATOR)
    )


def office_page(view: View[P]) -> View[P]:
    """The page is for the office alone; whoever is not signed in is asked to, then comes back."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may_enter(request.user):
            raise PermissionDenied
        return view(request, *arguments, **named)

    return private_page(rate_limited(RateLimit.NONE)(wrapped))


def operator_page(view: View[P]) -> View[P]:
    """The page is for those who run the installation."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
        if not is_operator(request.user):
            raise PermissionDenied
        return view(request, *arguments, **named)

    return office_page(wrapped)


def is_operator(user: object) -> bool:
    """Whether somebody runs the installation."""
    return isinstance(user, User) and may_enter(user) and user.role == Role.OPERATOR


def is_reviewer(user: object) -> bool:
    """Whether somebody reviews in some round; that alone opens nothing else of the office."""
    return isinstance(user, User) and Reviewer.objects.filter(user=user).exists()


def who(request: HttpRequest) -> User:
    """Who is behind a request to an office page."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
