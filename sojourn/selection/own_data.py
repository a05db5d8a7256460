"""What a selection stores about a person: exported as plain data, or erased."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sojourn.people import audit, student_numbers
from sojourn.people.models import User
from sojourn.selection import offers, retention
from sojourn.selection.changes import locked
from sojourn.selection.models import (
    Application,
    MeasuredValue,
    Nomination,
    ReviewAssignment,
    Round,
)
from sojourn.selection.states import ApplicationState, NominationState, RoundState

_NAMED = (NominationState.SENT, NominationState.CONFIRMED)


def export(user: User) -> dict[str, Any]:
    """Export the student number and every application; of reviews only that they were done."""
    number = student_numbers.number_of(user)
    return {
        "student_number": number.number if number else None,
        "student_number_is_confirmed": number is not None and number.is_confirmed,
        "applications": [
            _application(each)
            for each in user.applications.select_related("round", "programme").order_by("pk")
        ],
        "reviews_done": ReviewAssignment.objects.filter(
            reviewer__user=user, done_at__isnull=False
        ).count(),
    }


def shown_values(application: Application) -> QuerySet[MeasuredValue]:
    """Keep the values that the applicant may see: once their student number is confirmed."""
    return application.values.filter(application__owner__student_number__confirmed_at__isnull=False)


def hides_points(application: Application) -> bool:
    """Tell whether its points come from values that the applicant may not see yet."""
    return application.values.exists() and not shown_values(application).exists()


def erase(user: User, *, by: User | None = None) -> None:
    """Leave every round, so that a seat goes on at once; and delete the applications.

    What a round counts stays. Call it in the transaction that deletes the account: the files go
    once that is certain. `by` is who of the office does so.
    """
    with transaction.atomic():
        _leave_rounds(user, by or user)
        rounds = Round.objects.filter(applications__owner=user).order_by("pk")
        for round_ in rounds:
            retention.delete(locked(round_), user.applications.filter(round=round_))


def _leave_rounds(user: User, actor: User) -> None:
    """Leave in the order of the rounds, so that two deletions never wait in a circle."""
    running = user.applications.filter(
        round__state=RoundState.RESULTS, state=ApplicationState.SUBMITTED
    )
    for application in running.select_related("round", "owner").order_by("round_id"):
        named = Nomination.objects.filter(
            offer__application=application, state__in=_NAMED
        ).select_related("offer__opportunity")
        keys = [each.offer.opportunity.key for each in named]
        offers.leave(application, actor=actor)
        # The trail about the account goes with it; the office must still know whom to tell.
        audit.record(
            "round.applicant_deleted",
            actor=None,
            about=None,
            on=application.round,
            details={"code": application.code, "nominated": keys},
        )


def _application(application: Application) -> dict[str, Any]:
    return {
        "round": application.round.slug,
        "code": application.code,
        "state": application.state,
        "handed_in": application.submitted_at.isoformat() if application.submitted_at else None,
        "programme": application.programme.slug if application.programme else None,
        "year": application.year,
        "languages": application.languages,
        "typed": application.draft,
        "choices": [
            {"rank": rank, "place": key, "motivation": motivation}
            for rank, key, motivation in application.choices.values_list(
                "rank", "opportunity__key", "motivation"
            )
        ],
        "answers": [
            {"question": answer.question.text, "answer": answer.text}
            for answer in application.answers.select_related("question")
        ],
        "referees": list(application.referees.values("name", "email", "relation")),
        "documents": [
            {"kind": each.kind, "name": each.name, "bytes": each.size, "sha256": each.sha256}
            for each in application.documents.all()
        ],
        # What came by a number is shown to whoever is known to have that number.
        "values": [
            {"criterion": code, "value": str(value)}
            for code, value in shown_values(application).values_list("criterion__code", "value")
        ],
        "scores": [
            {"criterion": code, "points": points}
            for code, points in application.reviews.filter(scores__isnull=False).values_list(
                "scores__criterion__code", "scores__points"
            )
        ],
    }
