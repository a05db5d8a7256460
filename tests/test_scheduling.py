"""Tasks that the code names exist, and are put into the queue for their time."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import sojourn
from sojourn import scheduling

_NAME = re.compile(r'"(sojourn(?:\.\w+)+\.tasks\.\w+)"')


def names_in_the_code() -> set[str]:
    return {
        name
        for file in Path(sojourn.__file__).parent.rglob("*.py")
        if file.parent.name != "migrations"  # these name what tasks were called once
        for name in _NAME.findall(file.read_text())
    }


def test_every_task_that_is_named_is_one() -> None:
    names = names_in_the_code()
    assert names >= {*settings.NIGHTLY_TASKS, "sojourn.people.tasks.deliver_mail"}
    for name in names:
        scheduling.task_named(name)


def test_what_is_no_task_is_refused() -> None:
    with pytest.raises(TypeError, match="no task"):
        scheduling.task_named("sojourn.scheduling.enqueue")


@pytest.mark.django_db
def test_a_task_waits_for_its_time() -> None:
    tomorrow = timezone.now() + dt.timedelta(days=1)
    scheduling.enqueue("sojourn.selection.tasks.remind_applicants", 7, at=tomorrow)
    waiting = DBTaskResult.objects.get()
    assert waiting.task_path == "sojourn.selection.tasks.remind_applicants"
    assert waiting.run_after == tomorrow
    assert waiting.args_kwargs["args"] == [7]
