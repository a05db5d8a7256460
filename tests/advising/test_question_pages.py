"""Asking, answering and publishing on the pages, also when it is typed wrongly or sent twice."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sojourn.advising import links
from sojourn.advising.models import Message, Question, SavedReply
from sojourn.catalogue.models import PublishedAnswer
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import OutboxMail
from tests.advising.people import coordinator, student

MAKASSAR = "half-minor-indonesia-makassar"

pytestmark = pytest.mark.slow

PLACE = "half-minor-edinburgh"
ODD = "Mag mijn kanarie mee in het vliegtuig?"
LANGUAGES = ["en", "nl"]


@pytest.fixture
def anna(leiden: Snapshot) -> Client:
    client = Client()
    client.force_login(student())
    return client


@pytest.fixture
def carla(leiden: Snapshot) -> Client:
    client = Client()
    client.force_login(coordinator())
    return client


def form(**more: object) -> dict[str, object]:
    return {
        "subject": "Kanarie", "text": ODD, "about": f"opportunity:{PLACE}",
        "sending": str(uuid.uuid4()), "looked": "1",
    } | more  # fmt: skip


def pdf(name: str = "brief.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_of_a_place_leads_to_a_question_about_it(
    leiden: Snapshot, language: str
) -> None:
    page = Client().get(f"/{language}/opportunities/{PLACE}/").content.decode()
    address = f"/{language}/questions/ask/?opportunity={PLACE}"
    assert f'href="{address}"' in page
    asked = Client().get(address).content.decode()
    assert f'value="opportunity:{PLACE}"' in asked
    assert f'href="/{language}/opportunities/{PLACE}/"' in asked


def test_a_visitor_asks_and_reads_the_answer_by_the_link_from_the_mail(
    leiden: Snapshot, carla: Client
) -> None:
    visitor = Client()
    answer = visitor.post("/nl/questions/ask/", form(email="bert@example.org"))
    assert answer.headers["Location"] == "/nl/questions/ask/sent/"
    question = Question.objects.get()
    link = f"/nl/questions/read/{links.token_of(question.pk)}/"
    mail = OutboxMail.objects.get(key__startswith="question-message:")
    assert link in str(mail.content)
    carla.post(
        f"/en/office/questions/{question.pk}/reply/",
        {"text": "Nee.", "becomes": "answered", "seen": "1", "sending": str(uuid.uuid4())},
    )
    page = Client().get(link).content.decode()
    assert ODD in page
    assert "Nee." in page
    assert Client().post(link, {"text": "Dank je"}).headers["Location"] == link
    assert Message.objects.count() == 3


def test_what_may_answer_it_is_shown_once_before_it_is_sent(anna: Client) -> None:
    typed = form(looked="", subject="Grants", text="Which grant can I get for the costs of a stay?")
    first = anna.post("/en/questions/ask/", typed)
    page = first.content.decode()
    assert first.status_code == 200
    assert "/en/guide/grants/" in page
    assert "Which grant can I get" in page
    assert not Question.objects.exists()
    looked = re.search(r'name="looked" value="(\w)"', page)
    assert looked is not None
    assert anna.post("/en/questions/ask/", typed | {"looked": looked[1]}).status_code == 302
    assert Question.objects.count() == 1


def test_likely_answers_come_while_typing(leiden: Snapshot) -> None:
    answer = Client().post("/nl/questions/likely/", {"subject": "beurs", "text": "welke beurs?"})
    assert "/nl/guide/" in answer.content.decode()
    assert Client().post("/nl/questions/likely/", {"text": "qqq zzz"}).content.strip() == b""


@pytest.mark.parametrize(
    ("asked", "place", "found"),
    [
        ("Do I need a visa for Makassar for ten weeks?", MAKASSAR, "/en/guide/costs/"),
        ("Visa. What do I arrange to stay in Indonesia for months?", MAKASSAR, "/en/guide/costs/"),
        (
            "How do I find a room in Stockholm?",
            "karolinska-biomedicine-semester",
            "/en/guide/costs/",
        ),
        ("Which health insurance do I need abroad?", "", "/en/guide/safety-and-health/"),
        ("Can I get an Erasmus grant?", "", "/en/guide/grants/"),
        ("When do my grades come home, and how are they converted?", "", "/en/guide/coming-home/"),
    ],
)
def test_an_answer_offered_is_about_the_place_or_says_what_is_asked(
    leiden: Snapshot, asked: str, place: str, found: str
) -> None:
    about = f"opportunity:{place}" if place else ""
    answer = Client().post("/en/questions/likely/", {"text": asked, "about": about})
    page = answer.content.decode()
    assert found in page
    if place:
        assert "/guide/coming-home/" not in page


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("What time does the library close on Sunday?", ""),
        ("My laptop broke. Where can I print my thesis this week?", ""),
        ("Krijg ik mijn ov terug als ik in het buitenland ben?", ""),
        ("Can I bring my dog for ten weeks?", MAKASSAR),
        ("Is my health insurance valid?", MAKASSAR),
    ],
)
def test_where_nothing_is_near_no_answer_is_offered(
    leiden: Snapshot, asked: str, place: str
) -> None:
    about = f"opportunity:{place}" if place else ""
    answer = Client().post("/en/questions/likely/", {"text": asked, "about": about})
    assert answer.content.strip() == b""


def test_the_excerpt_shows_the_word_that_tells_most(leiden: Snapshot) -> None:
    asked = {
        "text": "Do I need a visa for Makassar for ten weeks?", "about": f"opportunity:{MAKASSAR}"
    }  # fmt: skip
    assert "<mark>Visa</mark>" in " ".join(
        Client().post("/en/questions/likely/", asked).content.decode().split()
    ).replace("<mark> ", "<mark>").replace(" </mark>", "</mark>")


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(leiden: Snapshot) -> None:
    answer = Client().post("/en/questions/ask/", form(subject="", email="nowhere"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ODD in page
    assert 'href="#id_subject"' in page
    assert 'href="#id_email"' in page
    assert not Question.objects.exists()


def test_an_empty_form_is_answered_kindly(leiden: Snapshot) -> None:
    assert Client().post("/nl/questions/ask/", {}).status_code == 422


def test_sent_twice_it_is_one_question(anna: Client) -> None:
    once = form()
    first, second = (anna.post("/en/questions/ask/", once) for _time in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Question.objects.count() == 1


def test_a_file_comes_along_and_is_handed_out_as_a_download_only(anna: Client) -> None:
    anna.post("/en/questions/ask/", form(attachments=[pdf("../My brief.PDF")]))
    question = Question.objects.get()
    page = anna.get(f"/en/questions/{question.pk}/").content.decode()
    href = re.search(r'href="(/en/questions/[^"]+/files/[^"]+)"', page)
    assert href is not None
    answer = anna.get(href[1])
    assert b"".join(answer).startswith(b"%PDF")  # type: ignore[arg-type]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="My brief.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_sent(anna: Client) -> None:
    bad = SimpleUploadedFile("plan.pdf", b"<html><script>alert(1)</script></html>")
    answer = anna.post("/en/questions/ask/", form(attachments=[bad]))
    assert answer.status_code == 422
    assert 'href="#id_attachments"' in answer.content.decode()
    assert not Question.objects.exists()


def test_what_somebody_wrote_is_text_on_every_page(anna: Client, carla: Client) -> None:
    evil = "<script>alert(1)</script>"
    anna.post("/en/questions/ask/", form(subject=evil, text=evil))
    number = Question.objects.get().pk
    pages = [
        anna.get(f"/en/questions/{number}/"),
        anna.get("/en/questions/"),
        carla.get("/en/office/questions/"),
        carla.get(f"/en/office/questions/{number}/"),
        carla.get("/en/office/"),
    ]
    for page in pages:
        assert evil not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()


def test_a_saved_reply_is_put_in_in_the_language_of_the_asker(anna: Client, carla: Client) -> None:
    carla.post(
        "/en/office/saved-replies/new/",
        {"name": "No animals", "text_en": "No animals.", "text_nl": "Geen dieren."},
    )
    anna.post("/en/questions/ask/", form())
    number = Question.objects.get().pk
    put_in = {
        "text": "Beste Anna,", "saved": str(SavedReply.objects.get().pk), "put_in": "1",
        "seen": "1", "becomes": "answered", "sending": str(uuid.uuid4()),
    }  # fmt: skip
    page = carla.post(f"/en/office/questions/{number}/reply/", put_in).content.decode()
    assert "Beste Anna,\n\nGeen dieren." in page
    assert Message.objects.count() == 1


def test_answer_once_from_the_reply_to_the_public_page(anna: Client, carla: Client) -> None:
    anna.post("/nl/questions/ask/", form())
    number = Question.objects.get().pk
    sent = carla.post(
        f"/en/office/questions/{number}/reply/",
        {"text": "Nee, Anna.", "becomes": "answered", "seen": "1", "then": "publish"},
    )
    address = sent.headers["Location"]
    assert address == f"/en/office/questions/{number}/publish/2/"
    offered = carla.get(address).content.decode()
    assert "Nee, Anna." in offered
    assert f'value="opportunity:{PLACE}" selected' in offered
    owner = re.search(r'name="owner"[^>]*>\s*<option value="(\d+)"', offered)
    assert owner is not None
    answer = {
        "question_en": "May a canary come along?", "question_nl": "Mag een kanarie mee?",
        "text_en": "No, Anna.", "text_nl": "Nee.", "page": f"opportunity:{PLACE}",
        "owner": owner[1], "review_on": "2099-01-01",
    }  # fmt: skip
    refused = carla.post(address, answer)
    assert refused.status_code == 422
    assert 'name="looked_at" value="Anna"' in refused.content.decode()
    assert not PublishedAnswer.objects.exists()
    published = carla.post(address, answer | {"text_en": "No."})
    assert published.status_code == 302
    assert carla.post(address, answer).status_code == 302
    assert PublishedAnswer.objects.count() == 1
    page = Client().get(f"/nl/opportunities/{PLACE}/").content.decode()
    assert "Mag een kanarie mee?" in page
    assert 'id="answer-may-a-canary-come-along"' in page
    assert "Jansen" not in page


def test_an_answer_that_is_due_shows_up_in_the_office(carla: Client, anna: Client) -> None:
    test_answer_once_from_the_reply_to_the_public_page(anna, carla)
    assert "canary" not in carla.get("/en/office/").content.decode()
    PublishedAnswer.objects.update(checked_on="2020-01-01", review_on="2021-01-01")
    assert "canary" in carla.get("/en/office/").content.decode()
    slug = PublishedAnswer.objects.get().slug
    carla.post(f"/en/office/answers/{slug}/change/", {"what": "right"})
    assert "canary" not in carla.get("/en/office/").content.decode()


def test_the_office_answers_two_at_once_only_after_a_confirmation(
    anna: Client, carla: Client
) -> None:
    for number in range(2):
        anna.post("/en/questions/ask/", form(subject=f"Question {number}"))
    keys = [str(key) for key in Question.objects.values_list("pk", flat=True)]
    asked = carla.post("/en/office/questions/several/", {"pick": keys, "do": "settle"})
    assert "Close these 2 questions?" in asked.content.decode()
    assert Question.objects.filter(state="closed").count() == 0
    carla.post("/en/office/questions/several/", {"pick": keys, "do": "settle", "sure": "1"})
    assert Question.objects.filter(state="closed").count() == 2


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_the_way_back_never_leaves_the_site(carla: Client, back: str) -> None:
    answer = carla.post("/en/office/questions/several/", {"back": back})
    assert answer.headers["Location"] == "/en/office/questions/"


def test_a_question_waits_on_the_first_page_of_the_office(anna: Client, carla: Client) -> None:
    assert "Waiting questions" not in carla.get("/en/office/").content.decode()
    anna.post("/en/questions/ask/", form())
    assert "Kanarie" in carla.get("/en/office/").content.decode()


def test_the_list_narrows_by_words_and_state(anna: Client, carla: Client) -> None:
    anna.post("/en/questions/ask/", form())
    queries = {
        "q=vliegtuig+jansen": True,
        "q=nothing": False,
        "state=answered": False,
        "assigned=nobody&sort=-question": True,
        "assigned=mine": False,
        "state=%00&page=99&sort=zz": True,
    }
    for query, there in queries.items():
        page = carla.get(f"/en/office/questions/?{query}").content.decode()
        assert (">Kanarie</a>" in page) == there, query


def test_ones_own_data_holds_every_message(anna: Client, carla: Client) -> None:
    anna.post("/en/questions/ask/", form(attachments=[pdf()]))
    number = Question.objects.get().pk
    carla.post(
        f"/en/office/questions/{number}/reply/",
        {"text": "Nee, helaas.", "becomes": "answered", "seen": "1"},
    )
    kept = anna.get("/en/plan/data/export.json").json()["advice"]["questions"]
    assert [message["text"] for message in kept[0]["messages"]] == [ODD, "Nee, helaas."]
    page = anna.get("/nl/plan/data/").content.decode()
    for text in ("Kanarie", ODD, "brief.pdf", "Nee, helaas."):
        assert text in page
