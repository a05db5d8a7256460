"""Delete students' accounts that nobody uses any more and about which nothing else is kept.

What the office works with has its own time (`retention` of each area); an account stays until all
of that is gone. A month before the account goes, its owner gets a mail: signing in keeps it.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.advising.models import Appointment, Question, SelfArrangedPlace, Ticket
from sojourn.catalogue.keeping import Kind, Rows, days_of
from sojourn.common.urls import url_for
from sojourn.experiences.models import Report
from sojourn.mobility import personal_data
from sojourn.mobility.models import Stay
from sojourn.people import audit, outbox
from sojourn.people.access import has_confirmed_address
from sojourn.people.models import AuditEvent, User
from sojourn.people.outbox import Letter, Link
from sojourn.selection.models import Application

NOTICE = dt.timedelta(days=30)
TOLD = "account.told_that_it_ends"
# The account that a row of casework is about.
_CASEWORK = (
    Appointment.objects.filter(student=OuterRef("pk")),
    Ticket.objects.filter(student=OuterRef("pk")),
    Question.objects.filter(asker=OuterRef("pk")),
    SelfArrangedPlace.objects.filter(student=OuterRef("pk")),
    Application.objects.filter(owner=OuterRef("pk")),
    Report.objects.filter(writer=OuterRef("pk")),
    Stay.objects.filter(student=OuterRef("pk")),
)


def due_accounts(now: dt.datetime) -> tuple[Rows, ...]:
    """Find the accounts whose owner was told a month before, and did not sign in since."""
    told = AuditEvent.objects.filter(
        action=TOLD, about=OuterRef("pk"), at__lte=now - NOTICE, at__gt=OuterRef("seen_at")
    )
    return (_unused(now).filter(Exists(told)),)


def tell(now: dt.datetime) -> int:
    """Write to whose account goes in a month. Return how many there were."""
    told = AuditEvent.objects.filter(action=TOLD, about=OuterRef("pk"), at__gt=OuterRef("seen_at"))
    count = 0
    for user in _unused(now + NOTICE).exclude(Exists(told)):
        with transaction.atomic():
            event = audit.record(TOLD, actor=None, about=user, on=user)
            if has_confirmed_address(user):
                outbox.post(key=f"account-ends:{event.pk}", to=user, write=_letter)
        count += 1
    return count


def delete_unused_accounts(now: dt.datetime) -> int:
    """Delete the accounts that are due. Return how many."""
    (due,) = due_accounts(now)
    deleted = 0
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            # Looked at again under the lock: somebody may just have signed in.
            locked = User.objects.select_for_update().filter(pk=number).first()
            if locked is None or not due.filter(pk=number).exists():
                continue
            personal_data.erase(locked, because=personal_data.UNUSED)
            deleted += 1
    return deleted


ACCOUNTS = Kind("accounts", "keep_accounts_days", due_accounts, delete_unused_accounts, "pk")


def _unused(now: dt.datetime) -> Rows:
    oldest = now - dt.timedelta(days=days_of("keep_accounts_days"))
    found = User.objects.filter(is_staff=False, is_demo=False).annotate(
        seen_at=Coalesce("last_login", "date_joined")
    )
    found = found.filter(seen_at__lt=oldest)
    for rows in _CASEWORK:
        found = found.exclude(Exists(rows))
    return found


def _letter() -> Letter:
    days = NOTICE.days
    return Letter(
        subject=_("Your Sojourn account will be deleted"),
        paragraphs=(
            ngettext(
                "Nobody signed in to your Sojourn account for a long time. We delete it in "
                "%(days)d day, with the plan in it.",
                "Nobody signed in to your Sojourn account for a long time. We delete it in "
                "%(days)d days, with the plan in it.",
                days,
            )
            % {"days": days},
            _("To keep it, sign in once. To let it go, you need not do anything."),
        ),
        link=Link(_("Sign in"), url_for("account_login")),
    )
