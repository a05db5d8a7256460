"""Booking, moving, cancelling, waiting: what happens, in which order, and who hears of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sojourn.advising import appointments, diaries
from sojourn.advising.appointments import (
    AlreadyBookedError,
    AppointmentRequest,
    SlotTakenError,
    TopFiveFirstError,
)
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import (
    Appointment,
    AppointmentState,
    Diary,
    SlotRule,
    WaitingState,
)
from sojourn.advising.slots import Slot
from sojourn.advising.tasks import remind
from sojourn.catalogue.models import Absence, Contact
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.advising.conftest import NOW, MakeStudent, at, fill_top_five

pytestmark = pytest.mark.slow

WISH = AppointmentRequest("Half minor in autumn", "Which of the three fits my year?")
WEEK = dt.date(2026, 11, 30)
TIMES = (at(2, 10), at(2, 10, 20), at(2, 10, 40))


def starts(slots: tuple[object, ...]) -> list[str]:
    return [f"{slot.starts.astimezone(NOW.tzinfo):%d %H:%M}" for slot in slots]  # type: ignore[attr-defined]


def fill_week(diary: Diary, student: MakeStudent) -> list[Appointment]:
    return [
        appointments.book(diary, student(f"holder{number}"), time, WISH, NOW)
        for number, time in enumerate(TIMES)
    ]


def test_free_slots_keep_notice_and_horizon(diary: Diary) -> None:
    assert starts(diaries.free_slots(diary, NOW))[:3] == ["02 10:00", "02 10:20", "02 10:40"]
    # 24 hours of notice: at half past ten on Tuesday Wednesday's first two are out.
    assert starts(diaries.free_slots(diary, at(1, 10, 30)))[0] == "02 10:40"
    last = diaries.free_slots(diary, NOW)[-1]
    assert last.starts.astimezone(NOW.tzinfo).date() == dt.date(2026, 12, 16)


def test_a_booked_slot_is_nobody_elses(diary: Diary, student: MakeStudent) -> None:
    anna, bert = student("anna"), student("bert")
    made = appointments.book(diary, anna, TIMES[0], WISH, NOW)
    assert (made.state, made.room) == (AppointmentState.BOOKED, "V5-28")
    with pytest.raises(SlotTakenError) as refused:
        appointments.book(diary, bert, TIMES[0], WISH, NOW)
    assert starts(refused.value.free)[:2] == ["02 10:20", "02 10:40"]
    assert AuditEvent.objects.filter(action="appointment.booked", about=anna).count() == 1


def test_booking_twice_by_a_nervous_hand_is_one_appointment(
    diary: Diary, student: MakeStudent
) -> None:
    anna = student("anna")
    one = appointments.book(diary, anna, TIMES[0], WISH, NOW)
    assert appointments.book(diary, anna, TIMES[0], WISH, NOW).pk == one.pk
    with pytest.raises(AlreadyBookedError):
        appointments.book(diary, anna, TIMES[1], WISH, NOW)
    assert OutboxMail.objects.count() == 1


def test_slots_that_overlap_after_a_change_of_rules_are_refused(
    diary: Diary, student: MakeStudent
) -> None:
    appointments.book(diary, student("anna"), TIMES[1], WISH, NOW)
    SlotRule.objects.update(length=30)
    assert starts(diaries.free_slots(diary, NOW))[0] == "09 10:00"


def test_the_edition_says_which_appointment_needs_a_full_top_five(
    diary: Diary, student: MakeStudent
) -> None:
    anna = student("anna")
    by_country = AppointmentRequest("Sweden or Spain", "Where first?", "by-country")
    fill_top_five(anna, 3)
    with pytest.raises(TopFiveFirstError) as refused:
        appointments.book(diary, anna, TIMES[0], by_country, NOW)
    assert (refused.value.needed, refused.value.has) == (5, 3)
    appointments.book(diary, anna, TIMES[0], AppointmentRequest("x", "y", "by-subject"), NOW)
    bert = student("bert")
    fill_top_five(bert)
    appointments.book(diary, bert, TIMES[1], by_country, NOW)


def test_nobody_is_booked_on_a_holiday_or_in_an_absence(diary: Diary) -> None:
    SlotRule.objects.update(weekday=4, valid_from=dt.date(2026, 12, 18))  # Fridays
    diary.horizon_weeks = 6
    # 25 December is Christmas, 1 January New Year, and the edition's break lies around both.
    assert starts(diaries.free_slots(diary, NOW))[:3] == ["18 10:00", "18 10:20", "18 10:40"]
    assert len(diaries.free_slots(diary, NOW)) == 3
    Absence.objects.all().delete()
    assert len(diaries.free_slots(diary, NOW)) == 3


def test_moving_frees_the_old_slot_and_tells_calendars_so(
    diary: Diary, student: MakeStudent
) -> None:
    anna = student("anna")
    made = appointments.book(diary, anna, TIMES[0], WISH, NOW)
    moved = appointments.move(made, TIMES[2], NOW)
    assert (moved.pk, moved.sequence) == (made.pk, 1)
    assert starts(diaries.free_slots(diary, NOW))[:2] == ["02 10:00", "02 10:20"]
    assert appointments.move(moved, TIMES[2], NOW).sequence == 1
    assert OutboxMail.objects.filter(key=f"appointment:{made.pk}:1").count() == 1


def test_cancelling_frees_the_slot_and_cancelling_again_changes_nothing(
    diary: Diary, student: MakeStudent
) -> None:
    anna = student("anna")
    made = appointments.book(diary, anna, TIMES[0], WISH, NOW)
    appointments.cancel(made, anna, NOW)
    assert appointments.cancel(made, anna, NOW).sequence == 1
    assert starts(diaries.free_slots(diary, NOW))[0] == "02 10:00"
    with pytest.raises(AdvisingError):
        appointments.move(made, TIMES[1], NOW)


def test_an_appointment_that_has_begun_is_neither_moved_nor_cancelled(
    diary: Diary, student: MakeStudent
) -> None:
    anna = student("anna")
    made = appointments.book(diary, anna, TIMES[0], WISH, NOW)
    for verb in (
        lambda: appointments.cancel(made, anna, at(2, 10)),
        lambda: appointments.move(made, at(9, 10), at(2, 10)),
    ):
        with pytest.raises(AdvisingError):
            verb()


class TestWaiting:
    def test_only_a_full_week_can_be_waited_for(self, diary: Diary, student: MakeStudent) -> None:
        with pytest.raises(AdvisingError):
            appointments.wait_for_week(diary, student("anna"), WEEK, WISH, NOW)

    def test_a_freed_slot_is_offered_in_order(self, diary: Diary, student: MakeStudent) -> None:
        held = fill_week(diary, student)
        anna, bert = student("anna"), student("bert")
        first = appointments.wait_for_week(diary, anna, WEEK, WISH, NOW)
        second = appointments.wait_for_week(diary, bert, WEEK, WISH, NOW)
        assert appointments.wait_for_week(diary, anna, WEEK, WISH, NOW).pk == first.pk
        appointments.cancel(held[1], held[1].student, NOW)
        (offer,) = Appointment.objects.filter(state=AppointmentState.OFFERED)
        assert (offer.student, offer.starts_at) == (anna, TIMES[1])
        # Nobody else can have it meanwhile.
        with pytest.raises(SlotTakenError):
            appointments.book(diary, student("cem"), TIMES[1], WISH, NOW)
        second.refresh_from_db()
        assert second.state == WaitingState.WAITING

    def test_who_says_yes_has_it(self, diary: Diary, student: MakeStudent) -> None:
        held = fill_week(diary, student)
        anna = student("anna")
        waiting = appointments.wait_for_week(diary, anna, WEEK, WISH, NOW)
        appointments.cancel(held[0], held[0].student, NOW)
        offer = Appointment.objects.get(state=AppointmentState.OFFERED)
        assert appointments.accept(offer, NOW).state == AppointmentState.BOOKED
        assert appointments.accept(offer, NOW).state == AppointmentState.BOOKED
        waiting.refresh_from_db()
        assert waiting.state == WaitingState.SERVED
        assert OutboxMail.objects.filter(key=f"appointment:{offer.pk}:0").count() == 1

    def test_who_does_not_answer_makes_room_for_the_next(
        self, diary: Diary, student: MakeStudent
    ) -> None:
        held = fill_week(diary, student)
        anna, bert = student("anna"), student("bert")
        first = appointments.wait_for_week(diary, anna, WEEK, WISH, NOW)
        appointments.wait_for_week(diary, bert, WEEK, WISH, NOW)
        appointments.cancel(held[0], held[0].student, NOW)
        later = NOW + dt.timedelta(hours=diary.offer_hours)
        offer = Appointment.objects.get(state=AppointmentState.OFFERED)
        assert appointments.accept(offer, later).state == AppointmentState.LAPSED
        first.refresh_from_db()
        assert first.state == WaitingState.LAPSED
        assert Appointment.objects.get(state=AppointmentState.OFFERED).student == bert
        # Settling again offers nothing twice.
        appointments.release_expired_offers(diary, later)
        assert Appointment.objects.filter(state=AppointmentState.OFFERED).count() == 1

    def test_who_says_no_makes_room_at_once(self, diary: Diary, student: MakeStudent) -> None:
        held = fill_week(diary, student)
        waits = [
            appointments.wait_for_week(diary, student(name), WEEK, WISH, NOW)
            for name in ("anna", "bert")
        ]
        appointments.cancel(held[0], held[0].student, NOW)
        appointments.decline(Appointment.objects.get(state=AppointmentState.OFFERED), NOW)
        offer = Appointment.objects.get(state=AppointmentState.OFFERED)
        assert offer.waited == waits[1]
        appointments.stop_waiting(waits[1], NOW)
        assert not Appointment.objects.filter(state=AppointmentState.OFFERED).exists()
        assert starts(diaries.unreserved_slots(diary, NOW))[0] == "02 10:00"

    def test_an_earlier_week_takes_the_place_of_the_later_appointment(
        self, diary: Diary, student: MakeStudent
    ) -> None:
        held = fill_week(diary, student)
        anna = student("anna")
        later = appointments.book(diary, anna, at(9, 10), WISH, NOW)
        appointments.wait_for_week(diary, anna, WEEK, WISH, NOW)
        appointments.cancel(held[0], held[0].student, NOW)
        appointments.accept(Appointment.objects.get(state=AppointmentState.OFFERED), NOW)
        later.refresh_from_db()
        assert later.state == AppointmentState.CANCELLED
        assert Appointment.objects.filter(student=anna, state="booked").count() == 1


class TestTheOffice:
    def test_an_outcome_is_written_down_and_can_be_mended(
        self, diary: Diary, student: MakeStudent, coordinator: User
    ) -> None:
        made = appointments.book(diary, student("anna"), TIMES[0], WISH, NOW)
        with pytest.raises(AdvisingError):
            appointments.record_outcome(made, AppointmentState.HELD, coordinator, NOW)
        during = at(2, 10, 10)
        appointments.record_outcome(made, AppointmentState.NO_SHOW, coordinator, during)
        mended = appointments.record_outcome(made, AppointmentState.HELD, coordinator, during)
        assert mended.state == AppointmentState.HELD

    def test_what_the_office_cancels_is_said_otherwise(
        self, diary: Diary, student: MakeStudent, coordinator: User
    ) -> None:
        made = appointments.book(diary, student("anna"), TIMES[0], WISH, NOW)
        appointments.cancel(made, coordinator, NOW)
        event = AuditEvent.objects.get(action="appointment.cancelled")
        assert (event.actor, event.about) == (coordinator, made.student)


class TestReminding:
    @pytest.fixture
    def soon(self, diary: Diary, student: MakeStudent) -> Appointment:
        """An appointment in the real future, as the task reads the real clock."""
        start = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
        return Appointment.objects.create(
            diary=diary, student=student("anna"), starts_at=start,
            ends_at=start + dt.timedelta(minutes=20), state=AppointmentState.BOOKED, topic="x",
        )  # fmt: skip

    def test_twice_run_it_reminds_once(self, soon: Appointment) -> None:
        remind.call(str(soon.pk), 0)
        remind.call(str(soon.pk), 0)
        assert OutboxMail.objects.filter(key__endswith=":reminder").count() == 1

    def test_nobody_is_reminded_of_a_time_that_was_moved_or_cancelled(
        self, soon: Appointment
    ) -> None:
        Appointment.objects.update(sequence=1)
        remind.call(str(soon.pk), 0)
        Appointment.objects.update(state=AppointmentState.CANCELLED)
        remind.call(str(soon.pk), 1)
        assert not OutboxMail.objects.exists()


class TestMovedByTheOffice:
    @pytest.fixture
    def anna(self, student: MakeStudent) -> User:
        return student("anna")

    @pytest.fixture
    def hers(self, diary: Diary, anna: User) -> Appointment:
        return appointments.book(diary, anna, TIMES[0], WISH, NOW)

    def test_to_a_time_that_no_rule_makes(self, hers: Appointment, coordinator: User) -> None:
        to = Slot(at(3, 15), at(3, 15, 30), "V5-30")
        moved = appointments.move_for_office(hers, to, coordinator, 0, NOW)
        assert (moved.starts_at, moved.ends_at, moved.room) == (at(3, 15), at(3, 15, 30), "V5-30")
        assert moved.sequence == 1
        assert TIMES[0] in {slot.starts for slot in diaries.free_slots(hers.diary, NOW)}
        event = AuditEvent.objects.get(action="appointment.moved")
        assert (event.actor, event.about) == (coordinator, hers.student)

    def test_the_mail_says_what_was_and_what_is(self, hers: Appointment, coordinator: User) -> None:
        to = Slot(at(3, 15), at(3, 15, 30), online_link="https://meet.example.org/a")
        appointments.move_for_office(hers, to, coordinator, 0, NOW)
        content = OutboxMail.objects.latest("pk").content
        assert content["to"] == [hers.student.email]
        for said in (
            "Wednesday 2 December, 10:00 to 10:20", "Thursday 3 December, 15:00 to 15:30",
            "room V5-28", "https://meet.example.org/a", "Choose another one or cancel.",
        ):  # fmt: skip
            assert said in " ".join(content["body"].split()), said
        assert WISH.topic not in content["body"]
        calendars = [
            text for mail in OutboxMail.objects.order_by("pk")
            for text, kind in mail.content["alternatives"] if kind.startswith("text/calendar")
        ]  # fmt: skip
        uids = {line for text in calendars for line in text.splitlines() if "UID" in line}
        assert len(uids) == 1
        assert ["SEQUENCE:0" in calendars[0], "SEQUENCE:1" in calendars[1]] == [True, True]
        assert "METHOD:REQUEST" in calendars[1]

    def test_only_to_another_room(self, hers: Appointment, coordinator: User) -> None:
        to = Slot(hers.starts_at, hers.ends_at, "C1-01")
        appointments.move_for_office(hers, to, coordinator, 0, NOW)
        mail = OutboxMail.objects.latest("pk")
        assert mail.subject.startswith("Another place")
        assert "The time was" not in mail.content["body"]

    def test_pressed_twice_it_moves_once(self, hers: Appointment, coordinator: User) -> None:
        to = Slot(at(3, 15), at(3, 15, 30))
        for _twice in range(2):
            moved = appointments.move_for_office(hers, to, coordinator, 0, NOW)
        assert moved.sequence == 1
        assert OutboxMail.objects.count() == 2

    def test_never_onto_another_appointment_not_even_in_part(
        self, hers: Appointment, diary: Diary, student: MakeStudent, coordinator: User
    ) -> None:
        appointments.book(diary, student("bert"), TIMES[2], WISH, NOW)
        with pytest.raises(AdvisingError, match="another appointment"):
            appointments.move_for_office(
                hers, Slot(at(2, 10, 50), at(2, 11, 10)), coordinator, 0, NOW
            )
        hers.refresh_from_db()
        assert (hers.starts_at, hers.sequence) == (TIMES[0], 0)

    def test_not_over_what_the_student_has_elsewhere(
        self, hers: Appointment, coordinator: User
    ) -> None:
        other = Contact.objects.exclude(pk=hers.diary.contact_id)[0]
        Appointment.objects.create(
            diary=diaries.diary_of(other), student=hers.student, starts_at=at(3, 15),
            ends_at=at(3, 16), topic="x", question="x", state="booked",
        )  # fmt: skip
        with pytest.raises(AdvisingError, match="The student has another appointment"):
            appointments.move_for_office(hers, Slot(at(3, 15, 30), at(3, 16)), coordinator, 0, NOW)

    def test_what_the_student_changed_meanwhile_is_said(
        self, hers: Appointment, coordinator: User
    ) -> None:
        appointments.move(hers, TIMES[1], NOW)
        with pytest.raises(AdvisingError, match="has been changed: it is now at"):
            appointments.move_for_office(hers, Slot(at(3, 15), at(3, 16)), coordinator, 0, NOW)

    def test_what_comes_free_goes_to_whoever_waits(
        self, diary: Diary, student: MakeStudent, coordinator: User
    ) -> None:
        first = fill_week(diary, student)[0]
        waits = appointments.wait_for_week(diary, student("wim"), WEEK, WISH, NOW)
        appointments.move_for_office(first, Slot(at(3, 15), at(3, 16)), coordinator, 0, NOW)
        assert waits.offers.get().starts_at == TIMES[0]

    def test_a_time_that_is_over_is_refused(self, hers: Appointment, coordinator: User) -> None:
        past = Slot(NOW - dt.timedelta(hours=1), NOW)
        with pytest.raises(AdvisingError, match="over"):
            appointments.move_for_office(hers, past, coordinator, 0, NOW)


def test_an_answer_by_mail_reaches_whoever_the_appointment_is_with_or_else_the_office(
    diary: Diary, student: MakeStudent, settings: Any
) -> None:
    settings.OFFICE_MAIL_ADDRESS = "abroad@example.edu"
    appointments.book(diary, student("anna"), TIMES[0], WISH, NOW)
    assert OutboxMail.objects.latest("pk").content["reply_to"] == ["abroad@example.edu"]
    Contact.objects.filter(pk=diary.contact_id).update(email="desk@example.edu")
    appointments.book(Diary.objects.get(), student("bert"), TIMES[1], WISH, NOW)
    assert OutboxMail.objects.latest("pk").content["reply_to"] == ["desk@example.edu"]
