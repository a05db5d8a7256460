"""Costs, languages and dates of a plan as pages, documents and a calendar."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.test import Client
from icalendar import Calendar

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from sojourn.planning.models import DatesFeed, OwnCost, Plan
from sojourn.portal.plan.documents.cost_sheet import as_text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KI = "karolinska-biomedicine-semester"
COSTS = f"/en/plan/costs/{KI}/"


def seen_on(client: Client, address: str = COSTS) -> str:
    page = client.get(address).content.decode()
    return re.findall(r'name="seen" value="(\w+)"', page)[0]


def save(client: Client, **figures: str) -> int:
    answer = client.post(COSTS, {"what": "figures", "seen": seen_on(client)} | figures)
    return answer.status_code


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(
    "path", [f"costs/{KI}/", f"language/{KI}/", "dates/", f"costs/{KI}.pdf", f"costs/{KI}.xlsx"]
)
def test_each_is_private_and_writes_nothing(leiden: Snapshot, language: str, path: str) -> None:
    answer = Client().get(f"/{language}/plan/{path}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not Plan.objects.exists()
    if not path.endswith(("pdf", "xlsx")):
        page = answer.content.decode()
        assert f'lang="{language}"' in page
        assert not re.search(r"\sstyle=|\son\w+=|<style", page)


def test_every_place_has_its_pages(leiden: Snapshot) -> None:
    client = Client()
    for slug in leiden.records.opportunities:
        assert client.get(f"/en/plan/costs/{slug}/").status_code == 200
        assert client.get(f"/nl/plan/language/{slug}/?hours=5").status_code == 200


def test_a_place_that_is_gone_or_never_was(leiden: Snapshot) -> None:
    models.Opportunity.objects.filter(slug=KI).update(status="withdrawn")
    models.CatalogueVersion.objects.update(number=99)
    refresh_snapshot()
    for path in (f"costs/{KI}/", f"costs/{KI}.pdf", f"costs/{KI}.xlsx", f"language/{KI}/"):
        assert Client().get(f"/en/plan/{path}").status_code == 410
    assert Client().get("/en/plan/costs/nowhere/").status_code == 404


def test_each_line_opens_to_its_source_year_and_certainty(leiden: Snapshot) -> None:
    page = Client().get(COSTS).content.decode()
    assert "figures of 2025, official, checked 24 November 2026" in page
    assert "Swedish Migration Agency" in page
    assert "converted from SEK at the rate of" in page
    assert "You seem eligible because the country is in group 1 of Erasmus+" in page


def test_own_figures_stand_beside_the_estimate(leiden: Snapshot) -> None:
    client = Client()
    assert save(client, housing="1.500", food="€ 12,50") == 302
    assert sorted(OwnCost.objects.values_list("item", "amount")) == [
        ("food", 12.5), ("housing", 1500)
    ]  # fmt: skip
    page = client.get(COSTS).content.decode()
    assert 'value="1500"' in page
    assert "€1,635 to 3,679" in page
    assert save(client) == 302
    assert not OwnCost.objects.exists()


@pytest.mark.parametrize(
    "nonsense", ["-5", "1e99", "NaN", "Infinity", "twelve", "😀", "\u202e12", "1" * 500, "1.2345"]
)
def test_nonsense_gets_a_message_at_its_field(leiden: Snapshot, nonsense: str) -> None:
    client = Client()
    answer = client.post(COSTS, {"what": "figures", "seen": "", "housing": nonsense, "food": "9"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_housing_error"' in page
    assert 'value="9"' in page  # what was right is not lost
    assert not OwnCost.objects.exists()


def test_a_second_tab_is_told_and_loses_nothing(leiden: Snapshot) -> None:
    client = Client()
    old = seen_on(client)
    assert save(client, food="500") == 302
    late = client.post(COSTS, {"what": "figures", "seen": old, "food": "900"})
    assert late.status_code == 409
    assert "meanwhile" in late.content.decode()
    assert OwnCost.objects.get().amount == 500
    again = re.findall(r'name="seen" value="(\w+)"', late.content.decode())[0]
    client.post(COSTS, {"what": "figures", "seen": again, "food": "900"})
    assert OwnCost.objects.get().amount == 900


def test_answers_to_the_rules_move_the_grants(leiden: Snapshot) -> None:
    client = Client()
    client.post(COSTS, {"what": "answers", "green_travel": "yes", "fewer_opportunities": ""})
    assert Plan.objects.get().statements == {"green_travel": True}
    assert "€417" in client.get(COSTS).content.decode()
    wrong = client.post(COSTS, {"what": "answers", "green_travel": "perhaps"})
    assert wrong.status_code == 422
    # A question that this page does not ask is not kept.
    client.post(COSTS, {"what": "answers", "is_admin": "yes"})
    assert "is_admin" not in Plan.objects.get().statements


@pytest.mark.parametrize("hours", ["-1", "61", "many", "1e9", "😀"])
def test_nonsense_hours_are_refused_at_the_field(leiden: Snapshot, hours: str) -> None:
    answer = Client().get(f"/en/plan/language/{KI}/", {"hours": hours})
    assert answer.status_code == 422
    assert 'id="id_hours_error"' in answer.content.decode()


# --- To take along ------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_document_is_tagged_for_screen_readers(leiden: Snapshot, language: str) -> None:
    content = Client().get(f"/{language}/plan/costs/{KI}.pdf").content
    assert content.startswith(b"%PDF-")
    assert b"pdfuaid:part" in content
    assert f"/Lang({language}".encode() in content.replace(b" ", b"")


def test_texts_with_signs_of_markup_do_not_break_the_document(leiden: Snapshot) -> None:
    models.Opportunity.objects.filter(slug=KI).update(title_en='#panic() $x_ "*_ \\ @a <b>')
    models.CatalogueVersion.objects.update(number=98)
    refresh_snapshot()
    assert Client().get(f"/en/plan/costs/{KI}.pdf").content.startswith(b"%PDF-")


def sheet(client: Client) -> str:
    content = client.get(f"/en/plan/costs/{KI}.xlsx").content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml")
        return "".join(book.read(name).decode() for name in names)


def test_the_spreadsheet_adds_up_by_itself(leiden: Snapshot) -> None:
    client = Client()
    save(client, housing="1500")
    written = sheet(client)
    assert "SUMPRODUCT(ISBLANK(" in written
    assert "<f>MAX(0," in written
    assert "<v>1500</v>" in written
    assert "Swedish Migration" in written or "Maintenance requirement" in written


def test_no_text_of_the_spreadsheet_is_taken_for_a_formula(leiden: Snapshot) -> None:
    models.Opportunity.objects.filter(slug=KI).update(title_en='=HYPERLINK("http://x")')
    models.CatalogueVersion.objects.update(number=97)
    refresh_snapshot()
    written = sheet(Client())
    assert "<f>HYPERLINK" not in written
    assert "'=HYPERLINK" in written
    assert [as_text(sign + "1")[0] for sign in "=+-@"] == ["'"] * 4
    assert as_text("plain") == "plain"


# --- The calendar -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "because"),
    [
        ("medicine-bsc", "It is for Biomedical Sciences BSc."),
        ("biomedical-sciences-bsc", "It is for year 2, and you are past that."),
    ],
)
def test_a_place_for_others_has_no_dates(leiden: Snapshot, programme: str, because: str) -> None:
    """Its steps would be those of somebody else."""
    client = Client()
    client.post("/en/plan/profile/", {"programme": programme, "year": "3"})
    client.post("/en/plan/top-five/add/", {"place": KI})
    page = client.get("/en/plan/dates/").content.decode()
    assert "Not for you" in page
    assert because in page
    assert 'class="timeline"' not in page
    assert "Departure" not in page


def feed_of(client: Client) -> str:
    client.post("/en/plan/top-five/add/", {"place": KI})
    page = client.post("/en/plan/dates/feed/").content.decode()
    return re.findall(r"/en/plan/dates/[\w-]+\.ics", page)[0]


def test_the_calendar_holds_the_way_to_each_choice(leiden: Snapshot) -> None:
    answer = Client().get(feed_of(Client()))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    told = Calendar.from_ical(answer.content)
    summaries = [str(event["summary"]) for event in told.walk("VEVENT")]
    assert any("A semester at Karolinska" in summary for summary in summaries)
    assert any(summary.endswith("(example)") for summary in summaries)


def test_the_calendar_says_nothing_about_the_student(leiden: Snapshot) -> None:
    user = User.objects.create_user("zebra@example.org", "a long pass phrase", first_name="Zebra")
    client = Client()
    client.force_login(user)
    address = feed_of(client)
    plan = Plan.objects.get(owner=user)
    plan.top_five.update(note="zebra-note")
    content = Client().get(address).content.decode().lower()
    assert "zebra" not in content
    assert str(DatesFeed.objects.get().token_hash) not in content


def test_a_withdrawn_or_guessed_address_opens_nothing(leiden: Snapshot) -> None:
    client = Client()
    address = feed_of(client)
    assert address.split("/")[-1].removesuffix(".ics") not in str(DatesFeed.objects.values())
    stranger = Client()
    stranger.post("/en/plan/dates/feed/withdraw/")
    assert Client().get(address).status_code == 200
    client.post("/en/plan/dates/feed/withdraw/")
    assert Client().get(address).status_code == 410
    assert Client().get("/en/plan/dates/guess.ics").status_code == 404
    # It is shown once.
    assert address not in client.get("/en/plan/dates/").content.decode()


def test_nobody_sees_another_student_s_figures(leiden: Snapshot) -> None:
    anna = Client()
    save(anna, housing="4711")
    assert "4711" in anna.get(COSTS).content.decode()
    for path in (COSTS, f"/en/plan/costs/{KI}.pdf"):
        assert b"4711" not in Client().get(path).content
    assert "4711" not in sheet(Client())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "3 students who went there (2023 to 2025) paid €600 to 780; the median is €640."),
        ("nl", "3 studenten die er waren (2023 tot en met 2025) betaalden"),
    ],
)
@pytest.mark.parametrize("page", ["plan/costs", "opportunities"])
def test_a_line_that_reports_move_says_so(
    leiden: Snapshot, language: str, said: str, page: str
) -> None:
    answer = Client().get(f"/{language}/{page}/half-minor-global-health-cuba/")
    text = answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    assert said in text
    assert "38%" in text
