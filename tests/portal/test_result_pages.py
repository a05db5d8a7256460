"""A student reads their own result, answers, objects; anybody checks the certificate."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people import student_numbers
from sojourn.people.models import OutboxMail, StudentNumber, User
from sojourn.people.roles import Role
from sojourn.portal.results import urls
from sojourn.selection import objections
from sojourn.selection.models import (
    Application,
    MeasuredValue,
    Objection,
    Offer,
    Publication,
    Round,
)
from sojourn.selection.states import ApplicationState, ObjectionState, OfferState
from tests.selection.rounds import PLACES, applicants, check_whole, closed_round, published

pytestmark = pytest.mark.slow

EDINBURGH, BORDEAUX, _FINLAND = PLACES


@pytest.fixture
def round_(leiden: Snapshot) -> Round:
    """Three seats in Edinburgh, one in Bordeaux, six students."""
    made = closed_round({EDINBURGH: 3, BORDEAUX: 1})
    lists = [[EDINBURGH, BORDEAUX]] * 5 + [[BORDEAUX, EDINBURGH]]
    applicants(made, lists, ["9", "8.4", "7.9", "7.4", "7", "9.5"])
    published(made)
    return made


def student(number: int) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"student{number}@example.org"))
    return client


def application(number: int) -> Application:
    return Application.objects.get(code=f"code{number:04}")


def address(number: int, rest: str = "") -> str:
    return f"/en/apply/results/{application(number).uuid}/{rest}"


def text_of(number: int, rest: str = "") -> str:
    answer = student(number).get(address(number, rest))
    assert answer.status_code == 200
    return answer.content.decode()


def offer_of(number: int) -> Offer:
    return Offer.objects.filter(application=application(number)).latest("pk")


def answer(number: int, name: str, offer: Offer | None = None) -> str:
    sent = {"answer": name, "offer": str((offer or offer_of(number)).uuid)}
    found = student(number).post(address(number, "answer/"), sent, follow=True)
    return found.content.decode()


def test_a_student_reads_what_they_got_and_why_not_more(round_: Round) -> None:
    assert "You are offered" in text_of(0)
    fourth = text_of(3)
    assert "No place yet" in fourth
    # The round itself, at its top, sends everybody on to their own result and to the certificate.
    rules = student(3).get("/en/apply/small-round/").content.decode()
    opening = rules[: rules.index("</header>", rules.index("<h1>"))]
    assert 'href="/en/apply/results/"' in opening
    assert "/certificate/" in opening
    assert re.search(r"The last one admitted had 7\.900 points and lot \d; you have 7\.400", fourth)
    assert "You are number 1 on the waiting list now" in fourth


def test_fewer_than_three_admitted_show_no_score(round_: Round) -> None:
    """Bordeaux admitted one: her 9.5 is nowhere on anybody else's page."""
    for number in range(5):
        told = text_of(number)
        assert "9.5" not in told
    assert "we do not show their points" in text_of(3)


def test_no_points_are_shown_before_the_student_number_is_confirmed(round_: Round) -> None:
    """The fourth student, with a mean of 7.4: the last one admitted before them had 7.9."""
    them = User.objects.get(email="student3@example.org")
    StudentNumber.objects.filter(owner=them).update(confirmed_at=None, confirmed_by="")
    points = re.compile(r"7[.,]4|7[.,]9")

    def everything() -> str:
        client, found = student(3), application(3)
        pages = [
            client.get(f"/{language}{path}").content.decode()
            for language in ("en", "nl")
            for path in (
                f"/apply/results/{found.uuid}/",
                f"/apply/results/{found.uuid}/give-up/",
                f"/apply/results/{found.uuid}/objection/",
                "/apply/results/",
                f"/apply/{round_.slug}/receipt/",
                f"/apply/{round_.slug}/",
                f"/apply/rounds/{round_.slug}/certificate/",
                "/plan/",
                "/plan/data/",
            )
        ]
        files = [
            client.get(f"/en/apply/rounds/{round_.slug}/result.json").content.decode(),
            client.get("/en/plan/data/export.json").content.decode(),
        ]
        assert "No place yet" in pages[0]
        assert '"placements"' in files[0]
        assert '"applications"' in files[1]
        mails = [f"{each.subject} {each.content}" for each in OutboxMail.objects.all()]
        assert mails
        return " ".join([*pages, *files, *mails])

    told = everything()
    assert not points.search(told)
    page = text_of(3)
    assert "No place yet" in page
    assert "You are number 1 on the waiting list now" in page
    assert "Your points are not shown yet" in page
    assert 'href="/en/questions/ask/"' in page
    assert page.count("Why not is shown here once") == 2
    assert student_numbers.confirm(them, "9100003", by="office")
    assert points.search(everything())
    assert "Your points are not shown yet" not in text_of(3)


