"""What the worker cleans up each night."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from sojourn.people import delivery
from sojourn.people.models import MailState, OutboxMail
from sojourn.people.tasks import (
    delete_finished_tasks,
    deliver_mail,
    run_nightly_jobs,
    schedule_nightly_jobs,
)

pytestmark = pytest.mark.django_db


def task_row(path: str, status: TaskResultStatus, age: dt.timedelta) -> DBTaskResult:
    then = timezone.now() - age
    return DBTaskResult.objects.create(
        status=status, task_path=path, args_kwargs={"args": [], "kwargs": {}}, run_after=then,
        started_at=then, finished_at=then, backend_name="default", exception_class_path="",
        traceback="",
    )  # fmt: skip


def test_exactly_one_housekeeping_waits_however_many_workers_start() -> None:
    for _ in range(3):
        schedule_nightly_jobs()
    (waiting,) = DBTaskResult.objects.all()
    assert timezone.now() < waiting.run_after <= timezone.now() + dt.timedelta(days=1)


def test_housekeeping_plans_the_next_one() -> None:
    run_nightly_jobs.call()
    assert DBTaskResult.objects.filter(task_path=run_nightly_jobs.module_path).count() == 1


def test_each_night_the_other_areas_do_what_they_promised() -> None:
    run_nightly_jobs.call()
    paths = set(DBTaskResult.objects.values_list("task_path", flat=True))
    assert set(settings.NIGHTLY_TASKS) <= paths


def test_housekeeping_forgets_expired_sessions_and_keeps_the_others() -> None:
    old, new = SessionStore(), SessionStore()
    old.set_expiry(-1)
    old.save()
    new.save()
    run_nightly_jobs.call()
    assert list(Session.objects.values_list("session_key", flat=True)) == [new.session_key]


def test_finished_work_is_forgotten_after_a_week() -> None:
    done = TaskResultStatus.SUCCESSFUL
    task_row("elsewhere.task", done, dt.timedelta(days=8))
    kept = {
        task_row("elsewhere.task", done, dt.timedelta(days=2)).pk,
        task_row(deliver_mail.module_path, TaskResultStatus.READY, dt.timedelta(days=9)).pk,
    }
    delete_finished_tasks()
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept


def test_mail_whose_task_was_lost_is_sent_after_all() -> None:
    then = timezone.now() - dt.timedelta(hours=1)
    lost = OutboxMail.objects.create(key="lost", subject="Lost", next_try_at=then)
    run_nightly_jobs.call()
    tasks = DBTaskResult.objects.filter(task_path=deliver_mail.module_path)
    assert [task.args_kwargs["args"] for task in tasks] == [[lost.pk]]


def test_what_mail_said_is_forgotten_and_later_that_there_was_one() -> None:
    now = timezone.now()

    def mail(days: int) -> OutboxMail:
        then = now - dt.timedelta(days=days)
        return OutboxMail.objects.create(
            key=f"{days}", subject="Hello", content={"body": "text"}, to=["a@example.org"],
            state=MailState.SENT, sent_at=then, created_at=then,
        )  # fmt: skip

    young, old, oldest = mail(2), mail(20), mail(200)
    delivery.delete_old_mail(now)
    young.refresh_from_db()
    old.refresh_from_db()
    assert (young.content, young.to) == ({"body": "text"}, ["a@example.org"])
    assert (old.content, old.to) == ({}, [])
    assert not OutboxMail.objects.filter(pk=oldest.pk).exists()
