"""Looks into an installation from inside, with today's code: `python -m tests.upgrade.probe WHAT`.

Runs in a process of its own with the environment of the installation, and prints JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django
from django.db import models

from tests.upgrade.today import RENAMED, ROWS, SUMS, TASKS

WORKER_NEEDS = 180.0
BEFORE = {new: old for old, new in RENAMED.items()}


def rows() -> dict[str, Any]:
    """How many rows there are of each label, in how many states, and what was recorded of them."""
    from django.db import connection

    connection.check_constraints()  # SQLite: no row points at one that is gone
    return {
        "rows": {label: _count(what) for label, what in ROWS.items()},
        "sums": {label: _sum(what) for label, what in SUMS.items()},
        "events": {label: found for label, what in ROWS.items() if (found := _events(what))},
        "tasks": _waiting_tasks(),
        "runs can be changed": _can_change_a_run(),
    }


def worker() -> dict[str, Any]:
    """Wait until a worker has run all that is due; how the tasks are then."""
    from django.db.models import Q
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    deadline = time.monotonic() + WORKER_NEEDS
    due = Q(status="READY", run_after__lte=timezone.now()) | Q(status="READY", run_after__year=9999)
    while DBTaskResult.objects.filter(due | Q(status="RUNNING")).exists():
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    waiting = DBTaskResult.objects.filter(status="READY")
    return {
        "due": list(waiting.filter(due).values_list("task_path", flat=True)),
        "failed": list(
            DBTaskResult.objects.filter(status="FAILED").values_list("task_path", "traceback")
        ),
        "housekeepings": waiting.filter(task_path=_task(TASKS["housekeeping"]).module_path).count(),
        "mails not sent": _count(ROWS["mails"]).get("waiting", 0),
    }


def _manager(what: str) -> models.QuerySet[Any]:
    """The rows of `app.Model` or `app.Model.field`, however they are filtered elsewhere."""
    from django.apps import apps

    app, name, *field = what.split(".")
    model = apps.get_model(app, name)
    if field:
        model = getattr(model, field[0]).through
    return models.QuerySet(model)


def _count(what: str) -> dict[str, int] | int:
    name, _colon, field = what.partition(":")
    found = _manager(name)
    if not field:
        return found.count()
    values = Counter(str(value) for value in found.values_list(field, flat=True))
    return {BEFORE.get(value, value): count for value, count in sorted(values.items())}


def _sum(what: str) -> str:
    name, _colon, field = what.partition(":")
    values = _manager(name).exclude(**{field: None}).values_list(field, flat=True)
    return f"{sum(values):.6f}"


def _events(what: str) -> int:
    """How many events of the audit trail are about rows of this label, as the trail names them."""
    name = what.partition(":")[0].lower()
    events = ROWS["audit events"]
    return _manager(events).filter(object_type=name).count()


def _task(path: str) -> Any:
    from django.utils.module_loading import import_string

    return import_string(path)


def _waiting_tasks() -> dict[str, int]:
    """How many tasks wait, by what they do; a path that leads nowhere stands for itself."""
    from django_tasks_db.models import DBTaskResult

    known = {id(_task(path)): label for label, path in TASKS.items()}
    found: Counter[str] = Counter()
    for path in DBTaskResult.objects.filter(status="READY").values_list("task_path", flat=True):
        try:
            found[known.get(id(_task(path)), path)] += 1
        except ImportError:
            found[path] += 1
    return dict(sorted(found.items()))


def _can_change_a_run() -> bool:
    """Whether the database lets somebody change what a run of the allocation was."""
    from django.db import DatabaseError, transaction

    try:
        with transaction.atomic():
            _manager(ROWS["allocation runs"]).update(uuid=models.F("uuid"))
    except DatabaseError:
        return False
    return True


WHAT: dict[str, Callable[[], dict[str, Any]]] = {"rows": rows, "worker": worker}


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "sojourn.config.settings"
    django.setup()
    sys.stdout.write(json.dumps(WHAT[sys.argv[1]](), indent=1) + "\n")


if __name__ == "__main__":
    main()
