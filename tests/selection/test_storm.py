"""200 applicants answer ten offers at once: never one too many, never a seat forgotten."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import threading

import pytest
from django.db import connections
from django.utils import timezone

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.selection import offers
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Offer, Round
from sojourn.selection.states import OfferState
from tests.selection.rounds import PLACES, applicants, check_whole, closed_round, published

pytestmark = pytest.mark.storm

APPLICANTS, SEATS, THREADS, ACTIONS = 200, 5, 6, 25
# A storm in which an answer never came through, or the seats hardly moved, has tried nothing: it
# goes on, this long at most.
MOST_ACTIONS = 20 * ACTIONS
OFFERS = 2 * (2 * SEATS) + 1
VERBS = (
    [offers.decline] * 5 + [offers.withdraw, offers.accept_and_wait, offers.accept]
)  # fmt: skip
HAPPENINGS = {verb.__name__ for verb in VERBS} | {OfferState.EXPIRED}


def act_at_random(
    round_: Round, chance: random.Random, happened: set[str], failures: list[BaseException]
) -> None:
    """What a crowd does: answer what one sees, which may no longer be there, or let it expire."""
    try:
        for action in range(MOST_ACTIONS):
            if action >= ACTIONS and has_tried_enough(happened):
                return
            seen = list(Offer.objects.exclude(state=OfferState.MOVED_UP).order_by("-pk")[:14])
            offer = chance.choice(seen)
            if chance.random() < 0.2:
                past = timezone.now() - dt.timedelta(minutes=1)
                Offer.objects.filter(pk=offer.pk).update(answer_by=past)
                offers.process_due_events(round_, timezone.now())
                offer.refresh_from_db()
                happened.add(offer.state)
                continue
            # Somebody or the clock may be first, or the table does not allow it.
            with contextlib.suppress(SelectionError):
                verb = chance.choice(VERBS)
                verb(offer, actor=offer.application.owner)
                happened.add(verb.__name__)
    except BaseException as error:
        failures.append(error)
    finally:
        connections.close_all()


def has_tried_enough(happened: set[str]) -> bool:
    return happened >= HAPPENINGS and Offer.objects.count() >= OFFERS


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_answers_gives_every_seat_once_and_forgets_none(leiden: Snapshot) -> None:
    here, there = PLACES[:2]
    round_ = closed_round({here: SEATS, there: SEATS})
    chance = random.Random(4711)
    lists = [chance.sample([here, there], 2) for _number in range(APPLICANTS)]
    applicants(round_, lists, [str(chance.randint(10, 100) / 10) for _number in range(APPLICANTS)])
    published(round_)
    happened: set[str] = set()
    failures: list[BaseException] = []
    crowd = [
        threading.Thread(
            target=act_at_random, args=(round_, random.Random(number), happened, failures)
        )
        for number in range(THREADS)
    ]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert failures == []
    offers.process_due_events(round_, timezone.now())
    check_whole(round_)
    assert has_tried_enough(happened)
