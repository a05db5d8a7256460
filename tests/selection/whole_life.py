"""Everything that anybody can do in a round, from its draft to a second round, as plain actions.

Each action is what a page or the worker would call. Time passes by putting the dates of the rows
back, as in the example round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from django.utils import timezone

from sojourn.catalogue.models import DegreeProgramme, Opportunity
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import Text
from sojourn.people.models import User
from sojourn.planning.profile import Profile
from sojourn.selection import (
    applications,
    calendar,
    nominations,
    objections,
    offers,
    own_data,
    reviewer_invitations,
    reviews,
    rounds,
    runs,
    second_round,
)
from sojourn.selection.drafts import Draft, DraftChoice
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import (
    AllocationRun,
    Application,
    Criterion,
    Nomination,
    Objection,
    Offer,
    ReviewAssignment,
    Reviewer,
    Round,
    RoundOpportunity,
    RoundProgramme,
    RubricLevel,
)
from sojourn.selection.states import NominationState
from tests.selection.rounds import PLACES

HERE, THERE = PLACES[:2]
MEDICINE = "medicine-bsc"
LISTS = ((HERE, THERE), (HERE, THERE), (THERE, HERE), (HERE,))
Row = TypeVar("Row")
A_DAY = dt.timedelta(days=1)


@dataclass
class World:
    """A round that is gone through, and everybody who has a part in it."""

    snapshot: Snapshot
    one: User
    two: User
    students: Sequence[User]
    reviewers: Sequence[User]
    rounds: list[Round] = field(default_factory=list)

    @property
    def round(self) -> Round:
        """The round that is gone through now, as it is in the database."""
        found = Round.objects.filter(pk=self.rounds[-1].pk).first()
        if found is None:
            raise SelectionError("the draft was deleted")
        return found

    def student(self, number: int) -> User:
        return self.students[number % len(self.students)]

    def application(self, number: int) -> Application:
        return there(Application.objects.filter(round=self.round, owner=self.student(number)))

    def offer(self, number: int) -> Offer:
        return there(self.application(number).offers.order_by("-pk"))

    def place(self, number: int) -> RoundOpportunity:
        return there(self.round.opportunities.order_by("key")[number % 2 :])

    def reviewer(self, number: int) -> Reviewer:
        return there(self.round.reviewers.order_by("pk")[number % 3 :])

    def review(self, number: int) -> ReviewAssignment:
        found = ReviewAssignment.objects.filter(application__round=self.round).order_by(
            "state", "pk"
        )  # "assigned" first
        return there(found[number % 2 :])

    def run(self) -> AllocationRun:
        return there(self.round.runs.order_by("-number"))

    def objection(self, number: int) -> Objection:
        return there(Objection.objects.filter(application=self.application(number)))


def there(rows: Iterable[Row]) -> Row:
    """The first of these, or the refusal that a page would give."""
    found = next(iter(rows), None)
    if found is None:
        raise SelectionError("there is none")
    return found


def drafted(world: World) -> Round:
    """A draft that can be published: two places, a grade and a rubric that two reviewers score."""
    made = rounds.draft(
        "whole-life", Text({"en": "Whole life", "nl": "Heel leven"}), "2027-2028", actor=world.one
    )
    rounds.change_rules(made, _write_rules, None, actor=world.one)
    return made


def _write_rules(row: Round) -> None:
    _set_dates(row)
    row.asks_cv = row.asks_transcript = False
    row.motivation_words_max = 0
    row.disagreement_limit = Decimal(1)
    row.save()
    RoundProgramme.objects.create(
        round=row, programme=DegreeProgramme.objects.get(slug=MEDICINE), category=MEDICINE
    )
    for position, key in enumerate((HERE, THERE)):
        RoundOpportunity.objects.create(
            round=row, opportunity=Opportunity.objects.get(slug=key), key=key, position=position,
            seats=position + 1,
            nomination_deadline=(timezone.now() + 60 * A_DAY).date(),
        )  # fmt: skip
    Criterion.objects.create(
        round=row, code="grades", kind="grades", name_en="Grades", name_nl="Cijfers",
        weight=1, lowest=0, highest=10,
    )  # fmt: skip
    rubric = Criterion.objects.create(
        round=row, code="motivation", kind="rubric", name_en="Motivation",
        name_nl="Motivatie", weight=1, lowest=1, highest=5,
    )  # fmt: skip
    RubricLevel.objects.bulk_create(
        RubricLevel(criterion=rubric, points=points, text_en=f"{points}", text_nl=f"{points}")
        for points in range(1, 6)
    )


def _set_dates(row: Round) -> None:
    now = timezone.now()
    row.opens_at, row.closes_at = now + 5 * A_DAY, now + 20 * A_DAY
    row.results_at, row.answer_by = now + 30 * A_DAY, now + 40 * A_DAY


# --- The office ---------------------------------------------------------------------------------


def change_a_rule(world: World, number: int) -> None:
    """With a note or without one; in a draft, or for everybody to read."""

    def write(row: Round) -> None:
        row.objection_days = 10 + number
        row.save()

    note = Text({"en": "A longer time.", "nl": "Meer tijd."}) if number % 2 else None
    rounds.change_rules(world.round, write, note, actor=world.one)


def give_more_time(world: World, number: int) -> None:
    """A round that has closed opens again."""

    def write(row: Round) -> None:
        now = timezone.now()
        row.closes_at, row.results_at = now + 5 * A_DAY, now + 15 * A_DAY
        row.answer_by = now + 20 * A_DAY
        row.save()

    rounds.change_rules(
        world.round, write, Text({"en": "More time.", "nl": "Meer tijd."}), actor=world.two
    )


def delete_the_draft(world: World, number: int) -> None:
    rounds.delete(world.round, actor=world.one)


def set_a_grade(world: World, number: int) -> None:
    grades = world.round.criteria.get(code="grades")
    reviews.set_value(world.application(number), grades, Decimal(9 - number % 5), actor=world.one)


def exclude(world: World, number: int) -> None:
    choice = there(world.application(number).choices.order_by("-rank"))
    if choice.excluded_at is None:
        reviews.exclude(choice, "It does not fit.", actor=world.one)
    else:
        reviews.reinstate(choice, actor=world.one)


def confirm_one(world: World, number: int) -> None:
    named = Nomination.objects.filter(offer__application=world.application(number))
    nominations.confirm(there(named.exclude(state=NominationState.CANCELLED)), actor=world.two)


def begin_a_second_round(world: World, number: int) -> None:
    made = second_round.draft_second_round(world.round, actor=world.one)

    def write(row: Round) -> None:
        _set_dates(row)
        row.save()

    rounds.change_rules(made, write, None, actor=world.one)
    world.rounds.append(made)


# --- Students -----------------------------------------------------------------------------------


def begin(world: World, number: int) -> Application:
    return applications.begin(
        there(User.objects.filter(pk=world.student(number).pk)),
        world.round,
        world.snapshot,
        Profile(),
        (),
        timezone.now(),
    )


def write(world: World, number: int) -> Application:
    row = world.application(number)
    keys = set(world.round.opportunities.values_list("key", flat=True))
    listed = [key for key in LISTS[number % len(LISTS)] if key in keys] or sorted(keys)[:1]
    before = applications.read_draft(row)
    choices = tuple(DraftChoice(key) for key in listed)
    if before.choices == choices:  # changed one's mind
        choices = choices[::-1]
    draft = Draft(programme=MEDICINE, year=2, number=f"88{number % 4:05}", choices=choices)
    return applications.save(
        row, replace(draft, year=2 + number // 4 % 2), row.draft_revision, timezone.now()
    )


def submit(world: World, number: int) -> Application:
    return applications.submit(world.application(number), world.snapshot, Profile(), timezone.now())


def apply(world: World, number: int) -> None:
    """All three at once, as most do."""
    begin(world, number)
    write(world, number)
    submit(world, number)


def withdraw(world: World, number: int) -> None:
    applications.withdraw(world.application(number), timezone.now())


def answered(verb: Callable[..., object]) -> Callable[[World, int], object]:
    def act(world: World, number: int) -> object:
        offer = world.offer(number)
        return verb(offer, actor=offer.application.owner)

    return act


def delete_the_account(world: World, number: int) -> None:
    user = User.objects.filter(pk=world.student(number).pk).first()
    if user is None:
        raise SelectionError("gone already")
    own_data.erase(user)
    user.delete()


def object_to_it(world: World, number: int) -> None:
    application = world.application(number)
    objections.object_to_result(application, "Why?", actor=application.owner)


def take_the_objection_back(world: World, number: int) -> None:
    objections.withdraw(world.objection(number), actor=world.student(number))


# --- Reviewers ----------------------------------------------------------------------------------


def invite(world: World, number: int) -> None:
    reviews.invite(
        world.round, world.reviewers[number % len(world.reviewers)].email, actor=world.one
    )


def ask_by_mail(world: World, number: int) -> None:
    reviewer_invitations.invite(world.round, f"guest{number}@example.org", actor=world.two)


def accept_to_review(world: World, number: int) -> None:
    invitation = there(world.round.reviewer_invitations.all())
    if number % 4 == 3:
        reviewer_invitations.withdraw(invitation, actor=world.one)
    else:
        reviewer_invitations.accept(invitation, actor=world.student(number))


def score(world: World, number: int) -> None:
    """Points, and done. Reviewers seldom agree."""
    review = world.review(0)
    points = {
        (part.criterion.pk, part.choice_pk): reviews.GivenScore(1 + number % 5)
        for part in reviews.score_items(review)
    }
    actor = review.reviewer.user or world.one
    reviews.save_scores(review, points, actor=actor)
    reviews.finish(review, actor=actor)


def score_again(world: World, number: int) -> None:
    done = ReviewAssignment.objects.filter(application__round=world.round, state="done")
    review = there(done.order_by("pk"))
    part = reviews.score_items(review)[0]
    given = {(part.criterion.pk, part.choice_pk): reviews.GivenScore(1 + number % 5)}
    reviews.save_scores(review, given, actor=review.reviewer.user or world.one)


def hand_back(world: World, number: int) -> None:
    review = world.review(number)
    reviews.declare_conflict(review, "A cousin.", actor=review.reviewer.user or world.one)


# --- The clock ----------------------------------------------------------------------------------


def opening_comes(world: World, number: int) -> None:
    now = timezone.now()
    Round.objects.filter(pk=world.round.pk, opens_at__gt=now).update(opens_at=now - A_DAY)
    calendar.follow(world.round, now)


def deadline_passes(world: World, number: int) -> None:
    now = timezone.now()
    Round.objects.filter(pk=world.round.pk, opens_at__lt=now, closes_at__gt=now).update(
        opens_at=now - 30 * A_DAY, closes_at=now - A_DAY
    )
    calendar.follow(world.round, now)


def an_offer_expires(world: World, number: int) -> None:
    past = timezone.now() - dt.timedelta(minutes=1)
    Offer.objects.filter(pk=world.offer(number).pk).update(answer_by=past)
    offers.process_due_events(world.round, timezone.now())


ACTIONS: dict[str, Callable[[World, int], object]] = {
    # The office
    "change a rule": change_a_rule,
    "give more time": give_more_time,
    "delete the draft": delete_the_draft,
    "publish the rules": lambda w, n: rounds.publish(w.round, actor=w.one),
    "make it a draft again": lambda w, n: rounds.unpublish(w.round, actor=w.one),
    "invite": invite,
    "ask by mail": ask_by_mail,
    "take a reviewer out": lambda w, n: reviews.dismiss(w.reviewer(n), actor=w.one),
    "give out reviews": lambda w, n: reviews.assign(w.round, actor=w.one),
    "ask a third": lambda w, n: reviews.request_third_review(w.application(n), actor=w.one),
    "set a grade": set_a_grade,
    "rule out, or let in": exclude,
    "allocate": lambda w, n: runs.allocate_round(w.round, actor=w.one),
    "approve": lambda w, n: runs.approve(w.run(), actor=w.one),
    "approve as another": lambda w, n: runs.approve(w.run(), actor=w.two),
    "take approval back": lambda w, n: runs.withdraw_approval(w.run(), actor=w.one),
    "set aside": lambda w, n: runs.set_aside(w.run(), actor=w.two),
    "publish": lambda w, n: runs.publish(w.run(), actor=w.two),
    "say": lambda w, n: objections.add_message(w.objection(n), "Because.", actor=w.one),
    "dismiss": lambda w, n: objections.dismiss(w.objection(n), "No.", actor=w.one),
    "uphold": lambda w, n: objections.uphold(
        w.objection(n), "Yes.", w.place(n) if n % 3 else None, actor=w.one
    ),
    "add a seat": lambda w, n: offers.add_seats(w.place(n), 1, "One more.", actor=w.one),
    "nominate": lambda w, n: nominations.mark_sent(w.place(n), actor=w.two),
    "confirm all": lambda w, n: nominations.confirm_all(w.place(n), actor=w.two),
    "confirm one": confirm_one,
    "finish": lambda w, n: runs.finish(w.round, actor=w.one),
    "begin a second round": begin_a_second_round,
    # Students
    "begin": begin,
    "write": write,
    "hand in": submit,
    "apply": apply,
    "withdraw": withdraw,
    "accept": answered(offers.accept),
    "accept and wait": answered(offers.accept_and_wait),
    "decline": answered(offers.decline),
    "stop waiting": answered(offers.stop_waiting),
    "give up": answered(offers.withdraw),
    "leave": lambda w, n: offers.leave(w.application(n), actor=w.student(n)),
    "delete the account": delete_the_account,
    "object": object_to_it,
    "take the objection back": take_the_objection_back,
    # Reviewers
    "accept to review": accept_to_review,
    "score": score,
    "score again": score_again,
    "hand back": hand_back,
    # The clock
    "opening comes": opening_comes,
    "deadline passes": deadline_passes,
    "an offer expires": an_offer_expires,
}
# The way that a round goes when nothing comes between.
TO_RESULTS: tuple[tuple[str, int], ...] = (
    ("publish the rules", 0),
    ("opening comes", 0),
    *(("apply", number) for number in range(4)),
    *(("invite", number) for number in range(3)),
    ("deadline passes", 0),
    *(("set a grade", number) for number in range(4)),
    ("give out reviews", 0),
    *(("score", 2 + number % 2) for number in range(8)),
    ("allocate", 0),
    ("approve", 0),
    ("approve as another", 0),
    ("publish", 0),
)
