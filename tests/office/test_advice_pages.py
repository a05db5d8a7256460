"""The office's side of advice: appointments, the walk-in line, hours."""

from __future__ import annotations

import datetime as dt
import re
from typing import ClassVar

import holidays
import pytest
from django.test import Client
from django.utils import timezone

from sojourn.advising import appointment_notes, appointments, diaries, queue
from sojourn.advising.appointments import AppointmentRequest
from sojourn.advising.models import (
    Appointment,
    AppointmentNote,
    Diary,
    NextStep,
    SavedReply,
    SelfArrangedPlace,
    SlotRule,
    Ticket,
)
from sojourn.catalogue.edition.load import load_edition
from sojourn.catalogue.models import (
    Absence,
    Contact,
    Institution,
    MobilityWindow,
    Opportunity,
    WalkInChange,
    WalkInHour,
)
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.experiences import writing
from sojourn.office.shared import history
from sojourn.people.models import OutboxMail, User
from sojourn.people.roles import Role
from sojourn.planning.models import Plan, TopFiveEntry
from tests.advising.conftest import fill_top_five
from tests.portal.test_advice import WHO, open_hours
from tests.support.ready import EDITION

pytestmark = pytest.mark.slow

HOURS = f"/en/office/hours/{WHO}/"
LINE = f"/en/office/line/{WHO}/"


@pytest.fixture
def diary(leiden: Snapshot) -> Diary:
    return open_hours()


@pytest.fixture
def office(db: None) -> Client:
    user = User.objects.create_user("coordinator@example.org", role=Role.COORDINATOR)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna@example.org", first_name="Anna")


def begun(diary: Diary, student: User) -> Appointment:
    start = timezone.now() - dt.timedelta(minutes=5)
    return Appointment.objects.create(
        diary=diary, student=student, starts_at=start, ends_at=start + dt.timedelta(minutes=20),
        state="booked", topic="Sweden 4711", question="Why? 4712",
    )  # fmt: skip


def book(diary: Diary, student: User) -> Appointment:
    now = timezone.now()
    slot = diaries.unreserved_slots(diary, now)[0]
    return appointments.book(
        diary, student, slot.starts, AppointmentRequest("Sweden 4711", "Why?"), now
    )


