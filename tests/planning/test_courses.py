"""Which courses of a stay cover a window, and what the student says of pairs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from sojourn.catalogue.similarity.build import SIGNALS
from sojourn.catalogue.similarity.service import reset_similarity, similarity_table
from sojourn.catalogue.similarity.table import SimilarityTable
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import AuditEvent
from sojourn.planning.courses import (
    CoursePlan,
    PairWish,
    Refusal,
    clear_pair_wishes,
    course_plan,
    is_within,
    load,
    set_pair_wish,
    sized,
    window_of,
    wishes_of,
)
from sojourn.planning.errors import PlanError
from sojourn.planning.models import CoverWish, Plan

pytestmark = pytest.mark.slow

STAY, WINDOW = "karolinska-biomedicine-semester", "bms-bsc-y2-karolinska-semester"
HALF_MINOR, CHOICE = "half-minor-edinburgh", "medicine-bsc-y3-half-minor"
NEURO, HOME_NEURO = "ki-neuroscience", "lu-introduction-neurosciences"
PIN, FORBID = CoverWish.Kind.PIN, CoverWish.Kind.FORBID


@pytest.fixture(autouse=True)
def _words_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(SIGNALS, "words")
    reset_similarity()
    yield
    reset_similarity()


@pytest.fixture
def table(leiden: Snapshot) -> SimilarityTable:
    found = similarity_table(leiden)
    assert found is not None
    return found


def planned(
    snapshot: Snapshot, table: SimilarityTable, stay: str, window: str, *wishes: PairWish
) -> CoursePlan:
    records = snapshot.records
    return course_plan(records, table, records.windows[window], records.opportunities[stay], wishes)


def test_recognised_courses_cover_their_home_courses(
    leiden: Snapshot, table: SimilarityTable
) -> None:
    found = planned(leiden, table, STAY, WINDOW)
    links = {(link.host, link.home) for link in found.cover.links}
    assert (NEURO, HOME_NEURO) in links
    assert ("ki-immunology-and-microbiology", "lu-immunology") in links
    assert found.cover.covered_ects <= found.cover.home_ects == 30


def test_courses_outside_the_stay_are_left_out(leiden: Snapshot, table: SimilarityTable) -> None:
    found = planned(leiden, table, STAY, WINDOW)
    assert "ki-physiology" in [course.slug for course in found.outside]
    assert "ki-physiology" not in [one.course.slug for one in found.host]


def test_unknown_credits_share_what_is_left_and_are_marked(
    leiden: Snapshot, table: SimilarityTable
) -> None:
    found = planned(leiden, table, STAY, WINDOW)
    sizes = {one.course.slug: (one.ects, one.assumed) for one in found.host}
    assert sizes["ki-immunology-and-microbiology"] == (13.0, False)
    assert sizes[NEURO] == (13.0, True)  # 30 less 13 and 4
    assert found.assumes


def test_half_minors_are_a_choice_and_only_one_is_covered(
    leiden: Snapshot, table: SimilarityTable
) -> None:
    found = planned(leiden, table, HALF_MINOR, CHOICE)
    assert found.cover.is_choice
    assert found.cover.home_ects == 15
    assert len(found.cover.chosen) <= 1
    assert {link.home for link in found.cover.links} <= set(found.cover.chosen)


def test_a_ruled_out_pair_is_gone_and_the_rest_worked_out_anew(
    leiden: Snapshot, table: SimilarityTable
) -> None:
    found = planned(leiden, table, STAY, WINDOW, PairWish(NEURO, HOME_NEURO, FORBID))
    assert (NEURO, HOME_NEURO) not in {(link.host, link.home) for link in found.cover.links}


def test_a_pair_the_student_insists_on_counts_although_nothing_is_alike(
    leiden: Snapshot, table: SimilarityTable
) -> None:
    wish = PairWish("ki-tissue-biology", "lu-communication-in-science", PIN)
    found = planned(leiden, table, STAY, WINDOW, wish)
    assert (wish.host, wish.home) in {(link.host, link.home) for link in found.cover.links}
    assert found.refused == ()


def test_a_pin_outside_the_stay_is_refused_with_its_reason(
    leiden: Snapshot, table: SimilarityTable
) -> None:
    wish = PairWish("ki-physiology", "lu-physiology-basic-concepts", PIN)
    found = planned(leiden, table, STAY, WINDOW, wish)
    assert [(one.wish, one.why) for one in found.refused] == [(wish, Refusal.NOT_THEN)]


def test_pins_that_do_not_fit_together_leave_the_first_ones(
    leiden: Snapshot, table: SimilarityTable
) -> None:
    first = PairWish("ed-ex-surgical-sciences", "lu-hm-spinal-surgery-ent", PIN)
    second = PairWish("ed-ex-regenerative-medicine", "lu-hm-haematopoiesis", PIN)
    found = planned(leiden, table, HALF_MINOR, CHOICE, first, second)
    assert found.cover.chosen == ("lu-hm-spinal-surgery-ent",)
    assert [(one.wish, one.why) for one in found.refused] == [(second, Refusal.NO_ROOM)]


def test_wishes_about_courses_that_are_gone_are_passed_over(
    leiden: Snapshot, table: SimilarityTable
) -> None:
    assert planned(leiden, table, STAY, WINDOW, PairWish("gone", HOME_NEURO, PIN)).wishes == ()


def test_a_place_without_courses_covers_nothing(leiden: Snapshot, table: SimilarityTable) -> None:
    found = planned(leiden, table, "half-minor-tanzania-kcmc", CHOICE)
    assert found.host == ()
    assert found.cover.links == ()


def test_months_become_days_across_new_year(leiden: Snapshot) -> None:
    course = replace(leiden.records.courses[NEURO], starts_month=11, ends_month=1)
    stay = (8, 1)
    assert is_within(course, stay)
    assert not is_within(replace(course, ends_month=2), stay)
    assert is_within(replace(course, starts_month=None), stay)
    days = load(sized([course], 30)[0], stay)
    assert (days.first_day, days.last_day) == (dt.date(2001, 11, 1), dt.date(2002, 1, 31))


def test_sizes_without_any_hint_are_the_usual_ones(leiden: Snapshot) -> None:
    course = replace(leiden.records.courses[NEURO], ects=None)
    known = replace(course, slug="known", ects=Decimal(7))
    assert [one.ects for one in sized([course], None)] == [5.0]
    assert [one.ects for one in sized([course, known], None)] == [7.0, 7.0]
    assert [one.ects for one in sized([course, known], 10)] == [3.0, 7.0]


# --- what is kept --------------------------------------------------------------------------------


def test_a_pair_is_kept_once_and_written_into_the_audit_trail(leiden: Snapshot) -> None:
    plan = Plan.objects.create()
    for kind in (PIN, PIN, FORBID):
        set_pair_wish(plan, WINDOW, STAY, NEURO, HOME_NEURO, kind)
    window, stay = leiden.records.windows[WINDOW], leiden.records.opportunities[STAY]
    assert wishes_of(plan, window, stay) == (PairWish(NEURO, HOME_NEURO, FORBID),)
    plan.refresh_from_db()
    assert plan.revision == 2  # saying the same again changes nothing
    assert AuditEvent.objects.filter(action="courses.pair").count() == 2
    set_pair_wish(plan, WINDOW, STAY, NEURO, HOME_NEURO, None)
    assert wishes_of(plan, window, stay) == ()


def test_everything_can_be_let_go_at_once(leiden: Snapshot) -> None:
    plan = Plan.objects.create()
    set_pair_wish(plan, WINDOW, STAY, NEURO, HOME_NEURO, PIN)
    clear_pair_wishes(plan, WINDOW, STAY)
    assert not plan.cover_wishes.exists()


@pytest.mark.parametrize(
    ("window", "stay", "host", "home"),
    [
        ("gone", STAY, NEURO, HOME_NEURO),
        (WINDOW, HALF_MINOR, NEURO, HOME_NEURO),
        (WINDOW, STAY, "hd-ex-cancer-biology", HOME_NEURO),
        (WINDOW, STAY, NEURO, "lu-hm-haematopoiesis"),
        (WINDOW, STAY, "", ""),
    ],
)
@pytest.mark.usefixtures("leiden")
def test_a_pair_that_is_not_offered_is_refused(
    window: str, stay: str, host: str, home: str
) -> None:
    plan = Plan.objects.create()
    with pytest.raises(PlanError):
        set_pair_wish(plan, window, stay, host, home, PIN)
    assert not plan.cover_wishes.exists()


def test_the_window_is_the_one_asked_for_or_the_students_own(leiden: Snapshot) -> None:
    records = leiden.records
    stay = records.opportunities[HALF_MINOR]
    assert window_of(records, stay, None, "nowhere") is None
    chosen = window_of(records, stay, None, CHOICE)
    assert chosen is not None
    assert chosen.slug == CHOICE
