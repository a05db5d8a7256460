"""The Board of Examiners: what waits for it, its decisions, mandates, letters and promises."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given as drawn
from hypothesis import strategies as st

from sojourn.catalogue.models import DegreeProgramme, Edition
from sojourn.mobility import board as requests
from sojourn.mobility import (
    board_decisions,
    board_desk,
    board_mandates,
    board_precedents,
    gates,
    own_data,
)
from sojourn.mobility.agreements import signing, versions
from sojourn.mobility.board_desk import AlreadyDecidedError, Given, StaleRequestError
from sojourn.mobility.board_rules import AppealRules
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import (
    AgreementVersion,
    Basis,
    BoardDecision,
    BoardMandate,
    BoardRequest,
    Outcome,
    RequestKind,
    Stay,
)
from sojourn.mobility.models.agreements import NeverChangedError
from sojourn.mobility.states import BoardState, SigningState, StayState, StepState, VersionState
from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.people.roles import Role
from tests.mobility.agreements import by_home, by_host, by_student, draft, fresh, line, request
from tests.mobility.conftest import BIOMEDICINE, again, begun, in_days, step, student
from tests.mobility.test_pages import client_for, text
from tests.support.accounts import account
from tests.support.forms import forms_on

ADAM = ZoneInfo("Europe/Amsterdam")


def waits(version: AgreementVersion) -> BoardRequest:
    return BoardRequest.objects.get(version=version)


def says(row: BoardRequest, outcome: str = "approved", **more: Any) -> Given:
    words = {
        "digest": row.digest, "revision": row.revision, "name": "M. Eksempel",
        "function": "Secretary of the Board", "agrees": True, "sentence": "I approve",
    }  # fmt: skip
    return Given(outcome=outcome, **{**words, **more})


def fields(page: Any, action: str) -> dict[str, Any]:
    """What the form of that address sends as it stands."""
    found = forms_on(page.content.decode())
    return dict(next(each for each in found if each.action == action).fields)


def mandate(holder: User, board_member: User, **more: Any) -> BoardMandate:
    how: dict[str, Any] = {
        "programme": DegreeProgramme.objects.get(slug=BIOMEDICINE),
        "kinds": [RequestKind.AGREEMENT], "starts_on": in_days(0), "ends_on": in_days(30),
        "rests_on": "Meeting of 12 November, point 4", **more,
    }  # fmt: skip
    return board_mandates.give(holder, *how.values(), actor=board_member)


@pytest.fixture
def sent(stay: Stay) -> AgreementVersion:
    """A version that the student sent: it waits for the Board and for home's signature."""
    return by_student(draft(stay))


@pytest.fixture
def secretary(leiden: object) -> User:
    return account("secretary@example.org", Role.SECRETARY, programme=BIOMEDICINE)


# --- What waits ----------------------------------------------------------------------------------


def test_a_sent_version_waits_and_its_gate_stays_shut(
    board: User, sent: AgreementVersion, stay: Stay, coordinator: User
) -> None:
    row = waits(sent)
    assert (row.kind, row.state, row.digest) == ("agreement", BoardState.WAITING, sent.digest)
    assert [each.request.pk for each in board_desk.waiting_for(board)] == [row.pk]
    gate = gates.look(again(stay), "agreement")
    assert any(each.code.startswith("board:") for each in gate.blockers)
    assert OutboxMail.objects.filter(key__startswith=f"board-waits:{board.pk}:").count() == 1
    other = account("other-board@example.org", Role.BOARD, programme="medicine-bsc")
    assert board_desk.waiting_for(other) == []
    assert board_mandates.right_of(other, row).basis is None
    # Whoever sees it decides nothing without a mandate.
    assert board_mandates.right_of(coordinator, row).basis is None


def test_who_leaves_first_stands_first(
    sent: AgreementVersion, coordinator: User, board: User
) -> None:
    soon = by_student(draft(begun(student("soon@example.org"), coordinator, first=20, last=120)))
    found = [each.request.version_id for each in board_desk.waiting_for(board)]
    assert found == [soon.pk, sent.pk]


