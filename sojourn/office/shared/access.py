"""The door of the office."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required

from sojourn.common.view_marks import RateLimit, private_page, rate_limited
from sojourn.people.permissions import P, PageRule, View, open_to, signed_in_person


def office_page(rule: PageRule) -> Callable[[View[P]], View[P]]:
    """Mark a page of the office: nobody keeps a copy, and the rule says who may open it."""

    def decorate(view: View[P]) -> View[P]:
        return private_page(rate_limited(RateLimit.NONE)(open_to(rule)(view)))

    return decorate


def asked_again(view: View[P]) -> View[P]:
    """Ask whoever signed in a while ago to prove who they are before a form of theirs is read.

    What they sent is kept meanwhile.
    """
    marked: View[P] = reauthentication_required(view, allow_get=True)
    return marked


def asked_again_to_see(view: View[P]) -> View[P]:
    """Ask whoever signed in a while ago to prove who they are before a file about people goes."""
    marked: View[P] = reauthentication_required(view)
    return marked


who = signed_in_person
