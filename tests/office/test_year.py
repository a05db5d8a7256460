"""From one academic year to the next: proposed, accepted, put off and taken back, by programme."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from sojourn.advising.next_year import HOURS
from sojourn.catalogue import academic_years, next_year, versions
from sojourn.catalogue.edition.documents import document_of
from sojourn.catalogue.models import (
    Absence,
    Agreement,
    Deadline,
    EntryKind,
    EntryVersion,
    Guide,
    MobilityWindow,
    Opportunity,
    PublicationStatus,
    TravelAdvice,
    WalkInHour,
    YearLine,
)
from sojourn.catalogue.next_year import DecidedError, Line, Part, YearError
from sojourn.catalogue.next_year_parts import (
    AGREEMENTS,
    DEADLINES,
    FIGURES,
    GUIDES,
    PERIODS,
    WINDOWS,
)
from sojourn.office.dashboard.presenters import today as today_presenter
from sojourn.office.year import parts
from sojourn.people.models import AuditEvent, User
from sojourn.selection.models import Round
from sojourn.selection.next_year import ROUNDS
from sojourn.selection.states import RoundState
from tests.selection.rounds import closed_round
from tests.support.accounts import account

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("leiden")]

# In the season: what the edition dates in spring has passed.
TODAY = dt.date(2027, 6, 15)
KAROLINSKA = "karolinska-biomedicine-semester"
APPLY = f"{KAROLINSKA}-application-autumn-2027"
MEDICINE, BIOMEDICINE = "medicine-bsc", "biomedical-sciences-bsc"


@pytest.fixture
def actor(leiden: object) -> User:
    return account("coordinator@example.org", "coordinator", first_name="Example")


@pytest.fixture
def of_medicine(leiden: object) -> User:
    return account("medicine@example.org", "coordinator", programme=MEDICINE)


def lines(part: Part, reader: User, today: dt.date = TODAY) -> dict[str, Line]:
    return {each.key: each for each in next_year.find(part, reader, today).to_decide}


def accept(part: Part, key: str, actor: User, today: dt.date = TODAY, **typed: str) -> YearLine:
    seen = lines(part, actor, today)[key].mark
    return sent(part, key, typed, seen, actor, today)


def sent(
    part: Part, key: str, typed: dict[str, str], seen: str, actor: User, today: dt.date = TODAY
) -> YearLine:
    outcome = next_year.accept(part, [next_year.Wanted(key, typed, seen)], actor=actor, today=today)
    for error in outcome.refused.values():
        raise error
    (row,) = outcome.accepted
    return row


def field(line: Line, name: str) -> next_year.Field:
    return next(each for each in line.fields if each.name == name)


# --- Deadlines, with what holds for every part ----------------------------------------------------


def test_a_deadline_that_passed_comes_on_the_same_weekday_with_the_next_year_in_both_languages(
    actor: User,
) -> None:
    line = lines(DEADLINES, actor)[APPLY]
    assert (field(line, "date").was, field(line, "date").now) == ("2027-02-05", "2028-02-04")
    assert field(line, "label_en").now == "Apply for autumn 2028"
    assert field(line, "label_nl").now == "Aanmelden voor najaar 2028"
    waits = {each.key for each in next_year.find(DEADLINES, actor, TODAY).not_yet}
    assert f"{KAROLINSKA}-application-spring-2028" in waits  # 20 August
    accept(DEADLINES, APPLY, actor)
    row = Deadline.objects.get(slug=APPLY)
    assert row.date == dt.date(2028, 2, 4)
    assert row.label_en == "Apply for autumn 2028"  # type: ignore[attr-defined]
    assert row.time == dt.time(23, 59)
    # Its version says what changed, and the rest of the place is as it was.
    now, before = versions.versions_of(EntryKind.OPPORTUNITY, KAROLINSKA)[:2]
    assert now.document == document_of(EntryKind.OPPORTUNITY, KAROLINSKA)
    changed = {key for key in now.document if now.document[key] != before.document.get(key)}
    assert changed == {"deadlines"}


def test_two_clicks_and_two_tabs_do_it_once(actor: User, of_medicine: User) -> None:
    seen = lines(DEADLINES, actor)[APPLY].mark
    accept(DEADLINES, APPLY, actor)
    count = EntryVersion.objects.count()
    with pytest.raises(DecidedError):
        sent(DEADLINES, APPLY, {}, seen, actor)
    assert Deadline.objects.get(slug=APPLY).date == dt.date(2028, 2, 4)
    assert EntryVersion.objects.count() == count
    assert YearLine.objects.count() == 1
    next_year.take_back(DEADLINES, APPLY, actor=actor, today=TODAY)
    with pytest.raises(DecidedError):
        next_year.take_back(DEADLINES, APPLY, actor=actor, today=TODAY)


def test_of_several_one_that_cannot_be_leaves_the_others(actor: User) -> None:
    found = lines(DEADLINES, actor)
    other = f"{KAROLINSKA}-result-autumn-2027"
    wanted = [
        next_year.Wanted(APPLY, {"date": "never"}, found[APPLY].mark),
        next_year.Wanted(other, {}, found[other].mark),
        next_year.Wanted("nothing", {}, ""),
    ]
    outcome = next_year.accept(DEADLINES, wanted, actor=actor, today=TODAY)
    assert [each.key for each in outcome.accepted] == [other]
    assert outcome.refused[APPLY].field == "date"
    assert isinstance(outcome.refused["nothing"], DecidedError)
    assert Deadline.objects.get(slug=other).date == dt.date(2028, 2, 18)


def test_what_somebody_changed_meanwhile_is_not_overwritten(actor: User) -> None:
    seen = lines(DEADLINES, actor)[APPLY].mark
    Deadline.objects.filter(slug=APPLY).update(date=dt.date(2027, 3, 1))
    with pytest.raises(YearError, match="meanwhile"):
        sent(DEADLINES, APPLY, {}, seen, actor)
    assert Deadline.objects.get(slug=APPLY).date == dt.date(2027, 3, 1)
    assert not YearLine.objects.exists()


def test_undo_brings_back_what_was_and_refuses_where_somebody_built_on_it(actor: User) -> None:
    before = document_of(EntryKind.OPPORTUNITY, KAROLINSKA)
    accept(DEADLINES, APPLY, actor, date="2028-02-11")
    next_year.take_back(DEADLINES, APPLY, actor=actor, today=TODAY)
    assert document_of(EntryKind.OPPORTUNITY, KAROLINSKA) == before
    assert APPLY in lines(DEADLINES, actor)
    accept(DEADLINES, APPLY, actor)
    Deadline.objects.filter(slug=APPLY).update(date=dt.date(2028, 3, 1))
    with pytest.raises(YearError, match="since"):
        next_year.take_back(DEADLINES, APPLY, actor=actor, today=TODAY)
    assert Deadline.objects.get(slug=APPLY).date == dt.date(2028, 3, 1)
    found = AuditEvent.objects.filter(action__startswith="year.").order_by("pk")
    assert [each.action for each in found] == [
        "year.accepted", "year.taken_back", "year.accepted",
    ]  # fmt: skip
    assert {each.actor for each in found} == {actor}


def test_a_draft_of_the_place_is_seen_to_first(actor: User) -> None:
    document = document_of(EntryKind.OPPORTUNITY, KAROLINSKA)
    assert document is not None
    versions.save_draft(EntryKind.OPPORTUNITY, KAROLINSKA, {**document, "ects": "29"}, actor=actor)
    assert lines(DEADLINES, actor)[APPLY].problem
    with pytest.raises(YearError, match="draft"):
        accept(DEADLINES, APPLY, actor)


def test_left_for_later_is_proposed_no_more_until_it_is_brought_back(actor: User) -> None:
    next_year.put_off(DEADLINES, APPLY, actor=actor, today=TODAY)
    found = next_year.find(DEADLINES, actor, TODAY)
    assert APPLY not in {each.key for each in found.to_decide}
    assert [each.key for each in found.later] == [APPLY]
    next_year.bring_back(DEADLINES, APPLY, actor=actor, today=TODAY)
    next_year.bring_back(DEADLINES, APPLY, actor=actor, today=TODAY)
    assert APPLY in lines(DEADLINES, actor)


def test_what_is_typed_is_read_and_a_weekend_is_said(actor: User) -> None:
    line = lines(DEADLINES, actor)[APPLY]
    saturday = next_year.as_typed(line, {"date": "2028-02-05"})
    assert field(saturday, "date").remarks == ("This is a Saturday.",)
    for text in ("", "soon", "2028-02-30"):
        with pytest.raises(YearError):
            accept(DEADLINES, APPLY, actor, date=text)
    with pytest.raises(YearError):
        accept(DEADLINES, APPLY, actor, label_en="x" * 5000)
    assert not YearLine.objects.exists()


def test_in_the_next_turn_of_the_year_it_is_proposed_anew(actor: User) -> None:
    accept(DEADLINES, APPLY, actor)
    a_year_on = dt.date(2028, 6, 15)
    line = lines(DEADLINES, actor, a_year_on)[APPLY]
    assert field(line, "date").now == "2029-02-02"
    assert field(line, "label_en").now == "Apply for autumn 2029"


# --- Who decides about what -----------------------------------------------------------------------


def test_a_coordinator_of_one_programme_decides_about_that_one(
    actor: User, of_medicine: User
) -> None:
    """Karolinska is of Biomedical Sciences, Edinburgh of both."""
    mine = lines(DEADLINES, of_medicine)
    assert APPLY not in mine
    assert "half-minor-edinburgh-registration-2027" in mine
    with pytest.raises(DecidedError):
        sent(DEADLINES, APPLY, {}, lines(DEADLINES, actor)[APPLY].mark, of_medicine)
    accept(DEADLINES, APPLY, actor)
    assert not next_year.find(DEADLINES, of_medicine, TODAY).accepted
    with pytest.raises(DecidedError):
        next_year.take_back(DEADLINES, APPLY, actor=of_medicine, today=TODAY)
    assert {each.programmes for each in lines(WINDOWS, of_medicine).values()} == {
        frozenset([MEDICINE])
    }
    round_ = closed_round({"half-minor-edinburgh": 2})
    assert round_.slug in lines(ROUNDS, actor, timezone.localdate())
    assert round_.slug not in lines(ROUNDS, of_medicine, timezone.localdate())


@pytest.mark.parametrize("role", ["secretary", "board", "reviewer"])
def test_who_does_not_decide_cannot_open_it(role: str) -> None:
    client = Client()
    client.force_login(account(f"{role}@example.org", role))
    for path in ("deadlines/", "deadlines/decided/"):
        assert client.post(f"/en/office/year/{path}", {"do": "accept-0"}).status_code == 403
    answer = client.get("/en/office/year/")
    assert answer.status_code == (403 if role == "reviewer" else 302)


# --- The other parts ------------------------------------------------------------------------------


def test_the_period_and_the_title_of_a_place_move_together(actor: User) -> None:
    Opportunity.objects.filter(slug=KAROLINSKA).update(
        starts_on=dt.date(2027, 1, 18), ends_on=dt.date(2027, 6, 6),
        starts_month=None, ends_month=None, period_is_example=True,
        title_en="Semester 2027", title_nl="Semester 2027",
    )  # fmt: skip
    line = lines(PERIODS, actor)[KAROLINSKA]
    assert [(each.name, each.now) for each in line.fields] == [
        ("starts", "2028-01-17"), ("ends", "2028-06-04"),
        ("title_en", "Semester 2028"), ("title_nl", "Semester 2028"),
    ]  # fmt: skip
    accept(PERIODS, KAROLINSKA, actor, title_nl="Semester in 2028")
    row = Opportunity.objects.get(slug=KAROLINSKA)
    assert (row.starts_on, row.ends_on) == (dt.date(2028, 1, 17), dt.date(2028, 6, 4))
    assert row.title_nl == "Semester in 2028"  # type: ignore[attr-defined]
    next_year.take_back(PERIODS, KAROLINSKA, actor=actor, today=TODAY)
    row.refresh_from_db()
    assert (row.starts_on, row.title_nl) == (dt.date(2027, 1, 18), "Semester 2027")  # type: ignore[attr-defined]


def test_a_window_is_still_right_or_named_anew(actor: User) -> None:
    first, second = MobilityWindow.objects.order_by("slug")[:2]
    MobilityWindow.objects.filter(pk=first.pk).update(name_en="Window of 2027", name_nl="Periode")
    found = lines(WINDOWS, actor)
    assert [each.name for each in found[first.slug].fields] == ["name_en"]
    assert found[second.slug].is_a_look
    accept(WINDOWS, first.slug, actor)
    accept(WINDOWS, second.slug, actor)
    first.refresh_from_db()
    assert first.name_en == "Window of 2028"  # type: ignore[attr-defined]
    assert first.name_nl == "Periode"  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(action="catalogue.changed").count() == 1
    for row in (first, second):
        next_year.take_back(WINDOWS, row.slug, actor=actor, today=TODAY)
    first.refresh_from_db()
    assert first.name_en == "Window of 2027"  # type: ignore[attr-defined]


def test_an_agreement_is_renewed_as_a_draft_for_as_long_as_it_was(actor: User) -> None:
    Agreement.objects.update(valid_until=None)
    old = Agreement.objects.get(slug="karolinska-biomedicine-bachelor")
    old.valid_from, old.valid_until = dt.date(2023, 3, 1), dt.date(2028, 2, 29)
    old.save()
    assert set(lines(AGREEMENTS, actor)) == {old.slug}
    line = lines(AGREEMENTS, actor)[old.slug]
    assert field(line, "valid_from").now == "2028-03-01"
    assert field(line, "valid_until").now == "2033-02-28"
    accept(AGREEMENTS, old.slug, actor, seats_out="8")
    made = Agreement.objects.exclude(pk=old.pk).get(status=PublicationStatus.DRAFT)
    assert (made.partner, made.level, made.seats_out, made.seats_in) == (
        old.partner, old.level, 8, old.seats_in,
    )  # fmt: skip
    assert set(made.programmes.all()) == set(old.programmes.all())
    assert set(made.sources.all()) == set(old.sources.all())
    next_year.take_back(AGREEMENTS, old.slug, actor=actor, today=TODAY)
    assert not Agreement.objects.filter(pk=made.pk).exists()
    accept(AGREEMENTS, old.slug, actor)
    Agreement.objects.filter(status=PublicationStatus.DRAFT).update(
        status=PublicationStatus.PUBLISHED
    )
    with pytest.raises(YearError, match="not a draft"):
        next_year.take_back(AGREEMENTS, old.slug, actor=actor, today=TODAY)


def test_a_guide_that_was_read_again_is_of_today(actor: User) -> None:
    today = timezone.localdate()
    Guide.objects.update(checked_on=today - dt.timedelta(days=200))
    assert lines(GUIDES, actor, today)["grants"].is_a_look
    accept(GUIDES, "grants", actor, today)
    assert Guide.objects.get(slug="grants").checked_on == today
    next_year.take_back(GUIDES, "grants", actor=actor, today=today)
    assert Guide.objects.get(slug="grants").checked_on == today - dt.timedelta(days=200)


def test_a_figure_is_checked_off_or_gets_a_new_value(actor: User) -> None:
    late = timezone.localdate() + dt.timedelta(days=3000)
    found = lines(FIGURES, actor, late)
    key, line = next((key, each) for key, each in found.items() if key.startswith("cost:"))
    assert {each.name for each in line.fields} >= {"low", "typical", "high", "year"}
    with pytest.raises(YearError):
        accept(FIGURES, key, actor, late, low="much")
    accept(FIGURES, key, actor, late)
    assert AuditEvent.objects.get(action="figure.checked").actor == actor
    with pytest.raises(YearError):
        next_year.take_back(FIGURES, key, actor=actor, today=late)


def test_a_colour_that_was_accepted_is_shown_in_words(client: Client, actor: User) -> None:
    TravelAdvice.objects.update(checked_on=dt.date(2020, 1, 1), level="green")
    today = timezone.localdate()
    key = next(key for key in lines(FIGURES, actor, today) if key.startswith("advice:"))
    accept(FIGURES, key, actor, today, level="yellow")
    client.force_login(actor)
    page = html.fromstring(client.get("/nl/office/year/figures/").content.decode())
    (said,) = page.xpath("//*[@class='said']")
    text = " ".join(said.text_content().split())
    assert text.startswith("Het grootste deel van het land: Geel: ")
    assert "Groen: " in text


def test_a_walk_in_hour_that_ends_goes_on_and_days_off_come_again(actor: User) -> None:
    hour = WalkInHour.objects.get(slug="coordinator-monday")
    hour.valid_from, hour.valid_until = dt.date(2026, 9, 7), dt.date(2027, 6, 28)
    hour.save()
    pause = Absence.objects.get(first_day=dt.date(2026, 12, 21))
    found = lines(HOURS, actor)
    assert field(found["hour:coordinator-monday"], "valid_from").now == "2027-09-06"
    accept(HOURS, "hour:coordinator-monday", actor)
    made = WalkInHour.objects.exclude(pk=hour.pk).get(contact=hour.contact)
    assert (made.weekday, made.starts, made.room) == (hour.weekday, hour.starts, hour.room)
    assert (made.valid_from, made.valid_until) == (dt.date(2027, 9, 6), dt.date(2028, 6, 26))
    accept(HOURS, f"pause:{pause.pk}", actor, last_day="2028-01-02")
    again = Absence.objects.get(first_day=dt.date(2027, 12, 20))
    assert again.last_day == dt.date(2028, 1, 2)
    assert lines(HOURS, actor) == {}
    for key in ("hour:coordinator-monday", f"pause:{pause.pk}"):
        next_year.take_back(HOURS, key, actor=actor, today=TODAY)
    assert not WalkInHour.objects.filter(pk=made.pk).exists()
    assert not Absence.objects.filter(pk=again.pk).exists()


def test_a_round_is_copied_as_a_draft_with_the_seats_of_the_agreement(actor: User) -> None:
    today = timezone.localdate()
    source = closed_round({"half-minor-edinburgh": 2, "half-minor-bordeaux": 3})
    Round.objects.filter(pk=source.pk).update(
        slug="half-minors-2027", title_en="Half minors 2027-2028", title_nl="Halve minoren 2027"
    )
    host = Opportunity.objects.get(slug="half-minor-edinburgh").host_links.all()[0].institution
    old = Agreement.objects.create(
        slug="edinburgh-old", partner=host, level="bachelor", seats_out=2,
        valid_until=dt.date(2028, 7, 31),
    )  # fmt: skip
    new = Agreement.objects.create(
        slug="edinburgh-new", partner=host, level="bachelor", seats_out=5,
        valid_from=dt.date(2028, 8, 1),
    )  # fmt: skip
    source.opportunities.filter(key="half-minor-edinburgh").update(agreement=old)
    line = lines(ROUNDS, actor, today)["half-minors-2027"]
    assert any("2 seats become 5" in fact for fact in line.facts)
    with pytest.raises(YearError, match="both years"):
        accept(ROUNDS, "half-minors-2027", actor, today, academic_year="2028-2030")
    with pytest.raises(YearError, match="after the moment"):
        accept(ROUNDS, "half-minors-2027", actor, today,
               closes_at=field(line, "opens_at").now)  # fmt: skip
    assert not Round.objects.filter(state=RoundState.DRAFT).exists()
    accept(ROUNDS, "half-minors-2027", actor, today)
    made = Round.objects.get(copied_from=source)
    assert (made.slug, made.state, made.academic_year) == (
        "half-minors-2028", RoundState.DRAFT, "2028-2029",
    )  # fmt: skip
    assert made.title_en == "Half minors 2028-2029"  # type: ignore[attr-defined]
    assert made.title_nl == "Halve minoren 2028"  # type: ignore[attr-defined]
    assert made.criteria.count() == source.criteria.count()
    seats = {each.key: (each.seats, each.agreement) for each in made.opportunities.all()}
    assert seats == {"half-minor-edinburgh": (5, new), "half-minor-bordeaux": (3, None)}
    source.refresh_from_db()
    assert made.closes_at is not None
    assert source.closes_at is not None
    moved = timezone.localdate(made.closes_at) - timezone.localdate(source.closes_at)
    assert moved.days in (364, 371)
    assert "half-minors-2027" not in lines(ROUNDS, actor, today)
    next_year.take_back(ROUNDS, "half-minors-2027", actor=actor, today=today)
    assert not Round.objects.filter(pk=made.pk).exists()
    assert "half-minors-2027" in lines(ROUNDS, actor, today)


# --- Pages ----------------------------------------------------------------------------------------


def form_on(client: Client, path: str) -> dict[str, Any]:
    page = html.fromstring(client.get(path).content.decode())
    (form,) = page.xpath("//form[contains(@class, 'lines')]")
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


@pytest.fixture
def passed() -> list[str]:
    """Two deadlines that have passed, whatever day it is."""
    found = [APPLY, "half-minor-edinburgh-registration-2027"]
    today = timezone.localdate()
    Deadline.objects.exclude(slug__in=found).update(date=today + dt.timedelta(days=100))
    Deadline.objects.filter(slug__in=found).update(date=today - dt.timedelta(days=40))
    return found


def test_several_are_looked_at_and_then_accepted_with_what_was_typed(
    client: Client, actor: User, passed: list[str]
) -> None:
    client.force_login(actor)
    here = "/en/office/year/deadlines/"
    sent = form_on(client, here)
    assert sent["rows"] == "2"
    number = "0" if sent["0-key"] == APPLY else "1"
    sent[f"{number}-value-date"] = "2029-02-03"
    looked = client.post(here, {**sent, "do": "look"})
    assert looked.status_code == 200
    assert "This is a Saturday." in looked.content.decode()
    assert not YearLine.objects.exists()
    page = html.fromstring(looked.content.decode())
    (form,) = page.xpath("//form[contains(@class, 'lines')]")
    confirmed = {**dict(form.form_values()), "do": "accept"}
    for _click in range(2):
        assert client.post(here, confirmed).status_code == 302
    assert set(YearLine.objects.values_list("key", flat=True)) == set(passed)
    assert Deadline.objects.get(slug=APPLY).date == dt.date(2029, 2, 3)
    shown = client.get(here).content.decode()
    assert "3 February 2029" in shown
    assert "was decided already" in shown
    client.post(f"{here}decided/", {"key": APPLY, "do": "undo"})
    assert "It is as it was before." in client.get(here).content.decode()


def test_one_is_accepted_by_its_button_and_a_mistake_stays_in_the_form(
    client: Client, actor: User, passed: list[str]
) -> None:
    client.force_login(actor)
    here = "/en/office/year/deadlines/"
    sent = form_on(client, here)
    wrong = client.post(here, {**sent, "0-value-date": "", "do": "accept-0"})
    assert wrong.status_code == 422
    assert "Fill this in." in wrong.content.decode()
    assert client.post(here, {**sent, "1-value-date": "", "do": "look"}).status_code == 422
    assert client.post(here, {**sent, "do": "accept-0"}).status_code == 302
    assert list(YearLine.objects.values_list("key", flat=True)) == [sent["0-key"]]
    left = form_on(client, here)
    assert client.post(here, {**left, "do": "later-0"}).status_code == 302
    assert YearLine.objects.filter(state="later").count() == 1
    for nonsense in ({"rows": "x"}, {"rows": "9", "do": "accept"}, {"do": "accept-7"}, {}):
        assert client.post(here, nonsense).status_code == 302
    assert client.get("/en/office/year/nothing/").status_code == 404


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_part_has_a_page(client: Client, actor: User, language: str) -> None:
    client.force_login(actor)
    closed_round({"half-minor-edinburgh": 2})
    for part in parts.PARTS:
        assert client.get(f"/{language}/office/year/{part.name}/").status_code == 200
    page = client.get(f"/{language}/office/year/").content.decode()
    first, second = academic_years.turn_of(timezone.localdate()).names
    assert first in page
    assert second in page


def test_many_lines_take_as_many_queries_as_few(
    client: Client, actor: User, passed: list[str], django_assert_max_num_queries: Any
) -> None:
    client.force_login(actor)
    client.get("/en/office/year/deadlines/")
    with django_assert_max_num_queries(110) as few:
        client.get("/en/office/year/deadlines/")
    Deadline.objects.update(date=timezone.localdate() - dt.timedelta(days=40))
    with django_assert_max_num_queries(len(few)):
        client.get("/en/office/year/deadlines/")


def test_the_first_page_says_so_in_the_season_alone(actor: User) -> None:
    for month, is_told in ((3, False), (6, True), (9, True), (11, False)):
        now = timezone.make_aware(dt.datetime(2027, month, 10, 9))
        page = today_presenter.page(actor, now)
        titles = {section.title for band in page.bands for section in band.sections}
        assert ("The academic year 2027-2028" in titles) is is_told


# --- The calendar ---------------------------------------------------------------------------------


def test_the_calendar_has_the_year_by_month_for_ones_own_programmes(
    client: Client, actor: User, of_medicine: User
) -> None:
    client.force_login(actor)
    page = client.get("/en/office/year/calendar/?year=2026").content.decode()
    assert "Calendar of 2026-2027" in page
    months = html.fromstring(page).xpath("//section[@class='month']/h2/text()")
    assert months == sorted(months, key=lambda text: dt.datetime.strptime(text, "%B %Y"))
    assert "February 2027" in months
    assert "Christmas break" in page
    assert "Apply for autumn 2027" in page
    client.force_login(of_medicine)
    theirs = client.get("/en/office/year/calendar/?year=2026").content.decode()
    assert "Apply for autumn 2027" not in theirs
    assert "Choose your half minor" in theirs
    for nonsense in ("x", "9999", "20260", ""):
        assert client.get(f"/en/office/year/calendar/?year={nonsense}").status_code == 200


def test_rounds_nominations_and_what_is_deleted_are_in_the_calendar(
    client: Client, actor: User
) -> None:
    from tests.selection.rounds import applicants

    round_ = closed_round({"half-minor-edinburgh": 2})
    applicants(round_, [["half-minor-edinburgh"]], ["8"])
    client.force_login(actor)
    found = ""
    year = academic_years.year_of(timezone.localdate())
    for one in range(year - 1, year + 4):
        found += client.get(f"/en/office/year/calendar/?year={one}").content.decode()
    for words in ("A round closes", "Results of a round", "Nominations are due",
                  "Applications are deleted", "Prepare the next year"):  # fmt: skip
        assert words in found
