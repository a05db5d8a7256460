"""Accounts that nobody uses go in their time, after a mail, and only once nothing else is kept."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from sojourn.catalogue.models import Edition
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.mobility import personal_data, unused_accounts
from sojourn.mobility.models import AgreementVersion, Stay, StayAgreement
from sojourn.mobility.states import VersionState
from sojourn.mobility.tasks import run_nightly_jobs
from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.people.roles import Role
from sojourn.planning.models import Plan
from tests.mobility.conftest import student
from tests.support.accounts import account
from tests.support.keeping import stand

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = dt.timedelta(days=1)


def unused(email: str, days: int, **fields: object) -> User:
    """An account whose owner was last here so many days ago."""
    made = account(email, password="a long pass phrase", **fields)
    User.objects.filter(pk=made.pk).update(last_login=NOW - days * DAY)
    return made


def told(user: User, days: int) -> None:
    unused_accounts.tell(NOW)
    AuditEvent.objects.filter(action=unused_accounts.TOLD, about=user).update(at=NOW - days * DAY)


def test_a_month_before_it_goes_its_owner_gets_one_mail(leiden: Snapshot) -> None:
    quiet, recent = unused("quiet@example.org", 1066), unused("recent@example.org", 1064)
    assert unused_accounts.tell(NOW) == 1
    assert unused_accounts.tell(NOW) == 0
    mail = OutboxMail.objects.get(key__startswith="account-ends:")
    assert (mail.receiver, mail.subject) == (quiet, "Your Sojourn account will be deleted")
    assert recent.pk


def test_it_goes_after_the_editions_days_with_its_plan(leiden: Snapshot) -> None:
    quiet = unused("quiet@example.org", 1096)
    Plan.objects.create(owner=quiet)
    assert unused_accounts.delete_unused_accounts(NOW) == 0, "nobody wrote to them"
    told(quiet, 29)
    assert unused_accounts.delete_unused_accounts(NOW) == 0, "they have a month"
    told(quiet, 30)
    assert unused_accounts.delete_unused_accounts(NOW) == 1
    assert not User.objects.exists()
    assert not Plan.objects.exists()
    event = AuditEvent.objects.get(action="account.erased")
    assert (event.about, event.details) == (None, {"why": "unused"})


def test_whoever_signs_in_after_the_mail_keeps_it(leiden: Snapshot) -> None:
    quiet = unused("quiet@example.org", 1096)
    told(quiet, 30)
    User.objects.update(last_login=NOW)
    assert unused_accounts.delete_unused_accounts(NOW) == 0
    # Three years later they are told anew.
    later = NOW + 1095 * DAY
    assert unused_accounts.delete_unused_accounts(later) == 0
    assert unused_accounts.tell(later) == 1


def test_whoever_never_signed_in_counts_from_the_day_of_the_account(leiden: Snapshot) -> None:
    User.objects.create_user("never@example.org", date_joined=NOW - 1096 * DAY)
    assert unused_accounts.tell(NOW) == 1
    # Nobody confirmed that address, so nobody is written to.
    assert not OutboxMail.objects.exists()
    AuditEvent.objects.update(at=NOW - 30 * DAY)
    assert unused_accounts.delete_unused_accounts(NOW) == 1


def test_an_account_about_which_the_office_keeps_something_stays(stay: Stay, noor: User) -> None:
    User.objects.filter(pk=noor.pk).update(last_login=NOW - 3000 * DAY)
    assert unused_accounts.tell(NOW) == 0
    Stay.objects.all().delete()
    assert unused_accounts.tell(NOW) == 1


def test_a_student_whose_agreement_was_changed_is_erased(stay: Stay, noor: User) -> None:
    agreement, _is_new = StayAgreement.objects.get_or_create(stay=stay)
    first = AgreementVersion.objects.create(
        agreement=agreement, number=1, state=VersionState.RECALLED, ended_at=NOW
    )
    AgreementVersion.objects.create(agreement=agreement, number=2, before=first)
    personal_data.erase(noor)
    assert not AgreementVersion.objects.exists()
    assert not User.objects.filter(pk=noor.pk).exists()


def test_colleagues_and_demonstration_accounts_stay(leiden: Snapshot) -> None:
    unused("carla@example.org", 3000, kind=Role.COORDINATOR)
    unused("demo@example.org", 3000, is_demo=True)
    assert unused_accounts.tell(NOW) == 0


def test_the_edition_says_how_long(leiden: Snapshot) -> None:
    Edition.objects.update(keep_accounts_days=400)
    student("new@example.org")
    quiet = unused("quiet@example.org", 401)
    told(quiet, 30)
    stand(unused_accounts.ACCOUNTS)
    run_nightly_jobs.call()
    assert list(User.objects.values_list("email", flat=True)) == ["new@example.org"]
