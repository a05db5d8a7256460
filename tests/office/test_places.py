"""Places, courses and guides in the office: nobody sees a draft, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import timezone
from lxml import html

from sojourn.catalogue import versions
from sojourn.catalogue.edition.documents import MODEL_OF, document_of
from sojourn.catalogue.models import (
    CostLine,
    EntryKind,
    EntryVersion,
    Opportunity,
    VersionState,
)
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.tasks import publish_due
from sojourn.office.places import fields
from sojourn.office.places.kinds import KINDS
from sojourn.people.models import AuditEvent, OutboxMail
from sojourn.planning.models import Plan, TopFiveEntry
from sojourn.selection.models import Round
from tests.selection.rounds import closed_round
from tests.support.accounts import account

pytestmark = pytest.mark.usefixtures("leiden")

PLACE = "half-minor-edinburgh"
HERE = f"/en/office/places/{PLACE}/"


@pytest.fixture
def office(leiden: object) -> Client:
    client = Client()
    client.force_login(account("coordinator@example.org", "coordinator"))
    return client


def filled(page: bytes) -> list[tuple[str, str]]:
    """Return what a browser sends of the form, with its line ends."""
    form = html.fromstring(page.decode()).xpath("//form[@id='entry']")[0]
    return [
        (name, re.sub(r"\r?\n", "\r\n", value))
        for name, value in form.form_values()
        if name != "csrfmiddlewaretoken"
    ]


def sent(client: Client, where: str, **changed: Any) -> dict[str, list[str]]:
    answer = client.get(where)
    assert answer.status_code == 200
    found: dict[str, list[str]] = {}
    for name, value in filled(answer.content):
        found.setdefault(name, []).append(value)
    for name, value in changed.items():
        found[name.replace("__", "-")] = value if isinstance(value, list) else [value]
    return found


@pytest.mark.parametrize("part", KINDS)
def test_saving_what_the_page_shows_changes_nothing(office: Client, part: str) -> None:
    kind = KINDS[part]
    slugs = list(MODEL_OF[kind.value]._default_manager.values_list("slug", flat=True))[:20]
    assert slugs
    for slug in slugs:
        where = f"/en/office/{part}/{slug}/"
        answer = office.post(where, sent(office, where))
        assert answer.status_code == 302, slug
        assert not versions.open_version(kind.value, slug), slug


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("part", KINDS)
def test_the_form_gives_back_every_document_as_it_is(part: str, language: str) -> None:
    from django.http import QueryDict
    from django.utils.translation import override

    kind = KINDS[part]
    with override(language):
        for slug in MODEL_OF[kind.value]._default_manager.values_list("slug", flat=True)[:40]:
            document = document_of(kind.value, slug)
            assert document is not None
            shown = fields.shown(kind.form, document, {}, fields.Lists(document))
            data = QueryDict(mutable=True)
            data["whole-form"] = "1"
            for section in shown.sections:
                for item in section.items:
                    lines = item.rows if item.is_rows else ((item,),)
                    if item.is_rows:
                        data[f"rows-{item.name}"] = str(item.count)
                    for line in lines:
                        for one in line:
                            for box in one.boxes:
                                _fill(data, str(box.widget))
            assert fields.read(kind.form, data, document) == document, slug


def _fill(data: Any, widget: str) -> None:
    form = html.fromstring(f"<form>{widget}</form>")
    for name, value in form.form_values():
        data.appendlist(name, re.sub(r"\r?\n", "\r\n", value))


def test_an_edit_is_a_draft_that_nobody_sees_until_it_is_published(office: Client) -> None:
    form = sent(office, HERE, title__en="Ten weeks in Edinburgh", do="save")
    assert office.post(HERE, form).status_code == 302
    assert Opportunity.objects.get(slug=PLACE).title_en != "Ten weeks in Edinburgh"  # type: ignore[attr-defined]
    visitor = Client()
    assert b"Ten weeks in Edinburgh" not in visitor.get(f"/en/opportunities/{PLACE}/").content
    preview = office.get(f"{HERE}preview/")
    assert b"Ten weeks in Edinburgh" in preview.content
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert b"Ten weeks in Edinburgh" not in visitor.get(f"/en/opportunities/{PLACE}/").content

    asked = office.get(f"{HERE}publish/").content.decode()
    assert "Title (English)" in asked
    assert "Ten weeks in Edinburgh" in asked
    assert office.post(f"{HERE}publish/", {"when": "now"}).status_code == 302
    refresh_snapshot()
    assert b"Ten weeks in Edinburgh" in visitor.get(f"/en/opportunities/{PLACE}/").content
    event = AuditEvent.objects.get(action="version.published")
    assert event.details["fields"] == ["title_en"]
    # Pressed twice.
    again = office.post(f"{HERE}publish/", {"when": "now"}, follow=True)
    assert "what you see is what visitors see" in again.content.decode()
    assert AuditEvent.objects.filter(action="version.published").count() == 1


def test_a_preview_of_what_is_typed_keeps_nothing(office: Client) -> None:
    form = sent(office, HERE, title__nl="Tien weken in Edinburgh")
    answer = office.post(f"{HERE}preview/?language=nl", form)
    assert "Tien weken in Edinburgh" in answer.content.decode()
    assert 'lang="nl"' in answer.content.decode()
    assert not EntryVersion.objects.exists()
    broken = office.post(f"{HERE}preview/", {**form, "ects": ["many"]})
    assert "No preview yet" in broken.content.decode()


@pytest.mark.parametrize("part", ["courses", "guides"])
def test_courses_and_guides_have_their_own_page_as_preview(office: Client, part: str) -> None:
    slug = MODEL_OF[KINDS[part].value]._default_manager.order_by("slug")[0].slug  # type: ignore[attr-defined]
    where = f"/en/office/{part}/{slug}/"
    form = sent(office, where, title__en="Quite another title")
    answer = office.post(f"{where}preview/", form)
    assert "Quite another title" in html.fromstring(answer.content.decode()).xpath("string(//h1)")


def test_what_lacks_a_source_is_kept_as_a_draft_and_not_published(office: Client) -> None:
    names = [name for name in sent(office, HERE) if name.startswith("sources-")]
    form = sent(office, HERE, seats__number="4", seats__source="", do="publish")
    for name in names:
        form[name] = [""]
    form.pop("seats-example", None)
    answer = office.post(HERE, form, follow=True)
    text = html.fromstring(answer.content.decode()).xpath(
        "string(//section[contains(@class, 'error-summary')])"
    )
    assert "Nothing says where this comes from" in text
    assert office.post(f"{HERE}publish/", {"when": "now"}).status_code == 422
    assert Opportunity.objects.get(slug=PLACE).seats != 4
    page = html.fromstring(office.get(HERE).content.decode())
    for link in page.xpath("//section[contains(@class, 'error-summary')]//a/@href"):
        assert page.xpath(f"//*[@id='{link[1:]}']"), link


def test_more_rows_and_empty_ones_and_rows_that_go(office: Client) -> None:
    count = len((document_of(EntryKind.OPPORTUNITY, PLACE) or {}).get("deadlines", []))
    answer = office.post(HERE, sent(office, HERE, add="deadlines"))
    assert answer["Location"].endswith("?more=deadlines#rows-deadlines")
    form = sent(office, f"{HERE}?more=deadlines")
    assert form["rows-deadlines"] == [str(count + 1)]
    # An empty row counts for nothing.
    office.post(HERE, form)
    assert not versions.open_version(EntryKind.OPPORTUNITY, PLACE)
    form |= {
        f"deadlines-{count}-kind": ["other"],
        f"deadlines-{count}-date": ["2027-05-01"],
        f"deadlines-{count}-example": ["on"],
    }
    office.post(HERE, form)
    draft = versions.open_version(EntryKind.OPPORTUNITY, PLACE)
    assert draft is not None
    assert draft.document["deadlines"][-1] == {
        "id": "other-2027-05-01",
        "kind": "other",
        "date": "2027-05-01",
        "example": True,
    }
    form = sent(office, HERE)
    form[f"deadlines-{count}-remove"] = ["on"]
    office.post(HERE, form)
    draft.refresh_from_db()
    assert len(draft.document.get("deadlines", [])) == count


def test_a_new_place_gets_its_address_from_the_title_and_appears_on_its_day(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid.uuid4())
    first = {
        "form": key,
        "whole-form": "1",
        "title-en": "A summer in Lund",
        "title-nl": "Een zomer in Lund",
        "rows-hosts": "1",
        "hosts-0-value": "Karolinska Institutet",
        "kind": "summer_school",
    }
    where = office.post("/en/office/places/new/", first)["Location"]
    assert where == "/en/office/places/a-summer-in-lund/"
    assert office.post("/en/office/places/new/", first)["Location"] == where
    assert EntryVersion.objects.count() == 1
    assert "A summer in Lund" in office.get("/en/office/places/").content.decode()
    assert office.get(where).status_code == 200
    window = Opportunity.objects.get(slug=PLACE).windows.all()[0].slug
    form = sent(
        office, where, summary__en="Three weeks.", summary__nl="Drie weken.", windows=window,
        description__en="**Much**", description__nl="**Veel**", example="on", do="publish",
    )  # fmt: skip
    assert office.post(where, form)["Location"] == f"{where}publish/"
    day = timezone.localdate() + dt.timedelta(days=5)
    assert office.post(f"{where}publish/", {"when": "day", "day": ""}).status_code == 422
    answer = office.post(f"{where}publish/", {"when": "day", "day": day.isoformat()})
    assert answer.status_code == 302
    assert "Appears on a day" in office.get("/en/office/places/").content.decode()
    publish_due.func()
    assert not Opportunity.objects.filter(slug="a-summer-in-lund").exists()
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    publish_due.func()
    made = Opportunity.objects.get(slug="a-summer-in-lund")
    assert made.status == "published"
    assert [link.institution.slug for link in made.host_links.all()] == ["karolinska-institutet"]


def test_two_who_edit_one_place_see_each_others_change(office: Client) -> None:
    other = Client()
    other.force_login(account("second@example.org", "coordinator"))
    mine = sent(office, HERE, title__en="Mine")
    theirs = sent(other, HERE, title__en="Theirs")
    assert other.post(HERE, theirs).status_code == 302
    answer = office.post(HERE, mine)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert all(said in text for said in ("Theirs", "Mine", "Title (English)"))
    form = html.fromstring(text).xpath("//form[.//input[@name='title-en']]")[0]
    once_more = [
        (name, value) for name, value in form.form_values() if name != "csrfmiddlewaretoken"
    ]
    data: dict[str, list[str]] = {}
    for name, value in once_more:
        data.setdefault(name, []).append(value)
    assert office.post(HERE, data).status_code == 302
    draft = versions.open_version(EntryKind.OPPORTUNITY, PLACE)
    assert draft is not None
    assert draft.document["title"]["en"] == "Mine"


def test_an_earlier_version_is_compared_and_restored(office: Client) -> None:
    before = Opportunity.objects.get(slug=PLACE).title_en  # type: ignore[attr-defined]
    office.post(HERE, sent(office, HERE, title__en="Something else"))
    office.post(f"{HERE}publish/", {"when": "now"})
    numbers = list(EntryVersion.objects.order_by("number").values_list("number", "state"))
    assert numbers == [(1, "published"), (2, "published")]
    text = office.get(f"{HERE}versions/1/?with=2").content.decode()
    assert "Something else" in text
    assert before in text
    assert office.post(f"{HERE}versions/1/restore/").status_code == 302
    draft = versions.open_version(EntryKind.OPPORTUNITY, PLACE)
    assert draft is not None
    assert draft.document["title"]["en"] == before
    office.post(f"{HERE}publish/", {"when": "now"})
    assert Opportunity.objects.get(slug=PLACE).title_en == before  # type: ignore[attr-defined]
    file = yaml.safe_load(office.get(f"{HERE}file/").content)
    assert file[0]["id"] == PLACE


def test_a_draft_is_thrown_away_after_asking(office: Client) -> None:
    office.post(HERE, sent(office, HERE, title__en="No"))
    assert "Throw this draft away?" in office.get(f"{HERE}discard/").content.decode()
    assert EntryVersion.objects.filter(state=VersionState.DRAFT).exists()
    office.post(f"{HERE}discard/", {"sure": "1"})
    assert not EntryVersion.objects.filter(state=VersionState.DRAFT).exists()
    assert office.post(f"{HERE}discard/", {"sure": "1"}).status_code == 302


# --- What a change touches ------------------------------------------------------------------------


@pytest.fixture
def round_with_the_place(leiden: object) -> Round:
    return closed_round({PLACE: 3})


def test_retiring_asks_about_all_that_it_touches(
    office: Client, round_with_the_place: Round
) -> None:
    place = round_with_the_place.opportunities.all()[0].opportunity
    student = account("anna@example.org")
    plan = Plan.objects.create(owner=student)
    TopFiveEntry.objects.create(plan=plan, opportunity=place, rank=1)
    where = f"/en/office/places/{place.slug}/retire/"
    page = html.fromstring(office.get(where).content.decode())
    asked = set(page.xpath("//input[@type='radio']/@name"))
    assert len(asked) == 2
    assert "decide-top-fives" in asked
    assert not page.xpath("//input[@type='radio'][@checked]")
    answer = office.post(where, {})
    assert answer.status_code == 422
    assert "Decide about everything that this touches." in answer.content.decode()
    decided = dict.fromkeys(asked, "keep")
    waits = office.post(where, {**decided, "decide-top-fives": "not_yet"})
    assert waits.status_code == 422
    assert Opportunity.objects.get(pk=place.pk).status == "published"
    assert office.post(where, {**decided, "decide-top-fives": "tell"}).status_code == 302
    assert Opportunity.objects.get(pk=place.pk).status == "withdrawn"
    mail = OutboxMail.objects.get(receiver=student)
    assert str(place.title) in mail.subject
    event = AuditEvent.objects.get(action="version.retired")
    assert event.details["decisions"]["top-fives"] == "tell"
    # Twice, and back again.
    office.post(where, {**decided, "decide-top-fives": "tell"})
    assert OutboxMail.objects.filter(receiver=student).count() == 1
    assert AuditEvent.objects.filter(action="version.retired").count() == 1
    office.post(where.replace("retire", "bring-back"))
    assert Opportunity.objects.get(pk=place.pk).status == "published"


def test_other_seats_ask_what_becomes_of_the_round(
    office: Client, round_with_the_place: Round
) -> None:
    given = round_with_the_place.opportunities.all()[0]
    place = given.opportunity
    where = f"/en/office/places/{place.slug}/"
    seats = str(given.seats + 3)
    form = sent(office, where, seats__number=seats, seats__example="on", seats__source="")
    office.post(where, form)
    page = html.fromstring(office.get(f"{where}publish/").content.decode())
    (key,) = set(page.xpath("//input[@type='radio'][starts-with(@name, 'decide')]/@name"))
    assert office.post(f"{where}publish/", {"when": "now"}).status_code == 422
    assert office.post(f"{where}publish/", {"when": "now", key: "change"}).status_code == 302
    given.refresh_from_db()
    assert str(given.seats) == seats
    assert round_with_the_place.notes.count() == 1  # type: ignore[attr-defined]


def test_a_load_keeps_what_the_office_published(office: Client) -> None:
    from pathlib import Path

    from sojourn.catalogue.edition.load import load_edition

    office.post(HERE, sent(office, HERE, title__en="Kept"))
    office.post(f"{HERE}publish/", {"when": "now"})
    load_edition(Path("editions/leiden"))
    assert Opportunity.objects.get(slug=PLACE).title_en == "Kept"  # type: ignore[attr-defined]


def test_a_load_does_not_bring_back_a_cost_that_the_office_took_out(office: Client) -> None:
    from pathlib import Path

    from sojourn.catalogue.edition.load import load_edition

    line = CostLine.objects.exclude(opportunity=None).exclude(edition_state={}).order_by("slug")[0]
    assert line.opportunity is not None
    where = f"/en/office/places/{line.opportunity.slug}/"
    form = sent(office, where)
    for number in range(int(form["rows-costs"][0])):
        form[f"costs-{number}-remove"] = ["on"]
    office.post(where, form)
    assert office.post(f"{where}publish/", {"when": "now"}).status_code == 302
    assert not CostLine.objects.filter(opportunity=line.opportunity).exists()
    load_edition(Path("editions/leiden"))
    assert not CostLine.objects.filter(opportunity=line.opportunity).exists()


def test_only_those_who_write_the_catalogue_come_in() -> None:
    for role in ("secretary", "board", "reviewer"):
        client = Client()
        client.force_login(account(f"{role}@example.org", role))
        for path in ("places/", f"places/{PLACE}/", "guides/", "courses/new/"):
            assert client.get(f"/en/office/{path}").status_code == 403, (role, path)


# --- Two at once ----------------------------------------------------------------------------------


def test_what_was_changed_after_the_page_was_shown_is_not_published(office: Client) -> None:
    office.post(HERE, sent(office, HERE, title__en="First"))
    page = html.fromstring(office.get(f"{HERE}publish/").content.decode())
    (shown,) = page.xpath("//form//input[@name='shown_state']/@value")
    office.post(HERE, sent(office, HERE, title__en="Second"))
    answer = office.post(f"{HERE}publish/", {"when": "now", "shown_state": shown})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "somebody changed this after you opened the page" in text
    assert "Second" in text
    assert Opportunity.objects.get(slug=PLACE).title_en not in ("First", "Second")  # type: ignore[attr-defined]
    (shown,) = html.fromstring(text).xpath("//form//input[@name='shown_state']/@value")
    office.post(f"{HERE}publish/", {"when": "now", "shown_state": shown})
    assert Opportunity.objects.get(slug=PLACE).title_en == "Second"  # type: ignore[attr-defined]


def test_a_draft_that_somebody_went_on_with_is_not_thrown_away(office: Client) -> None:
    office.post(HERE, sent(office, HERE, title__en="First"))
    page = html.fromstring(office.get(f"{HERE}discard/").content.decode())
    (form,) = page.xpath("//form[.//input[@name='sure']]")
    data = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
    office.post(HERE, sent(office, HERE, title__en="Second"))
    office.post(f"{HERE}discard/", data)
    draft = versions.open_version(EntryKind.OPPORTUNITY, PLACE)
    assert draft is not None
    assert draft.document["title"]["en"] == "Second"


def test_an_earlier_version_does_not_replace_a_draft(office: Client) -> None:
    office.post(HERE, sent(office, HERE, title__en="Published"))
    office.post(f"{HERE}publish/", {"when": "now"})
    office.post(HERE, sent(office, HERE, title__en="Half written"))
    assert "restore/" not in office.get(f"{HERE}versions/1/").content.decode()
    answer = office.post(f"{HERE}versions/1/restore/", follow=True)
    assert "There is a draft already" in answer.content.decode()
    draft = versions.open_version(EntryKind.OPPORTUNITY, PLACE)
    assert draft is not None
    assert draft.document["title"]["en"] == "Half written"


def test_what_somebody_else_changed_meanwhile_is_not_said_to_change_back(
    office: Client, round_with_the_place: Round
) -> None:
    given = round_with_the_place.opportunities.all()[0]
    where = f"/en/office/places/{given.opportunity.slug}/"
    office.post(where, sent(office, where, title__en="Another title"))
    # The edition is loaded again, with other seats.
    Opportunity.objects.filter(pk=given.opportunity.pk).update(seats=23, seats_is_example=True)
    page = html.fromstring(office.get(f"{where}publish/").content.decode())
    changed = [each.strip() for each in page.xpath("//table//tbody/tr/th/text()")]
    assert changed == ["Title (English)"]
    assert not page.xpath("//input[starts-with(@name, 'decide')]")
    assert office.post(f"{where}publish/", {"when": "now"}).status_code == 302
    assert Opportunity.objects.get(pk=given.opportunity.pk).seats == 23


def test_what_is_retired_does_not_come_back_on_the_day_of_its_draft(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = timezone.localdate() + dt.timedelta(days=5)
    office.post(HERE, sent(office, HERE, title__en="Later"))
    office.post(f"{HERE}publish/", {"when": "day", "day": day.isoformat()})
    office.post(f"{HERE}retire/", {})
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    publish_due.func()
    assert Opportunity.objects.get(slug=PLACE).status == "withdrawn"
    draft = versions.open_version(EntryKind.OPPORTUNITY, PLACE)
    assert draft is not None
    assert draft.state == VersionState.DRAFT


def test_a_preview_with_a_name_that_is_not_there_says_so(office: Client) -> None:
    form = sent(office, HERE, hosts__0__value="University of Nowhere")
    answer = office.post(f"{HERE}preview/", form)
    assert answer.status_code == 200
    assert "“University of Nowhere” is not in the list" in answer.content.decode()


def test_a_place_that_a_student_found_is_not_edited_here(office: Client) -> None:
    Opportunity.objects.filter(slug=PLACE).update(
        status="draft", private_to=account("anna@example.org")
    )
    for page in ("", "preview/", "publish/", "retire/", "file/"):
        answer = office.get(f"{HERE}{page}")
        assert answer.status_code in (302, 404), page
