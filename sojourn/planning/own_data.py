"""Everything kept about a student: handed out as plain data, or deleted for good."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.people import audit
from sojourn.people.models import AuditEvent, User
from sojourn.planning.errors import PlanError
from sojourn.planning.fit import weights_of
from sojourn.planning.models import Plan
from sojourn.planning.profile import profile_of
from sojourn.planning.top_five import top_five_of

FORMAT = "sojourn-plan/1"


def export(plan: Plan | None, user: User | None) -> dict[str, Any]:
    """Export everything, in the words of the field, as values that JSON can carry."""
    return {
        "format": FORMAT,
        "account": _account(user),
        "plan": None if plan is None else _plan(plan),
        "events": _events(user),
    }


def delete_plan(plan: Plan) -> None:
    """Delete the plan with everything in it; the trail keeps only that somebody did so."""
    with transaction.atomic():
        if plan.owner is not None:
            audit.record("plan.deleted", actor=plan.owner, about=plan.owner, on=plan)
        plan.delete()


def delete_account(user: User) -> None:
    """Delete a student's account, plan and trail.

    Raises PlanError for staff: the office has to hand over their work first.
    """
    if not user.is_student:
        raise PlanError(
            _(
                "An operator closes an account of the office, so that a colleague can "
                "take over its work."
            )
        )
    with transaction.atomic():
        Plan.objects.filter(owner=user).delete()
        user.delete()


def _account(user: User | None) -> dict[str, Any] | None:
    if user is None:
        return None
    return {
        "mail_address": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "preferred_name": user.preferred_name,
        "role": [held.role for held in user.roles] or "student",
        "language_of_mail": user.language,
        "joined": user.date_joined.isoformat(),
        "last_signed_in": user.last_login.isoformat() if user.last_login else None,
        "european_student_identifier": user.student_identifier or None,
        # Issuer and subject, as the provider has them.
        "single_sign_on": [
            f"{kept.extra_data['iss']} {kept.extra_data['sub']}"
            for kept in SocialAccount.objects.filter(user=user)
        ],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    profile = profile_of(plan)
    return {
        "begun": plan.created_at.isoformat(),
        "changed": plan.updated_at.isoformat(),
        "changes": plan.revision,
        "profile": {
            "programme": profile.programme or None,
            "phase": plan.phase.slug if plan.phase else None,
            "year": profile.year,
            "ects_earned": _text(profile.ects_earned),
            "languages": {known.code: known.level for known in profile.languages},
            "budget_eur": _text(profile.budget),
            "hours_a_week_for_a_language": profile.hours_a_week,
            "citizenship_group": profile.citizenship_group or None,
            "wished_subjects": list(profile.wished_subjects),
            "wished_countries": list(profile.wished_countries),
            "wished_periods": list(profile.wished_periods),
            "wished_kinds": list(profile.wished_kinds),
            "statements": plan.statements,
        },
        "what_matters": weights_of(plan),
        "top_five": [
            {"rank": rank, "place": entry.key, "note": entry.note}
            for rank, entry in enumerate(top_five_of(plan), start=1)
        ],
        "own_costs": [
            {"opportunity": slug, "line": item, "amount_eur": str(amount)}
            for slug, item, amount in plan.own_costs.order_by(
                "opportunity__slug", "item"
            ).values_list("opportunity__slug", "item", "amount")
        ],
        "course_pairs": [
            {"window": window, "opportunity": place, "host": host, "home": home, "wish": kind}
            for window, place, host, home, kind in plan.cover_wishes.order_by("pk").values_list(
                "window__slug",
                "opportunity__slug",
                "host_course__slug",
                "home_course__slug",
                "kind",
            )
        ],
        "dates_feeds": [
            {
                "made": made.isoformat(),
                "withdrawn": withdrawn.isoformat() if withdrawn else None,
            }
            for made, withdrawn in plan.dates_feeds.values_list("created_at", "withdrawn_at")
        ],
        "share_links": [
            {
                "made": made.isoformat(),
                "withdrawn": withdrawn.isoformat() if withdrawn else None,
            }
            for made, withdrawn in plan.share_links.values_list("created_at", "withdrawn_at")
        ],
    }


def _events(user: User | None) -> list[dict[str, Any]]:
    """Export the audit trail about this person, oldest first."""
    if user is None:
        return []
    events = AuditEvent.objects.filter(about=user).order_by("at", "pk")
    return [
        {"at": event.at.isoformat(), "action": event.action, "details": event.details}
        for event in events
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
