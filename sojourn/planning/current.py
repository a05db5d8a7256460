"""Whose plan a request is about: the account's, or the one that this visitor's session holds.

No address names a plan, so nobody can ask for somebody else's. A visitor's plan is found by an id
that only the server keeps in the session, and only as long as the plan has no owner.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from sojourn.people.models import User
from sojourn.planning import adoption, study_choice
from sojourn.planning.models import Plan

# Keys of the session.
VISITOR_PLAN = "plan"
# The plan from before signing in, of which a part did not fit into the account's own.
PLAN_FROM_BEFORE = "plan_from_before"


def plan_of(request: HttpRequest) -> Plan | None:
    """Return the plan of the account or session, or None. Writes nothing."""
    if isinstance(request.user, User):
        return Plan.objects.filter(owner=request.user).first()
    return _without_owner(request.session, VISITOR_PLAN)


def plan_for_change(request: HttpRequest) -> Plan:
    """Return the plan of the account or session; make it if there is none."""
    if isinstance(request.user, User):
        plan = Plan.objects.get_or_create(owner=request.user)[0]
    else:
        plan = _without_owner(request.session, VISITOR_PLAN) or _new_plan(request.session)
    study_choice.carry_over(plan, request)
    return plan


def _new_plan(session: SessionBase) -> Plan:
    delete_abandoned_plans()
    plan = Plan.objects.create()
    session[VISITOR_PLAN] = plan.pk
    return plan


def may_have_plan(request: HttpRequest) -> bool:
    """Tell without a query whether there may be a plan: a student's, or one of this session."""
    user = request.user
    return user.is_student if isinstance(user, User) else VISITOR_PLAN in request.session


def delete_abandoned_plans() -> int:
    """Delete visitors' plans that no session can reach any more. Returns how many rows went.

    Done whenever a visitor begins a plan, so that it needs no clock: two lifetimes of a session
    without a change, and nobody holds the key to that plan.
    """
    oldest = timezone.now() - 2 * dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    gone, _of_each = Plan.objects.filter(owner__isnull=True, updated_at__lt=oldest).delete()
    return gone


def earlier_plan(request: HttpRequest) -> Plan | None:
    """Return what this browser planned before signing in and did not fit into the account's."""
    if not isinstance(request.user, User):
        return None
    return _without_owner(request.session, PLAN_FROM_BEFORE)


def delete_earlier_plan(request: HttpRequest) -> None:
    """Delete what was left of the plan from before signing in."""
    plan = earlier_plan(request)
    request.session.pop(PLAN_FROM_BEFORE, None)
    if plan is not None:
        plan.delete()


def keep_plan_when_signing_in(request: HttpRequest | None, user: User, **_signal: Any) -> None:
    """Give the visitor's plan to the account that signs in or up; what does not fit waits."""
    session = getattr(request, "session", None)
    if session is None:
        return
    plan = _without_owner(session, VISITOR_PLAN)
    session.pop(VISITOR_PLAN, None)
    if plan is None:
        return
    rest = adoption.adopt(plan, user)
    if rest is not None:
        session[PLAN_FROM_BEFORE] = rest.pk


def _without_owner(session: SessionBase, key: str) -> Plan | None:
    """Return the plan that the session names, unless it belongs to an account by now."""
    number = session.get(key)
    if not isinstance(number, int):
        return None
    return Plan.objects.filter(pk=number, owner__isnull=True).first()
