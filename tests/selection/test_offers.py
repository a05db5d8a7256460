"""Offers are answered, expire and are given up; the waiting list moves by itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from sojourn.catalogue.models import Edition
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.results.presenters import nominations as nomination_page
from sojourn.people.models import OutboxMail, User
from sojourn.selection import nominations, offers, own_data
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import Application, Offer, Round
from sojourn.selection.states import TAKES_SEAT, ApplicationState, OfferState
from tests.selection.rounds import PLACES, applicants, check_whole, closed_round, published

EDINBURGH, BORDEAUX, TRONDHEIM = PLACES


@pytest.fixture
def round_(leiden: Snapshot) -> Round:
    """One seat at each of two places; four students, the best grade first."""
    made = closed_round({EDINBURGH: 1, BORDEAUX: 1})
    lists = [[EDINBURGH, BORDEAUX], [EDINBURGH, BORDEAUX], [BORDEAUX, EDINBURGH], [EDINBURGH]]
    applicants(made, lists, ["9", "8", "7", "6"])
    published(made)
    return made


def application(number: int) -> Application:
    return Application.objects.get(code=f"code{number:04}")


def offer_of(number: int) -> Offer | None:
    return Offer.objects.filter(application__code=f"code{number:04}", state__in=TAKES_SEAT).first()


def have() -> list[str]:
    """Where each of the four has a place or an offer: the key, or "-"."""
    found = [offer_of(number) for number in range(4)]
    return [each.opportunity.key.removeprefix("half-minor-") if each else "-" for each in found]


def answer(number: int, verb: str) -> Offer:
    offer = offer_of(number)
    assert offer is not None
    found: Offer = getattr(offers, verb)(offer, actor=offer.application.owner)
    return found


@pytest.mark.slow
def test_the_results_are_offers(round_: Round) -> None:
    assert have() == ["edinburgh", "bordeaux", "-", "-"]
    check_whole(round_)
    assert OutboxMail.objects.filter(key__startswith="results:").count() == 4


def test_a_declined_place_goes_to_the_next_in_the_same_moment(round_: Round) -> None:
    answer(0, "decline")
    # The second has not answered yet and likes Edinburgh better, so Bordeaux comes free too.
    assert have() == ["-", "edinburgh", "bordeaux", "-"]
    check_whole(round_)
    assert OutboxMail.objects.filter(key=f"offer:{offer_of(2).uuid}").exists()


@pytest.mark.slow
def test_who_accepted_for_good_stays_where_they_are(round_: Round) -> None:
    answer(1, "accept")
    answer(0, "decline")
    # The third gets its second choice, as nobody before it waits for Edinburgh any more.
    assert have() == ["-", "bordeaux", "edinburgh", "-"]
    check_whole(round_)


@pytest.mark.slow
def test_who_accepted_and_waits_moves_up_and_has_accepted_that(round_: Round) -> None:
    answer(1, "accept_and_wait")
    answer(0, "decline")
    assert have() == ["-", "edinburgh", "bordeaux", "-"]
    moved = offer_of(1)
    assert moved is not None
    assert (moved.state, moved.origin, moved.rank) == (OfferState.ACCEPTED, "better", 1)
    check_whole(round_)


def test_who_stops_waiting_is_not_moved(round_: Round) -> None:
    answer(1, "accept_and_wait")
    answer(1, "stop_waiting")
    answer(0, "decline")
    assert have()[1] == "bordeaux"
    check_whole(round_)


def test_a_place_given_up_after_all_goes_on(round_: Round) -> None:
    answer(0, "accept")
    answer(0, "withdraw")
    assert have() == ["-", "edinburgh", "bordeaux", "-"]
    check_whole(round_)


def test_whoever_leaves_wants_nothing_any_more(round_: Round) -> None:
    offers.leave(application(1), actor=application(1).owner)
    assert have() == ["edinburgh", "-", "bordeaux", "-"]
    answer(0, "decline")
    # The third already waits for nothing better; so the fourth gets Edinburgh.
    assert have() == ["-", "-", "bordeaux", "edinburgh"]
    assert application(1).state == ApplicationState.WITHDRAWN
    check_whole(round_)


def test_an_offer_expires_and_goes_on_and_both_are_told(round_: Round) -> None:
    first = offer_of(0)
    assert first is not None
    Offer.objects.filter(pk=first.pk).update(answer_by=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(NotAllowedNowError):
        offers.accept(first, actor=first.application.owner)
    made = offers.process_due_events(round_, timezone.now())
    assert len(made) == 2
    first.refresh_from_db()
    assert first.state == OfferState.EXPIRED
    assert have() == ["-", "edinburgh", "bordeaux", "-"]
    assert OutboxMail.objects.filter(key=f"offer-expired:{first.uuid}").exists()
    assert offers.process_due_events(round_, timezone.now()) == ()
    check_whole(round_)


def test_a_day_before_the_end_there_is_one_reminder(round_: Round) -> None:
    Offer.objects.update(answer_by=timezone.now() + dt.timedelta(hours=20))
    for _twice in range(2):
        offers.process_due_events(round_, timezone.now())
    assert OutboxMail.objects.filter(key__startswith="offer-reminder:").count() == 2


def test_the_same_answer_twice_is_one_answer(round_: Round) -> None:
    offer = offer_of(0)
    assert offer is not None
    for _twice in range(2):
        assert offers.accept(offer, actor=offer.application.owner).state == OfferState.ACCEPTED
    with pytest.raises(NotAllowedNowError):
        offers.decline(offer, actor=offer.application.owner)
    check_whole(round_)


@pytest.mark.slow
def test_an_edition_can_make_accepting_final(round_: Round) -> None:
    Edition.objects.update(may_stay_on_the_list=False)
    with pytest.raises(NotAllowedNowError):
        answer(1, "accept_and_wait")
    assert offer_of(1).state == OfferState.OPEN


@pytest.mark.slow
def test_seats_held_back_go_to_the_next_in_line(round_: Round) -> None:
    place = round_.opportunities.get(key=EDINBURGH)
    one = round_.publication.by
    with pytest.raises(SelectionError):
        offers.add_seats(place, 1, " ", actor=one)
    offers.add_seats(place, 1, "The host has one more.", actor=one)
    assert have() == ["edinburgh", "edinburgh", "bordeaux", "-"]
    check_whole(round_)


def test_after_the_nomination_day_nobody_new_comes(round_: Round) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    round_.opportunities.filter(key=EDINBURGH).update(nomination_deadline=yesterday)
    answer(0, "decline")
    assert have() == ["-", "bordeaux", "-", "-"]
    check_whole(round_)


def test_an_offer_from_the_waiting_list_leaves_the_days_that_the_edition_gives(
    round_: Round,
) -> None:
    Edition.objects.update(answer_days=3)
    Round.objects.update(answer_by=timezone.now() + dt.timedelta(hours=1))
    answer(0, "decline")
    made = offer_of(1)
    assert made is not None
    day = timezone.localdate(made.made_at) + dt.timedelta(days=3)
    assert timezone.localtime(made.answer_by).date() == day


def test_the_nomination_day_is_the_last_to_answer(round_: Round) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    round_.opportunities.update(nomination_deadline=tomorrow)
    answer(0, "decline")
    made = offer_of(1)
    assert made is not None
    assert timezone.localtime(made.answer_by).date() == tomorrow


@pytest.mark.slow
def test_a_deleted_account_frees_its_seat_at_the_next_look(round_: Round) -> None:
    application(0).owner.delete()
    offers.process_due_events(round_, timezone.now())
    assert have()[1:] == ["edinburgh", "bordeaux", "-"]
    check_no_leftovers = Offer.objects.filter(application__code="code0000")
    assert not check_no_leftovers.exists()


@pytest.mark.slow
def test_deleting_ones_account_frees_the_seat_in_the_same_moment(round_: Round) -> None:
    answer(0, "accept")
    one = User.objects.get(email="one@office.example")
    place = round_.opportunities.get(key=EDINBURGH)
    nominations.mark_sent(place, actor=one)
    student = application(0).owner
    own_data.erase(student)
    student.delete()
    assert have()[1:] == ["edinburgh", "bordeaux", "-"]
    # The office is told whom the host no longer gets, by the code that is left.
    with translation.override("en"):
        shown = nomination_page.page(one, round_, timezone.localdate())
    taken_back = {each.key: each.cancelled for each in shown.lists}
    assert "code0000" in taken_back[EDINBURGH][0]
    assert taken_back[BORDEAUX] == ()
