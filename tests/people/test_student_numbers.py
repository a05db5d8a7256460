"""A student number is claimed, then confirmed; a second claim is a case and blocks nobody."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from sojourn.people import student_numbers
from sojourn.people.models import AuditEvent, OutboxMail, StudentNumber, User
from sojourn.people.roles import Role
from tests.support.accounts import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return account("owner@example.org", password="correct horse battery")


@pytest.fixture
def stranger() -> User:
    return account("stranger@example.org", password="correct horse battery")


@pytest.fixture
def officer() -> User:
    return account("office@example.org", Role.COORDINATOR)


def confirmed(user: User) -> str:
    row = StudentNumber.objects.filter(owner=user, confirmed_at__isnull=False).first()
    return row.number if row else ""


def test_the_database_keeps_a_confirmed_number_once(owner: User, stranger: User) -> None:
    now = timezone.now()
    StudentNumber.objects.create(
        owner=owner, number="1234567", confirmed_at=now, confirmed_by="list"
    )
    # A claim beside it is allowed.
    claim = StudentNumber.objects.create(owner=stranger, number="1234567")
    claim.confirmed_at, claim.confirmed_by = now, "list"
    with pytest.raises(IntegrityError), transaction.atomic():
        claim.save()


def test_nobody_confirms_without_saying_who_they_are(owner: User) -> None:
    row = StudentNumber(owner=owner, number="1234567", confirmed_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_number_is_confirmed_by_single_sign_on(owner: User) -> None:
    student_numbers.claim(owner, "s7654321")
    assert student_numbers.confirm(owner, " s1234567 ", by="sso:surfconext")
    assert confirmed(owner) == "1234567"
    # Typing another one afterwards changes nothing.
    student_numbers.claim(owner, "7654321")
    assert confirmed(owner) == "1234567"
    assert student_numbers.confirm(owner, "1234567", by="sso:surfconext")
    assert AuditEvent.objects.filter(action="student_number.confirmed").count() == 1


def test_who_claims_first_takes_nothing_from_the_owner(owner: User, stranger: User) -> None:
    student_numbers.claim(stranger, "1234567")
    assert student_numbers.confirm(owner, "1234567", by="list")
    assert confirmed(owner) == "1234567"
    assert confirmed(stranger) == ""
    assert not student_numbers.confirm(stranger, "1234567", by="sso:other")
    assert confirmed(stranger) == ""
    assert [len(each.claims) for each in student_numbers.cases()] == [2]


def test_a_number_in_use_becomes_a_claim_of_who_brings_it(owner: User, stranger: User) -> None:
    student_numbers.confirm(owner, "1234567", by="list")
    assert not student_numbers.confirm(stranger, "1234567", by="sso:other")
    assert StudentNumber.objects.get(owner=stranger).number == "1234567"
    assert not student_numbers.confirm(stranger, "none", by="sso:other")


def test_the_office_decides_and_the_other_is_told(
    owner: User, stranger: User, officer: User
) -> None:
    student_numbers.claim(stranger, "0123456")
    mine = student_numbers.claim(owner, "123456")
    assert student_numbers.contested([mine]) == {owner.pk}
    assert student_numbers.decide(mine, actor=officer) == (stranger,)
    assert confirmed(owner) == "123456"
    assert not StudentNumber.objects.filter(owner=stranger).exists()
    assert student_numbers.cases() == []
    told = OutboxMail.objects.get(key__startswith="student-number-refused:")
    assert told.to == ["stranger@example.org"]
    # The mail tells nothing about the other one.
    assert "owner" not in str(told.content)


def test_a_confirmation_by_mistake_is_taken_back(
    owner: User, stranger: User, officer: User
) -> None:
    student_numbers.confirm(stranger, "1234567", by="office", actor=officer)
    student_numbers.claim(owner, "1234567")
    student_numbers.decide(StudentNumber.objects.get(owner=owner), actor=officer)
    assert confirmed(owner) == "1234567"
    assert confirmed(stranger) == ""


def test_a_list_of_the_office_confirms_by_number_and_address(
    owner: User, stranger: User, officer: User
) -> None:
    student_numbers.claim(stranger, "1234567")
    unconfirmed = account("nobody@example.org")
    result = student_numbers.confirm_by_list(
        "Studentnummer;E-mail\r\n"
        "s1234567;OWNER@example.org\r\n"
        "7654321,nobody@example.org\r\n"
        "1234567\tstranger@example.org\r\n"
        "\r\n"
        "note\r\n",
        actor=officer,
    )
    assert result.confirmed == ("1234567",)
    assert result.not_found == ("7654321,nobody@example.org",)
    assert result.in_use == ("1234567",)
    assert result.unread == ("Studentnummer;E-mail", "note")
    assert confirmed(owner) == "1234567"
    assert confirmed(unconfirmed) == ""
    again = student_numbers.confirm_by_list("1234567 owner@example.org", actor=officer)
    assert (again.confirmed, again.unchanged) == ((), 1)
