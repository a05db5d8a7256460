"""A round gives no more seats than the agreements behind them have, or says why it does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.models import Agreement, Institution, OpportunityHost
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import Text
from sojourn.people.models import AuditEvent, User
from sojourn.selection import agreements, objections, offers, rounds, rules, second_round
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import (
    Application,
    MoreSeats,
    Offer,
    OutsideAgreement,
    Round,
    RoundOpportunity,
    SeatsBeyondAgreement,
)
from sojourn.selection.states import TAKES_SEAT, ObjectionState, RoundState
from tests.selection.rounds import PLACES, applicants, check_whole, closed_round, published

NOTE = Text({"en": "More seats.", "nl": "Meer plaatsen."})
EDINBURGH = PLACES[0]


def a_partner() -> Institution:
    return Institution.objects.filter(is_home=False)[0]


@pytest.fixture
def agreement(round_: Round) -> Agreement:
    """Five seats a year; both places of the round are of it, with three each."""
    made = Agreement.objects.create(
        slug="five-a-year", partner=a_partner(), level="bachelor", seats_out=5
    )
    for row in round_.opportunities.all():
        OpportunityHost.objects.create(
            opportunity=row.opportunity, institution=made.partner, position=1
        )
    round_.opportunities.update(agreement=made)
    Round.objects.filter(pk=round_.pk).update(state=RoundState.DRAFT)
    round_.refresh_from_db()
    return made


@pytest.mark.slow
def test_more_seats_than_agreed_are_refused_by_field_place_and_agreement(
    round_: Round, agreement: Agreement, coordinator: User
) -> None:
    with pytest.raises(SelectionError) as refused:
        rounds.publish(round_, actor=coordinator)
    for told in ("Seats", "half-minor-bordeaux", "half-minor-edinburgh", "five-a-year", "6", "5"):
        assert told in refused.value.message
    round_.refresh_from_db()
    assert round_.state == RoundState.DRAFT
    round_.opportunities.filter(key="half-minor-bordeaux").update(seats=2)
    assert rounds.publish(round_, actor=coordinator).state == RoundState.OPEN


@pytest.mark.slow
def test_a_reason_is_dated_audited_and_holds_up_to_its_number(
    round_: Round, agreement: Agreement, coordinator: User
) -> None:
    for seats, because in ((6, "  "), (5, "x"), (0, "x"), (501, "x")):
        with pytest.raises(SelectionError):
            agreements.state_reason(round_, agreement, seats, because, actor=coordinator)
    assert not SeatsBeyondAgreement.objects.exists()
    before = timezone.now()
    made = agreements.state_reason(round_, agreement, 6, "The host wrote so.", actor=coordinator)
    assert (made.by, made.agreed) == (coordinator, 5)
    assert before <= made.at <= timezone.now()
    event = AuditEvent.objects.get(action="round.beyond_agreement")
    assert event.details == {"agreement": "five-a-year", "seats": 6, "agreed": 5}
    published = rounds.publish(round_, actor=coordinator)

    def one_more(row: Round) -> None:
        place = row.opportunities.get(key="half-minor-bordeaux")
        place.seats += 1
        place.save()

    with pytest.raises(SelectionError, match="five-a-year"):
        rounds.change_rules(published, one_more, NOTE, actor=coordinator)
    agreements.state_reason(round_, agreement, 7, "And one more.", actor=coordinator)
    assert rounds.change_rules(published, one_more, NOTE, actor=coordinator)
    assert SeatsBeyondAgreement.objects.count() == 2


def test_a_reason_for_another_number_in_the_agreement_no_longer_holds(
    round_: Round, agreement: Agreement, coordinator: User
) -> None:
    agreements.state_reason(round_, agreement, 6, "The host wrote so.", actor=coordinator)
    assert agreements.problems_of(round_) == []
    Agreement.objects.filter(pk=agreement.pk).update(seats_out=4)
    assert len(agreements.problems_of(round_)) == 1


def test_other_rounds_of_the_year_count_and_the_one_that_it_continues_does_not(
    round_: Round, agreement: Agreement
) -> None:
    round_.opportunities.update(seats=1)
    other = Round.objects.create(
        slug="other", title_en="Other", title_nl="Andere", academic_year=round_.academic_year
    )
    RoundOpportunity.objects.create(
        round=other, opportunity=round_.opportunities.all()[0].opportunity, agreement=agreement,
        key="other", seats=4,
    )  # fmt: skip
    assert agreements.problems_of(round_) == []  # the other is a draft
    Round.objects.filter(pk=other.pk).update(
        state=RoundState.OPEN, opens_at=round_.opens_at, closes_at=round_.closes_at,
        results_at=round_.results_at, answer_by=round_.answer_by, published_at=timezone.now(),
    )  # fmt: skip
    assert len(agreements.problems_of(round_)) == 1
    round_.continues = other
    round_.save()
    assert agreements.problems_of(round_) == []
    Round.objects.filter(pk=other.pk).update(academic_year="2030-2031")
    round_.continues = None
    round_.save()
    assert agreements.problems_of(round_) == []


@pytest.fixture
def given(leiden: Snapshot) -> Round:
    """Published results of three seats, one held back, of an agreement with four; four wait."""
    made = closed_round({EDINBURGH: 3})
    of_it = Agreement.objects.create(
        slug="four-a-year", partner=a_partner(), level="bachelor", seats_out=4
    )
    made.opportunities.update(agreement=of_it, held_back=1)
    applicants(made, [[EDINBURGH]] * 6, ["9", "8", "7", "6", "5", "4"])
    published(made)
    return made


def offered(round_: Round) -> int:
    return Offer.objects.filter(application__round=round_, state__in=TAKES_SEAT).count()


@pytest.mark.slow
def test_seats_added_after_the_results_count_those_held_back_only_once(given: Round) -> None:
    place, one = given.opportunities.get(), given.publication.by
    assert [(each.here, each.agreed) for each in agreements.claims_of(given)] == [(3, 4)]
    offers.add_seats(place, 1, "The seat held back.", actor=one)
    assert agreements.claims_of(given)[0].here == 3
    offers.add_seats(place, 1, "The agreement has one more.", actor=one)
    assert agreements.claims_of(given)[0].here == 4
    with pytest.raises(SelectionError, match="four-a-year has 4 a year"):
        offers.add_seats(place, 1, "They were nice.", actor=one)
    assert (offered(given), MoreSeats.objects.count()) == (4, 2)
    agreements.state_reason(given, place.agreement, 5, "The host wrote so.", actor=one)
    offers.add_seats(place, 1, "See the agreement.", actor=one)
    assert offered(given) == 5
    check_whole(given)


def test_an_objection_cannot_be_given_a_seat_that_no_agreement_has(given: Round) -> None:
    place, one = given.opportunities.get(), given.publication.by
    offers.add_seats(place, 2, "One held back, one more.", actor=one)
    application = Application.objects.get(code="code0005")
    made = objections.object_to_result(application, "Why?", actor=application.owner)
    with pytest.raises(SelectionError, match="four-a-year"):
        objections.uphold(made, "You are right.", place, actor=one)
    made.refresh_from_db()
    assert made.state == ObjectionState.OPEN
    assert offered(given) == 4


def test_a_second_round_gives_no_more_than_the_first_one_left(given: Round) -> None:
    one = given.publication.by
    for number in (0, 1):
        application = Application.objects.get(code=f"code000{number}")
        offers.accept(application.offers.get(), actor=application.owner)
    offers.add_seats(given.opportunities.get(), 2, "Two more.", actor=one)
    for application in Application.objects.filter(code__gte="code0002"):
        offers.leave(application, actor=application.owner)
    # Two of four are taken; two are left for a second round.
    second = second_round.draft_second_round(given, actor=one)
    assert second.opportunities.get().seats == 2
    claim = agreements.claims_of(second)[0]
    assert (claim.here, claim.elsewhere, claim.is_too_much) == (2, 2, False)
    second.opportunities.update(seats=3)
    assert agreements.claims_of(second)[0].is_too_much
    # Seen from the first, only what goes beyond the seats that it left counts.
    assert agreements.claims_of(given)[0].elsewhere == 0
    Round.objects.filter(pk=second.pk).update(
        state=RoundState.OPEN, opens_at=given.opens_at, closes_at=given.closes_at,
        results_at=given.results_at, answer_by=given.answer_by, published_at=timezone.now(),
    )  # fmt: skip
    claim = agreements.claims_of(given)[0]
    assert (claim.here, claim.elsewhere, claim.is_too_much) == (4, 1, True)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_rounds_of_one_agreement_cannot_both_take_its_last_seats(
    round_: Round, agreement: Agreement, coordinator: User
) -> None:
    """The second waits for the first, whatever it is that the first does, and counts it."""
    round_.opportunities.update(seats=1)
    told: list[str] = []

    def publish() -> None:
        try:
            rounds.publish(round_, actor=coordinator)
        except SelectionError as error:
            told.append(error.message)
        finally:
            connections.close_all()

    with agreements.taking_turns():
        other = Round.objects.create(
            slug="other", title_en="Other", title_nl="Andere", academic_year=round_.academic_year,
            state=RoundState.OPEN, opens_at=round_.opens_at, closes_at=round_.closes_at,
            results_at=round_.results_at, answer_by=round_.answer_by, published_at=timezone.now(),
        )  # fmt: skip
        RoundOpportunity.objects.create(
            round=other, opportunity=round_.opportunities.all()[0].opportunity,
            agreement=agreement, key="other", seats=4,
        )  # fmt: skip
        thread = threading.Thread(target=publish)
        thread.start()
        # Without turns it would be through by now; with them it waits, however long this is.
        thread.join(timeout=1)
    thread.join()
    assert len(told) == 1
    assert "five-a-year" in told[0]


def test_an_agreement_of_unknown_size_limits_nothing(round_: Round, agreement: Agreement) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(seats_out=None)
    assert agreements.claims_of(round_) == []
    assert rules.problems_of(round_) == []


@pytest.mark.slow
def test_the_page_takes_a_reason_and_keeps_what_was_typed(
    round_: Round,
    agreement: Agreement,
    coordinator: User,
    signed_in: Callable[[User], Client],
) -> None:
    client = signed_in(coordinator)
    at = f"/en/office/rounds/{round_.slug}/agreements/"
    assert at in client.get(f"/en/office/rounds/{round_.slug}/").content.decode()
    assert "five-a-year has 5 a year" in client.get(at).content.decode()
    wrong = client.post(
        at, {"agreement": "five-a-year", "seats": "5", "because": "zebra", "sure": "1"}
    )
    assert wrong.status_code == 422
    assert "from 6 to 500" in wrong.content.decode()
    assert "zebra" in wrong.content.decode()
    for sent in ({}, {"agreement": "unknown", "seats": "x", "because": "x"}):
        assert client.post(at, sent).status_code == 422
    right = {"agreement": "five-a-year", "seats": "6", "because": "They said yes."}
    told = client.post(at, right, follow=True).content.decode()
    assert "up to 6 of five-a-year, which has 5. They said yes." in told


# --- Outside of an agreement -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"valid_until": "2028-01-31"}, "not valid all through"),
        ({"valid_from": "2027-10-01"}, "not valid all through"),
        ({"status": "withdrawn"}, "not in force"),
        ({"partner": None}, "none of the hosts"),
    ],
)
def test_a_place_outside_its_agreement_needs_a_reason(
    round_: Round, agreement: Agreement, coordinator: User, change: dict[str, Any], words: str
) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(seats_out=50)
    assert agreements.problems_of(round_) == []
    if "partner" in change:
        OpportunityHost.objects.filter(institution=agreement.partner).delete()
    else:
        Agreement.objects.filter(pk=agreement.pk).update(**change)
    with pytest.raises(SelectionError, match=words):
        rounds.publish(round_, actor=coordinator)
    for row in round_.opportunities.all():
        with pytest.raises(SelectionError):
            agreements.explain_stray(round_, row, "  ", actor=coordinator)
        agreements.explain_stray(round_, row, "The host agreed by mail.", actor=coordinator)
    event = AuditEvent.objects.filter(action="round.outside_agreement")[0]
    assert event.actor == coordinator
    assert event.details["agreement"] == "five-a-year"
    assert agreements.problems_of(round_) == []
    assert rounds.publish(round_, actor=coordinator).state == RoundState.OPEN


def test_a_reason_holds_for_what_it_was_stated_for(
    round_: Round, agreement: Agreement, coordinator: User
) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(seats_out=50, valid_until="2028-01-31")
    for row in round_.opportunities.all():
        agreements.explain_stray(round_, row, "The host agreed.", actor=coordinator)
    assert agreements.problems_of(round_) == []
    Agreement.objects.filter(pk=agreement.pk).update(status="withdrawn")
    assert len(agreements.problems_of(round_)) == round_.opportunities.count()


def test_a_place_that_keeps_to_its_agreement_takes_no_reason(
    round_: Round, agreement: Agreement, coordinator: User
) -> None:
    with pytest.raises(SelectionError):
        agreements.explain_stray(
            round_, round_.opportunities.all()[0], "Why not", actor=coordinator
        )
    assert not OutsideAgreement.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsideAgreement.objects.create(
            round=round_, place=round_.opportunities.all()[0], agreement=agreement, because=""
        )


def test_the_page_takes_a_reason_and_shows_it(
    round_: Round, agreement: Agreement, coordinator: User
) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(seats_out=50, valid_until="2028-01-31")
    client = Client()
    client.force_login(coordinator)
    address = f"/en/office/rounds/{round_.slug}/agreements/"
    place = round_.opportunities.all()[0]
    assert "not valid all through" in client.get(address).content.decode()
    answer = client.post(address, {"outside-place": place.key, "outside-because": ""})
    assert answer.status_code == 422
    said = {"outside-place": place.key, "outside-because": "Renewal is signed in May."}
    assert client.post(address, said).status_code == 302
    page = client.get(address).content.decode()
    assert "Renewal is signed in May." in page
