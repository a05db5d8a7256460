"""Nobody reads or changes another's place by any address, whoever they are."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sojourn.advising.models import Message, SelfArrangedPlace, StoredFile
from sojourn.catalogue.models import Opportunity
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.self_arranged import urls as office_urls
from sojourn.portal.self_arranged import urls
from tests.advising.people import student
from tests.experiences.by_link import SUPERVISOR, supervisor_by_link
from tests.support.accounts import account

SECRET = "zebra-4711"
WHO = ["visitor", "other student", SUPERVISOR, "coordinator", "operator"]


@pytest.fixture
def annas(leiden: Snapshot) -> SelfArrangedPlace:
    anna = Client()
    anna.force_login(student())
    anna.post(
        "/en/own-places/new/",
        {
            "institution": "karolinska-institutet", "institution_name": "Karolinska",
            "kind": "research_internship", "subject": SECRET, "starts_on": "2027-09-01",
            "ends_on": "2028-01-31", "text": SECRET, "sending": str(uuid.uuid4()),
            "attachments": [SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + SECRET.encode())],
        },
    )  # fmt: skip
    return SelfArrangedPlace.objects.get()


@pytest.fixture
def somebody(annas: SelfArrangedPlace) -> Callable[[str], Client]:
    def make(who: str) -> Client:
        if who == SUPERVISOR:
            return supervisor_by_link()
        client = Client()
        if who == "other student":
            client.force_login(student("dora@example.org"))
        elif who in ("coordinator", "operator"):
            client.force_login(account(f"{who}@example.org", who))
        elif who == "owner":
            client.force_login(annas.student)
        return client

    return make


def addresses(annas: SelfArrangedPlace) -> list[str]:
    found = []
    examples = {"number": str(annas.pk), "file": str(StoredFile.objects.get().pk)}
    for folder, patterns in (
        ("/en/own-places/", urls.urlpatterns),
        ("/en/office/", office_urls.urlpatterns),
    ):
        for pattern in patterns:
            route = str(pattern.pattern)
            if "office" in folder and not route.startswith("own-places/"):
                continue
            for part, value in examples.items():
                route = re.sub(rf"<(?:\w+:)?{part}>", value, route)
            found.append(folder + route)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
def test_nobody_else_reads_it_on_its_own_pages(
    annas: SelfArrangedPlace, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    for path in addresses(annas):
        is_office = "/office/" in path
        if is_office and who in ("coordinator", "operator"):
            continue
        answer = client.get(path)
        text = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
        assert SECRET.encode() not in text, path
        refused = (403, 405) if who == "other student" else (302, 405)
        assert answer.status_code in (refused if is_office else (200, 302, 404, 405)), path


@pytest.mark.slow
@pytest.mark.parametrize("who", ["visitor", "other student", SUPERVISOR])
def test_nothing_that_anybody_else_sends_changes_it(
    annas: SelfArrangedPlace, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    window = annas.student.self_arranged_places.model._meta.get_field(
        "window"
    ).related_model.objects.first()
    everything = {
        "text": "mine", "reason": "mine", "seen": "1", "sending": str(uuid.uuid4()),
        "window": window.slug, "title_en": "x", "title_nl": "x", "number": str(annas.pk),
        "institution": "another", "institution_name": "x", "city": "x", "country": "NO",
        "kind": "elective", "subject": "x", "starts_on": "2027-01-01", "ends_on": "2027-02-01",
    }  # fmt: skip
    for path in addresses(annas):
        if not path.endswith("/new/"):
            client.post(path, everything)
    annas.refresh_from_db()
    assert (annas.subject, annas.state) == (SECRET, "waiting")
    assert Message.objects.count() == 1
    assert not Opportunity.objects.filter(private_to__isnull=False).exists()


@pytest.mark.slow
def test_its_student_and_the_office_do_read_it(
    annas: SelfArrangedPlace, somebody: Callable[[str], Client]
) -> None:
    """Without this the tests above could pass on empty pages."""
    folders = {"owner": "/nl", "coordinator": "/en/office", "operator": "/nl/office"}
    for who, folder in folders.items():
        client = somebody(who)
        page = client.get(f"{folder}/own-places/{annas.pk}/")
        assert SECRET in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]
        file = client.get(f"{folder}/own-places/{annas.pk}/files/{StoredFile.objects.get().pk}/")
        assert SECRET.encode() in b"".join(file)  # type: ignore[arg-type]
        assert "attachment" in file.headers["Content-Disposition"]


def test_every_view_of_own_places_is_in_the_matrix(annas: SelfArrangedPlace) -> None:
    assert len(addresses(annas)) >= 14
    assert not re.search("[<>]", "".join(addresses(annas)))
