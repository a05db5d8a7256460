"""Who has begun and not handed in is reminded once; the worker looks, also after it was away."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sojourn.catalogue.models import Edition
from sojourn.common.languages import Text
from sojourn.people.models import OutboxMail, User
from sojourn.selection import applications, calendar, files, reminders, rounds, tasks
from sojourn.selection.drafts import Draft
from sojourn.selection.models import Application, Round
from sojourn.selection.states import RoundState

A_DAY = dt.timedelta(days=1)


@pytest.fixture
def begun(round_: Round, person: Callable[..., User]) -> Application:
    return Application.objects.create(
        round=round_, owner=person("ben", language="nl"), draft=Draft(year=2).to_json()
    )


def reminded() -> list[str]:
    mails = OutboxMail.objects.filter(key__startswith="application-reminder:")
    return sorted(address for mail in mails for address in mail.to)


def test_only_who_has_not_handed_in_is_reminded_and_only_once(
    round_: Round, begun: Application, applicant: Callable[..., Application]
) -> None:
    applicant("anna")
    withdrawn = applicant("cas")
    applications.withdraw(withdrawn, timezone.now())
    due = calendar.reminder_at(round_)
    assert due is not None
    assert due == round_.closes_at - 3 * A_DAY
    assert reminders.remind(round_, due - dt.timedelta(seconds=1)) == 0
    assert reminded() == []
    for _time in range(2):
        reminders.remind(round_, due)
    assert reminded() == ["ben@example.org"]
    mail = OutboxMail.objects.get(key__startswith="application-reminder:")
    assert mail.language == "nl"
    assert "/nl/apply/autumn-2027/form/" in str(mail.content)
    # A later deadline is told by its own note; nobody is reminded a second time.
    Round.objects.filter(pk=round_.pk).update(closes_at=round_.closes_at + A_DAY)
    reminders.remind(round_, due + A_DAY)
    assert len(reminded()) == 1


@pytest.mark.parametrize("change", [{"remind_days_before": 0}, {"state": RoundState.PUBLISHED}])
def test_nobody_is_reminded_where_the_round_says_so_or_is_not_open(
    round_: Round, begun: Application, change: dict[str, object]
) -> None:
    Round.objects.filter(pk=round_.pk).update(**change)
    reminders.remind(round_, round_.closes_at - A_DAY)
    assert reminded() == []


def test_nobody_is_reminded_after_the_end(round_: Round, begun: Application) -> None:
    reminders.remind(round_, round_.closes_at + A_DAY)
    assert reminded() == []


def test_opening_a_round_plans_the_reminder_and_looking_at_it_plans_nothing_more(
    round_: Round, coordinator: User
) -> None:
    Round.objects.filter(pk=round_.pk).update(state=RoundState.PUBLISHED)
    now = timezone.now()
    opened = calendar.follow(Round.objects.get(pk=round_.pk), now)
    assert opened.state == RoundState.OPEN
    planned = DBTaskResult.objects.filter(task_path=tasks.remind_applicants.module_path)
    (task,) = planned
    assert task.run_after == calendar.reminder_at(opened) + dt.timedelta(seconds=1)
    waiting = DBTaskResult.objects.count()
    calendar.follow(opened, now)
    assert DBTaskResult.objects.count() == waiting


def test_each_night_cleans_up_and_catches_up(round_: Round, begun: Application) -> None:
    stray = files.folder() / "ab" / "abandoned.pdf"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"%PDF-")
    os.utime(stray, (0, 0))
    Round.objects.filter(pk=round_.pk).update(closes_at=timezone.now() + A_DAY)
    tasks.run_nightly_jobs.call()
    assert not stray.exists()
    assert reminded() == ["ben@example.org"]
    assert tasks.run_nightly_jobs.module_path in settings.NIGHTLY_TASKS


def test_a_new_round_takes_the_rules_of_the_edition(round_: Round, coordinator: User) -> None:
    def begun_with(slug: str) -> tuple[int, bool, int]:
        made = rounds.draft(
            slug, Text({"en": "New", "nl": "Nieuw"}), "2028-2029", actor=coordinator
        )
        return made.approvals_needed, made.may_accept_and_wait, made.remind_days_before

    Edition.objects.update(
        second_person_approves=False, may_stay_on_the_list=False, answer_days=10,
        remind_application_days=5,
    )  # fmt: skip
    assert begun_with("new-one") == (1, False, 5)
    Edition.objects.update(
        second_person_approves=True, may_stay_on_the_list=True, remind_application_days=0
    )
    assert begun_with("new-two") == (2, True, 0)
    results = dt.datetime(2027, 3, 20, 12, tzinfo=dt.UTC)
    until = timezone.localtime(rounds.answer_by(results))
    assert f"{until:%Y-%m-%d %H:%M}" == "2027-03-30 23:59"  # summer time has begun meanwhile
