"""Students who book and colleagues who move appointments want one time at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from sojourn.advising import appointments
from sojourn.advising.appointments import AppointmentRequest
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, Diary
from sojourn.advising.slots import Slot
from sojourn.people.models import OutboxMail, User
from tests.advising.conftest import NOW, MakeStudent, at

WISH = AppointmentRequest("Sweden", "Where?")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_of_them_has_it_and_the_others_keep_what_they_had(
    diary: Diary, student: MakeStudent, coordinator: User
) -> None:
    held = [
        appointments.book(diary, student(f"holder{number}"), at(2, 10, 20 * number), WISH, NOW)
        for number in range(3)
    ]
    wanted = Slot(at(9, 10), at(9, 10, 20), "V5-28")
    newcomers = [student(f"new{number}") for number in range(3)]
    tries: list[Callable[[], object]] = [
        *(
            lambda mine=mine: appointments.move_for_office(mine, wanted, coordinator, 0, NOW)
            for mine in held
        ),
        *(
            lambda who=who: appointments.book(diary, who, wanted.starts, WISH, NOW)
            for who in newcomers
        ),
    ]
    start = threading.Barrier(len(tries))
    told: list[str] = []

    def attempt(change: Callable[[], object]) -> None:
        start.wait()
        try:
            change()
        except AdvisingError as error:
            told.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(each,)) for each in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == len(tries) - 1
    there = Appointment.objects.get(starts_at=wanted.starts, state="booked")
    assert Appointment.objects.filter(state="booked").count() in (3, 4)
    for mine in held:
        if mine.pk != there.pk:
            again = Appointment.objects.get(pk=mine.pk)
            assert (again.starts_at, again.sequence) == (mine.starts_at, 0)
    assert OutboxMail.objects.count() == 4  # three bookings, and whoever got the time
