"""Know which workers live, and give back what a dead one held: its tasks and its mails.

Each worker says in a row of its own that it lives. Whether another one died is judged by the clock
of the machine since its start: its row did not change for a while. So neither a clock that is set
nor two machines with different clocks make a living worker dead.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterable

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from sojourn.people.delivery import DELIVER_MAIL
from sojourn.people.models import MailState, OutboxMail, WorkerBeat

logger = logging.getLogger("sojourn.worker")

BEATS_EACH_SECONDS = 5.0
DEAD_AFTER_SECONDS = 25.0
# A worker that has not been heard of for so long is silent, for whoever looks from outside.
SILENT_AFTER = dt.timedelta(seconds=60)
FORGOTTEN_AFTER = dt.timedelta(days=1)
# A task in which so many workers died kills the next one too.
MOST_WORKERS = 3


def beat(worker: str) -> None:
    """Say that this worker lives."""
    now = timezone.now()
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"beat_at": now})
    WorkerBeat.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()


def is_any_alive(now: dt.datetime) -> bool:
    return WorkerBeat.objects.filter(beat_at__gte=now - SILENT_AFTER).exists()


class Watch:
    """Watches the rows of all workers, and tells which of those that hold work are dead."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.seen: dict[str, tuple[dt.datetime | None, float]] = {}
        """By worker: its last row, and when that was first seen."""

    def dead(self, holders: Iterable[str]) -> set[str]:
        rows = dict(WorkerBeat.objects.values_list("worker", "beat_at"))
        now = self.clock()
        seen = {}
        for worker in holders:
            row = rows.get(worker)
            before = self.seen.get(worker)
            seen[worker] = before if before and before[0] == row else (row, now)
        self.seen = seen
        return {
            worker for worker, (_row, since) in seen.items() if now - since >= DEAD_AFTER_SECONDS
        }


def give_back_lost_work(watch: Watch) -> int:
    """Put back into the queue what dead workers began and never finished. Return how many."""
    running = list(DBTaskResult.objects.running().only("pk", "worker_ids"))
    holders = {task.pk: task.worker_ids[-1] if task.worker_ids else "" for task in running}
    dead = watch.dead(set(holders.values()))
    given_back = 0
    for pk, worker in holders.items():
        if worker in dead:
            given_back += _give_back(pk, worker)
    return given_back


@transaction.atomic
def _give_back(pk: uuid.UUID, worker: str) -> int:
    task = DBTaskResult.objects.select_for_update().running().filter(pk=pk).first()
    if task is None or (task.worker_ids or [""])[-1] != worker:
        return 0  # it was finished, or begun again, in this very moment
    if task.task_path == DELIVER_MAIL:
        # The claim was that worker's; whether the mail left nobody knows (see delivery).
        OutboxMail.objects.filter(pk__in=task.args_kwargs["args"], state=MailState.SENDING).update(
            state=MailState.WAITING, claimed_at=None
        )
    if len(task.worker_ids) >= MOST_WORKERS:
        logger.error("gave up the task %s: %d workers died in it", task.task_path, MOST_WORKERS)
        task.status = TaskResultStatus.FAILED
        task.finished_at = timezone.now()
    else:
        logger.warning("a worker died; its task %s is run again", task.task_path)
        task.status = TaskResultStatus.READY
        task.started_at = None
    task.save(update_fields=["status", "started_at", "finished_at"])
    return 1


class Heartbeat(threading.Thread):
    """Says that this worker lives, and looks after what others left, beside the task in hand."""

    def __init__(self, worker: str, alive: Callable[[], None]) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.worker = worker
        self.alive = alive

    def run(self) -> None:
        watch = Watch()
        next_beat = 0.0
        while True:
            self.alive()
            if time.monotonic() >= next_beat:
                next_beat = time.monotonic() + BEATS_EACH_SECONDS
                try:
                    beat(self.worker)
                    give_back_lost_work(watch)
                except DatabaseError as error:
                    # The worker itself says more; here it is enough to try again.
                    logger.warning("no sign of life: %s", type(error).__name__)
                    connection.close()
            time.sleep(1)