def test_what_asks_for_nothing_does_not_wait(stay: Stay, board: User) -> None:
    version = by_host(by_home(by_student(draft(stay)), board))
    change = versions.propose_change(again(stay), actor=stay.student)
    versions.save_facts(fresh(change), {"term": "autumn"}, actor=stay.student)
    change = by_student(change)
    assert not BoardRequest.objects.filter(version=change).exists()
    versions.recall(change, actor=stay.student)
    change = versions.open_of(stay)
    assert change is not None
    versions.add_line(change, line("Pathology"), actor=stay.student, reason_text="It fits better.")
    change = by_student(change)
    assert waits(change).kind == RequestKind.CHANGE
    assert waits(version).state == BoardState.DECIDED


def test_a_version_that_is_taken_back_takes_its_request_along(
    sent: AgreementVersion, stay: Stay, board: User
) -> None:
    row = waits(sent)
    versions.recall(sent, actor=stay.student)
    change = versions.open_of(stay)
    assert change is not None
    versions.add_line(change, line("Pathology"), actor=stay.student)
    newer = by_student(change)
    with pytest.raises(StaleRequestError):
        board_desk.decide(row, says(row), actor=board)
    row.refresh_from_db()
    assert row.state == BoardState.WITHDRAWN
    assert board_desk.newer_than(row) == waits(newer)
    assert not BoardDecision.objects.exists()


# --- Deciding ------------------------------------------------------------------------------------


def test_approving_signs_for_home_and_opens_the_way(
    sent: AgreementVersion, stay: Stay, board: User
) -> None:
    row = waits(sent)
    with pytest.raises(MobilityError, match="Tick the sentence"):
        board_desk.decide(row, says(row, agrees=False), actor=board)
    assert waits(sent).state == BoardState.WAITING
    made = board_desk.decide(row, says(row), actor=board)
    assert (made.outcome, made.basis, made.by_name) == ("approved", "member", "M. Eksempel")
    assert request(sent, "home").state == SigningState.SIGNED
    assert request(sent).state == SigningState.SENT
    assert step(stay, "courses-approved").state == StepState.DONE
    assert by_host(sent).state == VersionState.AGREED
    assert gates.look(again(stay), "agreement").is_open
    # A double click and a second tab make no second decision.
    assert board_desk.decide(row, says(row), actor=board) == made
    assert AuditEvent.objects.filter(action="board.decide").count() == 1
    another = account("another-board@example.org", Role.BOARD, programme=BIOMEDICINE)
    with pytest.raises(AlreadyDecidedError, match=r"M\. Eksempel"):
        board_desk.decide(row, says(row, "refused", reason="No."), actor=another)


def test_a_condition_stands_in_decision_letter_and_mail(
    sent: AgreementVersion, stay: Stay, board: User
) -> None:
    row = waits(sent)
    with pytest.raises(MobilityError, match="which condition"):
        board_desk.decide(row, says(row, "conditional"), actor=board)
    made = board_desk.decide(
        row, says(row, "conditional", conditions="Physiology with at least a 7."), actor=board
    )
    assert made.conditions == "Physiology with at least a 7."
    assert made.appeal_until == made.decided_on + dt.timedelta(days=42)
    assert "Leiden" in made.appeal["to"]["en"]
    letter = made.letter
    assert bytes(letter.content).startswith(b"%PDF")
    assert letter.language == stay.student.language
    mail = OutboxMail.objects.get(key=f"board-decision:{made.uuid}")
    assert mail.to == [stay.student.email]
    found = own_data.export(stay.student)["stays"][0]["board"]
    assert found[0]["decision"]["condition"] == made.conditions


