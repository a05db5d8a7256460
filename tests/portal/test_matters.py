"""Where a student stands, from an open round to the way back: the first matter, and the mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from sojourn.advising.models import Question, QuestionState
from sojourn.catalogue.models import DegreeProgramme
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from sojourn.planning import top_five
from sojourn.planning.models import Plan
from sojourn.portal.shared import matters, waiting
from sojourn.portal.shared.matters import Standing
from sojourn.selection import offers
from sojourn.selection.models import Application, Offer, Round
from sojourn.selection.states import ApplicationState, RoundState
from tests.selection.rounds import PLACES, applicants, closed_round, published
from tests.support.accounts import STUDENT, account

pytestmark = pytest.mark.django_db
EDINBURGH, BORDEAUX, FINLAND = PLACES
A_DAY = dt.timedelta(days=1)
FIVE = (*PLACES, "half-minor-global-health-cuba", "karolinska-biomedicine-semester")


def opened(round_: Round, days: int = 20) -> Round:
    now = timezone.now()
    round_.state, round_.closes_at = RoundState.OPEN, now + days * A_DAY
    round_.results_at, round_.answer_by = now + (days + 9) * A_DAY, now + (days + 20) * A_DAY
    round_.save()
    return round_


def standing(
    user: User, places: tuple[str, ...] = (EDINBURGH,), at: dt.datetime | None = None
) -> Standing:
    with override("en"):
        return matters.of_student(
            user, places, lambda _round: "", lambda _draft: "A gap.", at or timezone.now()
        )


def kinds(user: User, places: tuple[str, ...] = (EDINBURGH,)) -> list[str]:
    found = standing(user, places)
    assert sum(each.waits for each in found.matters) == len(waiting.ids_for(user, timezone.now()))
    return [each.kind for each in found.matters]


@pytest.fixture
def student(leiden: Snapshot) -> User:
    return account("eline@example.org", STUDENT)


def draft(round_: Round, user: User) -> None:
    Application.objects.create(round=round_, owner=user)


def submitted(round_: Round, user: User) -> None:
    programme = DegreeProgramme.objects.get(slug="medicine-bsc")
    Application.objects.create(
        round=round_, owner=user, state=ApplicationState.SUBMITTED, submitted_at=timezone.now(),
        revision=1, programme=programme, category=programme.slug,
    )  # fmt: skip


def withdrawn(round_: Round, user: User) -> None:
    Application.objects.create(
        round=round_, owner=user, state=ApplicationState.WITHDRAWN, withdrawn_at=timezone.now()
    )


def nothing(_round: Round, _user: User) -> None:
    pass


@pytest.mark.parametrize(
    ("application", "days", "places", "expected"),
    [
        (nothing, 20, (EDINBURGH,), ["round"]),
        (nothing, 20, (FINLAND,), []),
        (nothing, 20, FIVE, ["talk", "round"]),
        (nothing, 3, FIVE, ["round-soon", "talk"]),
        (nothing, -1, FIVE, ["talk"]),
        (draft, 20, (EDINBURGH,), ["draft"]),
        (draft, -1, (EDINBURGH,), ["too-late"]),
        (submitted, 20, FIVE, ["applied"]),
        (submitted, -1, FIVE, ["applied"]),
        (withdrawn, 20, (EDINBURGH,), []),
    ],
)
def test_before_the_results(
    student: User,
    application: Callable[[Round, User], None],
    days: int,
    places: tuple[str, ...],
    expected: list[str],
) -> None:
    round_ = opened(closed_round({EDINBURGH: 3, BORDEAUX: 1}), days)
    application(round_, student)
    assert kinds(student, places) == expected


def test_a_round_that_is_not_for_one_s_programme_is_left_out(student: User) -> None:
    opened(closed_round({EDINBURGH: 3}))
    found = matters.of_student(
        student, (EDINBURGH,), lambda _round: "Not for you.", lambda _draft: "", timezone.now()
    )
    assert not found.matters


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (QuestionState.WAITING, []),
        (QuestionState.ASKED_BACK, ["asked-back"]),
        (QuestionState.ANSWERED, ["answered"]),
        (QuestionState.CLOSED, []),
    ],
)
def test_questions(student: User, state: QuestionState, expected: list[str]) -> None:
    Question.objects.create(
        asker=student, language="en", subject="Rooms", state=state,
        waiting_since=timezone.now() if state == QuestionState.WAITING else None,
    )  # fmt: skip
    assert kinds(student) == expected


def answered(offer: Offer, answer: Callable[..., Offer], user: User) -> list[str]:
    answer(offer, actor=user)
    return kinds(user, FIVE)


@pytest.mark.slow
def test_from_the_offer_to_the_way_back(leiden: Snapshot) -> None:
    round_ = closed_round({EDINBURGH: 1, BORDEAUX: 1})
    applicants(round_, [[EDINBURGH, BORDEAUX]] * 3, ["9", "8", "7"])
    published(round_)
    first, second, third = (
        User.objects.get(email=f"student{number}@example.org") for number in range(3)
    )
    assert kinds(first, FIVE) == ["offer"]
    assert standing(first).matters[0].due == Offer.objects.get(application__owner=first).answer_by
    assert kinds(third, FIVE) == ["waiting"]
    assert "number 2 on the waiting list" in standing(third).matters[0].title
    assert answered(Offer.objects.get(application__owner=first), offers.accept, first) == ["place"]
    assert "apply" in standing(first).done
    waits = Offer.objects.get(application__owner=second)
    assert answered(waits, offers.accept_and_wait, second) == ["place"]
    assert "number 1 on the waiting list" in standing(second).matters[0].text
    year_after = timezone.make_aware(dt.datetime(2028, 10, 1))
    assert [each.kind for each in standing(first, at=year_after).matters] == ["return"]
    assert not standing(first, at=timezone.make_aware(dt.datetime(2029, 10, 1))).matters


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_plan_of_who_has_a_place_says_so_and_asks_for_nothing_else(
    leiden: Snapshot, language: str
) -> None:
    round_ = closed_round({EDINBURGH: 1})
    applicants(round_, [[EDINBURGH]], ["9"])
    published(round_)
    user = User.objects.get(email="student0@example.org")
    client = Client()
    client.force_login(user)
    page = client.get(f"/{language}/plan/").content.decode()
    assert 'class="waits"' in page
    assert page.count("step-due") == 1
    offers.accept(Offer.objects.get(), actor=user)
    page = client.get(f"/{language}/plan/").content.decode()
    assert {"en": "You have a place", "nl": "Je hebt een plek"}[language] in page
    assert f'class="button next" href="/{language}/plan/dates/"' in page
    assert 'class="waits"' not in page
    assert '/profile/" class="button' not in page
    assert '<li class="free">' not in page


@pytest.mark.slow
def test_a_full_list_leads_to_a_talk(leiden: Snapshot) -> None:
    user = account("full@example.org", STUDENT)
    plan = Plan.objects.create(owner=user)
    for key in FIVE:
        top_five.add(plan, key)
    client = Client()
    client.force_login(user)
    for page in ("", "top-five/", "compare/"):
        shown = client.get(f"/en/plan/{page}").content.decode()
        assert 'class="button next" href="/en/advice/"' in shown, page
        assert shown.count('class="button next"') == 1, page
