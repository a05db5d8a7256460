"""The office sees what goes within a week, and hands out or erases what is kept about a student."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.advising.models import Question
from sojourn.catalogue import keeping, services
from sojourn.catalogue.models import DegreeProgramme, Edition
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.mobility.models import Incident, IncidentPerson, Stay, Whereabouts
from sojourn.mobility.states import StayState
from sojourn.people import audit
from sojourn.people.models import AuditEvent, OutboxMail, SecurityEvent, User
from sojourn.people.roles import Role
from sojourn.planning.models import Plan
from sojourn.selection.models import Application, Round
from sojourn.selection.states import RoundState
from sojourn.selection.statistics import statistics_of_round
from tests.mobility.conftest import begun
from tests.selection.rounds import PLACES, applicants, closed_round, published
from tests.support.accounts import account

pytestmark = pytest.mark.django_db

MEDICINE, BIOMEDICINE = "medicine-bsc", "biomedical-sciences-bsc"
PAGE = "/en/office/keeping/"
NOW = timezone.now()


@pytest.fixture
def office(leiden: Snapshot) -> Callable[..., Client]:
    """A browser of somebody of the office, who just proved who they are."""
    Edition.objects.update(staff_second_step=False)
    services.publish_change()
    refresh_snapshot()

    def make(role: str = Role.COORDINATOR, programme: str = "") -> Client:
        client = Client()
        colleague = account(
            f"{role}{programme}@example.org", role, "a long pass phrase", programme=programme
        )
        client.force_login(colleague)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": timezone.now().timestamp()}
        ]
        session.save()
        return client

    return make


def a_student(name: str = "anna", programme: str = MEDICINE) -> User:
    made = account(
        f"{name}@example.org", password="a long pass phrase", first_name=name.capitalize(),
        last_name="Zebra",
    )  # fmt: skip
    Plan.objects.create(owner=made, programme=DegreeProgramme.objects.get(slug=programme))
    return made


def an_old_question(of: User, days: int) -> Question:
    return Question.objects.create(
        asker=of, subject="Cuba", state="answered", changed_at=NOW - dt.timedelta(days=days)
    )


def test_what_goes_within_a_week_is_seen_a_week_before(office: Callable[..., Client]) -> None:
    an_old_question(a_student("anna"), 724)
    an_old_question(a_student("bert"), 722)
    client = office()
    page = client.get(PAGE).content.decode()
    assert "Anna Zebra" in page
    assert "Bert Zebra" not in page
    assert "Will be deleted within a week" in client.get("/en/office/").content.decode()


def test_another_desk_sees_that_something_goes_and_of_whom_not(
    office: Callable[..., Client],
) -> None:
    an_old_question(a_student(), 724)
    client = office(programme=BIOMEDICINE)
    page = client.get(PAGE).content.decode()
    assert "Zebra" not in page
    assert "1 record of another programme" in page
    assert "Will be deleted within a week" not in client.get("/en/office/").content.decode()


def test_what_is_kept_for_emergencies_goes_and_names_nobody_of_an_incident(
    office: Callable[..., Client],
) -> None:
    anna, bert = a_student("anna"), a_student("bert")
    desk = account("desk@example.org", Role.COORDINATOR)
    stay, other = (begun(each, desk, first=-60, last=-25) for each in (anna, bert))
    Stay.objects.update(state=StayState.BACK)
    Whereabouts.objects.create(stay=stay, phone="+62 800 1234")
    old = NOW - dt.timedelta(days=725)
    incident = Incident.objects.create(
        title="A storm", day=old.date(), closed_at=old, report="All well."
    )
    IncidentPerson.objects.create(incident=incident, stay=other, student=bert)
    client = office()
    page = client.get(PAGE).content.decode()
    assert "Anna Zebra" in page
    assert "+62 800 1234" not in page
    assert "1 record that only the emergency team sees." in page
    assert "Bert Zebra" not in page
    User.objects.get(email=f"{Role.COORDINATOR}@example.org").role_assignments.create(
        role=Role.SAFETY
    )
    assert "Bert Zebra" in client.get(PAGE).content.decode()


def test_the_page_shows_the_rules_and_how_much_went(office: Callable[..., Client]) -> None:
    Edition.objects.update(keep_applications_days=444)
    audit.record_deletion("applications", 30)
    audit.record_deletion("applications", 7)
    page = office(Role.SECRETARY).get(PAGE).content.decode()
    assert "444 days" in page
    assert ">37<" in page
    assert keeping.gone_since(NOW - dt.timedelta(days=1)) == {"applications": 37}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_register_has_the_times_of_todays_rules(
    office: Callable[..., Client], language: str
) -> None:
    Edition.objects.update(keep_stays_days=777)
    page = office().get(f"/{language}/office/keeping/register/").content.decode()
    assert "777" in page
    assert page.count("<h2") >= 10


# --- One student --------------------------------------------------------------------------------


def address(student: User, more: str = "") -> str:
    return f"/en/office/students/{student.uuid}/data/{more}"


def test_the_file_has_what_the_office_knows_and_not_what_is_the_students_alone(
    office: Callable[..., Client],
) -> None:
    anna = a_student()
    an_old_question(anna, 3)
    answer = office().get(address(anna, "file/"))
    assert answer["Content-Disposition"].startswith("attachment")
    found = json.loads(answer.content)
    assert found["account"]["mail_address"] == anna.email
    assert found["advice"]["questions"][0]["subject"] == "Cuba"
    assert "plan" not in found
    assert AuditEvent.objects.get(action="account.handed_out").about == anna
    assert SecurityEvent.objects.filter(kind="file-read", about=anna.pk).exists()


def test_a_student_is_erased_and_the_counts_stay(office: Callable[..., Client]) -> None:
    made = closed_round({PLACES[0]: 1})
    one, _other = applicants(made, [PLACES[:1], PLACES[:1]], ["9", "8"])
    published(made)
    Round.objects.update(state=RoundState.FINISHED)
    before = statistics_of_round(Round.objects.get())
    client = office()
    sent = {"because": "asked", "address": one.owner.email.upper()}
    path = address(one.owner, "erase/")
    assert client.get(path).status_code == 200
    assert client.post(path, sent).status_code == 302
    assert client.post(path, sent).status_code == 302, "a double click"
    assert not User.objects.filter(email=one.owner.email).exists()
    assert Application.objects.count() == 1
    assert statistics_of_round(Round.objects.get()) == before
    event = AuditEvent.objects.get(action="account.erased")
    assert (event.about, event.details) == (None, {"why": "asked"})
    mail = OutboxMail.objects.get(key__startswith="account-erased:")
    assert mail.to == [one.owner.email]


@pytest.mark.parametrize(
    "sent", [{}, {"because": "asked"}, {"because": "asked", "address": "bert@example.org"}]
)
def test_without_a_reason_and_the_address_nothing_is_erased(
    office: Callable[..., Client], sent: dict[str, str]
) -> None:
    anna = a_student()
    assert office().post(address(anna, "erase/"), sent).status_code == 422
    assert User.objects.filter(pk=anna.pk).exists()


def test_it_asks_again_who_one_is(office: Callable[..., Client]) -> None:
    anna, client = a_student(), office()
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 700
    session.save()
    for path in ("file/", "erase/"):
        answer = client.get(address(anna, path))
        if path == "file/":
            assert "/reauthenticate/" in answer["Location"]
    answer = client.post(address(anna, "erase/"), {"because": "asked", "address": anna.email})
    assert "/reauthenticate/" in answer["Location"]
    assert User.objects.filter(pk=anna.pk).exists()


@pytest.mark.parametrize(
    ("role", "programme"),
    [(Role.SECRETARY, ""), (Role.BOARD, ""), (Role.COORDINATOR, BIOMEDICINE)],
)
def test_it_is_for_who_decides_about_the_student(
    office: Callable[..., Client], role: str, programme: str
) -> None:
    anna, client = a_student(), office(role, programme)
    for path in ("", "file/", "erase/"):
        assert client.get(address(anna, path)).status_code in (403, 404)
    sent = {"because": "asked", "address": anna.email}
    assert client.post(address(anna, "erase/"), sent).status_code in (403, 404)
    assert User.objects.filter(pk=anna.pk).exists()


def test_nobody_erases_the_casework_of_another_desk(office: Callable[..., Client]) -> None:
    made = closed_round({PLACES[0]: 1})
    (one,) = applicants(made, [PLACES[:1]], ["9"])  # of Medicine
    programme = DegreeProgramme.objects.get(slug=BIOMEDICINE)
    Plan.objects.create(owner=one.owner, programme=programme)
    assert office(programme=BIOMEDICINE).get(address(one.owner)).status_code == 403
    assert office().get(address(one.owner)).status_code == 200


def test_colleagues_are_not_erased(office: Callable[..., Client]) -> None:
    carla = account("carla@example.org", Role.SECRETARY)
    assert office().get(address(carla)).status_code == 404
