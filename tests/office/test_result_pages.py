"""Allocation, offers, nominations, figures and objections in the office; only there."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.engines.allocation.verify import verify
from sojourn.office.results import urls
from sojourn.people.models import AuditEvent, User
from sojourn.people.roles import Role
from sojourn.selection import objections, runs
from sojourn.selection.models import (
    Application,
    MoreSeats,
    Nomination,
    Objection,
    Offer,
    Round,
)
from sojourn.selection.states import NominationState, ObjectionState, OfferState, RoundState
from tests.selection.rounds import (
    PLACES,
    SEED,
    applicants,
    check_whole,
    closed_round,
    published,
)
from tests.support.accounts import STUDENT, account

pytestmark = pytest.mark.slow

EDINBURGH, BORDEAUX, TRONDHEIM = PLACES
Go = Callable[..., str]


@pytest.fixture
def round_(leiden: Snapshot) -> Round:
    made = closed_round({EDINBURGH: 1, BORDEAUX: 2})
    lists = [[EDINBURGH, BORDEAUX], [EDINBURGH, BORDEAUX], [BORDEAUX], [EDINBURGH]]
    applicants(made, lists, ["9", "8", "7", "6"])
    return made


def person(name: str, role: str) -> Client:
    user = account(f"{name}@example.org", role, first_name=name.title())
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def anna(leiden: Snapshot) -> Client:
    return person("anna", Role.COORDINATOR)


@pytest.fixture
def bert(leiden: Snapshot) -> Client:
    return person("bert", Role.COORDINATOR)


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(f"/en/office/results/{path}")
    assert answer.status_code == status, path
    return answer.content.decode()


def send(client: Client, path: str, data: dict[str, str] | None = None) -> str:
    """What the page says after something was sent."""
    answer = client.post(f"/en/office/results/{path}", data or {}, follow=True)
    return answer.content.decode()


def test_a_round_goes_from_closed_to_published_by_two_people(
    round_: Round, anna: Client, bert: Client
) -> None:
    assert "small-round" in page(anna, "")
    before = page(anna, "small-round/")
    assert "Run the allocation" in before
    assert "deferred acceptance" in before
    assert "passed over" in before
    assert "Nobody outside the office sees it" in send(anna, "small-round/run/")
    run = page(anna, "small-round/")
    assert "Publish the results" not in run
    assert "the result is exactly the same" in send(
        anna, "small-round/runs/1/decide/", {"do": "again"}
    )
    send(anna, "small-round/runs/1/decide/", {"do": "approve"})
    send(anna, "small-round/runs/1/decide/", {"do": "approve"})
    assert "Publish the results" not in page(anna, "small-round/")
    refused = send(anna, "small-round/runs/1/publish/", {"sure": "1"})
    assert "when 2 people have approved it" in refused
    send(bert, "small-round/runs/1/decide/", {"do": "approve"})
    assert "Publish the results" in page(bert, "small-round/")
    unsure = bert.post("/en/office/results/small-round/runs/1/publish/", {})
    assert unsure.status_code == 422
    assert not Offer.objects.exists()
    assert "the offers are sent" in send(bert, "small-round/runs/1/publish/", {"sure": "1"})
    round_.refresh_from_db()
    assert round_.state == RoundState.RESULTS
    assert Offer.objects.filter(state=OfferState.OPEN).count() == 3
    check_whole(round_)


def test_seats_are_added_once_however_often_the_form_is_sent(round_: Round, anna: Client) -> None:
    published(round_)
    shown = page(anna, "small-round/offers/")
    seen = re.search(r'name="seen" value="(\d+)"', shown)
    assert seen is not None
    form = {"place": EDINBURGH, "count": "1", "because": "They wrote so.", "seen": seen[1]}
    assert "The seats are added; 1 offer went out." in send(anna, "small-round/offers/seats/", form)
    again = anna.post("/en/office/results/small-round/offers/seats/", form)
    assert again.status_code == 422
    told = again.content.decode()
    assert "Seats were added meanwhile" in told
    assert "They wrote so." in told
    assert MoreSeats.objects.count() == 1
    seen = re.search(r'name="seen" value="(\d+)"', told)
    assert seen is not None
    send(anna, "small-round/offers/seats/", {**form, "seen": seen[1]})
    assert MoreSeats.objects.count() == 2
    check_whole(round_)


def test_an_accepted_offer_is_called_so_in_dutch(round_: Round, anna: Client) -> None:
    """ "Accepted" alone is said of something else by another part, and in other words."""
    published(round_)
    Offer.objects.filter(application__code="code0000").update(state=OfferState.ACCEPTED)
    told = anna.get("/nl/office/results/small-round/offers/").content.decode()
    assert "Aangenomen" in told
    assert "Overgenomen" not in told


def test_a_run_set_aside_stays_on_record_and_the_next_one_is_its_own(
    round_: Round, anna: Client
) -> None:
    send(anna, "small-round/run/")
    send(anna, "small-round/runs/1/decide/", {"do": "set-aside"})
    send(anna, "small-round/run/")
    assert [each.number for each in round_.runs.all()] == [2, 1]
    first, second = round_.runs.order_by("number")
    assert bytes(first.result) == bytes(second.result)
    assert "no longer the current one" in send(
        anna, "small-round/runs/1/decide/", {"do": "approve"}
    )


def test_a_change_after_the_run_is_said_before_anybody_approves(
    round_: Round, anna: Client
) -> None:
    send(anna, "small-round/run/")
    assert "has changed since this run" not in page(anna, "small-round/")
    value = Application.objects.get(code="code0003").values.get()
    value.value = 10
    value.save()
    assert "has changed since this run" in page(anna, "small-round/")


def test_what_if_says_who_gains_and_who_loses_and_changes_nothing(
    round_: Round, anna: Client
) -> None:
    text = page(anna, f"small-round/what-if/?seats-{EDINBURGH}=2&seats-{BORDEAUX}=0")
    assert "code0001" in text
    assert "code0002" in text
    assert "Who gains" in text
    assert "Who loses" in text
    round_.refresh_from_db()
    assert not round_.runs.exists()
    assert round_.state == RoundState.CLOSED
    wrong = page(anna, f"small-round/what-if/?seats-{EDINBURGH}=two&weight-grades=-1")
    assert "a whole number from 0 to 500" in wrong
    assert "Some numbers are not possible" in wrong


@pytest.mark.parametrize("asked", ["weight-grades=0", f"seats-{EDINBURGH}=0"])
def test_what_cannot_be_tried_is_said_in_the_language_of_the_page(
    round_: Round, anna: Client, asked: str
) -> None:
    """The engine would refuse both, in English alone."""
    round_.opportunities.get(key=EDINBURGH).quotas.create(category="medicine-bsc", minimum=1)
    answer = anna.get(f"/nl/office/results/small-round/what-if/?{asked}").content.decode()
    told = re.search(r'role="alert".*?</div>', answer, re.DOTALL)
    assert told is not None
    assert re.search("gewicht moet hoger zijn|getallen zijn niet mogelijk", told[0])


def test_a_missing_grade_stops_the_run_and_is_said(round_: Round, anna: Client) -> None:
    who = Application.objects.get(code="code0003")
    who.values.all().delete()
    values = "/en/office/rounds/small-round/values/"
    stopped = page(anna, "small-round/")
    assert "values are missing" in stopped
    assert f'href="{values}"' in stopped
    # Whom it is about is one click away, and nobody else is named.
    lacking = anna.get(values).content.decode()
    student = f'<a href="/en/office/students/{who.owner.uuid}/">Student No 3</a>'
    assert re.findall(r'<li>(<a .+?</a>): <a href="([^"]+)">(.+?)</a></li>', lacking) == [
        (student, f"/en/office/rounds/small-round/applications/{who.uuid}/", "Grades")
    ]
    send(anna, "small-round/run/")
    round_.refresh_from_db()
    assert round_.state == RoundState.CLOSED


def test_seats_are_added_and_the_list_moves(round_: Round, anna: Client) -> None:
    published(round_)
    unclear = anna.post(
        "/en/office/results/small-round/offers/seats/", {"place": EDINBURGH, "count": "x"}
    )
    assert unclear.status_code == 422
    said = send(
        anna,
        "small-round/offers/seats/",
        {"place": EDINBURGH, "count": "1", "because": "one was held back"},
    )
    assert "offer" in said
    assert "went out" in said
    check_whole(round_)


def test_the_office_gives_a_place_up_for_a_student_after_asking(
    round_: Round, anna: Client
) -> None:
    published(round_)
    offer = Offer.objects.get(application__code="code0000")
    Offer.objects.filter(pk=offer.pk).update(state=OfferState.ACCEPTED)
    path = f"small-round/offers/{offer.uuid}/give-up/"
    assert "Withdraw the place" in page(anna, path)
    assert anna.post(f"/en/office/results/{path}").status_code == 422
    assert "the waiting list has moved" in send(anna, path, {"sure": "1"})
    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN


def test_the_list_of_offers_is_filtered_by_its_address(round_: Round, anna: Client) -> None:
    published(round_)
    rows = page(anna, f"small-round/offers/?place={EDINBURGH}")
    assert "No 0" in rows
    assert "No 2" not in rows
    assert "No 2" in page(anna, "small-round/offers/?q=code0002")
    assert "No offers found" in page(anna, "small-round/offers/?state=expired")
    assert page(anna, "small-round/offers/?state=%00&place=%00&page=zz&q=%00")


def test_a_host_list_is_sent_and_confirmed(round_: Round, anna: Client) -> None:
    published(round_)
    Offer.objects.update(state=OfferState.ACCEPTED_WAITING)
    assert "to be nominated" in page(anna, "small-round/nominations/")
    send(anna, f"small-round/nominations/{BORDEAUX}/sent/")
    # Who is named no longer waits for something else.
    assert set(Offer.objects.filter(opportunity__key=BORDEAUX).values_list("state", flat=True)) == {
        OfferState.ACCEPTED
    }
    assert "still has to be nominated" in send(anna, f"small-round/nominations/{BORDEAUX}/sent/")
    assert "marked as confirmed" in send(anna, f"small-round/nominations/{BORDEAUX}/confirmed/")
    assert set(Nomination.objects.values_list("state", flat=True)) == {NominationState.CONFIRMED}


def test_a_host_confirms_one_student_and_takes_its_time_for_another(
    round_: Round, anna: Client
) -> None:
    published(round_)
    Offer.objects.update(state=OfferState.ACCEPTED)
    send(anna, f"small-round/nominations/{BORDEAUX}/sent/")
    first, second = Offer.objects.filter(opportunity__key=BORDEAUX).order_by("seat")
    at = f"small-round/nominations/{BORDEAUX}/offers/{first.uuid}/confirmed/"
    assert at in page(anna, "small-round/nominations/")
    for _time in range(2):  # a form that is sent twice
        assert "is marked as confirmed" in send(anna, at)
    assert at not in page(anna, "small-round/nominations/")
    assert first.nomination.state == NominationState.CONFIRMED
    assert second.nomination.state == NominationState.SENT
    events = AuditEvent.objects.filter(action="nomination.confirm")
    assert [each.about for each in events] == [first.application.owner]
    Nomination.objects.filter(offer=second).update(state=NominationState.CANCELLED)
    other = f"small-round/nominations/{BORDEAUX}/offers/{second.uuid}/confirmed/"
    assert "cannot be done now" in send(anna, other)
    elsewhere = f"small-round/nominations/{EDINBURGH}/offers/{second.uuid}/confirmed/"
    assert anna.post(f"/en/office/results/{elsewhere}").status_code == 404


def test_the_files_of_a_host_hold_the_same_students(round_: Round, anna: Client) -> None:
    published(round_)
    Offer.objects.update(state=OfferState.ACCEPTED)
    User.objects.filter(email="student2@example.org").update(last_name="=1+1")
    base = f"/en/office/results/small-round/nominations/{BORDEAUX}"
    told = json.loads(anna.get(f"{base}.json").content)
    names = {each["family_name"] for each in told["students"]}
    assert names == {"No 1", "=1+1"}
    assert told["receiving_institution"]["name"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(anna.get(f"{base}.xlsx").content))
    cells = {str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row}
    assert {"No 1", "'=1+1"} <= cells
    assert anna.get(f"{base}.pdf").content.startswith(b"%PDF")
    kinds = AuditEvent.objects.filter(action="nominations.exported")
    assert [each.details["kind"] for each in kinds.order_by("pk")] == ["json", "xlsx", "pdf"]


def test_figures_add_up_on_the_page_and_in_the_sheet(round_: Round, anna: Client) -> None:
    published(round_)
    Offer.objects.filter(application__code="code0000").update(state=OfferState.ACCEPTED)
    text = page(anna, "small-round/statistics/")
    assert "Seats unused" in text
    assert "<svg" in text
    content = anna.get("/en/office/results/small-round/statistics.xlsx").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    summary = dict(row[:2] for row in book.get_sheet_by_index(0).to_python()[1:])
    assert summary["Applications"] == 4
    assert (summary["Seats"], summary["Accepted places"], summary["Seats unused"]) == (3, 1, 2)


def test_an_objection_is_answered_and_upheld_with_a_seat_more(round_: Round, anna: Client) -> None:
    published(round_)
    fourth = Application.objects.get(code="code0003")
    objection = objections.object_to_result(fourth, "My grade is 9.", actor=fourth.owner)
    assert "No 3" in page(anna, "small-round/objections/")
    path = f"small-round/objections/{objection.uuid}/"
    assert "My grade is 9." in page(anna, path)
    send(anna, path, {"text": "We look into it."})
    assert anna.post(f"/en/office/results/{path}decide/", {"do": "uphold"}).status_code == 422
    send(anna, f"{path}decide/", {"do": "uphold", "outcome": "You are right.", "place": EDINBURGH})
    objection.refresh_from_db()
    assert objection.state == ObjectionState.UPHELD
    assert Offer.objects.get(application=fourth).origin == "objection"
    check_whole(round_)


def test_a_second_round_holds_the_seats_that_are_left(round_: Round, anna: Client) -> None:
    published(round_)
    assert "No seat is left" in send(anna, "small-round/offers/second-round/")
    for offer in Offer.objects.all():
        Offer.objects.filter(pk=offer.pk).update(state=OfferState.DECLINED)
    assert "second round" in send(anna, "small-round/offers/second-round/")
    second = Round.objects.get(continues=round_)
    assert {each.key: each.seats for each in second.opportunities.all()} == {
        EDINBURGH: 1, BORDEAUX: 2,
    }  # fmt: skip
    assert second.state == RoundState.DRAFT
    assert second.opens_at is None


def test_the_published_file_is_verified_and_holds_no_score_and_no_name(round_: Round) -> None:
    run = published(round_).run
    summary = verify(bytes(run.published), round_.lottery.commitment)
    assert (summary.applications, summary.placed) == (4, 3)
    told = json.loads(bytes(run.published))
    assert {each["category"] for each in told["input"]["applications"]} == {"others"}
    assert told["input"]["score_digits"] == 0
    assert told["input"]["seed"] == SEED
    assert b"student" not in bytes(run.published)


def test_a_run_gives_the_same_bytes_again(round_: Round) -> None:
    run = published(round_).run
    run.refresh_from_db()
    assert runs.reproduces_result(run)


# --- Who may come here ------------------------------------------------------------------------


def addresses(round_: Round) -> list[tuple[str, str]]:
    parts = {
        "slug": round_.slug,
        "number": "1",
        "key": EDINBURGH,
        "uuid": str(Objection.objects.get().uuid),
    }
    found = []
    for pattern in urls.urlpatterns:
        route = str(pattern.pattern)
        for name, value in parts.items():
            if name == "uuid" and "offers" in route:
                value = str(Offer.objects.all()[0].uuid)
            route = re.sub(rf"<\w+:{name}>", value, route)
        assert "<" not in route
        found.append((str(pattern.name), f"/en/office/results/{route}"))
    return found


@pytest.fixture
def busy(round_: Round) -> Round:
    published(round_)
    fourth = Application.objects.get(code="code0003")
    objections.object_to_result(fourth, "zebra-4711", actor=fourth.owner)
    return round_


@pytest.mark.parametrize("who", ["visitor", "student", "applicant"])
def test_nobody_else_reads_or_changes_anything(busy: Round, who: str) -> None:
    client = Client() if who == "visitor" else person("carl", STUDENT)
    if who == "applicant":
        client.force_login(Application.objects.get(code="code0003").owner)
    before = list(Offer.objects.values_list("pk", "state")), AuditEvent.objects.count()
    for name, address in addresses(busy):
        for answer in (client.get(address), client.post(address, {"sure": "1", "do": "approve"})):
            expected = 302 if who == "visitor" else 403
            assert answer.status_code in (expected, 405), name
            assert b"zebra-4711" not in answer.content
    assert (list(Offer.objects.values_list("pk", "state")), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OPERATOR])
def test_who_works_here_sees_every_page_and_no_cache_keeps_it(busy: Round, role: str) -> None:
    client = person("dora", role)
    for name, address in addresses(busy):
        answer = client.get(address)
        assert answer.status_code in (200, 302, 404, 405), (name, answer.status_code)
        if answer.status_code in (200, 302):
            assert "no-store" in answer.headers["Cache-Control"], name
