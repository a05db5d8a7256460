"""The last minute: many students save and hand in at once, the round closes, nothing is lost."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from dataclasses import dataclass, field

import pytest
from django.db import connections
from django.utils import timezone

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.people.models import User
from sojourn.planning.profile import Profile
from sojourn.selection import applications, calendar
from sojourn.selection.drafts import Draft, DraftChoice
from sojourn.selection.errors import NotAllowedNowError
from sojourn.selection.models import Application, Choice, Round
from sojourn.selection.states import ApplicationState, RoundState
from tests.selection.conftest import HALF_MINORS, MEDICINE

pytestmark = pytest.mark.storm

STUDENTS, THREADS, SAVES = 40, 6, 2


def written(number: int, turn: int) -> Draft:
    return Draft(
        programme=MEDICINE,
        year=2,
        number=f"{1_000_000 + number}",
        choices=(DraftChoice(HALF_MINORS[number % 2], f"turn {turn} of {number}"),),
    )


@dataclass
class Crowd:
    """Students who each save and then hand in; what each was told."""

    numbers: list[int]
    told: dict[int, bool] = field(default_factory=dict)
    failures: list[BaseException] = field(default_factory=list)

    def run(self) -> None:
        try:
            for number in self.numbers:
                with contextlib.suppress(NotAllowedNowError):
                    self._at_the_last_minute(number)
        except BaseException as error:
            self.failures.append(error)
        finally:
            connections.close_all()

    def _at_the_last_minute(self, number: int) -> None:
        self.told[number] = False
        for turn in range(SAVES):
            applications.save(self._row(number), written(number, turn), turn, timezone.now())
        applications.submit(self._row(number), current_snapshot(), Profile(), timezone.now())
        self.told[number] = True

    def _row(self, number: int) -> Application:
        return Application.objects.select_related("round", "owner").get(
            owner__email=f"storm-{number}@example.org"
        )


def crowd_of(round_: Round) -> list[Crowd]:
    users = User.objects.bulk_create(
        User(email=f"storm-{number}@example.org", password="!", last_name=f"Storm {number}")
        for number in range(STUDENTS)
    )
    Application.objects.bulk_create(Application(round=round_, owner=user) for user in users)
    return [Crowd(list(range(STUDENTS))[start::THREADS]) for start in range(THREADS)]


def let_loose(crowds: list[Crowd]) -> list[threading.Thread]:
    threads = [threading.Thread(target=each.run) for each in crowds]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.django_db(transaction=True)
def test_nothing_that_was_saved_or_handed_in_is_lost(round_: Round) -> None:
    crowds = crowd_of(round_)
    for thread in let_loose(crowds):
        thread.join()
    assert [failure for crowd in crowds for failure in crowd.failures] == []
    for application in Application.objects.select_related("owner"):
        number = int(application.owner.email.split("@")[0].split("-")[1])
        assert applications.read_draft(application) == written(number, SAVES - 1)
        assert application.state == ApplicationState.SUBMITTED
        assert application.choices.get().motivation == f"turn {SAVES - 1} of {number}"


@pytest.mark.django_db(transaction=True)
def test_who_was_told_handed_in_is_in_however_the_closing_falls(round_: Round) -> None:
    """The clock closes the round in the middle: each hand-in is before it, or refused."""
    crowds = crowd_of(round_)
    threads = let_loose(crowds)
    last = calendar.last_moment(round_)
    assert last is not None
    while Choice.objects.count() < STUDENTS // 4 and any(each.is_alive() for each in threads):
        time.sleep(0.02)
    calendar.follow(round_, last + dt.timedelta(days=1))
    for thread in threads:
        thread.join()
    assert [failure for crowd in crowds for failure in crowd.failures] == []
    told = {number for crowd in crowds for number, is_in in crowd.told.items() if is_in}
    submitted = Application.objects.filter(state=ApplicationState.SUBMITTED)
    there = {
        int(email.split("@")[0].split("-")[1])
        for email in submitted.values_list("owner__email", flat=True)
    }
    assert there == told
    assert len(told) >= STUDENTS // 4
    round_.refresh_from_db()
    assert round_.state == RoundState.CLOSED
