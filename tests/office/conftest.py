"""People who knock at the office: a visitor, a student, a coordinator, an operator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.support.accounts import account

MakeClient = Callable[[str], Client]


@pytest.fixture
def client_of(db: None) -> MakeClient:
    """`client_of("coordinator")`: a browser of somebody with that role; "visitor" for nobody."""

    def make(role: str) -> Client:
        client = Client()
        if role != "visitor":
            client.force_login(account(f"{role}@example.org", role, "a long pass phrase"))
        return client

    return make
