"""People with a browser each: a student, another one, a coordinator, an operator, a visitor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.support.accounts import STUDENT, account

MakePerson = Callable[[str, str], Client]


@pytest.fixture
def person(db: None) -> MakePerson:
    """`person("anna@example.org", STUDENT)`: a client that is signed in."""

    def make(email: str, role: str) -> Client:
        client = Client()
        client.force_login(account(email, role, "a long pass phrase"))
        return client

    return make


@pytest.fixture
def student(person: MakePerson) -> Client:
    return person("anna@example.org", STUDENT)
