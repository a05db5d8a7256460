"""Somebody without an account who uses the links of a mail: a supervisor whom a student asked."""

from __future__ import annotations

import uuid

from django.test import Client

from sojourn.catalogue.models import Contact
from sojourn.experiences import correspondents, messages
from sojourn.experiences.links import LinkPurpose, token_for
from sojourn.experiences.models import Correspondent, Message
from sojourn.people.models import User
from sojourn.people.roles import Role
from tests.experiences.conftest import CONTACT

SUPERVISOR = "supervisor by link"


def asked_by(student: User) -> tuple[Correspondent, Message]:
    """A supervisor who agreed, and the message that a student sent."""
    colleague = User.objects.create_user("asks-supervisors@example.org", role=Role.COORDINATOR)
    contact = Contact.objects.get(slug=CONTACT)
    person = correspondents.set_address(colleague, contact, "by-link@example.edu", "en")
    correspondents.request_consent(colleague, person)
    person = correspondents.agree(person)
    return person, messages.send_message(
        student, person, messages.NewMessage(uuid.uuid4(), "Is it cold there?", "Kim"), "x"
    )


def supervisor_by_link() -> Client:
    """A browser in which every link was opened and a message was answered."""
    person, message = asked_by(User.objects.create_user("kim@example.org", first_name="Kim"))
    client = Client()
    for name, token in (
        ("consent", token_for(LinkPurpose.CONSENT, person.pk)),
        ("stop", token_for(LinkPurpose.STOP, person.pk)),
        ("answer", token_for(LinkPurpose.ANSWER, message.pk)),
    ):
        assert client.get(f"/en/experiences/{name}/{token}/").status_code == 200
    answer = client.post(
        f"/en/experiences/answer/{token_for(LinkPurpose.ANSWER, message.pk)}/",
        {"form": str(uuid.uuid4()), "text": "Bring boots.", "name": "Sven"},
    )
    assert answer.status_code == 302
    return client
