"""Steps: whose turn, counted backwards, ticked, looked at, reminded of."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from sojourn.catalogue.choices import Gate
from sojourn.mobility import endings, gates, periods, steps, tasks
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import PeriodKind, Stay, StayHost, StayStep
from sojourn.mobility.periods import Conflict, Days, Misfit, conflicts
from sojourn.mobility.standing import standing_of
from sojourn.mobility.states import StayState, StepState
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.mobility.conftest import again, begun, in_days, step


def test_steps_are_counted_back_from_departure_and_move_with_it(
    stay: Stay, coordinator: User
) -> None:
    insurance = step(stay, "insurance")
    assert insurance.due_on == in_days(100 - 21)
    periods.set_days(
        stay, Days(in_days(100), in_days(240)), {PeriodKind.TRAVEL: Days(in_days(90))},
        actor=coordinator,
    )  # fmt: skip
    assert step(stay, "insurance").due_on == in_days(90 - 21)
    # What counts from the first day at the host does not.
    assert step(stay, "courses-chosen").due_on == in_days(100 - 70)


def test_without_days_nothing_has_a_day_and_steps_can_be_done(
    noor: User, coordinator: User
) -> None:
    made = begun(noor, coordinator, first=None, last=None)
    assert not made.steps.filter(due_on__isnull=False).exists()
    steps.tick(step(made, "courses-chosen"), actor=noor)
    assert step(made, "courses-chosen").state == StepState.DONE


def test_a_step_has_its_turn_when_those_before_it_are_done(stay: Stay, noor: User) -> None:
    assert step(stay, "courses-approved").waiting_since is None
    steps.tick(step(stay, "courses-chosen"), actor=noor)
    assert step(stay, "courses-approved").waiting_since is not None
    steps.untick(step(stay, "courses-chosen"), actor=noor)
    assert step(stay, "courses-approved").waiting_since is None


def test_what_comes_after_the_stay_waits_for_nobody_before_its_day(stay: Stay) -> None:
    assert step(stay, "transcript").waiting_since is None
    assert step(stay, "certificate-of-dates").waiting_since is None
    near_the_end = dt.datetime.combine(in_days(230), dt.time(12), dt.UTC)
    with time_machine.travel(near_the_end, tick=False):
        steps.follow(timezone.now())
        assert step(stay, "certificate-of-dates").waiting_since == near_the_end
        assert step(stay, "transcript").waiting_since is None


def test_what_the_office_must_see_is_not_done_by_a_tick(
    stay: Stay, noor: User, coordinator: User
) -> None:
    steps.tick(step(stay, "insurance"), actor=noor)
    said = step(stay, "insurance")
    assert said.state == StepState.SAID
    with pytest.raises(MobilityError, match="valid"):
        steps.settle(said, actor=coordinator)
    steps.settle(said, actor=coordinator, valid_until=in_days(300))
    assert step(stay, "insurance").state == StepState.DONE


def test_only_that_it_was_seen_and_until_when_is_kept_of_a_paper() -> None:
    """Pitfall 35: no copy, no result."""
    kept = {field.name for field in StayStep._meta.concrete_fields}
    assert not any("file" in name or "result" in name for name in kept)


def test_sent_back_it_is_the_students_again_with_a_reason_and_a_mail(
    stay: Stay, noor: User, coordinator: User
) -> None:
    steps.tick(step(stay, "insurance"), actor=noor)
    with pytest.raises(MobilityError):
        steps.send_back(step(stay, "insurance"), " ", actor=coordinator)
    steps.send_back(step(stay, "insurance"), "It ends in May.", actor=coordinator)
    row = step(stay, "insurance")
    assert (row.state, row.reason) == (StepState.WAITING, "It ends in May.")
    assert row.pk in {each.pk for each in standing_of(again(stay)).mine}
    assert OutboxMail.objects.filter(key__startswith=f"stay-step-back:{row.pk}:").count() == 1


def test_a_student_ticks_off_their_own_steps_only(stay: Stay, noor: User) -> None:
    for name in ("nomination", "courses-approved", "agreement"):
        with pytest.raises(NotAllowedNowError):
            steps.tick(step(stay, name), actor=noor)


def test_the_coordinator_does_not_decide_for_the_board(
    stay: Stay, noor: User, coordinator: User, board: User
) -> None:
    """Pitfall 20."""
    steps.tick(step(stay, "courses-chosen"), actor=noor)
    with pytest.raises(MobilityError, match="Board"):
        steps.settle(step(stay, "courses-approved"), actor=coordinator)
    steps.settle(step(stay, "courses-approved"), actor=board)
    assert step(stay, "courses-approved").settled_by == board


def test_the_coordinator_may_write_down_what_the_board_decided(
    stay: Stay, coordinator: User
) -> None:
    note = "Board of Examiners, 7 December, letter 12."
    steps.settle(step(stay, "courses-approved"), actor=coordinator, note=note)
    assert step(stay, "courses-approved").reason == note


def test_twice_is_once(stay: Stay, noor: User, coordinator: User) -> None:
    steps.tick(step(stay, "courses-chosen"), actor=noor)
    steps.tick(step(stay, "courses-chosen"), actor=noor)
    steps.settle(step(stay, "safety-session"), actor=coordinator)
    steps.settle(step(stay, "safety-session"), actor=coordinator)
    assert AuditEvent.objects.filter(action="step.do").count() == 2


@pytest.mark.parametrize("state", [s for s in StayState if not s.meaning.is_running])
def test_steps_of_a_stay_that_does_not_run_stay_as_they_are(
    stay: Stay, noor: User, coordinator: User, state: StayState
) -> None:
    """A page may still be open from before: its buttons do nothing any more."""
    steps.tick(step(stay, "courses-chosen"), actor=noor)
    steps.settle(step(stay, "safety-session"), actor=coordinator)
    Stay.objects.filter(pk=stay.pk).update(state=state)
    before = list(stay.steps.values())
    for change in (
        lambda: steps.untick(step(stay, "courses-chosen"), actor=noor),
        lambda: steps.reopen(step(stay, "safety-session"), actor=coordinator),
        lambda: steps.waive(step(stay, "portal"), "No.", actor=coordinator),
        lambda: steps.settle(step(stay, "nomination"), actor=coordinator),
    ):
        with pytest.raises(NotAllowedNowError, match=str(state.label)):
            change()
    assert list(stay.steps.values()) == before


def test_what_runs_out_is_open_again_and_its_student_told(stay: Stay, coordinator: User) -> None:
    steps.settle(step(stay, "insurance"), actor=coordinator, valid_until=in_days(10))
    with time_machine.travel(timezone.now() + dt.timedelta(days=11), tick=False):
        tasks.run_nightly_jobs.func()
        tasks.run_nightly_jobs.func()
    row = step(stay, "insurance")
    assert (row.state, row.valid_until) == (StepState.WAITING, None)
    assert OutboxMail.objects.filter(key__startswith=f"stay-step-ran-out:{row.pk}").count() == 1


def test_what_lasted_to_the_end_of_the_stay_does_not_run_out_after_it(
    stay: Stay, coordinator: User
) -> None:
    last = in_days(245)  # the stay ends five days earlier
    steps.settle(step(stay, "insurance"), actor=coordinator, valid_until=last)
    with time_machine.travel(timezone.now() + dt.timedelta(days=250), tick=False):
        for state in (StayState.AWAY, StayState.BACK):
            Stay.objects.filter(pk=stay.pk).update(state=state)
            tasks.run_nightly_jobs.func()
            row = step(stay, "insurance")
            assert (row.state, row.valid_until) == (StepState.DONE, last)
            shut = {each.code for each in gates.blockers(again(stay), Gate.DEPARTURE)}
            assert row.step.slug not in shut
    assert not OutboxMail.objects.filter(key__startswith="stay-step-ran-out").exists()


def test_what_runs_out_during_the_stay_is_open_again(stay: Stay, coordinator: User) -> None:
    steps.settle(step(stay, "insurance"), actor=coordinator, valid_until=in_days(200))
    Stay.objects.filter(pk=stay.pk).update(state=StayState.AWAY)
    with time_machine.travel(timezone.now() + dt.timedelta(days=210), tick=False):
        tasks.run_nightly_jobs.func()
    assert step(stay, "insurance").state == StepState.WAITING


# --- Reminders ---------------------------------------------------------------------------------


def test_a_reminder_goes_to_the_student_once_a_day(stay: Stay, coordinator: User) -> None:
    row = step(stay, "courses-chosen")
    assert steps.remind(row, actor=coordinator)
    assert not steps.remind(row, actor=coordinator)
    assert step(stay, "courses-chosen").reminders == 1
    with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=False):
        assert steps.remind(row, actor=coordinator)
    assert OutboxMail.objects.filter(key__startswith=f"stay-step-remind:{row.pk}").count() == 2


def test_a_reminder_to_the_host_needs_an_address(stay: Stay, coordinator: User) -> None:
    steps.settle(step(stay, "nomination"), actor=coordinator)
    row = step(stay, "host-acceptance")
    with pytest.raises(MobilityError, match="nobody to write to"):
        steps.remind(row, actor=coordinator)
    StayHost.objects.update(contact_email="astrid@example.edu")
    assert steps.remind(row, actor=coordinator)
    mail = OutboxMail.objects.get(key__startswith=f"stay-step-remind:{row.pk}")
    assert mail.to == ["astrid@example.edu"]
    assert mail.language == "en"


def test_a_reminder_to_the_board_goes_to_its_members(
    stay: Stay, noor: User, coordinator: User, board: User
) -> None:
    steps.tick(step(stay, "courses-chosen"), actor=noor)
    steps.remind(step(stay, "courses-approved"), actor=coordinator)
    assert OutboxMail.objects.filter(key__contains="stay-step-remind").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("month", [1, 7, 8, 12])
def test_what_is_due_is_reminded_of_in_every_month_once(
    noor: User, coordinator: User, month: int
) -> None:
    """Pitfall 25: reminders do not stop in July."""
    today = dt.datetime(2028, month, 10, 12, tzinfo=dt.UTC)
    with time_machine.travel(today, tick=False):
        made = begun(noor, coordinator, first=75, last=200)
        tasks.run_nightly_jobs.func()
        tasks.run_nightly_jobs.func()
        row = step(made, "courses-chosen")
        assert row.due_on == in_days(5)
        assert OutboxMail.objects.filter(key__startswith=f"stay-step-due:{row.pk}").count() == 1


# --- Six periods (pitfall 24) -------------------------------------------------------------------


def day(number: int) -> dt.date:
    return dt.date(2027, 1, 1) + dt.timedelta(days=number)


def test_periods_that_do_not_fit_are_named_with_their_days() -> None:
    found = conflicts(
        Days(day(10), day(100)),
        {
            PeriodKind.TRAVEL: Days(day(8), day(104)),
            PeriodKind.INSURANCE: Days(day(0), day(99)),
            PeriodKind.VISA: Days(day(9), None),
            PeriodKind.GRANT: Days(day(8), day(100)),
            PeriodKind.ENROLMENT: Days(day(0), day(60)),
        },
    )
    assert found == [
        Conflict(PeriodKind.INSURANCE, Misfit.ENDS_EARLY, 5),
        Conflict(PeriodKind.VISA, Misfit.BEGINS_LATE, 1),
        Conflict(PeriodKind.ENROLMENT, Misfit.ENDS_EARLY, 40),
        Conflict(PeriodKind.GRANT, Misfit.BEGINS_EARLY, 2),
    ]


def test_what_is_not_known_is_in_nobodys_way() -> None:
    assert conflicts(Days(), {PeriodKind.VISA: Days(day(3), day(4))}) == []
    assert conflicts(Days(day(1), day(9)), {}) == []


def test_days_at_the_host_do_not_move_under_a_student_who_is_there(
    stay: Stay, coordinator: User
) -> None:
    Stay.objects.filter(pk=stay.pk).update(state=StayState.AWAY)
    with pytest.raises(NotAllowedNowError):
        periods.set_days(stay, Days(in_days(101), in_days(240)), {}, actor=coordinator)


def test_the_database_holds_the_order_of_days_and_the_reasons(stay: Stay) -> None:
    for change in (
        lambda: Stay.objects.filter(pk=stay.pk).update(ends_on=in_days(1)),
        lambda: stay.steps.update(state=StepState.DONE),
        lambda: stay.steps.update(state=StepState.WAIVED, settled_at=timezone.now()),
        lambda: Stay.objects.filter(pk=stay.pk).update(state="away", starts_on=None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# --- There and back -----------------------------------------------------------------------------


def test_arriving_does_the_step_of_arriving_and_a_day_to_come_is_refused(
    stay: Stay, noor: User
) -> None:
    with pytest.raises(MobilityError):
        endings.depart(stay, in_days(1), actor=noor)
    endings.depart(stay, in_days(0), actor=noor)
    endings.depart(stay, in_days(0), actor=noor)
    assert again(stay).state == StayState.AWAY
    assert step(stay, "arrival").state == StepState.DONE
    assert AuditEvent.objects.filter(action="stay.depart").count() == 1
