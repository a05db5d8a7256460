"""The door of the office."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from sojourn.common.view_marks import RateLimit, private_page, rate_limited
from sojourn.people.models import User
from sojourn.people.permissions import P, PageRule, View, open_to


def office_page(rule: PageRule) -> Callable[[View[P]], View[P]]:
    """Mark a page of the office: nobody keeps a copy, and the rule says who may open it."""

    def decorate(view: View[P]) -> View[P]:
        return private_page(rate_limited(RateLimit.NONE)(open_to(rule)(view)))

    return decorate


def who(request: HttpRequest) -> User:
    """Name the person behind a request to an office page."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
