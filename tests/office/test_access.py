"""The office opens to those who work there and to nobody else."""

from __future__ import annotations

import pytest

from sojourn.catalogue.snapshot.snapshot import Snapshot
from tests.office.conftest import MakeClient


@pytest.mark.slow
@pytest.mark.parametrize("role", ["coordinator", "operator"])
def test_those_who_work_here_see_today(leiden: Snapshot, client_of: MakeClient, role: str) -> None:
    answer = client_of(role).get("/en/office/")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert 'aria-current="page"' in answer.content.decode()


def test_a_student_is_refused(leiden: Snapshot, client_of: MakeClient) -> None:
    assert client_of("student").get("/en/office/").status_code == 403


def test_a_visitor_is_asked_to_sign_in_and_comes_back(
    leiden: Snapshot, client_of: MakeClient
) -> None:
    answer = client_of("visitor").get("/nl/office/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/nl/account/login/?next=/nl/office/"


@pytest.mark.slow
def test_only_those_who_work_here_see_the_way_in(leiden: Snapshot, client_of: MakeClient) -> None:
    way = 'href="/en/office/"'
    assert way in client_of("coordinator").get("/en/").content.decode()
    assert way not in client_of("student").get("/en/").content.decode()
    assert way not in client_of("visitor").get("/en/").content.decode()
