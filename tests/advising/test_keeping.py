"""Questions that are over are forgotten in the edition's time, and no other."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from sojourn.advising import keeping, questions
from sojourn.advising.models import Message, Question
from sojourn.advising.questions import Asker
from sojourn.advising.threads import Written
from sojourn.catalogue.models import Edition
from sojourn.people.models import AuditEvent, User
from tests.advising.people import coordinator, student

pytestmark = pytest.mark.django_db


def asked(anna: User) -> Question:
    return questions.ask(Asker(anna, "", "en"), "Cuba", Written("May I?", uuid.uuid4()))


def forget_after(days: int) -> int:
    return keeping.forget_old_questions(timezone.now() + dt.timedelta(days=days))


def test_an_answered_question_goes_after_two_years_and_takes_its_messages_along() -> None:
    anna, carla = student(), coordinator()
    question = asked(anna)
    questions.reply(question, Written("Yes", uuid.uuid4()), by=carla, becomes="answered", seen=1)
    assert forget_after(729) == 0
    assert forget_after(731) == 1
    assert not Question.objects.exists()
    assert not Message.objects.exists()
    assert forget_after(731) == 0


def test_a_question_that_waits_is_never_forgotten() -> None:
    question = asked(student())
    assert forget_after(5000) == 0
    assert Question.objects.filter(pk=question.pk).exists()


def test_the_trail_forgets_who_asked_and_keeps_who_of_the_office_answered() -> None:
    anna, carla = student(), coordinator()
    question = asked(anna)
    questions.settle(question, by=carla)
    forget_after(731)
    events = AuditEvent.objects.filter(object_id=str(question.pk))
    assert events.count() == 2
    assert not events.filter(about__isnull=False).exists()
    assert [event.actor for event in events.order_by("pk")] == [None, carla]


def test_the_edition_states_the_time(leiden: object) -> None:
    Edition.objects.update(keep_questions_days=30)
    question = asked(student())
    questions.settle(question, by=coordinator())
    assert forget_after(29) == 0
    assert forget_after(31) == 1
