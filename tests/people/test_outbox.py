"""Letters: in the reader's language, once, with the change they are about."""

from __future__ import annotations

import email
import email.policy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import override_settings
from django.utils.translation import gettext as _

from sojourn.config.worker import run_waiting_tasks
from sojourn.people import outbox
from sojourn.people.models import OutboxMail, User
from sojourn.people.outbox import CalendarPart, Letter, Link, Recipient

LOCAL = "django.core.mail.backends.locmem.EmailBackend"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def delivered_here() -> Any:
    with override_settings(MAIL_DELIVERY_BACKEND=LOCAL, SITE_URL="https://abroad.example.edu"):
        yield


def letter() -> Letter:
    return Letter(
        subject=_("Sign in"),
        paragraphs=("Two < three & four.", "Line one\nline two"),
        link=Link(_("Sign in"), "/en/account/login/"),
    )


def arrived() -> Any:
    run_waiting_tasks()
    (message,) = mail.outbox
    return email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)


def test_a_letter_arrives_as_text_and_as_html_in_the_language_of_its_reader() -> None:
    anna = User.objects.create_user("anna@example.org", language="nl")
    outbox.post(key="one", to=anna, write=letter)
    message = arrived()
    assert message["Subject"] == "Inloggen"
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert "Two < three & four." in text
    assert "https://abroad.example.edu/en/account/login/" in text
    assert "Two &lt; three &amp; four." in html
    assert '<html lang="nl">' in html
    assert "line one" in html.lower()
    assert "<br>" in html


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    outbox.post(
        key="one",
        to=Recipient("anna@example.org", "en"),
        write=lambda: Letter("Hello\r\nBcc: all@example.org", ("…",)),
    )
    message = arrived()
    assert message["Subject"] == "Hello Bcc: all@example.org"
    assert message["Bcc"] is None


def test_the_same_key_is_sent_once() -> None:
    for _time in range(3):
        outbox.post(key="one", to=Recipient("anna@example.org", "en"), write=letter)
    run_waiting_tasks()
    assert len(mail.outbox) == 1


def test_the_same_key_from_many_at_once_is_sent_once() -> None:
    def post(_number: int) -> None:
        try:
            outbox.post(key="one", to=Recipient("anna@example.org", "en"), write=letter)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(post, range(16)))
    assert OutboxMail.objects.count() == 1
    run_waiting_tasks()
    assert len(mail.outbox) == 1


def test_a_letter_about_something_undone_is_never_sent() -> None:
    def post_and_fail() -> None:
        with transaction.atomic():
            outbox.post(key="one", to=Recipient("anna@example.org", "en"), write=letter)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        post_and_fail()
    run_waiting_tasks()
    assert mail.outbox == []


def test_an_appointment_arrives_as_calendar_programs_read_it() -> None:
    text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    outbox.post(
        key="one",
        to=Recipient("anna@example.org", "en"),
        write=letter,
        calendar=CalendarPart("REQUEST", text),
    )
    message = arrived()
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    assert "METHOD:REQUEST" in part.get_content()