def test_a_place_is_named_and_can_be_accepted_without_a_confirmed_number(round_: Round) -> None:
    StudentNumber.objects.filter(owner__email="student0@example.org").delete()
    page = text_of(0)
    assert "You are offered" in page
    assert "points here" not in page
    assert "Your points are not shown yet" in page
    assert "The place is yours" in answer(0, "accept")


def test_a_result_shows_its_sum_its_waiting_list_and_what_to_do(round_: Round) -> None:
    offered, waiting = text_of(0), text_of(3)
    assert "How your 9.000 points add up" in offered
    assert "Answer by" in offered
    assert "How your 7.400 points add up" in waiting
    # One criterion, the grade, on the scale of the round: what it is, its share, its points.
    assert "7.4" in waiting[waiting.index("<tbody>") : waiting.index("</tbody>")]
    assert "half minor in Edinburgh: the last one admitted had 7.900" in waiting.replace(
        "Half minor", "half minor"
    )
    assert "What waiting means" in waiting
    assert "What waiting means" not in offered
    assert "For the waiting list you need to do nothing" in waiting
    assert 'href="/en/advice/"' in waiting


def test_a_sum_that_no_longer_gives_the_score_is_left_out(round_: Round) -> None:
    """The office corrected a figure after the results: the page adds up nothing else."""
    MeasuredValue.objects.filter(application=application(3)).update(value=8)
    page = text_of(3)
    assert "points add up" not in page
    assert "you have 7.400" in page


def test_no_sum_is_shown_before_the_student_number_is_confirmed(round_: Round) -> None:
    StudentNumber.objects.filter(owner__email="student3@example.org").update(
        confirmed_at=None, confirmed_by=""
    )
    page = text_of(3)
    assert "points add up" not in page
    assert "the last one admitted had" not in page


def test_nobody_else_is_named(round_: Round) -> None:
    for number in range(6):
        told = text_of(number)
        others = [other for other in range(6) if other != number]
        assert not any(f"code000{other}" in told or f"No {other}" in told for other in others)


def test_accepting_declining_and_the_next_in_line(round_: Round) -> None:
    assert "The place is yours" in answer(0, "accept")
    assert "Yours:" in text_of(0)
    assert "somebody else can have it now" in answer(1, "decline")
    assert "You are offered" in text_of(3)
    check_whole(round_)


def test_declining_the_first_choice_ends_it_and_the_page_says_so_before_and_after(
    round_: Round,
) -> None:
    before = text_of(0)
    assert "You then have no place in this round" in before
    assert "higher choices only" not in before
    answer(0, "decline")
    assert "You did not accept a higher choice" in text_of(0)


def test_an_answer_without_a_choice_or_to_an_offer_that_is_gone_is_answered_kindly(
    round_: Round,
) -> None:
    client = student(0)
    empty = client.post(address(0, "answer/"), {"offer": str(offer_of(0).uuid)})
    assert empty.status_code == 422
    gone = client.post(address(0, "answer/"), {"answer": "accept", "offer": str(uuid4())})
    assert gone.status_code == 409
    assert "Your offer has changed" in gone.content.decode()
    assert offer_of(0).state == OfferState.OPEN


def test_sending_the_same_answer_twice_is_harmless(round_: Round) -> None:
    offer = offer_of(0)
    answer(0, "accept", offer)
    assert "The place is yours" in answer(0, "accept", offer)
    assert Offer.objects.filter(application=application(0)).count() == 1


def test_leaving_is_asked_once_more(round_: Round) -> None:
    answer(0, "accept")
    client = student(0)
    assert "That cannot be undone" in client.get(address(0, "give-up/")).content.decode()
    assert client.post(address(0, "give-up/")).status_code == 422
    client.post(address(0, "give-up/"), {"sure": "1"})
    assert application(0).state == ApplicationState.WITHDRAWN
    assert "You have left this round" in text_of(0)
    assert "You are offered" in text_of(3)
    check_whole(round_)


