"""Questions and appointments that are over are forgotten in the edition's time, and no other."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from sojourn.advising import appointment_notes, questions, retention
from sojourn.advising.appointment_notes import NoteSubject
from sojourn.advising.models import (
    Appointment,
    AppointmentNote,
    Diary,
    Message,
    NextStep,
    Question,
    SelfArrangedPlace,
    Ticket,
    WeekWaiting,
)
from sojourn.advising.questions import Asker
from sojourn.advising.tasks import delete_old_appointments
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.models import Edition
from sojourn.people import audit
from sojourn.people.models import AuditEvent, User
from tests.advising.conftest import NOW
from tests.advising.people import coordinator, student
from tests.support.keeping import stand

pytestmark = pytest.mark.django_db


def asked(anna: User) -> Question:
    return questions.ask(Asker(anna, "", "en"), "Cuba", NewMessage("May I?", uuid.uuid4()))


def delete_after(days: int) -> int:
    return retention.delete_old_questions(timezone.now() + dt.timedelta(days=days))


def test_an_answered_question_goes_after_two_years_and_takes_its_messages_along() -> None:
    anna, carla = student(), coordinator()
    question = asked(anna)
    questions.reply(question, NewMessage("Yes", uuid.uuid4()), by=carla, becomes="answered", seen=1)
    assert delete_after(729) == 0
    assert delete_after(731) == 1
    assert not Question.objects.exists()
    assert not Message.objects.exists()
    assert delete_after(731) == 0


def test_a_question_that_waits_is_never_forgotten() -> None:
    question = asked(student())
    assert delete_after(5000) == 0
    assert Question.objects.filter(pk=question.pk).exists()


def test_the_trail_forgets_who_asked_and_keeps_who_of_the_office_answered() -> None:
    anna, carla = student(), coordinator()
    question = asked(anna)
    questions.close_question(question, by=carla)
    delete_after(731)
    events = AuditEvent.objects.filter(object_id=str(question.pk))
    assert events.count() == 2
    assert not events.filter(about__isnull=False).exists()
    assert [event.actor for event in events.order_by("pk")] == [None, carla]


def test_the_edition_states_the_time(leiden: object) -> None:
    Edition.objects.update(keep_questions_days=30)
    question = asked(student())
    questions.close_question(question, by=coordinator())
    assert delete_after(29) == 0
    assert delete_after(31) == 1


# --- Talks ------------------------------------------------------------------------------------

DAY = dt.timedelta(days=1)


def an_appointment(diary: Diary, anna: User, ended: dt.datetime) -> Appointment:
    made = Appointment.objects.create(
        diary=diary, student=anna, starts_at=ended - dt.timedelta(minutes=20), ends_at=ended,
        state="held", topic="Sweden 4711", question="Why? 4712",
    )  # fmt: skip
    audit.record("appointment.booked", actor=anna, about=anna, on=made)
    return made


def a_number(diary: Diary, anna: User | None, day: dt.date, number: int) -> Ticket:
    made = Ticket.objects.create(
        diary=diary, student=anna, name="Anna", day=day, number=number, state="done"
    )
    audit.record("ticket.taken", actor=anna, about=anna, on=made)
    return made


def test_an_appointment_goes_after_the_editions_days_with_what_was_written_for_it(
    diary: Diary,
) -> None:
    anna, carla = student(), coordinator()
    old, young = (
        an_appointment(diary, anna, NOW - 731 * DAY),
        an_appointment(diary, anna, NOW - 729 * DAY),
    )
    audit.record("appointment.held", actor=carla, about=anna, on=old)
    for appointment in (old, young):
        subject = NoteSubject(anna, appointment)
        appointment_notes.write_private_note(subject, carla, "secret", appointment.ends_at)
        appointment_notes.write_shared_note(subject, carla, "shared", appointment.ends_at)
    assert retention.delete_old_appointments(NOW) == 1
    assert list(Appointment.objects.all()) == [young]
    assert {note.appointment for note in AppointmentNote.objects.all()} == {young}
    assert retention.delete_old_appointments(NOW) == 0


def test_numbers_and_waits_of_long_ago_go(diary: Diary) -> None:
    anna = student()
    today = NOW.date()
    a_number(diary, anna, today - 731 * DAY, 1)
    a_number(diary, None, today - 731 * DAY, 2)
    kept = a_number(diary, anna, today - 730 * DAY, 1)
    for week in (today - 737 * DAY, today - 736 * DAY):
        WeekWaiting.objects.create(diary=diary, student=anna, week=week, topic="x", question="y")
    assert retention.delete_old_appointments(NOW) == 2
    assert list(Ticket.objects.all()) == [kept]
    assert WeekWaiting.objects.get().week == today - 736 * DAY


def test_what_is_counted_stays_in_the_trail_without_the_student(diary: Diary) -> None:
    anna, carla = student(), coordinator()
    old = an_appointment(diary, anna, NOW - 731 * DAY)
    number = a_number(diary, anna, NOW.date() - 731 * DAY, 1)
    audit.record("appointment.held", actor=carla, about=anna, on=old)
    audit.record("ticket.called", actor=carla, about=anna, on=number)
    before = sorted(AuditEvent.objects.values_list("action", "at"))
    retention.delete_old_appointments(NOW)
    assert sorted(AuditEvent.objects.values_list("action", "at")) == before
    assert not AuditEvent.objects.filter(about__isnull=False).exists()
    assert {event.actor for event in AuditEvent.objects.all()} == {None, carla}


def test_a_step_that_is_still_to_do_stays_in_the_plan(diary: Diary) -> None:
    anna, carla = student(), coordinator()
    appointment, then = (
        NoteSubject(anna, an_appointment(diary, anna, NOW - 731 * DAY)),
        NOW - 731 * DAY,
    )
    due = (NOW + 9 * DAY).date()
    ahead = appointment_notes.agree_on(appointment, carla, "Write to Bergen", due, then)
    done = appointment_notes.agree_on(appointment, carla, "Choose five", due, then)
    appointment_notes.mark_done(done, then)
    appointment_notes.agree_on(appointment, carla, "Think about it", None, then)
    retention.delete_old_appointments(NOW)
    step = NextStep.objects.get()
    assert (step.pk, step.appointment) == (ahead.pk, None)
    retention.delete_old_appointments(NOW + 741 * DAY)
    assert not NextStep.objects.exists()


def test_the_edition_states_how_long_an_appointment_is_kept(diary: Diary) -> None:
    Edition.objects.update(keep_appointments_days=200)
    an_appointment(diary, student(), NOW - 201 * DAY)
    assert retention.delete_old_appointments(NOW - 2 * DAY) == 0
    assert retention.delete_old_appointments(NOW) == 1


def test_more_appointments_than_one_statement_takes_are_forgotten(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    anna = student()
    for days in range(5):
        an_appointment(diary, anna, NOW - (800 + days) * DAY)
    assert retention.delete_old_appointments(NOW) == 5
    assert not AuditEvent.objects.filter(about__isnull=False).exists()


def test_the_worker_forgets_each_night(diary: Diary) -> None:
    an_appointment(diary, student(), timezone.now() - 731 * DAY)
    assert "sojourn.advising.tasks.delete_old_appointments" in settings.NIGHTLY_TASKS
    stand(retention.APPOINTMENTS)
    delete_old_appointments.call()
    assert not Appointment.objects.exists()


@pytest.mark.slow
def test_ones_own_data_says_how_long_an_appointment_is_kept(leiden: object) -> None:
    Edition.objects.update(keep_appointments_days=555)
    client = Client()
    client.force_login(student())
    for language in ("en", "nl"):
        assert "555" in client.get(f"/{language}/plan/data/").content.decode()


# --- Self-arranged places -----------------------------------------------------------------------


def a_place(anna: User, last_day: dt.date, state: str = "declined") -> SelfArrangedPlace:
    return SelfArrangedPlace.objects.create(
        student=anna, state=state, institution_name="Clinic", city="Lund", country="SE",
        supervisor_name="Dr Berg", kind="internship", subject="Lungs",
        starts_on=last_day - 90 * DAY, ends_on=last_day, changed_at=NOW - 731 * DAY,
        waiting_since=NOW if state == "waiting" else None,
    )  # fmt: skip


def test_a_self_arranged_place_goes_after_its_last_day_with_what_was_written(
    diary: Diary,
) -> None:
    anna, day = student(), NOW.date()
    old, young = a_place(anna, day - 731 * DAY), a_place(anna, day - 729 * DAY)
    Message.objects.create(self_arranged_place=old, number=1, side="asker", text="I found one")
    audit.record("self_arranged_place.proposed", actor=anna, about=anna, on=old)
    assert retention.delete_old_self_arranged(NOW) == 1
    assert list(SelfArrangedPlace.objects.all()) == [young]
    assert not Message.objects.exists()
    event = AuditEvent.objects.get(object_id=str(old.pk))
    assert (event.actor, event.about) == (None, None)


def test_a_place_that_waits_or_was_just_talked_about_stays(diary: Diary) -> None:
    anna, long_ago = student(), NOW.date() - 2000 * DAY
    a_place(anna, long_ago, "waiting")
    SelfArrangedPlace.objects.filter(pk=a_place(anna, long_ago).pk).update(changed_at=NOW)
    assert retention.delete_old_self_arranged(NOW) == 0


def test_the_edition_states_how_long_a_place_is_kept(diary: Diary) -> None:
    Edition.objects.update(keep_self_arranged_days=200)
    a_place(student(), NOW.date() - 201 * DAY)
    assert retention.delete_old_self_arranged(NOW) == 1
