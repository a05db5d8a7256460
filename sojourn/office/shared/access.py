"""The door of the office."""

from __future__ import annotations

from collections.abc import Callable

from sojourn.common.view_marks import RateLimit, private_page, rate_limited
from sojourn.people.permissions import P, PageRule, View, open_to, signed_in_person


def office_page(rule: PageRule) -> Callable[[View[P]], View[P]]:
    """Mark a page of the office: nobody keeps a copy, and the rule says who may open it."""

    def decorate(view: View[P]) -> View[P]:
        return private_page(rate_limited(RateLimit.NONE)(open_to(rule)(view)))

    return decorate


who = signed_in_person
