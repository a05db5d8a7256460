"""What a stay costs one student: by hand from the cited figures, and rules that always hold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.catalogue.models import CostItem
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity
from sojourn.engines.budget import EuroRange, Standing
from sojourn.people.models import AuditEvent
from sojourn.planning import costs
from sojourn.planning.errors import PlanChangedError, PlanError
from sojourn.planning.models import OwnCost, Plan

pytestmark = pytest.mark.django_db
STATEMENTS = (
    "green_travel", "fewer_opportunities", "traineeship", "international_place", "online_part",
    "first_year_done", "safe_travel_advice",
)  # fmt: skip


def place(
    snapshot: Snapshot, country: str, days: int, kilometres: float, kind: str = "courses"
) -> Opportunity:
    """A stay of so many days, so far away."""
    known = snapshot.records.opportunities["karolinska-biomedicine-semester"]
    assert days % 7 == 0
    return replace(
        known, country=country, kind=kind, distance_km=kilometres, weeks_min=days // 7,
        weeks_max=days // 7,
    )  # fmt: skip


def counted(
    snapshot: Snapshot, where: Opportunity, **statements: bool
) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    told = costs.costs_with(snapshot.records, where, {}, statements)
    return {
        outcome.grant.slug: (
            outcome.counted.low, outcome.counted.typical, outcome.counted.high
        )
        for outcome in told.grants
        if outcome.counted != EuroRange.nothing()
    }  # fmt: skip


# --- By hand ------------------------------------------------------------------------------


def test_a_semester_in_sweden(leiden: Snapshot) -> None:
    """140 days: 140/30 of 330 to 390 a month; 1,160 km: 309, and 417 by train."""
    sweden = place(leiden, "SE", 140, 1160)
    assert counted(leiden, sweden) == {
        "erasmus-support-group-1": (Decimal("1540.00"), Decimal("1820.00"), Decimal("1820.00")),
        "erasmus-travel": (309, 309, 309),
    }
    assert counted(leiden, sweden, green_travel=True)["erasmus-travel"] == (417, 417, 417)
    # 250 / 30 * 140 = 1,166.67
    extra = counted(leiden, sweden, fewer_opportunities=True)["erasmus-fewer-opportunities"]
    assert extra[1] == Decimal("1166.67")


def test_an_internship_gets_its_top_up_once_it_is_said_to_be_one(leiden: Snapshot) -> None:
    lab = place(leiden, "FI", 84, 1500, "research_internship")
    assert "erasmus-traineeship-top-up" not in counted(leiden, lab)
    # 150 / 30 * 84 = 420
    assert counted(leiden, lab, traineeship=True)["erasmus-traineeship-top-up"][1] == 420


def test_a_short_stay_by_the_day(leiden: Snapshot) -> None:
    """21 days: 14 * 79 + 7 * 56 = 1,498; and 150 once with fewer opportunities."""
    short = place(leiden, "DE", 21, 400)
    assert counted(leiden, short) == {}
    with_online = counted(leiden, short, online_part=True, fewer_opportunities=True)
    assert with_online["erasmus-short-stay"][1] == 1498
    assert with_online["erasmus-fewer-opportunities-short"][1] == 150
    assert "erasmus-travel" not in with_online


def test_outside_europe_only_the_better_of_two_is_counted(leiden: Snapshot) -> None:
    """70 days: LUSTRA+ 300; Erasmus+ international 700 / 30 * 70 = 1,633.33 when confirmed."""
    cuba = place(leiden, "CU", 70, 7790)
    assert counted(leiden, cuba) == {"lustra-plus": (300, 300, 300)}
    confirmed = counted(leiden, cuba, international_place=True)
    assert list(confirmed) == ["erasmus-international"]
    assert confirmed["erasmus-international"][1] == Decimal("1633.33")


@pytest.mark.parametrize(
    ("days", "amount"), [(14, 200), (28, 200), (35, 300), (91, 450), (210, 450), (217, 650)]
)
def test_lustra_by_its_lengths(leiden: Snapshot, days: int, amount: int) -> None:
    assert counted(leiden, place(leiden, "ID", days, 11_000))["lustra-plus"][1] == amount


@pytest.mark.parametrize(
    ("kilometres", "plain", "green"),
    [(99.9, 28, 56), (100, 211, 285), (499.9, 211, 285), (500, 309, 417), (2000, 395, 535),
     (3000, 580, 785), (4000, 1188, 1188), (8000, 1735, 1735)],
)  # fmt: skip
def test_travel_support_by_its_bands(
    leiden: Snapshot, kilometres: float, plain: int, green: int
) -> None:
    where = place(leiden, "SE", 140, kilometres)
    assert counted(leiden, where)["erasmus-travel"][1] == plain
    assert counted(leiden, where, green_travel=True)["erasmus-travel"][1] == green


def test_lisf_counts_only_in_the_best_case(leiden: Snapshot) -> None:
    lab = place(leiden, "CU", 70, 7790, "research_internship")
    told = counted(leiden, lab, first_year_done=True, safe_travel_advice=True)
    assert told["luf-lisf"] == (0, 0, 1500)
    assert "luf-lisf" not in counted(leiden, lab, first_year_done=True, safe_travel_advice=False)


def test_what_nobody_has_published_is_named_and_not_counted(leiden: Snapshot) -> None:
    told = costs.costs_with(leiden.records, place(leiden, "GB", 70, 650), {}, {})
    near = next(o for o in told.grants if o.grant.slug == "erasmus-international-near")
    assert (near.standing, near.amount) == (Standing.NOT_KNOWN, None)
    assert told.help_received == EuroRange.nothing()


def test_the_total_is_that_of_the_place_less_the_grants(leiden: Snapshot) -> None:
    here = leiden.records.opportunities["karolinska-biomedicine-semester"]
    told = costs.costs_of(leiden.records, here, None)
    assert here.costs is not None
    assert (told.costs.low, told.costs.typical, told.costs.high) == (
        here.costs.low, here.costs.typical, here.costs.high,
    )  # fmt: skip
    assert told.to_pay.low == here.costs.low - told.help_received.high
    assert told.to_pay.high == here.costs.high - told.help_received.low


def test_a_missing_line_makes_the_total_incomplete_until_one_fills_it_in(leiden: Snapshot) -> None:
    here = next(
        one for one in leiden.records.opportunities.values() if one.costs and one.costs.missing
    )
    item = here.costs.missing[0] if here.costs else ""
    assert item in costs.costs_with(leiden.records, here, {}, {}).missing
    filled = costs.costs_with(leiden.records, here, {item: Decimal(75)}, {})
    assert item not in filled.missing


# --- Rules that always hold ---------------------------------------------------------------

any_place = st.tuples(
    st.sampled_from(["SE", "ES", "TR", "GB", "CU", "ID", "NL"]),
    st.integers(1, 60).map(lambda weeks: weeks * 7),
    st.floats(0, 15_000),
    st.sampled_from(["courses", "half_minor", "research_internship", "clinical_placement"]),
)
said = st.dictionaries(st.sampled_from(STATEMENTS), st.booleans())
figures = st.dictionaries(
    st.sampled_from(CostItem.values), st.decimals(0, 1_000_000, places=2), max_size=4
)
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.slow
@quick
@given(any_place, said, figures, st.sampled_from(STATEMENTS))
def test_a_yes_never_raises_what_one_pays(
    leiden: Snapshot, where: tuple, statements: dict, own: dict, asked: str
) -> None:
    here = place(leiden, *where)
    no = costs.costs_with(leiden.records, here, own, statements | {asked: False}).to_pay
    yes = costs.costs_with(leiden.records, here, own, statements | {asked: True}).to_pay
    assert yes.typical <= no.typical
    assert yes.low <= no.low


@pytest.mark.slow
@quick
@given(any_place, said, st.sets(st.integers(0, 11)))
def test_one_grant_more_never_raises_what_one_pays(
    leiden: Snapshot, where: tuple, statements: dict, kept: set[int]
) -> None:
    here = place(leiden, *where)
    known = list(leiden.records.grants.items())
    fewer = replace(leiden.records, grants=dict(one for n, one in enumerate(known) if n in kept))
    some = costs.costs_with(fewer, here, {}, statements).to_pay.typical
    assert costs.costs_with(leiden.records, here, {}, statements).to_pay.typical <= some


@pytest.mark.slow
@quick
@given(any_place, said, figures)
def test_what_one_pays_is_never_negative_and_in_order(
    leiden: Snapshot, where: tuple, statements: dict, own: dict
) -> None:
    to_pay = costs.costs_with(leiden.records, place(leiden, *where), own, statements).to_pay
    assert 0 <= to_pay.low <= to_pay.typical <= to_pay.high


# --- Changing -----------------------------------------------------------------------------

KI = "karolinska-biomedicine-semester"


def test_own_figures_are_kept_counted_and_taken_away(leiden: Snapshot) -> None:
    plan = Plan.objects.create()
    here = leiden.records.opportunities[KI]
    seen = costs.costs_of(leiden.records, here, plan).seen
    costs.save_own_figures(plan, KI, {"housing": Decimal(2000), "food": None}, seen)
    told = costs.costs_of(leiden.records, here, plan)
    housing = next(line for line in told.lines if line.item == "housing")
    assert housing.counted == EuroRange.exactly(Decimal(2000))
    assert housing.estimate is not None
    costs.save_own_figures(plan, KI, {"housing": None}, told.seen)
    assert not OwnCost.objects.exists()


def test_a_tab_that_is_behind_overwrites_nothing(leiden: Snapshot) -> None:
    plan = Plan.objects.create()
    seen = costs.costs_of(leiden.records, leiden.records.opportunities[KI], plan).seen
    costs.save_own_figures(plan, KI, {"food": Decimal(500)}, seen)
    with pytest.raises(PlanChangedError):
        costs.save_own_figures(plan, KI, {"food": Decimal(900)}, seen)
    assert OwnCost.objects.get().amount == 500
    with pytest.raises(PlanError, match="not offered"):
        costs.save_own_figures(plan, "nowhere", {"food": Decimal(1)}, "")


def test_the_trail_says_which_questions_were_answered_but_not_how(leiden: Snapshot) -> None:
    plan = Plan.objects.create()
    costs.save_statements(plan, {"fewer_opportunities": True, "green_travel": None})
    plan.refresh_from_db()
    assert plan.statements == {"fewer_opportunities": True}
    event = AuditEvent.objects.get(action="plan.statements_saved")
    assert "True" not in str(event.details)
    costs.save_statements(plan, {"fewer_opportunities": None})
    plan.refresh_from_db()
    assert plan.statements == {}
