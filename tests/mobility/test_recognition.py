"""The ledger of recognition: followed from the agreement to what counts, every credit accounted."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sojourn.catalogue.choices import Gate
from sojourn.catalogue.models import Edition
from sojourn.mobility import board_desk, endings, gates, own_data, steps
from sojourn.mobility.agreements import versions
from sojourn.mobility.board import ask_about_results
from sojourn.mobility.board_desk import Given
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.homecoming import ledger, transcripts
from sojourn.mobility.homecoming.forms import ResultForm
from sojourn.mobility.homecoming.ledger import Result, Ruling
from sojourn.mobility.models import (
    BoardDecision,
    CourseOutcome,
    CreditDecision,
    CreditLine,
    Loss,
    Stay,
)
from sojourn.mobility.models.agreements import NeverChangedError
from sojourn.mobility.states import CreditState, StepState, find_transition
from sojourn.people.models import OutboxMail, User
from tests.engines.test_elmo import course, elmo
from tests.mobility.agreements import agreed, by_home, by_host, by_student, fresh, line
from tests.mobility.conftest import again, begun, in_days, step
from tests.mobility.test_transcripts import file

PASSED = Result(CourseOutcome.PASSED, "VG", Decimal(13), "Fysiologi")
TODAY = timezone.localdate


@pytest.fixture
def back(noor: User, coordinator: User, board: User) -> Stay:
    """Somebody who is back, with an agreement in force and a change of it."""
    made = begun(noor, coordinator, first=-120, last=-10)
    agreed(made, board)
    change = versions.propose_change(made, actor=noor)
    out = change.components.get(title="Biostatistics")
    versions.remove_line(change, out.pk, actor=noor, reason="not-available")
    versions.add_line(
        change, line("Epidemiology", "7.5"), actor=noor, reason="substituting-deleted"
    )
    by_host(by_home(by_student(fresh(change)), board))
    endings.depart(again(made), in_days(-120), actor=noor)
    return endings.come_back(again(made), in_days(-10), actor=noor)


@pytest.fixture
def drawn(back: Stay, coordinator: User) -> Stay:
    for _time in range(2):
        ledger.draw_up(back, actor=coordinator)
    return again(back)


def one(stay: Stay, title: str) -> CreditLine:
    return stay.credit_lines.get(title=title)


def adds_up(stay: Stay) -> None:
    """Each credit is planned, agreed, recognised, lost with a reason, or not decided."""
    for sums in ledger.account(ledger.lines_of(stay)).values():
        assert sums.planned - sums.dropped + sums.added == sums.agreed
        assert sums.agreed + sums.extra == sums.recognised + sums.lost + sums.undecided
        assert sum(sums.reasons.values()) == sums.lost
        assert all(sums.reasons)


def test_it_follows_the_agreement_and_says_what_changed_and_why(drawn: Stay) -> None:
    found = {each.title: each for each in ledger.lines_of(drawn)}
    assert {title: (each.planned, each.agreed, each.state) for title, each in found.items()} == {
        "Physiology": (Decimal(13), Decimal(13), CreditState.EXPECTED),
        "Biostatistics": (Decimal("7.5"), None, CreditState.DROPPED),
        "Epidemiology": (None, Decimal("7.5"), CreditState.EXPECTED),
    }
    assert found["Biostatistics"].why_changed == "not-available"
    assert found["Epidemiology"].why_changed == "substituting-deleted"
    sums = ledger.account(found.values())["ects"]
    assert (sums.planned, sums.agreed, sums.undecided) == (
        Decimal("20.5"), Decimal("20.5"), Decimal("20.5")
    )  # fmt: skip
    adds_up(drawn)


def test_what_was_agreed_and_passed_is_proposed_and_the_rest_waits(
    drawn: Stay, coordinator: User, noor: User
) -> None:
    lines = elmo(
        course("physiology", worth="13", code="", grade="VG"),
        course("Epidemiology", "<status>failed</status>", code="E1", grade="U"),
        course("Swedish", worth="3", code="S1"),
        course("Later", "<status>in-progress</status>", code="L1"),
    )
    brought = transcripts.bring(drawn, transcripts.look_at(file(lines, "t.xml")), by=noor)
    transcripts.check(brought, "direct", actor=coordinator)
    for _time in range(2):
        assert ledger.read_from(brought, actor=coordinator) == 3
    found = {each.title: each for each in ledger.lines_of(drawn)}
    assert set(found) == {"Physiology", "Biostatistics", "Epidemiology", "Swedish"}
    good = found["Physiology"]
    assert (good.state, good.recognised, good.loss) == ("proposed", Decimal(13), "")
    # In the host's words, beside what home proposes and by which table.
    assert (good.grade, good.result_title, good.home_grade) == ("VG", "physiology", "V")
    assert good.grade_table is not None
    assert good.grade_table["id"] == "passed-is-passed"
    bad = found["Epidemiology"]
    assert (bad.state, bad.outcome, bad.home_grade) == ("result", "failed", "")
    assert ledger.suggested(drawn, bad).loss == Loss.NOT_PASSED
    extra = found["Swedish"]
    assert (extra.is_agreed, extra.state, extra.at_stake) == (False, "result", Decimal(3))
    adds_up(drawn)


def test_the_board_decides_what_is_proposed_and_the_road_goes_on(
    drawn: Stay, coordinator: User, board: User, noor: User
) -> None:
    ledger.set_result(one(drawn, "Physiology"), PASSED, actor=coordinator)
    bad = Result(CourseOutcome.PASSED, "G", Decimal(5))
    ledger.set_result(one(drawn, "Epidemiology"), bad, actor=coordinator)
    line_ = one(drawn, "Epidemiology")
    assert line_.state == CreditState.RESULT  # the host gave fewer than agreed
    with pytest.raises(MobilityError, match="why the rest"):
        ledger.propose(line_, Ruling(Decimal(5)), actor=coordinator)
    with pytest.raises(MobilityError, match="At most"):
        ledger.propose(line_, Ruling(Decimal(8)), actor=coordinator)
    with pytest.raises(MobilityError, match="in words"):
        ledger.propose(line_, Ruling(Decimal(5), Loss.OTHER), actor=coordinator)
    ledger.propose(line_, Ruling(Decimal(5), Loss.FEWER), actor=coordinator)
    waiting = [each for each in ledger.lines_of(drawn) if each.state == CreditState.PROPOSED]
    seen = [ledger.proposal_key(each) for each in waiting]
    with pytest.raises(ChangedMeanwhileError):
        ledger.decide_as_proposed(drawn, seen[:1], "The agreement", TODAY(), actor=board)
    with pytest.raises(MobilityError, match="basis"):
        ledger.decide_as_proposed(drawn, seen, " ", TODAY(), actor=board)
    with pytest.raises(MobilityError, match="still to come"):
        ledger.decide_as_proposed(drawn, seen, "x", in_days(1), actor=board)
    assert not CreditDecision.objects.exists()
    assert ledger.decide_as_proposed(drawn, seen, "The agreement", TODAY(), actor=board) == 2
    with pytest.raises(ChangedMeanwhileError):  # the second click
        ledger.decide_as_proposed(drawn, seen, "The agreement", TODAY(), actor=board)
    made = CreditDecision.objects.get(line__title="Epidemiology")
    assert (made.recognised, made.lost, made.loss) == (Decimal(5), Decimal("2.5"), "fewer")
    assert (made.by_board, made.decided_by, made.basis) == (True, board, "The agreement")
    assert ledger.appeal_until(made) == TODAY() + dt.timedelta(weeks=6)
    assert step(again(drawn), "recognition").state == StepState.DONE
    assert step(again(drawn), "entered").state == StepState.WAITING
    assert OutboxMail.objects.filter(key__startswith="stay-recognised:").count() == 1
    for title in ("Physiology", "Epidemiology"):
        ledger.enter(one(drawn, title), "MB-301", actor=coordinator)
    assert step(again(drawn), "entered").state == StepState.DONE
    blocked = [each.code for each in gates.blockers(again(drawn), Gate.RECOGNITION)]
    assert blocked == ["erasmus-courses-transcript", "erasmus-courses-report"]
    adds_up(drawn)
    exported = own_data.export(noor)["stays"][0]["recognition"]
    assert [each["course"] for each in exported] == ["Physiology", "Biostatistics", "Epidemiology"]
    assert exported[2]["decisions"][0]["why_lost"] == "fewer"


def test_deciding_otherwise_is_a_new_decision_and_opens_what_was_done(
    drawn: Stay, coordinator: User, board: User
) -> None:
    row = ledger.set_result(one(drawn, "Physiology"), PASSED, actor=coordinator)
    first = ledger.decide(row, Ruling(Decimal(13)), "The agreement", TODAY(), actor=coordinator)
    assert (first.by_board, first.number) == (False, 1)
    # What is decided follows no agreement and no result any more.
    ledger.draw_up(drawn, actor=coordinator)
    with pytest.raises(NotAllowedNowError):
        ledger.set_result(row, Result(CourseOutcome.FAILED), actor=coordinator)
    missed = Result(CourseOutcome.NOT_TAKEN)
    other = ledger.set_result(one(drawn, "Epidemiology"), missed, actor=coordinator)
    ledger.propose(other, Ruling(Decimal(0), Loss.NOT_TAKEN), actor=coordinator)
    ledger.decide(other, Ruling(Decimal(0), Loss.NOT_TAKEN), "Decision 12", TODAY(), actor=board)
    ledger.enter(row, "", actor=coordinator)
    # What is lost as a whole is not entered anywhere.
    assert step(again(drawn), "entered").state == StepState.DONE
    again_ = Ruling(Decimal(10), Loss.OVERLAP)
    second = ledger.decide(row, again_, "Objection 7", TODAY(), actor=board)
    assert (second.number, second.lost) == (2, Decimal(3))
    first.refresh_from_db()
    assert first.recognised == Decimal(13)
    row.refresh_from_db()
    assert (row.state, row.entered_at) == (CreditState.DECIDED, None)
    assert step(again(drawn), "entered").state == StepState.WAITING
    assert step(again(drawn), "recognition").state == StepState.DONE
    first.recognised = Decimal(1)
    with pytest.raises(NeverChangedError):
        first.save()
    adds_up(drawn)


def test_the_same_form_once_more_reverts_nothing_and_decides_nothing_anew(
    drawn: Stay, coordinator: User
) -> None:
    said = Result(CourseOutcome.PASSED, "A", Decimal(6), "Choir", "us")
    row = ledger.add_line(drawn, "Choir", "", Decimal(6), "us", actor=coordinator)
    row = ledger.set_result(row, said, actor=coordinator)
    row = ledger.propose(row, Ruling(Decimal(4), Loss.LEVEL), actor=coordinator)
    shown = ResultForm(row)
    form = ResultForm(row, {name: shown[name].value() for name in shown.fields})
    assert form.is_valid(), form.errors
    same = ledger.set_result(row, form.result, actor=coordinator)
    assert (same.state, same.recognised, same.taken_scheme) == ("proposed", Decimal(4), "us")
    # Another grade is another result: what follows from it is proposed anew, of the same kind.
    form = ResultForm(row, {**form.data, "grade": "B"})
    assert form.is_valid(), form.errors
    other = ledger.set_result(row, form.result, actor=coordinator)
    assert (other.state, other.grade, other.taken_scheme) == ("result", "B", "us")
    row = ledger.propose(row, Ruling(Decimal(6)), actor=coordinator)
    first, second = (
        ledger.decide(row, Ruling(Decimal(6)), "The agreement", TODAY(), actor=coordinator)
        for _click in range(2)
    )
    assert first == second
    # Sent once more after Back, it does not undo that it was entered.
    ledger.enter(row, "MB-1", actor=coordinator)
    ledger.decide(row, Ruling(Decimal(6)), "The agreement", TODAY(), actor=coordinator)
    row.refresh_from_db()
    assert (row.state, row.decisions.count()) == (CreditState.ENTERED, 1)


def test_the_database_holds_that_every_credit_is_accounted_for(
    drawn: Stay, coordinator: User
) -> None:
    row = ledger.set_result(one(drawn, "Physiology"), PASSED, actor=coordinator)
    made = ledger.decide(row, Ruling(Decimal("12.9"), Loss.LEVEL), "x", TODAY(), actor=coordinator)
    assert made.lost == Decimal("0.1")
    decisions = CreditDecision.objects.filter(pk=made.pk)
    for wrong in (
        {"recognised": Decimal("12.89")}, {"lost": Decimal("0.11")}, {"loss": ""}, {"basis": ""},
        {"recognised": Decimal(-1), "lost": Decimal(14)}, {"loss": Loss.OTHER},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            decisions.update(**wrong)
    for wrong_line in (
        {"state": "lost"}, {"state": CreditState.ENTERED}, {"recognised": None}, {"outcome": ""},
        {"title": ""},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            CreditLine.objects.filter(pk=row.pk).update(**wrong_line)


_NEXT = {
    CreditState.EXPECTED: "result",
    CreditState.RESULT: "propose",
    CreditState.PROPOSED: "decide",
    CreditState.DECIDED: "enter",
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_in_whatever_order_every_credit_is_somewhere(
    drawn: Stay, coordinator: User, board: User, seed: int
) -> None:
    chance = random.Random(seed)
    decided: dict[int, tuple[object, ...]] = {}
    done = 0
    for turn in range(60):
        row = chance.choice(ledger.lines_of(drawn))
        before = row.state
        worth = Decimal(chance.choice(["0", "0.1", "2.5", "7.5", "13", "13.01"]))
        ruling = Ruling(worth, chance.choice(["", Loss.LEVEL, Loss.OTHER, "unknown"]), "")
        if chance.random() < 0.6:
            ruling = ledger.suggested(drawn, row)
        name = chance.choice(["result", "propose", "decide", "enter", "add", "draw_up"])
        if chance.random() < 0.5:
            name = _NEXT.get(CreditState(before), name)
        with suppress(MobilityError), transaction.atomic():
            if name == "result":
                said = Result(chance.choice(CourseOutcome.values), "A", worth)
                ledger.set_result(row, said, actor=coordinator)
            elif name == "propose":
                ledger.propose(row, ruling, actor=coordinator)
            elif name == "decide":
                who = chance.choice([board, coordinator])
                ledger.decide(row, ruling, "x", TODAY(), actor=who)
            elif name == "enter":
                ledger.enter(row, "", actor=coordinator)
            elif name == "add":
                ledger.add_line(drawn, f"More {turn % 3}", "", worth, "ects", actor=coordinator)
            else:
                ledger.draw_up(drawn, actor=coordinator)
            done += 1
            row.refresh_from_db()
            if row.state != before:
                # Passing what was agreed proposes it in the same step.
                assert find_transition("credit", name, before) or name == "draw_up"
        adds_up(drawn)
        for made in CreditDecision.objects.all():
            now = (made.recognised, made.lost, made.loss, made.basis, made.decided_by_id)
            assert decided.setdefault(made.pk, now) == now
        lines = [each for each in ledger.lines_of(drawn) if each.state != CreditState.DROPPED]
        is_done = all(each.state in (CreditState.DECIDED, CreditState.ENTERED) for each in lines)
        settled = step(again(drawn), "recognition").state == StepState.DONE
        assert settled == is_done or not decided
    assert done > 20
    assert decided


def test_an_edition_brings_reasons_and_tables_of_its_own(drawn: Stay, coordinator: User) -> None:
    Edition.objects.update(
        coming_home={
            "losses": [{"id": "no-lab", "name": {"en": "No laboratory", "nl": "Geen practicum"}}],
            "grade_tables": [
                {"id": "all", "name": {"en": "All"}, "rows": [{"home": "6", "grades": ["G"]}]},
                {
                    "id": "ki", "name": {"en": "KI"}, "host": "karolinska-institutet",
                    "rows": [{"home": "8", "grades": ["vg"]}],
                },
            ],
        }
    )  # fmt: skip
    drawn.hosts.update(institution=None)
    row = ledger.set_result(one(drawn, "Physiology"), PASSED, actor=coordinator)
    assert (row.grade, row.home_grade, row.grade_table) == ("VG", "", None)
    ledger.propose(row, Ruling(Decimal(6), "no-lab"), actor=coordinator)
    assert ledger.loss_in_words("no-lab", "") == "No laboratory"


# --- On the pages ---------------------------------------------------------------------------------


def test_the_office_writes_results_and_the_board_decides_on_its_page(
    back: Stay, coordinator: User, board: User, noor: User, client: Client
) -> None:
    there = reverse("office:stay-home-credits", args=[back.uuid])
    home = reverse("office:stay-home", args=[back.uuid])
    client.force_login(coordinator)
    client.post(there, {"do": "draw_up"})
    row = one(back, "Physiology")
    page = reverse("office:stay-home-course", args=[back.uuid, row.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"do": "result", "outcome": ""}).status_code == 422
    sent = {"do": "result", "outcome": "passed", "grade": "VG", "credits": "13.0", "title": "Fys"}
    assert client.post(page, sent).status_code == 302
    assert client.post(there, {"do": "add", "title": ""}).status_code == 422
    assert client.post(there, {"do": "add", "title": "Choir", "credits": "1.5"}).status_code == 302
    client.force_login(board)
    assert client.post(page, sent).status_code == 403
    shown = client.get(home).content.decode()
    assert "13 of 13 ECTS count".replace(" ECTS", "") in shown
    seen = [
        ledger.proposal_key(each)
        for each in ledger.lines_of(back)
        if each.state == CreditState.PROPOSED
    ]
    day = TODAY().isoformat()
    wrong = client.post(there, {"do": "decide", "seen": seen, "basis": "", "decided_on": day})
    assert wrong.status_code == 422
    good = {"do": "decide", "seen": seen, "basis": "The agreement", "decided_on": day}
    assert client.post(there, good).status_code == 302
    assert client.post(there, good).status_code == 409
    row.refresh_from_db()
    assert row.state == CreditState.DECIDED
    client.force_login(coordinator)
    anew = {
        "do": "decide", "recognised": "10", "loss": "", "basis": "Objection", "decided_on": day
    }  # fmt: skip
    assert client.post(page, anew).status_code == 422  # without a reason for the rest
    assert client.post(page, {"do": "enter", "home_code": "X1"}).status_code == 302
    client.force_login(noor)
    mine = client.get(reverse("stays:coming-home", args=[back.uuid])).content.decode()
    assert "You can appeal until" in mine
    assert "Choir" in mine
    assert client.get(page).status_code != 200


def test_what_the_board_decided_at_its_desk_and_the_ledger_show_each_other(
    back: Stay, coordinator: User, board: User, noor: User, client: Client
) -> None:
    there = reverse("office:stay-home-credits", args=[back.uuid])
    home = reverse("office:stay-home", args=[back.uuid])
    client.force_login(coordinator)
    client.post(there, {"do": "draw_up"})
    row = ledger.set_result(one(back, "Physiology"), PASSED, actor=coordinator)
    page = reverse("office:stay-home-course", args=[back.uuid, row.pk])
    assert 'name="board_decision"' not in client.get(page).content.decode()
    request = ask_about_results(back, "Does 13 count?", [], "", uuid.uuid4(), actor=coordinator)
    desk = reverse("office:board-request", args=[request.uuid])
    assert desk in client.get(home).content.decode()
    assert home in client.get(desk).content.decode()
    given = Given(outcome="approved", digest="", revision=0, name="B. Board")
    made = board_desk.decide(request, given, actor=board)
    sent = {
        "do": "decide", "recognised": "13", "basis": "", "decided_on": TODAY().isoformat(),
        "board_decision": "",
    }  # fmt: skip
    assert client.post(page, sent).status_code == 422
    assert client.post(page, {**sent, "board_decision": uuid.uuid4()}).status_code == 422
    for _click in range(2):
        assert client.post(page, {**sent, "board_decision": made.uuid}).status_code == 302
    decision = row.decisions.get()
    number = str(made.uuid)[:8]
    assert (decision.board_decision, decision.basis) == (made, f"Letter {number}")
    assert desk in client.get(page).content.decode()
    client.force_login(noor)
    mine = client.get(reverse("stays:coming-home", args=[back.uuid])).content.decode()
    assert f"Letter {number} (decision of the Board of Examiners: Approved," in mine
    exported = own_data.export(noor)["stays"][0]["recognition"][0]["decisions"][0]
    assert exported["decision_of_the_board"] == made.decided_on.isoformat()
    # It is about this stay only, is not deleted before what rests on it, and goes with the stay.
    foreign = BoardDecision(pk=made.pk + 1)
    with pytest.raises(MobilityError, match="not about this stay"):
        ledger.decide(
            row, Ruling(Decimal(13)), "x", TODAY(), actor=coordinator, board_decision=foreign
        )
    with pytest.raises(RestrictedError):
        made.delete()
    back.delete()
    assert not CreditDecision.objects.exists()


def test_the_ledgers_of_those_who_came_back_draw_themselves_up(back: Stay) -> None:
    for _time in range(2):
        ledger.follow(timezone.now())
    assert back.credit_lines.count() == 3
    steps.follow(timezone.now())
    assert step(again(back), "recognition").state == StepState.WAITING
