"""How far a list went is counted, of finished rounds only, and never of a handful of people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.models import DegreeProgramme
from sojourn.people.models import User
from sojourn.selection.earlier_rounds import last_rounds_of
from sojourn.selection.models import Application, Choice, Offer, OfferOrigin, Round
from sojourn.selection.states import OfferState, RoundState
from tests.support.accounts import STUDENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted_by(round_: Round, person: Callable[..., User]) -> Callable[[int], str]:
    """So many applicants for the first place, the last two of whom were called later on."""

    def make(count: int) -> str:
        place = round_.opportunities.order_by("position").first()
        assert place is not None
        programme = DegreeProgramme.objects.get(slug="medicine-bsc")
        for number in range(count):
            application = Application.objects.create(
                round=round_, owner=person(f"applicant{number}", STUDENT),
                programme=programme, submitted_at=timezone.now(),
            )  # fmt: skip
            Choice.objects.create(application=application, rank=1, opportunity=place)
            later = number >= count - 2
            Offer.objects.create(
                application=application, opportunity=place, seat=number + 1, rank=1,
                state=OfferState.ACCEPTED, answer_by=timezone.now(),
                origin=OfferOrigin.WAITING_LIST if later else OfferOrigin.RESULTS,
            )  # fmt: skip
        slug: str = place.opportunity.slug
        return slug

    return make


@pytest.mark.slow
def test_a_finished_round_says_how_far_the_list_went(
    round_: Round, wanted_by: Callable[[int], str]
) -> None:
    slug = wanted_by(6)
    assert last_rounds_of([slug]) == {}  # it goes on still
    Round.objects.filter(pk=round_.pk).update(state=RoundState.FINISHED)
    (found,) = last_rounds_of([slug]).values()
    assert (found.applicants, found.called, found.academic_year) == (6, 2, "2027-2028")
    client = Client()
    client.post("/en/plan/top-five/add/", {"place": slug})
    page = client.get("/en/plan/compare/").content.decode()
    assert "2 offered a place from the list in 2027-2028" in page


def test_fewer_than_five_people_are_not_told(
    round_: Round, wanted_by: Callable[[int], str]
) -> None:
    slug = wanted_by(4)
    Round.objects.filter(pk=round_.pk).update(state=RoundState.FINISHED)
    assert last_rounds_of([slug]) == {}