def test_an_objection_in_time_with_its_thread_and_outcome(round_: Round) -> None:
    client = student(4)
    assert client.post(address(4, "objection/"), {"text": "  "}).status_code == 422
    for _twice in range(2):
        client.post(address(4, "objection/"), {"text": "My grade is wrong."})
    objection = Objection.objects.get()
    for _twice in range(2):
        client.post(address(4, "objection/"), {"text": "It is 8."})
    assert objection.messages.count() == 2
    told = text_of(4, "objection/")
    assert "My grade is wrong." in told
    assert "It is 8." in told
    objections.dismiss(objection, "We checked it.", actor=round_.publication.by)
    assert "We checked it." in text_of(4, "objection/")
    late = client.post(address(4, "objection/"), {"text": "And now?"})
    assert late.status_code == 422
    assert "And now?" in late.content.decode()


def test_an_objection_is_taken_back(round_: Round) -> None:
    client = student(4)
    client.post(address(4, "objection/"), {"text": "My grade is wrong."})
    client.post(address(4, "objection/take-back/"))
    assert Objection.objects.get().state == ObjectionState.WITHDRAWN


def test_too_late_is_too_late(round_: Round) -> None:
    Publication.objects.update(objections_until=round_.publication.at)
    assert "The time to object is over" in text_of(4, "objection/")
    sent = student(4).post(address(4, "objection/"), {"text": "My grade is wrong."})
    assert sent.status_code == 422
    assert not Objection.objects.exists()


def test_anybody_checks_the_certificate_with_the_script_from_the_page(
    round_: Round, tmp_path: Path
) -> None:
    visitor = Client()
    page = visitor.get("/nl/apply/rounds/small-round/certificate/").content.decode()
    assert round_.lottery.commitment in page
    assert round_.lottery.seed in page
    file, script = tmp_path / "result.json", tmp_path / "verify.py"
    file.write_bytes(visitor.get("/en/apply/rounds/small-round/result.json").content)
    script.write_bytes(visitor.get("/en/apply/rounds/small-round/verify.py").content)
    # -I and -S: nothing but the standard library can be imported.
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(file), round_.lottery.commitment],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert told.stdout.startswith("yes: 4 of 6")
    record = json.loads(file.read_bytes())
    assert "student" not in file.read_text()
    assert record["input"]["score_digits"] == 0


def test_before_publication_there_is_nothing_to_see(leiden: Snapshot) -> None:
    made = closed_round({EDINBURGH: 1})
    (own,) = applicants(made, [[EDINBURGH]], ["8"])
    for path in ("certificate/", "result.json", "verify.py"):
        assert Client().get(f"/en/apply/rounds/small-round/{path}").status_code == 404
    assert student(0).get(f"/en/apply/results/{own.uuid}/").status_code == 404
    assert made.lottery.seed not in student(0).get("/en/apply/small-round/").content.decode()


# --- Who may read and change what -------------------------------------------------------------

PUBLIC = {"certificate", "file", "verify"}


def addresses(uuid: str) -> list[tuple[str, str]]:
    found = []
    for pattern in urls.urlpatterns:
        route = str(pattern.pattern).replace("<uuid:uuid>", uuid)
        route = route.replace("<slug:slug>", "small-round")
        assert "<" not in route
        found.append((str(pattern.name), f"/en/apply/{route}"))
    return found


@pytest.mark.parametrize("who", ["visitor", "other applicant", "coordinator"])
def test_a_result_is_its_students_alone(round_: Round, who: str) -> None:
    objections.object_to_result(application(0), "zebra-4711", actor=application(0).owner)
    client = Client()
    if who == "other applicant":
        client = student(1)
    elif who == "coordinator":
        client.force_login(User.objects.holding(Role.COORDINATOR)[0])
    before = list(Offer.objects.values_list("pk", "state"))
    sent = {"answer": "decline", "offer": str(offer_of(0).uuid), "sure": "1", "text": "x"}
    for name, path in addresses(str(application(0).uuid)):
        if name in PUBLIC:
            continue
        for found in (client.get(path), client.post(path, sent)):
            assert b"zebra-4711" not in found.content
            assert b"code0000" not in found.content
            if name != "own":
                expected = (302, 405) if who == "visitor" else (404, 405)
                assert found.status_code in expected, name
    assert list(Offer.objects.values_list("pk", "state")) == before
    assert Objection.objects.get().state == ObjectionState.OPEN


def test_no_cache_keeps_a_students_pages(round_: Round) -> None:
    client = student(0)
    for name, path in addresses(str(application(0).uuid)):
        found = client.get(path)
        if found.status_code == 200 and name not in PUBLIC:
            assert "no-store" in found.headers["Cache-Control"], name
