"""Somebody who asks, somebody who answers."""

from __future__ import annotations

from sojourn.people.models import User
from sojourn.people.roles import Role


def student(email: str = "anna.jansen@example.org", **more: str) -> User:
    named = {"first_name": "Anna", "last_name": "Jansen", "language": "nl"} | more
    return User.objects.create_user(email, "a long pass phrase", **named)


def coordinator(email: str = "carla@example.org", **more: str) -> User:
    named = {"first_name": "Carla", "last_name": "Bakker"} | more
    return User.objects.create_user(email, "a long pass phrase", role=Role.COORDINATOR, **named)
