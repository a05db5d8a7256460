"""Demo accounts: made once, shown again, with passwords that only the owner can read."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from sojourn.people.demo import DemoProgramme, demo_accounts_file, make_demo_accounts
from sojourn.people.models import User
from sojourn.people.roles import EVERY_PROGRAMME, Role

pytestmark = pytest.mark.django_db

MEDICINE = DemoProgramme("medicine-bsc", "Medicine")
BIOMEDICINE = DemoProgramme("biomedical-sciences-bsc", "Biomedical Sciences")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOJOURN_DATA", str(tmp_path))


def test_there_is_a_student_for_each_programme_and_somebody_for_each_role() -> None:
    accounts = make_demo_accounts([MEDICINE, BIOMEDICINE])
    assert [account.email for account in accounts] == [
        "student-medicine-bsc@example.org",
        "student-biomedical-sciences-bsc@example.org",
        "coordinator@example.org",
        "secretary@example.org",
        "board@example.org",
        "operator@example.org",
    ]
    rights = {
        user.email.split("@")[0]: (
            [(held.role, held.programme) for held in user.roles],
            user.is_staff,
            user.is_superuser,
            user.is_demo,
        )
        for user in User.objects.all()
    }
    assert rights["student-medicine-bsc"] == ([], False, False, True)
    coordinates = [(Role.COORDINATOR, EVERY_PROGRAMME), (Role.SAFETY, EVERY_PROGRAMME)]
    assert rights["coordinator"] == (coordinates, True, False, True)
    assert rights["secretary"] == ([(Role.SECRETARY, EVERY_PROGRAMME)], True, False, True)
    assert rights["board"] == ([(Role.BOARD, EVERY_PROGRAMME)], True, False, True)
    assert rights["operator"] == ([(Role.OPERATOR, EVERY_PROGRAMME)], True, True, True)


def test_every_password_works_and_no_two_are_the_same() -> None:
    accounts = make_demo_accounts([MEDICINE])
    request = RequestFactory().post("/")
    for account in accounts:
        user = authenticate(request, email=account.email, password=account.password)
        assert user is not None
    assert len({account.password for account in accounts}) == len(accounts)


def test_a_second_time_shows_the_same_accounts() -> None:
    assert make_demo_accounts([MEDICINE]) == make_demo_accounts([MEDICINE])


def test_a_new_programme_gets_its_student_and_the_others_keep_their_passwords() -> None:
    before = make_demo_accounts([MEDICINE])
    after = make_demo_accounts([MEDICINE, BIOMEDICINE])
    assert set(before) < set(after)


def test_only_the_owner_can_read_the_passwords() -> None:
    make_demo_accounts([MEDICINE])
    assert stat.S_IMODE(demo_accounts_file().stat().st_mode) == 0o600


def test_a_lost_file_means_new_passwords_that_work() -> None:
    make_demo_accounts([MEDICINE])
    demo_accounts_file().unlink()
    (student, *_) = make_demo_accounts([MEDICINE])
    assert User.objects.get(email=student.email).check_password(student.password)
