"""A round gives no more seats than the agreements behind them have, or says why it does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.models import Agreement, Institution
from sojourn.people.models import AuditEvent, User
from sojourn.selection import agreements, rounds, rules
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Round, RoundOpportunity, SeatsBeyondAgreement
from sojourn.selection.rounds import Note
from sojourn.selection.states import RoundState

NOTE = Note("More seats.", "Meer plaatsen.")


@pytest.fixture
def agreement(round_: Round) -> Agreement:
    """Five seats a year; both places of the round are of it, with three each."""
    partner = Institution.objects.filter(is_home=False)[0]
    made = Agreement.objects.create(
        slug="five-a-year", partner=partner, level="bachelor", seats_out=5
    )
    round_.opportunities.update(agreement=made)
    Round.objects.filter(pk=round_.pk).update(state=RoundState.DRAFT)
    round_.refresh_from_db()
    return made


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


def test_a_reason_is_dated_audited_and_holds_up_to_its_number(
    round_: Round, agreement: Agreement, coordinator: User
) -> None:
    for seats, because in ((6, "  "), (5, "x"), (0, "x"), (501, "x")):
        with pytest.raises(SelectionError):
            agreements.state_reason(round_, agreement, seats, because, actor=coordinator)
    assert not SeatsBeyondAgreement.objects.exists()
    made = agreements.state_reason(round_, agreement, 6, "The host wrote so.", actor=coordinator)
    assert (made.by, made.agreed, made.at.date()) == (coordinator, 5, timezone.now().date())
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


def test_an_agreement_of_unknown_size_limits_nothing(round_: Round, agreement: Agreement) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(seats_out=None)
    assert agreements.claims_of(round_) == []
    assert rules.problems_of(round_) == []


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
