"""Nobody reads or changes another's question by any address, whoever they are."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sojourn.advising import links
from sojourn.advising.models import Message, Question, StoredFile
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.questions import urls as office_urls
from sojourn.people.models import User
from sojourn.portal.questions import urls
from tests.advising.people import student
from tests.experiences.by_link import SUPERVISOR, supervisor_by_link
from tests.support.accounts import account

SECRET = "zebra-4711"
OFFICE_NAMES = ("question", "answer", "saved-repl")
WHO = ["visitor", "other student", "other by link", SUPERVISOR, "coordinator", "operator"]
PDF = b"%PDF-1.7\n" + SECRET.encode() + b"\n%%EOF\n"


@dataclass(frozen=True)
class Address:
    name: str
    path: str
    is_office: bool


@dataclass(frozen=True)
class Asked:
    """Anna's question, and one that was asked without an account."""

    of_account: Question
    by_link: Question


def asked(client: Client, **more: object) -> Question:
    before = set(Question.objects.values_list("pk", flat=True))
    client.post(
        "/en/questions/ask/",
        {
            "subject": SECRET, "text": SECRET, "looked": "1", "sending": str(uuid.uuid4()),
            "attachments": [SimpleUploadedFile(f"{SECRET}.pdf", PDF)],
        } | more,
    )  # fmt: skip
    return Question.objects.exclude(pk__in=before).get()


@pytest.fixture
def both(leiden: Snapshot) -> Asked:
    anna = Client()
    anna.force_login(student())
    return Asked(asked(anna), asked(Client(), email="bert@example.org"))


@pytest.fixture
def somebody(both: Asked) -> Callable[[str], Client]:
    def make(who: str) -> Client:
        if who == SUPERVISOR:
            return supervisor_by_link()
        client = Client()
        if who == "other student":
            client.force_login(student("dora@example.org"))
        elif who in ("coordinator", "operator"):
            client.force_login(account(f"{who}@example.org", who))
        elif who == "asker":
            client.force_login(User.objects.get(email="anna.jansen@example.org"))
        return client

    return make


def addresses(both: Asked, who: str) -> list[Address]:
    """Every address of questions, with Anna's numbers in it, and a link that is not hers."""
    file = StoredFile.objects.get(message__question=both.of_account)
    token = links.token_of(uuid.uuid4())
    if who == "other by link":
        # A link that opens one question, with the number of a file of another.
        token = links.token_of(both.by_link.pk)
    examples = {
        "number": str(both.of_account.pk), "file": str(file.pk), "token": token,
        "message": "1", "slug": "no-such-answer",
    }  # fmt: skip
    found = []
    for folder, patterns in (
        ("/en/questions/", urls.urlpatterns),
        ("/en/office/", office_urls.urlpatterns),
    ):
        is_office = "office" in folder
        for pattern in patterns:
            name = str(getattr(pattern, "name", ""))
            if is_office and not name.startswith(OFFICE_NAMES):
                continue
            route = str(pattern.pattern)
            is_saved_reply = "saved-replies" in route
            for part in re.findall(r"<(?:\w+:)?(\w+)>", route):
                value = "1" if is_saved_reply else examples[part]
                route = re.sub(rf"<(?:\w+:)?{part}>", value, route)
            found.append(Address(name, folder + route, is_office))
    return found


def state_of_everything() -> object:
    return (
        list(Question.objects.order_by("pk").values_list("pk", "state", "assignee")),
        Message.objects.count(),
    )


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
def test_no_page_of_askers_shows_it_to_anybody_else(
    both: Asked, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    for address in addresses(both, who):
        if address.is_office and who in ("coordinator", "operator"):
            continue
        if who == "other by link" and address.name in ("read", "settle-read"):
            continue  # their own
        answer = client.get(address.path)
        text = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
        assert SECRET.encode() not in text, address
        assert b"anna.jansen" not in text, address
        assert answer.status_code in (200, 302, 403, 404, 405), (address, answer.status_code)
        if address.is_office:
            assert answer.status_code in ((403, 405) if "student" in who else (302, 405)), address


@pytest.mark.slow
@pytest.mark.parametrize("who", ["visitor", "other student", SUPERVISOR])
def test_nothing_that_anybody_else_sends_changes_it(
    both: Asked, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    before = state_of_everything()
    everything = {
        "to": "closed", "text": "mine", "becomes": "answered", "seen": "1", "sure": "1",
        "pick": str(both.of_account.pk), "do": "settle", "number": str(both.of_account.pk),
        "name": "x", "text_en": "x", "text_nl": "x", "what": "withdraw",
    }  # fmt: skip
    for address in addresses(both, who):
        if address.name != "ask":
            answer = client.post(address.path, everything)
            if address.is_office:
                assert answer.status_code in (302, 403, 405), address
                assert answer.status_code != 302 or "/login/" in answer.headers["Location"]
    assert state_of_everything() == before


@pytest.mark.slow
def test_the_asker_and_the_office_do_see_it(both: Asked, somebody: Callable[[str], Client]) -> None:
    """Without this the tests above could pass on empty pages."""
    file = StoredFile.objects.get(message__question=both.of_account)
    folders = {"asker": "/en", "coordinator": "/en/office", "operator": "/nl/office"}
    for who, folder in folders.items():
        client = somebody(who)
        assert SECRET in client.get(f"{folder}/questions/{both.of_account.pk}/").content.decode()
        got = client.get(f"{folder}/questions/{both.of_account.pk}/files/{file.pk}/")
        assert SECRET.encode() in b"".join(got)  # type: ignore[arg-type]
    own = StoredFile.objects.get(message__question=both.by_link)
    link = f"/en/questions/read/{links.token_of(both.by_link.pk)}/"
    assert SECRET in Client().get(link).content.decode()
    assert Client().get(f"{link}files/{own.pk}/").status_code == 200
    assert Client().get(f"{link}files/{file.pk}/").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("who", ["asker", *WHO])
def test_no_answer_may_be_kept_by_a_cache(
    both: Asked, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    for address in addresses(both, who):
        answer = client.get(address.path)
        if answer.status_code in (404, 405) or "/account/" in answer.headers.get("Location", ""):
            continue
        if answer.status_code == 403:
            continue
        assert "no-store" in answer.headers.get("Cache-Control", ""), address


def test_every_view_of_questions_is_in_the_matrix(both: Asked) -> None:
    found = addresses(both, "visitor")
    assert len(found) >= 25
    assert not re.search("[<>]", "".join(address.path for address in found))
