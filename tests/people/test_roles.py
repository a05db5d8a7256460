"""Roles are given for degree programmes, end on a day, are taken away, and all of that is kept."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from sojourn.people import staff
from sojourn.people.models import AuditEvent, RoleAssignment, User
from sojourn.people.permissions import (
    is_student,
    may_enter_office,
    may_run_installation,
)
from sojourn.people.role_assignments import LastOperatorError, grant_role, revoke_role
from sojourn.people.roles import EVERY_PROGRAMME, SEEING, Role, Units
from tests.support.accounts import account

MEDICINE, BIOMEDICINE = "medicine-bsc", "biomedical-sciences-bsc"


@pytest.fixture
def operator(db: None) -> User:
    return account("operator@example.org", Role.OPERATOR)


@pytest.fixture
def carla(db: None) -> User:
    return account("carla@example.org")


def test_a_role_of_one_programme(operator: User, carla: User) -> None:
    assert is_student(carla)
    grant_role(carla, Role.COORDINATOR, by=operator, programme=MEDICINE)
    assert may_enter_office(carla)
    assert not is_student(carla)
    assert not may_run_installation(carla)
    assert carla.units(*SEEING) == Units(frozenset({MEDICINE}))
    grant_role(carla, Role.SECRETARY, by=operator, programme=BIOMEDICINE)
    assert carla.units(*SEEING) == Units(frozenset({MEDICINE, BIOMEDICINE}))
    assert carla.units(Role.COORDINATOR) == Units(frozenset({MEDICINE}))
    assert not carla.units(Role.OPERATOR)


def test_a_role_of_all_programmes(operator: User, carla: User) -> None:
    grant_role(carla, Role.BOARD, by=operator)
    grant_role(carla, Role.BOARD, by=operator, programme=MEDICINE)
    assert carla.units(Role.BOARD).of_all
    assert User.objects.holding(Role.BOARD).get() == carla


def test_granting_twice_keeps_one_role_and_moves_its_end(operator: User, carla: User) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    grant_role(carla, Role.COORDINATOR, by=operator, until=tomorrow)
    grant_role(carla, Role.COORDINATOR, by=operator)
    assert carla.role_assignments.get().until is None


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (1, True)])
def test_a_deputy_until_a_day(operator: User, carla: User, days: int, holds: bool) -> None:
    last = timezone.localdate() + dt.timedelta(days=days)
    grant_role(carla, Role.COORDINATOR, by=operator, until=last)
    assert may_enter_office(carla) is holds
    assert User.objects.holding(Role.COORDINATOR).exists() is holds


def test_a_role_that_is_taken_away_ends_at_once_and_the_account_stays_one_of_staff(
    operator: User, carla: User
) -> None:
    assignment = grant_role(carla, Role.COORDINATOR, by=operator)
    revoke_role(assignment, by=operator)
    for somebody in (assignment.user, User.objects.get(pk=carla.pk)):
        assert not may_enter_office(somebody)
        assert not is_student(somebody)
    assert not RoleAssignment.objects.filter(user=carla).exists()


def test_of_two_operators_who_take_each_others_role_at_once_one_stays(operator: User) -> None:
    other = account("other@example.org", Role.OPERATOR)
    revoke_role(other.role_assignments.get(), by=operator)
    # The other's click was let through before; here it comes second.
    with pytest.raises(LastOperatorError):
        revoke_role(operator.role_assignments.get(), by=other)
    with pytest.raises(LastOperatorError):
        staff.close_account(operator, by=other)
    assert User.objects.holding(Role.OPERATOR).get() == operator
    assert not AuditEvent.objects.filter(about=operator, action="account.closed").exists()
    # At the machine itself one may: a new one is made there.
    revoke_role(operator.role_assignments.get(), by=None)
    assert not User.objects.holding(Role.OPERATOR).exists()


def test_nobody_inactive_holds_a_role(operator: User, carla: User) -> None:
    grant_role(carla, Role.OPERATOR, by=operator)
    User.objects.filter(pk=carla.pk).update(is_active=False)
    left = User.objects.get(pk=carla.pk)
    assert not may_enter_office(left)
    assert not RoleAssignment.objects.visible_to(left).exists()


def test_every_change_of_rights_is_in_the_audit_trail(operator: User, carla: User) -> None:
    assignment = grant_role(carla, Role.COORDINATOR, by=operator, programme=MEDICINE)
    revoke_role(assignment, by=operator)
    events = AuditEvent.objects.filter(about=carla, actor=operator).order_by("pk")
    assert [event.action for event in events] == ["role.granted", "role.revoked"]
    assert events[1].details == {"role": "coordinator", "programme": MEDICINE, "until": ""}


def test_roles_are_seen_by_whose_they_are_and_who_gives_them(operator: User, carla: User) -> None:
    grant_role(carla, Role.COORDINATOR, by=operator, programme=EVERY_PROGRAMME)
    other = account("other@example.org", Role.SECRETARY)
    colleague = account("colleague@example.org", Role.COORDINATOR)
    assert RoleAssignment.objects.visible_to(colleague).filter(user=carla).exists()
    assert RoleAssignment.objects.visible_to(carla).filter(user=carla).exists()
    assert RoleAssignment.objects.visible_to(operator).filter(user=carla).exists()
    assert not RoleAssignment.objects.visible_to(other).filter(user=carla).exists()
