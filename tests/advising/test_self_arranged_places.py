"""A place that a student found: theirs alone once approved, like any other in their plan."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from sojourn.advising import letters, self_arranged_lists, self_arranged_places
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import SelfArrangedPlace, SelfArrangedState
from sojourn.advising.self_arranged_places import Approval, PlaceFacts
from sojourn.advising.threads import NewMessage
from sojourn.catalogue import services
from sojourn.catalogue.models import Institution, Opportunity
from sojourn.catalogue.snapshot.service import current_snapshot, refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import Text
from sojourn.engines.similarity.names import name_similarity
from sojourn.people.models import OutboxMail, User
from sojourn.planning.own_data import delete_account
from sojourn.planning.visible_catalogue import visible_snapshot
from tests.advising.people import coordinator, student

pytestmark = pytest.mark.slow

KNOWN = "karolinska-institutet"
SUBJECT = "Zebrafish hearts"
WINDOW_PROGRAMME = "medicine-bsc"


def window() -> str:
    records = current_snapshot().records
    return next(w.slug for w in records.windows.values() if w.programme == WINDOW_PROGRAMME)


def facts(**more: object) -> PlaceFacts:
    return replace(
        PlaceFacts(
            institution=KNOWN, institution_name="", city="", country="", website="",
            department="Cell biology", supervisor_name="Dr. Svensson",
            supervisor_email="svensson@example.org", kind="research_internship",
            subject=SUBJECT, starts_on=dt.date(2027, 9, 1), ends_on=dt.date(2028, 1, 31),
        ),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def new_host(**more: object) -> PlaceFacts:
    return facts(
        institution="", institution_name="Fjord Institute of Hearts", city="Tromsø", country="NO"
    ) if not more else replace(new_host(), **more)  # type: ignore[arg-type]  # fmt: skip


def written(text: str = "She said yes by mail.") -> NewMessage:
    return NewMessage(text, uuid.uuid4())


def told(anna: User, said: PlaceFacts | None = None) -> SelfArrangedPlace:
    return self_arranged_places.propose(anna, said or facts(), written())


def approval(**more: object) -> Approval:
    title = Text({"en": "Zebrafish hearts in Stockholm", "nl": "Zebravisharten in Stockholm"})
    made = Approval(window(), title, 30)
    return replace(made, **more)  # type: ignore[arg-type]


def test_an_approved_place_is_seen_by_its_student_and_nobody_else(leiden: Snapshot) -> None:
    anna, bert, carla = student(), student("bert@example.org"), coordinator()
    opportunity = self_arranged_places.approve(told(anna), approval(), by=carla)
    seen = visible_snapshot(anna).records.opportunities[opportunity.slug]
    assert seen.title["nl"] == "Zebravisharten in Stockholm"
    assert seen.hosts == (KNOWN,)
    assert seen.programmes == (WINDOW_PROGRAMME,)
    assert seen.costs is not None, "the same builder adds up what a stay costs there"
    assert set(visible_snapshot(anna).records.opportunities) - {opportunity.slug} == set(
        leiden.records.opportunities
    )
    for somebody in (bert, carla, None):
        assert opportunity.slug not in visible_snapshot(somebody).records.opportunities
    assert opportunity.slug not in refresh_snapshot().records.opportunities
    assert OutboxMail.objects.filter(to=[anna.email]).count() == 1


def test_a_new_institution_comes_with_it_and_stays_as_private(leiden: Snapshot) -> None:
    anna, carla = student(), coordinator()
    place = told(anna, new_host())
    with pytest.raises(AdvisingError):
        self_arranged_places.approve(place, approval(), by=carla)
    opportunity = self_arranged_places.approve(
        place, approval(latitude=69.6, longitude=18.9), by=carla
    )
    records = visible_snapshot(anna).records
    (host,) = records.opportunities[opportunity.slug].hosts
    assert records.institutions[host].country == "NO"
    assert records.institutions[host].distance_km > 1500
    assert host not in refresh_snapshot().records.institutions


def test_every_page_of_a_plan_works_with_it(leiden: Snapshot) -> None:
    anna = student()
    place = told(anna, new_host())
    slug = self_arranged_places.approve(
        place, approval(latitude=69.6, longitude=18.9), by=coordinator()
    ).slug
    client = Client()
    client.force_login(anna)
    assert client.post("/en/plan/top-five/add/", {"place": slug}).status_code == 302
    for language, title in (("en", "Zebrafish hearts in"), ("nl", "Zebravisharten in")):
        for path in (
            "plan/", "plan/top-five/", "plan/compare/", "plan/dates/", "plan/fit/",
            f"plan/costs/{slug}/", f"plan/language/{slug}/", f"opportunities/{slug}/",
        ):  # fmt: skip
            answer = client.get(f"/{language}/{path}")
            assert answer.status_code == 200, path
            assert title in answer.content.decode(), path
            assert "no-store" in answer.headers["Cache-Control"], path
    assert client.get(f"/en/plan/courses/{slug}/").status_code == 200
    assert client.get(f"/en/plan/costs/{slug}.pdf").status_code == 200
    host = visible_snapshot(anna).records.opportunities[slug].hosts[0]
    assert client.get(f"/en/institutions/{host}/").status_code == 200
    for other in (Client(), _signed_in("bert@example.org")):
        for path in (
            f"opportunities/{slug}/", f"plan/costs/{slug}/", f"plan/language/{slug}/",
            f"plan/courses/{slug}/", f"plan/top-five/add/{slug}/", f"institutions/{host}/",
        ):  # fmt: skip
            assert other.get(f"/en/{path}").status_code == 404, path
        assert other.post("/en/plan/top-five/add/", {"place": slug}).status_code == 404
    for path in ("opportunities/?q=zebrafish", "institutions/", "map/"):
        text = Client().get(f"/en/{path}").content.decode()
        assert slug not in text
        assert "Fjord" not in text


def test_whoever_has_a_share_link_does_not_learn_which_place_it_is(leiden: Snapshot) -> None:
    anna = student()
    slug = self_arranged_places.approve(told(anna), approval(), by=coordinator()).slug
    client = Client()
    client.force_login(anna)
    client.post("/en/plan/top-five/add/", {"place": slug})
    page = client.post("/en/plan/share/", follow=True).content.decode()
    link = re.search(r"/en/plan/shared/[\w-]+/", page)
    assert link is not None
    shown = Client().get(link[0]).content.decode()
    assert "Zebrafish" not in shown


def test_published_it_is_everybodys_and_nothing_of_the_student_is_on_it(leiden: Snapshot) -> None:
    anna, carla = student(), coordinator()
    place = told(anna, new_host())
    self_arranged_places.approve(place, approval(latitude=69.6, longitude=18.9), by=carla)
    opportunity = self_arranged_places.publish(place, by=carla)
    assert self_arranged_places.publish(place, by=carla) == opportunity
    assert opportunity.private_to is None
    assert opportunity.slug == "zebrafish-hearts-in-stockholm"
    page = Client().get(f"/en/opportunities/{opportunity.slug}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Fjord Institute" in text
    for secret in ("Jansen", "Svensson", "She said yes"):
        assert secret not in text


def test_published_through_the_catalogue_it_is_nobodys_own(leiden: Snapshot) -> None:
    opportunity = self_arranged_places.approve(told(student()), approval(), by=coordinator())
    services.publish(Opportunity.objects.filter(pk=opportunity.pk))  # type: ignore[arg-type]
    opportunity.refresh_from_db()
    assert opportunity.private_to is None


def test_the_database_holds_that_only_a_draft_is_private(leiden: Snapshot) -> None:
    opportunity = self_arranged_places.approve(told(student()), approval(), by=coordinator())
    with pytest.raises(IntegrityError), transaction.atomic():
        Opportunity.objects.filter(pk=opportunity.pk).update(status="published")


def test_declined_the_student_reads_why_and_may_come_back(leiden: Snapshot) -> None:
    anna, carla = student(), coordinator()
    place = told(anna)
    self_arranged_places.decline(place, written("The period is too short."), by=carla, seen=1)
    place.refresh_from_db()
    assert place.state == SelfArrangedState.DECLINED
    mail = OutboxMail.objects.get(to=[anna.email])
    assert "too short" not in str(mail.content)
    self_arranged_places.write_on(place, written("It is longer now."))
    place.refresh_from_db()
    assert place.state == SelfArrangedState.WAITING


def test_the_office_asks_and_the_answer_puts_it_back_in_line(leiden: Snapshot) -> None:
    anna, carla = student(), coordinator()
    place = told(anna)
    assert list(self_arranged_lists.waiting(carla)) == [place]
    self_arranged_places.ask_back(place, written("Who pays?"), by=carla, seen=1)
    assert not self_arranged_lists.waiting(carla)
    self_arranged_places.change(place, facts(department="Physiology"))
    assert list(self_arranged_lists.waiting(carla)) == [place]


def test_what_is_decided_cannot_be_changed_or_taken_back(leiden: Snapshot) -> None:
    anna, carla = student(), coordinator()
    place = told(anna)
    self_arranged_places.approve(place, approval(), by=carla)
    with pytest.raises(AdvisingError):
        self_arranged_places.change(place, facts())
    with pytest.raises(AdvisingError):
        self_arranged_places.withdraw(place)
    with pytest.raises(AdvisingError):
        self_arranged_places.decline(place, written("No"), by=carla, seen=1)
    gone = told(anna)
    self_arranged_places.withdraw(gone)
    with pytest.raises(AdvisingError):
        self_arranged_places.approve(gone, approval(), by=carla)


def test_told_or_approved_twice_it_is_there_once(leiden: Snapshot) -> None:
    anna, carla = student(), coordinator()
    once = written()
    place = self_arranged_places.propose(anna, facts(), once)
    assert self_arranged_places.propose(anna, facts(), once) == place
    with pytest.raises(AdvisingError):
        self_arranged_places.propose(student("bert@example.org"), facts(), once)
    first = self_arranged_places.approve(place, approval(), by=carla)
    assert self_arranged_places.approve(place, approval(), by=carla) == first
    assert Opportunity.objects.filter(private_to=anna).count() == 1


def test_deleting_the_account_deletes_the_place(leiden: Snapshot) -> None:
    anna = student()
    slug = self_arranged_places.approve(told(anna), approval(), by=coordinator()).slug
    client = Client()
    client.force_login(anna)
    client.post("/en/plan/top-five/add/", {"place": slug})
    delete_account(anna)
    assert not Opportunity.objects.filter(slug=slug).exists()
    assert not SelfArrangedPlace.objects.exists()


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("Karolinska Institute", ""), ("karolinska institutet stockholm", "SE"), ("Karolinska", ""),
        ("Carolinska Institutet", "SE"), ("Universität Heidelberg", "DE"),
        ("Edinburgh University", "GB"), ("Université de Bordeaux", "FR"), ("Helsinki", "FI"),
    ],
)  # fmt: skip
def test_a_known_institution_is_noticed(leiden: Snapshot, typed: str, country: str) -> None:
    near = self_arranged_lists.similar_institutions(leiden.records, typed, country)
    word = typed.split()[-1 if typed.startswith("Univ") else 0].casefold()[1:6]
    assert any(word in str(one.institution.name["en"]).casefold() for one in near[:1]), near


@pytest.mark.parametrize("typed", ["Fjord Institute of Hearts", "University of Lima", "Qq", ""])
def test_an_unknown_institution_is_left_alone(leiden: Snapshot, typed: str) -> None:
    assert not self_arranged_lists.similar_institutions(leiden.records, typed)


def test_similarity_of_names_knows_its_bounds() -> None:
    assert name_similarity("Universiteit Gent", "Ghent University") > 0.5
    assert name_similarity("University of Oslo", "University of Lagos") < 0.5
    assert name_similarity("KU Leuven", "KU Leuven") == pytest.approx(1.0)
    assert name_similarity("", "Oslo") == 0.0


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_place_comes(leiden: Snapshot) -> None:
    anna = student()
    place = told(anna)
    wanted = approval()
    people = [coordinator(f"c{number}@example.org") for number in range(3)]
    start = threading.Barrier(len(people))
    slugs: list[str] = []

    def decide(who: User) -> None:
        start.wait()
        try:
            slugs.append(self_arranged_places.approve(place, wanted, by=who).slug)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(slugs) == 3
    assert len(set(slugs)) == 1


# --- The pages --------------------------------------------------------------------------------


def form(**more: object) -> dict[str, object]:
    return {
        "institution_name": "Karolinska", "institution": KNOWN, "kind": "research_internship",
        "subject": SUBJECT, "starts_on": "2027-09-01", "ends_on": "2028-01-31",
        "text": "She said yes.", "sending": str(uuid.uuid4()),
    } | more  # fmt: skip


def test_a_near_duplicate_is_asked_about_before_it_is_sent(leiden: Snapshot) -> None:
    client = _signed_in("anna@example.org")
    typed = form(institution="", institution_name="Karolinska Institute", city="x", country="SE")
    asked = client.post("/en/own-places/new/", typed)
    assert asked.status_code == 200
    page = asked.content.decode()
    assert f'type="radio" name="institution" value="{KNOWN}"' in page
    assert "She said yes." in page
    assert not SelfArrangedPlace.objects.exists()
    client.post("/en/own-places/new/", typed | {"institution": KNOWN})
    place = SelfArrangedPlace.objects.get()
    assert place.institution == Institution.objects.get(slug=KNOWN)
    assert place.institution_name == ""


def test_another_one_is_taken_at_its_word(leiden: Snapshot) -> None:
    client = _signed_in("anna@example.org")
    typed = form(
        institution="another", institution_name="Karolinska Clinic", city="Oslo", country="NO"
    )
    assert client.post("/en/own-places/new/", typed).status_code == 302
    assert SelfArrangedPlace.objects.get().institution_name == "Karolinska Clinic"


def test_what_is_missing_is_said_at_its_field(leiden: Snapshot) -> None:
    client = _signed_in("anna@example.org")
    wrong = form(institution="another", subject="", starts_on="soon", ends_on="2020-01-01")
    answer = client.post("/nl/own-places/new/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for name in ("subject", "city", "country", "starts_on"):
        assert f'href="#id_{name}"' in page, name
    assert "She said yes." in page
    empty = client.post("/nl/own-places/new/", {})
    assert empty.status_code == 422
    page = empty.content.decode()
    told = [page.index(f'href="#id_{name}"') for name in (
        "institution_name", "city", "kind", "subject", "starts_on", "text"
    )]  # fmt: skip
    assert told == sorted(told)


def test_a_place_without_a_kind_is_not_taken(leiden: Snapshot) -> None:
    client = _signed_in("anna@example.org")
    for kind in ("", "holiday"):
        assert client.post("/en/own-places/new/", form(kind=kind)).status_code == 422
        with pytest.raises(AdvisingError):
            told(User.objects.get(email="anna@example.org"), facts(kind=kind))
    assert not SelfArrangedPlace.objects.exists()


def test_nothing_at_all_is_told_in_the_order_of_the_form(leiden: Snapshot) -> None:
    client = _signed_in("anna@example.org")
    page = client.post("/en/own-places/new/", {}).content.decode()
    summary = page[page.index('class="error-summary"') : page.index("<form method")]
    assert re.findall(r'href="#id_(\w+)"', summary) == [
        "institution_name", "city", "country", "kind", "subject", "starts_on", "ends_on", "text",
    ]  # fmt: skip
    assert "What was agreed? Write something first." in summary
    assert "?:" not in summary


def test_a_place_without_a_kind_is_not_sent(leiden: Snapshot) -> None:
    client = _signed_in("anna@example.org")
    assert client.post("/en/own-places/new/", form(kind="")).status_code == 422
    assert not SelfArrangedPlace.objects.exists()


def test_the_office_approves_and_declines_on_its_page(leiden: Snapshot) -> None:
    anna = _signed_in("anna@example.org")
    carla = Client()
    carla.force_login(coordinator())
    pdf = SimpleUploadedFile("letter.pdf", b"%PDF-1.7\n1 0 obj\n%%EOF\n")
    anna.post("/en/own-places/new/", form(attachments=[pdf]))
    number = SelfArrangedPlace.objects.get().pk
    assert SUBJECT in carla.get("/en/office/").content.decode()
    page = carla.get(f"/en/office/own-places/{number}/").content.decode()
    assert "letter.pdf" in page
    assert "Dr. Svensson" not in page
    assert carla.post(f"/en/office/own-places/{number}/approve/", {"window": ""}).status_code == 422
    assert carla.post(f"/en/office/own-places/{number}/decline/", {}).status_code == 422
    carla.post(
        f"/en/office/own-places/{number}/approve/",
        {"window": window(), "title_en": "Hearts", "title_nl": "Harten", "ects": "30"},
    )
    mine = anna.get(f"/en/own-places/{number}/").content.decode()
    assert "It is now a place like any other" in mine
    assert "/en/plan/top-five/add/own-place-" in mine


def _signed_in(email: str) -> Client:
    client = Client()
    client.force_login(student(email))
    return client


def told_to_the_office() -> list[str]:
    """Who of the office got a mail that a place waits."""
    mails = OutboxMail.objects.filter(key__startswith="self-arranged-place-waits:")
    return sorted(mail.to[0] for mail in mails)


def test_the_office_hears_of_a_new_place_without_a_word_of_it(leiden: Snapshot) -> None:
    carla, dirk = coordinator(), coordinator("dirk@example.org", language="nl")
    gone = coordinator("gone@example.org")
    gone.is_active = False
    gone.save()
    anna, once = student(), written()
    for _twice in range(2):
        self_arranged_places.propose(anna, facts(), once)
    assert told_to_the_office() == [carla.email, dirk.email]
    for mail in OutboxMail.objects.filter(key__startswith="self-arranged-place-waits:"):
        said = mail.subject + str(mail.content)
        assert "/office/own-places/" in said
        assert mail.language == ("nl" if mail.to == [dirk.email] else "en")
        for secret in (SUBJECT, "Svensson", "Karolinska", "anna", "Jansen", "She said yes"):
            assert secret not in said


@pytest.mark.parametrize("turn", ["writes", "changes"])
def test_the_office_hears_when_the_student_answers(leiden: Snapshot, turn: str) -> None:
    place = told(student())
    carla = coordinator()
    self_arranged_places.ask_back(place, written("Who pays?"), by=carla, seen=1)
    assert told_to_the_office() == []
    if turn == "writes":
        self_arranged_places.write_on(place, written("They do."))
    else:
        self_arranged_places.change(place, facts(department="Physiology"))
    assert told_to_the_office() == [carla.email]


def test_a_correction_while_the_office_has_it_tells_nobody_again(leiden: Snapshot) -> None:
    place = told(student())
    coordinator()
    self_arranged_places.change(place, facts(department="Physiology"))
    assert told_to_the_office() == []


@pytest.mark.django_db
def test_one_such_mail_an_hour_is_enough(leiden: Snapshot) -> None:
    place = told(student())  # before there is anyone to tell
    carla = coordinator()
    hour = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)
    for minutes in (0, 59, 60):
        letters.self_arranged_place_waits(place, hour + dt.timedelta(minutes=minutes))
    assert told_to_the_office() == [carla.email, carla.email]
