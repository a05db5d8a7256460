"""Courses like this one, will my courses count, where it is most like home."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from sojourn.catalogue.similarity import service
from sojourn.catalogue.similarity.build import SIGNALS
from sojourn.catalogue.similarity.service import reset_similarity
from sojourn.catalogue.snapshot.service import reset_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning.models import CoverWish, Plan

STAY, WINDOW = "karolinska-biomedicine-semester", "bms-bsc-y2-karolinska-semester"
NEURO, HOME_NEURO = "ki-neuroscience", "lu-introduction-neurosciences"
COURSES = f"/en/plan/courses/{STAY}/"
PAIR = {"window": WINDOW, "host": NEURO, "home": HOME_NEURO}


@pytest.fixture(autouse=True)
def _words_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(SIGNALS, "words")
    reset_similarity()
    reset_snapshot()  # and with it the pages that were kept of another comparison
    yield
    reset_similarity()


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_a_course_shows_those_like_it_with_the_recognised_one_first(client: Client) -> None:
    text = page(client, "/en/courses/lu-immunology/")
    part = text[text.index("Similar courses abroad") :]
    assert part.index("Recognised before") < part.index("Partly similar")
    assert re.search(r'/en/courses/ki-immunology-and-microbiology/">', part)
    assert "<mark>" in part
    assert "Both mention:" in part


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_a_similarity_is_never_a_bare_percentage(client: Client) -> None:
    for address in ("/en/courses/lu-immunology/", COURSES, "/en/plan/alike/"):
        assert not re.search(r"\d\s?%", page(client, address)), address


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_the_page_says_that_words_alone_were_compared(client: Client) -> None:
    assert "by their words and not by their meaning" in page(client, "/en/courses/lu-immunology/")
    assert "by their words and not by their meaning" in page(client, COURSES)
    assert "by their words and not by their meaning" in page(client, "/en/plan/alike/")


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_a_page_that_cannot_compare_yet_says_so_and_is_not_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reset_snapshot()  # and with it the pages kept
    monkeypatch.setattr(service, "_checks_on_each_call", lambda: False)
    monkeypatch.setattr(service, "follow_snapshots", lambda: None)
    assert "still comparing" in page(client, "/en/courses/lu-immunology/")
    assert "Look again in a minute" in page(client, COURSES)
    assert "Look again in a minute" in page(client, "/en/plan/alike/")
    monkeypatch.undo()
    monkeypatch.setenv(SIGNALS, "words")
    assert "still comparing" not in page(client, "/en/courses/lu-immunology/")


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_both_columns_and_a_line_for_each_pair(client: Client) -> None:
    text = page(client, COURSES)
    drawing = text[text.index('class="lines"') :]
    drawing = drawing[: drawing.index("</svg>")]
    links = text[text.index("Which course counts for which") :]
    pairs = re.findall(r'<li class="course-pair" id="[^"]+"', links[: links.index("</ol>")])
    assert drawing.count("<path") == len(pairs) > 3
    assert "Taught outside this stay" in text
    assert "style=" not in text


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_a_visitor_insists_and_lets_go_without_an_account(client: Client) -> None:
    answer = client.post(f"{COURSES}pair/", PAIR | {"kind": "pin"})
    assert (answer.status_code, answer["Location"]) == (302, f"{COURSES}?window={WINDOW}")
    assert "fixed by you" in page(client, COURSES)
    wish = CoverWish.objects.get()
    assert (wish.plan.owner, wish.kind) == (None, "pin")
    client.post(f"{COURSES}pair/", PAIR | {"kind": "release"})
    assert not CoverWish.objects.exists()
    client.post(f"{COURSES}pair/", PAIR | {"kind": "forbid"})
    assert "Excluded by you" in page(client, COURSES)
    client.post(f"{COURSES}forget/", {"window": WINDOW})
    assert "Excluded by you" not in page(client, COURSES)


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_nobody_sees_what_another_one_chose(client: Client) -> None:
    client.post(f"{COURSES}pair/", PAIR | {"kind": "forbid"})
    assert "Excluded by you" in page(client, COURSES)
    assert "Excluded by you" not in page(Client(), COURSES)


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_looking_writes_nothing(client: Client) -> None:
    page(client, COURSES)
    page(client, "/en/plan/alike/")
    assert not Plan.objects.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_pairs_that_cannot_be_met_are_named(client: Client) -> None:
    pair = PAIR | {"host": "ki-physiology", "home": "lu-physiology-basic-concepts", "kind": "pin"}
    client.post(f"{COURSES}pair/", pair)
    text = page(client, COURSES)
    assert "“Physiology” cannot count for “Physiology, Basic Concepts”" in text
    assert "outside this stay" in text


@pytest.mark.usefixtures("leiden")
def test_a_form_from_elsewhere_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"{COURSES}pair/", PAIR | {"kind": "pin"}).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/en/plan/courses/nowhere/", 404),
        (f"{COURSES}?window=nowhere", 404),
        (f"{COURSES}?window=%00%F0%9F%A6%84", 404),
        ("/en/plan/alike/?programme=nothing", 404),
        ("/en/plan/courses/half-minor-tanzania-kcmc/", 200),
        ("/en/plan/courses/medicine-elective-paramaribo/", 200),
        ("/nl/plan/alike/?programme=medicine-bsc", 200),
        ("/nl/plan/alike/?programme=pharmacy-msc", 200),
    ],
)
@pytest.mark.usefixtures("leiden")
def test_addresses(client: Client, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"kind": "nonsense"}, 404),
        ({"window": "nowhere", "kind": "pin"}, 404),
        ({"host": "x" * 5000, "kind": "pin"}, 302),
        ({"host": "\x00", "kind": "pin"}, 302),
        ({"home": "😀", "kind": "forbid"}, 302),
    ],
)
@pytest.mark.usefixtures("leiden")
def test_nonsense_changes_nothing(client: Client, changed: dict[str, str], status: int) -> None:
    assert client.post(f"{COURSES}pair/", PAIR | changed).status_code == status
    assert not CoverWish.objects.exists()


@pytest.mark.slow
def test_every_place_and_window_has_its_page(leiden: Snapshot, client: Client) -> None:
    for opportunity in leiden.records.opportunities.values():
        for window in opportunity.windows:
            for language in ("en", "nl"):
                page(client, f"/{language}/plan/courses/{opportunity.slug}/?window={window}")


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_plan_pages_are_kept_by_nobody(client: Client) -> None:
    for address in (COURSES, "/en/plan/alike/"):
        assert client.get(address)["Cache-Control"] == "private, no-store"