def test_a_refusal_says_why_and_opens_a_next_draft(
    sent: AgreementVersion, stay: Stay, board: User
) -> None:
    row = waits(sent)
    with pytest.raises(MobilityError, match="why not"):
        board_desk.decide(row, says(row, "refused", reason=" "), actor=board)
    board_desk.decide(row, says(row, "refused", reason="It repeats year 1."), actor=board)
    assert fresh(sent).state == VersionState.REFUSED
    change = versions.draft_of(again(stay))
    assert change is not None
    assert change.number == 2
    assert request(sent, "home").comment == "It repeats year 1."


def test_asking_back_waits_for_the_answer(sent: AgreementVersion, stay: Stay, board: User) -> None:
    row = waits(sent)
    board_desk.ask_back(row, "Which level?", says(row), actor=board)
    board_desk.ask_back(row, "Which level?", says(row), actor=board)
    assert waits(sent).messages.count() == 1
    assert not gates.look(again(stay), "agreement").is_open
    seen = waits(sent)
    requests.answer(seen, "Level 300.", actor=stay.student)
    assert waits(sent).state == BoardState.WAITING
    # Whoever still looks at the page from before the answer decides nothing.
    with pytest.raises(StaleRequestError):
        board_desk.decide(seen, says(seen), actor=board)
    assert board_desk.decide(waits(sent), says(waits(sent)), actor=board).is_promise


def test_a_signature_of_the_board_is_its_decision_and_one_of_others_is_not(
    noor: User, coordinator: User, board: User
) -> None:
    """On courses outside Erasmus+ a coordinator may sign for home; the Board still decides."""
    stay = begun(noor, coordinator, road="courses-outside")
    version = by_home(by_student(draft(stay)), coordinator)
    assert waits(version).state == BoardState.WAITING
    version = by_host(version)
    assert version.state == VersionState.AGREED
    assert any(each.code.startswith("board:") for each in gates.blockers(again(stay), "agreement"))
    board_desk.decide(waits(version), says(waits(version), "refused", reason="No."), actor=board)
    assert any("refused" in each.why for each in gates.blockers(again(stay), "agreement"))
    other = begun(student("mia@example.org"), coordinator)
    signed = by_home(by_student(draft(other)), board)
    assert waits(signed).decision.basis == Basis.SIGNATURE


# --- Mandates ------------------------------------------------------------------------------------


def test_a_mandate_says_for_what_and_until_when(
    sent: AgreementVersion, board: User, secretary: User
) -> None:
    row = waits(sent)
    with pytest.raises(NotAllowedNowError, match="no mandate"):
        board_desk.decide(row, says(row), actor=secretary)
    held = mandate(secretary, board)
    assert mandate(secretary, board) == held
    for day, may in ((-1, False), (0, True), (30, True), (31, False)):
        right = board_mandates.right_of(secretary, row, in_days(day))
        assert (right.basis is not None) == may
    expired = board_mandates.right_of(secretary, row, in_days(31))
    assert "ended on" in expired.why_not
    assert str(board) in expired.why_not
    BoardMandate.objects.update(kinds=[RequestKind.PACKAGE])
    assert board_mandates.right_of(secretary, row).basis is None
    BoardMandate.objects.update(kinds=[RequestKind.AGREEMENT])
    made = board_desk.decide(row, says(row), actor=secretary)
    assert (made.basis, made.mandate, made.rests_on) == ("mandate", held, held.rests_on)
    assert request(sent, "home").state == SigningState.SIGNED
    board_mandates.take_back(held, actor=board)
    assert "ended on" in board_mandates.right_of(secretary, row).why_not


@pytest.mark.parametrize(
    ("holder", "more"),
    [
        ("board", {}),
        ("noor", {}),
        ("secretary", {"programme": None}),
        ("secretary", {"ends_on": dt.date(2020, 1, 1)}),
        ("secretary", {"kinds": ["everything"]}),
        ("secretary", {"rests_on": " "}),
    ],
)
def test_a_mandate_that_makes_no_sense_is_refused(
    board: User, noor: User, secretary: User, holder: str, more: dict[str, Any]
) -> None:
    who = {"board": board, "noor": noor, "secretary": secretary}[holder]
    with pytest.raises(MobilityError):
        mandate(who, board, **more)


