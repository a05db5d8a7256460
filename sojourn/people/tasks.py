"""The worker's tasks for people: deliver mail, run the nightly jobs.

Every task here may run twice without harm: the worker may die after doing its work and before
recording it.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from sojourn import scheduling
from sojourn.common.locks import one_at_a_time
from sojourn.people import delivery, security_log, sessions, shared_counts, sign_in_limits
from sojourn.people.models import MailState

KEEP_FINISHED = dt.timedelta(days=7)
NIGHTLY_HOUR = 3


@task()
def deliver_mail(number: int) -> None:
    """Send one mail of the outbox; when the mail server refuses it for now, try later."""
    mail = delivery.claim(number, timezone.now())
    if mail is None:
        return
    delivery.send(mail)
    if mail.state == MailState.WAITING:
        deliver_mail.using(run_after=mail.next_try_at).enqueue(number)


@task()
def run_nightly_jobs() -> None:
    """Delete expired sessions and finished tasks, find lost mail, schedule the next night.

    What other areas do each night (`settings.NIGHTLY_TASKS`) is put into the queue: people knows
    nothing of them.
    """
    call_command("clearsessions", verbosity=0)
    sessions.forget_ended_sessions()
    sign_in_limits.delete_old()
    shared_counts.delete_old()
    delete_finished_tasks()
    delivery.delete_old_mail(timezone.now())
    security_log.delete_old_events(timezone.now())
    for number in delivery.find_overdue(timezone.now()):
        deliver_mail.enqueue(number)
    for path in settings.NIGHTLY_TASKS:
        scheduling.enqueue(path)
    schedule_nightly_jobs()


def delete_finished_tasks() -> int:
    """Delete finished tasks after a week. Return how many."""
    finished = DBTaskResult.objects.finished()
    gone, _ = finished.filter(finished_at__lt=timezone.now() - KEEP_FINISHED).delete()
    return gone


def schedule_nightly_jobs() -> None:
    """Schedule the nightly jobs exactly once: now if a day was missed, else tonight."""
    with one_at_a_time("housekeeping"), transaction.atomic():
        of_this_kind = DBTaskResult.objects.filter(task_path=run_nightly_jobs.module_path)
        if of_this_kind.filter(status=TaskResultStatus.READY).exists():
            return
        run_nightly_jobs.using(run_after=_next_night(timezone.now())).enqueue()


def _next_night(now: dt.datetime) -> dt.datetime:
    local = timezone.localtime(now)
    tonight = local.replace(hour=NIGHTLY_HOUR, minute=15, second=0, microsecond=0)
    return tonight if tonight > local else tonight + dt.timedelta(days=1)
