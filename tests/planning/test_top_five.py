"""The top five: its verbs, undo, and two tabs that meet."""

from __future__ import annotations

import random
import re

import pytest
from django.test import Client

from sojourn.catalogue.models import Opportunity
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import AuditEvent
from sojourn.planning import top_five as verbs
from sojourn.planning.errors import PlanChangedError, PlanError
from sojourn.planning.models import Plan

CUBA, EDINBURGH, BORDEAUX = (
    "half-minor-global-health-cuba",
    "half-minor-edinburgh",
    "half-minor-bordeaux",
)
FIVE = (CUBA, EDINBURGH, BORDEAUX, "SE", "half-minor-tanzania-kcmc")
SIXTH = "half-minor-finland"


@pytest.fixture
def plan(leiden: Snapshot) -> Plan:
    return Plan.objects.create()


@pytest.fixture
def full(plan: Plan) -> Plan:
    for key in FIVE:
        verbs.add(plan, key)
    return plan


def keys(plan: Plan) -> list[str]:
    return [entry.key for entry in verbs.top_five_of(plan)]


def seen(plan: Plan) -> str:
    return verbs.order_seen(verbs.top_five_of(plan))


def test_places_and_countries_stand_in_the_order_in_which_they_came(full: Plan) -> None:
    assert keys(full) == list(FIVE)


def test_a_place_is_on_the_list_once(full: Plan) -> None:
    assert not verbs.add(full, CUBA).is_one
    assert keys(full) == list(FIVE)


def test_a_sixth_asks_which_to_replace_and_takes_its_number(full: Plan) -> None:
    with pytest.raises(verbs.TopFiveFullError):
        verbs.add(full, SIXTH)
    verbs.replace_with(full, EDINBURGH, SIXTH)
    assert keys(full) == [CUBA, SIXTH, *FIVE[2:]]


@pytest.mark.parametrize("key", ["nowhere-at-all", "NL-1", "ZZ", ""])
def test_only_what_is_offered_can_be_added(plan: Plan, key: str) -> None:
    with pytest.raises(verbs.UnknownPlaceError):
        verbs.add(plan, key)


def test_a_withdrawn_place_cannot_be_added_but_stays_where_it_was(full: Plan) -> None:
    Opportunity.objects.filter(slug__in=[CUBA, SIXTH]).update(status="withdrawn")
    verbs.move(full, CUBA, 3, seen(full))
    assert keys(full)[2] == CUBA
    with pytest.raises(verbs.UnknownPlaceError):
        verbs.replace_with(full, EDINBURGH, SIXTH)


@pytest.mark.parametrize(("rank", "at"), [(1, 0), (3, 2), (5, 4), (9, 4), (-3, 0)])
def test_moving_puts_a_place_at_its_rank(full: Plan, rank: int, at: int) -> None:
    verbs.move(full, BORDEAUX, rank, seen(full))
    assert keys(full).index(BORDEAUX) == at
    assert sorted(keys(full)) == sorted(FIVE)


def test_the_whole_order_can_be_given_but_only_of_what_is_there(full: Plan) -> None:
    verbs.put_in_order(full, FIVE[::-1], seen(full))
    assert keys(full) == list(FIVE[::-1])
    with pytest.raises(PlanError):
        verbs.put_in_order(full, [*FIVE[:4], SIXTH], seen(full))


def test_notes_move_along_and_are_kept_when_others_leave(full: Plan) -> None:
    verbs.write_note(full, BORDEAUX, "Ask about French ❤ مرحبا", verbs.Entry(BORDEAUX).note_seen)
    verbs.move(full, BORDEAUX, 1, seen(full))
    verbs.remove(full, CUBA)
    assert verbs.top_five_of(full)[0] == verbs.Entry(BORDEAUX, "Ask about French ❤ مرحبا")


def test_a_note_has_an_end(full: Plan) -> None:
    with pytest.raises(PlanError, match="2000"):
        verbs.write_note(full, BORDEAUX, "x" * 2001, verbs.Entry(BORDEAUX).note_seen)


def test_undo_brings_back_the_list_with_its_notes(full: Plan) -> None:
    verbs.write_note(full, CUBA, "warm", verbs.Entry(CUBA).note_seen)
    change = verbs.remove(full, CUBA)
    verbs.restore(full, change.before, verbs.all_seen(change.after))
    assert verbs.top_five_of(full)[0] == verbs.Entry(CUBA, "warm")


def test_undo_does_not_go_over_a_later_change(full: Plan) -> None:
    change = verbs.remove(full, CUBA)
    verbs.add(full, SIXTH)
    with pytest.raises(PlanChangedError):
        verbs.restore(full, change.before, verbs.all_seen(change.after))
    assert SIXTH in keys(full)


def test_every_change_is_counted_and_written_down_without_the_note(full: Plan) -> None:
    before = Plan.objects.get(pk=full.pk).revision
    verbs.write_note(full, CUBA, "my secret", verbs.Entry(CUBA).note_seen)
    assert Plan.objects.get(pk=full.pk).revision == before + 1
    event = AuditEvent.objects.latest("pk")
    assert event.action == "top_five.noted"
    assert "secret" not in str(event.details)


