"""The office's first page: what waits, what hurts most first, and nothing else."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone, translation

from sojourn.advising import questions
from sojourn.advising.models import Appointment, Question
from sojourn.advising.questions import Asker
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.models import Agreement
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.dashboard.presenters import today
from sojourn.people import outbox
from sojourn.people.models import MailState, OutboxMail, User
from sojourn.people.outbox import Letter
from sojourn.selection.models import Round
from sojourn.selection.states import RoundState
from tests.office.conftest import MakeClient
from tests.portal.test_advice import open_hours
from tests.selection.rounds import applicants, closed_round, published
from tests.support.accounts import account

PLACE = "half-minor-edinburgh"


@pytest.fixture
def reader(leiden: Snapshot) -> User:
    return account("carla@example.org", "coordinator")


def bands(reader: User, now: dt.datetime | None = None) -> dict[str, list[str]]:
    with translation.override("en"):
        page = today.page(reader, now or timezone.now())
        return {band.title: [each.title for each in band.sections] for band in page.bands}


def all_of(reader: User) -> list[str]:
    return [title for titles in bands(reader).values() for title in titles]


def test_what_does_not_wait_is_not_shown(reader: User, client_of: MakeClient) -> None:
    shown = client_of("coordinator").get("/en/office/").content.decode()
    for title in ("Waiting questions", "Do first", "Offers without an answer", "Walk-in queue</h"):
        assert title not in shown
    assert "Next walk-in hour" in shown


def test_a_question_hurts_most_once_it_is_old(reader: User) -> None:
    student = account("noor@example.org", first_name="Noor")
    asked = questions.ask(Asker(student, "", "en"), "When?", NewMessage("?", uuid.uuid4()))
    assert "Waiting questions" in bands(reader)["Within a week"]
    Question.objects.filter(pk=asked.pk).update(
        waiting_since=timezone.now() - today.PATIENCE_QUESTION - dt.timedelta(hours=1)
    )
    assert "Waiting questions" in bands(reader)["Do first"]


@pytest.mark.slow
def test_a_round_is_told_from_its_rules_to_its_nominations(reader: User) -> None:
    made = closed_round({PLACE: 1}, nominate_in=1)
    applicants(made, [[PLACE], [PLACE]], ["9", "8"])
    Round.objects.filter(pk=made.pk).update(reviews_each=0)
    with translation.override("en"):
        (section,) = [
            each
            for band in today.page(reader, timezone.now()).bands
            for each in band.sections
            if each.title == "Rounds"
        ]
    assert [line.detail for line in section.lines] == ["reviewed: the seats can be allocated"]
    published(made)
    made.refresh_from_db()
    offer = made.applications.get(code="code0000").offers.get()
    offer.answer_by = timezone.now() + dt.timedelta(hours=20)
    offer.save()
    assert "Offers without an answer" in bands(reader)["Do first"]
    offer.state = "accepted"
    offer.save()
    assert "Nominations due" in bands(reader)["Do first"]
    assert "Offers without an answer" not in all_of(reader)


def test_a_draft_that_should_open_is_told(reader: User) -> None:
    made = closed_round({PLACE: 1})
    Round.objects.filter(pk=made.pk).update(
        state=RoundState.DRAFT, opens_at=timezone.now() + dt.timedelta(days=3),
        closes_at=timezone.now() + dt.timedelta(days=30),
        results_at=timezone.now() + dt.timedelta(days=40),
        answer_by=timezone.now() + dt.timedelta(days=50),
    )  # fmt: skip
    assert "Rounds" in bands(reader)["Within a week"]
    Round.objects.filter(pk=made.pk).update(opens_at=timezone.now() + dt.timedelta(days=20))
    assert "Rounds" not in all_of(reader)


@pytest.mark.slow
def test_mail_that_failed_is_told_with_its_student(reader: User, client_of: MakeClient) -> None:
    student = account("noor@example.org", first_name="Noor", last_name="Voorbeeld")
    outbox.post(key="x", to=student, write=lambda: Letter("Your place", ("Look.",)))
    assert "Mail that did not arrive" not in all_of(reader)
    OutboxMail.objects.update(state=MailState.FAILED)
    assert "Mail that did not arrive" in bands(reader)["Do first"]
    shown = client_of("coordinator").get("/en/office/").content.decode()
    assert f'href="/en/office/students/{student.uuid}/">Noor Voorbeeld</a>' in shown


def test_agreements_that_end_and_figures_that_are_old(reader: User) -> None:
    now = timezone.now()
    Agreement.objects.update(valid_until=None)
    assert "Agreements that end" not in all_of(reader)
    one = Agreement.objects.order_by("pk")[0]
    for days, band in ((300, "Can wait"), (20, "Within a week")):
        one.valid_until = (now + dt.timedelta(days=days)).date()
        one.valid_from = None
        one.save()
        assert "Agreements that end" in bands(reader)[band]
    later = now + dt.timedelta(days=3000)
    assert "Figures past their day" in bands(reader, later)["Can wait"]
    secretary = account("sec@example.org", "secretary")
    assert "Figures past their day" not in bands(secretary, later).get("Can wait", [])


@pytest.mark.slow
def test_an_appointment_is_beside_until_it_is_over(reader: User) -> None:
    now = timezone.now()
    student = account("noor@example.org", first_name="Noor")
    Appointment.objects.create(
        diary=open_hours(), student=student, topic="Costs", state="booked", question="",
        starts_at=now + dt.timedelta(hours=20), ends_at=now + dt.timedelta(hours=21),
    )  # fmt: skip
    assert [each.topic for each in today.page(reader, now).booked] == ["Costs"]
    later = now + dt.timedelta(days=2)
    assert today.page(reader, later).booked == ()
    assert "Appointments without an outcome" in bands(reader, later)["Within a week"]
