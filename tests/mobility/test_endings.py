"""Endings are kinds: each says what it does, and does it (pitfall 26)."""

from __future__ import annotations

import datetime as dt

import pytest

from sojourn.mobility import endings
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import Stay, StayPeriod
from sojourn.mobility.periods import Days
from sojourn.mobility.states import ChangeKind, StayState, changes_from
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.mobility.conftest import again, in_days, step
from tests.mobility.test_pages import client_for, text


@pytest.fixture
def away(stay: Stay) -> Stay:
    Stay.objects.filter(pk=stay.pk).update(
        state=StayState.AWAY, starts_on=in_days(-30), ends_on=in_days(90)
    )
    return again(stay)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ChangeKind)
def test_each_kind_says_five_things_beforehand(stay: Stay, kind: ChangeKind) -> None:
    said = endings.consequences(stay, kind)
    assert len({each.of for each in said}) == 5
    assert all(each.text for each in said)


@pytest.mark.parametrize("kind", [ChangeKind.EXTENDED, ChangeKind.EARLY_RETURN])
def test_what_has_to_be_moved_is_named_with_its_day(
    away: Stay, coordinator: User, kind: ChangeKind
) -> None:
    for period, day in (("grant", 3), ("insurance", 5), ("visa", 7)):
        StayPeriod.objects.create(stay=away, kind=period, ends_on=dt.date(2027, 6, day))
    client = client_for(coordinator)
    page = text(client.get(f"/en/office/stays/{away.uuid}/change/{kind}/"))
    for day in ("3 June 2027", "5 June 2027", "7 June 2027"):
        assert day in page
    for of in ("The seat", "The agreement", "The money", "Insurance and visa", "Papers"):
        assert of in page


@pytest.mark.slow
@pytest.mark.parametrize("state", StayState)
def test_each_possible_kind_is_made_and_told(
    away: Stay, coordinator: User, state: StayState
) -> None:
    for kind in changes_from(state):
        Stay.objects.filter(pk=away.pk).update(state=state, ends_on=in_days(90))
        last = in_days(120) if kind == ChangeKind.EXTENDED else in_days(20)
        made = endings.make_change(away, kind, "Because.", actor=coordinator, last_day=last)
        row = made.changes.latest("pk")
        assert (row.kind, row.reason, row.by) == (kind, "Because.", coordinator)
        assert row.ended_on == in_days(90)
        moves = kind.asks_for_last_day and not state.meaning.is_before
        assert again(away).ends_on == (last if moves else in_days(90))
        assert AuditEvent.objects.filter(action=f"stay.{kind.transition}").exists()
    if changes_from(state):
        assert OutboxMail.objects.filter(key__startswith=f"stay-changed:{away.uuid}").exists()


def test_without_a_reason_nothing_changes(away: Stay, coordinator: User) -> None:
    with pytest.raises(MobilityError):
        endings.make_change(away, ChangeKind.INTERRUPTED, " \n", actor=coordinator)
    assert again(away).state == StayState.AWAY


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (ChangeKind.EXTENDED, 60),
        (ChangeKind.EXTENDED, None),
        (ChangeKind.EARLY_RETURN, 91),
        (ChangeKind.EARLY_RETURN, -31),
        (ChangeKind.FORCE_MAJEURE, None),
    ],
)
def test_a_last_day_that_makes_no_sense_changes_nothing(
    away: Stay, coordinator: User, kind: ChangeKind, last: int | None
) -> None:
    with pytest.raises(MobilityError):
        endings.make_change(
            away, kind, "Why.", actor=coordinator, last_day=None if last is None else in_days(last)
        )
    assert (again(away).state, again(away).ends_on) == (StayState.AWAY, in_days(90))
    assert not away.changes.exists()


def test_an_extension_moves_what_is_counted_from_the_end(away: Stay, coordinator: User) -> None:
    endings.make_change(
        away, ChangeKind.EXTENDED, "A month more.", actor=coordinator, last_day=in_days(120)
    )
    assert step(away, "transcript").due_on == in_days(120 + 84)


def test_a_postponed_stay_waits_and_goes_on_in_new_days(stay: Stay, coordinator: User) -> None:
    endings.make_change(stay, ChangeKind.POSTPONED, "Ill.", actor=coordinator)
    assert not stay.steps.filter(waiting_since__isnull=False).exists()
    endings.resume(stay, Days(in_days(300), in_days(400)), actor=coordinator)
    assert again(stay).state == StayState.PREPARING
    assert stay.steps.filter(waiting_since__isnull=False).exists()
    assert step(stay, "insurance").due_on == in_days(300 - 21)


def test_a_student_withdraws_and_the_coordinators_are_told(
    stay: Stay, noor: User, coordinator: User
) -> None:
    endings.make_change(stay, ChangeKind.WITHDRAWN, "Another plan.", actor=noor)
    assert again(stay).state == StayState.WITHDRAWN
    mail = OutboxMail.objects.get(key__startswith="stay-student-")
    assert mail.key == f"stay-student-turned:{stay.uuid}:withdrawn:{coordinator.pk}"


def test_a_student_does_not_extend_on_their_own(away: Stay, noor: User) -> None:
    with pytest.raises(NotAllowedNowError):
        endings.make_change(away, ChangeKind.EXTENDED, "More!", actor=noor, last_day=in_days(200))


def test_force_majeure_before_departure_is_a_withdrawal(stay: Stay, coordinator: User) -> None:
    endings.make_change(stay, ChangeKind.FORCE_MAJEURE, "Earthquake.", actor=coordinator)
    assert again(stay).state == StayState.WITHDRAWN
