"""Partners and agreements in the office: made from a list, kept by the rules, merged, balanced."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sojourn.catalogue import edits, institution_lists, partners
from sojourn.catalogue.models import (
    Agreement,
    AgreementDocument,
    AgreementLanguage,
    Contact,
    DegreeProgramme,
    IncomingStudents,
    Institution,
    ListedInstitution,
    OpportunityHost,
    OrganisationalUnit,
    PublicationStatus,
    Source,
)
from sojourn.catalogue.snapshot.build import UnreadableRowError
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import AuditEvent
from tests.office.conftest import MakeClient
from tests.selection.pdfs import pdf
from tests.support.accounts import account

pytestmark = pytest.mark.slow

LIST = b"""Erasmus Code,SCHAC,Organisation Legal Name,City,Country Cd,Website Url,Latitude,Longitude
SF EXAMPLE01,example.fi,Esimerkki University,Turku,FI,www.example.fi,60.45,22.28
G  SAMPLE01,sample.gr,Deigma University,Patras,EL,,,
,,Nameless of codes,Turku,FI,,,
"""


def take_in(content: bytes = LIST) -> institution_lists.Imported:
    return institution_lists.import_list(io.BytesIO(content), "A list", dt.date(2026, 11, 30))


def post(client: Client, page: str, /, *where: Any, **said: Any) -> HttpResponse:
    return client.post(reverse(page, args=where), said)


def karolinska() -> Institution:
    return Institution.objects.get(slug="karolinska-institutet")


def a_source() -> str:
    return Source.objects.order_by("slug")[0].slug


@pytest.fixture
def client(leiden: Snapshot, client_of: MakeClient) -> Client:
    return client_of("coordinator")


# --- Lists of institutions -------------------------------------------------------------------


def test_a_list_is_taken_in_and_searched_by_name_city_and_code(leiden: Snapshot) -> None:
    assert take_in() == institution_lists.Imported(2, 0, 1)
    finnish = ListedInstitution.objects.get(schac="example.fi")
    assert (finnish.country, finnish.latitude, finnish.website) == (
        "FI", 60.45, "https://www.example.fi",
    )  # fmt: skip
    greek = ListedInstitution.objects.get(schac="sample.gr")
    assert (greek.country, greek.latitude) == ("GR", None)  # EL in the European list
    for words in ("esimerkki", "turku", "SF EXAMPLE01", "sfexample01", "example.fi"):
        assert [row.pk for row in institution_lists.find(words)] == [finnish.pk], words
    # Again: renewed, and none twice.
    assert take_in() == institution_lists.Imported(0, 2, 1)
    assert ListedInstitution.objects.count() == 2


def test_a_dump_of_ror_is_read_in_both_its_forms(leiden: Snapshot) -> None:
    second = b"""[{"id": "https://ror.org/05a28rw58", "types": ["education"],
      "names": [{"value": "Esempio", "types": ["label"]},
                {"value": "Universita Esempio", "types": ["ror_display"]}],
      "locations": [{"geonames_details": {"name": "Pavia", "country_code": "IT",
                     "lat": 45.1, "lng": 9.1}}],
      "links": [{"type": "website", "value": "https://www.example.it"}]},
     {"id": "https://ror.org/05a28rw59", "types": ["company"],
      "names": [{"value": "Example Ltd", "types": ["ror_display"]}],
      "locations": [{"geonames_details": {"name": "Pavia", "country_code": "IT"}}]}]"""
    assert take_in(second) == institution_lists.Imported(1, 0, 1)
    row = ListedInstitution.objects.get()
    assert (row.name, row.city, row.latitude) == ("Universita Esempio", "Pavia", 45.1)
    first = b"""[{"id": "https://ror.org/027bh9e22", "name": "Voorbeeld", "types": ["Education"],
      "country": {"country_code": "NL"}, "links": ["http://example.nl"],
      "addresses": [{"city": "Leiden", "lat": 52.1, "lng": 4.5}]}]"""
    assert take_in(first).added == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04nonsense", b"a,b\n1,2\n", b"[{", b"[" * 100_000, b'{"a": 1}',
     b"name,country\n,\n", b"[1, 2]", b'"name', b"\x00\x00"],
)  # fmt: skip
def test_what_is_no_list_is_refused_and_leaves_nothing(leiden: Snapshot, content: bytes) -> None:
    sources = Source.objects.count()
    with pytest.raises(institution_lists.ListError):
        take_in(content)
    assert (ListedInstitution.objects.count(), Source.objects.count()) == (0, sources)


def test_the_page_takes_a_list_in(client: Client) -> None:
    file = SimpleUploadedFile("list.csv", LIST, "text/csv")
    answer = post(client, "office:institution-list", title="The European list", file=file)
    assert answer.status_code == 302
    assert ListedInstitution.objects.count() == 2
    wrong = SimpleUploadedFile("list.csv", b"a,b\n", "text/csv")
    assert post(client, "office:institution-list", title="x", file=wrong).status_code == 422


# --- A new partner ---------------------------------------------------------------------------


def new_partner(client: Client) -> Institution:
    take_in()
    listed = ListedInstitution.objects.get(schac="example.fi")
    address = f"{reverse('office:partner-form')}?listed={listed.pk}"
    form = client.get(address).context["form"]
    said = {name: form[name].value() for name in form.fields if form[name].value()}
    answer = client.post(address, said)
    assert answer.status_code == 302, answer.context["form"].errors
    return Institution.objects.get(schac="example.fi")


def test_a_partner_is_made_by_choosing_it(client: Client) -> None:
    made = new_partner(client)
    assert (made.status, made.country, made.latitude) == (PublicationStatus.DRAFT, "FI", 60.45)
    assert (made.name_en, made.name_nl) == ("Esimerkki University", "Esimerkki University")  # type: ignore[attr-defined]
    assert [each.title for each in made.sources.all()] == ["A list"]
    assert AuditEvent.objects.filter(action="catalogue.added", object_id=str(made.pk)).exists()
    # Nobody outside sees a draft.
    assert made.slug not in current_snapshot().records.institutions


def agreement_form(**said: Any) -> dict[str, Any]:
    return {
        "level": "bachelor",
        "seats_out": "4",
        "seats_in": "2",
        "valid_from": "2026-09-01",
        "valid_until": "2027-08-31",
        "field-0": "0912",
        "language-0": "en",
        "language-0-level": "B2",
        "source": a_source(),
        **said,
    }


def test_an_agreement_and_contacts_are_added_and_all_of_it_published(client: Client) -> None:
    made = new_partner(client)
    answer = post(client, "office:agreement-new", made.slug, **agreement_form())
    assert answer.status_code == 302, answer.context["form"].errors
    agreement = made.agreements.get()
    assert (agreement.seats_out, agreement.isced_f, agreement.status) == (4, ["0912"], "draft")
    assert [str(each) for each in agreement.languages.all()] == ["en B2"]
    for title in ("Coordinator of exchange", "Office of mobility"):
        answer = post(
            client, "office:partner-contact-new", made.slug,
            name="Aino Esimerkki", role="host_coordinator", title_en=title, title_nl=title,
            email="aino@example.fi", visibility="office", source=a_source(),
        )  # fmt: skip
        assert answer.status_code == 302, answer.context["form"].errors
    assert made.contacts.count() == 2
    # Nobody's name is in an address.
    assert not any("aino" in each.slug for each in made.contacts.all())
    page = client.get(reverse("office:partner", args=[made.slug])).content.decode()
    assert "4 things here are drafts" in page
    post(client, "office:partner-publish", made.slug)
    made.refresh_from_db()
    assert made.status == PublicationStatus.PUBLISHED
    assert made.agreements.get().status == PublicationStatus.PUBLISHED
    shown = client.get(f"/en/institutions/{made.slug}/").content.decode()
    assert "English B2" in shown
    assert "Aino" not in shown


def test_two_clicks_add_one_and_what_is_typed_after_back_is_another(client: Client) -> None:
    row = karolinska()
    contact = {
        "name": "Aino Esimerkki", "role": "host_coordinator", "title_en": "Dean",
        "title_nl": "Decaan", "visibility": "office", "source": a_source(),
    }  # fmt: skip
    partner = {
        "name_en": "New Hospital", "name_nl": "Nieuw Ziekenhuis", "kind": "hospital",
        "country": "SE", "city_en": "Stockholm", "city_nl": "Stockholm", "source": a_source(),
    }  # fmt: skip
    for page, where, form, model, other in (
        ("office:partner-form", [], partner, Institution, {"name_en": "Other Hospital"}),
        ("office:partner-contact-new", [row.slug], contact, Contact, {"title_en": "Rector"}),
        ("office:agreement-new", [row.slug], agreement_form(), Agreement, {"seats_out": "9"}),
        ("office:partner-unit-new", [row.slug], {"name_en": "Neuro", "name_nl": "Neuro"},
         OrganisationalUnit, {"name_en": "Brain"}),
    ):  # fmt: skip
        begun = client.get(reverse(page, args=where)).context["form"]
        if "sending" in begun.fields:
            form |= {"sending": begun["sending"].value()}
        before = model.objects.count()
        for _click in range(2):
            answer = client.post(reverse(page, args=where), form)
            assert answer.status_code == 302, answer.context["form"].errors
        assert model.objects.count() == before + 1, page
        assert client.post(reverse(page, args=where), form | other).status_code == 302
        assert model.objects.count() == before + 2, page


def test_without_a_list_a_city_of_the_catalogue_says_where_it_is(client: Client) -> None:
    said = {
        "name_en": "New Hospital", "name_nl": "Nieuw Ziekenhuis", "kind": "hospital",
        "country": "SE", "city_en": "Stockholm", "city_nl": "Stockholm", "is_partner": "on",
        "source": a_source(),
    }  # fmt: skip
    assert post(client, "office:partner-form", **said).status_code == 302
    made = Institution.objects.get(slug="new-hospital")
    assert (made.latitude, made.longitude) == (karolinska().latitude, karolinska().longitude)
    # A city that nobody knows: shown with its name, without a dot, and nothing breaks.
    said |= {"name_en": "Far Hospital", "name_nl": "Ver", "city_en": "Xylo", "city_nl": "Xylo"}
    assert post(client, "office:partner-form", **said).status_code == 302
    far = Institution.objects.get(slug="far-hospital")
    assert far.latitude is None
    post(client, "office:partner-publish", far.slug)
    record = current_snapshot().records.institutions["far-hospital"]
    assert record.distance_km is None
    page = client.get("/en/institutions/far-hospital/")
    assert page.status_code == 200
    assert "Xylo" in page.content.decode()
    assert client.get("/en/countries/SE/").status_code == 200
    assert client.get("/api/v1/institutions/far-hospital").json()["place"]["latitude"] is None


def test_the_database_holds_whole_coordinates_and_home_on_the_map(leiden: Snapshot) -> None:
    row = karolinska()
    with pytest.raises(IntegrityError), transaction.atomic():
        Institution.objects.filter(pk=row.pk).update(latitude=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Institution.objects.filter(is_home=True).update(latitude=None, longitude=None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"source": ""}, "source"),
        ({"valid_until": "2026-08-31"}, "valid_until"),
        ({"language-0-level": ""}, "language-0-level"),
        ({"language-1": "en", "language-1-level": "C1"}, "language-0"),
        ({"note_en": "<b>x</b>", "note_nl": "x"}, "note_en"),
        ({"note_en": "Only in English"}, "note_nl"),
        ({"source_url": "https://example.org", "source": ""}, "source"),
        ({"seats_out": "-1"}, "seats_out"),
        ({"valid_from": "2026-02-31"}, "valid_from"),
    ],
)
def test_a_form_takes_what_a_file_of_an_edition_takes(
    client: Client, said: dict[str, str], field: str
) -> None:
    row = karolinska()
    before = row.agreements.count()
    answer = post(client, "office:agreement-new", row.slug, **agreement_form(**said))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert row.agreements.count() == before


def test_the_preferred_mark_cannot_be_set_without_its_source(client: Client) -> None:
    row = Institution.objects.filter(is_preferred=False, is_home=False, status="published")[0]
    form = client.get(reverse("office:partner-change", args=[row.slug])).context["form"]
    said = {name: form[name].value() for name in form.fields if form[name].value()}
    said["kept_sources"] = [each.pk for each in row.sources.all()]
    said["is_preferred"] = "on"
    answer = post(client, "office:partner-change", row.slug, **said)
    assert answer.status_code == 422
    assert "preferred_source" in answer.context["form"].errors
    answer = post(client, "office:partner-change", row.slug, **said, preferred_source=a_source())
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert row.is_preferred
    assert row.preferred_source is not None


def test_a_person_is_shown_only_with_consent(client: Client) -> None:
    said = {
        "name": "Aino Esimerkki", "role": "host_coordinator", "title_en": "A", "title_nl": "A",
        "visibility": "public", "source": a_source(),
    }  # fmt: skip
    row = karolinska()
    answer = post(client, "office:partner-contact-new", row.slug, **said)
    assert "visibility" in answer.context["form"].errors
    answer = post(client, "office:partner-contact-new", row.slug, **said, consent_given="on")
    assert "consent_by" in answer.context["form"].errors
    answer = post(
        client, "office:partner-contact-new", row.slug, **said, consent_given="on",
        consent_by="the office", consent_on="2026-11-30",
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["form"].errors


# --- Changes, history, undo ------------------------------------------------------------------


def test_a_change_is_recorded_from_what_to_what(client: Client) -> None:
    row = karolinska()
    post(client, "office:agreement-new", row.slug, **agreement_form())
    agreement = row.agreements.order_by("-pk")[0]
    form = client.get(reverse("office:agreement-change", args=[agreement.slug])).context["form"]
    said = agreement_form(seats_out="6", source="")
    said["kept_sources"] = [each.pk for each in form.fields["kept_sources"].queryset]
    answer = post(client, "office:agreement-change", agreement.slug, **said)
    assert answer.status_code == 302, answer.context["form"].errors
    event = AuditEvent.objects.get(action="catalogue.changed")
    assert event.details == {"changes": {"seats_out": ["4", "6"]}}
    page = client.get(reverse("office:agreement", args=[agreement.slug])).content.decode()
    assert "seats out, per academic year: 6 (before: 4)" in page
    # Sent again as it is, nothing has happened.
    post(client, "office:agreement-change", agreement.slug, **said)
    assert AuditEvent.objects.filter(action="catalogue.changed").count() == 1


def test_of_a_contact_the_trail_keeps_no_value(client: Client) -> None:
    row = karolinska()
    said = {
        "name": "Aino Esimerkki", "role": "host_coordinator", "title_en": "A", "title_nl": "A",
        "visibility": "office", "source": a_source(),
    }  # fmt: skip
    post(client, "office:partner-contact-new", row.slug, **said)
    contact = row.contacts.order_by("-pk")[0]
    said |= {"email": "aino@example.fi", "contacted_on": "2026-11-01"}
    answer = post(client, "office:partner-contact", row.slug, contact.slug, **said)
    assert answer.status_code == 302, answer.context["form"].errors
    events = AuditEvent.objects.filter(object_type="catalogue.contact")
    assert events.count() == 2
    assert "aino" not in str([each.details for each in events]).lower()
    post(client, "office:partner-contact-move", row.slug, contact.slug, do="withdraw")
    contact.refresh_from_db()
    assert contact.status == PublicationStatus.WITHDRAWN
    post(client, "office:partner-contact-move", row.slug, contact.slug, do="restore")
    contact.refresh_from_db()
    assert contact.status == PublicationStatus.PUBLISHED


def test_the_second_of_two_editors_loses_nothing(client: Client) -> None:
    row = karolinska()
    address = reverse("office:partner-change", args=[row.slug])
    page = client.get(address)
    form = page.context["form"]
    said = {name: form[name].value() for name in form.fields if form[name].value()}
    said["kept_sources"] = [each.pk for each in row.sources.all()]
    said["shown_state"] = page.wsgi_request.shown_state
    Institution.objects.filter(pk=row.pk).update(website="https://theirs.example.org")
    answer = client.post(address, {**said, "website": "https://mine.example.org"})
    assert answer.status_code == 409
    assert "https://theirs.example.org" in answer.content.decode()
    assert "https://mine.example.org" in answer.content.decode()


def test_withdraw_and_restore(client: Client) -> None:
    row = karolinska()
    question = client.get(reverse("office:partner-withdraw", args=[row.slug])).content.decode()
    assert "opportunities" in question or "hosts" in question
    post(client, "office:partner-withdraw", row.slug)
    assert client.get(f"/en/institutions/{row.slug}/").status_code == 410
    post(client, "office:partner-restore", row.slug)
    assert client.get(f"/en/institutions/{row.slug}/").status_code == 200


@pytest.mark.parametrize(
    ("page", "said"),
    [("office:partner-withdraw", {}), ("office:partner-publish", {}),
     ("office:agreement-move", {"do": "withdraw"}), ("office:partner-merge", {})],
)  # fmt: skip
def test_a_change_that_visitors_could_not_be_shown_is_undone_and_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, page: str, said: dict[str, str]
) -> None:
    row = Institution.objects.get(slug="university-of-edinburgh")
    where = {
        "office:agreement-move": [agreement_of(client).slug],
        "office:partner-merge": [row.slug, karolinska().slug],
    }.get(page, [karolinska().slug])

    def unreadable() -> None:
        raise UnreadableRowError("a row of costs", ValueError("nonsense"))

    monkeypatch.setattr(edits, "require_shown", unreadable)
    events = AuditEvent.objects.count()
    before = {"referer": f"http://testserver{reverse('office:partners')}"}
    answer = client.post(reverse(page, args=where), said, follow=True, headers=before)
    assert "“a row of costs” could not be shown to visitors" in answer.content.decode()
    assert AuditEvent.objects.count() == events
    assert not Institution.objects.filter(status=PublicationStatus.WITHDRAWN).exists()


def test_units_are_added_renamed_and_removed(client: Client) -> None:
    row = karolinska()
    post(client, "office:partner-unit-new", row.slug, name_en="Neuro", name_nl="Neuro")
    unit = row.units.get(name_en="Neuro")
    post(client, "office:partner-unit", row.slug, unit.pk, name_en="Brain", name_nl="Brein")
    unit.refresh_from_db()
    assert unit.name_nl == "Brein"  # type: ignore[attr-defined]
    # It cannot be brought back, so there is a question first.
    asked = post(client, "office:partner-unit", row.slug, unit.pk, do="remove")
    assert "Brain" in asked.content.decode()
    assert row.units.filter(pk=unit.pk).exists()
    post(client, "office:partner-unit", row.slug, unit.pk, do="remove", sure="1")
    assert not row.units.filter(pk=unit.pk).exists()


# --- What ends, who went and who came --------------------------------------------------------


def test_today_leads_to_what_ends_within_a_year(client: Client) -> None:
    row = karolinska()

    ends = timezone.localdate() + dt.timedelta(days=90)
    said = agreement_form(valid_until=ends.isoformat(), level="master", valid_from="")
    post(client, "office:agreement-new", row.slug, **said)
    agreement = row.agreements.order_by("-pk")[0]
    shown = client.get(reverse("office:agreements") + "?ends=year").content.decode()
    assert reverse("office:agreement", args=[agreement.slug]) in shown
    today = client.get(reverse("office:today")).content.decode()
    assert reverse("office:agreement", args=[agreement.slug]) in today
    # Renewed, it is nothing to do any more.
    form = client.get(reverse("office:agreement-renew", args=[agreement.slug])).context["form"]
    renewed = {name: form[name].value() for name in form.fields if form[name].value()}
    assert renewed["seats_out"] == 4
    renewed |= {"valid_until": "2031-08-31", "source": a_source()}
    renewed["valid_from"] = renewed["valid_from"].isoformat()
    answer = post(client, "office:agreement-renew", agreement.slug, **renewed)
    assert answer.status_code == 302, answer.context["form"].errors
    shown = client.get(reverse("office:agreements") + "?ends=year").content.decode()
    assert reverse("office:agreement", args=[agreement.slug]) not in shown


def test_who_renews_for_one_desk_keeps_the_programmes_of_the_others(client: Client) -> None:
    both = DegreeProgramme.objects.filter(slug__in=["medicine-bsc", "biomedical-sciences-bsc"])
    old = agreement_of(client, programmes=[str(each.pk) for each in both])
    mine = both.get(slug="biomedical-sciences-bsc")
    desk = Client()
    desk.force_login(account("desk@example.org", "coordinator", programme=mine.slug))
    address = reverse("office:agreement-renew", args=[old.slug])
    offered = desk.get(address).context["form"].fields["programmes"].queryset
    assert list(offered) == [mine]
    said = agreement_form(
        programmes=[str(mine.pk)], valid_from="2027-09-01", valid_until="2029-08-31"
    )
    answer = desk.post(address, said)
    assert answer.status_code == 302, answer.context["form"].errors
    renewed = Agreement.objects.order_by("-pk")[0]
    assert renewed.pk != old.pk
    assert set(renewed.programmes.all()) == set(both)


def test_how_many_came_is_entered_with_its_source(client: Client) -> None:
    row = karolinska()
    answer = post(client, "office:partner-incoming", row.slug, year="2025", count="3")
    assert "source" in answer.context["form"].errors
    post(client, "office:partner-incoming", row.slug, year="2025", count="3", source=a_source())
    post(client, "office:partner-incoming", row.slug, year="2025", count="4", source=a_source())
    entered = IncomingStudents.objects.get()
    assert entered.count == 4
    page = client.get(reverse("office:partner", args=[row.slug])).content.decode()
    assert "2025-26" in page
    assert "+4" in page
    address = reverse("office:partner-incoming-remove", args=[row.slug, entered.pk])
    assert address in page
    assert "2025-26: 4" in client.get(address).content.decode()
    assert IncomingStudents.objects.exists()  # to look removes nothing
    client.post(address)
    assert not IncomingStudents.objects.exists()


# --- Papers ----------------------------------------------------------------------------------


def agreement_of(client: Client, **said: Any) -> Agreement:
    row = karolinska()
    answer = post(client, "office:agreement-new", row.slug, **agreement_form(**said))
    assert answer.status_code == 302, answer.context["form"].errors
    return row.agreements.order_by("-pk")[0]


def test_papers_are_kept_removed_and_put_back(client: Client) -> None:
    agreement = agreement_of(client)
    for _twice in range(2):
        file = SimpleUploadedFile("signed.pdf", pdf(1), "application/pdf")
        answer = post(client, "office:agreement-paper-add", agreement.slug, file=file)
        assert answer.status_code == 302
    paper = AgreementDocument.objects.get()
    address = reverse("office:agreement-paper", args=[agreement.slug, paper.pk])
    answer = client.get(address)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert "attachment" in answer.headers["Content-Disposition"]
    post(client, "office:agreement-paper-move", agreement.slug, paper.pk, do="remove")
    paper.refresh_from_db()
    assert paper.removed_at is not None
    post(client, "office:agreement-paper-move", agreement.slug, paper.pk, do="put_back")
    paper.refresh_from_db()
    assert paper.removed_at is None
    wrong = SimpleUploadedFile("signed.pdf", b"no pdf", "application/pdf")
    answer = post(client, "office:agreement-paper-add", agreement.slug, file=wrong)
    assert answer.status_code == 422


# --- Who may ---------------------------------------------------------------------------------


def test_who_may_do_what_by_unit(leiden: Snapshot, client: Client) -> None:
    medicine = DegreeProgramme.objects.get(slug="medicine-bsc")
    theirs = agreement_of(client, programmes=[str(medicine.pk)])
    everybodys = agreement_of(client, level="master")
    file = SimpleUploadedFile("signed.pdf", pdf(1), "application/pdf")
    post(client, "office:agreement-paper-add", theirs.slug, file=file)
    paper = theirs.documents.get()
    # Who, of which programme: changes this agreement, changes everybody's, reads the paper.
    matrix = {
        ("coordinator", ""): (True, True, True),
        ("operator", ""): (True, True, True),
        ("coordinator", "medicine-bsc"): (True, True, True),
        ("coordinator", "biomedical-sciences-bsc"): (False, True, False),
        ("secretary", "medicine-bsc"): (False, False, True),
        ("secretary", "biomedical-sciences-bsc"): (False, False, False),
        ("board", "medicine-bsc"): (False, False, True),
        ("reviewer", ""): (False, False, False),
        ("student", ""): (False, False, False),
    }
    for number, ((role, unit), (changes, changes_other, reads)) in enumerate(matrix.items()):
        somebody = Client()
        somebody.force_login(
            account(f"somebody-{number}@example.org", role, "a long pass phrase", programme=unit)
        )
        for agreement, may in ((theirs, changes), (everybodys, changes_other)):
            answer = somebody.get(reverse("office:agreement-change", args=[agreement.slug]))
            assert (answer.status_code == 200) is may, (role, unit)
            sent = post(somebody, "office:agreement-move", agreement.slug, do="restore")
            assert (sent.status_code == 302) is may, (role, unit)
        answer = somebody.get(reverse("office:agreement-paper", args=[theirs.slug, paper.pk]))
        assert (answer.status_code == 200) is reads, (role, unit)
        page = somebody.get(reverse("office:agreement", args=[theirs.slug]))
        assert (b"signed.pdf" in page.content) is reads, (role, unit)


def test_who_publishes_a_partner_leaves_the_drafts_of_other_desks(client: Client) -> None:
    made = new_partner(client)
    medicine = DegreeProgramme.objects.get(slug="medicine-bsc")
    for level, programmes in (("bachelor", [str(medicine.pk)]), ("master", [])):
        said = agreement_form(level=level, programmes=programmes)
        assert post(client, "office:agreement-new", made.slug, **said).status_code == 302
    other = Client()
    other.force_login(
        account("other@example.org", "coordinator", programme="biomedical-sciences-bsc")
    )
    post(other, "office:partner-publish", made.slug)
    assert {each.level: each.status for each in made.agreements.all()} == {
        "bachelor": PublicationStatus.DRAFT, "master": PublicationStatus.PUBLISHED,
    }  # fmt: skip
    post(client, "office:partner-publish", made.slug)
    assert not made.agreements.exclude(status=PublicationStatus.PUBLISHED).exists()


# --- Duplicates ------------------------------------------------------------------------------


def test_likely_duplicates_are_proposed_and_merged_with_all_that_names_them(
    client: Client,
) -> None:
    stays = karolinska()
    goes = Institution.objects.create(
        slug="karolinska-twice", name_en="Karolinska Institute", name_nl="Karolinska Instituut",
        city_en="Stockholm", city_nl="Stockholm", country="SE", latitude=59.3, longitude=18.0,
        status="published", website="https://twice.example.org", is_example=True,
    )  # fmt: skip
    pairs = partners.likely_duplicates()
    assert {goes.pk, stays.pk} in [{pair.one.pk, pair.other.pk} for pair in pairs]
    agreement = Agreement.objects.create(
        slug="of-the-second", partner=goes, level="bachelor", is_example=True
    )
    IncomingStudents.objects.create(
        institution=goes, year=2024, count=2, source=Source.objects.all()[0]
    )
    hosted = OpportunityHost.objects.filter(institution=stays)[0]
    both = OpportunityHost.objects.create(
        opportunity=hosted.opportunity, institution=goes, position=1
    )
    alone = OpportunityHost.objects.exclude(institution=stays).exclude(opportunity__hosts=stays)[0]
    alone.institution = goes
    alone.save()
    address = reverse("office:partner-merge", args=[goes.slug, stays.slug])
    preview = client.get(address).content.decode()
    assert "of-the-second" in preview
    assert goes.agreements.count() == 1  # to look changes nothing
    assert client.post(address).status_code == 302
    agreement.refresh_from_db()
    goes.refresh_from_db()
    alone.refresh_from_db()
    assert agreement.partner_id == stays.pk == alone.institution_id
    assert goes.status == PublicationStatus.WITHDRAWN
    assert not OpportunityHost.objects.filter(pk=both.pk).exists()
    assert partners.what_moves(goes) == []
    event = AuditEvent.objects.get(action="catalogue.merged")
    assert event.details["from"] == goes.slug
    assert str(agreement.pk) in event.details["moved"]["catalogue.agreement"]


def test_a_merge_that_cannot_be_is_refused_whole(client: Client) -> None:
    stays = karolinska()
    goes = Institution.objects.exclude(pk=stays.pk).filter(is_home=False)[0]
    source = Source.objects.all()[0]
    for row in (stays, goes):
        IncomingStudents.objects.create(institution=row, year=2024, count=2, source=source)
    agreements = goes.agreements.count()
    answer = post(client, "office:partner-merge", goes.slug, stays.slug)
    assert answer.status_code == 409
    goes.refresh_from_db()
    assert goes.status == PublicationStatus.PUBLISHED
    assert goes.agreements.count() == agreements
    assert not AuditEvent.objects.filter(action="catalogue.merged").exists()


# --- Lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    ["", "?country=SE", "?programme=medicine-bsc", "?kind=hospital", "?agreements=year",
     "?agreements=none", "?agreements=force", "?who=preferred", "?who=other", "?state=draft",
     "?sort=-went", "?sort=came", "?q=karolinska", "?sort=ends"],
)  # fmt: skip
def test_every_filter_of_the_list_of_partners(client: Client, query: str) -> None:
    assert client.get(reverse("office:partners") + query).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["", "?ends=year", "?ends=force", "?ends=ended", "?ends=open", "?country=SE",
     "?programme=medicine-bsc", "?level=master", "?state=published", "?sort=balance",
     "?sort=-went", "?q=stockholm", "?cols=languages&cols=fields"],
)  # fmt: skip
def test_every_filter_of_the_list_of_agreements(client: Client, query: str) -> None:
    assert client.get(reverse("office:agreements") + query).status_code == 200


def test_a_partner_is_found_and_exported(client: Client) -> None:
    shown = client.get(reverse("office:partners") + "?q=karolinska").content.decode()
    assert reverse("office:partner", args=["karolinska-institutet"]) in shown
    file = client.get(reverse("office:partners") + "?q=karolinska&as=csv")
    assert file.status_code == 200
    assert "Karolinska" in file.content.decode("utf-8-sig")


def test_an_agreement_language_is_there_once(client: Client) -> None:
    agreement = agreement_of(client)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementLanguage.objects.create(agreement=agreement, language="en", level="C1")
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementLanguage.objects.create(agreement=agreement, language="sv", level="Z9")
    assert Contact.objects.exists()


def test_many_partners_of_one_country_are_compared_by_their_seldom_words(leiden: Snapshot) -> None:
    for number in range(partners.FEW + 5):
        Institution.objects.create(
            slug=f"school-{number}", name_en=f"School w{number}", name_nl=f"School w{number}",
            city_en="Lund", city_nl="Lund", country="SE", status="draft",
        )  # fmt: skip
    twice = Institution.objects.create(
        slug="twice", name_en="Karolinska Institute", name_nl="Karolinska Instituut",
        city_en="Stockholm", city_nl="Stockholm", country="SE", status="draft",
    )  # fmt: skip
    for pairs in (partners.likely_duplicates(), partners.likely_duplicates(twice)):
        found = [{pair.one.slug, pair.other.slug} for pair in pairs]
        assert {"karolinska-institutet", "twice"} in found
