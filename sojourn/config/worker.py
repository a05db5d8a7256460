"""Runs the waiting tasks: mail, housekeeping."""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType
from typing import Any

from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from sojourn.config.processes import STARTED_BY, die_with_parent, sign_of_life

logger = logging.getLogger("sojourn.worker")

# How long the worker sleeps when nothing waits: also the longest it takes to notice a signal.
INTERVAL_SECONDS = 0.5

_SETTINGS: dict[str, Any] = {
    "queue_names": ["*"],
    "interval": INTERVAL_SECONDS,
    "backend_name": "default",
    "startup_delay": False,
    "max_tasks": None,
    "excluded_queue_names": [],
}


class GracefulWorker(Worker):
    """Finishes the task in hand when asked to stop, and never leaves one claimed but not run."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        if not self.running:  # asked twice: somebody is in a hurry
            sys.exit(1)
        self.running = False


def run_worker() -> None:
    """Run tasks until SIGINT or SIGTERM."""
    from sojourn.catalogue.index_writer import follow_catalogue
    from sojourn.catalogue.similarity.word_vectors import answer_questions
    from sojourn.people.tasks import schedule_nightly_jobs
    from sojourn.people.workers import Heartbeat

    name = get_random_string(32)
    worker = GracefulWorker(batch=False, worker_id=name, **_SETTINGS)
    worker.configure_signals()
    if supervisor := os.environ.get(STARTED_BY):
        die_with_parent(int(supervisor), signal.SIGTERM)
    schedule_nightly_jobs()
    follow_catalogue()
    answer_questions()
    Heartbeat(name, sign_of_life()).start()
    logger.info("worker started")
    worker.run()
    logger.info("worker stopped")


def run_waiting_tasks() -> None:
    """Run what is due now, and return when nothing more is."""
    GracefulWorker(batch=True, worker_id=get_random_string(32), **_SETTINGS).run()
