"""Gates: what keeps each shut, who opens it with a reason, and the look on the day itself."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from sojourn.catalogue.choices import DONE_ON_A_PAGE, Gate
from sojourn.catalogue.models import Institution, Source, TravelAdvice
from sojourn.mobility import endings, gates, steps
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import Stay
from sojourn.mobility.states import StayState
from sojourn.people.models import AuditEvent, User
from sojourn.people.roles import Role
from tests.mobility.conftest import again, in_days, step


def advice(level: str, days_ago: int = 0, country: str = "SE") -> None:
    TravelAdvice.objects.update_or_create(
        slug=country.lower(),
        defaults={"country": country, "level": level, "checked_on": in_days(-days_ago),
                  "source": Source.objects.all()[0]},
    )  # fmt: skip


def codes(stay: Stay, gate: Gate) -> list[str]:
    return [each.code for each in gates.blockers(again(stay), gate)]


def settle_all(stay: Stay, coordinator: User, gate: Gate) -> None:
    for row in stay.steps.filter(step__gate=gate).select_related("step"):
        if row.step.done_by in DONE_ON_A_PAGE:
            # It follows from a page of its own; here it is not needed.
            steps.waive(row, "Another form of the host.", actor=coordinator)
            continue
        steps.settle(
            row, actor=coordinator, valid_until=in_days(400) if row.step.expires else None,
            note="Decided on 7 December.",
        )  # fmt: skip


def test_a_gate_is_shut_until_its_steps_are_done(stay: Stay, coordinator: User) -> None:
    assert codes(stay, Gate.NOMINATION) == ["erasmus-courses-nomination"]
    settle_all(stay, coordinator, Gate.NOMINATION)
    assert gates.look(again(stay), Gate.NOMINATION).is_open


@pytest.mark.slow
def test_departure_needs_the_agreement_too(stay: Stay, coordinator: User) -> None:
    settle_all(stay, coordinator, Gate.DEPARTURE)
    assert codes(stay, Gate.DEPARTURE) == ["gate:agreement"]
    settle_all(stay, coordinator, Gate.AGREEMENT)
    assert gates.look(again(stay), Gate.DEPARTURE).is_open


def test_a_paper_that_runs_out_before_departure_keeps_the_gate_shut(
    stay: Stay, coordinator: User
) -> None:
    steps.settle(step(stay, "insurance"), actor=coordinator, valid_until=in_days(50))
    assert "erasmus-courses-insurance" in codes(stay, Gate.DEPARTURE)


@pytest.mark.slow
@pytest.mark.parametrize(("level", "shut"), [("green", False), ("yellow", False),
                                             ("orange", True), ("red", True)])  # fmt: skip
def test_the_travel_advice_counts_on_the_day_of_departure(
    stay: Stay, coordinator: User, level: str, shut: bool
) -> None:
    """Pitfall 22: looked at again by itself, on the day and until it."""
    for gate in (Gate.NOMINATION, Gate.AGREEMENT, Gate.DEPARTURE):
        settle_all(stay, coordinator, gate)
    advice("green")
    assert gates.look(again(stay), Gate.DEPARTURE).is_open
    with time_machine.travel(timezone.now() + dt.timedelta(days=100), tick=False):
        advice(level)
        assert gates.look(again(stay), Gate.DEPARTURE).is_open is not shut


def test_the_colour_of_the_host_s_region_counts(stay: Stay, coordinator: User) -> None:
    for gate in (Gate.NOMINATION, Gate.AGREEMENT, Gate.DEPARTURE):
        settle_all(stay, coordinator, gate)
    advice("green")
    TravelAdvice.objects.get(country="SE").regions.create(
        name_en="The north", name_nl="Het noorden", level="orange", codes=["SE-BD"]
    )
    assert gates.look(again(stay), Gate.DEPARTURE).is_open
    host = stay.hosts.get().institution
    assert host is not None
    Institution.objects.filter(pk=host.pk).update(region="SE-BD")
    (blocker,) = gates.blockers(again(stay), Gate.DEPARTURE)
    assert blocker.code == "travel:SE-BD:orange"
    assert "The north (Sweden)" in blocker.why
    advice("red")
    Institution.objects.filter(pk=host.pk).update(region="SE-AB")
    assert codes(stay, Gate.DEPARTURE) == ["travel:SE:red"]


@pytest.mark.slow
def test_advice_that_nobody_looked_up_lately_keeps_it_shut_near_departure(
    stay: Stay, coordinator: User
) -> None:
    for gate in (Gate.AGREEMENT, Gate.DEPARTURE):
        settle_all(stay, coordinator, gate)
    advice("green")
    with time_machine.travel(timezone.now() + dt.timedelta(days=90), tick=False):
        assert codes(stay, Gate.DEPARTURE) == ["travel:SE:unknown"]


# --- Exceptions (pitfall 19) -------------------------------------------------------------------


def test_somebody_named_answers_for_exactly_what_is_in_the_way(
    stay: Stay, coordinator: User
) -> None:
    seen = codes(stay, Gate.DEPARTURE)
    made = gates.override(stay, Gate.DEPARTURE, "The host sleeps.", actor=coordinator, seen=seen)
    assert (made.by, made.reason, made.blockers) == (coordinator, "The host sleeps.", sorted(seen))
    assert gates.look(again(stay), Gate.DEPARTURE).is_open
    assert AuditEvent.objects.filter(action="gate.override", actor=coordinator).count() == 1


def test_something_new_in_the_way_shuts_it_again(stay: Stay, coordinator: User) -> None:
    gates.override(
        stay, Gate.DEPARTURE, "Known.", actor=coordinator, seen=codes(stay, Gate.DEPARTURE)
    )
    advice("red")
    assert not gates.look(again(stay), Gate.DEPARTURE).is_open


def test_who_saw_something_else_looks_again(stay: Stay, coordinator: User) -> None:
    seen = codes(stay, Gate.DEPARTURE)
    advice("orange")
    with pytest.raises(MobilityError, match="Something else"):
        gates.override(stay, Gate.DEPARTURE, "Known.", actor=coordinator, seen=seen)
    assert not stay.overrides.exists()


@pytest.mark.slow
def test_only_whom_the_road_names_opens_a_gate(stay: Stay, coordinator: User, board: User) -> None:
    secretary = User.objects.create_user("sec@example.org", role=Role.SECRETARY)
    for actor, gate in ((coordinator, Gate.AGREEMENT), (board, Gate.NOMINATION),
                        (secretary, Gate.DEPARTURE)):  # fmt: skip
        with pytest.raises(NotAllowedNowError):
            gates.override(stay, gate, "Why not.", actor=actor, seen=codes(stay, gate))
    gates.override(stay, Gate.AGREEMENT, "Decided.", actor=board, seen=codes(stay, Gate.AGREEMENT))


def test_an_exception_needs_a_reason_and_something_in_the_way(
    stay: Stay, coordinator: User
) -> None:
    with pytest.raises(MobilityError):
        gates.override(stay, Gate.NOMINATION, " ", actor=coordinator,
                       seen=codes(stay, Gate.NOMINATION))  # fmt: skip
    settle_all(stay, coordinator, Gate.NOMINATION)
    with pytest.raises(NotAllowedNowError):
        gates.override(stay, Gate.NOMINATION, "Why.", actor=coordinator, seen=[])


def test_a_shut_gate_keeps_nobody_from_saying_where_they_are(stay: Stay, noor: User) -> None:
    endings.depart(stay, in_days(0), actor=noor)
    assert again(stay).state == StayState.AWAY
    event = AuditEvent.objects.get(action="stay.depart")
    assert "erasmus-courses-insurance" in event.details["gate_was_shut"]


@pytest.mark.slow
def test_a_stay_is_not_finished_while_its_last_gates_are_shut(
    stay: Stay, coordinator: User
) -> None:
    Stay.objects.filter(pk=stay.pk).update(
        state=StayState.BACK, starts_on=in_days(-100), ends_on=in_days(-1)
    )
    with pytest.raises(NotAllowedNowError, match="confirms your dates"):
        endings.finish(stay, actor=coordinator)
    for gate in (Gate.END, Gate.RECOGNITION):
        settle_all(stay, coordinator, gate)
    endings.finish(stay, actor=coordinator)
    assert again(stay).state == StayState.FINISHED
    endings.reopen(stay, actor=coordinator)
    assert again(stay).state == StayState.BACK
