"""The pages of a stay: the student's, the office's, and what others may not see."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.exchange.plan_dates import stay_entries
from sojourn.mobility import own_data, retention, steps
from sojourn.mobility.models import Stay, StayHost
from sojourn.mobility.states import StayState, StepState
from sojourn.people.models import AuditEvent, User
from sojourn.people.roles import Role
from tests.mobility.conftest import BIOMEDICINE, again, begun, in_days, step, student


def client_for(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: object) -> str:
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", found)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_student_reads_what_now_and_who_has_the_rest(
    stay: Stay, noor: User, coordinator: User, language: str
) -> None:
    steps.settle(step(stay, "nomination"), actor=coordinator)
    page = text(client_for(noor).get(f"/{language}/stays/{stay.uuid}/"))
    words = {
        "en": ("What now", "Choose your courses there", "The host has it since today",
               "Rule of the office itself", "100 days to go"),
        "nl": ("Wat nu", "Je vakken daar kiezen", "De gastinstelling heeft het sinds vandaag",
               "Regel van het bureau zelf", "nog 100 dagen"),
    }[language]  # fmt: skip
    for each in words:
        assert each in page
    # A rule with a source says it.
    assert "Universiteit Leiden" in page


@pytest.mark.slow
def test_a_step_is_ticked_off_by_a_form_and_back(stay: Stay, noor: User) -> None:
    client, row = client_for(noor), step(stay, "courses-chosen")
    there = f"/en/stays/{stay.uuid}/steps/{row.pk}/"
    assert client.get(there).status_code == 405
    assert client.post(there, {"do": "tick"}).status_code == 302
    assert step(stay, "courses-chosen").state == StepState.DONE
    assert client.post(there, {"do": "untick"}).status_code == 302
    assert step(stay, "courses-chosen").state == StepState.WAITING


@pytest.mark.slow
def test_what_is_not_theirs_answers_kindly_and_changes_nothing(stay: Stay, noor: User) -> None:
    row = step(stay, "courses-approved")
    answer = client_for(noor).post(f"/en/stays/{stay.uuid}/steps/{row.pk}/", {"do": "tick"})
    assert answer.status_code == 409
    assert "not yours" in text(answer)
    assert step(stay, "courses-approved").state == StepState.WAITING


@pytest.mark.slow
def test_nobody_else_opens_it(stay: Stay) -> None:
    other = client_for(student("other@example.org"))
    for path in ("", "days/", "withdraw/"):
        assert other.get(f"/en/stays/{stay.uuid}/{path}").status_code == 404
        assert Client().get(f"/en/stays/{stay.uuid}/{path}").status_code == 302


@pytest.mark.slow
def test_the_days_are_saved_and_a_mistake_is_said_at_its_field(stay: Stay, noor: User) -> None:
    client = client_for(noor)
    there = f"/en/stays/{stay.uuid}/days/"
    sent = {"starts_on": str(in_days(90)), "ends_on": str(in_days(200)),
            "travel_first": str(in_days(88)), "insurance_last": ""}  # fmt: skip
    assert client.post(there, sent).status_code == 302
    assert again(stay).starts_on == in_days(90)
    assert stay.periods.get().starts_on == in_days(88)
    wrong = client.post(there, {**sent, "ends_on": str(in_days(1))})
    assert wrong.status_code == 422
    assert "before the first" in text(wrong)
    assert again(stay).ends_on == in_days(200)


@pytest.mark.slow
def test_the_student_withdraws_after_reading_what_it_does(stay: Stay, noor: User) -> None:
    client, there = client_for(noor), f"/en/stays/{stay.uuid}/withdraw/"
    assert "nobody moves up" in text(client.get(there))
    assert client.post(there, {"reason": "\r\n "}).status_code == 422
    assert client.post(there, {"reason": "No money.\r\n"}).status_code == 302
    assert again(stay).state == StayState.WITHDRAWN
    assert client.post(there, {"reason": "Again."}).status_code == 302
    assert stay.changes.count() == 1


@pytest.mark.slow
def test_where_you_stand_names_the_stay(stay: Stay, noor: User) -> None:
    page = text(client_for(noor).get("/en/plan/"))
    assert "Your stay:" in page
    assert "Choose your courses there" in page


def test_the_feed_has_the_students_steps_and_nothing_of_others(
    stay: Stay, noor: User, leiden: Snapshot, rf: RequestFactory
) -> None:
    found = stay_entries(rf.get("/"), leiden.records.edition, noor, in_days(0))
    summaries = [each.summary for each in found]
    assert any("Choose your courses there" in each for each in summaries)
    assert not any("Board" in each for each in summaries)


# --- The office -------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_list_says_who_has_the_pen_and_narrows(
    stay: Stay, noor: User, coordinator: User
) -> None:
    client = client_for(coordinator)
    assert "noor" in text(client.get("/en/office/stays/"))
    for query, there in (
        ("road=erasmus-courses", True), ("road=clinical-elective", False),
        ("pen=student", True), ("pen=host", False), ("gate=nomination", True),
        ("gate=recognition", False), ("state=away", False), ("q=stockholm", True),
        ("q=noor", True), ("q=nowhere", False), ("sort=-since", True),
    ):  # fmt: skip
        assert (f"/stays/{stay.uuid}/" in client.get(f"/en/office/stays/?{query}").content.decode()
                ) is there, query  # fmt: skip


@pytest.mark.slow
def test_the_list_names_what_is_due_first_and_the_first_gate_that_is_shut(
    stay: Stay, coordinator: User
) -> None:
    client = client_for(coordinator)
    # What has no day, as the nomination, comes after what has one.
    assert "Choose your courses there" in text(client.get("/en/office/stays/"))
    steps.settle(step(stay, "nomination"), actor=coordinator)
    # The host's letter is the next step of the road; it is for departure, and that comes later.
    for gate, there in (("agreement", True), ("departure", False)):
        page = client.get(f"/en/office/stays/?gate={gate}").content.decode()
        assert (f"/stays/{stay.uuid}/" in page) is there, gate


@pytest.mark.slow
def test_a_reminder_is_one_click(stay: Stay, coordinator: User) -> None:
    client, row = client_for(coordinator), step(stay, "courses-chosen")
    there = f"/en/office/stays/{stay.uuid}/steps/{row.pk}/"
    client.post(there, {"do": "remind"})
    answer = client.post(there, {"do": "remind"}, follow=True)
    assert step(stay, "courses-chosen").reminders == 1
    assert "less than a day ago" in text(answer)


@pytest.mark.slow
def test_the_office_works_through_a_step(stay: Stay, coordinator: User) -> None:
    client, row = client_for(coordinator), step(stay, "insurance")
    there = f"/en/office/stays/{stay.uuid}/steps/{row.pk}/"
    assert client.post(there, {"do": "settle"}).status_code == 422
    assert client.post(there, {"do": "settle", "valid_until": "soon"}).status_code == 422
    sent = {"do": "settle", "valid_until": str(in_days(300))}
    assert client.post(there, sent).status_code == 302
    assert client.post(there, {"do": "reopen"}).status_code == 302
    assert client.post(there, {"do": "waive", "note": ""}).status_code == 422
    assert client.post(there, {"do": "waive", "note": "Insured by the host."}).status_code == 302
    assert step(stay, "insurance").state == StepState.WAIVED


@pytest.mark.slow
def test_a_group_begins_from_one_form(noor: User, coordinator: User) -> None:
    client = client_for(coordinator)
    other = student("jan@example.org")
    sent = {
        "sending": str(uuid4()), "students": f"{noor.email}\r\n\r\n{other.email.upper()}\r\n",
        "road": "courses-outside", "title": "Half minor", "host_name": "Hospital of Nowhere",
        "city": "Nowhere", "country": "ID", "starts_on": str(in_days(60)),
        "ends_on": str(in_days(120)),
    }  # fmt: skip
    assert client.post("/en/office/stays/new/", sent).status_code == 302
    assert client.post("/en/office/stays/new/", sent).status_code == 302
    assert Stay.objects.count() == 2
    unknown = client.post("/en/office/stays/new/", {**sent, "students": "who@example.org"})
    assert unknown.status_code == 422
    assert "who@example.org" in text(unknown)
    nothing = client.post("/en/office/stays/new/", {"sending": str(uuid4())})
    assert nothing.status_code == 422
    assert Stay.objects.count() == 2


@pytest.mark.slow
def test_the_wizard_shows_all_five_before_it_does_it(stay: Stay, coordinator: User) -> None:
    client = client_for(coordinator)
    there = f"/en/office/stays/{stay.uuid}/change/postponed/"
    page = text(client.get(there))
    for each in ("The seat", "The agreement", "The money", "Insurance and visa", "Papers"):
        assert each in page
    assert again(stay).state == StayState.PREPARING
    assert client.post(there, {"reason": "Ill."}).status_code == 302
    assert again(stay).state == StayState.POSTPONED
    gone = client.get(f"/en/office/stays/{stay.uuid}/change/extended/")
    assert gone.status_code == 302
    assert client.get(f"/en/office/stays/{stay.uuid}/change/eaten/").status_code == 404


@pytest.mark.slow
def test_a_gate_opens_with_a_name_and_a_reason(stay: Stay, coordinator: User) -> None:
    client = client_for(coordinator)
    page = client.get(f"/en/office/stays/{stay.uuid}/").content.decode()
    seen = re.search(r'gates/nomination/.*?name="seen" value="([^"]*)"', page, re.DOTALL)
    assert seen is not None
    there = f"/en/office/stays/{stay.uuid}/gates/nomination/"
    assert client.post(there, {"seen": seen[1], "reason": " "}).status_code == 422
    assert client.post(there, {"seen": "x", "reason": "By phone."}).status_code == 409
    assert client.post(there, {"seen": seen[1], "reason": "By phone."}).status_code == 302
    assert "By phone." in text(client.get(f"/en/office/stays/{stay.uuid}/"))
    # The road names the Board for this one.
    agreement = f"/en/office/stays/{stay.uuid}/gates/agreement/"
    assert client.post(agreement, {"seen": "", "reason": "Me."}).status_code == 403


@pytest.mark.slow
def test_who_speaks_for_the_host_is_written_down_in_this_stay_alone(
    stay: Stay, coordinator: User
) -> None:
    other = begun(student("jan@example.org"), coordinator)
    host = stay.hosts.get()
    there = f"/en/office/stays/{stay.uuid}/host/{host.pk}/"
    client = client_for(coordinator)
    assert client.get(there).status_code == 200
    sent = {"contact_name": "Astrid", "contact_role": "Coordinator",
            "contact_email": "astrid@example.edu"}  # fmt: skip
    assert client.post(there, sent).status_code == 302
    assert stay.hosts.get().contact_name == "Astrid"
    assert StayHost.objects.get(stay=other).contact_name == ""


@pytest.mark.slow
def test_a_desk_of_another_programme_finds_nothing(stay: Stay) -> None:
    desk = User.objects.create_user("med@example.org", role=Role.COORDINATOR,
                                    programme="medicine-bsc")  # fmt: skip
    client = client_for(desk)
    assert "noor" not in text(client.get("/en/office/stays/"))
    assert client.get(f"/en/office/stays/{stay.uuid}/").status_code == 404


@pytest.mark.slow
def test_nobody_of_the_office_works_on_their_own_stay(
    stay: Stay, noor: User, coordinator: User
) -> None:
    noor.role_assignments.create(role=Role.COORDINATOR, programme=BIOMEDICINE)
    User.objects.filter(pk=noor.pk).update(is_staff=True)
    client = client_for(User.objects.get(pk=noor.pk))
    row = step(stay, "safety-session")
    there = f"/en/office/stays/{stay.uuid}/steps/{row.pk}/"
    assert client.post(there, {"do": "settle"}).status_code == 403


def test_only_who_decides_goes_on_with_a_postponed_stay(stay: Stay, coordinator: User) -> None:
    Stay.objects.filter(pk=stay.pk).update(state=StayState.POSTPONED)
    secretary = User.objects.create_user("sec@example.org", role=Role.SECRETARY)
    there = f"/en/office/stays/{stay.uuid}/move/"
    sent = {"do": "resume", "starts_on": str(in_days(300)), "ends_on": str(in_days(400))}
    assert client_for(secretary).post(there, sent).status_code == 403
    assert again(stay).state == StayState.POSTPONED
    assert client_for(coordinator).post(there, sent).status_code == 302
    assert (again(stay).state, again(stay).starts_on) == (StayState.PREPARING, in_days(300))


@pytest.mark.slow
def test_a_list_of_many_asks_the_database_as_often(
    stay: Stay, coordinator: User, django_assert_max_num_queries: object
) -> None:
    client = client_for(coordinator)
    for number in range(12):
        begun(student(f"more{number}@example.org"), coordinator)
    client.get("/en/office/stays/")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get("/en/office/stays/")


# --- One's own data, and the end of it ---------------------------------------------------------


def test_ones_own_data_has_the_stay_and_deleting_the_account_takes_it(
    stay: Stay, noor: User
) -> None:
    found = own_data.export(noor)["stays"][0]
    assert found["road"] == "erasmus-courses"
    assert len(found["steps"]) == stay.steps.count()
    assert "Your stays abroad" in text(client_for(noor).get("/en/plan/data/"))
    own_data.erase(noor)
    noor.delete()
    assert not Stay.objects.exists()
    event = AuditEvent.objects.get(action="stay.student_deleted")
    assert event.about is None
    assert "noor" not in str(event.details)


def test_what_is_over_goes_after_its_term_and_not_before(stay: Stay) -> None:
    Stay.objects.filter(pk=stay.pk).update(state=StayState.WITHDRAWN)
    soon, late = (timezone.now() + dt.timedelta(days=days) for days in (1824, 1826))
    assert retention.delete_old_stays(soon) == 0
    assert retention.delete_old_stays(late) == 1
    assert not AuditEvent.objects.filter(object_type="mobility.stay", about__isnull=False).exists()
