"""Sets the stage for looking at every page: each thing in each state, in one database.

`python -m tests.journeys.stage`, with the environment of a new installation, fills it and prints
where everything is: who looks, and the path below the language.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sojourn.advising.models import Diary
    from sojourn.advising.threads import NewMessage
    from sojourn.mobility.beginnings import PlannedStay
    from sojourn.mobility.models import Stay
    from sojourn.people.models import User
    from sojourn.selection.models import Round

PLACE, COUNTRY = "karolinska-biomedicine-semester", "SE"
WHO = "coordinator-internationalisation"
FIVE = (PLACE, "half-minor-edinburgh", "half-minor-bordeaux", "half-minor-global-health-cuba", "SE")
# Who looks, and the demo account of each: one with everything, one with nothing yet.
ACCOUNTS = {
    "student": "student-biomedical-sciences-bsc@example.org",
    "new student": "student-medicine-bsc@example.org",
    "office": "coordinator@example.org",
    "operator": "operator@example.org",
}


@dataclass(frozen=True)
class Stop:
    """A page to look at."""

    who: str
    path: str
    """Below the language."""
    status: int = 200
    fill: dict[str, str] = field(default_factory=dict)
    """What is typed first, by selector."""
    file: tuple[str, str] | None = None
    """A selector and the text of a file that is chosen there."""
    press: str = ""
    """What is pressed then: the page that answers is looked at."""


def public() -> Iterator[Stop]:
    from tests.portal.pages import SAMPLES

    for sample in SAMPLES:
        yield Stop("visitor", sample.path, sample.status)
    yield Stop("visitor", "plan/top-five/undo/", 405)
    for path in ("plan/", "plan/top-five/", "plan/compare/", "advice/", "questions/", "apply/"):
        yield Stop("visitor", path)


def accounts() -> Iterator[Stop]:
    from allauth.account.models import EmailAddress, EmailConfirmationHMAC
    from django.utils import timezone

    from sojourn.people import invitations
    from sojourn.people.roles import Role

    for who in ("student", "new student"):
        user = _user(who)
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"primary": True, "verified": True}
        )
        # Was in before a confirmed address was asked for.
        type(user).objects.filter(pk=user.pk).update(last_login=timezone.now())
    address = EmailAddress.objects.create(user=user, email="another@example.org")
    for path in ("login/", "signup/", "inactive/", "password/reset/", "password/reset/done/",
                 "password/reset/key/done/", "password/reset/key/1-never/",
                 "confirm-email/"):  # fmt: skip
        yield Stop("visitor", f"account/{path}")
    yield Stop("visitor", "account/invitation/never/", 410)
    yield Stop("visitor", f"account/confirm-email/{EmailConfirmationHMAC(address).key}/")
    yield Stop("visitor", "account/login/", press="main form button[type=submit]",
               fill={"[name=login]": "nobody@example.org",
                     "[name=password]": "wrong words"})  # fmt: skip
    invited = invitations.invite("invited@example.org", Role.SECRETARY, by=None).link
    yield Stop("visitor", invited.partition("/en/")[2])
    for path in ("name/", "sessions/", "logout/", "email/", "password/change/",
                 "reauthenticate/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/",
                 "2fa/webauthn/add/"):  # fmt: skip
        yield Stop("student", f"account/{path}")


# --- The plan -----------------------------------------------------------------------------------


def plan() -> Iterator[Stop]:
    from sojourn.planning import profile, sharing, top_five
    from sojourn.planning.models import Plan

    student = _user("student")
    mine = Plan.objects.create(owner=student)
    profile.save_profile(
        mine,
        profile.Profile(
            programme="biomedical-sciences-bsc", year=1, budget=Decimal(4500), hours_a_week=4,
            languages=(profile.KnownLanguage("en", "C1"), profile.KnownLanguage("fr", "A2")),
        ),
        "",
    )  # fmt: skip
    for key in FIVE:
        top_five.add(mine, key)
    shared = sharing.share(mine)
    for path in ("data/delete-account/", "", "profile/", "fit/", "top-five/",
                 f"top-five/add/{FIVE[1]}/", "compare/",
                 "share/", "data/", "dates/", f"costs/{FIVE[3]}/", f"costs/{PLACE}/",
                 f"language/{FIVE[3]}/", f"courses/{PLACE}/",
                 "top-five/add/half-minor-finland/"):  # fmt: skip
        yield Stop("student", f"plan/{path}")
    yield Stop("visitor", f"plan/shared/{shared.token}/")
    for path in ("", "profile/", "fit/", "compare/", "dates/"):
        yield Stop("new student", f"plan/{path}")


# --- Talks --------------------------------------------------------------------------------------


def talks() -> Iterator[Stop]:
    from django.utils import timezone

    from sojourn.advising import appointment_notes as verbs
    from sojourn.advising import appointments, diaries, queue
    from sojourn.advising.appointments import AppointmentRequest
    from sojourn.advising.models import Appointment, Ticket, WeekWaiting
    from sojourn.catalogue.models import Absence

    student, other, office = _user("student"), _user("new student"), _user("office")
    now = timezone.now()
    diary = _hours()
    absence = Absence.objects.create(
        contact=diary.contact, first_day=dt.date(2030, 1, 1), last_day=dt.date(2030, 1, 2),
        reason_en="Away", reason_nl="Weg", is_example=True,
    )  # fmt: skip
    free = diaries.unreserved_slots(diary, now)
    booked = appointments.book(
        diary, student, free[3].starts,
        AppointmentRequest(
            "Sweden or Scotland?", "Which of the two fits my second year?", "by-country"
        ), now,
    )  # fmt: skip
    verbs.write_shared_note(
        verbs.NoteSubject(student, appointment=booked), office, "Look at the letter from Lund.", now
    )
    verbs.write_private_note(
        verbs.NoteSubject(student, appointment=booked), office, "Worries about money.", now
    )
    verbs.agree_on(
        verbs.NoteSubject(student, appointment=booked), office, "Write to Lund", None, now
    )
    week = diaries.week_of(free[-1].starts)
    waiting = WeekWaiting.objects.create(
        diary=diary, student=other, week=week, topic="A room", question="Where?", state="offered"
    )
    offer = Appointment.objects.create(
        diary=diary, student=other, starts_at=free[-1].starts, ends_at=free[-1].ends,
        topic="A room", question="Where do I look?", state="offered", waited=waiting,
        offer_ends_at=now + dt.timedelta(hours=5),
    )  # fmt: skip
    past = Appointment.objects.create(
        diary=diary, student=other, starts_at=now - dt.timedelta(days=1), topic="Costs",
        ends_at=now - dt.timedelta(days=1, minutes=-20), question="What does it cost?",
        state="booked",
    )  # fmt: skip
    first = queue.take_number(diary, student, "", "My letter of motivation", now)
    queue.take_number(diary, None, "Dov", "", now)
    queue.call_next(diary, None, office, now)
    called = Ticket.objects.get(pk=first.pk)
    yield Stop("student", "advice/")
    yield Stop("new student", "advice/")
    yield Stop("student", f"advice/appointments/{booked.pk}/")
    for path in ("move/", "words/", "cancel/"):
        yield Stop("student", f"advice/appointments/{booked.pk}/{path}")
    yield Stop("new student", f"advice/appointments/{past.pk}/")
    yield Stop("new student", f"advice/book/{WHO}/")
    yield Stop("new student", f"advice/book/{WHO}/", press="form.booking .button.next")
    yield Stop("new student", f"advice/wait/{WHO}/{week}/")
    yield Stop("new student", f"advice/offers/{offer.pk}/")
    yield Stop("student", f"advice/line/{WHO}/")
    yield Stop("visitor", f"advice/line/{WHO}/")
    for path in ("", "appointments/", "appointments/?time=past", "appointments/?q=nothing+at+all",
                 f"appointments/{booked.pk}/", f"appointments/{booked.pk}/move/",
                 f"appointments/{past.pk}/", "line/", f"line/{WHO}/",
                 f"line/{WHO}/door/", f"numbers/{called.pk}/", "hours/", f"hours/{WHO}/",
                 f"hours/{WHO}/rules/new/", f"hours/{WHO}/rules/{diary.rules.all()[0].pk}/",
                 f"hours/{WHO}/rules/{diary.rules.all()[0].pk}/remove/",
                 f"hours/{WHO}/dates/always-0/2027-01-04/",
                 f"hours/{WHO}/walk-in/new/", f"hours/{WHO}/walk-in/always-0/",
                 f"hours/{WHO}/walk-in/always-0/end/", f"hours/{WHO}/walk-in/always-0/remove/",
                 f"hours/{WHO}/absent/{absence.pk}/"):  # fmt: skip
        yield Stop("office", f"office/{path}")
    yield Stop("office", f"office/hours/{WHO}/rules/new/", press="main .button.next")


def _hours() -> Diary:
    """Talks on every day and a walk-in hour all day, whatever day this is."""
    from sojourn.advising import diaries
    from sojourn.advising.models import SlotRule
    from sojourn.catalogue.models import Absence, Contact, Edition, WalkInHour
    from sojourn.catalogue.services import publish_change
    from sojourn.catalogue.snapshot.service import refresh_snapshot

    Absence.objects.all().delete()
    Edition.objects.update(holidays_country="ZZ")
    diary = diaries.diary_of(Contact.objects.get(slug=WHO))
    for weekday in range(7):
        SlotRule.objects.create(
            diary=diary, weekday=weekday, starts=dt.time(9), ends=dt.time(11), length=20,
            room="V5-28",
        )  # fmt: skip
        WalkInHour.objects.create(
            slug=f"always-{weekday}", contact=diary.contact, weekday=weekday, room="V5-28",
            starts=dt.time(0), ends=dt.time(23, 59, 59), is_example=True,
        )  # fmt: skip
    other = Contact.objects.exclude(slug=WHO).order_by("pk")[0]
    diaries.diary_of(other)
    WalkInHour.objects.create(
        slug="another-line", contact=other, weekday=0, room="V5-30", starts=dt.time(12),
        ends=dt.time(13), is_example=True,
    )  # fmt: skip
    publish_change()
    refresh_snapshot()
    return diary


# --- Questions and own places ---------------------------------------------------------------------


def questions() -> Iterator[Stop]:
    from django.utils import timezone

    from sojourn.advising import links, publishing, saved_replies
    from sojourn.advising import questions as verbs
    from sojourn.advising.questions import Asker, QuestionSubject
    from sojourn.common.languages import Text

    student, office = _user("student"), _user("office")
    anna = Asker(student, "", "en")
    place = QuestionSubject("opportunity", FIVE[1])
    waiting = verbs.ask(anna, "A grant for Edinburgh", _written("Which grant pays this?"), place)
    answered = verbs.ask(anna, "A dog", _written("May my dog come along?"), place)
    reply = verbs.reply(
        answered, _written("No animals, sorry."), by=office, becomes="answered", seen=1
    )
    done = verbs.ask(
        anna, "Housing", _written("Is there a room?"), QuestionSubject("guide", "costs")
    )
    published = verbs.reply(done, _written("Look early."), by=office, becomes="answered", seen=1)
    answer = publishing.publish_answer(
        published,
        publishing.AnswerDraft(
            question=Text(
                {"en": "When do I look for a room?", "nl": "Wanneer zoek ik een kamer?"}
            ),
            text=Text({"en": "Begin in **May**.", "nl": "Begin in **mei**."}),
            page=place,
            owner=office,
            review_on=timezone.localdate() + dt.timedelta(days=100),
        ),
        by=office, looked_at=frozenset(),
    )  # fmt: skip
    stranger = verbs.ask(
        Asker(None, "visitor@example.org", "nl"), "Visum", _written("Heb ik een visum nodig?")
    )
    saved = saved_replies.save_reply(
        "Grants", Text({"en": "Look at the page.", "nl": "Kijk op de pagina."}), by=office
    )
    for path in ("", "ask/", f"ask/?opportunity={PLACE}", f"{waiting.pk}/", f"{answered.pk}/"):
        yield Stop("student", f"questions/{path}")
    yield Stop("new student", "questions/")
    yield Stop("student", "questions/ask/", press="main form button.next")
    yield Stop("visitor", "questions/ask/")
    yield Stop("visitor", "questions/ask/?guide=costs", press="main form button.next",
               fill={"[name=subject]": "Costs", "[name=email]": "somebody@example.org",
                     "[name=text]": "What does a stay cost, and which grant pays it?"})  # fmt: skip
    yield Stop("visitor", "questions/ask/sent/")
    yield Stop("visitor", f"questions/read/{links.token_of(stranger.pk)}/")
    yield Stop("visitor", f"opportunities/{FIVE[1]}/")
    for path in ("questions/", "questions/?state=all", "questions/?q=nothing+at+all",
                 f"questions/{waiting.pk}/", f"questions/{answered.pk}/",
                 f"questions/{answered.pk}/publish/{reply.number}/", "answers/",
                 f"answers/{answer.slug}/", "saved-replies/",
                 "saved-replies/new/", f"saved-replies/{saved.pk}/",
                 f"saved-replies/{saved.pk}/throw-away/"):  # fmt: skip
        yield Stop("office", f"office/{path}")


def own_places() -> Iterator[Stop]:
    from sojourn.advising import self_arranged_places
    from sojourn.advising.self_arranged_places import Approval, PlaceFacts
    from sojourn.catalogue.models import MobilityWindow
    from sojourn.common.languages import Text

    student, office = _user("student"), _user("office")
    said = PlaceFacts(
        institution="karolinska-institutet", institution_name="", city="", country="", website="",
        department="Cell biology", supervisor_name="Dr. Svensson",
        supervisor_email="svensson@example.org", kind="research_internship",
        subject="Zebrafish hearts", starts_on=dt.date(2027, 9, 1), ends_on=dt.date(2028, 1, 31),
    )  # fmt: skip
    new = replace(
        said, institution="", institution_name="Fjord Institute of Hearts", city="Tromsø",
        country="NO", subject="Cold hearts",
    )  # fmt: skip
    waiting = self_arranged_places.propose(student, said, _written("She said yes by mail."))
    asked = self_arranged_places.propose(student, new, _written("They have room for me."))
    self_arranged_places.ask_back(asked, _written("Which supervisor?"), by=office, seen=1)
    approved = self_arranged_places.propose(
        student, replace(said, subject="Warm hearts"), _written("Yes.")
    )
    window = MobilityWindow.objects.filter(programme__slug="biomedical-sciences-bsc")[0]
    self_arranged_places.approve(
        approved,
        Approval(window.slug, Text({"en": "Warm hearts", "nl": "Warme harten"}), 30),
        by=office,
    )
    declined = self_arranged_places.propose(
        student, replace(new, subject="No hearts"), _written("Maybe.")
    )
    self_arranged_places.decline(declined, _written("There is no supervisor."), by=office, seen=1)
    everyone = (waiting, asked, approved, declined)
    yield Stop("student", "own-places/")
    yield Stop("new student", "own-places/")
    yield Stop("student", "own-places/new/")
    yield Stop("student", "own-places/new/", press="main form button.next")
    for each in everyone:
        yield Stop("student", f"own-places/{each.pk}/")
    yield Stop("student", f"own-places/{asked.pk}/change/")
    yield Stop("student", f"own-places/{asked.pk}/withdraw/")
    yield Stop("office", "office/accounts/")
    yield Stop("office", "office/own-places/")
    for each in everyone:
        yield Stop("office", f"office/own-places/{each.pk}/")
    yield Stop("office", f"office/own-places/{approved.pk}/publish/")


# --- Experiences ----------------------------------------------------------------------------------


def experiences() -> Iterator[Stop]:
    from sojourn.catalogue.models import Contact, Opportunity
    from sojourn.experiences import correspondents, invitations, messages, moderation, writing
    from sojourn.experiences.links import LinkPurpose, token_for
    from sojourn.experiences.models import ReportInvitation

    student, office = _user("student"), _user("office")
    content = writing.ReportContent(
        opportunity=PLACE, title="Staged", teaching="Words.", housing="More words.",
        starts_on=dt.date(2025, 1, 6), ends_on=dt.date(2025, 5, 30), ratings={"city": 4},
        courses=(writing.CourseDraft("Basket weaving", None, "yes", "Something at home"),),
        languages=(writing.LanguageDraft("daily_life", "sv", "B1"),),
        consents=frozenset({"contact", "costs"}),
    )  # fmt: skip

    def report(title: str) -> writing.Report:
        made = writing.begin_report(student, "en")
        return writing.save_draft(made.pk, replace(content, title=title), made.revision)

    draft = report("A draft")
    waiting = writing.submit(report("Waiting").pk)
    shown = writing.submit(report("Published").pk)
    shown = moderation.edit_words(office, shown.pk, {"housing": "Fewer."}, "Why", shown.revision)
    moderation.publish(office, shown.pk, shown.revision)
    asked = writing.submit(report("Sent back").pk)
    moderation.send_back(office, asked.pk, "Which hospital?")
    place = Opportunity.objects.get(slug=PLACE)
    invitations.invite(office, ["cem@example.org"], place, "en")
    contact = Contact.objects.get(slug="lumc-contact-tanzania")
    person = correspondents.set_address(office, contact, "tanzania@example.org", "en")
    person = correspondents.record_agreement(office, person, "mail")
    message = messages.send_message(
        student, person, messages.NewMessage(uuid.uuid4(), "Hello?", "Demo"), "x"
    )
    invitation = ReportInvitation.objects.get(email="cem@example.org")
    for path in ("", f"of/{PLACE}/", f"in/{COUNTRY}/", "at/karolinska-institutet/",
                 f"invited/{token_for(LinkPurpose.REPORT, invitation.pk)}/",
                 f"consent/{token_for(LinkPurpose.CONSENT, person.pk)}/",
                 f"stop/{token_for(LinkPurpose.STOP, person.pk)}/",
                 f"stop-inviting/{token_for(LinkPurpose.STOP_INVITING, invitation.pk)}/",
                 f"answer/{token_for(LinkPurpose.ANSWER, message.pk)}/"):  # fmt: skip
        yield Stop("visitor", f"experiences/{path}")
    yield Stop("visitor", "experiences/answer/nonsense/", 404)
    for path in ("mine/", "mine/begin/", f"mine/{draft.pk}/", f"mine/{waiting.pk}/",
                 f"mine/{shown.pk}/", f"mine/{asked.pk}/", f"mine/{draft.pk}/delete/",
                 "people/", "write/person/lumc-contact-tanzania/"):  # fmt: skip
        yield Stop("student", f"experiences/{path}")
    yield Stop("new student", "experiences/mine/")
    for path in ("", f"{waiting.pk}/", f"{shown.pk}/", "invitations/", "suggestions/", "people/",
                 "messages/"):  # fmt: skip
        yield Stop("office", f"office/experiences/{path}")


# --- Stays ----------------------------------------------------------------------------------------


def stays() -> Iterator[Stop]:
    from sojourn.catalogue.models import Opportunity, Road
    from sojourn.mobility import beginnings, steps
    from sojourn.mobility.periods import Days

    student, office = _user("student"), _user("office")
    today = dt.date.today()
    planned = beginnings.PlannedStay(
        road=Road.objects.get(slug="erasmus-courses"),
        days=Days(today + dt.timedelta(days=90), today + dt.timedelta(days=230)),
        opportunity=Opportunity.objects.get(slug=PLACE),
    )
    stay = beginnings.begin_by_hand([student], planned, uuid.uuid4(), actor=office)[0]
    ours = stay.steps.get(step__slug="erasmus-courses-nomination")
    steps.settle(ours, actor=office)
    steps.tick(stay.steps.get(step__slug="erasmus-courses-insurance"), actor=student)
    host_link = _agreement(stay, student)
    for path in ("", f"{stay.uuid}/", f"{stay.uuid}/days/", f"{stay.uuid}/withdraw/",
                 f"{stay.uuid}/agreement/", f"{stay.uuid}/agreement/edit/"):  # fmt: skip
        yield Stop("student", f"stays/{path}")
    for path in (f"{host_link}/", f"{host_link}/?in=es", "check/"):
        yield Stop("visitor", f"sign/{path}")
    yield Stop("visitor", "sign/nonsense/", 404)
    yield Stop("new student", "stays/")
    for path in ("", "new/", f"{stay.uuid}/", f"{stay.uuid}/days/", f"{stay.uuid}/road/",
                 f"{stay.uuid}/host/{stay.hosts.get().pk}/",
                 f"{stay.uuid}/agreement/", f"{stay.uuid}/agreement/edit/",
                 f"{stay.uuid}/change/postponed/"):  # fmt: skip
        yield Stop("office", f"office/stays/{path}")
    yield from _board(planned, stay)
    yield from _money(stay, office)
    yield from _away(planned)


def _board(planned: PlannedStay, decided: Any) -> Iterator[Stop]:
    """What waits for the Board, what it asked back, and what it decided; a mandate."""
    from sojourn.catalogue.models import DegreeProgramme
    from sojourn.mobility import beginnings, board_desk, board_mandates
    from sojourn.mobility.models import BoardRequest, RequestKind
    from sojourn.people.models import RoleAssignment, User
    from sojourn.people.roles import Role
    from tests.mobility.agreements import by_student, draft

    student, office = _user("new student"), _user("office")
    member = User.objects.get(email="board-of-stays@example.org")
    secretary = User.objects.create_user("for-the-board@example.org", role=Role.SECRETARY)
    today = dt.date.today()
    board_mandates.give(
        secretary, DegreeProgramme.objects.get(slug="medicine-bsc"), [RequestKind.AGREEMENT],
        today, today + dt.timedelta(days=90), "Meeting of 12 November, point 4", actor=member,
    )  # fmt: skip
    stay = beginnings.begin_by_hand([student], planned, uuid.uuid4(), actor=office)[0]
    version = by_student(draft(stay))
    row = BoardRequest.objects.get(version=version)
    given = board_desk.Given("ask_back", row.digest, row.revision, "M. Eksempel")
    board_desk.ask_back(row, "Which level has Physiology?", given, actor=member)
    done = BoardRequest.objects.get(stay=decided)
    for path in ("", "mandates/", f"{row.uuid}/", f"{done.uuid}/"):
        yield Stop("office", f"office/board/{path}")
    yield Stop("new student", f"stays/{stay.uuid}/board/")
    yield Stop("student", f"stays/{decided.uuid}/board/")
    # Whoever sits on the Board has the forms.
    RoleAssignment.objects.create(user=_user("operator"), role=Role.BOARD)
    yield Stop("operator", "office/board/mandates/")
    yield Stop("operator", f"office/board/{row.uuid}/")
    yield Stop("office", f"office/board/ask/{stay.uuid}/")


def _money(stay: Stay, office: User) -> Iterator[Stop]:
    """A stay with a grant that is promised, and others that may be."""
    from sojourn.catalogue.models import Grant
    from sojourn.mobility import money

    grant = Grant.objects.get(slug="erasmus-support-group-1")
    made = money.promise(stay, grant, amount=Decimal(390), sending=uuid.uuid4(), actor=office)
    yield Stop("student", f"stays/{stay.uuid}/")
    yield Stop("student", f"plan/costs/{PLACE}/")
    for path in ("", f"{stay.uuid}/", f"{stay.uuid}/promise/erasmus-travel/",
                 f"{stay.uuid}/{made.uuid}/count/?off=10"):  # fmt: skip
        yield Stop("office", f"office/money/{path}")


def _away(planned: PlannedStay) -> Iterator[Stop]:
    """Somebody who is there, an incident that concerns them, and a drill that is over."""
    from sojourn.mobility import beginnings, endings, incidents, whereabouts
    from sojourn.mobility.models import Answer
    from sojourn.mobility.periods import Days
    from sojourn.mobility.whereabouts import Contact, Reach, Trip
    from sojourn.mobility.whereabouts_links import LinkPurpose, token_for

    other, office = _user("new student"), _user("office")
    today = dt.date.today()
    days = Days(today - dt.timedelta(days=10), today + dt.timedelta(days=90))
    stay = beginnings.begin_by_hand(
        [other], replace(planned, days=days), uuid.uuid4(), actor=office
    )[0]  # fmt: skip
    whereabouts.describe(
        stay,
        Reach(
            "+46 800 000 000", "Solnavägen 1", [Contact("Ada Exempel", "+31 6 000 000 00")],
            [Trip("Oslo", "NO", today, today)],
        ),
        by_link=False,
    )  # fmt: skip
    for purpose in (LinkPurpose.REACH, LinkPurpose.ARRIVAL):
        yield Stop("visitor", f"stays/{purpose.value}/{token_for(purpose, stay.uuid)}/")
    endings.depart(stay, today, actor=other)
    yield Stop("new student", f"stays/{stay.uuid}/reach/")
    yield from _coming_home(stay, office)
    yield Stop("visitor", "stays/reach/never/", 404)
    for title, is_drill in (("The metro of Stockholm caught fire.", False), ("Storm.", True)):
        made = incidents.open_incident(
            incidents.NewIncident(title, today, is_drill), uuid.uuid4(), actor=office
        )
        person = made.people.get()
        token = token_for(LinkPurpose.CHECK_IN, person.uuid)
        if is_drill:
            incidents.answer(person, Answer.SAFE)
            incidents.close(made, "It went well.", actor=office)
        yield Stop("visitor", f"stays/check-in/{token}/")
        yield Stop("office", f"office/incidents/{made.uuid}/")
    for path in ("away/", "away/?place=c:SE", "away/list/", "incidents/", "incidents/new/"):
        yield Stop("office", f"office/{path}")


def _coming_home(stay: Any, office: Any) -> Iterator[Stop]:
    """The pages of the end of a stay, for its student, the office and the host."""
    from sojourn.mobility.agreements.links import token_for
    from sojourn.mobility.homecoming import asking, ledger

    ledger.draw_up(stay, actor=office)
    course = ledger.add_line(stay, "Physiology", "2QA", Decimal("7.5"), "ects", actor=office)
    passed = ledger.Result("passed", "VG", Decimal("7.5"), "Fysiologi")
    course = ledger.set_result(course, passed, actor=office)
    ledger.propose(course, ledger.suggested(stay, course), actor=office)
    asked = asking.name_somebody(stay, "Astrid Exempel", "astrid@ki.example.org", actor=office)
    yield Stop("visitor", f"stays/papers/{token_for(asked.link)}/")
    yield Stop("visitor", "stays/papers/never/", 404)
    yield Stop("new student", f"stays/{stay.uuid}/home/")
    for path in ("home/", "home/days/", f"home/course/{course.pk}/"):
        yield Stop("office", f"office/stays/{stay.uuid}/{path}")
    yield Stop("office", "office/stays/home/")


def _agreement(stay: Any, student: Any) -> str:
    """An agreement in force and a draft of its change; return the link of the host."""
    from sojourn.mobility.agreements import signing, versions
    from sojourn.mobility.agreements.links import token_for
    from sojourn.people.models import User
    from sojourn.people.roles import Role
    from tests.mobility.agreements import by_home, by_host, by_student, draft

    board = User.objects.create_user("board-of-stays@example.org", role=Role.BOARD)
    version = by_host(by_home(by_student(draft(stay)), board))
    versions.propose_change(stay, actor=student)
    host = signing.request_of(version, "host")
    assert host is not None
    return token_for(host.link)


# --- Partners -------------------------------------------------------------------------------------


def partners() -> Iterator[Stop]:
    import io

    from sojourn.catalogue import institution_lists
    from sojourn.catalogue import partners as verbs
    from sojourn.catalogue.models import Agreement, Institution, ListedInstitution, Source

    office = _user("office")
    institution_lists.import_list(
        io.BytesIO(b"SCHAC,Name,City,Country\nexample.fi,Esimerkki,Turku,FI\n"),
        "A list",
        dt.date.today(),
    )
    listed = ListedInstitution.objects.get()
    host = Institution.objects.get(slug="karolinska-institutet")
    agreement = Agreement.objects.filter(partner=host).order_by("slug")[0]
    came = verbs.enter_incoming(host, 2025, 3, Source.objects.order_by("slug")[0], office)
    unit = host.units.create(slug="a-unit", name_en="A unit", name_nl="Een afdeling")
    contact = host.contacts.order_by("slug")[0]
    other = Institution.objects.filter(is_home=False).exclude(pk=host.pk).order_by("slug")[0]
    one = f"{host.slug}/"
    for path in ("", "find/", "find/?q=turku", "new/", f"new/?listed={listed.pk}", "lists/",
                 "duplicates/", one, f"{one}change/", f"{one}publish/", f"{one}withdraw/",
                 f"{one}units/new/", f"{one}units/{unit.pk}/", f"{one}contacts/new/",
                 f"{one}contacts/{contact.slug}/", f"{one}incoming/",
                 f"{one}incoming/{came.pk}/remove/",
                 f"{one}merge/{other.slug}/"):  # fmt: skip
        yield Stop("office", f"office/partners/{path}")
    for path in ("", "?ends=year", f"new/{host.slug}/", f"{agreement.slug}/",
                 f"{agreement.slug}/change/", f"{agreement.slug}/renew/"):  # fmt: skip
        yield Stop("office", f"office/agreements/{path}")
    yield Stop("office", "office/partners/new/", press="main form.entry .button.next")


# --- Selection ------------------------------------------------------------------------------------


def rounds() -> Iterator[Stop]:
    from sojourn.common.languages import Text
    from sojourn.selection import demo, objections, reviewer_invitations, reviews, runs
    from sojourn.selection import rounds as verbs
    from sojourn.selection.models import Application, ReviewAssignment, ReviewerInvitation

    student, office, operator = _user("student"), _user("office"), _user("operator")
    demo.APPLICANTS = 14
    verbs.draft(
        "draft-round",
        Text({"en": "Half minors 2029", "nl": "Halve minoren 2029"}),
        "2028-2029",
        actor=office,
    )
    at_open = _round("open-round", demo.Stage.OPEN)
    in_review = demo._closed(_round("reviewed-round", demo.Stage.OPEN))
    for person in (office, operator):
        reviews.invite(in_review, person.email, actor=office)
    reviews.assign(in_review, actor=office)
    invited = reviewer_invitations.invite(in_review, "reader@example.org", actor=office)
    assert isinstance(invited, ReviewerInvitation)
    decided = _round("decided-round", demo.Stage.REVIEWED)
    run = runs.allocate_round(decided, actor=office)
    for person in (office, operator):
        runs.approve(run, actor=person)
    _round("closed-round", demo.Stage.REVIEWED)
    told = _round("told-round", demo.Stage.RESULTS)
    over = _round("nominated-round", demo.Stage.NOMINATIONS)
    mine = Application.objects.get(round=told, owner=student)
    objection = objections.object_to_result(mine, "My grade is wrong.", actor=student)
    after = Application.objects.get(round=over, owner=student)

    for path in ("", "mine/", *(f"{each}/" for each in ROUNDS if each != "draft-round"),
                 "open-round/form/", "open-round/receipt/", "open-round/withdraw/"):  # fmt: skip
        yield Stop("student", f"apply/{path}")
    for path in ("", "mine/", "open-round/", "open-round/begin/"):
        yield Stop("new student", f"apply/{path}")
    yield Stop("student", "apply/open-round/form/", press="button[value=hand-in]",
               fill={"#number": ""})  # fmt: skip
    yield Stop("student", "apply/results/")
    for each in (mine, after):
        yield Stop("student", f"apply/results/{each.uuid}/")
    yield Stop("student", f"apply/results/{mine.uuid}/give-up/")
    yield Stop("student", f"apply/results/{mine.uuid}/objection/")
    yield Stop("student", f"apply/results/{after.uuid}/objection/")
    yield Stop("visitor", "apply/rounds/told-round/certificate/")
    for path in ("search/", "search/?q=demo", "search/?q=nothing-at-all"):
        yield Stop("office", f"office/{path}")
    for path in ("", f"{student.uuid}/", f"{student.uuid}/?show=changes",
                 *(f"{student.uuid}/{each}/" for each in ("appointment", "number", "write", "note",
                                                          "task", "application", "data",
                                                          "data/erase")),
                 f"{_user('new student').uuid}/application/open-round/"):  # fmt: skip
        yield Stop("office", f"office/students/{path}")
    yield Stop("office", f"office/students/{student.uuid}/write/", press="main form button.next")
    yield Stop("office", f"office/students/{student.uuid}/data/erase/",
               press="main form button.next")  # fmt: skip
    yield Stop("office", "office/keeping/")
    yield Stop("office", "office/keeping/register/")
    yield from _office_of_rounds(at_open)
    yield from _office_of_the_catalogue(office)
    for number in ReviewAssignment.objects.filter(
        application__round=in_review, reviewer__user=office
    ).values_list("uuid", flat=True)[:1]:
        yield Stop("office", f"office/reviews/{number}/")
    yield Stop("office", f"office/reviews/invited/{invited.uuid}/")
    yield Stop("office", f"office/results/decided-round/runs/{run.number}/publish/")
    yield Stop("office", f"office/results/told-round/objections/{objection.uuid}/")
    given = mine.offers.first()
    if given is not None:
        yield Stop("office", f"office/results/told-round/offers/{given.uuid}/give-up/")


def _office_of_the_catalogue(office: User) -> Iterator[Stop]:
    """A draft of each kind: one that waits for its day, one that is not whole."""
    from django.utils import timezone

    from sojourn.catalogue import versions
    from sojourn.catalogue.edition.documents import document_of

    entries = {
        "places": ("opportunity", "half-minor-edinburgh"),
        "courses": ("course", "ki-neuroscience"),
        "guides": ("guide", "grants"),
    }
    for part, (kind, slug) in entries.items():
        document = document_of(kind, slug)
        assert document is not None
        changed = {**document, "title": {"en": "Another title", "nl": "Een andere titel"}}
        if part == "places":
            del changed["sources"]
        draft = versions.save_draft(kind, slug, changed, actor=office)
        assert draft is not None
        if part == "guides":
            day = timezone.localdate() + dt.timedelta(days=30)
            versions.schedule(draft, day, actor=office)
        for path in (
            "", "new/", f"{slug}/", f"{slug}/preview/", f"{slug}/publish/", f"{slug}/discard/",
            f"{slug}/retire/", f"{slug}/versions/1/",
        ):  # fmt: skip
            yield Stop("office", f"office/{part}/{path}")
    yield Stop("office", "office/places/new/", press="main form .button.next")
    yield from _office_of_the_year(office)
    yield from _excel(office)
    yield Stop("office", "office/figures/")
    yield Stop("office", "office/figures/?which=all")


def _office_of_the_year(office: User) -> Iterator[Stop]:
    """Deadlines that have passed: one to decide, one accepted, one left for later."""
    from django.utils import timezone

    from sojourn.catalogue import next_year
    from sojourn.catalogue.models import Deadline
    from sojourn.catalogue.next_year_parts import DEADLINES

    today = timezone.localdate()
    slugs = [
        f"half-minor-{place}-registration-2027"
        for place in ("bordeaux", "edinburgh", "organ-transplantation-london")
    ]
    passed = Deadline.objects.filter(slug__in=slugs)
    passed.update(date=today - dt.timedelta(days=30))
    found = {each.key: each for each in next_year.find(DEADLINES, office, today).to_decide}
    accepted, later = list(passed.order_by("slug").values_list("slug", flat=True))[:2]
    wanted = next_year.Wanted(accepted, {}, found[accepted].mark)
    assert next_year.accept(DEADLINES, [wanted], actor=office, today=today).accepted
    next_year.put_off(DEADLINES, later, actor=office, today=today)
    for path in ("", "calendar/", *(f"{part}/" for part in (
        "agreements", "rounds", "deadlines", "periods", "windows", "figures", "guides", "hours",
    ))):  # fmt: skip
        yield Stop("office", f"office/year/{path}")
    yield Stop("office", "office/year/deadlines/", press=".lines .bottom .button.next")


def _excel(office: User) -> Iterator[Stop]:
    """A file that is being read, one that was taken in, and one that cannot be."""
    from sojourn.catalogue import imports
    from sojourn.catalogue.edition.documents import PlainKind, document_of

    document = document_of(PlainKind.INSTITUTION, "karolinska-institutet")
    assert document is not None
    for is_taken in (True, False):
        changed = {**document, "website": f"https://www.example.org/{is_taken}"}
        cell = {"sheet": "entries", "key": "website", "cell": "G7", "lang": "",
                "was": document.get("website", ""), "now": changed["website"]}  # fmt: skip
        kept = imports.keep(
            "partners",
            "partners.xlsx",
            [{"slug": document["id"], "title": document["name"], "before": document,
              "after": changed, "cells": [cell]}],
            {"language": "en", "gone": 2, "unread": [], "knows_before": False,
             "stale": [{**cell, "title": document["name"]}]},
            by=office,
        )  # fmt: skip
        if is_taken:
            imports.take_in(kept, PlainKind.INSTITUTION, actor=office)
            imports.undo(kept, PlainKind.INSTITUTION, actor=office)
        yield Stop("office", f"office/import/{kept.pk}/")
    yield Stop("office", "office/import/?list=partners")
    yield Stop(
        "office", "office/import/", press="main form .button.next",
        file=("input[type=file]", "Id,Website\nkarolinska-institutet,nothing of the web\n"),
    )  # fmt: skip


ROUNDS = (
    "draft-round", "open-round", "reviewed-round", "closed-round", "decided-round", "told-round",
    "nominated-round",
)  # fmt: skip


def _office_of_rounds(at_open: Round) -> Iterator[Stop]:
    from sojourn.office.rounds.forms import PARTS

    for path in ("rounds/", "rounds/new/", "rounds/open-round/copy/", "reviews/", "results/",
                 "rounds/draft-round/publish/", "rounds/draft-round/delete/",
                 "rounds/open-round/unpublish/"):  # fmt: skip
        yield Stop("office", f"office/{path}")
    yield Stop("office", "office/rounds/new/", press="main form .button.next")
    for part in PARTS:
        yield Stop("office", f"office/rounds/draft-round/rules/{part.name}/")
        yield Stop("office", f"office/rounds/open-round/rules/{part.name}/")
    for slug in ROUNDS:
        yield Stop("office", f"office/rounds/{slug}/")
    for slug in ("open-round", "reviewed-round"):
        for part in ("agreements", "applications", "reviewers", "values"):
            yield Stop("office", f"office/rounds/{slug}/{part}/")
        number = at_open.applications.all()[0].uuid
    yield Stop("office", f"office/rounds/open-round/applications/{number}/")
    yield Stop(
        "office", "office/rounds/reviewed-round/values/", press="main form .button.next",
        file=("input[type=file]", "student number,grades,ects\ns9900001,\"7,9\",60\n12,12,60\n"),
    )  # fmt: skip
    for slug in ("closed-round", "decided-round", "told-round"):
        yield Stop("office", f"office/results/{slug}/")
    yield Stop("office", "office/results/closed-round/what-if/?seats-half-minor-edinburgh=6")
    for slug in ("told-round", "nominated-round"):
        for part in ("offers", "nominations", "statistics", "objections"):
            yield Stop("office", f"office/results/{slug}/{part}/")


def _round(slug: str, until: int) -> Round:
    """The example round, taken that far, under an address of its own."""
    from sojourn.catalogue.snapshot.service import current_snapshot
    from sojourn.selection import demo
    from sojourn.selection.models import Round

    office = [_user("office"), _user("operator")]
    made = demo.make_example_round(
        current_snapshot(), office, [_user("student")], demo.Stage(until)
    )
    words = slug.replace("-", " ").capitalize()
    Round.objects.filter(pk=made.pk).update(
        slug=slug, title_en=f"{words} (example)", title_nl=f"{words} (voorbeeld)"
    )
    made.refresh_from_db()
    return made


# --- The rest of the office -----------------------------------------------------------------------


def mail() -> Iterator[Stop]:
    from sojourn.advising import group_messages
    from sojourn.advising.group_messages import Draft, Receiver
    from sojourn.advising.models import QuestionState
    from sojourn.catalogue import fruitless_searches
    from sojourn.common.languages import Text
    from sojourn.people.models import OutboxMail

    yield Stop("operator", "office/")
    yield Stop("operator", "office/mail/")
    yield Stop("operator", "office/security/")
    yield Stop("office", "office/history/")
    draft = Draft(
        Text({"en": "Your insurance", "nl": "Je verzekering"}),
        Text({"en": "Dear {name}", "nl": "Beste {name}"}),
        QuestionState.ANSWERED,
    )
    receiver = Receiver(_user("student"), {"name": "Anna"})
    message = group_messages.send(draft, [receiver], uuid.uuid4(), by=_user("office"))
    yield Stop("office", "office/write/")
    yield Stop("office", f"office/write/{message.uuid}/")
    yield Stop("operator", "office/people/")
    yield Stop("operator", "office/people/invite/")
    yield Stop("operator", "office/people/invite/", press="main form .button.next")
    yield Stop("operator", f"office/people/{_user('office').uuid}/")
    yield Stop("operator", f"office/people/{_user('office').uuid}/close/")
    for _time in range(2):
        fruitless_searches.record("psychiatrie", "nl")
    yield Stop("office", "office/searches/")
    for page in ("", "rounds/", "answers/", "costs/", "agreements/", "stays/"):
        yield Stop("office", f"office/insight/{page}")
    yield Stop("operator", f"office/mail/{OutboxMail.objects.order_by('pk')[0].pk}/")


# --- Putting it together --------------------------------------------------------------------------


def _user(who: str) -> User:
    from sojourn.people.models import User

    return User.objects.get(email=ACCOUNTS[who])


def _written(text: str) -> NewMessage:
    from sojourn.advising.threads import NewMessage

    return NewMessage(text, uuid.uuid4())


def set_stage() -> list[Stop]:
    """Everything in every state; where to find it."""
    found: list[Stop] = []
    for part in (
        # First what asks for a password again when signing in was a while ago.
        accounts, plan, talks, questions, own_places, experiences, stays, partners, rounds,
        mail,
        public,
    ):  # fmt: skip
        found += part()
    return list({json.dumps(asdict(stop)): stop for stop in found}.values())


def fill() -> None:
    """The Leiden edition with the demo accounts, as `sojourn serve --demo` makes them."""
    from sojourn.catalogue.edition.load import load_edition
    from sojourn.catalogue.models import DegreeProgramme
    from sojourn.catalogue.snapshot.service import refresh_snapshot
    from sojourn.config.installation import apply_migrations, catalogue_is_empty
    from sojourn.experiences.demo import make_demo_experiences
    from sojourn.people.demo import DemoProgramme, make_demo_accounts
    from tests.support.ready import EDITION

    apply_migrations()
    if catalogue_is_empty():
        load_edition(EDITION)
    programmes = DegreeProgramme.objects.order_by("pk")
    make_demo_accounts([DemoProgramme(each.slug, str(each.name)) for each in programmes])
    make_demo_experiences()
    refresh_snapshot()


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "sojourn.config.settings"
    import django

    django.setup()
    fill()
    sys.stdout.write(json.dumps([asdict(stop) for stop in set_stage()]) + "\n")


if __name__ == "__main__":
    main()
