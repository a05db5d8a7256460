"""Where students are: said without signing in, read by a closed circle, erased after the return."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pyrage
import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sojourn.catalogue import keeping
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.mobility import (
    endings,
    own_data,
    personal_data,
    retention,
    whereabouts,
    whereabouts_file,
    whereabouts_list,
)
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import (
    Arrival,
    EmergencyContact,
    SideTrip,
    Stay,
    StayPeriod,
    Whereabouts,
    WhereaboutsReading,
)
from sojourn.mobility.states import StayState
from sojourn.mobility.tasks import run_nightly_jobs
from sojourn.mobility.whereabouts import Contact, Reach, Trip
from sojourn.mobility.whereabouts_links import LinkPurpose, token_for
from sojourn.mobility.whereabouts_list import Note
from sojourn.people.models import AuditEvent, OutboxMail, SecurityEvent, User
from sojourn.people.roles import Role
from tests.mobility.conftest import BIOMEDICINE, again, begun, in_days, noon, student
from tests.mobility.test_pages import client_for, text
from tests.support.keeping import stand

PHONE, MOTHER = "+62 800 111 222", "Mother Canary"
REACH = Reach(
    phone=PHONE,
    address="Jalan Contoh 7",
    contacts=[Contact(MOTHER, "+31 6 000 000 00", "mother", may_locate=True)],
)


@pytest.fixture
def away(noor: User, coordinator: User) -> Stay:
    """A stay that began ten days ago, with everything that is secret."""
    stay = begun(noor, coordinator, first=-10, last=100)
    stay = endings.depart(stay, in_days(-10), actor=noor)
    whereabouts.describe(stay, REACH, by_link=False)
    return stay


@pytest.fixture
def safety(leiden: Snapshot) -> User:
    return User.objects.create_user("safety@example.org", role=Role.SAFETY)


def sent(**more: str) -> dict[str, str]:
    return {
        "phone": PHONE, "address": "Jalan\r\nContoh 7", "contact-1-name": MOTHER,
        "contact-1-phone": "+31 6 000 000 00", "contact-1-may_locate": "on", "contact-2-name": "",
        "trip-1-place": "", "trip-1-first": "", **more,
    }  # fmt: skip


# --- Said by the student ---------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_link_opens_without_signing_in_and_a_get_changes_nothing(
    away: Stay, language: str
) -> None:
    client = Client()
    there = f"/{language}/stays/reach/{token_for(LinkPurpose.REACH, away.uuid)}/"
    before = AuditEvent.objects.count()
    assert PHONE in client.get(there).content.decode()
    client.head(there)
    assert AuditEvent.objects.count() == before
    trip = {"trip-1-place": "Ubud", "trip-1-country": "ID", "trip-1-first": str(in_days(2)),
            "trip-1-last": str(in_days(4))}  # fmt: skip
    assert client.post(there, sent(phone="+62 900 1", **trip)).status_code == 302
    assert Whereabouts.objects.get(stay=away).phone == "+62 900 1"
    assert SideTrip.objects.get(stay=away).place == "Ubud"
    event = AuditEvent.objects.get(action="stay.whereabouts", details__by="link")
    assert "900" not in str(event.details)


def test_a_mistake_is_said_at_its_field_and_changes_nothing(away: Stay, noor: User) -> None:
    client, there = client_for(noor), f"/en/stays/{away.uuid}/reach/"
    assert client.get(there).status_code == 200
    for wrong in (
        {"phone": "by pigeon"},
        {"contact-1-phone": ""},
        {"contact-1-name": ""},
        {"trip-1-place": "Ubud"},
        {"trip-1-place": "Ubud", "trip-1-country": "ID", "trip-1-first": str(in_days(4)),
         "trip-1-last": str(in_days(2))},
    ):  # fmt: skip
        assert client.post(there, sent(**wrong)).status_code == 422, wrong
    page = client.post(there, sent(phone="by pigeon", **{"contact-1-phone": ""})).content.decode()
    assert page.count('class="error-summary"') == 1
    assert 'href="#id_phone"' in page
    assert 'href="#id_contact-1-phone"' in page
    assert Whereabouts.objects.get(stay=away).phone == PHONE
    assert EmergencyContact.objects.get(stay=away).name == MOTHER
    # What is left out is deleted: nobody has to give anything.
    assert client.post(there, {"phone": "", "address": "", "trip-1-place": ""}).status_code == 302
    assert not EmergencyContact.objects.filter(stay=away).exists()


def test_a_form_of_before_takes_back_nothing_by_itself(away: Stay, noor: User) -> None:
    client, there = client_for(noor), f"/en/stays/{away.uuid}/reach/"

    def seen() -> str:
        page = client.get(there).content.decode()
        found = re.search(r'name="seen" value="([^"]*)"', page)
        assert found is not None
        return found[1]

    old = seen()
    changes = AuditEvent.objects.filter(action="stay.whereabouts")
    before = changes.count()
    # Sent twice, as by a double click; and saved without a change.
    for _twice in range(2):
        assert client.post(there, sent(phone="+62 900 1", seen=old)).status_code == 302
    assert client.post(there, sent(phone="+62 900 1", seen=seen())).status_code == 302
    assert changes.count() == before + 1
    # The window of before has another number.
    answer = client.post(there, sent(phone="+62 700 7", seen=old))
    assert answer.status_code == 422
    assert "You saved something else meanwhile" in text(answer)
    assert "+62 700 7" in answer.content.decode()
    assert Whereabouts.objects.get(stay=away).phone == "+62 900 1"
    assert client.post(there, sent(phone="+62 700 7", seen=seen())).status_code == 302
    assert Whereabouts.objects.get(stay=away).phone == "+62 700 7"


def test_each_contact_is_asked_for_each_purpose(away: Stay) -> None:
    held = EmergencyContact.objects.get(stay=away)
    assert (held.may_locate, held.may_inform, held.may_know_health) == (True, False, False)
    with pytest.raises(MobilityError):
        whereabouts.describe(
            away, Reach(contacts=[Contact(str(one), "1234") for one in range(3)]), by_link=False
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyContact.objects.create(stay=away, position=3, name="Third", phone="1234")


def test_no_link_of_ours_no_page(away: Stay, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    token = token_for(LinkPurpose.REACH, away.uuid)
    for path in (
        f"reach/{token}x/", "reach/never/", f"reach/{token_for(LinkPurpose.ARRIVAL, away.uuid)}/",
        f"arrival/{token}/", f"check-in/{token}/", "check-in/never/",
    ):  # fmt: skip
        answer = client.get(f"/en/stays/{path}")
        assert answer.status_code == 404, path
        assert PHONE not in answer.content.decode()


def test_an_old_link_offers_a_new_one_to_the_address_of_the_account(
    away: Stay, noor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    month_ago = timezone.now().timestamp() - 31 * 86_400
    with monkeypatch.context() as patched:
        patched.setattr("django.core.signing.time.time", lambda: month_ago)
        token = token_for(LinkPurpose.REACH, away.uuid)
    client, there = Client(), f"/en/stays/reach/{token}/"
    answer = client.get(there)
    assert answer.status_code == 410
    assert PHONE not in answer.content.decode()
    assert not OutboxMail.objects.filter(key__startswith="stay-reach:").exists()
    client.post(there)
    client.post(there)
    mail = OutboxMail.objects.get(key__startswith="stay-reach:")
    assert (mail.to, mail.is_secret) == ([noor.email], True)
    assert client.post(there, sent(phone="+1 2345")).status_code == 410
    assert Whereabouts.objects.get(stay=away).phone == PHONE


# --- Arrival ---------------------------------------------------------------------------------


def test_the_host_confirms_by_link_and_a_scanner_confirms_nothing(
    noor: User, coordinator: User
) -> None:
    stay = begun(noor, coordinator, first=0, last=100)
    client = Client()
    there = f"/en/stays/arrival/{token_for(LinkPurpose.ARRIVAL, stay.uuid)}/"
    for _twice in range(2):
        page = client.get(there)
        assert page.status_code == 200
        assert noor.email.split("@")[0] in text(page)
    assert again(stay).state == StayState.PREPARING
    assert client.post(there, {"name": " \r\n"}).status_code == 422
    assert again(stay).state == StayState.PREPARING
    for _twice in range(2):
        assert client.post(there, {"name": "Astrid Exempel"}).status_code == 302
    assert again(stay).state == StayState.AWAY
    said = Arrival.objects.get(stay=stay)
    assert (said.said_by, said.name) == ("host", "Astrid Exempel")
    event = AuditEvent.objects.get(action="stay.depart", object_id=str(stay.pk))
    assert (event.actor, event.details["by"]) == (None, "host")
    # The student may say it too; the office reads who did.
    endings.depart(stay, in_days(0), actor=noor)
    assert stay.arrivals.count() == 2
    page = text(client_for(coordinator).get(f"/en/office/stays/{stay.uuid}/"))
    assert "The host confirmed the arrival" in page


def test_on_the_first_day_student_and_host_are_asked_once_each(
    noor: User, coordinator: User
) -> None:
    stay = begun(noor, coordinator, first=0, last=100)
    host = stay.hosts.get()
    host.contact_email = "astrid@example.edu"
    host.save()
    now = timezone.now()
    for _twice in range(2):
        whereabouts.ask_who_arrived(now)
    assert OutboxMail.objects.filter(key__startswith="stay-arrived:").count() == 1
    mail = OutboxMail.objects.get(key__startswith="stay-arrival-host:")
    assert (mail.to, mail.is_secret) == (["astrid@example.edu"], True)
    # By the edition's days the student is asked again, the host is not.
    whereabouts.ask_who_arrived(now + dt.timedelta(days=4))
    assert OutboxMail.objects.filter(key__startswith="stay-arrived:").count() == 2
    assert OutboxMail.objects.filter(key__startswith="stay-arrival-host:").count() == 1
    token = re.search(r"/stays/reach/([^/]+)/", mail_text("stay-arrived:"))
    assert token is not None
    answer = Client().post(f"/en/stays/reach/{token[1]}/", {"do": "arrived"})
    assert answer.status_code == 302
    assert Arrival.objects.get(stay=stay).said_by == "student"


def mail_text(key: str) -> str:
    return str(OutboxMail.objects.filter(key__startswith=key)[0].content["body"])


def test_today_names_whose_arrival_nobody_confirmed(noor: User, coordinator: User) -> None:
    begun(noor, coordinator, first=-3, last=100)
    page = text(client_for(coordinator).get("/en/office/"))
    assert "Arrival not confirmed" in page


# --- The list ---------------------------------------------------------------------------------


def names(day: dt.date, *wanted: str) -> set[str]:
    return {each.stay.student.first_name for each in whereabouts_list.on_day(None, day, wanted)}


def test_nobody_is_missing_who_may_be_there(away: Stay, noor: User, coordinator: User) -> None:
    unconfirmed = begun(student("late@example.org"), coordinator, first=-1, last=50)
    early = begun(student("early@example.org"), coordinator, first=5, last=50)
    StayPeriod.objects.create(stay=early, kind="travel", starts_on=in_days(0))
    begun(student("later@example.org"), coordinator, first=20, last=50)
    gone = begun(student("gone@example.org"), coordinator, first=-1, last=50)
    Stay.objects.filter(pk=gone.pk).update(state=StayState.WITHDRAWN)
    overdue = begun(student("overdue@example.org"), coordinator, first=-60, last=-5)
    Stay.objects.filter(pk=overdue.pk).update(state=StayState.AWAY)
    back = begun(student("back@example.org"), coordinator, first=-60, last=-5)
    Stay.objects.filter(pk=back.pk).update(state=StayState.BACK)
    assert names(in_days(0)) == {"noor", "late", "early", "overdue"}
    notes = {each.stay.student.first_name: each.notes
             for each in whereabouts_list.on_day(None, in_days(0))}  # fmt: skip
    assert notes == {"noor": (), "late": (Note.UNCONFIRMED,),
                     "early": (Note.UNCONFIRMED, Note.TRAVELLING),
                     "overdue": (Note.OVERDUE,)}  # fmt: skip
    assert names(in_days(-30)) == {"overdue", "back"}
    assert names(in_days(30)) == {"noor", "late", "early", "later"}
    assert names(in_days(110)) == set()
    assert unconfirmed.state == StayState.PREPARING


def test_who_is_on_a_trip_is_found_at_both_ends(away: Stay) -> None:
    trip = Trip("Oslo", "NO", in_days(0), in_days(2))
    whereabouts.describe(away, Reach(trips=[trip]), by_link=False)
    for key in ("p:SE:Stockholm", "c:SE", "c:NO", "p:NO:Oslo", "r:154", "r:150"):
        assert names(in_days(0), key) == {"noor"}, key
    assert names(in_days(3), "c:NO") == set()
    for key in ("c:ID", "p:SE:Lund", "r:035", "nonsense", ""):
        assert names(in_days(0), key) == set(), key


def test_the_circle_reads_it_and_each_reading_is_a_row(
    away: Stay, noor: User, safety: User
) -> None:
    client = client_for(safety)
    page = client.get(f"/en/office/away/?place=c:SE&day={in_days(0)}").content.decode()
    assert PHONE in page
    assert "noor" in page
    printed = client.get("/nl/office/away/list/").content.decode()
    assert MOTHER in printed
    assert "mag worden gevraagd waar de student is" in printed
    for each in (in_days(0), "yesterday", ""):
        assert client.get(f"/en/office/away/?day={each}&place=x").status_code == 200
    kinds = list(WhereaboutsReading.objects.order_by("pk").values_list("kind", "people", "place"))
    assert kinds[:2] == [("page", 1, "c:SE"), ("print", 1, "")]
    assert WhereaboutsReading.objects.filter(by=safety).count() == 5
    # Nothing of a person is in what is noted.
    noted = str(list(SecurityEvent.objects.values())) + str(list(AuditEvent.objects.values()))
    assert PHONE not in noted
    assert MOTHER not in noted


def test_many_people_ask_the_database_as_often(away: Stay, coordinator: User, safety: User) -> None:
    client = client_for(safety)

    def queries() -> int:
        client.get("/en/office/away/list/")
        with CaptureQueriesContext(connection) as counted:
            client.get("/en/office/away/list/")
        return len(counted)

    few = queries()
    for number in range(5):
        other = begun(student(f"n{number}@example.org"), coordinator, first=-5, last=50)
        whereabouts.describe(other, REACH, by_link=False)
    assert queries() == few


def test_what_people_typed_is_text_on_the_list(away: Stay, safety: User) -> None:
    said = Reach(
        phone="<i>1234</i>", address="<i>Street", contacts=[Contact("<i>Ada", "&5678", "<i>aunt")]
    )
    whereabouts.describe(away, said, by_link=False)
    page = client_for(safety).get("/en/office/away/list/").content.decode()
    assert "<i>" not in page
    for shown in ("&lt;i&gt;1234", "&lt;i&gt;Street", "&lt;i&gt;Ada (&lt;i&gt;aunt)", "&amp;5678"):
        assert shown in page


# --- Privacy ----------------------------------------------------------------------------------

SECRETS = (PHONE, MOTHER, "Jalan Contoh")
PAGES = ("away/", "away/list/", "away/file/", "incidents/", "incidents/new/")


@pytest.mark.parametrize(
    ("who", "role", "programme"),
    [
        ("coordinator", Role.COORDINATOR, ""),
        ("secretary", Role.SECRETARY, ""),
        ("board", Role.BOARD, ""),
        ("operator", Role.OPERATOR, ""),
        ("coordinator of another programme", Role.COORDINATOR, "medicine-bsc"),
        ("reviewer", Role.REVIEWER, ""),
        ("emergency team of another programme", Role.SAFETY, "medicine-bsc"),
        ("emergency team", Role.SAFETY, BIOMEDICINE),
    ],
)
def test_only_the_circle_of_the_programme_reads_it(
    away: Stay, noor: User, who: str, role: Role, programme: str
) -> None:
    reader = User.objects.create_user("reader@example.org", role=role, programme=programme)
    client = client_for(reader)
    is_circle = role is Role.SAFETY
    reads = is_circle and programme == BIOMEDICINE
    for path in PAGES:
        assert (client.get(f"/en/office/{path}").status_code == 403) is not is_circle, path
    for path in ("away/?place=c:SE", "away/list/"):
        page = client.get(f"/en/office/{path}").content.decode()
        assert (PHONE in page) is reads, path
    for path in ("", "stays/", f"stays/{away.uuid}/", f"students/{noor.uuid}/", "students/",
                 "search/?q=noor", "search/?q=Canary", "mail/", "security/"):  # fmt: skip
        page = client.get(f"/en/office/{path}").content.decode()
        assert not any(each in page for each in SECRETS), path
    for model in (Whereabouts, EmergencyContact, SideTrip):
        assert (model.objects.visible_to(reader).exists()) is (reads and model is not SideTrip)


def test_a_student_reads_their_own_and_nobody_elses(away: Stay, noor: User) -> None:
    other = client_for(student("other@example.org"))
    assert other.get(f"/en/stays/{away.uuid}/reach/").status_code == 404
    assert other.post(f"/en/stays/{away.uuid}/reach/", sent()).status_code == 404
    assert Client().get(f"/en/stays/{away.uuid}/reach/").status_code == 302
    assert PHONE in client_for(noor).get(f"/en/stays/{away.uuid}/reach/").content.decode()
    mine = str(own_data.export(noor))
    assert all(each in mine for each in SECRETS)
    handed_out = str(personal_data.export_for_office(noor))
    assert not any(each in handed_out for each in SECRETS)


def test_the_hosts_link_shows_nothing_secret(away: Stay) -> None:
    page = Client().get(f"/en/stays/arrival/{token_for(LinkPurpose.ARRIVAL, away.uuid)}/")
    assert not any(each in page.content.decode() for each in SECRETS)


def test_mails_hold_nothing_secret(away: Stay) -> None:
    whereabouts.ask_who_arrived(timezone.now())
    whereabouts.send_new_link(away, timezone.now())
    held = str(list(OutboxMail.objects.values("subject", "content")))
    assert not any(each in held for each in SECRETS)


# --- Erased -----------------------------------------------------------------------------------


def test_it_is_erased_by_rule_after_the_return(away: Stay, noor: User) -> None:
    now = noon()
    assert whereabouts.erase_old(now) == 0
    Stay.objects.filter(pk=away.pk).update(
        state=StayState.BACK, starts_on=in_days(-90), ends_on=in_days(-30)
    )
    assert whereabouts.erase_old(now) == 0
    assert whereabouts.erase_old(now + dt.timedelta(days=1)) == 1
    assert not Whereabouts.objects.exists()
    assert not EmergencyContact.objects.exists()
    assert whereabouts.erase_old(now + dt.timedelta(days=1)) == 0
    there = f"/en/stays/{away.uuid}/reach/"
    assert client_for(noor).post(there, sent()).status_code == 422
    assert not Whereabouts.objects.exists()


@pytest.mark.parametrize("state", [StayState.WITHDRAWN, StayState.POSTPONED])
def test_who_does_not_go_is_forgotten_the_next_night(away: Stay, state: StayState) -> None:
    Stay.objects.filter(pk=away.pk).update(state=state)
    assert whereabouts.erase_old(timezone.now()) == 1


def test_the_nightly_work_erases_by_rules_that_stand_and_notes_how_much(away: Stay) -> None:
    Stay.objects.filter(pk=away.pk).update(state=StayState.WITHDRAWN)
    run_nightly_jobs.call()
    assert Whereabouts.objects.exists(), "a rule that nobody saw yet"
    stand(retention.WHEREABOUTS, retention.INCIDENTS)
    run_nightly_jobs.call()
    assert not Whereabouts.objects.exists()
    assert keeping.gone_since(timezone.now() - dt.timedelta(hours=1)) == {"whereabouts": 1}


# --- The file ---------------------------------------------------------------------------------


@pytest.fixture
def key(settings: LazySettings, tmp_path: Path) -> pyrage.x25519.Identity:
    made = pyrage.x25519.Identity.generate()
    settings.CALL_LIST_FOLDER = str(tmp_path)
    settings.CALL_LIST_KEYS = [str(made.to_public())]
    return made


def test_the_file_is_read_with_the_key_alone_and_without_the_server(
    away: Stay, key: pyrage.x25519.Identity, tmp_path: Path
) -> None:
    now = timezone.now()
    path = whereabouts_file.write(now)
    assert path.stat().st_mode & 0o077 == 0
    sealed = path.read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1")
    assert MOTHER.encode() not in sealed
    page = pyrage.decrypt(sealed, [key]).decode()
    assert all(each in page for each in (PHONE, MOTHER, "noor", "Stockholm"))
    # It needs nothing else: no style, script or picture of this server.
    assert not re.search(r"(src|href)=", page)
    assert f"{timezone.localtime(now):%Y-%m-%d}" in path.name
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])
    assert WhereaboutsReading.objects.get().kind == "worker"
    assert whereabouts_file.write(now) == path
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_old_files_are_removed_and_others_are_left(
    away: Stay, key: pyrage.x25519.Identity, tmp_path: Path
) -> None:
    now = noon()
    first = whereabouts_file.write(now - dt.timedelta(days=8))
    kept = whereabouts_file.write(now - dt.timedelta(days=7))
    (tmp_path / "letter.age").write_text("mine")
    last = whereabouts_file.write(now)
    assert not first.exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(
        [kept.name, last.name, "letter.age"]
    )


def test_what_is_not_set_up_says_so_and_writes_nothing(
    away: Stay, key: pyrage.x25519.Identity, settings: LazySettings, tmp_path: Path
) -> None:
    settings.CALL_LIST_KEYS = ["age1nonsense"]
    with pytest.raises(whereabouts_file.CallListError, match="none of age"):
        whereabouts_file.write(timezone.now())
    settings.CALL_LIST_KEYS = []
    with pytest.raises(whereabouts_file.CallListError, match="no key"):
        whereabouts_file.write(timezone.now())
    settings.CALL_LIST_FOLDER = str(tmp_path / "away")
    with pytest.raises(whereabouts_file.CallListError, match="no folder"):
        whereabouts_file.write(timezone.now())
    inside = Path(settings.DATA) / "list"
    inside.mkdir(parents=True, exist_ok=True)
    with pytest.raises(whereabouts_file.CallListError, match="inside the data folder"):
        whereabouts_file.write(timezone.now(), inside)
    assert list(tmp_path.iterdir()) == []


def test_the_office_downloads_it_sealed(
    away: Stay, safety: User, key: pyrage.x25519.Identity
) -> None:
    client = client_for(safety)
    answer = client.get("/en/office/away/file/")
    assert answer.status_code == 200
    page = pyrage.decrypt(b"".join(answer.streaming_content), [key]).decode()
    assert MOTHER in page
    assert WhereaboutsReading.objects.get().kind == "file"
