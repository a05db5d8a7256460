"""A student on one page: everything that the reader may see, and what the office begins there."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sojourn.advising import appointment_notes, questions, queue
from sojourn.advising.appointment_notes import NoteSubject
from sojourn.advising.models import (
    Appointment,
    AppointmentNote,
    Diary,
    NextStep,
    Question,
    QuestionState,
    SelfArrangedPlace,
    Ticket,
)
from sojourn.advising.questions import Asker
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.models import DegreeProgramme, Opportunity
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.experiences.models import Report, ReportState
from sojourn.office.students.presenters import list as student_list
from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.planning.models import Plan, TopFiveEntry
from sojourn.selection import taken_in
from sojourn.selection.drafts import DraftChoice
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Application, Round
from sojourn.selection.states import ApplicationState, RoundState
from sojourn.selection.taken_in import OnPaper
from tests.advising.test_self_arranged_places import facts, told
from tests.office.conftest import MakeClient
from tests.portal.test_advice import open_hours
from tests.selection.rounds import applicants, closed_round, published
from tests.support.accounts import account

MEDICINE = "medicine-bsc"
PLACE = "half-minor-edinburgh"


@pytest.fixture
def student(leiden: Snapshot) -> User:
    made = account("noor@example.org", first_name="Noor", last_name="Voorbeeld")
    plan = Plan.objects.create(
        owner=made, programme=DegreeProgramme.objects.get(slug=MEDICINE), year=2
    )
    TopFiveEntry.objects.create(
        plan=plan, rank=1, opportunity=Opportunity.objects.get(slug="half-minor-finland"),
        note="my own note",
    )  # fmt: skip
    return made


def talk(student: User, topic: str, days: int = 3) -> Appointment:
    now = timezone.now()
    return Appointment.objects.create(
        diary=Diary.objects.first() or open_hours(), student=student, topic=topic,
        state="booked", question="",
        starts_at=now + dt.timedelta(days=days), ends_at=now + dt.timedelta(days=days, minutes=20),
    )  # fmt: skip


def asks(student: User, subject: str) -> Question:
    return questions.ask(
        Asker(student, "", "en"), subject, NewMessage("How does it go?", uuid.uuid4())
    )


def page(client: Client, student: User, rest: str = "") -> str:
    answer = client.get(f"/en/office/students/{student.uuid}/{rest}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def told_round(student: User) -> Round:
    """A round with results in which the student has the first place."""
    made = closed_round({PLACE: 1})
    applicants(made, [[PLACE], [PLACE]], ["9", "8"])
    Application.objects.filter(code="code0000").update(owner=student)
    published(made)
    Round.objects.filter(pk=made.pk).update(slug="told-round")
    return made


@pytest.mark.slow
def test_everything_about_a_student_is_on_one_page(student: User, client_of: MakeClient) -> None:
    client, office = client_of("coordinator"), User.objects.get(email="coordinator@example.org")
    told_round(student)
    appointment = talk(student, "Finland or Scotland")
    subject = NoteSubject(student, appointment=appointment)
    appointment_notes.write_private_note(subject, office, "Rather a call.", timezone.now())
    appointment_notes.agree_on(subject, office, "Write to Turku", None, timezone.now())
    asks(student, "May I resit in May?")
    told(student, facts())
    Report.objects.create(
        writer=student, title="First the winter", state=ReportState.SUBMITTED, language="en",
        programme=student.plan.programme, submitted_at=timezone.now(),
        starts_on=dt.date(2025, 1, 6), ends_on=dt.date(2025, 5, 30),
    )  # fmt: skip
    seen = page(client, student)
    for text in (
        "Noor Voorbeeld", "noor@example.org", "year 2", "Appointment: Finland or Scotland",
        "Rather a call.", "Write to Turku", "Question: May I resit in May?", "Own place:",
        "Report: First the winter", "Offer of", "Application for A small round: submitted",
        "Half minor in Finland", "9.00", "Grades", "Has not answered the offer",
    ):  # fmt: skip
        assert text in seen, text
    assert "my own note" not in seen
    (mail,) = OutboxMail.objects.filter(receiver=student)[:1]
    assert mail.subject in seen
    assert "Stated a student number" not in seen
    assert "Asked the question" in page(client, student, "?show=changes")


@pytest.mark.slow
def test_a_plan_is_shown_once_the_student_came_to_talk(
    student: User, client_of: MakeClient
) -> None:
    client = client_of("coordinator")
    told_round(student)
    before = page(client, student)
    assert "Half minor in Finland" not in before
    assert "The office sees a plan once the student comes to talk" in before
    talk(student, "Costs")
    assert "Half minor in Finland" in page(client, student)


@pytest.mark.slow
def test_as_many_queries_for_a_big_history_as_for_a_small_one(
    student: User, client_of: MakeClient
) -> None:
    client = client_of("coordinator")
    told_round(student)

    def more(number: int) -> None:
        office = User.objects.get(email="coordinator@example.org")
        appointment = talk(student, f"Talk {number}", days=3 + number)
        subject = NoteSubject(student, appointment=appointment)
        appointment_notes.write_private_note(subject, office, f"Note {number}", timezone.now())
        appointment_notes.agree_on(subject, office, f"Step {number}", None, timezone.now())
        asks(student, f"Question {number}")
        if number <= 4:  # no more may wait
            told(student, facts())
        another = closed_round({PLACE: 1})
        Round.objects.filter(pk=another.pk).update(slug=f"round-{number}")
        programme = DegreeProgramme.objects.get(slug=MEDICINE)
        Application.objects.create(
            round=another, owner=student, state=ApplicationState.SUBMITTED, revision=1,
            submitted_at=timezone.now(), programme=programme, category=MEDICINE, year=2,
        ).choices.create(rank=1, opportunity=another.opportunities.get())  # fmt: skip

    def count() -> int:
        page(client, student)
        with CaptureQueriesContext(connection) as counted:
            page(client, student)
        return len(counted)

    more(1)
    few = count()
    for number in range(2, 8):
        more(number)
    assert count() == few


@pytest.mark.slow
def test_the_list_asks_as_often_for_many_students_as_for_few(
    student: User, client_of: MakeClient
) -> None:
    client = client_of("coordinator")

    def count() -> int:
        client.get("/en/office/students/")
        with CaptureQueriesContext(connection) as counted:
            assert client.get("/en/office/students/?sort=-waiting").status_code == 200
        return len(counted)

    few = count()
    for number in range(6):
        asks(account(f"more{number}@example.org", first_name="More"), "Housing")
    assert count() == few


@pytest.mark.slow
@pytest.mark.parametrize("who", ["question", "talked", "applied", "offered", "accepted", "own"])
def test_the_list_finds_whoever_there_is_such_a_row_of(
    student: User, client_of: MakeClient, who: str
) -> None:
    client = client_of("coordinator")
    account("other@example.org", first_name="Another")
    assert "Noor" not in client.get(f"/en/office/students/?with={who}").content.decode()
    made = told_round(student)
    talk(student, "Costs")
    asks(student, "When?")
    told(student, facts())
    if who == "accepted":
        made.applications.get(owner=student).offers.update(state="accepted")
    found = client.get(f"/en/office/students/?with={who}").content.decode()
    assert "Noor" in found
    assert "Another" not in found


@pytest.mark.slow
def test_an_appointment_that_was_cancelled_is_no_talk(student: User, client_of: MakeClient) -> None:
    client, office = client_of("coordinator"), User.objects.get(email="coordinator@example.org")
    held = talk(student, "Costs")
    assert student_list.rows(office).values_list("last_talk", flat=True)[0] == held.starts_at
    Appointment.objects.update(state="cancelled")
    Ticket.objects.create(
        diary=held.diary, day=timezone.localdate(), number=1, student=student, name="",
        topic="", taken_at=timezone.now(), state="left",
    )  # fmt: skip
    assert "Noor" not in client.get("/en/office/students/?with=talked").content.decode()
    assert student_list.rows(office).values_list("last_talk", flat=True)[0] is None


@pytest.mark.slow
def test_a_name_leads_to_the_student_from_every_list(student: User, client_of: MakeClient) -> None:
    client = client_of("coordinator")
    told_round(student)
    talk(student, "Costs")
    asks(student, "When?")
    told(student, facts())
    link = f'href="/en/office/students/{student.uuid}/"'
    for path in (
        "students/", "appointments/", "questions/", "own-places/",
        "rounds/told-round/applications/", "results/told-round/offers/",
        f"questions/{Question.objects.get().pk}/",
        f"own-places/{SelfArrangedPlace.objects.get().pk}/",
        f"appointments/{Appointment.objects.get().pk}/",
    ):  # fmt: skip
        assert link in client.get(f"/en/office/{path}").content.decode(), path


class TestBegin:
    def send(self, client: Client, student: User, what: str, **sent: Any) -> int:
        return client.post(f"/en/office/students/{student.uuid}/{what}/", sent).status_code

    @pytest.mark.slow
    def test_an_appointment_in_a_free_time(self, student: User, client_of: MakeClient) -> None:
        client, diary = client_of("coordinator"), open_hours()
        shown = client.get(f"/en/office/students/{student.uuid}/appointment/").content.decode()
        slot = re.findall(r'<option value="([^"]+)"', shown)[0]
        for _twice in range(2):
            assert self.send(client, student, "appointment", slot=slot, topic="Your plan") == 302
        made = Appointment.objects.get()
        assert (made.student, made.diary, made.topic) == (student, diary, "Your plan")
        (event,) = AuditEvent.objects.filter(action="appointment.booked")
        assert event.actor is not None
        assert event.actor.email == "coordinator@example.org"
        body = OutboxMail.objects.get(receiver=student).content["body"]
        assert "the office sees your profile and your top five" in " ".join(body.split())

    @pytest.mark.slow
    def test_a_time_that_was_taken_meanwhile_is_refused(
        self, student: User, client_of: MakeClient
    ) -> None:
        open_hours()
        client = client_of("coordinator")
        sent = {"slot": "somebody 2027-01-01T09:00:00+00:00", "topic": "Your plan"}
        assert self.send(client, student, "appointment", **sent) == 422
        assert not Appointment.objects.exists()

    @pytest.mark.slow
    def test_a_message_that_the_student_can_answer(
        self, student: User, client_of: MakeClient
    ) -> None:
        client = client_of("coordinator")
        sent = {
            "sending": str(uuid.uuid4()), "subject": "Your transcript", "text": "Send it please.",
            "becomes": QuestionState.ASKED_BACK,
        }  # fmt: skip
        for _twice in range(2):
            assert self.send(client, student, "write", **sent) == 302
        begun = Question.objects.get()
        assert (begun.asker, begun.state) == (student, QuestionState.ASKED_BACK)
        reader = Client()
        reader.force_login(student)
        assert "Send it please." in reader.get(f"/en/questions/{begun.pk}/").content.decode()
        questions.write_on(begun, NewMessage("Here it is.", uuid.uuid4()), by=student)
        begun.refresh_from_db()
        assert begun.state == QuestionState.WAITING
        assert self.send(client, student, "write", **{**sent, "subject": ""}) == 422

    @pytest.mark.slow
    def test_a_note_and_a_task_of_no_talk(self, student: User, client_of: MakeClient) -> None:
        client = client_of("coordinator")
        assert self.send(client, student, "note", text="Calls better.", readers="office") == 302
        assert AppointmentNote.objects.get().text == "Calls better."
        assert self.send(client, student, "task", text="Ask Turku") == 302
        assert "Ask Turku" in page(client, student)
        step = NextStep.objects.get()
        reader = Client()
        reader.force_login(student)
        assert "Ask Turku" in reader.get("/en/plan/").content.decode()
        for _twice in range(2):
            assert self.send(client, student, f"task/{step.pk}/remove") == 302
        assert not NextStep.objects.exists()

    def test_a_task_that_was_done_meanwhile_stays_and_is_said_to(
        self, student: User, client_of: MakeClient
    ) -> None:
        client, office = client_of("coordinator"), User.objects.get(is_staff=True)
        step = appointment_notes.agree_on(
            NoteSubject(student), office, "Ask Turku", None, timezone.now()
        )
        appointment_notes.mark_done(step, timezone.now())
        assert self.send(client, student, f"task/{step.pk}/remove") == 302
        assert "The student has done it already, so it stays." in page(client, student)
        assert NextStep.objects.exists()

    def test_the_same_words_on_another_day_are_another_note(
        self, student: User, leiden: Snapshot
    ) -> None:
        office, now = account("carla@example.org", "coordinator"), timezone.now()
        for at in (now, now, now + dt.timedelta(days=30)):
            appointment_notes.write_private_note(
                NoteSubject(student), office, "Called, no answer.", at
            )
        assert AppointmentNote.objects.count() == 2

    def test_a_task_that_was_done_can_be_given_again(self, student: User, leiden: Snapshot) -> None:
        office, now = account("carla@example.org", "coordinator"), timezone.now()
        for done in (False, True):
            for _twice in range(2):
                step = appointment_notes.agree_on(
                    NoteSubject(student), office, "Send your transcript", None, now
                )
            assert NextStep.objects.count() == 1 + done
            appointment_notes.mark_done(step, now)

    @pytest.mark.slow
    def test_a_number_in_the_hour_that_runs(
        self, student: User, client_of: MakeClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client, diary = client_of("coordinator"), open_hours()
        nothing = page(client, student, "number/")
        assert "No walk-in hour runs now" in nothing or "Take the number" in nothing
        monkeypatch.setattr(queue, "current_walk_in_hour", lambda *_: object())
        hour = diary.contact.slug
        for _twice in range(2):
            assert self.send(client, student, "number", hour=hour, topic="Visa") == 302
        taken = Ticket.objects.get()
        assert (taken.student, taken.topic, taken.number) == (student, "Visa", 1)
        (event,) = AuditEvent.objects.filter(action="ticket.taken")
        assert event.actor is not None
        assert event.actor.is_staff

    @pytest.mark.slow
    def test_whoever_reads_only_begins_nothing(self, student: User, client_of: MakeClient) -> None:
        client = client_of("board")
        assert "Begin" not in page(client, student)
        for what in ("appointment", "number", "write", "note", "task"):
            assert self.send(client, student, what, text="x", readers="office") == 403, what
        by_hand = f"/en/office/students/{student.uuid}/application/"
        assert client.get(by_hand).status_code == 403
        secretary = client_of("secretary")
        assert self.send(secretary, student, "note", text="x", readers="office") == 302
        assert secretary.get(by_hand).status_code == 403


class TestTakenIn:
    PAPER = OnPaper(MEDICINE, 2, "s9900007", {}, (DraftChoice(PLACE),), "Ill on the last day")

    @pytest.fixture
    def round_(self, leiden: Snapshot) -> Round:
        return closed_round({PLACE: 1, "half-minor-finland": 2})

    @pytest.mark.slow
    def test_an_application_by_hand_counts_like_any_other(
        self, student: User, round_: Round, client_of: MakeClient
    ) -> None:
        client = client_of("coordinator")
        address = f"/en/office/students/{student.uuid}/application/{round_.slug}/"
        assert "Choice 1" in client.get(address).content.decode()
        sent = {
            "programme": MEDICINE, "year": "2", "number": "s9900007", "choice-1": PLACE,
            "choice-2": "half-minor-finland", "because": "Ill on the last day",
        }  # fmt: skip
        assert client.post(address, {**sent, "because": ""}).status_code == 422
        assert client.post(address, {**sent, "choice-2": PLACE}).status_code == 422
        assert not Application.objects.exists()
        for _twice in range(2):
            assert client.post(address, sent).status_code == 302
        made = Application.objects.get()
        assert (made.state, made.owner, made.category) == ("submitted", student, MEDICINE)
        assert [each.opportunity.key for each in made.choices.all()] == [
            PLACE,
            "half-minor-finland",
        ]
        (event,) = AuditEvent.objects.filter(action="application.take_in")
        assert event.about == student
        assert event.actor is not None
        assert event.actor.is_staff
        assert "Ill on the last day" in OutboxMail.objects.get(receiver=student).content["body"]
        assert "Entered by" in page(client, student)
        assert client.get(address).status_code == 404  # it is there

    def test_nothing_is_taken_in_once_seats_are_given(self, student: User, round_: Round) -> None:
        office = account("carla@example.org", "coordinator")
        Round.objects.filter(pk=round_.pk).update(state=RoundState.ALLOCATED)
        with pytest.raises(SelectionError):
            taken_in.take_in(round_, student, self.PAPER, by=office, now=timezone.now())
        assert not Application.objects.exists()

    def test_what_a_student_submitted_is_not_replaced(self, student: User, round_: Round) -> None:
        office = account("carla@example.org", "coordinator")
        taken_in.take_in(round_, student, self.PAPER, by=office, now=timezone.now())
        with pytest.raises(SelectionError):
            taken_in.take_in(round_, student, self.PAPER, by=office, now=timezone.now())

    def test_nobody_takes_in_for_a_programme_of_another_desk(
        self, student: User, round_: Round
    ) -> None:
        other = account("b@example.org", "coordinator", programme="biomedical-sciences-bsc")
        with pytest.raises(SelectionError):
            taken_in.take_in(round_, student, self.PAPER, by=other, now=timezone.now())
        assert not Application.objects.exists()
