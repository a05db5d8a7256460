"""Work that a worker held when it died is done by another one; what a living one does is not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from sojourn.people import workers
from sojourn.people.models import MailState, OutboxMail, WorkerBeat
from sojourn.people.tasks import deliver_mail

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def task_of(*worker_ids: str, path: str = "elsewhere.task", args: object = ()) -> DBTaskResult:
    now = timezone.now()
    return DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING, task_path=path, worker_ids=list(worker_ids),
        args_kwargs={"args": list(args), "kwargs": {}}, run_after=now, started_at=now,  # type: ignore[call-overload]
        backend_name="default", exception_class_path="", traceback="",
    )  # fmt: skip


def status(task: DBTaskResult) -> str:
    task.refresh_from_db()
    return task.status


def test_the_tasks_of_a_dead_worker_are_run_again_and_those_of_a_living_one_are_not(
    clock: Clock,
) -> None:
    lost, busy, unknown = task_of("dead"), task_of("alive"), task_of("never-seen")
    watch = workers.Watch(clock)
    workers.beat("dead")
    for _ in range(3):
        workers.beat("alive")
        assert workers.give_back_lost_work(watch) == 0
        clock.now += workers.DEAD_AFTER_SECONDS / 3
    workers.beat("alive")
    assert workers.give_back_lost_work(watch) == 2
    ready, running = TaskResultStatus.READY, TaskResultStatus.RUNNING
    assert (status(lost), status(busy), status(unknown)) == (ready, running, ready)


def test_a_mail_in_the_hands_of_a_dead_worker_is_sent_by_the_next(clock: Clock) -> None:
    mail = OutboxMail.objects.create(
        key="k", subject="s", state=MailState.SENDING, claimed_at=timezone.now(), attempts=1
    )
    other = OutboxMail.objects.create(
        key="l", subject="s", state=MailState.SENDING, claimed_at=timezone.now(), attempts=1
    )
    task_of("dead", path=deliver_mail.module_path, args=[mail.pk])
    watch = workers.Watch(clock)
    workers.give_back_lost_work(watch)
    clock.now += workers.DEAD_AFTER_SECONDS
    workers.give_back_lost_work(watch)
    mail.refresh_from_db()
    other.refresh_from_db()
    assert (mail.state, mail.claimed_at) == (MailState.WAITING, None)
    assert other.state == MailState.SENDING


def test_a_clock_that_jumps_kills_nobody(clock: Clock) -> None:
    workers.beat("alive")
    task = task_of("alive")
    watch = workers.Watch(clock)
    workers.give_back_lost_work(watch)
    WorkerBeat.objects.update(beat_at=timezone.now() - dt.timedelta(hours=5))
    clock.now += workers.DEAD_AFTER_SECONDS + 1
    assert workers.give_back_lost_work(watch) == 0
    assert status(task) == TaskResultStatus.RUNNING


def test_a_task_that_kills_every_worker_is_given_up(clock: Clock) -> None:
    task = task_of("one", "two", "three")
    watch = workers.Watch(clock)
    workers.give_back_lost_work(watch)
    clock.now += workers.DEAD_AFTER_SECONDS
    workers.give_back_lost_work(watch)
    assert status(task) == TaskResultStatus.FAILED
    assert task.finished_at is not None


def test_whether_any_worker_lives() -> None:
    assert not workers.is_any_alive(timezone.now())
    workers.beat("one")
    assert workers.is_any_alive(timezone.now())
    assert not workers.is_any_alive(timezone.now() + 2 * workers.SILENT_AFTER)


def test_old_signs_of_life_are_forgotten() -> None:
    WorkerBeat.objects.create(
        worker="old", beat_at=timezone.now() - workers.FORGOTTEN_AFTER - dt.timedelta(minutes=1)
    )
    workers.beat("new")
    assert [beat.worker for beat in WorkerBeat.objects.all()] == ["new"]
