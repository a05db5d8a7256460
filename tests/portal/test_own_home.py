"""The home page of whoever has a plan, and what the public pages remember of a visitor."""

from __future__ import annotations

import pytest
from django.test import Client

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from sojourn.planning import top_five
from sojourn.planning.models import Plan
from sojourn.planning.profile import profile_of
from sojourn.selection.models import Offer
from tests.selection.rounds import PLACES, applicants, closed_round, published
from tests.support.accounts import STUDENT, account

pytestmark = pytest.mark.django_db
EDINBURGH, BORDEAUX, FINLAND = PLACES
STATE = "/en/plan/top-five/state/"


def test_a_visitor_s_home_page_is_kept_for_everybody(
    leiden: Snapshot, django_assert_num_queries: object
) -> None:
    client = Client()
    first, again = client.get("/en/"), client.get("/en/")
    assert "X-Robots-Tag" not in first.headers
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "data-mine" not in first.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "stands"), [("en", "Where you stand"), ("nl", "Waar je nu staat")]
)
def test_a_student_s_home_page_begins_with_the_answer_of_the_plan(
    leiden: Snapshot, language: str, stands: str
) -> None:
    round_ = closed_round({EDINBURGH: 1})
    applicants(round_, [[EDINBURGH]] * 2, ["9", "8"])
    published(round_)
    client = Client()
    client.force_login(User.objects.get(email="student0@example.org"))
    home = client.get(f"/{language}/")
    page = home.content.decode()
    assert home.headers["Cache-Control"] == "private, no-store"
    assert stands in page
    assert page.count("<h1>") == 1
    assert f'href="/{language}/apply/results/{Offer.objects.get().application.uuid}/"' in page
    assert page.count('class="button next"') == 1
    assert 'aria-current="step"' in page
    assert '<span class="hush">' in page
    client.force_login(User.objects.get(email="student1@example.org"))
    number = {"en": "number 1 on the waiting list", "nl": "nummer 1 op de wachtlijst"}[language]
    assert number in client.get(f"/{language}/").content.decode()
    assert number in client.get(f"/{language}/plan/").content.decode()


@pytest.mark.slow
def test_staff_get_the_home_page_of_everybody(leiden: Snapshot) -> None:
    client = Client()
    client.force_login(account("coordinator@example.org", "coordinator"))
    assert "Study abroad, without guessing." in client.get("/en/").content.decode()


@pytest.mark.slow
def test_the_list_is_told_to_a_script_with_rank_and_fit(leiden: Snapshot) -> None:
    client = Client()
    for place in (EDINBURGH, "SE"):
        client.post("/en/plan/top-five/add/", {"place": place})
    told = client.get(STATE).json()
    assert told["count"] == "2 of 5"
    first, country = told["places"]
    assert (first["key"], first["rank"], first["words"]) == (EDINBURGH, 1, "1 of 5 · my list")
    assert first["href"] == f"/en/opportunities/{EDINBURGH}/"
    assert first["at"] == ["/en/institutions/university-of-edinburgh/"]
    assert first["fit"]
    assert first["tone"]
    assert (country["href"], country["at"]) == ("/en/countries/SE/", [])
    # The page of a visitor with a list says where a script asks for it; it is not kept.
    page = client.get(f"/en/opportunities/{EDINBURGH}/").content.decode()
    assert f'data-mine="{STATE}"' in page
    assert "data-mine" not in Client().get(f"/en/opportunities/{EDINBURGH}/").content.decode()


def test_what_was_chosen_on_the_home_page_is_carried_into_the_profile(leiden: Snapshot) -> None:
    client = Client()
    answer = client.get("/en/plan/study/", {"study": "biomedical-sciences-bsc.1"})
    assert answer.headers["Location"] == "/en/plan/fit/"
    assert not Plan.objects.exists()
    page = client.get("/en/plan/profile/").content.decode()
    assert '<option value="biomedical-sciences-bsc" selected>' in page
    assert 'name="year" value="1"' in page
    client.post("/en/plan/top-five/add/", {"place": EDINBURGH})
    profile = profile_of(Plan.objects.get())
    assert (profile.programme, profile.year) == ("biomedical-sciences-bsc", 1)


def test_a_choice_counts_on_every_page_of_a_plan_that_was_there_before(leiden: Snapshot) -> None:
    client = Client()
    client.post("/en/plan/top-five/add/", {"place": EDINBURGH})
    unknown = client.get(STATE).json()["places"][0]["fit"]
    client.get("/en/plan/study/", {"study": "biomedical-sciences-bsc.1"})
    assert profile_of(Plan.objects.get()).programme == ""
    verdict = client.get(STATE).json()["places"][0]["fit"]
    assert verdict != unknown
    for page in ("", "top-five/", "compare/"):
        assert verdict in client.get(f"/en/plan/{page}").content.decode(), page


def test_what_the_profile_says_goes_before_a_choice(leiden: Snapshot) -> None:
    user = account("eline@example.org", STUDENT)
    client = Client()
    client.force_login(user)
    client.get("/en/plan/study/", {"study": "medicine-bsc.2"})
    seen = client.get("/en/plan/profile/").context["form"].initial["seen"]
    sent = {"programme": "medicine-bsc", "year": "3", "seen": seen}
    assert client.post("/en/plan/profile/", sent).headers["Location"] == "/en/plan/fit/"
    assert client.cookies["study"].value == ""
    client.get("/en/plan/study/", {"study": "biomedical-sciences-bsc.1"})
    top_five.add(Plan.objects.get(owner=user), EDINBURGH)
    client.post("/en/plan/top-five/add/", {"place": BORDEAUX})
    assert profile_of(Plan.objects.get(owner=user)).programme == "medicine-bsc"


@pytest.mark.parametrize("word", ["", "medicine-bsc", "medicine-bsc.9", "no-such.1", ".1", "a.b.²"])
def test_a_choice_that_is_none_leads_to_all_places(leiden: Snapshot, word: str) -> None:
    answer = Client().get("/en/plan/study/", {"study": word})
    assert answer.headers["Location"] == "/en/opportunities/"
    assert not answer.cookies


def test_deleting_the_plan_forgets_the_choice(leiden: Snapshot) -> None:
    client = Client()
    client.get("/en/plan/study/", {"study": "medicine-bsc.2"})
    client.post("/en/plan/data/delete/", {"sure": "1"})
    assert client.cookies["study"].value == ""