@pytest.mark.slow
def test_two_hundred_times_two_tabs_and_never_a_silent_loss(full: Plan) -> None:
    """Two tabs look, both order; the second is refused, or it changes nothing that was unseen."""
    draw = random.Random(3)
    refused = 0
    for _round in range(200):
        first = draw.sample(keys(full), 5)
        second = draw.sample(keys(full), 5)
        looked = seen(full)
        before = keys(full)
        verbs.put_in_order(full, first, looked)
        try:
            verbs.put_in_order(full, second, looked)
        except PlanChangedError:
            refused += 1
            assert keys(full) == first
        else:
            assert first == before  # the first changed nothing, so nothing was lost
    assert refused > 190


@pytest.mark.slow
def test_two_hundred_notes_from_two_tabs(full: Plan) -> None:
    for number in range(200):
        looked = next(e for e in verbs.top_five_of(full) if e.key == CUBA).note_seen
        verbs.write_note(full, CUBA, f"first {number}", looked)
        with pytest.raises(PlanChangedError):
            verbs.write_note(full, CUBA, f"second {number}", looked)
        assert verbs.top_five_of(full)[0].note == f"first {number}"


def test_a_note_in_one_tab_and_an_order_in_the_other_are_both_kept(full: Plan) -> None:
    looked = seen(full)
    verbs.write_note(full, CUBA, "warm", verbs.Entry(CUBA).note_seen)
    verbs.put_in_order(full, FIVE[::-1], looked)
    assert verbs.top_five_of(full)[-1] == verbs.Entry(CUBA, "warm")


# --- The pages -----------------------------------------------------------------------------------


def add(client: Client, key: str) -> None:
    assert client.post("/en/plan/top-five/add/", {"place": key}).status_code == 302


def seen_on(client: Client) -> str:
    page = client.get("/en/plan/top-five/").content.decode()
    return re.findall(r'id="order".*?name="seen" value="(\w+)"', page, re.DOTALL)[0]


def places_on(client: Client) -> list[str]:
    listed = client.get("/en/plan/top-five/state/").json()["places"]
    return [place["key"] for place in listed]


@pytest.mark.slow
def test_the_second_tab_gets_a_choice_and_may_have_its_way(leiden: Snapshot) -> None:
    client = Client()
    for key in (CUBA, EDINBURGH, BORDEAUX):
        add(client, key)
    looked = seen_on(client)
    first = {"place": BORDEAUX, "rank": "1", "seen": looked}
    assert client.post("/en/plan/top-five/move/", first).status_code == 302
    second = client.post("/en/plan/top-five/move/", {"place": CUBA, "rank": "2", "seen": looked})
    assert second.status_code == 409
    assert places_on(client) == [BORDEAUX, CUBA, EDINBURGH]
    page = second.content.decode()
    fresh = re.findall(r'name="seen" value="(\w+)"', page)[0]
    again = {"place": CUBA, "rank": "3", "seen": fresh}
    assert client.post("/en/plan/top-five/move/", again).status_code == 302
    assert places_on(client) == [BORDEAUX, EDINBURGH, CUBA]


def test_a_note_that_lost_the_race_stands_in_the_answer(leiden: Snapshot) -> None:
    client = Client()
    add(client, CUBA)
    looked = verbs.Entry(CUBA).note_seen
    client.post("/en/plan/top-five/note/", {"place": CUBA, "note": "one", "seen": looked})
    lost = {"place": CUBA, "note": "<b>two</b>", "seen": looked}
    answer = client.post("/en/plan/top-five/note/", lost)
    assert answer.status_code == 409
    assert "one" in answer.content.decode()
    assert "&lt;b&gt;two&lt;/b&gt;" in answer.content.decode()


def test_undo_as_the_page_offers_it(leiden: Snapshot) -> None:
    client = Client()
    add(client, CUBA)
    add(client, EDINBURGH)
    client.post("/en/plan/top-five/remove/", {"place": CUBA})
    assert places_on(client) == [EDINBURGH]
    client.post("/en/plan/top-five/undo/")
    assert places_on(client) == [CUBA, EDINBURGH]


def test_a_sixth_leads_to_the_question_which_makes_room(leiden: Snapshot) -> None:
    client = Client()
    for key in FIVE:
        add(client, key)
    answer = client.post("/en/plan/top-five/add/", {"place": SIXTH})
    assert answer.headers["Location"] == f"/en/plan/top-five/add/{SIXTH}/"
    assert 'type="radio"' in client.get(answer.headers["Location"]).content.decode()
    client.post("/en/plan/top-five/replace/", {"place": SIXTH, "old": BORDEAUX})
    assert places_on(client)[2] == SIXTH


def test_adding_without_a_token_is_refused(leiden: Snapshot) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/en/plan/top-five/add/", {"place": CUBA}).status_code == 403
    token = strict.get("/en/plan/top-five/state/").json()["token"]
    answer = strict.post(
        "/en/plan/top-five/add/",
        {"place": CUBA},
        headers={"X-CSRFToken": token, "Accept": "application/json"},
    )
    assert answer.status_code == 200
    assert places_on(strict) == [CUBA]


@pytest.mark.parametrize("key", ["../../x", "A" * 400, "né", "SE ", "<script>", "\u202eabc"])
def test_a_key_that_is_none_is_not_found(leiden: Snapshot, key: str) -> None:
    assert Client().post("/en/plan/top-five/add/", {"place": key}).status_code == 404
