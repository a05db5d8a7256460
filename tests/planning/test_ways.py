"""Languages and dates before departure for one student."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.engines.fit.rules import Reason, judge, months_since_year_zero
from sojourn.engines.language import HoursRange
from sojourn.engines.language.gap import Outlook as Fits
from sojourn.engines.timeline import Outlook
from sojourn.planning import dates_feed
from sojourn.planning.dates import preparation_for, preparations_of
from sojourn.planning.departure import Departure, a_year_later, departure_of
from sojourn.planning.fit import coded_catalogue, student_of
from sojourn.planning.language import languages_of
from sojourn.planning.models import Plan, TopFiveEntry
from sojourn.planning.profile import KnownLanguage, Profile

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)
CUBA = "half-minor-global-health-cuba"
NOT_THEIRS = Reason.OTHER_PROGRAMME | Reason.LATER_PROGRAMME | Reason.WINDOW_PASSED


def test_spanish_for_cuba_by_hand(leiden: Snapshot) -> None:
    """A2 from nothing: 180 to 200 hours, Spanish in the easiest category; 40 weeks to 1 September.

    4 hours a week make 160, 5 make 200.
    """
    cuba = leiden.records.opportunities[CUBA]
    profile = Profile(languages=(KnownLanguage("en", "C1"),))
    outlooks = {}
    for pace in (4, 4.7, 6):
        told = languages_of(leiden.records, cuba, profile, TODAY, pace)
        spanish = next(
            n for n in told.needs if n.need.language == "es" and n.need.use == "patients"
        )
        assert spanish.gap is not None
        assert spanish.gap.hours == HoursRange(180, 200)
        outlooks[pace] = spanish.gap.outlook
    assert outlooks == {4: Fits.DOES_NOT_FIT, 4.7: Fits.MAY_FIT, 6: Fits.FITS}
    english = next(n for n in told.needs if n.need.language == "en")
    assert english.gap is not None
    assert english.gap.outlook is Fits.NO_GAP


def test_a_better_level_never_widens_the_gap(leiden: Snapshot) -> None:
    for place in leiden.records.opportunities.values():
        codes = {need.language for need in place.languages}
        last: dict[tuple[str, str], int] = {}
        for level in ("", "A1", "A2", "B1", "B2", "C1", "C2"):
            spoken = tuple(KnownLanguage(code, level) for code in codes if level)
            told = languages_of(leiden.records, place, Profile(languages=spoken), TODAY, 5)
            for outcome in told.needs:
                if outcome.gap and outcome.gap.hours:
                    key = (outcome.need.language, outcome.need.use)
                    assert outcome.gap.hours.high <= last.get(key, 100_000)
                    last[key] = outcome.gap.hours.high


def test_a_language_without_a_figure_stays_unknown(leiden: Snapshot) -> None:
    known = leiden.records.opportunities[CUBA]
    need = replace(known.languages[1], language="eu", level="B1")
    place = replace(known, languages=(need,))
    told = languages_of(leiden.records, place, Profile(), TODAY, 5)
    assert told.needs[0].gap is not None
    assert told.needs[0].gap.hours is None
    assert told.longest is None


def test_departure_is_the_next_time_its_month_begins(leiden: Snapshot) -> None:
    cuba = leiden.records.opportunities[CUBA]
    assert departure_of(leiden.records, cuba, TODAY) == Departure(dt.date(2027, 9, 1), False)
    later = departure_of(leiden.records, cuba, dt.date(2027, 9, 1))
    assert later == Departure(dt.date(2028, 9, 1), False)
    leap = Departure(dt.date(2028, 2, 29), True)
    assert a_year_later(leap).day == dt.date(2029, 3, 1)


def test_the_place_s_own_deadline_takes_the_place_of_a_lead_time(leiden: Snapshot) -> None:
    ki = leiden.records.opportunities["karolinska-biomedicine-semester"]
    way = preparation_for(leiden.records, ki, Profile(), TODAY)
    steps = {step.step.slug: step for step in way.steps}
    assert steps["prepare-application"].dated.done_by == dt.date(2027, 2, 5)
    assert steps["nomination"].deadline is not None
    assert "visa" not in steps
    assert "vaccinations" not in steps


def test_cuba_asks_for_vaccinations_six_to_eight_weeks_before(leiden: Snapshot) -> None:
    way = preparation_for(leiden.records, leiden.records.opportunities[CUBA], Profile(), TODAY)
    shots = next(step for step in way.steps if step.step.slug == "vaccinations")
    assert shots.dated.begin_safely == dt.date(2027, 7, 7)
    assert shots.dated.begin_at_last == dt.date(2027, 7, 21)
    assert not shots.step.is_example


def test_what_is_impossible_says_when_it_is_possible(leiden: Snapshot) -> None:
    cuba = leiden.records.opportunities[CUBA]
    way = preparation_for(leiden.records, cuba, Profile(), dt.date(2027, 8, 20))
    late = {s.step.slug for s in way.steps if s.dated.outlook in (Outlook.PASSED, Outlook.TOO_LATE)}
    assert {"prepare-application", "vaccinations", "visa"} <= late
    assert way.next_possible == Departure(dt.date(2028, 9, 1), False)


def test_a_year_of_study_comes_once_so_no_later_departure_is_named(leiden: Snapshot) -> None:
    cuba = leiden.records.opportunities[CUBA]
    second = Profile(programme="medicine-bsc", year=2)
    way = preparation_for(leiden.records, cuba, second, dt.date(2027, 7, 28))
    assert way.timeline is not None
    assert not way.timeline.is_possible
    assert way.next_possible is None


def test_a_day_to_apply_of_the_year_before_is_not_missed(leiden: Snapshot) -> None:
    cuba = leiden.records.opportunities[CUBA]
    old = replace(cuba.deadlines[0], kind="registration", date=dt.date(2026, 3, 15))
    way = preparation_for(leiden.records, replace(cuba, deadlines=(old,)), Profile(), TODAY)
    assert all(step.deadline is None for step in way.steps)


def test_a_passport_from_elsewhere_needs_papers_in_europe_too(leiden: Snapshot) -> None:
    ki = leiden.records.opportunities["karolinska-biomedicine-semester"]
    for group, needed in (("", False), ("eu", False), ("other", True)):
        way = preparation_for(leiden.records, ki, Profile(citizenship_group=group), TODAY)
        assert any(step.step.slug == "residence-papers" for step in way.steps) is needed


def test_every_place_has_a_way_or_says_that_nobody_knows(leiden: Snapshot) -> None:
    for place in leiden.records.opportunities.values():
        way = preparation_for(leiden.records, place, Profile(), TODAY)
        assert (way.timeline is None) == (way.departure is None)


def test_a_feed_opens_one_plan_until_it_is_withdrawn(leiden: Snapshot) -> None:
    from sojourn.catalogue.models import Opportunity

    plan = Plan.objects.create()
    TopFiveEntry.objects.create(plan=plan, rank=1, opportunity=Opportunity.objects.get(slug=CUBA))
    first = dates_feed.make_feed(plan)
    assert dates_feed.plan_of_feed(first) == plan
    assert first not in str(plan.dates_feeds.values_list("token_hash", flat=True))
    second = dates_feed.make_feed(plan)
    with pytest.raises(dates_feed.FeedWithdrawnError):
        dates_feed.plan_of_feed(first)
    dates_feed.withdraw_feed(plan)
    with pytest.raises(dates_feed.FeedWithdrawnError):
        dates_feed.plan_of_feed(second)
    assert dates_feed.plan_of_feed("nonsense") is None
    assert [way.rank for way in preparations_of(leiden.records, plan, TODAY)] == [1]


@pytest.mark.parametrize("today", ["2026-11-24", "2027-02-01", "2027-08-31", "2028-02-29"])
@pytest.mark.parametrize("programme", ["biomedical-sciences-bsc", "medicine-bsc", "medicine-msc"])
def test_everybody_leaves_when_the_fit_says_so(
    leiden: Snapshot, programme: str, today: str
) -> None:
    day = dt.date.fromisoformat(today)
    coded = coded_catalogue(leiden)
    later = 0
    for year in (1, 2, 3):
        profile = Profile(programme=programme, year=year)
        judgement = judge(coded.places, replace(student_of(leiden, coded, profile), today=day))
        for place in leiden.records.opportunities.values():
            way = preparation_for(leiden.records, place, profile, day)
            told = languages_of(leiden.records, place, profile, day)
            assert told.departure == way.departure
            number = coded.numbers[place.slug]
            month = int(judgement.goes_in[number])
            reasons = int(judgement.reasons[number])
            if way.departure is None or month == -1 or reasons & NOT_THEIRS:
                assert not way.is_of_a_later_year
                continue
            assert months_since_year_zero(way.departure.day) == month, place.slug
            later += way.is_of_a_later_year
    assert later or programme == "medicine-msc"


def test_the_days_of_an_earlier_round_are_not_taken_for_one_s_own(leiden: Snapshot) -> None:
    cuba = leiden.records.opportunities[CUBA]
    known = {deadline.date for deadline in cuba.deadlines}
    for year, leaves in ((2, dt.date(2027, 9, 1)), (1, dt.date(2028, 9, 1))):
        profile = Profile(programme="biomedical-sciences-bsc", year=year)
        way = preparation_for(leiden.records, cuba, profile, TODAY)
        assert way.departure == Departure(leaves, False)
        assert way.is_of_a_later_year is (year == 1)
        taken = {step.deadline.date for step in way.steps if step.deadline is not None}
        assert bool(taken & known) is (year == 2)
        apply = next(step for step in way.steps if step.step.slug == "prepare-application")
        assert apply.dated.done_by > dt.date(leaves.year, 1, 1)
