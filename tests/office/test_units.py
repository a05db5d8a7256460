"""Casework of one degree programme opens to those who work for it, and to no other desk.

Everything here is of Medicine and holds a secret word. Every address of the office is asked for by
everybody, for reading and for writing.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from sojourn.advising import appointment_notes
from sojourn.advising.models import (
    Appointment,
    AppointmentNote,
    Diary,
    Message,
    NextStep,
    Question,
    QuestionState,
    SavedReply,
    SelfArrangedPlace,
    SelfArrangedState,
    Side,
    SlotRule,
    StoredFile,
    Ticket,
)
from sojourn.catalogue.models import (
    DegreeProgramme,
    Grant,
    Opportunity,
    OpportunityKind,
)
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.experiences.models import FollowedCourse, Report, ReportPhoto, ReportState
from sojourn.mobility.agreements import versions
from sojourn.mobility.models import BoardRequest, Incident, RequestKind, Stay, StayGrant
from sojourn.mobility.money_rules import kept_rule
from sojourn.office import urls
from sojourn.people.models import OutboxMail, User
from sojourn.people.permissions import is_signed_in
from sojourn.people.roles import Role
from sojourn.planning.models import Plan
from sojourn.selection import nominations, objections, offers
from sojourn.selection.models import (
    Application,
    Document,
    DocumentKind,
    Offer,
    ReviewAssignment,
    Reviewer,
    ReviewerInvitation,
    Round,
)
from sojourn.selection.permissions import may_review
from tests.api.answers import publish_an_answer
from tests.portal.test_advice import WHO as CONTACT
from tests.portal.test_advice import open_hours
from tests.selection.rounds import applicants, closed_round, published
from tests.support.accounts import account

pytestmark = pytest.mark.slow

MEDICINE, BIOMEDICINE = "medicine-bsc", "biomedical-sciences-bsc"
SECRET = "zebra-4711"
NAME = "Zebrina"
PLACE = "half-minor-edinburgh"

# Who, with which role, of which programme ("" for all of them).
STAFF: dict[str, tuple[Role, str]] = {
    "coordinator of all": (Role.COORDINATOR, ""),
    "operator": (Role.OPERATOR, ""),
    "coordinator of Medicine": (Role.COORDINATOR, MEDICINE),
    "secretary of Medicine": (Role.SECRETARY, MEDICINE),
    "board of Medicine": (Role.BOARD, MEDICINE),
    "reviewer of Medicine": (Role.REVIEWER, MEDICINE),
    "coordinator of Biomedicine": (Role.COORDINATOR, BIOMEDICINE),
    "secretary of Biomedicine": (Role.SECRETARY, BIOMEDICINE),
    "board of Biomedicine": (Role.BOARD, BIOMEDICINE),
}
SEES = {who for who, (role, unit) in STAFF.items()
        if unit != BIOMEDICINE and role is not Role.REVIEWER}  # fmt: skip
WHO = ["visitor", "student", "other student", "round reviewer", *STAFF]
# Whom `make test` asks for; the others differ by their role alone.
FIRST = {"visitor", "other student", "coordinator of Medicine", "coordinator of Biomedicine"}


def each_of(who: Iterable[str]) -> Any:
    return pytest.mark.parametrize(
        "who",
        [one if one in FIRST else pytest.param(one, marks=pytest.mark.broad) for one in who],
    )


# Addresses that name nothing of a student: hours, answers, lists, what is made anew.
OF_NOBODY = {
    "today", "students", "search", "view-save", "view-remove", "accounts", "mail", "mail-one",
    "mail-again", "questions", "questions-several",
    "answers", "answer", "answer-change", "saved-replies", "saved-reply-new", "saved-reply",
    "saved-reply-throw-away", "self-arranged-places", "results", "rounds", "round-new", "reviews",
    "invited-reviewer", "appointments", "appointments-several", "queues", "queue", "queue-state",
    "queue-next", "queue-end", "door", "hours", "desk", "desk-settings", "desk-absent",
    "desk-present", "rule-new", "rule", "rule-remove", "walk-in-new", "walk-in", "walk-in-end",
    "walk-in-remove", "hour-date", "experiences", "experience-invitations",
    "experience-suggestions", "experience-people", "experience-messages", "stays", "stay-new",
    "money", "money-file",
    "stays-begin", "stays-home", "searches", "insight", "insight-rounds", "insight-answers",
    "insight-costs",
    "insight-agreements", "insight-stays", "away", "away-list", "away-file", "incidents",
    "incident-new", "board", "board-mandates", "board-mandate-end", "colleagues", "colleague-new",
    "events",
    "group-messages", "group-message-new", "group-message",
    "colleague", "colleague-role", "colleague-role-remove", "colleague-close",
    "colleague-second-step", "colleague-sign-out",
    "partners", "partner-new", "partner-form", "institution-list",
    "partner-duplicates", "partner", "partner-change", "partner-publish", "partner-withdraw",
    "partner-restore", "partner-unit-new", "partner-unit", "partner-contact-new",
    "partner-contact", "partner-contact-move", "partner-incoming", "partner-incoming-remove",
    "partner-merge", "agreements", "agreement-new", "agreement", "agreement-change",
    "agreement-renew", "agreement-move", "agreement-paper-add", "agreement-paper",
    "agreement-paper-move", "year", "year-calendar", "year-part", "year-decided",
}  # fmt: skip
# The first words of addresses of entries of the catalogue, and of rules for everybody.
OF_THE_CATALOGUE = {
    "places", "courses", "guides", "figures", "imports", "import", "keeping", "register",
}  # fmt: skip
# A step that somebody may not see is like one that was removed already: back to the list.
TOLD_IT_IS_GONE = {"step-remove", "experience"}
OF_THE_REVIEWER = {"review", "review-conflict", "review-document"}


@dataclass(frozen=True)
class Stage:
    """One of everything of a student of Medicine."""

    student: User
    round: Round
    closed: Round
    application: Application
    example: dict[str, Any]

    def address(self, name: str, route: str) -> str:
        # Of no student: tests/office/test_partners.py has partners and agreements that are there.
        none = {
            "contact": "none",
            "other": "none",
            "paper": uuid.uuid4(),
            "partner": "none",
            "unit": 1,
            "number": 1,
        }
        given = {**none, **self.example, **self.special(name)}
        for part in re.findall(r"<(?:\w+:)?(\w+)>", route):
            route = re.sub(rf"<(?:\w+:)?{part}>", str(given[part]), route)
        return f"/en/office/{route}"

    def special(self, name: str) -> dict[str, Any]:
        """Name the parts of an address that mean another thing elsewhere."""
        round_ = {"slug": self.closed.slug if name == "what-if" else self.round.slug}
        found, document = self.application, self.application.documents.get().uuid
        first = name.partition("-")[0]
        question, place = Question.objects.get(), SelfArrangedPlace.objects.get()
        stay = Stay.objects.get()  # begun by the nomination
        versions.begin(stay, actor=self.student)
        incident = Incident.objects.get()
        by_name: dict[str, dict[str, Any]] = {
            "application": {**round_, "number": found.uuid},
            "application-document": {**round_, "number": document},
            "invited-reviewer": {"number": self.round.reviewer_invitations.get().uuid},
            "offer-give-up": {**round_, "uuid": found.offers.get().uuid},
            "nomination-confirmed": {**round_, "uuid": found.offers.get().uuid},
            "view-remove": {"number": 1},
            "year-part": {"slug": "deadlines"},
            "year-decided": {"slug": "deadlines"},
            "stay-money-promise": {"number": stay.uuid, "grant": "lustra-plus"},
            "student-application-round": {"slug": self.closed.slug},
        }
        by_area: dict[str, dict[str, Any]] = {
            "review": {"number": found.reviews.get().uuid, "document": document},
            "objection": {**round_, "uuid": found.objection.uuid},
            "allocation": {**round_, "number": self.round.runs.get().number},
            "question": {"number": question.pk, "file": file_of(question=question), "message": 2},
            "self": {"number": place.pk, "file": file_of(self_arranged_place=place)},
            "experience": {"number": Report.objects.get().pk},
            "money": {"kind": "csv"},
            "stay": {
                "grant": grant_of(stay).uuid,
                "number": stay.uuid,
                "step": stay.steps.all()[0].pk,
                "gate": "departure",
                "host": stay.hosts.get().pk,
                "kind": "withdrawn",
                "version": 1,
                "paper": 1,
                "certificate": 1,
                "transcript": 1,
                "line": 1,
            },
            "board": {
                "number": board_request(stay).uuid,
                "stay": stay.uuid,
                "mandate": uuid.uuid4(),
            },
            # tests/office/test_imports.py has files that are there.
            "import": {"number": uuid.uuid4(), "name": "partners"},
            # Of nobody: tests/office/test_colleagues.py has those of somebody.
            "group": {"number": uuid.uuid4()},
            "colleague": {"colleague": uuid.uuid4(), "number": 1},
            "incident": {
                "incident": incident.uuid,
                "person": incident.people.get().uuid,
            },
            "answer": {"slug": "may-i-bring-a-dog"},
            "saved": {"number": SavedReply.objects.get().pk},
            "mail": {"number": OutboxMail.objects.order_by("pk")[0].pk},
            **{part: {**round_, "number": 1} for part in ("places", "courses", "guides")},
        }
        hours = {"slug": CONTACT, "number": SlotRule.objects.all()[0].pk}
        of_hours = ("queue", "queues", "door", "hours", "desk", "rule", "walk", "hour")
        return by_name.get(name) or by_area.get(first) or (hours if first in of_hours else round_)


def grant_of(stay: Stay) -> StayGrant:
    """A grant that was promised for the stay."""
    rule = kept_rule(Grant.objects.get(slug="erasmus-travel"), Decimal(309))
    found, is_new = StayGrant.objects.get_or_create(
        stay=stay,
        slug="erasmus-travel",
        defaults={"rule": rule, "year": 2025, "promised": 309, "due": 309},
    )
    if is_new:
        found.entries.create(
            number=1, kind="promised", due_change=309, due=309, on=timezone.localdate()
        )
    return found


def file_of(**thread: Any) -> Any:
    return StoredFile.objects.get(**{f"message__{key}": row for key, row in thread.items()}).pk


def routes(
    patterns: list[URLPattern | URLResolver] = urls.urlpatterns, before: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield str(one.name), route, one.callback


def student_of(programme: str, email: str, name: str) -> User:
    made = account(email, first_name=name, last_name="Voorbeeld")
    Plan.objects.create(owner=made, programme=DegreeProgramme.objects.get(slug=programme))
    return made


def advice_of(student: User) -> dict[str, Any]:
    """An appointment, a number, a note, a step, a question and a place, each with a file."""
    diary, now = open_hours(), timezone.now()
    appointment = Appointment.objects.create(
        diary=diary, student=student, starts_at=now + dt.timedelta(days=2), topic=SECRET,
        ends_at=now + dt.timedelta(days=2, minutes=20), question=SECRET, state="booked",
    )  # fmt: skip
    ticket = Ticket.objects.create(
        diary=diary, day=timezone.localdate(), number=1, student=student, topic=SECRET
    )
    subject = appointment_notes.NoteSubject(student, appointment=appointment)
    appointment_notes.write_private_note(subject, student, SECRET, now)
    step = appointment_notes.agree_on(subject, student, SECRET, None, now)
    question = Question.objects.create(
        asker=student, language="en", subject=SECRET, state=QuestionState.WAITING,
        waiting_since=now,
    )  # fmt: skip
    place = SelfArrangedPlace.objects.create(
        student=student, state=SelfArrangedState.WAITING, institution_name=SECRET, country="SE",
        city="Umeå", kind=OpportunityKind.RESEARCH_INTERNSHIP, subject=SECRET,
        starts_on=dt.date(2027, 9, 1), ends_on=dt.date(2028, 1, 31), waiting_since=now,
    )  # fmt: skip
    for thread in ({"question": question}, {"self_arranged_place": place}):
        for number, side in ((1, Side.ASKER), (2, Side.OFFICE)):
            message = Message.objects.create(number=number, side=side, text=SECRET, **thread)
        StoredFile.objects.create(
            message=message, name=f"{SECRET}.pdf", media_type="application/pdf", size=4,
            key=f"{message.pk:064}",
        )  # fmt: skip
    return {
        "student": student.uuid, "step": step.pk,
        "appointment_id": appointment.pk, "ticket_id": ticket.pk, "step_id": step.pk,
        "kind": "appointment", "subject_id": appointment.pk, "hour": "coordinator-monday",
        "year": 2027, "month": 1, "day": 4,
    }  # fmt: skip


def board_request(stay: Stay) -> BoardRequest:
    """Something that the Board was asked about a stay, once."""
    return BoardRequest.objects.get_or_create(
        stay=stay,
        kind=RequestKind.RECOGNITION,
        defaults={"programme": stay.programme, "title": SECRET, "asked": SECRET},
    )[0]


def report_of(student: User) -> Report:
    report = Report.objects.create(
        writer=student, programme=student.plan.programme, title=SECRET, teaching=SECRET,
        state=ReportState.SUBMITTED, submitted_at=timezone.now(), language="en",
        opportunity=Opportunity.objects.get(slug=PLACE), starts_on=dt.date(2026, 1, 1),
        ends_on=dt.date(2026, 3, 1),
    )  # fmt: skip
    ReportPhoto.objects.create(report=report, file="x", width=1, height=1)
    FollowedCourse.objects.create(report=report, title=SECRET)
    return report


def decided_round(student: User) -> tuple[Round, Application]:
    """A round of Medicine with results, an offer, a nomination, an objection, a document."""
    made = closed_round({PLACE: 1, "half-minor-bordeaux": 1})
    Round.objects.filter(pk=made.pk).update(slug="decided-round")
    made.programmes.exclude(programme__slug=MEDICINE).delete()
    made.refresh_from_db()
    applicants(made, [[PLACE], [PLACE, "half-minor-bordeaux"]], ["9", "8"])
    application = made.applications.get(code="code0000")
    Application.objects.filter(pk=application.pk).update(owner=student)
    Document.objects.create(
        application=application, kind=DocumentKind.CV, name=f"{SECRET}.pdf", size=4, pages=1,
        sha256="0" * 64, is_submitted=True,
    )  # fmt: skip
    published(made)
    application.refresh_from_db()
    one = User.objects.get(email="one@office.example")
    offers.accept(application.offers.get(), actor=student)
    nominations.mark_sent(made.opportunities.get(key=PLACE), actor=one)
    objections.object_to_result(application, SECRET, actor=student)
    made.refresh_from_db()
    return made, application


@pytest.fixture
def stage(leiden: Snapshot) -> Stage:
    student = student_of(MEDICINE, "anna@example.org", NAME)
    example = advice_of(student)
    report_of(student)
    round_, application = decided_round(student)
    reviewer = Reviewer.objects.create(round=round_, user=account("rev@example.org"))
    ReviewAssignment.objects.create(reviewer=reviewer, application=application)
    ReviewerInvitation.objects.create(round=round_, email="asked@example.org")
    closed = closed_round({PLACE: 1})
    closed.programmes.exclude(programme__slug=MEDICINE).delete()
    SavedReply.objects.create(name="Hello", text_en="Hello", text_nl="Hallo")
    publish_an_answer()
    stay = Stay.objects.get()
    incident = Incident.objects.create(title=SECRET, day=timezone.localdate())
    incident.people.create(stay=stay, student=student, where=SECRET)
    key = {"key": PLACE, "part": "basics"}
    return Stage(student, round_, closed, application, {**example, **key})


@pytest.fixture
def client_of(stage: Stage) -> Callable[[str], Client]:
    def make(who: str) -> Client:
        client = Client()
        if who in STAFF:
            role, unit = STAFF[who]
            email = f"{who.replace(' ', '-').lower()}@example.org"
            client.force_login(account(email, role, programme=unit))
        elif who == "student":
            client.force_login(stage.student)
        elif who == "other student":
            client.force_login(student_of(BIOMEDICINE, "bert@example.org", "Bert"))
        elif who == "round reviewer":
            client.force_login(User.objects.get(email="rev@example.org"))
        return client

    return make


def person(client: Client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def expected(stage: Stage, name: str, rule: Callable[[Any], bool], who: str) -> set[int]:
    """Say what an address of Medicine answers, before 405 for the other method."""
    if who == "visitor":
        return {302}
    if rule is is_signed_in:
        return {200, 302, 422}
    if name in OF_THE_REVIEWER and who == "round reviewer":
        # The review is over: reading is open, the file has no content here.
        return {200, 302, 404, 422}
    if not rule(User.objects.get(email=email_of(who))):
        return {403}
    if name in OF_NOBODY or name.partition("-")[0] in OF_THE_CATALOGUE or rule is may_review:
        return {200, 302, 404, 422}
    if who not in SEES:
        return {302, 404} if name in TOLD_IT_IS_GONE else {404}
    return {200, 302, 404, 409, 422}


def email_of(who: str) -> str:
    known = {
        "student": "anna@example.org",
        "other student": "bert@example.org",
        "round reviewer": "rev@example.org",
    }
    return known.get(who, f"{who.replace(' ', '-').lower()}@example.org")


def test_the_matrix_names_every_address(stage: Stage) -> None:
    found = list(routes())
    assert len(found) > 95
    assert not OF_NOBODY - {name for name, _route, _view in found}
    assert not re.search("[<>]", "".join(stage.address(name, route) for name, route, _ in found))


@each_of(WHO)
def test_who_reads_what_of_medicine(
    stage: Stage, client_of: Callable[[str], Client], who: str
) -> None:
    client = client_of(who)
    told = set()
    for name, route, view in routes():
        answer = client.get(stage.address(name, route))
        if answer.status_code == 405:
            continue
        wanted = expected(stage, name, view.rule, who)  # type: ignore[attr-defined]
        assert answer.status_code in wanted, (name, answer.status_code, wanted)
        body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
        if SECRET.encode() in body or NAME.encode() in body:
            told.add(name)
    if who in SEES:
        assert {
            "today", "questions", "question", "self-arranged-places", "self-arranged-place",
            "appointments", "appointment", "queue", "ticket", "applications", "application",
            "offers", "nominations", "objections", "objection", "experiences", "experience",
            "allocation", "students", "student",
            "stays", "stay", "stay-agreement", "board-request",
        } - told <= {"allocation"}  # fmt: skip
    elif who == "student":
        assert told <= {"invited-reviewer"}
    else:
        assert told == set()


def rows_of_medicine() -> list[object]:
    return [
        sorted(map(str, model.objects.values_list()))  # type: ignore[attr-defined]
        for model in (
            Appointment, AppointmentNote, NextStep, Ticket, Question, Message, SelfArrangedPlace,
            Report, FollowedCourse, Application, Offer, ReviewAssignment, Round,
        )
    ]  # fmt: skip


EVERYTHING = {
    "sure": "1", "do": "decline", "text": "mine", "because": "x", "outcome": "x", "title_en": "x",
    "title_nl": "x", "becomes": "answered", "to": "closed", "how": "done", "answer": "no",
    "readers": "both", "slug": "another", "academic_year": "2030-2031", "email": "x@example.org",
}  # fmt: skip


@pytest.mark.long
@each_of(one for one in WHO if one not in SEES)
def test_nothing_that_another_desk_sends_changes_what_is_of_medicine(
    stage: Stage, client_of: Callable[[str], Client], who: str
) -> None:
    client = client_of(who)
    keys = [str(model.objects.values_list("pk", flat=True)[0]) for model in (Appointment, Question)]
    before = rows_of_medicine()
    # What is of no programme goes on the way: a saved reply, a rule for slots.
    addresses = [(name, stage.address(name, route), view) for name, route, view in routes()]
    for name, address, view in addresses:
        if name in ("invited-reviewer", "round-new", "queue-next", "queue-end", *OF_THE_REVIEWER):
            continue  # a link, a new round, whoever is next at the desk, one's own review
        for do in ("publish", "approve", "held", "cancelled", "close", "take", "rule-out"):
            sent = {**EVERYTHING, "do": do, "pick": keys}
            answer = client.post(address, sent)
            wanted = expected(stage, name, view.rule, who)  # type: ignore[attr-defined]
            if name in ("answer", "experience", "board-mandates"):
                wanted |= {403}  # reading is open, changing is for those who publish
            assert answer.status_code in wanted | {405}, (name, do, answer.status_code)
            if answer.status_code == 405:
                break  # whatever is done: nothing can be sent there
    assert rows_of_medicine() == before


@pytest.mark.parametrize("who", ["board of Medicine", "secretary of Medicine"])
def test_who_sees_and_does_not_decide(
    stage: Stage, client_of: Callable[[str], Client], who: str
) -> None:
    client = client_of(who)
    decisions = (
        "round-publish", "round-edit", "round-delete", "allocation-run", "allocation-decide",
        "offers-seats", "offers-finish", "offer-give-up", "nominations-sent", "objection-decide",
        "self-arranged-place-approve", "self-arranged-place-decline", "question-publish",
        "reviewers", "values",
    )  # fmt: skip
    addresses = {name: stage.address(name, route) for name, route, _view in routes()}
    for name in decisions:
        assert client.post(addresses[name], EVERYTHING).status_code == 403, name
    for name in ("application", "objection", "experience"):
        assert client.get(addresses[name]).status_code == 200, name
        assert client.post(addresses[name], EVERYTHING).status_code == 403, name
    # A secretary advises; a member of the board reads.
    advises = 302 if who.startswith("secretary") else 403
    for name in ("question-reply", "appointment-note", "appointment-outcome"):
        sent = {**EVERYTHING, "do": "held"}
        status = client.post(addresses[name], sent).status_code
        assert status == 403 if advises == 403 else status in (302, 422), name


def test_what_is_of_no_programme_is_everybodys(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    Plan.objects.filter(owner=stage.student).update(programme=None)
    client = client_of("coordinator of Biomedicine")
    for name, route in (
        ("question", "questions/<uuid:number>/"),
        ("self-arranged-place", "own-places/<uuid:number>/"),
        ("appointment", "appointments/<uuid:appointment_id>/"),
    ):
        assert client.get(stage.address(name, route)).status_code == 200, name
    # What was handed in says of which programme it is.
    slug, number = stage.round.slug, stage.application.uuid
    there = f"/en/office/rounds/{slug}/applications/{number}/"
    assert client.get(there).status_code == 404


def test_a_question_that_was_given_to_a_colleague_is_theirs_to_see(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    client = client_of("coordinator of Biomedicine")
    there = stage.address("question", "questions/<uuid:number>/")
    assert client.get(there).status_code == 404
    Question.objects.update(assignee=person(client))
    assert client.get(there).status_code == 200


def test_whoever_comes_to_ones_own_hour_is_ones_own_to_see(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    client = client_of("coordinator of Biomedicine")
    there = stage.address("appointment", "appointments/<uuid:appointment_id>/")
    assert client.get(there).status_code == 404
    contact = Diary.objects.get().contact
    contact.email = "COORDINATOR-of-biomedicine@example.org"
    contact.save()
    assert client.get(there).status_code == 200


def test_a_queue_says_that_somebody_of_another_programme_waits(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    page = client_of("coordinator of Biomedicine").get(f"/en/office/line/{CONTACT}/")
    assert "another programme" in page.content.decode()


def test_a_round_for_two_programmes_shows_each_desk_its_own_applicants(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    biomedicine = DegreeProgramme.objects.get(slug=BIOMEDICINE)
    stage.round.programmes.create(programme=biomedicine, category=BIOMEDICINE)
    other = stage.round.applications.exclude(pk=stage.application.pk).get()
    Application.objects.filter(pk=other.pk).update(programme=biomedicine)
    results = f"/en/office/results/{stage.round.slug}"
    for who, sees in (("coordinator of Medicine", stage), ("coordinator of Biomedicine", other)):
        client = client_of(who)
        page = client.get(f"/en/office/rounds/{stage.round.slug}/applications/").content.decode()
        assert (NAME in page) is (sees is stage)
        assert (str(other.owner) in page) is (sees is other)
        assert client.get(f"{results}/offers/").status_code == 200
        # What concerns all applicants needs the role for all of their programmes.
        for path in ("/", "/statistics/", "/runs/1.json"):
            assert client.get(results + path).status_code in (403, 404), path
        for path in ("edit", "publish"):
            there = f"/en/office/rounds/{stage.round.slug}/"
            there += "rules/basics/" if path == "edit" else "publish/"
            assert client.get(there).status_code == 403
        assert client.post(f"{results}/offers/finish/", {"sure": "1"}).status_code == 403
    assert client_of("coordinator of all").get(f"{results}/").status_code == 200


def test_somebody_with_the_role_for_both_programmes_does_it_all(stage: Stage) -> None:
    biomedicine = DegreeProgramme.objects.get(slug=BIOMEDICINE)
    stage.round.programmes.create(programme=biomedicine, category=BIOMEDICINE)
    both = account("both@example.org", Role.COORDINATOR, programme=MEDICINE)
    both.role_assignments.create(role=Role.COORDINATOR, programme=BIOMEDICINE)
    client = Client()
    client.force_login(both)
    assert client.get(f"/en/office/results/{stage.round.slug}/").status_code == 200


LISTS = (
    "", "questions/", "own-places/", "experiences/", "appointments/", "results/",
    "rounds/decided-round/applications/", "results/decided-round/offers/",
    "results/decided-round/objections/", "stays/",
)  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_a_desk_of_one_programme_asks_the_database_as_often_for_many_rows(
    stage: Stage, client_of: Callable[[str], Client], path: str
) -> None:
    client = client_of("coordinator of Medicine")

    def queries() -> int:
        client.get(f"/en/office/{path}")
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"/en/office/{path}").status_code == 200
        return len(counted)

    few = queries()
    now = timezone.now()
    for number in range(4):
        another = student_of(MEDICINE, f"more-{number}@example.org", "More")
        Question.objects.create(
            asker=another, language="en", subject="x", state=QuestionState.WAITING,
            waiting_since=now,
        )  # fmt: skip
        SelfArrangedPlace.objects.create(
            student=another, state=SelfArrangedState.WAITING, institution_name="x", country="SE",
            city="Umeå", kind=OpportunityKind.RESEARCH_INTERNSHIP, subject="x",
            starts_on=dt.date(2027, 9, 1), ends_on=dt.date(2028, 1, 31), waiting_since=now,
        )  # fmt: skip
        Appointment.objects.create(
            diary=Diary.objects.get(), student=another, topic="x", question="x", state="booked",
            starts_at=now + dt.timedelta(days=3, hours=number),
            ends_at=now + dt.timedelta(days=3, hours=number, minutes=20),
        )  # fmt: skip
        report_of(another)
        Application.objects.create(round=stage.round, owner=another, code=f"more{number:04}")
    assert queries() == few


def test_the_menu_shows_each_what_they_may_open(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    assert 'href="/en/office/mail/"' in client_of("operator").get("/en/office/").content.decode()
    page = client_of("board of Medicine").get("/en/office/").content.decode()
    assert 'href="/en/office/mail/"' not in page
    assert 'href="/en/office/"' in client_of("secretary of Medicine").get("/en/").content.decode()
    assert (
        'href="/en/office/"' not in client_of("reviewer of Medicine").get("/en/").content.decode()
    )
    client = Client()
    client.force_login(User.objects.get(email="reviewer-of-medicine@example.org"))
    assert client.get("/en/office/reviews/").status_code == 200
    assert client_of("round reviewer").get("/en/office/reviews/").status_code == 200
