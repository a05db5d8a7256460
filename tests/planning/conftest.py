"""People with a browser each: a student, another one, a coordinator, an operator, a visitor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sojourn.people.models import Role, User

MakePerson = Callable[[str, str], Client]


@pytest.fixture
def person(db: None) -> MakePerson:
    """`person("anna@example.org", Role.STUDENT)`: a client that is signed in."""

    def make(email: str, role: str) -> Client:
        user = User.objects.create_user(
            email, "a long pass phrase", role=role, is_staff=role != Role.STUDENT
        )
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def student(person: MakePerson) -> Client:
    return person("anna@example.org", Role.STUDENT)
