"""An incident and a drill: who is meant, what they answer, what comes next, the log, the end."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sojourn.catalogue.choices import ContactWay
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.mobility import (
    away_rules,
    endings,
    incident_ladder,
    incident_times,
    incidents,
    own_data,
    whereabouts,
)
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.incidents import NewIncident
from sojourn.mobility.models import (
    Answer,
    EntryKind,
    Incident,
    IncidentEntry,
    IncidentPerson,
    Stay,
)
from sojourn.mobility.whereabouts import Contact, Reach
from sojourn.mobility.whereabouts_links import LinkPurpose, token_for
from sojourn.people.models import OutboxMail, User
from sojourn.people.roles import Role
from tests.mobility.conftest import BIOMEDICINE, begun, in_days, noon, student
from tests.mobility.test_pages import client_for, text

WHAT = "There was an earthquake near Stockholm at 06:40."


@pytest.fixture
def safety(leiden: Snapshot) -> User:
    return User.objects.create_user("safety@example.org", role=Role.SAFETY)


@pytest.fixture
def away(noor: User, coordinator: User) -> Stay:
    stay = begun(noor, coordinator, first=-10, last=100)
    return endings.depart(stay, in_days(-10), actor=noor)


def planned(
    is_drill: bool = False, *places: str, without: frozenset[UUID] = frozenset()
) -> NewIncident:
    return NewIncident(WHAT, in_days(0), is_drill, places, without)


@pytest.fixture
def incident(away: Stay, safety: User) -> Incident:
    return incidents.open_incident(planned(False, "c:SE"), uuid4(), actor=safety)


def only(incident: Incident) -> IncidentPerson:
    return incident.people.get()


def link_of(person: IncidentPerson, language: str = "en") -> str:
    return f"/{language}/stays/check-in/{token_for(LinkPurpose.CHECK_IN, person.uuid)}/"


def kinds(incident: Incident) -> list[str]:
    return list(incident.entries.order_by("number").values_list("kind", flat=True))


# --- Opened -----------------------------------------------------------------------------------


def test_it_is_opened_once_and_writes_to_each_who_may_be_there(
    away: Stay, noor: User, coordinator: User, safety: User
) -> None:
    begun(student("late@example.org"), coordinator, first=-1, last=50)
    sending = uuid4()
    made = incidents.open_incident(planned(False, "p:SE:Stockholm"), sending, actor=safety)
    assert incidents.open_incident(planned(), sending, actor=safety) == made
    assert Incident.objects.count() == 1
    assert {each.student.first_name for each in made.people.all()} == {"noor", "late"}
    mails = OutboxMail.objects.filter(key__startswith="incident-ask:")
    assert mails.count() == 2
    assert all(each.is_secret for each in mails)
    mail = mails.get(receiver=noor)
    assert WHAT in mail.content["body"]
    link = re.search(r"/en(/stays/check-in/[^/]+/)", mail.content["body"])
    assert link is not None
    assert Client().get(f"/en{link[1]}").status_code == 200
    numbers = list(made.entries.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_nobody_there_no_incident(away: Stay, safety: User) -> None:
    with pytest.raises(MobilityError):
        incidents.open_incident(planned(False, "c:ID"), uuid4(), actor=safety)
    assert not Incident.objects.exists()
    left_out = planned(without=frozenset({away.uuid}))
    with pytest.raises(MobilityError):
        incidents.open_incident(left_out, uuid4(), actor=safety)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_looking_who_is_meant_writes_to_nobody(away: Stay, safety: User, language: str) -> None:
    client, there = client_for(safety), f"/{language}/office/incidents/new/"
    sent = {"title": WHAT, "day": str(in_days(0)), "places": ["c:SE"], "sending": str(uuid4())}
    page = client.get(f"{there}?place=c:SE&day={in_days(0)}")
    assert "noor" in text(page)
    looked = client.post(there, {**sent, "title": "", "do": "look"})
    assert looked.status_code == 200
    assert "noor" in text(looked)
    assert not Incident.objects.exists()
    assert client.post(there, {**sent, "title": " \r\n", "do": "open"}).status_code == 422
    assert client.post(there, {**sent, "day": "soon", "do": "open"}).status_code == 422
    # Nobody was looked at, or nobody is kept: nobody is meant.
    assert client.post(there, {**sent, "stay": [str(away.uuid)], "do": "open"}).status_code == 422
    sent["listed"] = str(away.uuid)
    assert client.post(there, {**sent, "do": "open"}).status_code == 422
    assert not Incident.objects.exists()
    opened = client.post(there, {**sent, "stay": [str(away.uuid)], "do": "open"})
    assert opened.status_code == 302
    assert client.post(there, {**sent, "stay": [str(away.uuid)], "do": "open"}).status_code == 302
    assert Incident.objects.count() == 1
    assert client.get(opened.headers["Location"]).status_code == 200


def test_who_is_left_out_stays_so_and_who_was_not_looked_at_is_not_written_to(
    away: Stay, coordinator: User, safety: User
) -> None:
    late = begun(student("late@example.org"), coordinator, first=-1, last=50)
    late.hosts.update(country="NO", city="Oslo")
    client, there = client_for(safety), "/en/office/incidents/new/"
    sent = {"title": WHAT, "day": str(in_days(0)), "sending": str(uuid4()), "places": ["c:SE"],
            "listed": str(away.uuid), "stay": []}  # fmt: skip
    # Looked at once more, for a larger part of the world.
    looked = client.post(there, {**sent, "places": ["r:154"], "do": "look"}).content.decode()
    assert f'value="{away.uuid}">' in looked
    assert f'value="{late.uuid}" checked>' in looked
    # Opened for more than was looked at: nobody is written to, and the list has them now.
    opened = client.post(there, {**sent, "places": ["r:154"], "do": "open"})
    assert opened.status_code == 422
    assert f'value="{late.uuid}" checked>' in opened.content.decode()
    assert not Incident.objects.exists()
    sent |= {"listed": f"{away.uuid} {late.uuid}", "stay": [str(late.uuid)]}
    assert client.post(there, {**sent, "places": ["r:154"], "do": "open"}).status_code == 302
    assert Incident.objects.get().people.get().student == late.student


# --- Answered ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "nl"])
def test_two_buttons_without_password_cookie_or_script(incident: Incident, language: str) -> None:
    # A browser that keeps no cookie and checks as strictly as it can.
    client = Client(enforce_csrf_checks=True)
    person = only(incident)
    there = link_of(person, language)
    for _scanner in range(3):
        page = client.get(there)
        assert page.status_code == 200
    assert only(incident).answer == Answer.NONE
    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert client.post(there, {"answer": "maybe"}).status_code == 422
    assert client.post(there, {}).status_code == 422
    assert only(incident).answer == Answer.NONE
    client.cookies.clear()
    assert client.post(there, {"answer": "safe", "text": "With Jan.\r\n"}).status_code == 302
    assert client.post(there, {"answer": "safe", "text": ""}).status_code == 302
    assert only(incident).answer == Answer.SAFE
    assert kinds(incident).count(EntryKind.ANSWERED) == 1
    said = text(client.get(there))
    assert {"en": "You said that you are safe", "nl": "Je zei dat je veilig bent"}[language] in said


def test_the_last_answer_counts_and_help_is_told_at_once(incident: Incident, safety: User) -> None:
    person = only(incident)
    incidents.answer(person, Answer.SAFE)
    incidents.answer(person, Answer.HELP, "I am hurt")
    assert only(incident).answer == Answer.HELP
    mail = OutboxMail.objects.get(key__startswith="incident-help:")
    assert mail.to == [safety.email]
    assert "hurt" not in str(mail.content)
    assert "noor" not in str(mail.content)


def test_help_after_the_end_opens_it_again(incident: Incident, safety: User) -> None:
    person = only(incident)
    incidents.answer(person, Answer.SAFE)
    incidents.close(incident, "All are well.", actor=safety)
    incidents.answer(person, Answer.HELP)
    found = Incident.objects.get()
    assert found.is_open
    assert kinds(incident)[-3:] == [EntryKind.CLOSED, EntryKind.ANSWERED, EntryKind.REOPENED]


def test_no_answer_is_never_safe(incident: Incident, safety: User) -> None:
    person = only(incident)
    with pytest.raises(NotAllowedNowError):
        incidents.close(incident, "Nobody said otherwise.", actor=safety)
    for way in (ContactWay.PHONE, ContactWay.HOST):
        incidents.write_down(person, Answer.NONE, way, "", actor=safety)
    assert only(incident).answer == Answer.NONE
    for answered_at, answer in ((None, Answer.SAFE), (timezone.now(), Answer.NONE)):
        with pytest.raises(IntegrityError), transaction.atomic():
            IncidentPerson.objects.update(answer=answer, answered_at=answered_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentEntry.objects.create(
            incident=incident, number=99, person=person, kind=EntryKind.TOLD, answer=Answer.NONE
        )
    page = text(client_for(safety).get(f"/en/office/incidents/{incident.uuid}/"))
    assert "No answer" in page
    assert "no answer is not safe" in page


def test_an_answer_by_telephone_is_written_down_for_them(incident: Incident, safety: User) -> None:
    client, person = client_for(safety), only(incident)
    there = f"/en/office/incidents/{incident.uuid}/people/{person.uuid}/"
    assert client.get(there).status_code == 405
    assert client.post(there, {"way": "pigeon", "answer": "safe"}).status_code == 422
    assert client.post(there, {"way": "phone", "answer": "handed_over"}).status_code == 422
    sent = {"way": "phone", "answer": "safe", "text": "Called back from the hotel."}
    assert client.post(there, sent).status_code == 302
    line = incident.entries.get(kind=EntryKind.TOLD)
    assert (line.by, line.way, line.answer) == (safety, "phone", "safe")
    report = {"report": "All found.\r\nThe list was right."}
    close = f"/en/office/incidents/{incident.uuid}/close/"
    assert client.post(close, {"report": " \r\n"}).status_code == 409
    assert client.post(close, report).status_code == 302
    assert client.post(close, report).status_code == 302
    assert kinds(incident).count(EntryKind.CLOSED) == 1
    assert client.post(there, sent).status_code == 422
    assert "The list was right." in text(client.get(f"/en/office/incidents/{incident.uuid}/"))


# --- What comes next --------------------------------------------------------------------------


def following(person: IncidentPerson) -> incident_ladder.Next | None:
    person = IncidentPerson.objects.get(pk=person.pk)
    return incident_ladder.next_for(person, person.entries.all(), away_rules.rules())


def test_the_ladder_goes_up_rung_by_rung(incident: Incident, away: Stay, safety: User) -> None:
    person = only(incident)
    ways = []
    for _rung in range(6):
        found = following(person)
        assert found is not None
        ways.append(found.way)
        incidents.write_down(person, Answer.NONE, found.way, "", actor=safety)
    # The mail was sent; the emergency contact is left out, because there is none.
    assert ways == [ContactWay.TEXT, ContactWay.PHONE, ContactWay.HOST, ContactWay.OTHERS,
                    ContactWay.EMBASSY, ContactWay.PHONE]  # fmt: skip
    again = following(person)
    assert again is not None
    assert again.is_again


def test_nobody_at_home_is_called_without_consent(
    incident: Incident, away: Stay, safety: User
) -> None:
    person = only(incident)
    for way in (ContactWay.TEXT, ContactWay.PHONE):
        incidents.write_down(person, Answer.NONE, way, "", actor=safety)
    mother = Contact("Mother", "+31 6 00", may_know_health=True)
    whereabouts.describe(away, Reach(contacts=[mother]), by_link=False)
    found = following(person)
    assert found is not None
    assert found.way == ContactWay.HOST
    asked = Contact("Mother", "+31 6 00", may_locate=True)
    whereabouts.describe(away, Reach(contacts=[asked]), by_link=False)
    found = following(person)
    assert found is not None
    assert found.way == ContactWay.CONTACT


def test_each_rung_has_its_time(incident: Incident) -> None:
    person = only(incident)
    found = following(person)
    assert found is not None
    asked = incident.entries.get(kind=EntryKind.ASKED).at
    assert found.at - asked == dt.timedelta(minutes=30)
    assert not found.is_due(asked + dt.timedelta(minutes=29))
    assert found.is_due(asked + dt.timedelta(minutes=30))
    incidents.answer(person, Answer.HELP)
    found = following(person)
    assert found is not None
    assert found.way == ContactWay.PHONE
    assert found.is_due(timezone.now())
    incidents.answer(person, Answer.SAFE)
    assert following(person) is None


def test_asking_again_goes_to_the_silent_every_ten_minutes(
    incident: Incident, safety: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert incidents.ask_again(incident, actor=safety) == 0
    later = timezone.now() + dt.timedelta(minutes=11)
    monkeypatch.setattr(incidents.timezone, "now", lambda: later)
    assert incidents.ask_again(incident, actor=safety) == 1
    assert OutboxMail.objects.filter(key__startswith="incident-ask:").count() == 2
    incidents.answer(only(incident), Answer.SAFE)
    monkeypatch.setattr(incidents.timezone, "now", lambda: later + dt.timedelta(hours=1))
    assert incidents.ask_again(incident, actor=safety) == 0


def test_a_call_that_reached_nobody_keeps_nobody_from_being_asked_again(
    incident: Incident, safety: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = timezone.now() + dt.timedelta(minutes=11)
    monkeypatch.setattr(incidents.timezone, "now", lambda: later)
    IncidentEntry.objects.create(
        incident=incident, number=99, person=only(incident), kind=EntryKind.TRIED, at=later
    )
    assert incidents.ask_again(incident, actor=safety) == 1


def test_many_are_asked_with_as_many_reads(away: Stay, coordinator: User, safety: User) -> None:
    def reads(*places: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            incidents.open_incident(planned(True, *places), uuid4(), actor=safety)
        return sum('FROM "people_user"' in each["sql"] for each in counted)

    few = reads()
    for number in range(4):
        begun(student(f"n{number}@example.org"), coordinator, first=-1, last=50)
    assert reads() == few


def test_a_form_sent_twice_is_one_line(incident: Incident, safety: User) -> None:
    client, person = client_for(safety), only(incident)
    there = f"/en/office/incidents/{incident.uuid}/"
    lines = incident.entries.count()
    for _twice in range(2):
        client.post(f"{there}note/", {"text": "The embassy was called."})
        client.post(f"{there}people/{person.uuid}/", {"way": "phone", "answer": "none"})
    assert incident.entries.count() == lines + 2
    # What was heard meanwhile makes it another line.
    said = {"way": "phone", "answer": "safe", "text": "At the hotel."}
    client.post(f"{there}people/{person.uuid}/", said)
    incidents.answer(only(incident), Answer.HELP)
    client.post(f"{there}people/{person.uuid}/", said)
    assert only(incident).answer == Answer.SAFE
    assert kinds(incident).count(EntryKind.TOLD) == 2


def test_a_report_that_is_too_long_is_not_lost(incident: Incident, safety: User) -> None:
    incidents.answer(only(incident), Answer.SAFE)
    close = f"/en/office/incidents/{incident.uuid}/close/"
    answer = client_for(safety).post(close, {"report": "Canary " * 1200})
    assert answer.status_code == 409
    assert "8000" in text(answer)
    assert "Canary Canary" in text(answer)


def test_it_is_widened_to_another_place(
    incident: Incident, coordinator: User, safety: User
) -> None:
    more = begun(student("more@example.org"), coordinator, first=-1, last=50)
    more.hosts.update(country="NO", city="Oslo")
    assert incidents.widen(incident, ["c:NO"], actor=safety) == 1
    assert incidents.widen(incident, ["c:NO"], actor=safety) == 0
    assert incident.people.count() == 2
    assert Incident.objects.get().places == ["c:SE", "c:NO"]
    for each in incident.people.all():
        incidents.answer(each, Answer.SAFE)
    incidents.close(incident, "All are well.", actor=safety)
    last = begun(student("last@example.org"), coordinator, first=-1, last=50)
    last.hosts.update(country="DK", city="Aarhus")
    there = f"/en/office/incidents/{incident.uuid}/widen/"
    assert client_for(safety).post(there, {"place": "c:DK"}).status_code == 409
    assert incident.people.count() == 2


# --- The log ----------------------------------------------------------------------------------


def test_the_database_changes_no_line_of_the_log(incident: Incident, safety: User) -> None:
    incidents.add_note(incident, "The embassy was called.", actor=safety)
    for change in ({"text": "It was not."}, {"at": timezone.now()}, {"kind": "told"},
                   {"number": 70}, {"answer": "safe"}, {"way": "host"}):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            IncidentEntry.objects.filter(kind=EntryKind.NOTE).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentEntry.objects.create(incident=incident, number=1, kind=EntryKind.NOTE)
    # The account of whoever wrote it may go; the line stays.
    safety.delete()
    line = IncidentEntry.objects.get(kind=EntryKind.NOTE)
    assert (line.by, line.text) == (None, "The embassy was called.")


def test_a_line_goes_with_its_incident_or_its_person_alone(
    incident: Incident, coordinator: User, safety: User
) -> None:
    begun(student("more@example.org"), coordinator, first=-1, last=50)
    assert incidents.widen(incident, ["c:SE"], actor=safety) == 1
    incidents.add_note(incident, "The embassy was called.", actor=safety)
    for lines in (incident.entries.all(), incident.entries.filter(kind=EntryKind.NOTE),
                  incident.entries.filter(kind=EntryKind.ASKED)):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            lines.delete()
    one, other = incident.people.order_by("pk")
    one.student.delete()
    assert not incident.entries.filter(person=one.pk).exists()
    other.stay.delete()
    assert kinds(incident) == [EntryKind.OPENED, EntryKind.NOTE]
    incident.delete()
    assert not IncidentEntry.objects.exists()


def test_incidents_are_deleted_by_rule(incident: Incident, safety: User) -> None:
    now = timezone.now()
    assert incidents.delete_old(now + dt.timedelta(days=5000)) == 0
    incidents.answer(only(incident), Answer.SAFE)
    incidents.close(incident, "Done.", actor=safety)
    assert incidents.delete_old(now + dt.timedelta(days=729)) == 0
    assert incidents.delete_old(now + dt.timedelta(days=732)) == 1
    assert not IncidentEntry.objects.exists()


def test_nothing_is_erased_of_whom_an_open_incident_concerns(
    incident: Incident, away: Stay
) -> None:
    whereabouts.describe(away, Reach(phone="+62 1234"), by_link=False)
    Stay.objects.filter(pk=away.pk).update(state="withdrawn")
    assert whereabouts.erase_old(timezone.now()) == 0


# --- Drill ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "word"), [("en", "DRILL"), ("nl", "OEFENING")])
def test_a_drill_says_so_everywhere(
    away: Stay, noor: User, safety: User, language: str, word: str
) -> None:
    User.objects.update(language=language)
    other = User.objects.create_user("second@example.org", role=Role.SAFETY, language=language)
    made = incidents.open_incident(planned(True), uuid4(), actor=safety)
    person = only(made)
    incidents.answer(person, Answer.HELP)
    assert all(word in each.subject for each in OutboxMail.objects.filter(key__startswith="incid"))
    assert OutboxMail.objects.filter(key__startswith="incident", receiver=other).count() == 2
    page = text(Client().get(link_of(person, language)))
    assert {"en": "This is a drill", "nl": "Dit is een oefening"}[language] in page
    safety.role_assignments.create(role=Role.COORDINATOR)
    client = client_for(User.objects.get(pk=safety.pk))
    for path in ("incidents/", f"incidents/{made.uuid}/", ""):
        assert word in text(client.get(f"/{language}/office/{path}")), path


def test_a_drill_calls_no_family_and_may_end_with_silence(away: Stay, safety: User) -> None:
    whereabouts.describe(
        away, Reach(contacts=[Contact("Mother", "+31 6", may_locate=True)]), by_link=False
    )
    made = incidents.open_incident(planned(True), uuid4(), actor=safety)
    ways = set()
    for _rung in range(5):
        found = following(only(made))
        assert found is not None
        ways.add(found.way)
        incidents.write_down(only(made), Answer.NONE, found.way, "", actor=safety)
    assert ways == {ContactWay.TEXT, ContactWay.PHONE}
    incidents.close(made, "Nobody answered: write earlier.", actor=safety)
    assert only(made).answer == Answer.NONE


def test_times_are_counted_from_the_log(away: Stay, coordinator: User, safety: User) -> None:
    for number in range(3):
        begun(student(f"n{number}@example.org"), coordinator, first=-1, last=50)
    made = incidents.open_incident(planned(True), uuid4(), actor=safety)
    asked = made.entries.filter(kind=EntryKind.ASKED)[0].at
    log = list(made.entries.all())
    number = len(log)
    for person, minutes in zip(made.people.all(), (10, 30, 300), strict=False):
        number += 1
        log.append(IncidentEntry(
            incident=made, number=number, person=person, kind=EntryKind.ANSWERED,
            answer=Answer.SAFE, at=asked + dt.timedelta(minutes=minutes, seconds=5),
        ))  # fmt: skip
    found = incident_times.times_of(made, 4, log)
    assert (found.people, found.answered, found.in_time) == (4, 3, 2)
    assert (found.first, found.middle, found.last) == (10, 30, 300)
    assert (found.percent_in_time, found.reached_goal) == (50, False)


def test_a_drill_is_due_twice_a_year_while_somebody_is_away(
    away: Stay, noor: User, safety: User
) -> None:
    now = noon()
    safety.role_assignments.create(role=Role.COORDINATOR)
    assert "A drill is due" in text(client_for(safety).get("/en/office/"))
    assert incident_times.drill_due(now) == in_days(-10)
    incidents.open_incident(planned(True), uuid4(), actor=safety)
    assert incident_times.drill_due(now) is None
    assert incident_times.drill_due(now + dt.timedelta(days=181)) is None
    assert incident_times.drill_due(now + dt.timedelta(days=182)) is not None
    Stay.objects.update(state="back")
    assert incident_times.drill_due(now + dt.timedelta(days=182)) is None


# --- Who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "programme", "reads"),
    [
        (Role.COORDINATOR, "", False), (Role.SECRETARY, "", False), (Role.BOARD, "", False),
        (Role.OPERATOR, "", False), (Role.COORDINATOR, "medicine-bsc", False),
        (Role.SAFETY, "medicine-bsc", False), (Role.SAFETY, BIOMEDICINE, True),
    ],
)  # fmt: skip
def test_only_the_circle_of_the_programme_sees_whom_it_concerns(
    incident: Incident, role: Role, programme: str, reads: bool
) -> None:
    incidents.answer(only(incident), Answer.SAFE, "Canary in the hotel")
    reader = User.objects.create_user("reader@example.org", role=role, programme=programme)
    client, person = client_for(reader), only(incident)
    there = f"/en/office/incidents/{incident.uuid}/"
    answer = client.get(there)
    is_circle = role is Role.SAFETY
    assert answer.status_code == (200 if is_circle else 403)
    for word in ("noor", "Canary"):
        assert (word in text(answer)) is reads
    sent = {"way": "phone", "answer": "help", "text": "no"}
    refused = client.post(f"{there}people/{person.uuid}/", sent)
    assert refused.status_code == (302 if reads else 404 if is_circle else 403)
    assert (only(incident).answer == Answer.HELP) is reads
    if not is_circle:
        for path in ("ask/", "widen/", "note/", "close/"):
            assert client.post(f"{there}{path}", {"report": "x", "text": "x"}).status_code == 403
        for path in ("", "stays/", f"students/{person.student.uuid}/", "mail/"):
            assert "earthquake" not in text(client.get(f"/en/office/{path}")), path


def test_a_student_answers_for_themself_and_exports_their_own_words(
    incident: Incident, noor: User, safety: User
) -> None:
    person = only(incident)
    incidents.answer(person, Answer.SAFE, "In the park")
    incidents.write_down(person, Answer.SAFE, ContactWay.CONTACT, "Mother is upset", actor=safety)
    mine = str(own_data.export(noor))
    assert "In the park" in mine
    assert "upset" not in mine
    other = student("other@example.org")
    assert client_for(other).get(f"/en/office/incidents/{incident.uuid}/").status_code == 403
    assert not IncidentPerson.objects.visible_to(other).exists()
    assert not IncidentEntry.objects.visible_to(noor).exists()
