"""Fit on the Leiden edition, and odds that are counted, never guessed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from sojourn.catalogue.models import Opportunity, Source, TravelAdvice
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Applicants, Provenance, Seats
from sojourn.engines.fit import Reason, Rule, Verdict
from sojourn.people.models import User
from sojourn.planning import admission_history
from sojourn.planning.admission_history import AdmissionHistory, ListWarning
from sojourn.planning.costs import (
    StudentFinances,
    costs_of,
    costs_with,
    finances_of,
    save_own_figures,
    save_statements,
)
from sojourn.planning.fit import fit_of, save_weights, weights_of
from sojourn.planning.models import Plan, TopFiveEntry
from sojourn.planning.profile import KnownLanguage, Profile
from sojourn.planning.top_five import Entry

pytestmark = pytest.mark.slow

CUBA, KAROLINSKA, EDINBURGH = (
    "half-minor-global-health-cuba",
    "karolinska-biomedicine-semester",
    "half-minor-edinburgh",
)
MEDICINE = Profile(programme="medicine-bsc", year=2, languages=(KnownLanguage("en", "C1"),))


def test_cuba_asks_for_spanish_and_karolinska_for_another_programme(
    deadlines_ahead: Snapshot,
) -> None:
    fits = fit_of(deadlines_ahead, MEDICINE, {})
    cuba, karolinska, edinburgh = (fits.of(slug) for slug in (CUBA, KAROLINSKA, EDINBURGH))
    assert cuba is not None
    assert cuba.reasons == (Reason.LANGUAGE,)
    assert karolinska is not None
    assert Reason.OTHER_PROGRAMME in karolinska.reasons
    assert edinburgh is not None
    assert edinburgh.verdict is Verdict.FITS
    today = deadlines_ahead.built_on
    assert edinburgh.goes_in == (today.year + (1 if today.month >= 8 else 0), 9)


def test_the_first_year_has_to_be_passed_for_karolinska(leiden: Snapshot) -> None:
    student = Profile(programme="biomedical-sciences-bsc", year=1, ects_earned=Decimal(30))
    fit = fit_of(leiden, student, {}).of(KAROLINSKA)
    assert fit is not None
    assert fit.reasons == (Reason.ECTS_AHEAD,)
    assert fit.verdict is Verdict.ON_TRACK
    unsaid = fit_of(leiden, replace(student, ects_earned=None), {}).of(KAROLINSKA)
    assert unsaid is not None
    assert unsaid.reasons == (Reason.ECTS_AHEAD,)
    second = replace(student, year=2, ects_earned=None)
    of_second = fit_of(leiden, second, {}).of(KAROLINSKA)
    assert of_second is not None
    assert Rule.ECTS in of_second.not_judged


def test_safety_is_not_judged_where_nobody_looked_lately(leiden: Snapshot) -> None:
    """The edition keeps the colours of two countries, read long ago."""
    assert set(leiden.records.travel_advice) == {"id", "tz"}
    assert all(Rule.SAFETY in fit.not_judged for fit in fit_of(leiden, MEDICINE, {}))


@pytest.mark.parametrize("level", ["green", "yellow", "orange", "red"])
@pytest.mark.parametrize("days_ago", [0, 30, 31, 400])
def test_travel_advice_decides_for_its_country_and_no_other(
    deadlines_ahead: Snapshot, level: str, days_ago: int
) -> None:
    TravelAdvice.objects.create(
        slug="gb", country="GB", level=level, source=Source.objects.exclude(url="").first(),
        checked_on=deadlines_ahead.built_on - dt.timedelta(days=days_ago),
    )  # fmt: skip
    publish_change()
    fits = fit_of(refresh_snapshot(), MEDICINE, {})
    edinburgh, cuba = fits.of(EDINBURGH), fits.of(CUBA)
    assert edinburgh is not None
    assert cuba is not None
    is_against = level in {"orange", "red"}
    assert (Reason.ADVISED_AGAINST in edinburgh.reasons) is is_against
    assert edinburgh.verdict is (Verdict.NOT_YET if is_against else Verdict.FITS)
    # An old green is not known; an old red still stands in the way.
    assert (Rule.SAFETY in edinburgh.not_judged) is (not is_against and days_ago > 30)
    assert Rule.SAFETY in cuba.not_judged


def test_every_place_stands_in_the_list_once(leiden: Snapshot) -> None:
    slugs = [fit.opportunity.slug for fit in fit_of(leiden, MEDICINE, {"cost": 100})]
    assert sorted(slugs) == sorted(leiden.records.opportunities)


@pytest.mark.parametrize(
    "statements", [{}, {"green_travel": True, "fewer_opportunities": True, "traineeship": True}]
)
def test_costs_count_after_grants_as_the_page_of_costs_has_them(
    leiden: Snapshot, statements: dict[str, bool]
) -> None:
    fits = fit_of(leiden, MEDICINE, {}, purse=StudentFinances(statements, {}))
    with_grants = 0
    for slug, place in leiden.records.opportunities.items():
        fit, told = fits.of(slug), costs_with(leiden.records, place, {}, statements)
        assert fit is not None
        if place.costs is None:
            assert fit.to_pay is None
            continue
        assert fit.to_pay is not None
        assert fit.to_pay.low == pytest.approx(told.to_pay.low, abs=Decimal("0.02"))
        assert fit.to_pay.high == pytest.approx(told.to_pay.high, abs=Decimal("0.02"))
        with_grants += fit.to_pay.has_grants
    assert with_grants >= 5


def test_an_own_figure_and_an_answer_change_what_a_place_costs_and_the_order(
    leiden: Snapshot,
) -> None:
    plan = Plan.objects.create(budget=Decimal(3000))
    student = replace(MEDICINE, budget=Decimal(3000))
    only_cost = {"cost": 100, "language": 0, "similarity": 0, "wishes": 0, "experiences": 0}

    def cuba() -> tuple[int, int]:
        fits = fit_of(leiden, student, only_cost, purse=finances_of(plan))
        slugs = [fit.opportunity.slug for fit in fits]
        fit = fits.of(CUBA)
        assert fit is not None
        return slugs.index(CUBA), fit.parts["cost"] or 0

    before = cuba()
    save_statements(plan, {"international_place": True})
    plan.refresh_from_db()
    granted = cuba()
    assert granted[1] > before[1]
    seen = costs_of(leiden.records, leiden.records.opportunities[CUBA], plan).seen
    save_own_figures(plan, CUBA, {"housing": Decimal(9000)}, seen)
    dear = cuba()
    assert dear[1] == 0
    assert dear[0] >= granted[0]


def test_the_page_says_what_it_could_not_judge(leiden: Snapshot) -> None:
    page = Client().get("/en/plan/fit/").content.decode()
    for anchor in ("id_programme", "id_year", "id_ects_earned", "languages", "id_budget", "wishes"):
        assert f'href="/en/plan/profile/#{anchor}"' in page


def test_weights_are_kept_and_nonsense_is_refused(leiden: Snapshot) -> None:
    client = Client()
    assert client.post("/en/plan/fit/", {"cost": "90", "language": "10"}).status_code == 302
    assert weights_of(Plan.objects.get())["cost"] == 90
    assert client.post("/en/plan/fit/", {"cost": "101"}).status_code == 422
    assert client.post("/en/plan/fit/", {"cost": "🙂"}).status_code == 422
    assert weights_of(Plan.objects.get())["cost"] == 90


def test_weights_that_somebody_wrote_into_the_database_do_no_harm(leiden: Snapshot) -> None:
    plan = Plan.objects.create(weights={"cost": "much", "charm": 3, "language": 1e9})
    assert set(weights_of(plan).values()) == {50}
    save_weights(plan, {"cost": 0})
    assert weights_of(Plan.objects.get())["cost"] == 0


# --- Odds -------------------------------------------------------------------------------------


def hold(slug: str, people: int, demo: bool = False) -> None:
    place = Opportunity.objects.get(slug=slug)
    for number in range(people):
        user = User.objects.create_user(f"p{number}-{demo}-{slug}@example.org", is_demo=demo)
        TopFiveEntry.objects.create(plan=Plan.objects.create(owner=user), rank=1, opportunity=place)


@pytest.mark.parametrize(("people", "said"), [(0, None), (4, None), (5, 5), (6, 6)])
def test_nothing_is_said_about_fewer_than_five(
    leiden: Snapshot, people: int, said: int | None
) -> None:
    hold(EDINBURGH, people)
    assert admission_history.held_by_others(None, [EDINBURGH]).get(EDINBURGH) == said


def test_oneself_visitors_and_demonstrations_are_not_counted(leiden: Snapshot) -> None:
    hold(EDINBURGH, 5)
    hold(EDINBURGH, 9, demo=True)
    place = Opportunity.objects.get(slug=EDINBURGH)
    for _number in range(9):
        TopFiveEntry.objects.create(plan=Plan.objects.create(), rank=1, opportunity=place)
    assert admission_history.held_by_others(None, [EDINBURGH]) == {EDINBURGH: 5}
    own = Plan.objects.filter(owner__isnull=False, owner__is_demo=False).first()
    assert admission_history.held_by_others(own, [EDINBURGH]) == {}


@pytest.mark.parametrize(
    ("seats", "applicants", "is_long_shot"),
    [(10, 20, True), (10, 19, False), (None, 20, None), (10, None, None), (0, 5, None)],
)
def test_a_long_shot_is_counted(
    seats: int | None, applicants: int | None, is_long_shot: bool | None
) -> None:
    assert (
        AdmissionHistory(seats, applicants, 2026, None, is_example=False).is_long_shot
        is is_long_shot
    )


def crowded(leiden: Snapshot, slugs: list[str]) -> Snapshot:
    """The same snapshot in which every one of these places is a long shot."""
    places = dict(leiden.records.opportunities)
    for slug in slugs:
        places[slug] = replace(
            places[slug],
            seats=Seats(2, Provenance()),
            applicants=Applicants(9, 2026, Provenance()),
        )
    return replace(leiden, records=replace(leiden.records, opportunities=places))


HALF_MINORS = [
    EDINBURGH, CUBA, "half-minor-bordeaux", "half-minor-tanzania-kcmc", "half-minor-finland",
]  # fmt: skip


def warned(
    leiden: Snapshot, slugs: list[str], verdict: Verdict = Verdict.FITS
) -> list[ListWarning]:
    entries = tuple(Entry(slug) for slug in slugs)
    return admission_history.list_warnings(
        leiden.records, entries, [verdict] * len(slugs), "medicine-bsc"
    )


def test_five_of_one_window_get_a_kind_word_and_four_do_not(leiden: Snapshot) -> None:
    assert warned(leiden, HALF_MINORS) == [ListWarning.ONE_WINDOW]
    assert warned(leiden, HALF_MINORS[:4]) == []
    assert warned(leiden, [*HALF_MINORS[:4], "medicine-elective-paramaribo"]) == []


def test_five_long_shots_get_a_kind_word(leiden: Snapshot) -> None:
    assert ListWarning.ALL_LONG_SHOTS in warned(crowded(leiden, HALF_MINORS), HALF_MINORS)
    assert ListWarning.ALL_LONG_SHOTS not in warned(crowded(leiden, HALF_MINORS[:4]), HALF_MINORS)


def test_five_that_are_all_impossible_get_a_kind_word(leiden: Snapshot) -> None:
    assert ListWarning.NONE_POSSIBLE in warned(leiden, HALF_MINORS, Verdict.NO)


def test_no_page_of_the_plan_speaks_of_a_probability(leiden: Snapshot) -> None:
    client = Client()
    for slug in HALF_MINORS:
        client.post("/en/plan/top-five/add/", {"place": slug})
    for page in ("top-five/", "compare/", "fit/"):
        text = client.get(f"/en/plan/{page}").content.decode()
        assert "%" not in text.partition("<main")[2].replace("100%", "")
        assert "probab" not in text
