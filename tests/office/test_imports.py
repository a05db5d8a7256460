"""Lists of the catalogue go to Excel and back: nothing is lost, nothing unnamed changes."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from lxml import html

from sojourn.catalogue import versions
from sojourn.catalogue.edition.documents import documents_of
from sojourn.catalogue.models import (
    Agreement,
    CatalogueImport,
    CostLine,
    EntryKind,
    EntryVersion,
    Institution,
    MobilityWindow,
    Opportunity,
    VersionState,
)
from sojourn.office.imports.lists import LISTS
from sojourn.people.models import AuditEvent
from tests.selection.rounds import closed_round
from tests.support import excel
from tests.support.accounts import account

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("leiden")]

HERE = "/en/office/import/"
PARTNER = "university-of-edinburgh"
PLACE = "half-minor-edinburgh"


@pytest.fixture
def office(leiden: object) -> Client:
    client = Client()
    client.force_login(account("coordinator@example.org", "coordinator"))
    return client


def downloaded(client: Client, name: str, query: str = "") -> bytes:
    answer = client.get(f"{HERE}{name}/file/{query}")
    assert answer.status_code == 200
    return bytes(answer.content)


def sent(client: Client, content: bytes, name: str = "list.xlsx", **data: str) -> Any:
    return client.post(HERE, {"file": SimpleUploadedFile(name, content), **data}, follow=True)


def read(client: Client, content: bytes, **data: str) -> CatalogueImport:
    """Read a file without problems."""
    answer = sent(client, content, **data)
    assert answer.redirect_chain, text_of(answer)
    return CatalogueImport.objects.latest("read_at")


def text_of(answer: Any) -> str:
    page = html.fromstring(answer.content.decode())
    return " ".join(" ".join(page.xpath("//main//text()")).split())


def wrong(client: Client, content: bytes, **data: str) -> list[str]:
    """Read a file that cannot be taken in; return what is said of it."""
    answer = sent(client, content, **data)
    assert answer.status_code == 422
    page = html.fromstring(answer.content.decode())
    lines = page.xpath("//*[contains(@class, 'error-summary')]//li")
    return [" ".join(each.text_content().split()) for each in lines]


def take(client: Client, one: CatalogueImport, do: str = "take") -> None:
    answer = client.post(f"{HERE}{one.pk}/take/", {"do": do}, follow=True)
    assert answer.status_code == 200, text_of(answer)
    one.refresh_from_db()
    assert one.taken_at is not None


def held(name: str) -> dict[str, Any]:
    list_ = LISTS[name]
    return documents_of(list_.kind, list(list_.rows().values_list("slug", flat=True)))


def both(*changes: Callable[..., None]) -> Callable[..., None]:
    def change(sheets: dict[str, excel.Rows]) -> None:
        for each in changes:
            each(sheets)

    return change


# --- Nothing is lost ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(LISTS))
def test_a_file_without_changed_cells_changes_nothing(office: Client, name: str) -> None:
    """Downloaded in one language, saved by another program, read in another language."""
    content = bytes(office.get(f"/nl/office/import/{name}/file/").content)
    for keeps_hidden_sheets in (True, False):
        again = excel.edited(content, lambda _sheets: None, keep=keeps_hidden_sheets)
        one = read(office, again, list=name)
        assert one.entries == []
        assert one.remarks["stale"] == []
        assert one.remarks["knows_before"] is keeps_hidden_sheets


@pytest.mark.parametrize("name", list(LISTS))
def test_a_file_changes_what_it_names_and_nothing_else(office: Client, name: str) -> None:
    """Change texts of all kinds at random places; the rest of every document stays."""
    dice = random.Random(name)
    before = held(name)
    content = downloaded(office, name)
    rows = next(iter(excel.visible(content).values()))
    texts = [
        number
        for number, key in enumerate(rows[0])
        if re.search(r"^(name|title|summary|about|note|because)\.(en|nl)$", key)
    ]
    chosen = dice.sample(range(2, len(rows)), min(6, len(rows) - 2))
    named: dict[str, str] = {}

    def change(sheets: dict[str, excel.Rows]) -> None:
        lines = next(iter(sheets.values()))
        for line in chosen:
            filled = [n for n in texts if n < len(lines[line]) and lines[line][n]]
            if filled:
                column = dice.choice(filled)
                lines[line][column] = f"Éé {line} “{dice.random():.3f}”"
                named[lines[line][0]] = rows[0][column]

    one = read(office, excel.edited(content, change))
    assert {each["slug"] for each in one.entries} == set(named)
    if not named:
        return
    take(office, one, "publish")
    after = held(name)
    assert set(after) == set(before)
    for slug, was in before.items():
        now = dict(after[slug])
        if slug in named:
            field, _dot, language = named[slug].partition(".")
            assert now[field][language].startswith("Éé")
            now[field] = {**now[field], language: was[field][language]}
        assert now == was, slug
    answer = office.post(f"{HERE}{one.pk}/undo/", follow=True)
    assert answer.status_code == 200, text_of(answer)
    assert held(name) == before


# --- Job 6 ----------------------------------------------------------------------------------------


def test_ten_cells_of_partners_are_shown_and_taken_in_at_once_and_undone(office: Client) -> None:
    before = held("partners")
    slugs = sorted(before)[:10]
    content = downloaded(office, "partners")
    change = both(*(excel.put(slug, "website", f"https://{slug}.example/") for slug in slugs))
    one = read(office, excel.edited(content, change))
    page = html.fromstring(office.get(f"{HERE}{one.pk}/").content.decode())
    lines = page.xpath("//table[contains(@class, 'differences')]/tbody/tr")
    assert len(lines) == 10
    assert f"https://{slugs[0]}.example/" in lines[0].xpath("td[4]")[0].text_content()
    assert held("partners") == before
    take(office, one)
    assert {each.website for each in Institution.objects.filter(slug__in=slugs)} == {
        f"https://{slug}.example/" for slug in slugs
    }
    # Each entry has its own line in the history, from what to what; the file has one too.
    changed = AuditEvent.objects.filter(action="catalogue.changed")
    assert changed.count() == 10
    assert all(list(each.details["changes"]) == ["website"] for each in changed)
    assert AuditEvent.objects.get(action="import.taken").details == {
        "list": "partners",
        "entries": 10,
    }
    # Once more says so and changes nothing; undone it is all as before.
    again = office.post(f"{HERE}{one.pk}/take/", {"do": "take"}, follow=True)
    assert "This file was taken in already." in text_of(again)
    assert AuditEvent.objects.filter(action="import.taken").count() == 1
    office.post(f"{HERE}{one.pk}/undo/")
    assert held("partners") == before
    again = office.post(f"{HERE}{one.pk}/undo/", follow=True)
    assert "There is nothing to undo any more." in text_of(again)


def test_nothing_is_undone_where_one_entry_moved_on(office: Client) -> None:
    slugs = sorted(held("partners"))[:3]
    change = both(*(excel.put(slug, "website", "https://new.example/") for slug in slugs))
    one = read(office, excel.edited(downloaded(office, "partners"), change))
    take(office, one)
    Institution.objects.filter(slug=slugs[1]).update(short_name="Other")
    answer = office.post(f"{HERE}{one.pk}/undo/")
    assert answer.status_code == 409
    assert str(Institution.objects.get(slug=slugs[1]).name) in text_of(answer)
    assert Institution.objects.get(slug=slugs[0]).website == "https://new.example/"


# --- What is wrong with a file --------------------------------------------------------------------


def test_each_mistake_is_told_by_its_cell(office: Client) -> None:
    slugs = sorted(held("partners"))
    content = downloaded(office, "partners")
    sheet = next(iter(excel.visible(content)))
    change = both(
        excel.put(slugs[0], "kind", "Universty"),
        excel.put(slugs[1], "website", "=1+1"),
        excel.put(slugs[2], "preferred.value", "yes"),
        excel.put(slugs[3], "name.en", ""),
        excel.put(slugs[4], "partner", "perhaps"),
    )
    said = wrong(office, excel.edited(content, change))
    assert len(said) == 5
    assert all(line.startswith(f"Sheet {sheet}, cell ") for line in said)
    assert "“Universty” is not in the list. Do you mean “University”?" in " ".join(said)
    assert "This cell holds a formula" in " ".join(said)
    assert "Write yes or no." in " ".join(said)
    assert any("Preferred partner" in each and "comes from" in each for each in said)
    assert any("Name in English" in each for each in said)
    assert not CatalogueImport.objects.exists()


def test_a_cell_that_changed_after_the_download_is_told_and_left(office: Client) -> None:
    slugs = sorted(held("partners"))[:2]
    content = downloaded(office, "partners")
    Institution.objects.filter(slug=slugs[0]).update(short_name="Theirs")
    change = both(
        excel.put(slugs[0], "short_name", "Mine"), excel.put(slugs[1], "short_name", "New")
    )
    one = read(office, excel.edited(content, change))
    text = text_of(office.get(f"{HERE}{one.pk}/"))
    assert "Changed by somebody else after the download" in text
    assert "Theirs" in text
    take(office, one)
    names = dict(Institution.objects.filter(slug__in=slugs).values_list("slug", "short_name"))
    assert names == {slugs[0]: "Theirs", slugs[1]: "New"}


def test_what_changed_between_reading_and_taking_in_stops_the_file(office: Client) -> None:
    slugs = sorted(held("partners"))[:2]
    change = both(*(excel.put(slug, "short_name", "New") for slug in slugs))
    one = read(office, excel.edited(downloaded(office, "partners"), change))
    Institution.objects.filter(slug=slugs[0]).update(website="https://other.example/")
    answer = office.post(f"{HERE}{one.pk}/take/", {"do": "take"})
    assert answer.status_code == 409
    assert not Institution.objects.filter(short_name="New").exists()


def test_rows_that_are_gone_and_columns_that_were_added_change_nothing(office: Client) -> None:
    before = held("partners")

    def change(sheets: dict[str, excel.Rows]) -> None:
        rows = next(iter(sheets.values()))
        del rows[4:7]
        for row in rows[1:]:
            row.insert(3, "mine")
        rows[0].insert(3, "")

    one = read(office, excel.edited(downloaded(office, "partners"), change))
    assert one.entries == []
    text = text_of(office.get(f"{HERE}{one.pk}/"))
    assert "3 rows of the download are not in the file" in text
    assert "“mine”" in text
    assert held("partners") == before


def test_a_file_that_is_none_of_ours_says_why(office: Client) -> None:
    for content, said in (
        (b"", "The submitted file is empty|The file is empty"),
        (b"%PDF-1.4", "neither a spreadsheet"),
        (b"a;b\n1;2\n", "does not say which list"),
    ):
        answer = sent(office, content)
        assert answer.status_code == 422
        assert re.search(said, text_of(answer)), text_of(answer)
    assert office.post(HERE).status_code == 422


# --- Choices --------------------------------------------------------------------------------------


def test_the_file_offers_its_choices_keeps_its_header_and_holds_no_formula(office: Client) -> None:
    Institution.objects.filter(slug=PARTNER).update(short_name='=HYPERLINK("x")')
    content = downloaded(office, "partners")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r'<pane [^>]*ySplit="2"[^>]* state="frozen"', sheet)
    assert sheet.count("<dataValidation ") >= 6
    assert "<f>" not in re.sub(r"<dataValidation .*?</dataValidation>", "", sheet, flags=re.DOTALL)
    rows = next(iter(excel.visible(content).values()))
    line, column = excel.find(rows, PARTNER, "short_name")
    assert rows[line][column] == '\'=HYPERLINK("x")'


def test_a_list_is_downloaded_as_it_is_narrowed(office: Client) -> None:
    content = downloaded(office, "partners", "?q=edinburgh")
    rows = next(iter(excel.visible(content).values()))
    assert {row[0] for row in rows[2:]} == {PARTNER}
    page = office.get(f"{HERE}?list=partners&q=edinburgh").content.decode()
    assert f'href="{HERE}partners/file/?q=edinburgh"' in page


# --- Drafts, seats, parts -------------------------------------------------------------------------


def test_a_place_becomes_a_draft_or_is_published_and_a_date_is_a_row(office: Client) -> None:
    content = downloaded(office, "places")
    sheets = list(excel.visible(content))
    dates = sheets.index("Dates")
    rows = excel.visible(content)["Dates"]
    own = next(row[1] for row in rows[2:] if row[0] == PLACE)
    change = both(
        excel.put(PLACE, "title.en", "Another title"),
        excel.put(PLACE, "date", "2027-03-04 00:00:00", sheet=dates, row=own),
    )
    one = read(office, excel.edited(content, change))
    take(office, one, "drafts")
    draft = versions.open_version(EntryKind.OPPORTUNITY, PLACE)
    assert draft is not None
    assert draft.document["title"]["en"] == "Another title"
    assert [each["date"] for each in draft.document["deadlines"] if each["id"] == own] == [
        "2027-03-04"
    ]
    # A draft that somebody went on with stops another file, and undoing this one.
    said = wrong(office, excel.edited(content, excel.put(PLACE, "title.en", "Third")))
    assert "There is a draft already" in said[0]
    office.post(f"{HERE}{one.pk}/undo/")
    assert versions.open_version(EntryKind.OPPORTUNITY, PLACE) is None
    one = read(office, excel.edited(content, change))
    take(office, one, "publish")
    assert Opportunity.objects.get(slug=PLACE).title_en == "Another title"  # type: ignore[attr-defined]
    states = EntryVersion.objects.filter(slug=PLACE).values_list("state", flat=True)
    assert set(states) == {VersionState.PUBLISHED}


def test_seats_of_a_round_are_decided_on_the_page_of_the_place(office: Client) -> None:
    place = closed_round({PLACE: 3}).opportunities.all()[0].opportunity
    before = place.seats
    change = both(
        excel.put(PLACE, "seats.number", "23"),
        excel.put(PLACE, "seats.example", "yes"),
        excel.put("half-minor-jakarta", "title.en", "Another title"),
    )
    one = read(office, excel.edited(downloaded(office, "places"), change))
    text = text_of(office.get(f"{HERE}{one.pk}/"))
    assert "What this touches" in text
    assert "on the page of each you decide" in text
    take(office, one, "publish")
    place.refresh_from_db()
    assert place.seats == before
    draft = versions.open_version(EntryKind.OPPORTUNITY, PLACE)
    assert draft is not None
    assert draft.document["seats"]["number"] == "23"
    assert versions.open_version(EntryKind.OPPORTUNITY, "half-minor-jakarta") is None


def test_an_entry_without_a_source_is_not_taken_in(office: Client) -> None:
    said = wrong(
        office,
        excel.edited(downloaded(office, "places"), excel.put(PLACE, "sources", "")),
    )
    assert any("nothing says where this comes from" in each.lower() for each in said)


def test_what_is_wrong_is_said_in_the_language_of_the_page(office: Client) -> None:
    line = CostLine.objects.filter(opportunity=None).order_by("slug")[0]
    window = MobilityWindow.objects.order_by("slug")[0]
    for name, slug, key, text, told in (
        ("costs", line.slug, "currency", "QQQ", "(valuta). Verwacht: een code zoals EUR."),
        ("windows", window.slug, "home_courses", "no-such-course", "(vak)."),
        ("windows", window.slug, "ects", "3.123456", "Verwacht: hoogstens 5 cijfers."),
    ):
        content = excel.edited(downloaded(office, name), excel.put(slug, key, text))
        answer = office.post("/nl/office/import/", {"file": SimpleUploadedFile(name, content)})
        assert told in text_of(answer)


def test_what_a_cost_is_for_has_its_name_and_a_wrong_order_is_no_source(office: Client) -> None:
    line = CostLine.objects.exclude(institution=None).exclude(source=None).order_by("slug")[0]
    content = downloaded(office, "costs")
    one = read(office, excel.edited(content, excel.put(line.slug, "year", "2025")))
    assert line.institution is not None
    assert line.institution.name in one.entries[0]["title"]["en"]
    (said,) = wrong(office, excel.edited(content, excel.put(line.slug, "high", "0")))
    assert "not in order" in said
    assert "Sources" not in said


def test_a_cost_that_changes_is_checked_today(office: Client) -> None:
    line = CostLine.objects.exclude(source=None).order_by("slug")[0]
    high = str(int(line.high) + 100)
    one = read(
        office, excel.edited(downloaded(office, "costs"), excel.put(line.slug, "high", high))
    )
    take(office, one)
    line.refresh_from_db()
    assert (int(line.high), line.checked_on) == (int(high), timezone.localdate())


# --- What is new, and whose it is -----------------------------------------------------------------


def test_an_agreement_is_made_by_a_row_and_a_partner_is_not(office: Client) -> None:
    rows = next(iter(excel.visible(downloaded(office, "agreements")).values()))
    given = next(row for row in rows[2:] if row[0])

    def add(sheets: dict[str, excel.Rows]) -> None:
        lines = next(iter(sheets.values()))
        lines.append(["", *given[1:]])

    one = read(office, excel.edited(downloaded(office, "agreements"), add))
    count = Agreement.objects.count()
    take(office, one)
    assert Agreement.objects.count() == count + 1
    office.post(f"{HERE}{one.pk}/undo/")
    assert Agreement.objects.count() == count
    said = wrong(office, excel.edited(downloaded(office, "partners"), add))
    assert "made by choosing it from a list" in said[0]


def test_an_agreement_of_other_programmes_is_left_to_those_who_decide_about_them() -> None:
    client = Client()
    client.force_login(
        account("bio@example.org", "coordinator", programme="biomedical-sciences-bsc")
    )
    other = Agreement.objects.filter(programmes__slug="medicine-bsc").exclude(
        programmes__slug="biomedical-sciences-bsc"
    )[0]
    content = downloaded(client, "agreements")
    said = wrong(client, excel.edited(content, excel.put(other.slug, "seats_out", "9")))
    assert "programmes about which you do not decide" in said[0]


@pytest.mark.parametrize("role", ["reviewer", "secretary", "board", "safety"])
def test_only_those_who_write_the_catalogue_come_in(role: str) -> None:
    client = Client()
    client.force_login(account(f"{role}@example.org", role))
    for path in ("", "partners/file/", "places/file/"):
        assert client.get(f"{HERE}{path}").status_code == 403, path


def test_a_file_that_is_being_read_is_its_readers_alone(office: Client) -> None:
    slug = min(held("partners"))
    change = excel.put(slug, "short_name", "New")
    one = read(office, excel.edited(downloaded(office, "partners"), change))
    other = Client()
    other.force_login(account("second@example.org", "coordinator"))
    assert other.get(f"{HERE}{one.pk}/").status_code == 404
    assert other.post(f"{HERE}{one.pk}/take/", {"do": "take"}).status_code == 404
    take(office, one)
    assert other.get(f"{HERE}{one.pk}/").status_code == 200
