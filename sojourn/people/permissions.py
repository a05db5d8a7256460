"""Who may open which page. A rule asks about a person; each app has its own beside these.

Every view states its rule with `open_to`. Rules of other apps take a row too: without one they ask
whether there may be any (`may_decide(user)`), with one about that row (`may_decide(user, row)`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve, reverse

from sojourn.people.models import User
from sojourn.people.roles import CIRCLE, DECIDING, SEEING, Role
from sojourn.people.visibility import Casework

Person = User | AnonymousUser
PageRule = Callable[[Person], bool]
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def anybody(user: Person) -> bool:
    """Open to all: it shows what is public, or what the session of this browser holds."""
    return True


def whoever_has_the_link(user: Person) -> bool:
    """Open to all: the secret in the link, or the session that opened it, is the right."""
    return True


def is_signed_in(user: Person) -> bool:
    """Tell whether this is somebody with an account."""
    return user.is_authenticated


def is_student(user: Person) -> bool:
    """Tell whether this is a student's account."""
    return isinstance(user, User) and user.is_student


def is_student_or_visitor(user: Person) -> bool:
    """Open to students, and to visitors, who sign in before anything is written."""
    return not user.is_authenticated or is_student(user)


def may_enter_office(user: Person) -> bool:
    """Tell whether somebody works in the office, for whatever degree programme."""
    return holds(user, SEEING)


def begins_in_office(user: Person) -> bool:
    """Tell whether somebody has a page of the office to begin with."""
    return isinstance(user, User) and bool(user.office_page)


def may_judge_account(user: Person, account: User | None = None) -> bool:
    """Tell whether somebody lets people in and says whose a student number is."""
    return holds(user, DECIDING, account)


def may_edit_catalogue(user: Person) -> bool:
    """Tell whether somebody writes the catalogue: places, courses, guides, words of the search."""
    return isinstance(user, User) and user.has_perm("catalogue.change_edition")


def may_look_after_colleagues(user: Person, colleague: User | None = None) -> bool:
    """Tell whether somebody invites colleagues, ends their accounts and says what they do.

    Of one colleague: only whoever could give every role that they hold, and never of oneself.
    """
    if not holds(user, DECIDING):
        return False
    if colleague is None:
        return True
    return (
        not colleague.is_student
        and colleague.pk != user.pk
        and all(
            may_give_role(user, held.role, held.programme)
            for held in colleague.role_assignments.all()
        )
    )


def may_give_role(user: Person, role: str, programme: str) -> bool:
    """Tell whether somebody gives this role and takes it away, of one programme or of all.

    An operator gives every role; who decides about some programmes gives the others, of those. The
    closed circle takes in its own: nobody else opens where students are to themselves.
    """
    if may_run_installation(user):
        return True
    if role in CIRCLE:
        return isinstance(user, User) and programme in user.units(*CIRCLE)
    return role != Role.OPERATOR and isinstance(user, User) and programme in user.units(*DECIDING)


def may_run_installation(user: Person) -> bool:
    """Tell whether somebody looks after the installation and its mail."""
    return holds(user, {Role.OPERATOR})


def holds(user: Person, roles: Collection[Role], row: Casework | None = None) -> bool:
    """Tell whether somebody holds one of the roles: for any unit, or for the unit of a row."""
    if row is not None:
        return type(row).objects.in_units_of(user, roles).filter(pk=row.pk).exists()
    return isinstance(user, User) and bool(user.units(*roles))


def open_to(rule: PageRule, back: Callable[..., str] | None = None) -> Callable[[View[P]], View[P]]:
    """Open a page to those whom the rule admits.

    A visitor signs in first and comes back to this page, or to the one that `back` names for the
    arguments of the view. Anybody else is refused.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(
            request: HttpRequest, /, *arguments: P.args, **named: P.kwargs
        ) -> HttpResponseBase:
            if rule(request.user):
                return view(request, *arguments, **named)
            if not request.user.is_authenticated:
                return redirect_to_login(back(**named) if back else request.get_full_path())
            raise PermissionDenied

        setattr(wrapped, "rule", rule)  # noqa: B010  # functions have no such field for mypy
        return wrapped

    return decorate


def may_open(user: Person, page: str) -> bool:
    """Tell whether somebody may open the page of this name, by the rule that its view states."""
    return bool(getattr(resolve(reverse(page)).func, "rule")(user))  # noqa: B009


def signed_in_person(request: HttpRequest) -> User:
    """Name who is signed in, on a page that only they may open."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def require(is_allowed: bool) -> None:
    """Refuse the request unless a rule allows it."""
    if not is_allowed:
        raise PermissionDenied
