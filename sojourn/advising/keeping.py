"""Forgets questions that are over, after the time that the edition states.

What became an answer for everybody stays: it holds nothing of whoever asked.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from sojourn.advising import files
from sojourn.advising.models import Question, QuestionState
from sojourn.catalogue.models import Edition
from sojourn.people.models import AuditEvent, Role

DAYS = 730
"""Where no edition says otherwise."""


def forget_old_questions(now: dt.datetime) -> int:
    """Delete what has waited for nobody since the edition's days. Returns how many questions.

    The audit trail keeps that something was asked and answered, and by whom of the office, but
    no longer about whom.
    """
    days = Edition.objects.values_list("keep_questions_days", flat=True).first() or DAYS
    oldest = now - dt.timedelta(days=days)
    old = Question.objects.filter(changed_at__lt=oldest).exclude(state=QuestionState.WAITING)
    forgotten = 0
    for number in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Looked at again under the lock: somebody may just have written on.
            mine = old.select_for_update().filter(pk=number).first()
            if mine is None:
                continue
            events = AuditEvent.objects.filter(
                object_type=Question._meta.label_lower, object_id=str(number)
            )
            events.filter(actor__role=Role.STUDENT).update(actor=None)
            events.update(about=None)
            mine.delete()
            forgotten += 1
    # The content of files whose rows are gone by now.
    files.forget_strays()
    return forgotten
