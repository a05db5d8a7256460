"""A round with everything in it, people in every role, and ways to make more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone, translation

from sojourn.catalogue.models import DegreeProgramme, Opportunity
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.engines.allocation import commitment, new_seed
from sojourn.people.models import User
from sojourn.people.roles import Role
from sojourn.selection.criteria import CriterionScope
from sojourn.selection.models import (
    Application,
    Choice,
    Criterion,
    Lottery,
    Quota,
    Round,
    RoundOpportunity,
    RoundProgramme,
    RubricLevel,
)
from sojourn.selection.states import ApplicationState, RoundState
from tests.support.accounts import STUDENT, account

MEDICINE, BIOMEDICINE = "medicine-bsc", "biomedical-sciences-bsc"
HALF_MINORS = ("half-minor-edinburgh", "half-minor-bordeaux")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Messages are compared in English, whatever language a page before asked for."""
    with translation.override("en"):
        yield


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Makes an account: `person("anna", STUDENT)`."""

    def make(name: str, role: str = STUDENT, language: str = "en") -> User:
        return account(
            f"{name}@example.org",
            role,
            "a-good-password-4711",
            first_name=name.capitalize(),
            last_name="Voorbeeld",
            language=language,
        )

    return make


@pytest.fixture
def coordinator(person: Callable[..., User]) -> User:
    return person("coordinator", Role.COORDINATOR)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def round_(leiden: Snapshot) -> Round:
    """An open round: two half minors, medicine and biomedicine, four criteria."""
    now = timezone.now()
    made = Round.objects.create(
        slug="autumn-2027",
        title_en="Half minors, autumn 2027",
        title_nl="Halve minoren, najaar 2027",
        academic_year="2027-2028",
        state=RoundState.OPEN,
        opens_at=now - dt.timedelta(days=7),
        closes_at=now + dt.timedelta(days=7),
        results_at=now + dt.timedelta(days=20),
        answer_by=now + dt.timedelta(days=27),
        published_at=now - dt.timedelta(days=8),
        most_choices=3,
        motivation_words_max=50,
        asks_cv=False,
        asks_transcript=False,
    )
    seed = new_seed()
    Lottery.objects.create(round=made, seed=seed, commitment=commitment(seed))
    for slug in (MEDICINE, BIOMEDICINE):
        RoundProgramme.objects.create(
            round=made, programme=DegreeProgramme.objects.get(slug=slug), category=slug
        )
    for position, slug in enumerate(HALF_MINORS):
        row = RoundOpportunity.objects.create(
            round=made,
            opportunity=Opportunity.objects.get(slug=slug),
            key=slug,
            position=position,
            seats=3,
            held_back=1,
        )
        Quota.objects.create(opportunity=row, category=BIOMEDICINE, minimum=1)
    _criteria(made)
    return made


def _criteria(made: Round) -> None:
    grades = Criterion(code="grades", kind="grades", weight=4, lowest=1, highest=10)
    ects = Criterion(code="ects", kind="ects", weight=2, lowest=0, highest=120)
    motivation = Criterion(
        code="motivation",
        kind="rubric",
        scope=CriterionScope.CHOICE,
        weight=3,
        lowest=1,
        highest=5,
    )
    language = Criterion(
        code="english", kind="language", weight=1, lowest=0, highest=6, language="en"
    )
    for position, criterion in enumerate((grades, ects, motivation, language)):
        criterion.round = made
        criterion.position = position
        criterion.name_en = criterion.code.capitalize()
        criterion.name_nl = criterion.code.capitalize()
        criterion.save()
    for points in range(1, 6):
        RubricLevel.objects.create(
            criterion=motivation, points=points, text_en=f"Level {points}", text_nl=f"{points}"
        )


@pytest.fixture
def applicant(person: Callable[..., User], round_: Round) -> Callable[..., Application]:
    """Makes a student who has handed in: `applicant("anna", "half-minor-edinburgh")`."""

    def make(name: str, *keys: str, programme: str = MEDICINE) -> Application:
        application = Application.objects.create(
            round=round_,
            owner=person(name),
            state=ApplicationState.SUBMITTED,
            submitted_at=timezone.now(),
            revision=1,
            programme=DegreeProgramme.objects.get(slug=programme),
            category=programme,
            year=2,
            languages={"en": "C1"},
        )
        for rank, key in enumerate(keys or HALF_MINORS, start=1):
            Choice.objects.create(
                application=application,
                rank=rank,
                opportunity=round_.opportunities.get(key=key),
                motivation=f"Because of {key}.",
            )
        return application

    return make
