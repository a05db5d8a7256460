"""What the worker does for people: delivers mail, cleans up each night.

Every task here may run twice without harm: the worker may die after doing its work and before
saying so.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from sojourn.config.locks import one_at_a_time

logger = logging.getLogger("sojourn.tasks")

# Mail holds links that let somebody in, so what was delivered is not kept for long.
KEEP_DELIVERED_MAIL = dt.timedelta(hours=1)
KEEP_FINISHED = dt.timedelta(days=7)
# A task that has run this long belonged to a worker that died; it is run again.
LOST_AFTER = dt.timedelta(hours=1)
HOUSEKEEPING_HOUR = 3
DELIVERY_ATTEMPTS = 6


@task()
def deliver_mail(mail: dict[str, Any], attempt: int = 1) -> None:
    """Hand one mail to the mail server; when it will not take it, try later, ever more seldom."""
    message = EmailMultiAlternatives(
        subject=mail["subject"],
        body=mail["body"],
        from_email=mail["from_email"],
        to=mail["to"],
        cc=mail["cc"],
        bcc=mail["bcc"],
        reply_to=mail["reply_to"],
        headers=mail["headers"],
        connection=get_connection(settings.MAIL_DELIVERY_BACKEND),
    )
    for content, kind in mail["alternatives"]:
        message.attach_alternative(content, kind)
    try:
        message.send()
    except OSError:  # smtplib's errors are OSErrors too
        if attempt >= DELIVERY_ATTEMPTS:
            raise
        wait = dt.timedelta(minutes=2**attempt)
        logger.warning("mail not delivered at attempt %d; again in %s", attempt, wait)
        deliver_mail.using(run_after=timezone.now() + wait).enqueue(mail, attempt + 1)


@task()
def keep_house() -> None:
    """Forget expired sessions and finished tasks, revive lost ones, and plan the next time."""
    call_command("clearsessions", verbosity=0)
    forget_finished_tasks()
    revive_lost_tasks()
    schedule_housekeeping()


def forget_finished_tasks() -> int:
    """Delete what is done: mail soon, the rest after a week. Returns how many."""
    now = timezone.now()
    finished = DBTaskResult.objects.finished()
    mail, _ = finished.filter(
        task_path=deliver_mail.module_path, finished_at__lt=now - KEEP_DELIVERED_MAIL
    ).delete()
    rest, _ = finished.filter(finished_at__lt=now - KEEP_FINISHED).delete()
    return mail + rest


def revive_lost_tasks() -> int:
    """Put back into the queue what a worker began and never finished. Returns how many."""
    lost = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LOST_AFTER)
    return lost.update(status=TaskResultStatus.READY, started_at=None)


def schedule_housekeeping() -> None:
    """See to it that exactly one housekeeping waits: now if a day was missed, else tonight."""
    with one_at_a_time("housekeeping"), transaction.atomic():
        of_this_kind = DBTaskResult.objects.filter(task_path=keep_house.module_path)
        if of_this_kind.filter(status=TaskResultStatus.READY).exists():
            return
        keep_house.using(run_after=_next_night(timezone.now())).enqueue()


def _next_night(now: dt.datetime) -> dt.datetime:
    local = timezone.localtime(now)
    tonight = local.replace(hour=HOUSEKEEPING_HOUR, minute=15, second=0, microsecond=0)
    return tonight if tonight > local else tonight + dt.timedelta(days=1)
