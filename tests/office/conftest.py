"""People who knock at the office: a visitor, a student, a coordinator, an operator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sojourn.people.models import Role, User

MakeClient = Callable[[str], Client]


@pytest.fixture
def client_of(db: None) -> MakeClient:
    """`client_of("coordinator")`: a browser of somebody with that role; "visitor" for nobody."""

    def make(role: str) -> Client:
        client = Client()
        if role != "visitor":
            user = User.objects.create_user(
                f"{role}@example.org",
                "a long pass phrase",
                role=role,
                is_staff=role != Role.STUDENT,
            )
            client.force_login(user)
        return client

    return make
