"""An example round to try Sojourn with: 40 applicants, Karolinska and four half minors.

Every person in it is made up and marked as an example; every step is the one that a real round
takes, through the same verbs. Only the clock is moved: a round that opened and closed within a
minute gets its dates put back by some weeks. Each step does what is still to be done, so a round
that somebody took part of the way by hand continues from its current state.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal
from enum import IntEnum
from functools import cache

import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sojourn.catalogue.models import DegreeProgramme, Opportunity
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import Text
from sojourn.common.translated_fields import columns_of
from sojourn.people import student_numbers
from sojourn.people.models import User
from sojourn.planning.profile import Profile
from sojourn.selection import (
    applications,
    calendar,
    criteria,
    nominations,
    offers,
    reviews,
    rounds,
    runs,
)
from sojourn.selection.drafts import Draft, DraftChoice
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import (
    Application,
    Criterion,
    DocumentKind,
    MeasuredValue,
    Offer,
    Quota,
    ReviewAssignment,
    Round,
    RoundOpportunity,
    RoundProgramme,
    RubricLevel,
)
from sojourn.selection.states import AWAITS_ANSWER, ReviewState, RoundState

SLUG = "example-round"
MEDICINE, BIOMEDICINE = "medicine-bsc", "biomedical-sciences-bsc"
KAROLINSKA = "karolinska-biomedicine-semester"
HALF_MINORS = (
    "half-minor-edinburgh",
    "half-minor-bordeaux",
    "half-minor-global-health-cuba",
    "half-minor-indonesia-makassar",
)
SEATS = {
    KAROLINSKA: 10,
    "half-minor-edinburgh": 4,
    "half-minor-bordeaux": 4,
    "half-minor-global-health-cuba": 6,
    "half-minor-indonesia-makassar": 4,
}
APPLICANTS = 40
DOMAIN = "example.org"
_WEEKS_BACK = dt.timedelta(weeks=6)
_RUBRIC = {
    1: {"en": "names no reason of their own", "nl": "noemt geen eigen reden"},
    2: {"en": "a general reason", "nl": "een algemene reden"},
    3: {"en": "a reason that fits this place", "nl": "een reden die bij deze plek past"},
    4: {
        "en": "also says what they will do there",
        "nl": "zegt ook wat de student daar gaat doen",
    },
    5: {"en": "also what it is for afterwards", "nl": "zegt ook waar het daarna voor dient"},
}


class Stage(IntEnum):
    """How far the example round is taken."""

    DRAFT = 0
    OPEN = 1
    CLOSED = 2
    REVIEWED = 3
    RESULTS = 4
    NOMINATIONS = 5


def make_example_round(
    snapshot: Snapshot,
    office: Sequence[User],
    students: Sequence[User],
    until: Stage,
    slug: str = SLUG,
) -> Round:
    """Make the round at this address, or go on with it, and take it as far as `until`.

    `office` are two people who work there; `students` are demonstration accounts that apply too,
    unless they did so by hand. Raises SelectionError when the catalogue lacks its places, or when
    a real round has the address.
    """
    missing = set(SEATS) - set(Opportunity.objects.values_list("slug", flat=True))
    if missing:
        raise SelectionError(f"The catalogue lacks {min(missing)}; load the Leiden edition.")
    chance = random.Random(2027)  # noqa: S311 - an example, the same each time
    with transaction.atomic():
        round_ = Round.objects.filter(slug=slug).first() or _drafted(slug, office[0])
        if not round_.is_example:
            raise SelectionError(f"{slug} is a real round.")
        if until >= Stage.OPEN:
            round_ = _opened(round_, office[0])
            _apply(round_, snapshot, students, chance)
        if until >= Stage.CLOSED:
            round_ = _closed(round_)
        if until >= Stage.REVIEWED:
            _review(round_, office, chance)
        if until >= Stage.RESULTS:
            _publish(round_, office)
        if until >= Stage.NOMINATIONS:
            _answer(round_, chance)
            _nominate(round_, office[0])
        round_.refresh_from_db()
        return round_


# --- The rules --------------------------------------------------------------------------------


def _drafted(slug: str, actor: User) -> Round:
    made = rounds.draft(
        slug,
        Text(
            {
                "en": "Karolinska and half minors (example)",
                "nl": "Karolinska en halve minoren (voorbeeld)",
            }
        ),
        "2027-2028",
        actor=actor,
    )
    rounds.change_rules(made, _write_rules, None, actor=actor)
    made.refresh_from_db()
    return made


def _opened(round_: Round, actor: User) -> Round:
    if round_.state == RoundState.DRAFT:
        return rounds.publish(round_, actor=actor)
    return calendar.follow(round_, timezone.now())


def _write_rules(row: Round) -> None:
    now = timezone.now()
    row.is_example = True
    row.opens_at = now - dt.timedelta(minutes=5)
    row.closes_at = now + dt.timedelta(weeks=2)
    row.results_at = now + dt.timedelta(weeks=5)
    row.answer_by = now + dt.timedelta(weeks=7)
    row.asks_transcript = False
    row.motivation_words_max = 150
    row.save()
    for slug in (MEDICINE, BIOMEDICINE):
        RoundProgramme.objects.create(
            round=row, programme=DegreeProgramme.objects.get(slug=slug), category=slug
        )
    for position, (slug, seats) in enumerate(SEATS.items()):
        place = RoundOpportunity.objects.create(
            round=row,
            opportunity=Opportunity.objects.get(slug=slug),
            key=slug,
            position=position,
            seats=seats,
            held_back=1 if slug == "half-minor-global-health-cuba" else 0,
            nomination_deadline=(now + dt.timedelta(weeks=12 + position)).date(),
        )
        if slug == "half-minor-edinburgh":
            Quota.objects.create(opportunity=place, category=BIOMEDICINE, minimum=1)
    _write_criteria(row)


def _write_criteria(row: Round) -> None:
    for position, (code, kind, english, dutch, weight, lowest, highest) in enumerate(
        (
            ("grades", criteria.Grades, "Grades", "Cijfers", 4, 5, 10),
            ("ects", criteria.EctsProgress, "ECTS progress", "Studiepunten", 2, 0, 120),
            ("motivation", criteria.Rubric, "Motivation", "Motivatie", 3, 1, 5),
            ("english", criteria.LanguageLevel, "English", "Engels", 1, 0, 6),
        )
    ):
        criterion = Criterion.objects.create(
            round=row,
            code=code,
            kind=kind.code,
            scope=criteria.CriterionScope.CHOICE
            if kind.has_rubric
            else criteria.CriterionScope.APPLICATION,
            position=position,
            **columns_of("name", {"en": english, "nl": dutch}),
            weight=weight,
            lowest=lowest,
            highest=highest,
            language="en" if kind.asks_language else "",
        )
        if kind.has_rubric:
            for points, text in _RUBRIC.items():
                RubricLevel.objects.create(
                    criterion=criterion, points=points, **columns_of("text", text)
                )


# --- Applying ---------------------------------------------------------------------------------


def _apply(
    round_: Round, snapshot: Snapshot, students: Sequence[User], chance: random.Random
) -> None:
    if round_.state != RoundState.OPEN:
        return
    applied = set(round_.applications.values_list("owner_id", flat=True))
    for number in range(1, APPLICANTS + 1):
        is_biomedicine = number % 9 < 5
        user = students[number - 1] if number <= len(students) else _example_student(number)
        if "medicine-bsc" in user.email:
            is_biomedicine = False
        elif "biomedical" in user.email:
            is_biomedicine = True
        draft = _draft(number, chance, is_biomedicine=is_biomedicine)
        if user.pk not in applied:
            _submit(round_, snapshot, user, draft)
            # As the office's list does, so that a result shows its points.
            student_numbers.confirm(user, draft.number, by=student_numbers.BY_LIST)


def _example_student(number: int) -> User:
    user, _made = User.objects.get_or_create(
        email=f"example-applicant-{number:02}@{DOMAIN}",
        defaults={
            "first_name": "Example",
            "last_name": f"Applicant {number:02}",
            "is_demo": True,
            "language": "nl" if number % 2 else "en",
            "password": "!",
        },
    )
    return user


def _draft(number: int, chance: random.Random, *, is_biomedicine: bool) -> Draft:
    half_minors = list(HALF_MINORS)
    chance.shuffle(half_minors)
    wanted = half_minors[: chance.randint(2, 4)]
    if is_biomedicine:
        wanted.insert(0 if chance.random() < 0.8 else 1, KAROLINSKA)
    return Draft(
        programme=BIOMEDICINE if is_biomedicine else MEDICINE,
        year=1 if is_biomedicine else 2,
        number=f"s99{number:05}",
        languages={"en": chance.choice(("B2", "C1", "C2"))},
        choices=tuple(DraftChoice(key, f"Example motivation for {key}.") for key in wanted),
    )


def _submit(round_: Round, snapshot: Snapshot, user: User, draft: Draft) -> None:
    now = timezone.now()
    begun = applications.begin(user, round_, snapshot, Profile(), (), now)
    kept = applications.save(begun, draft, begun.draft_revision, now)
    cv = SimpleUploadedFile("cv.pdf", _example_cv(), content_type="application/pdf")
    applications.add_document(kept, DocumentKind.CV, cv, now)
    applications.submit(kept, snapshot, Profile(), now)


@cache
def _example_cv() -> bytes:
    """Make a page that says that it is an example; every example applicant submits the same."""
    made = typst.compile(b"= Example CV\n\nOf nobody: this applicant is made up.", format="pdf")
    assert isinstance(made, bytes)  # noqa: S101 - without an output file typst hands it back
    return made


# --- Closing, reviewing -------------------------------------------------------------------------


def _closed(round_: Round) -> Round:
    """Close the round as if two weeks had passed."""
    if round_.state != RoundState.OPEN:
        return round_
    Round.objects.filter(pk=round_.pk).update(
        opens_at=F("opens_at") - _WEEKS_BACK,
        closes_at=F("closes_at") - _WEEKS_BACK,
        results_at=F("results_at") - _WEEKS_BACK + dt.timedelta(weeks=1),
    )
    return calendar.follow(Round.objects.get(pk=round_.pk), timezone.now())


def _review(round_: Round, office: Sequence[User], chance: random.Random) -> None:
    """Fill in grades and ECTS for all, two reviewers each, points for each choice."""
    if round_.state != RoundState.CLOSED:
        return
    for person in office[: round_.reviews_each]:
        reviews.invite(round_, person.email, actor=office[0])
    strength = _measure(round_, office[0], chance)
    reviews.assign(round_, actor=office[0])
    assigned = ReviewAssignment.objects.filter(
        application__round=round_, state=ReviewState.ASSIGNED
    )
    for review in assigned.select_related("reviewer__user", "application__round").order_by(
        "application__owner__email", "reviewer__user__email"
    ):
        points = {
            (part.criterion.pk, part.choice_pk): reviews.GivenScore(
                min(5, max(1, strength[part.choice_pk or 0] + chance.choice((-1, 0, 0))))
            )
            for part in reviews.score_items(review)
        }
        reviews.save_scores(review, points, actor=review.reviewer.user or office[0])
        reviews.finish(review, actor=review.reviewer.user or office[0])


def _measure(round_: Round, actor: User, chance: random.Random) -> dict[int, int]:
    """Fill in missing values; return how good the motivation of each choice is."""
    criteria = {each.code: each for each in round_.criteria.all()}
    known = set(
        MeasuredValue.objects.filter(application__round=round_).values_list(
            "application_id", "criterion__code"
        )
    )
    strength: dict[int, int] = {}
    handed_in = Application.objects.filter(round=round_).order_by("owner__email")
    for application in handed_in.prefetch_related("choices"):
        for code, value in (
            ("grades", Decimal(chance.randint(60, 92)) / 10),
            ("ects", Decimal(chance.randint(50, 110))),
        ):
            if (application.pk, code) not in known:
                reviews.set_value(application, criteria[code], value, actor=actor)
        strength |= {each.pk: chance.randint(2, 5) for each in application.choices.all()}
    return strength


# --- Results, answers, nominations ----------------------------------------------------------------


def _publish(round_: Round, office: Sequence[User]) -> None:
    if round_.state == RoundState.CLOSED:
        runs.allocate_round(round_, actor=office[0])
        round_.refresh_from_db()
    run = runs.newest_run(round_)
    if round_.state != RoundState.ALLOCATED or run is None:
        return
    for person in office[: runs.approvals_needed(round_)]:
        runs.approve(run, actor=person)
    runs.publish(run, actor=office[0])


def _answer(round_: Round, chance: random.Random) -> None:
    """Answer every offer: most accept, some decline or wait, one withdraws."""
    while True:
        offer = (
            Offer.objects.filter(application__round=round_, state__in=AWAITS_ANSWER)
            .select_related("application__owner", "application__round", "opportunity")
            .order_by("application__owner__email")
            .first()
        )
        if offer is None:
            break
        student = offer.application.owner
        drawn = chance.random()
        if drawn < 0.15:
            offers.decline(offer, actor=student)
        elif drawn < 0.35 and offer.rank > 1:
            offers.accept_and_wait(offer, actor=student)
        else:
            offers.accept(offer, actor=student)


def _nominate(round_: Round, actor: User) -> None:
    """Send the first two hosts their list; the first has confirmed it."""
    places = list(round_.opportunities.all()[:2])
    for place in places:
        if nominations.nomination_list(place, actor).to_send:
            nominations.mark_sent(place, actor=actor)
    nominations.confirm_all(places[0], actor=actor)
