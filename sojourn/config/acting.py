"""Keeps whoever may not act yet from everything but their own plan, whatever the route.

The rule is `catalogue.acting`. It is asked here for every form of the site, so that a new one is
kept too, unless it is named below as a thing that concerns nobody else.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from sojourn.catalogue.acting import Hurdle, hurdle
from sojourn.common.view_marks import marks_of
from sojourn.config.second_step import ACCOUNT_PAGES
from sojourn.people.models import User
from sojourn.people.permissions import whoever_has_the_link

# One's own: the plan with its costs and top five, and the account.
OWN = ("plan:", *ACCOUNT_PAGES)
# Taking back, ending and looking up what is one's own; the walk-in queue is open to anybody and has
# a rule of its own.
OWN_PAGES = frozenset(
    {
        "advice:cancel", "advice:stop-waiting", "advice:queue", "advice:queue-leave",
        "apply:withdraw", "results:give-up", "results:take-back",
        "questions:likely", "questions:settle",
        "self-arranged:known", "self-arranged:withdraw",
        "experiences:take-back", "experiences:delete", "experiences:remove-photo",
        "stays:whereabouts", "stays:arrived", "stays:back",
    }
)  # fmt: skip
# Writing to the office needs a confirmed address, and no more.
TO_THE_OFFICE = frozenset({"questions:ask", "questions:thread"})
# Pages with a form that is long to fill in: they say at once that it could not be sent.
FORMS = frozenset(
    {
        "advice:book", "advice:wait", "apply:begin", "self-arranged:new", "questions:ask",
        "experiences:begin", "experiences:write",
    }
)  # fmt: skip


class ActingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Answer a form of somebody who may not send it with what they can do."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not marks_of(view).is_private or not acts(name, view):
            return None
        if request.method in ("GET", "HEAD", "OPTIONS") and name not in FORMS:
            return None
        user = request.user
        if not isinstance(user, User) or not user.is_student:
            return None
        found = hurdle(user)
        if found is None or (found is not Hurdle.ADDRESS and name in TO_THE_OFFICE):
            return None
        return render(
            request,
            "portal/shared/templates/errors/not-yet.html",
            {"hurdle": found.value, "address": user.email},
            status=403,
        )


def acts(name: str, view: object) -> bool:
    """Tell whether a form of this page may concern somebody else.

    A secret link from a mail is a right by itself, whoever is signed in.
    """
    if name.startswith(OWN) or name in OWN_PAGES:
        return False
    return getattr(view, "rule", None) is not whoever_has_the_link