def test_a_mandate_is_given_by_the_board_of_that_programme(board: User, secretary: User) -> None:
    other = account("other-board@example.org", Role.BOARD, programme="medicine-bsc")
    for actor in (other, secretary):
        with pytest.raises(NotAllowedNowError):
            mandate(account("c@example.org", Role.COORDINATOR) if actor == secretary
                    else secretary, actor)  # fmt: skip


# --- Packages ------------------------------------------------------------------------------------


def test_a_package_is_decided_once_and_decides_for_each(
    stay: Stay, coordinator: User, board: User
) -> None:
    package = signing.make_package(draft(stay), "Spring at Karolinska", actor=coordinator)
    row = package.board_requests.get()
    assert row.kind == RequestKind.PACKAGE
    assert row.programme == stay.programme
    waiting = board_desk.waiting_for(board)
    assert waiting[0].departure == stay.starts_on
    board_desk.decide(row, says(row, "conditional", conditions="All of it."), actor=board)
    package.refresh_from_db()
    assert package.approved_by == board
    version = versions.give_package(again(stay), package, actor=coordinator)
    version = by_student(version)
    made = waits(version).decision
    assert (made.basis, made.outcome, made.conditions) == ("package", "conditional", "All of it.")
    assert request(version, "home").state == SigningState.SIGNED
    assert made.letter.language == stay.student.language


# --- What stays ----------------------------------------------------------------------------------


def test_a_promise_never_changes_and_binds_whoever_comes_after(
    sent: AgreementVersion, stay: Stay, board: User, coordinator: User
) -> None:
    made = board_desk.decide(
        waits(sent), says(waits(sent), "conditional", conditions="A 7."), actor=board
    )
    with pytest.raises(NeverChangedError):
        made.save()
    for change in ({"outcome": "refused"}, {"conditions": "An 8."}, {"components": []},
                   {"appeal_until": None}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            BoardDecision.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        BoardRequest.objects.filter(pk=made.request_id).update(components=[])
    by_host(sent)
    Stay.objects.filter(pk=stay.pk).update(state=StayState.BACK)
    back = again(stay)
    lines, digest = board_desk.agreed_lines(back)
    key = uuid4()
    asked = requests.ask_about_results(
        back, "Biostatistics was not given.", lines, digest, key, actor=coordinator
    )
    assert requests.ask_about_results(
        back, "Biostatistics was not given.", lines, digest, key, actor=coordinator
    ) == asked  # fmt: skip
    assert [each.conditions for each in board_decisions.promises_of(back)] == ["A 7."]
    assert not gates.look(back, "recognition").is_open
    successor = account("successor@example.org", Role.BOARD, programme=BIOMEDICINE)
    board_desk.decide(asked, says(asked), actor=successor)
    # The one who decided leaves; what they promised stays.
    board.delete()
    assert board_decisions.promises_of(back)[0].by_name == "M. Eksempel"


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "conditional"},
        {"outcome": "refused"},
        {"conditions": "Only approved under it."},
        {"by_name": ""},
        {"appeal_until": dt.date(2020, 1, 1)},
        {"basis": "mandate"},
    ],
)
def test_the_database_refuses_a_decision_without_words(
    sent: AgreementVersion, wrong: dict[str, Any]
) -> None:
    right = {"request": waits(sent), "outcome": "approved", "basis": "member", "by_name": "M.",
             "decided_on": timezone.localdate(), "digest": "x"}  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        BoardDecision.objects.create(**{**right, **wrong})


