"""One reminder and no second; the log of who wrote to whom ends when it was said to."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from sojourn.catalogue.models import Edition, Opportunity
from sojourn.experiences import invitations, messages, retention, stopping, writing
from sojourn.experiences.models import Correspondent, Message, ReportInvitation
from sojourn.experiences.tasks import run_nightly_jobs
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.experiences.conftest import PLACE


@pytest.fixture
def invitation(coordinator: User) -> ReportInvitation:
    place = Opportunity.objects.get(slug=PLACE)
    invitations.invite(coordinator, ["cem@example.org"], place, "nl")
    return ReportInvitation.objects.get()


def remind_after(days: int) -> int:
    return invitations.remind(timezone.now() + dt.timedelta(days=days))


def reminders() -> int:
    return OutboxMail.objects.filter(key__startswith="report-reminder:").count()


def test_after_three_weeks_there_is_one_reminder_and_never_another(
    invitation: ReportInvitation,
) -> None:
    assert remind_after(20) == 0
    assert remind_after(22) == 1
    for days in (22, 23, 45, 300):
        assert remind_after(days) == 0
    mail = OutboxMail.objects.get(key=f"report-reminder:{invitation.pk}")
    assert mail.to == ["cem@example.org"]
    assert mail.is_secret
    assert mail.subject.startswith("Onze enige herinnering")
    assert "/nl/experiences/stop-inviting/" in mail.content["headers"]["List-Unsubscribe"]


def test_nobody_is_reminded_who_began_said_no_or_stopped(invitation: ReportInvitation) -> None:
    place = invitation.opportunity
    by = invitation.invited_by
    assert by is not None
    invitations.invite(by, ["dunya@example.org", "eli@example.org", "fay@example.org"], place, "en")
    of = {each.email.partition("@")[0]: each for each in ReportInvitation.objects.all()}
    writing.begin_invited(of["cem"])
    invitations.decline(of["dunya"], "")
    stopping.stop_address("eli@example.org")
    invitations.close_invitation(by, of["fay"])
    assert remind_after(22) == 0
    assert reminders() == 0


def test_a_reminder_that_is_months_late_is_not_sent(invitation: ReportInvitation) -> None:
    assert remind_after(60) == 0


def test_the_edition_states_when(invitation: ReportInvitation) -> None:
    Edition.objects.update(remind_report_days=7)
    assert remind_after(8) == 1


def test_the_log_forgets_after_a_year(anna: User, supervisor: Correspondent) -> None:
    sent = messages.send_message(
        anna, supervisor, messages.NewMessage(uuid.uuid4(), "Cold?", "Anna"), "x"
    )
    messages.send_answer(sent, messages.NewMessage(uuid.uuid4(), "Yes.", "Sven"))
    now = timezone.now()
    assert retention.delete_old_messages(now + dt.timedelta(days=364)) == 0
    assert Message.objects.count() == 2
    assert retention.delete_old_messages(now + dt.timedelta(days=366)) == 2
    assert not Message.objects.exists()
    trail = AuditEvent.objects.filter(object_type="experiences.message")
    assert trail.count() == 2
    for event in trail:
        assert (event.actor, event.about, event.details) == (None, None, {})


def test_the_night_s_task_may_run_twice(invitation: ReportInvitation) -> None:
    ReportInvitation.objects.update(invited_at=timezone.now() - dt.timedelta(days=25))
    for _twice in range(2):
        run_nightly_jobs.call()
    assert reminders() == 1
