"""Put tasks into the queue by name.

A verb that plans work for later names the task; the task's module imports the verb. Neither
imports the other. A test looks up every name that the code gives.
"""

from __future__ import annotations

import datetime as dt

from django.utils.module_loading import import_string
from django_tasks.base import Task


def task_named(path: str) -> Task[..., None]:
    found = import_string(path)
    if not isinstance(found, Task):
        raise TypeError(f"{path} is no task.")
    return found


def enqueue(path: str, *arguments: object, at: dt.datetime | None = None) -> None:
    """Let the worker run a task, now or at that time, if the transaction in hand commits."""
    task_named(path).using(run_after=at).enqueue(*arguments)