@drawn(st.dates(dt.date(2025, 1, 1), dt.date(2031, 12, 31)), st.integers(0, 23 * 60 + 59))
def test_six_weeks_are_the_same_weekday_whatever_the_clock_does(day: dt.date, minute: int) -> None:
    """Across summer time, the end of a year and 29 February, at any minute of the day."""
    last = AppealRules(days=42).last_day(day)
    assert last is not None
    assert (last - day).days == 42
    assert last.weekday() == day.weekday()
    moment = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), ADAM)
    assert timezone.localdate(moment.astimezone(dt.UTC), ADAM) == day


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        # Late in the evening it is the next day elsewhere, and the same day here.
        ("2027-03-27T23:30:00+00:00", dt.date(2027, 5, 9)),
        ("2027-10-30T22:30:00+00:00", dt.date(2027, 12, 12)),
        ("2026-12-15T12:00:00+00:00", dt.date(2027, 1, 26)),
        ("2028-02-20T12:00:00+00:00", dt.date(2028, 4, 2)),
    ],
)
def test_the_day_of_appeal_counts_from_the_date_here(
    sent: AgreementVersion, board: User, moment: str, until: dt.date,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    at = dt.datetime.fromisoformat(moment)
    monkeypatch.setattr(board_decisions.timezone, "now", lambda: at)
    assert board_desk.decide(waits(sent), says(waits(sent)), actor=board).appeal_until == until


def test_an_edition_without_a_rule_names_no_day(sent: AgreementVersion, board: User) -> None:
    Edition.objects.update(board={})
    made = board_desk.decide(waits(sent), says(waits(sent)), actor=board)
    assert (made.appeal_until, made.appeal) == (None, {})


# --- Precedents ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_nobody_is_recognisable_where_fewer_than_three_went(
    sent: AgreementVersion, coordinator: User, board: User
) -> None:
    def beside() -> board_precedents.Before:
        found = {line["title"]: before for line, before in board_precedents.beside(waits(sent))}
        assert found["Semester 4 as one block"] is None
        before = found["Physiology"]
        assert before is not None
        return before

    assert (beside().counted, beside().too_few) == (None, False)
    outcomes: list[dict[str, Any]] = [
        {}, {"outcome": Outcome.REFUSED, "reason": "No."},
        {"outcome": Outcome.CONDITIONAL, "conditions": "Only for her."},
    ]  # fmt: skip
    for number, how in enumerate(outcomes):
        version = by_student(draft(begun(student(f"s{number}@example.org"), coordinator)))
        board_desk.decide(waits(version), replace(says(waits(version)), **how), actor=board)
        assert beside().too_few == (number < 2)
        assert (beside().counted is None) == (number < 2)
    counted = beside().counted
    assert counted is not None
    assert (counted.approved, counted.conditional, counted.refused) == (1, 1, 1)
    assert "Only for her." not in str(beside())


# --- Pages ---------------------------------------------------------------------------------------


def test_the_desk_is_shown_decided_and_answered(
    sent: AgreementVersion, stay: Stay, board: User, noor: User, secretary: User
) -> None:
    row = waits(sent)
    there = f"/en/office/board/{row.uuid}/"
    member, own = client_for(board), f"/en/stays/{stay.uuid}/board/"
    assert "noor" in text(member.get("/en/office/board/"))
    other = client_for(account("other-board@example.org", Role.BOARD, programme="medicine-bsc"))
    assert "noor" not in text(other.get("/en/office/board/"))
    assert other.get(there).status_code == 404
    assert other.post(f"{there}decide/", {}).status_code == 404
    assert "no mandate" in text(client_for(secretary).get(there))
    form = fields(member.get(there), f"{there}decide/")
    form["name"] = ["M. Eksempel"]
    question = {**form, "outcome": "ask_back", "reason": "Which level?\r\nAnd which hours?"}
    assert member.post(f"{there}decide/", question).status_code == 302
    student_page = client_for(noor)
    page = student_page.get(own)
    assert "Which level?" in text(page)
    answered = f"{own}{row.uuid}/"
    assert student_page.post(answered, {"text": " "}).status_code == 422
    assert student_page.post(answered, {"text": "Level 300."}).status_code == 302
    # The page from before the answer is stale.
    approve = {**form, "outcome": "conditional", "conditions": "With a 7.", "agrees": "on"}
    stale = member.post(f"{there}decide/", approve)
    assert stale.status_code == 409
    assert "Nothing was decided" in text(stale)
    form = fields(member.get(there), f"{there}decide/")
    form["name"] = ["M. Eksempel"]
    assert member.post(f"{there}decide/", {**form, "outcome": "conditional"}).status_code == 422
    approve |= {"digest": form["digest"], "revision": form["revision"]}
    assert member.post(f"{there}decide/", approve).status_code == 302
    assert member.post(f"{there}decide/", approve).status_code == 302
    page = text(student_page.get(own))
    assert "With a 7." in page
    assert "Appeal until" in page
    letter = student_page.get(f"{own}{row.uuid}/letter.pdf")
    assert b"".join(letter).startswith(b"%PDF")  # type: ignore[arg-type]
    assert client_for(student("mia@example.org")).get(own).status_code == 404
    assert member.get(f"{there}letter.pdf").status_code == 200
    assert other.get(f"{there}letter.pdf").status_code == 404
    assert "With a 7." in text(member.get(there))


