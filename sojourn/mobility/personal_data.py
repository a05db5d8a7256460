"""Everything that is kept about a student in all areas: handed out, or erased."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising import own_data as advising
from sojourn.experiences import own_data as experiences
from sojourn.experiences.models import ReportState
from sojourn.mobility import own_data as mobility
from sojourn.people import audit, delivery, outbox
from sojourn.people.models import User
from sojourn.people.outbox import Letter
from sojourn.planning import own_data as planning
from sojourn.planning.models import Plan
from sojourn.selection import own_data as selection


class Reason(models.TextChoices):
    """Why an account is erased by somebody else than its owner; it stays in the trail."""

    ASKED = "asked", gettext_lazy("The student asked for it")
    LEFT = "left", gettext_lazy("No longer one of our students, and nothing is needed any more")
    MISTAKE = "mistake", gettext_lazy("The account was made by mistake, or twice")


# In the trail only: nobody signed in for as long as the edition says.
UNUSED = "unused"


def export(user: User | None, plan: Plan | None) -> dict[str, Any]:
    """Return everything that is kept about somebody, and about a visitor the plan."""
    return {
        **planning.export(plan, user),
        "advice": None if user is None else advising.export(user),
        "experiences": None if user is None else experiences.export(user),
        "selection": None if user is None else selection.export(user),
        "mobility": None if user is None else mobility.export(user),
    }


def export_for_office(user: User) -> dict[str, Any]:
    """Return what the office may hand out: all but what is the student's alone.

    That is the plan, an application or report that was not submitted, and the trail of both; the
    student finds it in "Your data". How they are reached in an emergency, and what they answered in
    one, is for the emergency team alone.
    """
    found = export(user, None)
    del found["plan"], found["events"], found["mobility"]["incidents"]
    for stay in found["mobility"]["stays"]:
        del stay["reached"], stay["emergency_contacts"], stay["side_trips"]
    for each in found["selection"]["applications"]:
        del each["typed"]
    found["experiences"]["reports"] = [
        each for each in found["experiences"]["reports"] if each["state"] != ReportState.DRAFT
    ]
    return found


def erase(user: User, *, by: User | None = None, because: str = "") -> None:
    """Delete a student's account with everything in it; what was counted stays.

    Seats and times that others could have are released first. `by` is who of the office does so;
    the student then gets a last mail. Raises PlanError for an account of staff.
    """
    number = user.pk
    with transaction.atomic():
        experiences.erase(user)
        advising.erase(user, timezone.now())
        mobility.erase(user)
        selection.erase(user, by=by)
        delivery.delete_mail_of(user)
        if because:
            audit.record("account.erased", actor=by, about=None, on=user, details={"why": because})
        if by is not None:
            outbox.post(key=f"account-erased:{number}", to=user, write=_letter)
        planning.delete_account(user)


def _letter() -> Letter:
    return Letter(
        subject=_("Your account was deleted"),
        paragraphs=(
            _("The office deleted your Sojourn account, with everything that was kept about you."),
            _(
                "What stays is counts, such as how many people applied in a round. They say "
                "nothing about you."
            ),
            _("You did not expect this? Write to the office."),
        ),
    )
