"""The audit trail in words: nothing that was done is shown as a code."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from sojourn.advising import appointment_notes, saved_replies
from sojourn.advising.diaries import diary_of
from sojourn.advising.models import Ticket
from sojourn.catalogue.models import Contact
from sojourn.common.languages import Text
from sojourn.office.shared import history
from sojourn.people import audit
from sojourn.people.models import OutboxMail, User
from sojourn.people.roles import Role
from sojourn.selection.states import TRANSITIONS
from tests.api.answers import publish_an_answer
from tests.catalogue.test_admin import form_of

PACKAGE = Path(__file__).resolve().parents[2] / "sojourn"
# The kinds of things whose pages show their history.
KINDS = (
    "appointment",
    "walk_in",
    "absence",
    "slot_rule",
    "diary",
    "ticket",
    "appointment_note",
    "next_step",
    "saved_reply",
    "answer",
    "question",
    "self_arranged_place",
    "report",
    "round",
)
# Of invitations, which are not reports yet, and of things that have no page any more.
OF_OTHERS = {
    "report.invited",
    "report.reminded",
    "report.invitation_closed",
    "report.invitation_declined",
    "report.deleted",
    "round.deleted",
    "saved_reply.deleted",
}


def recorded() -> set[str]:
    """Every action of these kinds that stands in the code."""
    found = set()
    for path in (*PACKAGE.glob("advising/*.py"), *PACKAGE.glob("experiences/*.py"),
                 *PACKAGE.glob("selection/*.py")):  # fmt: skip
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and any(isinstance(each, ast.Constant) for each in node.args)
                and "." in (text := _first_text(node))
                and text.split(".")[0] in KINDS
            ):
                found.add(text)
    found |= {f"round.{move.name}" for move in TRANSITIONS if move.of == "round"}
    return found - OF_OTHERS


def _first_text(call: ast.Call) -> str:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            text = argument.value
            if text.count(".") == 1 and text.replace(".", "").replace("_", "").isalpha():
                return text
    return ""


def test_every_action_has_words() -> None:
    actions = {action for action in recorded() if action.islower()}
    assert len(actions) > 30
    assert {action for action in actions if action not in history.WORDS} == set()


@pytest.mark.django_db
def test_a_history_tells_who_did_what_newest_first() -> None:
    anna = User.objects.create_user("anna@example.org", first_name="Anna")
    other = User.objects.create_user("bert@example.org")
    audit.record("question.asked", actor=anna, about=anna, on=anna)
    audit.record("question.closed", actor=None, about=anna, on=anna)
    audit.record("question.replied", actor=anna, about=anna, on=other)
    events = history.of(anna)
    assert [(event.who, event.what) for event in events] == [
        ("automatic", "closed it"),
        ("Anna", "asked the question"),
    ]


# --- What was done in the admin ---------------------------------------------------------------


@pytest.fixture
def carla(db: None) -> Client:
    user = User.objects.create_user("carla@example.org", first_name="Carla", role=Role.COORDINATOR)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.slow
def test_a_walk_in_hour_changed_in_the_admin_stands_in_the_desks_history(
    leiden: object, carla: Client
) -> None:
    contact = Contact.objects.get(slug="coordinator-internationalisation")
    address = reverse("admin:catalogue_contact_change", args=[contact.pk])
    form = form_of(carla, address) | {"walk_in_hours-0-room": "K1-02", "room": "K1-01"}
    answer = carla.post(address, form)
    assert answer.status_code == 302, answer.context["errors"]
    (event,) = history.of_desk(contact)
    assert (event.who, event.what) == ("Carla", "changed in the catalogue:")
    assert event.detail == "room, walk-in hour: room"
    for language, words in (
        ("en", "changed in the catalogue:"),
        ("nl", "wijzigde in de catalogus:"),
    ):
        page = carla.get(f"/{language}/office/hours/{contact.slug}/").content.decode()
        assert words in page
        assert "walkinhour" not in page


@pytest.mark.django_db
def test_a_field_that_is_no_more_keeps_its_name() -> None:
    anna = User.objects.create_user("anna@example.org")
    fields = {"fields": ["no_such", "no_such.field", "user.*"]}
    audit.record("admin.changed", actor=anna, about=None, on=anna, details=fields)
    assert history.of(anna)[0].detail == "no_such, no_such.field, account"


@pytest.mark.slow
def test_an_answer_has_its_history_on_its_page(leiden: object, carla: Client) -> None:
    made = publish_an_answer()
    for what in ("right", "withdraw", "show"):
        carla.post(f"/en/office/answers/{made.slug}/change/", {"what": what})
    carla.post(
        reverse("admin:catalogue_publishedanswer_changelist"),
        {"action": "withdraw_entries", "_selected_action": [made.pk]},
    )
    page = carla.get(f"/en/office/answers/{made.slug}/").content.decode()
    said = [event.what for event in history.of(made)]
    assert said == [
        "withdrew it in the catalogue",
        "published it again",
        "unpublished it",
        "marked it as still correct",
    ]
    assert all(words in page for words in said)


@pytest.mark.django_db
def test_of_nothing_there_is_no_history() -> None:
    audit.record("question.asked", actor=None, about=None, on=User.objects.create_user("a@b.org"))
    assert history.of(None) == ()


def test_notes_steps_and_numbers_stand_in_the_history_of_their_appointment(
    leiden: object, carla: Client
) -> None:
    anna = User.objects.create_user("anna@example.org", first_name="Anna")
    desk = diary_of(Contact.objects.get(slug="coordinator-internationalisation"))
    office = User.objects.get(email="carla@example.org")
    moment = dt.datetime(2026, 11, 30, 14, 5, tzinfo=dt.UTC)
    number = Ticket.objects.create(diary=desk, student=anna, day=moment.date(), number=1)
    audit.record("ticket.taken", actor=anna, about=anna, on=number)
    appointment = appointment_notes.NoteSubject(anna, ticket=number)
    appointment_notes.write_private_note(appointment, office, "Worries about 4711", moment)
    appointment_notes.write_shared_note(appointment, office, "Look at Lund", moment)
    step = appointment_notes.agree_on(appointment, office, "Write to Lund", None, moment)
    appointment_notes.mark_done(
        appointment_notes.agree_on(appointment, office, "Write to Oslo", None, moment), moment
    )
    appointment_notes.take_back(step, office)
    page = carla.get(f"/en/office/numbers/{number.pk}/").content.decode()
    told = page[page.index('id="history"') :]
    for words in ("took a number", "wrote a note for the office", "agreed on a step",
                  "wrote a note that the student reads", "removed a step",
                  "ticked off the step"):  # fmt: skip
        assert words in told
    assert "4711" not in told


def test_saved_replies_and_mails_that_were_sent_again_show_who_did_it(carla: Client) -> None:
    office = User.objects.get(email="carla@example.org")
    reply = saved_replies.save_reply("Grants", Text({"en": "Look.", "nl": "Kijk."}), by=office)
    page = carla.get(f"/en/office/saved-replies/{reply.pk}/").content.decode()
    assert "saved this text" in page
    assert 'id="history"' not in carla.get("/en/office/saved-replies/new/").content.decode()
    given_up = OutboxMail.objects.create(key="x", state="failed", to=["a@example.org"])
    operator = Client()
    operator.force_login(User.objects.create_superuser("op@example.org", first_name="Olga"))
    operator.post(f"/en/office/mail/{given_up.pk}/again/")
    page = operator.get(f"/en/office/mail/{given_up.pk}/").content.decode()
    assert "had it sent again" in page
    assert "Olga" in page