def test_deciding_asks_again_who_one_is(sent: AgreementVersion, board: User) -> None:
    # Only whoever can prove it again is asked to.
    board.set_password("a long pass phrase")
    board.save()
    client = client_for(board)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - 3600}]
    session.save()
    for path in (f"board/{waits(sent).uuid}/decide/", "board/mandates/",
                 f"stays/{sent.agreement.stay.uuid}/agreement/sign/"):  # fmt: skip
        answer = client.post(f"/en/office/{path}", {"outcome": "approved"})
        assert "reauthenticate" in answer.headers["Location"]
    assert waits(sent).state == BoardState.WAITING


def test_mandates_are_given_and_taken_back_on_their_page(board: User, secretary: User) -> None:
    client, there = client_for(board), "/en/office/board/mandates/"
    assert client.post(there, {}).status_code == 422
    given = {"holder": secretary.uuid, "programme": BIOMEDICINE, "kinds": ["agreement", "change"],
             "starts_on": in_days(0), "ends_on": in_days(30), "rests_on": "Point 4"}  # fmt: skip
    assert client.post(there, given).status_code == 302
    assert client.post(there, given).status_code == 302
    held = BoardMandate.objects.get()
    assert OutboxMail.objects.filter(key=f"board-mandate:{held.uuid}").count() == 1
    page = client_for(secretary).get(there)
    assert "Point 4" in text(page)
    assert b"Take back" not in page.content
    assert client_for(secretary).post(f"{there}{held.uuid}/end/").status_code == 403
    assert client.post(f"{there}{held.uuid}/end/").status_code == 302
    assert "taken back" in text(client.get(there))


def test_the_office_asks_after_return(stay: Stay, coordinator: User, board: User) -> None:
    by_host(by_home(by_student(draft(stay)), board))
    client, there = client_for(coordinator), f"/en/office/board/ask/{stay.uuid}/"
    early = fields(client.get(there), "")
    assert client.post(there, {**early, "asked": "It was not given."}).status_code == 422
    Stay.objects.filter(pk=stay.pk).update(state=StayState.BACK)
    assert client.post(there, {**early, "asked": "It was not given."}).status_code == 302
    assert client.post(there, {**early, "asked": "It was not given."}).status_code == 302
    row = BoardRequest.objects.get(kind=RequestKind.RECOGNITION)
    page = text(client_for(board).get(f"/en/office/board/{row.uuid}/"))
    assert "Promised before departure" in page
    assert "Physiology" in page
    taken = f"/en/office/board/{row.uuid}/withdraw/"
    assert client_for(board).post(taken, {"why": "x"}).status_code == 422
    assert client.post(taken, {"why": "It was given after all."}).status_code == 302
    assert "after all" in text(client.get(f"/en/office/board/{row.uuid}/"))
