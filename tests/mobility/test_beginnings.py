"""How a stay begins, and on which road."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client

from sojourn.advising import self_arranged_places
from sojourn.advising.models import SelfArrangedPlace
from sojourn.advising.self_arranged_places import Approval, PlaceFacts
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.models import Opportunity, PublicationStatus, Road
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import Text
from sojourn.mobility import beginnings, endings, steps
from sojourn.mobility.beginnings import begin_by_hand, change_road, road_for
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import Origin, Stay
from sojourn.mobility.states import ChangeKind, StayState, StepState
from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.people.roles import Role
from sojourn.selection import nominations, offers
from sojourn.selection.models import Nomination, Offer, Round
from sojourn.selection.states import NominationState
from tests.mobility.conftest import BIOMEDICINE, again, begun, in_days, planned, step, student
from tests.selection.rounds import applicants, closed_round, published

PLACE = "half-minor-finland"


@pytest.fixture
def nominated(leiden: Snapshot) -> Offer:
    round_ = closed_round({PLACE: 1})
    applicants(round_, [[PLACE], [PLACE]], ["8", "7"])
    published(round_)
    offer = Offer.objects.get()
    offers.accept(offer, actor=offer.application.owner)
    office = User.objects.get(email="one@office.example")
    nominations.mark_sent(offer.opportunity, actor=office)
    return Offer.objects.get(pk=offer.pk)


def test_a_nomination_begins_the_stay_on_the_road_that_fits(nominated: Offer) -> None:
    stay = Stay.objects.get()
    assert (stay.student, stay.offer, stay.origin) == (
        nominated.application.owner, nominated, Origin.OFFER,
    )  # fmt: skip
    assert stay.road.slug == "erasmus-courses"  # Finland, by the weeks of the place
    assert [host.country for host in stay.hosts.all()] == ["FI"]
    assert step(stay, "nomination").state == StepState.DONE
    assert OutboxMail.objects.filter(key=f"stay-begun:{stay.uuid}").count() == 1
    assert AuditEvent.objects.filter(action="stay.begin", about=stay.student).count() == 1


def test_beginning_it_again_gives_the_same_stay(nominated: Offer) -> None:
    stay = Stay.objects.get()
    office = User.objects.get(email="one@office.example")
    assert beginnings.begin_for_offer(nominated, actor=office) == stay
    assert Stay.objects.count() == 1


@pytest.mark.slow
def test_who_does_not_look_after_a_student_begins_nothing_for_them(nominated: Offer) -> None:
    owner = nominated.application.owner
    Stay.objects.all().delete()
    owner.role_assignments.create(role=Role.COORDINATOR, programme=BIOMEDICINE)
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    client = Client()
    client.force_login(User.objects.get(pk=owner.pk))
    sent = {"offer": str(nominated.uuid)}
    assert client.post("/en/office/stays/begin/", sent).status_code == 403
    assert not Stay.objects.exists()
    client.force_login(User.objects.get(email="one@office.example"))
    assert client.post("/en/office/stays/begin/", sent).status_code == 302
    assert Stay.objects.get().offer == nominated


def test_an_offer_that_was_not_nominated_is_no_stay(nominated: Offer) -> None:
    Stay.objects.all().delete()
    Nomination.objects.update(state=NominationState.CANCELLED)
    office = User.objects.get(email="one@office.example")
    with pytest.raises(MobilityError):
        beginnings.begin_for_offer(nominated, actor=office)


def test_who_gives_up_the_place_in_the_round_gives_up_the_stay(nominated: Offer) -> None:
    owner = nominated.application.owner
    offers.withdraw(nominated, actor=owner)
    assert Stay.objects.get().state == StayState.WITHDRAWN
    # And the seat has gone on.
    assert Offer.objects.exclude(pk=nominated.pk).exists()


@pytest.mark.slow
def test_who_gives_up_the_stay_gives_up_the_place_in_the_round(nominated: Offer) -> None:
    stay = Stay.objects.get()
    endings.make_change(stay, ChangeKind.WITHDRAWN, "Ill.", actor=stay.student)
    assert Nomination.objects.get().state == NominationState.CANCELLED
    assert Offer.objects.exclude(pk=nominated.pk).exists()
    assert stay.changes.count() == 1


@pytest.mark.slow
def test_a_finished_round_gives_the_seat_to_nobody_and_the_page_says_so(nominated: Offer) -> None:
    Round.objects.update(state="finished")
    stay = Stay.objects.get()
    seat = endings.consequences(stay, ChangeKind.WITHDRAWN)[0]
    assert "nobody" in seat.text
    endings.make_change(stay, ChangeKind.WITHDRAWN, "Ill.", actor=stay.student)
    assert again(stay).state == StayState.WITHDRAWN
    assert Offer.objects.count() == 1


# --- Which road (pitfalls 1 and 2) -----------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "countries", "days", "road"),
    [
        ("courses", ["SE"], 140, "erasmus-courses"),
        ("half_minor", ["SE"], 28, "courses-outside"),  # too short, even inside Europe
        ("half_minor", ["CU"], 70, "courses-outside"),
        ("courses", ["GB"], 140, "courses-outside"),
        ("courses", ["SE", "GB"], 140, "courses-outside"),
        ("courses", ["SE"], None, "erasmus-courses"),
        ("research_internship", ["SE"], 140, "research-placement"),
        ("clinical_placement", ["ZA"], 42, "clinical-elective"),
    ],
)
def test_the_road_follows_kind_country_and_length(
    leiden: Snapshot, kind: str, countries: list[str], days: int | None, road: str
) -> None:
    found = road_for(kind, countries, days)
    assert found is not None
    assert found.slug == road


def test_another_road_keeps_what_was_done_on_both(stay: Stay, coordinator: User) -> None:
    steps.settle(step(stay, "safety-session"), actor=coordinator)
    moved = change_road(stay, Road.objects.get(slug="courses-outside"), actor=coordinator)
    assert step(moved, "safety-session").state == StepState.DONE
    assert step(moved, "visa").state == StepState.WAITING
    assert moved.steps.count() == moved.road.steps.count()


def test_a_road_is_not_changed_once_the_student_has_left(stay: Stay, coordinator: User) -> None:
    Stay.objects.filter(pk=stay.pk).update(state=StayState.AWAY)
    with pytest.raises(MobilityError):
        change_road(stay, Road.objects.get(slug="courses-outside"), actor=coordinator)


# --- By hand, and groups (pitfall 7) -----------------------------------------------------------


@pytest.mark.slow
def test_a_group_begins_at_once_and_a_second_click_begins_nobody_twice(
    noor: User, coordinator: User
) -> None:
    group = [noor, *(student(f"student{number}@example.org") for number in range(9))]
    sending = uuid4()
    made = begin_by_hand(group, planned(), sending, actor=coordinator)
    assert begin_by_hand(group, planned(), sending, actor=coordinator) == made
    assert Stay.objects.count() == 10
    assert {each.student for each in made} == set(group)


def test_a_student_may_go_twice_in_one_year(noor: User, coordinator: User) -> None:
    begun(noor, coordinator, first=10, last=80)
    begun(noor, coordinator, first=100, last=200)
    assert noor.stays.count() == 2


def test_a_stay_may_have_two_hosts(leiden: Snapshot, noor: User, coordinator: User) -> None:
    two = Opportunity.objects.get(slug="lsh-junior-research-project")
    how = planned(road="research-placement")
    made = begin_by_hand([noor], type(how)(how.road, how.days, two), uuid4(), actor=coordinator)[0]
    assert [host.country for host in made.hosts.all()] == ["DE", "SE"]


def test_all_or_nobody_where_one_is_of_another_desk(noor: User, leiden: Snapshot) -> None:
    medic = student("medic@example.org", "medicine-bsc")
    desk = User.objects.create_user("bms@example.org", role=Role.COORDINATOR,
                                    programme="biomedical-sciences-bsc")  # fmt: skip
    with pytest.raises(MobilityError, match="look after"):
        begin_by_hand([noor, medic], planned(), uuid4(), actor=desk)
    assert not Stay.objects.exists()


def test_a_card_that_changes_later_changes_no_stay(stay: Stay) -> None:
    host = stay.hosts.get()
    before = host.name
    host.institution.name_en = "Another name"  # type: ignore[union-attr]
    host.institution.save()  # type: ignore[union-attr]
    assert stay.hosts.get().name == before


def test_days_in_the_wrong_order_begin_nothing(noor: User, coordinator: User) -> None:
    with pytest.raises(MobilityError):
        begun(noor, coordinator, first=50, last=10)
    assert not Stay.objects.exists()


# --- A place that the student found ---------------------------------------------------------


def proposed(who: User) -> SelfArrangedPlace:
    facts = PlaceFacts(
        institution="karolinska-institutet", institution_name="", city="", country="", website="",
        department="Neuroscience", supervisor_name="Astrid Exempel",
        supervisor_email="astrid@example.edu", kind="research_internship", subject="Macrophages",
        starts_on=in_days(60), ends_on=in_days(160),
    )  # fmt: skip
    return self_arranged_places.propose(who, facts, NewMessage("Agreed.", uuid4()))


def approve(place: SelfArrangedPlace, coordinator: User) -> None:
    self_arranged_places.approve(
        place,
        Approval("bms-bsc-y3-research-internship", Text({"en": "Macrophages"})),
        by=coordinator,
    )
    place.refresh_from_db()


def test_an_approved_place_becomes_a_stay_when_its_student_says_so(
    noor: User, coordinator: User
) -> None:
    place = proposed(noor)
    with pytest.raises(MobilityError):
        beginnings.begin_for_own_place(place, actor=noor)
    approve(place, coordinator)
    made = beginnings.begin_for_own_place(place, actor=noor)
    assert made.road.slug == "research-placement"
    host = made.hosts.get()
    assert (host.contact_name, host.contact_email) == ("Astrid Exempel", "astrid@example.edu")
    assert (made.starts_on, made.programme) == (in_days(60), place.window.programme)  # type: ignore[union-attr]
    assert beginnings.begin_for_own_place(place, actor=noor) == made


@pytest.mark.slow
def test_whose_place_no_road_fits_is_named_and_in_nobody_elses_way(
    nominated: Offer, noor: User
) -> None:
    office = User.objects.get(email="one@office.example")
    Stay.objects.all().delete()
    Road.objects.filter(slug__in=["erasmus-courses", "courses-outside"]).update(
        status=PublicationStatus.DRAFT
    )
    place = proposed(noor)
    approve(place, office)
    client = Client()
    client.force_login(office)
    sent = {"offer": str(nominated.uuid), "place": str(place.pk)}
    page = client.post("/en/office/stays/begin/", sent, follow=True).content.decode()
    assert f"{nominated.application.owner}: No road fits this place." in page
    assert Stay.objects.get().own_place == place


def test_length_counts_both_ends() -> None:
    day = dt.date(2028, 2, 28)
    assert beginnings.length(day, dt.date(2028, 3, 1)) == 3  # over 29 February
    assert beginnings.length(day, None) is None
