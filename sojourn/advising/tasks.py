"""What the worker does for advice: reminds, and passes on what nobody answered in time.

Every task may run twice without harm: mails have keys, and settling a settled diary does nothing.
"""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from sojourn.advising import appointment_letters, appointments, retention
from sojourn.advising.models import Appointment, AppointmentState, Diary
from sojourn.catalogue import keeping


@task()
def remind(appointment_id: str, sequence: int) -> None:
    """Remind of an appointment tomorrow, unless it was moved or cancelled meanwhile."""
    appointment = (
        Appointment.objects.filter(
            pk=appointment_id,
            sequence=sequence,
            state=AppointmentState.BOOKED,
            starts_at__gt=timezone.now(),
        )
        .select_related("student", "diary__contact")
        .first()
    )
    if appointment is not None:
        appointment_letters.reminder(appointment)


@task()
def delete_old_questions() -> None:
    """Delete questions of which nobody needs anything more, after the edition's time."""
    keeping.end(retention.QUESTIONS, timezone.now())


@task()
def delete_old_appointments() -> None:
    """Delete appointments, numbers, notes and waits of long ago, after the edition's time."""
    keeping.end(retention.APPOINTMENTS, timezone.now())


@task()
def delete_old_self_arranged() -> None:
    """Delete self-arranged places of long ago, after the edition's time."""
    keeping.end(retention.SELF_ARRANGED, timezone.now())


@task()
def release_expired_offers(diary_id: int) -> None:
    """Let offers end whose time is over, and offer what came free."""
    diary = Diary.objects.filter(pk=diary_id).first()
    if diary is not None:
        appointments.release_expired_offers(diary, timezone.now())
