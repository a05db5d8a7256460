"""One click stops mail for ever, also when a mail program does the clicking (RFC 8058)."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.models import Contact, Opportunity
from sojourn.experiences import correspondents, invitations, messages
from sojourn.experiences.models import ConsentState, Correspondent, ReportInvitation
from sojourn.experiences.stopping import is_stopped
from sojourn.people.models import OutboxMail, User
from tests.experiences.conftest import CONTACT, PLACE

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def way_out(mail: OutboxMail) -> str:
    """The path that a mail program sends its POST to."""
    headers = mail.content["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"]
    assert (address[0], address[-1]) == ("<", ">")
    return urlsplit(address[1:-1]).path


def mail_program() -> Client:
    """It has no cookies and never saw a page."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def question(anna: User, supervisor: Correspondent) -> OutboxMail:
    messages.send_message(
        anna, supervisor, messages.NewMessage(uuid.uuid4(), "Is it cold?", "Anna"), "x"
    )
    return OutboxMail.objects.get(key__startswith="message:")


@pytest.fixture
def request_to_tell(coordinator: User) -> OutboxMail:
    place = Opportunity.objects.get(slug=PLACE)
    invitations.invite(coordinator, ["cem@example.org"], place, "nl")
    return OutboxMail.objects.get(key__startswith="report-invitation:")


def test_a_message_is_stopped_by_the_mail_program(
    question: OutboxMail, supervisor: Correspondent
) -> None:
    for _twice in range(2):
        assert mail_program().post(way_out(question), ONE_CLICK).status_code == 200
    supervisor.refresh_from_db()
    assert supervisor.state == ConsentState.STOPPED
    assert is_stopped(supervisor.email)


def test_an_invitation_is_stopped_by_the_mail_program(request_to_tell: OutboxMail) -> None:
    assert mail_program().post(way_out(request_to_tell), ONE_CLICK).status_code == 200
    assert is_stopped("cem@example.org")
    assert ReportInvitation.objects.get().is_declined


def test_the_question_whether_students_may_write_has_a_way_out(coordinator: User) -> None:
    contact = Contact.objects.get(slug=CONTACT)
    person = correspondents.set_address(coordinator, contact, "super@example.edu", "nl")
    correspondents.request_consent(coordinator, person)
    mail = OutboxMail.objects.get(key__startswith="consent-asked:")
    assert mail_program().post(way_out(mail), ONE_CLICK).status_code == 200
    assert is_stopped("super@example.edu")


@pytest.mark.slow
def test_looking_asks_first_and_changes_nothing(
    question: OutboxMail, request_to_tell: OutboxMail, supervisor: Correspondent
) -> None:
    for mail, said in ((question, "Voorgoed stoppen"), (request_to_tell, "Voorgoed stoppen")):
        answer = mail_program().get(way_out(mail))
        assert answer.status_code == 200
        assert said in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
    supervisor.refresh_from_db()
    assert supervisor.state == ConsentState.AGREED
    assert not is_stopped("cem@example.org")


@pytest.mark.slow
@pytest.mark.parametrize("view", ["stop", "stop-inviting"])
def test_a_forged_way_out_stops_nobody(
    question: OutboxMail, request_to_tell: OutboxMail, view: str
) -> None:
    other = way_out(request_to_tell if view == "stop" else question)
    token = other.rstrip("/").rpartition("/")[2]
    for forged in (token, "x", f"{uuid.uuid4().hex}.abc"):
        assert (
            mail_program().post(f"/en/experiences/{view}/{forged}/", ONE_CLICK).status_code == 404
        )
    assert not is_stopped("super@example.edu")
    assert not is_stopped("cem@example.org")


def test_an_answer_by_mail_reaches_the_student_only_if_they_let_their_address_go_along(
    anna: User, supervisor: Correspondent, question: OutboxMail
) -> None:
    assert question.content["reply_to"] == []
    open_note = messages.NewMessage(uuid.uuid4(), "And in May?", "Anna", shows_address=anna.email)
    sent = messages.send_message(anna, supervisor, open_note, "x")
    assert OutboxMail.objects.get(key=f"message:{sent.pk}").content["reply_to"] == [anna.email]
    answer = messages.send_answer(sent, messages.NewMessage(uuid.uuid4(), "Mild.", "Sven"))
    assert OutboxMail.objects.get(key=f"message:{answer.pk}").content["reply_to"] == []
    assert sent.sent_at <= timezone.now()


def test_answers_to_the_office_go_where_it_reads_them(coordinator: User, settings: object) -> None:
    settings.OFFICE_MAIL_ADDRESS = "abroad@example.edu"  # type: ignore[attr-defined]
    place = Opportunity.objects.get(slug=PLACE)
    invitations.invite(coordinator, ["dunya@example.org"], place, "en")
    assert OutboxMail.objects.get().content["reply_to"] == ["abroad@example.edu"]