class TestAppointments:
    def test_the_list_and_today_show_it(self, diary: Diary, office: Client, anna: User) -> None:
        begun(diary, anna)
        for page in ("/en/office/appointments/?time=today", "/en/office/", "/nl/office/"):
            assert "Sweden 4711" in office.get(page).content.decode(), page
        assert (
            "Sweden 4711"
            not in office.get("/en/office/appointments/?q=x&state=held").content.decode()
        )

    def test_the_sheet_has_plan_fit_and_questions(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        fill_top_five(anna, 3)
        made = begun(diary, anna)
        text = office.get(f"/en/office/appointments/{made.pk}/").content.decode()
        assert "Why? 4712" in text
        assert text.count('<th scope="row">') == 3
        assert "history" in text

    def test_a_place_of_ones_own_stands_on_the_sheet_like_any_other(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        place = Opportunity.objects.get(slug="karolinska-biomedicine-semester")
        place.pk, place.slug, place.title_en = None, "own-4711", "A lab of her own"  # type: ignore[attr-defined]
        place.status, place.private_to = "draft", anna
        place.save()
        place.host_links.create(institution=Institution.objects.get(slug="karolinska-institutet"))
        arranged = SelfArrangedPlace.objects.create(
            student=anna, state="approved", subject="x", kind=place.kind, institution_name="x",
            starts_on=dt.date(2027, 1, 1), ends_on=dt.date(2027, 2, 1), opportunity=place,
            window=MobilityWindow.objects.all()[0],
        )  # fmt: skip
        plan = Plan.objects.create(owner=anna)
        TopFiveEntry.objects.create(plan=plan, rank=1, opportunity=place)
        made = begun(diary, anna)
        text = office.get(f"/en/office/appointments/{made.pk}/").content.decode()
        assert "A lab of her own" in text
        assert "no longer offered" not in text
        assert f"/en/office/own-places/{arranged.pk}/" in text

    def test_notes_are_private_unless_shared(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        made = begun(diary, anna)
        way = f"/en/office/talks/appointment/{made.pk}/note/"
        for _twice in range(2):
            office.post(way, {"text": "secret 4713", "readers": "office"})
        office.post(way, {"text": "shared 4714", "readers": "both"})
        assert AppointmentNote.objects.count() == 2
        student = Client()
        student.force_login(anna)
        text = student.get(f"/en/advice/appointments/{made.pk}/").content.decode()
        assert "shared 4714" in text
        assert "secret 4713" not in text
        assert "4713" not in student.get("/en/plan/data/export.json").content.decode()
        assert "shared 4714" in student.get("/en/plan/data/export.json").content.decode()

    def test_a_step_goes_into_the_plan_and_can_be_taken_back(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        made = begun(diary, anna)
        day = timezone.localdate() + dt.timedelta(days=9)
        for _twice in range(2):
            office.post(
                f"/en/office/talks/appointment/{made.pk}/step/",
                {"text": "Write to Bergen", "due_on": f"{day}"},
            )
        step = NextStep.objects.get()
        assert step.due_on == day
        way = f"/en/office/steps/{step.pk}/remove/"
        assert "Take this step" in office.post(way).content.decode()
        assert NextStep.objects.exists()
        office.post(way, {"sure": "1"})
        assert not NextStep.objects.exists()

    def test_an_empty_note_is_said_kindly(self, diary: Diary, office: Client, anna: User) -> None:
        made = begun(diary, anna)
        answer = office.post(f"/en/office/talks/appointment/{made.pk}/note/", {"text": " "})
        assert answer.status_code == 422
        assert not AppointmentNote.objects.exists()

    def test_outcomes_and_cancelling_ask_where_it_hurts(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        made = begun(diary, anna)
        office.post(f"/en/office/appointments/{made.pk}/outcome/", {"do": "no_show"})
        made.refresh_from_db()
        assert made.state == "no_show"
        ahead = book(diary, anna)
        way = f"/en/office/appointments/{ahead.pk}/outcome/"
        assert "Cancel this appointment" in office.post(way, {"do": "cancel"}).content.decode()
        office.post(way, {"do": "cancel", "sure": "1"})
        ahead.refresh_from_db()
        assert ahead.state == "cancelled"

    def test_it_is_moved_to_a_free_slot_or_to_any_time(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        made = book(diary, anna)
        way = f"/en/office/appointments/{made.pk}/move/"
        assert way in office.get(f"/en/office/appointments/{made.pk}/").content.decode()
        free = diaries.unreserved_slots(diary, timezone.now())[0]
        page = office.get(way).content.decode()
        assert f'value="{free.starts.isoformat()}"' in page
        answer = office.post(way, {"seen": "0", "slot": free.starts.isoformat()})
        assert answer.headers["Location"] == f"/en/office/appointments/{made.pk}/"
        made.refresh_from_db()
        assert made.starts_at == free.starts
        day = timezone.localdate() + dt.timedelta(days=40)
        typed = {"seen": "1", "day": f"{day}", "starts": "16:10", "minutes": "15", "room": "C1"}
        office.post(way, typed)
        made.refresh_from_db()
        assert made.starts_at.astimezone(diaries.zone()).strftime("%H:%M") == "16:10"
        assert (made.room, made.sequence) == ("C1", 2)

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({}, "Choose a free time above"),
            ({"day": "2020-01-01", "starts": "10:00", "minutes": "20"}, "That time is over"),
            ({"day": "x", "starts": "10:00", "minutes": "20"}, 'href="#id_day"'),
            ({"slot": "2026-11-30T10:00:00+00:00"}, "just taken"),
        ],
    )
    def test_a_wrong_time_is_said_and_nothing_moves(
        self, diary: Diary, office: Client, anna: User, sent: dict[str, str], said: str
    ) -> None:
        made = book(diary, anna)
        answer = office.post(f"/en/office/appointments/{made.pk}/move/", {"seen": "0", **sent})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        made.refresh_from_db()
        assert made.sequence == 0

    def test_moved_to_where_it_is_nothing_is_said_to_be_sent(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        made = book(diary, anna)
        local = made.starts_at.astimezone(diaries.zone())
        typed = {
            "seen": "0", "day": f"{local:%Y-%m-%d}", "starts": f"{local:%H:%M}", "room": made.room,
            "minutes": str((made.ends_at - made.starts_at).seconds // 60),
        }  # fmt: skip
        mails = OutboxMail.objects.count()
        page = office.post(f"/en/office/appointments/{made.pk}/move/", typed, follow=True)
        assert "at that time and place already" in page.content.decode()
        assert "gets a mail" not in page.content.decode()
        assert OutboxMail.objects.count() == mails

    def test_what_is_cancelled_is_not_moved(self, diary: Diary, office: Client, anna: User) -> None:
        made = book(diary, anna)
        appointments.cancel(made, anna, timezone.now())
        answer = office.get(f"/en/office/appointments/{made.pk}/move/", follow=True)
        assert "cannot be moved any more" in answer.content.decode()

    def test_several_at_once_are_asked_about_first(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        made = [begun(diary, anna), book(diary, User.objects.create_user("b@example.org"))]
        back = "/en/office/appointments/?time=ahead"
        form = {"pick": [str(each.pk) for each in made], "do": "held", "back": back}
        asked = office.post("/en/office/appointments/several/", form).content.decode()
        assert asked.count('name="pick"') == 2
        answer = office.post("/en/office/appointments/several/", {**form, "sure": "1"})
        assert answer.headers["Location"] == back
        for each in made:
            each.refresh_from_db()
        assert [each.state for each in made] == ["held", "booked"]  # the other has not begun

    def test_a_way_back_to_another_site_is_not_followed(self, diary: Diary, office: Client) -> None:
        answer = office.post(
            "/en/office/appointments/several/", {"back": "https://evil.example/", "do": "held"}
        )
        assert answer.headers["Location"] == "/en/office/appointments/"


class TestTheLine:
    def test_one_key_calls_the_next_and_opens_the_sheet(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        fill_top_five(anna, 2)
        now = timezone.now()
        queue.take_number(diary, anna, "", "grants 4711", now)
        queue.take_number(diary, None, "Cem", "", now)
        text = office.get(LINE).content.decode()
        assert 'data-key="n"' in text
        text = office.post(f"{LINE}next/", {"seen": ""}, follow=True).content.decode()
        assert "grants 4711" in text
        assert text.count('<th scope="row">') == 2
        inside = re.findall(r'name="seen" value="([^"]+)"', text)[0]
        office.post(f"{LINE}next/", {"seen": ""})  # pressed twice
        assert Ticket.objects.get(state="called").student == anna
        text = office.post(f"{LINE}next/", {"seen": inside}, follow=True).content.decode()
        assert "No account, so there is no summary." in text
        assert office.get(f"{LINE}state/").json()["waiting"] == []

    def test_who_does_not_come_in_is_noted(self, diary: Diary, office: Client, anna: User) -> None:
        ticket = queue.take_number(diary, anna, "", "", timezone.now())
        office.post(f"{LINE}next/", {"seen": ""})
        office.post(f"{LINE}end/", {"seen": str(ticket.pk), "how": "no_show"})
        ticket.refresh_from_db()
        assert ticket.state == "no_show"
        office.post(f"/en/office/talks/number/{ticket.pk}/note/", {"text": "x", "readers": "both"})
        assert AppointmentNote.objects.get().ticket == ticket
        assert office.get(f"/en/office/numbers/{ticket.pk}/").status_code == 200

    def test_the_door_has_a_code_in_both_languages(self, diary: Diary, office: Client) -> None:
        text = office.get(f"{LINE}door/").content.decode()
        assert text.count("<svg") >= 2
        assert f"http://testserver/nl/advice/line/{WHO}/" in text
        assert f"http://testserver/en/advice/line/{WHO}/" in text
        assert "style=" not in text


class TestHours:
    def test_a_rule_makes_slots_and_goes_again(self, leiden: Snapshot, office: Client) -> None:
        rule = {"weekday": "1", "starts": "10:00", "ends": "12:00", "length": "20", "gap": "10"}
        assert office.get(f"{HOURS}rules/new/").status_code == 200
        office.post(f"{HOURS}rules/new/", rule)
        made = SlotRule.objects.get()
        assert office.get(f"{HOURS}rules/{made.pk}/").status_code == 200
        office.post(f"{HOURS}rules/{made.pk}/", {**rule, "length": "30"})
        made.refresh_from_db()
        assert made.length == 30
        assert office.get(f"{HOURS}rules/{made.pk}/remove/").status_code == 200
        assert SlotRule.objects.exists()
        office.post(f"{HOURS}rules/{made.pk}/remove/")
        assert not SlotRule.objects.exists()

    def test_a_weekly_hour_is_made_changed_ended_and_removed(
        self, leiden: Snapshot, office: Client
    ) -> None:
        form = {"weekday": "3", "starts": "10:00", "ends": "11:00", "room": "B2"}
        assert office.get(f"{HOURS}walk-in/new/").status_code == 200
        for _twice in range(2):
            office.post(f"{HOURS}walk-in/new/", {**form, "note_en": "Bring a card 4711"})
        made = WalkInHour.objects.get(weekday=3)
        assert "Bring a card 4711" in Client().get("/en/contacts/").content.decode()
        way = f"{HOURS}walk-in/{made.slug}/"
        assert 'value="10:00"' in office.get(way).content.decode()
        office.post(way, {**form, "ends": "12:00"})
        made.refresh_from_db()
        assert made.ends == dt.time(12)
        assert office.post(f"{way}end/", {"last_day": ""}).status_code == 422
        office.post(f"{way}end/", {"last_day": "2026-12-31"})
        made.refresh_from_db()
        assert made.valid_until == dt.date(2026, 12, 31)
        assert "Remove this weekly hour" in office.post(f"{way}remove/").content.decode()
        office.post(f"{way}remove/", {"sure": "1"})
        assert not WalkInHour.objects.filter(weekday=3).exists()

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"starts": "15:00", "ends": "14:00"}, "must end after it starts"),
            ({"starts": "14:30", "ends": "15:30"}, "already: Monday 14:00"),
            ({"valid_from": "2027-02-01", "valid_until": "2027-01-01"}, "before the first"),
            ({"weekday": "9"}, 'href="#id_weekday"'),
            ({"room": "a\x00b"}, 'href="#id_room"'),
        ],
    )
    def test_a_wrong_weekly_hour_names_its_field_and_changes_nothing(
        self, leiden: Snapshot, office: Client, wrong: dict[str, str], said: str
    ) -> None:
        before = list(WalkInHour.objects.values())
        form = {"weekday": "0", "starts": "09:00", "ends": "10:00"}
        answer = office.post(f"{HOURS}walk-in/new/", {**form, **wrong})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert list(WalkInHour.objects.values()) == before

    def test_a_load_leaves_what_the_office_made_of_an_hour(
        self, leiden: Snapshot, office: Client
    ) -> None:
        form = {"weekday": "0", "starts": "15:00", "ends": "16:00", "room": "V5-30"}
        office.post(f"{HOURS}walk-in/coordinator-monday/", form)
        load_edition(EDITION)
        assert WalkInHour.objects.get(slug="coordinator-monday").starts == dt.time(15)

    def test_the_desk_tells_who_changed_what(self, leiden: Snapshot, office: Client) -> None:
        form = {"weekday": "3", "starts": "10:00", "ends": "11:00"}
        office.post(f"{HOURS}walk-in/new/", form)
        slug = WalkInHour.objects.get(weekday=3).slug
        office.post(f"{HOURS}walk-in/{slug}/", {**form, "ends": "12:00"})
        office.post(f"{HOURS}walk-in/{slug}/remove/", {"sure": "1"})
        office.post(f"{HOURS}absent/", {"first_day": "2027-03-01", "last_day": "2027-03-02"})
        office.post(f"{HOURS}absent/{Absence.objects.latest('pk').pk}/")
        rule = {"weekday": "1", "starts": "10:00", "ends": "12:00", "length": "20", "gap": "0"}
        office.post(f"{HOURS}rules/new/", rule)
        office.post(f"{HOURS}rules/{SlotRule.objects.get().pk}/remove/")
        contact = Contact.objects.get(slug=WHO)
        told = [(event.what, event.detail, event.who) for event in history.of_desk(contact)]
        who = "coordinator@example.org"
        assert told == [
            ("removed a rule for slots", "Tuesday, 10:00–12:00", who),
            ("added a rule for slots", "Tuesday, 10:00–12:00", who),
            ("removed days away", "1 March 2027 – 2 March 2027", who),
            ("added days away", "1 March 2027 – 2 March 2027", who),
            ("removed a weekly walk-in hour", "Thursday, 10:00–12:00", who),
            (
                "changed a weekly walk-in hour",
                "Thursday, 10:00–12:00 (before: Thursday, 10:00–11:00)",
                who,
            ),
            ("added a weekly walk-in hour", "Thursday, 10:00–11:00", who),
        ]
        assert "Thursday, 10:00–12:00 (before" in office.get(HOURS).content.decode()
        other = Contact.objects.exclude(pk=contact.pk)[0]
        assert history.of_desk(other) == ()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"starts": "12:00", "ends": "10:00"},
            {"length": "0"},
            {"length": "x"},
            {"valid_from": "2027-02-01", "valid_until": "2027-01-01"},
            {"online_link": "javascript:alert(1)"},
            {"room": "a\x00b"},
        ],
    )
    def test_a_wrong_rule_names_its_field_and_changes_nothing(
        self, leiden: Snapshot, office: Client, wrong: dict[str, str]
    ) -> None:
        rule = {"weekday": "1", "starts": "10:00", "ends": "12:00", "length": "20", "gap": "0"}
        answer = office.post(f"{HOURS}rules/new/", {**rule, **wrong})
        assert answer.status_code == 422
        assert "error-summary" in answer.content.decode()
        assert not SlotRule.objects.exists()

    def test_one_date_is_changed_and_as_usual_again(self, leiden: Snapshot, office: Client) -> None:
        Absence.objects.all().delete()
        today = timezone.localdate()
        monday = today + dt.timedelta(days=7 - today.weekday())
        while monday in holidays.country_holidays("NL", years=monday.year):
            monday += dt.timedelta(days=7)
        way = f"{HOURS}dates/coordinator-monday/{monday.year}-{monday.month}-{monday.day}/"
        assert office.get(way).status_code == 200
        office.post(way, {"takes_place": "no", "note_en": "Ill 4711", "note_nl": "Ziek"})
        assert WalkInChange.objects.get().is_cancelled
        assert "Ill 4711" in office.get(HOURS).content.decode()
        assert "Ill 4711" in Client().get("/en/contacts/").content.decode()
        answer = office.post(way, {"takes_place": "yes", "starts": "16:00", "ends": "15:00"})
        assert answer.status_code == 422
        office.post(way, {"undo": "1"})
        assert not WalkInChange.objects.exists()
        tuesday = monday + dt.timedelta(days=1)
        other = f"{HOURS}dates/coordinator-monday/{tuesday.year}-{tuesday.month}-{tuesday.day}/"
        assert office.get(other).status_code == 404

    def test_days_away_name_the_appointments_in_them(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        made = book(diary, anna)
        day = made.starts_at.astimezone(diaries.zone()).date()
        office.post(f"{HOURS}absent/", {"first_day": f"{day}", "last_day": f"{day}"})
        absence = Absence.objects.get()
        text = office.get(HOURS).content.decode()
        assert "Appointment:" in text
        assert made.starts_at not in [s.starts for s in diaries.free_slots(diary, timezone.now())]
        way = f"{HOURS}absent/{absence.pk}/"
        assert office.get(way).status_code == 200
        office.post(way)
        assert not Absence.objects.exists()

    def test_absences_in_the_wrong_order_change_nothing(self, diary: Diary, office: Client) -> None:
        answer = office.post(
            f"{HOURS}absent/", {"first_day": "2027-01-02", "last_day": "2027-01-01"}
        )
        assert answer.status_code == 422
        assert not Absence.objects.exists()

    def test_settings_are_kept(self, diary: Diary, office: Client) -> None:
        office.post(
            f"{HOURS}settings/", {"notice_hours": "4", "horizon_weeks": "2", "offer_hours": "3"}
        )
        diary.refresh_from_db()
        assert (diary.notice_hours, diary.horizon_weeks, diary.offer_hours) == (4, 2, 3)
        answer = office.post(
            f"{HOURS}settings/", {"notice_hours": "4", "horizon_weeks": "0", "offer_hours": "3"}
        )
        assert answer.status_code == 422


def test_a_step_agreed_in_the_line_belongs_to_that_appointment(
    diary: Diary, office: Client, anna: User
) -> None:
    ticket = queue.take_number(diary, anna, "", "", timezone.now())
    office.post(f"/en/office/talks/number/{ticket.pk}/step/", {"text": "Read the guide"})
    assert appointment_notes.steps_of(anna).get().ticket == ticket


class TestRules:
    RULE: ClassVar[dict[str, str]] = {
        "weekday": "2", "starts": "13:00", "ends": "14:00", "length": "20", "gap": "0",
    }  # fmt: skip

    def test_an_appointment_that_fits_nowhere_is_said_at_its_length(
        self, diary: Diary, office: Client
    ) -> None:
        before = diary.rules.count()
        answer = office.post(f"{HOURS}rules/new/", self.RULE | {"length": "61"})
        assert answer.status_code == 422
        assert 'href="#id_length"' in answer.content.decode()
        assert diary.rules.count() == before
        assert office.post(f"{HOURS}rules/new/", self.RULE | {"length": "60"}).status_code == 302

    def test_the_same_rule_sent_twice_is_one(self, diary: Diary, office: Client) -> None:
        before = diary.rules.count()
        for _twice in range(2):
            assert office.post(f"{HOURS}rules/new/", self.RULE).status_code == 302
        assert diary.rules.count() == before + 1
        assert office.post(f"{HOURS}rules/new/", self.RULE | {"room": "C1"}).status_code == 302
        assert diary.rules.count() == before + 2

    def test_a_time_of_day_has_no_last_day_in_dutch(self, diary: Diary, office: Client) -> None:
        page = office.get(HOURS.replace("/en/", "/nl/") + "walk-in/new/").content.decode()
        assert re.search(r'<label for="id_ends">\s*Tot\s*<', page)


class TestPressedTwice:
    """A double click shows the answer to the second press: it must not say "no such page"."""

    def test_rules_absences_and_weekly_hours_go_once(self, diary: Diary, office: Client) -> None:
        rule = diary.rules.all()[0]
        absence = Absence.objects.create(
            contact=diary.contact, first_day=dt.date(2030, 1, 1), last_day=dt.date(2030, 1, 2)
        )
        for way in (
            f"{HOURS}rules/{rule.pk}/remove/",
            f"{HOURS}absent/{absence.pk}/",
            f"{HOURS}walk-in/always-0/remove/",
        ):
            assert office.post(way, {"sure": "1"}).headers["Location"] == HOURS
            again = office.post(way, {"sure": "1"}, follow=True)
            assert again.redirect_chain == [(HOURS, 302)]
            assert "It has already been removed." in again.content.decode()
            assert office.get(way).status_code == 404

    def test_a_step_and_a_saved_reply_go_once(
        self, diary: Diary, office: Client, anna: User
    ) -> None:
        made = begun(diary, anna)
        office.post(f"/en/office/talks/appointment/{made.pk}/step/", {"text": "Write"})
        step = NextStep.objects.get()
        reply = SavedReply.objects.create(name="x", text_en="x", text_nl="x")
        for way in (
            f"/en/office/steps/{step.pk}/remove/",
            f"/en/office/saved-replies/{reply.pk}/throw-away/",
        ):
            office.post(way, {"sure": "1"})
            again = office.post(way, {"sure": "1"}, follow=True)
            assert again.status_code == 200
            assert "It has already been removed." in again.content.decode()

    def test_a_report_is_sent_back_and_deleted_once(
        self, leiden: Snapshot, office: Client, anna: User
    ) -> None:
        content = writing.ReportContent(
            opportunity="karolinska-biomedicine-semester", title="x", teaching="Words.",
            starts_on=dt.date(2025, 1, 6), ends_on=dt.date(2025, 5, 30),
        )  # fmt: skip
        begun = writing.begin_report(anna, "en")
        report = writing.submit(writing.save_draft(begun.pk, content, begun.revision).pk)
        way = f"/en/office/experiences/{report.pk}/"
        sent = {"do": "send-back", "answer": "Which?", "revision": str(report.revision)}
        assert office.post(way, sent).status_code == 302
        again = office.post(way, sent, follow=True)
        assert again.status_code == 200
        assert "The office no longer has this report" in again.content.decode()
        student = Client()
        student.force_login(anna)
        way = f"/en/experiences/mine/{report.pk}/delete/"
        student.post(way)
        again = student.post(way, follow=True)
        assert again.redirect_chain == [("/en/experiences/mine/", 302)]
        assert "It has already been removed." in again.content.decode()
