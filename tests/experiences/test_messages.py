"""Writing to people who agreed: limits, silence about what was said, answers, stopping for ever."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from sojourn.catalogue.models import Contact
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.experiences import correspondents, messages, moderation, writing
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import (
    ConsentMethod,
    ConsentState,
    Correspondent,
    Message,
    Report,
    StoppedAddress,
)
from sojourn.experiences.stopping import is_stopped
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.experiences.conftest import CONTACT

SECRET = "zebra-4711"


def note(text: str = f"How long did {SECRET} take?", **named: object) -> messages.NewMessage:
    return messages.NewMessage(form=uuid4(), text=text, name="Anna", **named)  # type: ignore[arg-type]


def mail_to(address: str) -> list[OutboxMail]:
    return [mail for mail in OutboxMail.objects.order_by("pk") if address in mail.to]


def test_a_message_goes_out_by_mail_and_is_kept_nowhere_else(
    anna: User, supervisor: Correspondent
) -> None:
    sent = messages.send_message(anna, supervisor, note(), "Karolinska")
    mail = OutboxMail.objects.get(key=f"message:{sent.pk}")
    assert mail.to == ["super@example.edu"]
    assert mail.is_secret  # the office's page of mail does not show it
    assert SECRET in str(mail.content)
    assert SECRET not in mail.subject
    kept = str([list(Message.objects.values()), list(AuditEvent.objects.values())])
    assert SECRET not in kept


def test_the_student_never_sees_the_address(anna: User, supervisor: Correspondent) -> None:
    sent = messages.send_message(anna, supervisor, note(), "Karolinska")
    messages.send_answer(sent, messages.NewMessage(uuid4(), "About a year.", "Dr. B"))
    answer = mail_to("anna@example.org")[-1]
    assert "About a year." in str(answer.content)
    assert "super@example.edu" not in str(answer.content)


def test_whoever_answers_may_show_the_address(anna: User, supervisor: Correspondent) -> None:
    sent = messages.send_message(anna, supervisor, note(), "Karolinska")
    messages.send_answer(sent, messages.NewMessage(uuid4(), "Yes.", "Dr. B", supervisor.email))
    assert "super@example.edu" in str(mail_to("anna@example.org")[-1].content)


@pytest.mark.parametrize("shows", [True, False])
def test_the_students_address_goes_along_only_if_they_say_so(
    anna: User, supervisor: Correspondent, shows: bool
) -> None:
    messages.send_message(
        anna, supervisor, note(shows_address=anna.email if shows else ""), "Karolinska"
    )
    assert (anna.email in str(mail_to("super@example.edu")[-1].content["body"])) is shows


def test_the_same_form_sent_twice_is_one_message(anna: User, supervisor: Correspondent) -> None:
    once = note()
    first = messages.send_message(anna, supervisor, once, "Karolinska")
    assert messages.send_message(anna, supervisor, once, "Karolinska").pk == first.pk
    assert Message.objects.count() == 1


@pytest.mark.slow
def test_a_student_may_send_so_many_a_week_and_no_more(
    anna: User, coordinator: User, supervisor: Correspondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MESSAGES_A_WEEK_PER_RECEIVER", 100)
    for _time in range(settings.MESSAGES_A_WEEK_PER_SENDER):
        messages.send_message(anna, supervisor, note(), "Karolinska")
    with pytest.raises(ExperienceError, match="a week"):
        messages.send_message(anna, supervisor, note(), "Karolinska")
    assert messages.count_left_this_week(anna) == 0
    Message.objects.update(sent_at=timezone.now() - messages.WEEK)
    messages.send_message(anna, supervisor, note(), "Karolinska")


def test_a_person_gets_so_many_a_week_from_all_together(
    leiden: Snapshot, supervisor: Correspondent
) -> None:
    for number in range(settings.MESSAGES_A_WEEK_PER_RECEIVER):
        student = User.objects.create_user(f"s{number}@example.org", first_name="Sem")
        messages.send_message(student, supervisor, note(), "Karolinska")
    last = User.objects.create_user("last@example.org", first_name="Lot")
    with pytest.raises(ExperienceError, match="enough mail"):
        messages.send_message(last, supervisor, note(), "Karolinska")


def test_one_address_under_two_names_is_one_person(
    anna: User, coordinator: User, supervisor: Correspondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MESSAGES_A_WEEK_PER_RECEIVER", 1)
    other = correspondents.set_address(
        coordinator, Contact.objects.get(slug="supervisor-leuven"), "SUPER@example.edu", "en"
    )
    correspondents.record_agreement(coordinator, other, ConsentMethod.MAIL)
    messages.send_message(anna, supervisor, note(), "Karolinska")
    with pytest.raises(ExperienceError, match="enough mail"):
        messages.send_message(anna, other, note(), "Leuven")


@pytest.mark.parametrize("state", [ConsentState.UNASKED, ConsentState.ASKED])
def test_nobody_is_written_to_who_did_not_agree(
    anna: User, supervisor: Correspondent, state: ConsentState
) -> None:
    Correspondent.objects.filter(pk=supervisor.pk).update(state=state)
    supervisor.refresh_from_db()
    with pytest.raises(ExperienceError):
        messages.send_message(anna, supervisor, note(), "Karolinska")
    assert not Message.objects.exists()


def test_stopping_is_for_ever_and_for_every_name_of_the_address(
    anna: User, coordinator: User, supervisor: Correspondent
) -> None:
    other = correspondents.set_address(
        coordinator, Contact.objects.get(slug="supervisor-leuven"), "super@example.edu", "en"
    )
    correspondents.record_agreement(coordinator, other, ConsentMethod.SPOKEN)
    correspondents.stop_permanently(supervisor)
    correspondents.stop_permanently(supervisor)  # twice is once
    for person in (supervisor, other):
        person.refresh_from_db()
        assert person.state == ConsentState.STOPPED
        with pytest.raises(ExperienceError):
            messages.send_message(anna, person, note(), "x")
        for attempt in (
            lambda one=person: correspondents.agree(one),
            lambda one=person: correspondents.request_consent(coordinator, one),
            lambda one=person: correspondents.record_agreement(coordinator, one, "mail"),
            lambda: correspondents.set_address(
                coordinator, Contact.objects.get(slug=CONTACT), "Super@Example.edu", "nl"
            ),
        ):
            with pytest.raises(ExperienceError):
                attempt()


def test_of_a_stopped_address_only_a_seal_is_kept(supervisor: Correspondent) -> None:
    correspondents.stop_permanently(supervisor)
    assert is_stopped(" SUPER@example.edu ")
    assert "super" not in str(list(StoppedAddress.objects.values()))


def test_an_agreement_keeps_when_and_how_and_who_wrote_it_down(
    coordinator: User, supervisor: Correspondent
) -> None:
    assert supervisor.agreed_how == ConsentMethod.LINK
    assert supervisor.agreed_at is not None
    other = correspondents.set_address(
        coordinator, Contact.objects.get(slug="supervisor-leuven"), "x@example.edu", "en"
    )
    agreed = correspondents.record_agreement(coordinator, other, ConsentMethod.SPOKEN)
    assert (agreed.agreed_how, agreed.recorded_by) == (ConsentMethod.SPOKEN, coordinator)


def test_another_address_needs_another_agreement(
    coordinator: User, supervisor: Correspondent
) -> None:
    contact = Contact.objects.get(slug=CONTACT)
    same = correspondents.set_address(coordinator, contact, "super@example.edu", "en")
    assert same.state == ConsentState.AGREED
    changed = correspondents.set_address(coordinator, contact, "new@example.edu", "en")
    assert changed.state == ConsentState.UNASKED
    assert changed.agreed_how == ""


def test_asking_twice_mails_once(coordinator: User, leiden: Snapshot) -> None:
    person = correspondents.set_address(
        coordinator, Contact.objects.get(slug=CONTACT), "super@example.edu", "nl"
    )
    correspondents.request_consent(coordinator, person)
    correspondents.request_consent(coordinator, person)
    assert OutboxMail.objects.filter(key__startswith="consent-asked").count() == 1


def test_the_writer_of_a_report_can_be_written_to_only_while_they_agree(
    published: Report, leiden: Snapshot
) -> None:
    bert = User.objects.create_user("bert@example.org", first_name="Bert")
    assert not Correspondent.objects.filter(report=published).exists()
    writing.change_consents(published.pk, frozenset({"contact"}))
    person = Correspondent.objects.get(report=published)
    assert person.agreed_how == ConsentMethod.REPORT
    messages.send_message(bert, person, note(), "Karolinska")
    writing.change_consents(published.pk, frozenset())
    person.refresh_from_db()
    with pytest.raises(ExperienceError):
        messages.send_message(bert, person, note(), "Karolinska")


def test_a_writer_whose_report_left_the_pages_is_not_written_to(
    published: Report, coordinator: User
) -> None:
    bert = User.objects.create_user("bert@example.org", first_name="Bert")
    writing.change_consents(published.pk, frozenset({"contact"}))
    moderation.decline(coordinator, published.pk, "Not now.")
    person = Correspondent.objects.get(report=published)
    with pytest.raises(ExperienceError):
        messages.send_message(bert, person, note(), "Karolinska")


@pytest.mark.slow
def test_a_stop_unticks_the_report_too(published: Report) -> None:
    writing.change_consents(published.pk, frozenset({"contact"}))
    correspondents.stop_permanently(Correspondent.objects.get(report=published))
    published.refresh_from_db()
    assert not published.is_contactable
    assert published.published is not None
    assert not published.published.is_contactable
    # Ticking it again does not break the promise.
    writing.change_consents(published.pk, frozenset({"contact"}))
    published.published.refresh_from_db()
    assert not published.published.is_contactable


def test_an_old_question_cannot_be_answered(anna: User, supervisor: Correspondent) -> None:
    sent = messages.send_message(anna, supervisor, note(), "Karolinska")
    Message.objects.update(sent_at=timezone.now() - messages.ANSWER_WITHIN)
    with pytest.raises(ExperienceError):
        messages.send_answer(Message.objects.get(pk=sent.pk), note("late"))


def test_a_question_is_answered_a_few_times_at_most(anna: User, supervisor: Correspondent) -> None:
    sent = messages.send_message(anna, supervisor, note(), "Karolinska")
    for _time in range(messages.MOST_ANSWERS):
        messages.send_answer(sent, note("more"))
    with pytest.raises(ExperienceError, match="continue by mail"):
        messages.send_answer(sent, note("even more"))


@pytest.mark.parametrize("text", [" ", "x" * 3001])
def test_what_cannot_be_sent_says_why(anna: User, supervisor: Correspondent, text: str) -> None:
    with pytest.raises(ExperienceError) as raised:
        messages.send_message(anna, supervisor, note(text), "Karolinska")
    assert raised.value.field == "text"


def test_an_answer_is_signed(anna: User, supervisor: Correspondent) -> None:
    sent = messages.send_message(anna, supervisor, note(), "Karolinska")
    with pytest.raises(ExperienceError) as raised:
        messages.send_answer(sent, messages.NewMessage(uuid4(), "Yes.", "\u200b "))
    assert raised.value.field == "name"


def test_a_message_bears_the_accounts_name_and_says_that_a_student_writes(
    anna: User, supervisor: Correspondent
) -> None:
    anna.first_name, anna.last_name = "Evelien Hack,\r\nLUMC", "international\u202e office"
    messages.send_message(anna, supervisor, note(), "Karolinska")
    said = str(mail_to("super@example.edu")[-1].content)
    assert "Evelien Hack, LUMC international office, student, schrijft je" in said


def test_somebody_without_a_name_is_asked_for_it(anna: User, supervisor: Correspondent) -> None:
    anna.first_name = ""
    with pytest.raises(ExperienceError, match="Fill in your name"):
        messages.send_message(anna, supervisor, note(), "Karolinska")
    assert not Message.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_cannot_both_take_the_last_message(
    anna: User, supervisor: Correspondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MESSAGES_A_WEEK_PER_SENDER", 3)
    begin = threading.Barrier(8)
    refused: list[str] = []

    def click() -> None:
        try:
            begin.wait()
            messages.send_message(anna, supervisor, note(), "Karolinska")
        except ExperienceError as error:
            refused.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.count() == 3
    assert len(refused) == 5
    assert OutboxMail.objects.filter(key__startswith="message:").count() == 3
