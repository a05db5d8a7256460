"""A large made-up office: thousands of students, five years of rounds, stays and mail.

For trying how pages are with many rows, on an installation where nobody is real. What nobody
decided is written in bulk; rounds are allocated and published by their verbs, and only their dates
are moved. No mail leaves: what the verbs wrote is marked as dealt with.
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from sojourn.advising.models import Message, Question
from sojourn.advising.models.threads import Side
from sojourn.catalogue.academic_years import year_of
from sojourn.catalogue.models import DegreeProgramme, Opportunity, Road, RoadStep
from sojourn.catalogue.synthetic import SYLLABLES, add_places
from sojourn.common.languages import Text
from sojourn.common.translated_fields import columns_of
from sojourn.engines.allocation import commitment
from sojourn.mobility.agreements.evidence import hash_of
from sojourn.mobility.models import (
    Arrival,
    Evidence,
    Origin,
    SaidBy,
    Stay,
    StayAgreement,
    StayHost,
    StayStep,
)
from sojourn.mobility.states import StayState, StepState
from sojourn.people.models import AuditEvent, MailState, OutboxMail, StudentNumber, User
from sojourn.planning.models import Plan
from sojourn.selection import runs
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import (
    Application,
    Choice,
    Criterion,
    Lottery,
    MeasuredValue,
    Nomination,
    Offer,
    Publication,
    Round,
    RoundOpportunity,
    RoundProgramme,
)
from sojourn.selection.states import (
    ApplicationState,
    NominationState,
    OfferState,
    RoundState,
)

BATCH = 1_000
DOMAIN = "example.org"
NAME = "made-up-"
"""How the mail addresses of these students begin."""


@dataclass(frozen=True)
class Size:
    """How much to make up."""

    students: int = 5_000
    places: int = 480
    """Besides those of the edition."""
    years: int = 5
    places_a_round: int = 40
    seats_a_place: int = 9
    applicants: int = 600
    questions: int = 3_000
    mails: int = 20_000


def make_large(size: Size, office: Sequence[User]) -> dict[str, int]:
    """Make it up, all or nothing, and return how much. `office` are two who run rounds.

    Raises SelectionError where somebody is real, or where it is there already.
    """
    if User.objects.filter(is_demo=False).exists():
        raise SelectionError("There are people in this installation who are not made up.")
    if User.objects.filter(email__startswith=NAME).exists():
        raise SelectionError("It is there already.")
    with transaction.atomic():
        return _Maker(size, office).make()


class _Maker:
    def __init__(self, size: Size, office: Sequence[User]) -> None:
        self.size, self.office = size, office
        self.chance = random.Random(2026)  # noqa: S311 - made up, the same each time
        self.now = timezone.now()
        self.programmes = list(DegreeProgramme.objects.order_by("position"))

    def make(self) -> dict[str, int]:
        mails_before = OutboxMail.objects.count()
        add_places(self.size.places)
        students = self._students()
        this_year = year_of(timezone.localdate())
        stays: list[Stay] = []
        for year in range(this_year - self.size.years + 1, this_year + 1):
            offers = self._round(year, students)
            stays += self._stays(year, offers)
        # Their verbs wrote to people who are not there.
        OutboxMail.objects.filter(state=MailState.WAITING).update(
            state=MailState.SENT, sent_at=self.now
        )
        self._agreements(stays)
        self._questions(students)
        self._mails(students, self.size.mails - OutboxMail.objects.count() + mails_before)
        return {
            "students": len(students),
            "places": Opportunity.objects.count(),
            "applications": Application.objects.count(),
            "stays": len(stays),
            "questions": self.size.questions,
            "mails": OutboxMail.objects.count(),
            "events": AuditEvent.objects.count(),
        }

    def _moment(self, day: dt.date) -> dt.datetime:
        return timezone.make_aware(
            dt.datetime.combine(
                day, dt.time(self.chance.randint(8, 18), self.chance.randint(0, 59))
            )
        )

    # --- People ---

    def _students(self) -> list[User]:
        def name() -> str:
            return "".join(self.chance.choices(SYLLABLES, k=3)).capitalize()

        made = User.objects.bulk_create(
            (
                User(
                    email=f"{NAME}{number:05}@{DOMAIN}", first_name="Example", last_name=name(),
                    is_demo=True,
                    date_joined=self.now - dt.timedelta(days=self.chance.randint(30, 1800)),
                )
                for number in range(self.size.students)
            ),
            batch_size=BATCH,
        )  # fmt: skip
        EmailAddress.objects.bulk_create(
            (
                EmailAddress(user=each, email=each.email, verified=True, primary=True)
                for each in made
            ),
            batch_size=BATCH,
        )
        Plan.objects.bulk_create(
            (
                Plan(
                    owner=each, programme=self.chance.choice(self.programmes),
                    year=self.chance.randint(1, 3),
                )
                for each in made
            ),
            batch_size=BATCH,
        )  # fmt: skip
        StudentNumber.objects.bulk_create(
            (
                StudentNumber(
                    owner=each, number=f"{7_000_000 + number}", confirmed_at=self.now,
                    confirmed_by="list",
                )
                for number, each in enumerate(made)
            ),
            batch_size=BATCH,
        )  # fmt: skip
        return made

    # --- Rounds ---

    def _round(self, year: int, students: Sequence[User]) -> list[Offer]:
        """Make a round of an academic year, allocate and publish it, and answer its offers."""
        day = dt.timedelta(days=1)
        seed = secrets.token_hex(32)
        made = Round.objects.create(
            slug=f"made-up-{year}",
            **columns_of("title", Text({"en": f"Made up {year}", "nl": f"Verzonnen {year}"})),
            academic_year=f"{year}-{year + 1}", state=RoundState.CLOSED, is_example=True,
            opens_at=self.now - 30 * day, closes_at=self.now - 9 * day,
            results_at=self.now - day, answer_by=self.now + 10 * day,
            published_at=self.now - 31 * day,
        )  # fmt: skip
        Lottery.objects.create(round=made, seed=seed, commitment=commitment(seed))
        for programme in self.programmes:
            RoundProgramme.objects.create(round=made, programme=programme, category=programme.slug)
        found = list(Opportunity.objects.filter(slug__startswith="opportunity-").order_by("pk"))
        places = [
            RoundOpportunity.objects.create(
                round=made, opportunity=each, key=each.slug, position=position,
                seats=self.size.seats_a_place,
                nomination_deadline=(self.now + 60 * day).date(),
            )
            for position, each in enumerate(self.chance.sample(found, self.size.places_a_round))
        ]  # fmt: skip
        grade = Criterion.objects.create(
            round=made, code="grades", kind="grades", weight=1, lowest=0, highest=10,
            **columns_of("name", Text({"en": "Grades", "nl": "Cijfers"})),
        )  # fmt: skip
        self._apply(made, places, grade, self.chance.sample(students, self.size.applicants))
        run = runs.allocate_round(made, actor=self.office[0])
        for each in self.office[:2]:
            runs.approve(run, actor=each)
        runs.publish(run, actor=self.office[0])
        return self._answered(made, year)

    def _apply(
        self,
        round_: Round,
        places: Sequence[RoundOpportunity],
        grade: Criterion,
        students: Sequence[User],
    ) -> None:
        made = Application.objects.bulk_create(
            (
                Application(
                    round=round_, owner=each, state=ApplicationState.SUBMITTED, revision=1,
                    submitted_at=self.now - dt.timedelta(days=10), year=2,
                    programme=(of := each.plan.programme), category=of.slug if of else "",
                )
                for each in students
            ),
            batch_size=BATCH,
        )  # fmt: skip
        Choice.objects.bulk_create(
            (
                Choice(application=each, rank=rank, opportunity=place)
                for each in made
                for rank, place in enumerate(self.chance.sample(places, min(3, len(places))), 1)
            ),
            batch_size=BATCH,
        )
        MeasuredValue.objects.bulk_create(
            (
                MeasuredValue(
                    application=each, criterion=grade,
                    value=Decimal(self.chance.randint(550, 1000)) / 100,
                )
                for each in made
            ),
            batch_size=BATCH,
        )  # fmt: skip

    def _answered(self, round_: Round, year: int) -> list[Offer]:
        """Answer the offers, end the round, and move it to the winter before its year."""
        offers = list(
            Offer.objects.filter(application__round=round_).select_related(
                "application__owner", "application__programme", "opportunity__opportunity"
            )
        )
        for each in offers:
            accepts = self.chance.random() < 0.85
            each.state = OfferState.ACCEPTED if accepts else OfferState.DECLINED
        Offer.objects.bulk_update(offers, ["state"], batch_size=500)
        accepted = [each for each in offers if each.state == OfferState.ACCEPTED]
        Nomination.objects.bulk_create(
            Nomination(offer=each, state=NominationState.CONFIRMED, confirmed_at=self.now)
            for each in accepted
        )
        closes = self._moment(dt.date(year, 2, 1))
        day = dt.timedelta(days=1)
        Round.objects.filter(pk=round_.pk).update(
            state=RoundState.FINISHED, opens_at=closes - 30 * day, closes_at=closes,
            results_at=closes + 20 * day, answer_by=closes + 35 * day,
            published_at=closes - 40 * day,
        )  # fmt: skip
        Publication.objects.filter(round=round_).update(
            at=closes + self.chance.randint(18, 30) * day, objections_until=closes + 45 * day
        )
        return accepted

    # --- Stays ---

    def _stays(self, year: int, offers: Sequence[Offer]) -> list[Stay]:
        roads = list(Road.objects.all())
        today = timezone.localdate()
        made = Stay.objects.bulk_create(
            (
                self._stay(each, year, self.chance.choice(roads), today)
                for each in offers
            ),
            batch_size=BATCH,
        )  # fmt: skip
        hosts = {
            place.pk: place.host_links.select_related("institution")
            .order_by("position")[0]
            .institution
            for place in {each.opportunity.opportunity for each in offers}
        }
        StayHost.objects.bulk_create(
            (
                StayHost(
                    stay=each, institution=(host := hosts[each.opportunity_id]), name=host.name,
                    city=host.city, country=host.country,
                )
                for each in made
                if each.opportunity_id in hosts
            ),
            batch_size=BATCH,
        )  # fmt: skip
        Arrival.objects.bulk_create(
            (
                Arrival(stay=each, said_by=SaidBy.STUDENT, on=each.starts_on)
                for each in made
                if each.starts_on and each.state != StayState.PREPARING
                if self.chance.random() < 0.97
            ),
            batch_size=BATCH,
        )
        steps = list(RoadStep.objects.all())
        StayStep.objects.bulk_create(
            (step for each in made for step in self._steps(each, steps)), batch_size=BATCH
        )
        AuditEvent.objects.bulk_create(
            (
                AuditEvent(
                    at=each.begun_at, actor=self.office[0], about=each.student,
                    action="stay.begin", object_type="mobility.stay", object_id=str(each.pk),
                    details={"after": StayState.PREPARING},
                )
                for each in made
            ),
            batch_size=BATCH,
        )  # fmt: skip
        return made

    def _stay(self, offer: Offer, year: int, road: Road, today: dt.date) -> Stay:
        starts = dt.date(year, 9, 1) + dt.timedelta(days=self.chance.randint(0, 200))
        ends = starts + dt.timedelta(days=self.chance.randint(40, 150))
        state = StayState.PREPARING
        if starts <= today:
            state = StayState.AWAY if ends >= today else StayState.FINISHED
        return Stay(
            student=offer.application.owner, programme=offer.application.programme, road=road,
            opportunity=offer.opportunity.opportunity, title=offer.opportunity.opportunity.title,
            origin=Origin.OFFER, offer=offer, state=state, starts_on=starts, ends_on=ends,
            begun_by=self.office[0], begun_at=self._moment(dt.date(year, 3, 10)),
        )  # fmt: skip

    def _steps(self, stay: Stay, steps: Sequence[RoadStep]) -> Iterator[StayStep]:
        for each in steps:
            if each.road_id != stay.road_id:
                continue
            is_done = stay.state == StayState.FINISHED or self.chance.random() < 0.5
            yield StayStep(
                stay=stay, step=each, state=StepState.DONE if is_done else StepState.WAITING,
                settled_at=self.now if is_done else None,
                due_on=stay.starts_on, waiting_since=None if is_done else stay.begun_at,
            )  # fmt: skip

    def _agreements(self, stays: Sequence[Stay]) -> None:
        """Write agreements with the chain of what happened to them; nine of ten were in time."""
        agreed = [each for each in stays if each.state != StayState.PREPARING]
        made = StayAgreement.objects.bulk_create(
            (StayAgreement(stay=each) for each in agreed), BATCH
        )
        Evidence.objects.bulk_create(
            (link for each in made for link in self._chain(each)), batch_size=BATCH
        )

    def _chain(self, agreement: StayAgreement) -> Iterator[Evidence]:
        starts = agreement.stay.starts_on or timezone.localdate()
        begins = self._moment(starts - dt.timedelta(days=self.chance.choice((20, 40, 60, 80, 5))))
        home, host = self.chance.randint(0, 4), self.chance.randint(3, 12)
        happened = [
            (1, "frozen", 0, ""), (1, "signed", 0, "student"), (1, "asked", 0, "home"),
            (1, "signed", home, "home"), (1, "asked", home, "host"),
            (1, "signed", home + host, "host"), (1, "agreed", home + host, ""),
        ]  # fmt: skip
        if self.chance.random() < 0.42:
            decided = self.chance.randint(3, 20)
            happened += [(2, "frozen", 60, ""), (2, "agreed", 60 + decided, "")]
        before = ""
        for number, (version, kind, days, side) in enumerate(happened, start=1):
            link = Evidence(
                agreement=agreement, number=number, version=version, kind=kind,
                at=begins + dt.timedelta(days=days), what={"side": side} if side else {},
                before=before,
            )  # fmt: skip
            link.hash = before = hash_of(link)
            yield link

    # --- Questions and mail ---

    def _questions(self, students: Sequence[User]) -> None:
        asked = [
            self.now - dt.timedelta(days=self.chance.uniform(1, 700))
            for _one in range(self.size.questions)
        ]
        made = Question.objects.bulk_create(
            (
                Question(
                    asker=self.chance.choice(students), language="en", subject="Made up",
                    state="answered", asked_at=at, changed_at=at,
                )
                for at in asked
            ),
            batch_size=BATCH,
        )  # fmt: skip
        Message.objects.bulk_create(
            (
                Message(
                    question=each, number=number, side=side, text="Made up.", sending=uuid4(),
                    author=each.asker if side == Side.ASKER else self.office[0],
                    written_at=each.asked_at + dt.timedelta(hours=hours),
                )
                for each in made
                for number, side, hours in (
                    (1, Side.ASKER, 0), (2, Side.OFFICE, self.chance.randint(1, 160)),
                )
            ),
            batch_size=BATCH,
        )  # fmt: skip

    def _mails(self, students: Sequence[User], count: int) -> None:
        OutboxMail.objects.bulk_create(
            (
                OutboxMail(
                    key=f"made-up:{number}", receiver=(who := self.chance.choice(students)),
                    to=[who.email], language="en", subject="Made up", state=MailState.SENT,
                    created_at=(at := self.now - dt.timedelta(hours=number)), sent_at=at,
                )
                for number in range(max(count, 0))
            ),
            batch_size=BATCH,
        )  # fmt: skip
