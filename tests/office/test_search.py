"""One search over everything of the office, for what its reader may see."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sojourn.advising import questions
from sojourn.advising.questions import Asker
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.models import DegreeProgramme
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from sojourn.planning.models import Plan
from sojourn.selection.models import Application
from tests.office.conftest import MakeClient
from tests.selection.rounds import applicants, closed_round
from tests.support.accounts import account

MEDICINE = "medicine-bsc"


@pytest.fixture
def student(leiden: Snapshot) -> User:
    made = account("zoe@example.org", first_name="Zoë", last_name="Østergård")
    Plan.objects.create(owner=made, programme=DegreeProgramme.objects.get(slug=MEDICINE))
    return made


def found(client: Client, text: str, language: str = "en") -> dict[str, list[str]]:
    """What the search says, by group."""
    answer = client.get(f"/{language}/office/search/", {"q": text, "box": "1"})
    assert answer.status_code == 200
    body = re.sub(r"\s+", " ", answer.content.decode())
    return {
        title: re.findall(r"<a href=\"[^\"]+\">([^<]+)</a>", rest)
        for title, rest in re.findall(r'<p class="label">([^<]+)</p>(.*?)</ul>', body)
    }


@pytest.mark.slow
def test_a_name_is_found_without_its_marks_and_by_a_part(
    student: User, client_of: MakeClient
) -> None:
    client = client_of("coordinator")
    for text in ("zoe", "ostergard", "ØSTER zoë", "zoe@example"):
        groups = found(client, text)
        assert groups["People"] == ["Zoë Østergård"], text
        assert "Write to Zoë Østergård" in groups["Do"]
    assert "People" not in found(client, "zoe nobody")


@pytest.mark.slow
def test_work_mails_places_and_deeds_are_found(student: User, client_of: MakeClient) -> None:
    client = client_of("coordinator")
    made = closed_round({"half-minor-edinburgh": 1})
    applicants(made, [["half-minor-edinburgh"]], ["9"])
    Application.objects.update(owner=student)
    begun = questions.ask(
        Asker(student, "", "en"), "Vaccinations for Cuba", NewMessage("?", uuid.uuid4())
    )
    office = User.objects.get(email="coordinator@example.org")
    questions.reply(begun, NewMessage("Two.", uuid.uuid4()), by=office, becomes="answered", seen=1)
    assert found(client, "zoe")["Applications"] == ["Zoë Østergård"]
    assert "code0000" not in str(found(client, "zoe"))
    assert found(client, "code0000")["Applications"] == ["Zoë Østergård"]
    assert found(client, "vaccin")["Questions and places"] == ["Vaccinations for Cuba"]
    assert found(client, "small round")["Rounds"] == ["A small round"]
    assert found(client, "kleine ronde", "nl")["Rondes"] == ["Een kleine ronde"]
    assert "The study abroad office wrote to you" in found(client, "office wrote zoe")["Mail"]
    assert "Karolinska Institutet" in found(client, "stockholm")["Catalogue"]
    assert "Karolinska Institutet" in found(client, "zweden")["Catalogue"]
    assert found(client, "import grades")["Do"] == ["Import grades"]
    assert found(client, "new round")["Do"] == ["Make a new round"]
    assert found(client, "appointm")["Go to"] == ["Appointments"]


@pytest.mark.slow
def test_nobody_finds_what_they_may_not_see(student: User, leiden: Snapshot) -> None:
    other = Client()
    other.force_login(account("b@example.org", "coordinator", programme="biomedical-sciences-bsc"))
    assert found(other, "ostergard") == {}
    reader = Client()
    reader.force_login(account("board@example.org", "board", programme=MEDICINE))
    groups = found(reader, "ostergard")
    assert groups == {"People": ["Zoë Østergård"]}
    assert "Do" not in found(reader, "new round")


@pytest.mark.slow
def test_what_was_seen_last_comes_back_without_a_word(student: User, client_of: MakeClient) -> None:
    client = client_of("coordinator")
    other = account("bea@example.org", first_name="Bea", last_name="Beispiel")
    for who in (student, other, student):
        client.get(f"/en/office/students/{who.uuid}/")
    assert found(client, "")["Seen last"] == ["Zoë Østergård", "Bea Beispiel"]
    assert "Zoë" not in str(dict(client.session))
    other.delete()
    assert found(client, "")["Seen last"] == ["Zoë Østergård"]


def test_the_page_works_without_a_script(student: User, client_of: MakeClient) -> None:
    client = client_of("coordinator")
    assert "Zoë Østergård" in client.get("/en/office/search/?q=zoe").content.decode()
    assert "Nothing found" in client.get("/en/office/search/?q=xyzzy%00").content.decode()
    assert client.get("/en/office/search/?q=" + "a" * 500).status_code == 200


@pytest.mark.slow
def test_as_many_queries_for_many_people_as_for_few(student: User, client_of: MakeClient) -> None:
    client = client_of("coordinator")

    def count() -> int:
        found(client, "zoe")
        with CaptureQueriesContext(connection) as counted:
            found(client, "zoe")
        return len(counted)

    few = count()
    now = timezone.now()
    for number in range(8):
        more = account(f"zoe{number}@example.org", first_name="Zoe", date_joined=now)
        questions.ask(Asker(more, "", "en"), "Zoe asks", NewMessage("?", uuid.uuid4()))
    assert count() == few
