"""A message to a selection of a list: each in their language, in a thread of their own, once."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sojourn.advising import group_messages, questions
from sojourn.advising.errors import AdvisingError
from sojourn.advising.group_messages import Draft
from sojourn.advising.models import GroupMessage, Question, QuestionState
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.models import DegreeProgramme
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import LANGUAGES, Text
from sojourn.mobility import personal_data
from sojourn.people.models import MailState, OutboxMail, User
from sojourn.people.roles import Role
from sojourn.planning.models import Plan
from tests.selection.rounds import applicants, closed_round
from tests.support.accounts import account

MEDICINE, BIOMEDICAL = "medicine-bsc", "biomedical-sciences-bsc"
NEW = "/en/office/write/new/"


def student(name: str, language: str = "en", programme: str = MEDICINE) -> User:
    made = account(f"{name.lower()}@example.org", first_name=name, language=language)
    Plan.objects.create(owner=made, programme=DegreeProgramme.objects.get(slug=programme))
    return made


@pytest.fixture
def writer(leiden: Snapshot) -> User:
    return account("carla@example.org", Role.COORDINATOR, programme=MEDICINE)


@pytest.fixture
def client(writer: User) -> Client:
    browser = Client()
    browser.force_login(writer)
    return browser


def form(*students: User, do: str = "send", **changed: Any) -> dict[str, Any]:
    """What the form sends; its text was looked at, unless it says `seen` otherwise."""
    sent = {
        "about": "students",
        "pick": [str(one.uuid) for one in students],
        "sending": str(uuid.uuid4()),
        "subject_en": "Your insurance, {name}",
        "text_en": "Dear {name},\r\n\r\nSend us your insurance for {programme}.",
        "subject_nl": "Je verzekering, {name}",
        "text_nl": "Beste {name},\r\n\r\nStuur ons je verzekering.",
        "becomes": "answered",
        "do": do,
        **changed,
    }
    said = (
        Text({code: sent[f"{name}_{code}"].strip().replace("\r\n", "\n") for code in LANGUAGES})
        for name in ("subject", "text")
    )
    looked_at = Draft(*said, sent["becomes"])
    return {"seen": looked_at.mark, **sent}


def thread_of(asker: User) -> tuple[str, str]:
    thread = Question.objects.get(asker=asker)
    return thread.subject, thread.messages.get().text


def test_each_reads_it_in_their_language_with_their_name(client: Client, writer: User) -> None:
    anna, bram = student("Anna"), student("Bram", "nl")
    answer = client.post(NEW, form(anna, bram))
    message = GroupMessage.objects.get()
    assert answer.headers["Location"] == f"/en/office/write/{message.uuid}/"
    subject, text = thread_of(anna)
    assert subject == "Your insurance, Anna"
    assert text.startswith("Dear Anna,")
    assert "{" not in text
    assert thread_of(bram)[0] == "Je verzekering, Bram"
    mails = OutboxMail.objects.filter(receiver__in=[anna, bram])
    assert sorted(mails.values_list("language", flat=True)) == ["en", "nl"]
    # A mail never says what was written.
    assert not any("insurance" in str(each.content) for each in mails)


def test_sent_twice_it_goes_out_once(client: Client) -> None:
    anna = student("Anna")
    sent = form(anna)
    assert [client.post(NEW, sent).status_code for _click in range(2)] == [302, 302]
    assert Question.objects.count() == GroupMessage.objects.count() == 1
    assert OutboxMail.objects.filter(receiver=anna).count() == 1


def test_it_is_looked_at_and_tried_before(client: Client, writer: User) -> None:
    anna, bram, cees, dora = (
        student("Anna"), student("Bram", "nl"), student("Cees"), student("Dora"),
    )  # fmt: skip
    first = client.post(NEW, {"about": "students", "pick": [str(anna.uuid)], "do": "write"})
    assert 'value="send"' not in first.content.decode()
    page = client.post(NEW, form(anna, bram, cees, dora, do="look")).content.decode()
    assert page.count('class="paper"') == 3
    # Both languages are among the three.
    assert "Dear Anna," in page
    assert "Beste Bram," in page
    assert "Send it to 4 students" in page
    client.post(NEW, form(anna, bram, do="test"))
    test = OutboxMail.objects.get()
    assert (test.receiver, test.is_secret) == (writer, True)
    assert "Dear Anna," in test.content["body"]
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text_en": "Dear {nmae}"}, "There is no field {nmae}. You can use: {name}, {programme}."),
        ({"text_nl": ""}, "Some of them read this language: Dutch."),
        ({"subject_en": ""}, "Some of them read this language: English."),
        ({"becomes": "whatever"}, "whatever"),
        ({"text_en": "x" * 9000}, "at most"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_goes_out(
    client: Client, changed: dict[str, str], said: str
) -> None:
    answer = client.post(NEW, form(student("Anna"), student("Bram", "nl"), **changed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Question.objects.exists()
    # Nothing of what was written is lost.
    assert "Stuur ons je verzekering." in answer.content.decode() or changed == {"text_nl": ""}


def test_only_what_was_looked_at_goes_out(client: Client) -> None:
    anna = student("Anna")
    sent = form(anna)
    changed = sent | {"text_en": "Dear {name},\r\n\r\nNot what I looked at."}
    page = client.post(NEW, changed)
    assert page.status_code == 422
    shown = page.content.decode()
    assert "This is not yet what you looked at." in shown
    assert "Dear Anna,</p>\n\n<p>Not what I looked at." in shown
    assert not Question.objects.exists()
    # Looked at now, it goes as it stands.
    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen is not None
    assert client.post(NEW, changed | {"seen": seen[1]}).status_code == 302
    assert "Not what I looked at." in thread_of(anna)[1]
    # Back, and the first text after all: that is another message, and it does go out.
    assert client.post(NEW, sent).status_code == 302
    assert Question.objects.filter(asker=anna).count() == GroupMessage.objects.count() == 2


def test_who_erased_the_account_meanwhile_is_left_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bram = student("Anna"), student("Bram", "nl")
    real = group_messages.send

    def send(*arguments: Any, **named: Any) -> GroupMessage:
        """Send, after who is to get it was read and one of them went."""
        personal_data.erase(User.objects.get(pk=bram.pk))
        return real(*arguments, **named)

    monkeypatch.setattr(group_messages, "send", send)
    page = client.post(NEW, form(anna, bram), follow=True).content.decode()
    assert "The message went to 1 student." in page
    assert Question.objects.get().asker == anna
    monkeypatch.setattr(group_messages, "send", real)
    # Nobody is left: nothing is kept of it.
    gone = [group_messages.Receiver(bram, {})]
    draft = Draft(Text({"nl": "Hallo"}), Text({"nl": "Dag"}), "answered")
    with pytest.raises(AdvisingError):
        group_messages.send(draft, gone, uuid.uuid4(), by=User.objects.get(is_staff=True))
    assert GroupMessage.objects.count() == 1


def test_a_list_that_is_too_long_is_refused_before_anything_is_written(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_messages, "MOST_RECIPIENTS", 2)
    for number in range(3):
        student(f"Student{number}")
    everybody = form(everything="1", asked="programme=medicine-bsc", do="write")
    page = client.post(NEW, everybody, follow=True)
    assert page.redirect_chain
    assert "You can write to at most 2 students at once." in page.content.decode()


def test_those_of_another_programme_are_left_out_and_it_says_so(client: Client) -> None:
    anna, other = student("Anna"), student("Otto", programme=BIOMEDICAL)
    page = client.post(NEW, form(anna, other, do="look")).content.decode()
    assert "Send it to 1 student" in page
    client.post(NEW, form(anna, other))
    assert not Question.objects.filter(asker=other).exists()
    alone = client.post(NEW, form(other), follow=True)
    assert alone.redirect_chain
    assert Question.objects.count() == 1


def test_a_field_that_says_nothing_of_somebody_is_told_before(client: Client) -> None:
    anna, cora = student("Anna"), account("cora@example.org", first_name="Cora")
    page = client.post(NEW, form(anna, cora, do="look")).content.decode()
    assert "{programme} is empty for 1 student." in page
    assert 'value="send"' in page


def test_all_of_a_list_on_every_page_is_written_to(client: Client) -> None:
    for number in range(53):
        student(f"Student{number}")
    client.post(NEW, form(everything="1", asked="programme=medicine-bsc"))
    assert Question.objects.count() == 53


def test_applicants_are_written_to_with_their_round_and_place(leiden: Snapshot) -> None:
    browser = Client()
    browser.force_login(account("all@example.org", Role.COORDINATOR))
    place = "half-minor-edinburgh"
    round_ = closed_round({place: 2})
    applicants(round_, [[place]] * 3, ["8", "7", "6"])
    page = browser.get(f"/en/office/rounds/{round_.slug}/applications/").content.decode()
    about = re.search(r'name="about" value="([^"]+)"', page)
    assert about is not None
    keys = [str(one.uuid) for one in round_.applications.all()]
    sent = form(
        about=about[1], pick=keys,
        text_en="{round}: {code}, {place}", text_nl="{round}: {code}, {place}",
    )  # fmt: skip
    assert browser.post(NEW, sent).status_code == 302
    for application in round_.applications.all():
        text = thread_of(application.owner)[1]
        assert application.code in text
        assert "{" not in text
        assert not text.endswith(", ")


def test_how_it_went_is_seen_with_who_wrote_back(client: Client, writer: User) -> None:
    anna, bram = student("Anna"), student("Bram")
    client.post(NEW, form(anna, bram, becomes="asked_back"))
    message = GroupMessage.objects.get()
    assert set(Question.objects.values_list("state", flat=True)) == {QuestionState.ASKED_BACK}
    OutboxMail.objects.filter(receiver=bram).update(state=MailState.FAILED)
    questions.write_on(
        Question.objects.get(asker=anna), NewMessage("Here it is.", uuid.uuid4()), by=anna
    )
    page = client.get(f"/en/office/write/{message.uuid}/").content.decode()
    assert "Not delivered" in page
    assert page.count("wrote back") == 1
    listed = client.get("/en/office/write/")
    assert "Your insurance, {name}" in listed.content.decode()
    # To two, of whom one wrote back: an answer makes no receiver.
    assert [cell.plain for _head, cell in listed.context["list"].lines[0].cells][3:] == ["2", "1"]
    # On the student's page it is one of their conversations.
    assert (
        "Your insurance, Anna" in client.get(f"/en/office/students/{anna.uuid}/").content.decode()
    )


def test_as_many_queries_for_many_as_for_few(client: Client) -> None:
    few = [student(f"Few{number}") for number in range(2)]
    many = [student(f"Many{number}") for number in range(12)]

    def count(found: list[User]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.post(NEW, form(*found, do="look")).status_code == 200
        return len(asked)

    count(few)
    assert count(many) == count(few)


@pytest.mark.parametrize("role", [Role.BOARD, Role.REVIEWER])
def test_who_does_not_advise_writes_to_nobody(leiden: Snapshot, role: Role) -> None:
    anna = student("Anna")
    browser = Client()
    browser.force_login(account("somebody@example.org", role))
    assert browser.post(NEW, form(anna)).status_code == 403
    assert 'value="write"' not in browser.get("/en/office/students/").content.decode()
