"""The office edits the catalogue: by role, with messages at the field, seen by every process."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from sojourn.catalogue import models, services
from sojourn.catalogue.edition.load import load_edition
from sojourn.common.languages import plain
from sojourn.common.translated_fields import text_of
from sojourn.people.models import AuditEvent
from sojourn.people.recorded_admin import RecordedAdmin
from tests.catalogue.edition.folder import HARBOUR
from tests.support.accounts import account
from tests.support.forms import as_sent, forms_on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.catalogue.admin_urls"),
    pytest.mark.slow,
]

TABLES = [model for model in admin.site._registry if model._meta.app_label == "catalogue"]


def version() -> int:
    return models.CatalogueVersion.objects.get().number


@pytest.fixture
def catalogue(harbour_catalogue: None) -> None:
    # No edition brings answers: the office makes them from what it answered.
    models.PublishedAnswer.objects.create(
        slug="may-i-bring-a-dog",
        question_en="May I bring a dog north?",
        question_nl="Mag ik een hond mee naar het noorden nemen?",
        text_en="No.",
        text_nl="Nee.",
        guide=models.Guide.objects.get(slug="costs"),
        checked_on="2026-11-01",
        review_on="2027-11-01",
    )


@pytest.fixture
def sign_in(client: Client) -> Callable[[str], Client]:
    def as_role(role: str) -> Client:
        client.force_login(account(f"{role}@harbour.example", role))
        return client

    return as_role


@pytest.fixture
def coordinator(sign_in: Callable[[str], Client], catalogue: None) -> Client:
    return sign_in("coordinator")


def form_of(client: Client, address: str) -> dict[str, Any]:
    """Return what a browser sends if the form of the page is saved as it is."""
    page = client.get(address)
    assert page.status_code == 200
    body = page.content.decode()
    (form,) = forms_on(body[body.index('id="content-main"') - 5 :])
    kept = {name: values for name, values in form.fields.items() if "__prefix__" not in name}
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in kept.items()
        if name not in ("_save", "_continue", "_addanother", "csrfmiddlewaretoken")
    }


def change_address(row: Any) -> str:
    return reverse(f"admin:catalogue_{row._meta.model_name}_change", args=[row.pk])


def list_address(model: Any) -> str:
    return reverse(f"admin:catalogue_{model._meta.model_name}_changelist")


def errors_on(page: Any) -> str:
    body = page.content.decode()
    return " | ".join(re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', body, re.DOTALL))


# --- Who may enter --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"), [("student", 302), ("coordinator", 200), ("operator", 200)]
)
def test_who_may_edit_the_catalogue(
    sign_in: Callable[[str], Client], catalogue: None, role: str, status: int
) -> None:
    client = sign_in(role)
    assert client.get(list_address(models.Opportunity)).status_code == status
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    assert client.get(change_address(place)).status_code == status


def test_a_coordinator_edits_the_catalogue_and_nothing_else(db: None) -> None:
    coordinator = account("carla@harbour.example", "coordinator")
    assert coordinator.has_perm("catalogue.change_course")
    assert not coordinator.has_perm("people.change_user")
    coordinator.is_active = False
    coordinator.forget_roles()
    assert not coordinator.has_module_perms("catalogue")
    assert not account("former@harbour.example", is_staff=True).has_perm("catalogue.change_course")
    assert not account("anna@harbour.example").has_module_perms("catalogue")
    operator = account("operator@harbour.example", "operator")
    assert operator.has_perm("people.change_user")


# --- Every table works ----------------------------------------------------------------------


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.model_name)
def test_every_table_can_be_listed_searched_and_opened(coordinator: Client, model: Any) -> None:
    page = coordinator.get(list_address(model))
    assert page.status_code == 200
    assert coordinator.get(list_address(model), {"q": "north"}).status_code == 200
    row = model.objects.first()
    page = coordinator.get(change_address(row))
    assert page.status_code == 200
    assert "None" not in re.findall(r'value="([^"]*)"', page.content.decode())


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.model_name)
def test_saving_a_form_as_it_is_changes_nothing(coordinator: Client, model: Any) -> None:
    """The strictest test of the forms: every value survives being shown and sent back."""
    for row in model.objects.all():
        page = coordinator.post(change_address(row), form_of(coordinator, change_address(row)))
        assert page.status_code == 302, errors_on(page)
    assert version() == 1
    report = load_edition(HARBOUR)
    assert report.outcomes == []


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.model_name)
def test_nothing_in_a_page_needs_an_inline_script_or_another_site(
    coordinator: Client, model: Any
) -> None:
    body = coordinator.get(change_address(model.objects.first())).content.decode()
    for script in re.findall(r"<script\b[^>]*>", body):
        assert "src=" in script or "application/json" in script, script
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!testserver)', body.split("<main")[0])


# --- Saving ---------------------------------------------------------------------------------


def test_an_edit_moves_the_version_in_its_transaction(coordinator: Client) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    form = form_of(coordinator, change_address(place))
    assert form["summary_nl"] == "Tien weken immunologie."
    assert form["keywords_nl"] == as_sent("sneeuw\nkou")
    form |= {"summary_nl": "Tien weken afweer.", "keywords_nl": "sneeuw\nkou\nijs\n"}
    page = coordinator.post(change_address(place), form)
    assert page.status_code == 302, errors_on(page)
    place.refresh_from_db()
    assert (place.summary_nl, place.keywords_nl) == ("Tien weken afweer.", ["sneeuw", "kou", "ijs"])
    assert version() == 2
    # The next load sees that this is the office's.
    (outcome,) = load_edition(HARBOUR).outcomes
    assert outcome.fields == ("summary (nl)", "keywords (nl)")


@pytest.mark.parametrize(
    ("model", "slug", "field"),
    [
        (models.Guide, "costs", "text_en"),
        (models.Opportunity, "northern-half-minor", "description_en"),
        (models.PublishedReport, "a-cold-autumn", "text_en"),
    ],
)
def test_a_text_of_two_lines_is_saved_as_a_browser_sends_it(
    coordinator: Client, model: Any, slug: str, field: str
) -> None:
    row = model.objects.get(slug=slug)
    text = "One line.\n\nAnother line."
    form = form_of(coordinator, change_address(row)) | {field: as_sent(text)}
    page = coordinator.post(change_address(row), form)
    assert page.status_code == 302, errors_on(page)
    row.refresh_from_db()
    assert getattr(row, field) == text


def test_saving_the_edition_as_it_is_leaves_its_ways_of_looking(coordinator: Client) -> None:
    routes = [{"id": "desk", "name": {"en": "Desk", "nl": "Balie"}, "top_five": 0}]
    models.Edition.objects.update(advice_routes=routes)
    edition = models.Edition.objects.get()
    page = coordinator.post(change_address(edition), form_of(coordinator, change_address(edition)))
    assert page.status_code == 302, errors_on(page)
    edition.refresh_from_db()
    assert edition.advice_routes == routes


def test_what_could_not_be_shown_to_visitors_is_not_saved(coordinator: Client) -> None:
    models.Edition.objects.update(advice_routes=["by hand"])  # as an earlier Sojourn saved it
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    form = form_of(coordinator, change_address(place)) | {"summary_nl": "Tien weken afweer."}
    page = coordinator.post(change_address(place), form, follow=True)
    assert "Nothing was saved" in page.content.decode()
    place.refresh_from_db()
    assert place.summary_nl == "Tien weken immunologie."
    assert version() == 1


def test_the_second_of_two_editors_is_told_and_loses_nothing(coordinator: Client) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    address = change_address(place)
    mine, theirs = form_of(coordinator, address), form_of(coordinator, address)
    page = coordinator.post(address, theirs | {"title_en": "Their title"})
    assert page.status_code == 302, errors_on(page)
    page = coordinator.post(address, mine | {"title_en": "My title"})
    assert page.status_code == 200
    assert "Somebody else changed this" in errors_on(page)
    assert "Saved now: Their title" in errors_on(page)
    assert 'value="My title"' in page.content.decode()
    place.refresh_from_db()
    assert place.title_en == "Their title"
    # Having seen it, they may save theirs over it.
    again = mine | {
        "title_en": "My title",
        "shown_state": page.context["shown_state"],
    }
    assert coordinator.post(address, again).status_code == 302
    place.refresh_from_db()
    assert place.title_en == "My title"


def test_what_somebody_changed_inside_an_entry_is_told_too(coordinator: Client) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    address = change_address(place)
    mine, theirs = form_of(coordinator, address), form_of(coordinator, address)
    page = coordinator.post(address, theirs | {"deadlines-1-DELETE": "on"})
    assert page.status_code == 302, errors_on(page)
    page = coordinator.post(address, mine | {"title_en": "My title"})
    assert page.status_code == 200
    place.refresh_from_db()
    assert place.title_en != "My title"


def test_a_course_has_its_title_in_one_language_at_least(coordinator: Client) -> None:
    course = models.Course.objects.get(slug="ni-imagined")
    form = form_of(coordinator, change_address(course))
    page = coordinator.post(change_address(course), form | {"title_en": "", "title_nl": ""})
    assert "in one language at least" in errors_on(page)
    page = coordinator.post(change_address(course), form | {"title_en": ""})
    assert page.status_code == 302, errors_on(page)
    course.refresh_from_db()
    assert (course.title_en or "", course.title_nl) == ("", "Verzonnen")
    assert plain(text_of(course, "title")) == "Verzonnen"


def test_a_deadline_added_in_the_office_gets_an_id(coordinator: Client) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    form = form_of(coordinator, change_address(place))
    number = int(form["deadlines-TOTAL_FORMS"])
    form |= {
        "deadlines-TOTAL_FORMS": str(number + 2),
        f"deadlines-{number}-kind": "other",
        f"deadlines-{number}-date": "2027-04-01",
        f"deadlines-{number + 1}-kind": "other",
        f"deadlines-{number + 1}-date": "2027-05-01",
    }
    page = coordinator.post(change_address(place), form)
    assert page.status_code == 302, errors_on(page)
    assert set(place.deadlines.filter(kind="other").values_list("slug", flat=True)) == {
        "northern-half-minor-other-2027",
        "northern-half-minor-other-2027-2",
    }
    assert version() == 2


def test_a_deadline_can_be_removed_in_the_office(coordinator: Client) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    form = form_of(coordinator, change_address(place)) | {"deadlines-1-DELETE": "on"}
    page = coordinator.post(change_address(place), form)
    assert page.status_code == 302, errors_on(page)
    assert place.deadlines.count() == 1
    assert version() == 2


def test_an_entry_can_be_made(coordinator: Client) -> None:
    address = reverse("admin:catalogue_subject_add")
    form = {"slug": "ethics", "name_en": "Ethics", "name_nl": "Ethiek"}
    page = coordinator.post(address, form)
    assert page.status_code == 302, errors_on(page)
    assert models.Subject.objects.get(slug="ethics").name_nl == "Ethiek"
    assert version() == 2


# --- Mistakes, at the field -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "slug", "wrong", "message"),
    [
        (models.Opportunity, "northern-half-minor", {"weeks_max": "9"}, "must not be less than"),
        (models.Opportunity, "northern-half-minor", {"ends_on": "2027-01-01"}, "must not be less"),
        (models.Opportunity, "northern-half-minor", {"title_nl": ""}, "required"),
        (models.Opportunity, "northern-half-minor", {"summary_en": "<b>x</b>"}, "HTML"),
        (
            models.Opportunity,
            "northern-half-minor",
            {"description_en": "[x](javascript:alert(1))"},
            "leads nowhere allowed",
        ),
        (models.Contact, "coordinator", {"consent_given": None}, "only after agreeing"),
        (models.Contact, "coordinator", {"walk_in_hours-0-ends": "13:00"}, "must not be less"),
        (models.CostLine, "se-housing", {"typical": "900"}, "must not be less"),
        (models.CostLine, "se-housing", {"country": "QX"}, "Select a valid choice"),
        (
            models.Course,
            "home-immunology",
            {"outcomes_nl": "één"},
            "1 lines in Dutch but 2 in English",
        ),
        (models.Institution, "northern-institute", {"latitude": "99"}, "less than or equal to 90"),
        (models.PublishedReport, "a-cold-autumn", {"rating_city": "6"}, "less than or equal to 5"),
        (models.Agreement, "northern-medicine", {"valid_until": "2020-01-01"}, "must not be less"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_field(
    coordinator: Client, model: Any, slug: str, wrong: dict[str, str | None], message: str
) -> None:
    row = model.objects.get(slug=slug)
    form = form_of(coordinator, change_address(row)) | wrong
    page = coordinator.post(
        change_address(row), {name: value for name, value in form.items() if value is not None}
    )
    assert page.status_code == 200
    assert message in errors_on(page)
    assert "nonfield" not in page.content.decode()
    assert version() == 1


def test_words_that_find_each_other_are_one_set_a_line(coordinator: Client) -> None:
    edition = models.Edition.objects.get()
    form = form_of(coordinator, change_address(edition))
    assert form["synonyms"] == "immunology, immunologie"
    coordinator.post(change_address(edition), form | {"synonyms": "heart, hart\nlung, long"})
    edition.refresh_from_db()
    assert edition.synonyms == [["heart", "hart"], ["lung", "long"]]
    page = coordinator.post(change_address(edition), form | {"synonyms": "alone"})
    assert "stands alone" in errors_on(page)


# --- Publishing, withdrawing, deleting --------------------------------------------------------


def test_withdrawing_and_publishing_several_at_once(coordinator: Client) -> None:
    chosen = list(models.Course.objects.values_list("pk", flat=True))
    action = {"action": "withdraw_entries", "_selected_action": chosen}
    coordinator.post(list_address(models.Course), action)
    assert set(models.Course.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert version() == 2
    coordinator.post(list_address(models.Course), action)
    assert version() == 2  # nothing was different
    coordinator.post(list_address(models.Course), action | {"action": "publish_entries"})
    assert set(models.Course.objects.values_list("status", flat=True)) == {"published"}
    assert version() == 3


def test_an_entry_that_was_public_cannot_be_deleted(coordinator: Client) -> None:
    course = models.Course.objects.get(slug="ni-imagined")
    address = reverse("admin:catalogue_course_delete", args=[course.pk])
    assert coordinator.post(address, {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [course.pk], "post": "yes"}
    coordinator.post(list_address(models.Course), action)
    assert models.Course.objects.filter(slug="ni-imagined").exists()


def test_a_draft_of_the_office_can_be_deleted(coordinator: Client) -> None:
    home = models.Institution.objects.get(is_home=True)
    for slug in ("one", "two"):
        models.Course.objects.create(
            slug=slug, institution=home, title_en="x", title_nl="x", level="bachelor",
            language="en", status="draft",
        )  # fmt: skip
    one, two = models.Course.objects.filter(status="draft")
    address = reverse("admin:catalogue_course_delete", args=[one.pk])
    assert coordinator.post(address, {"post": "yes"}).status_code == 302
    assert version() == 2
    action = {"action": "delete_selected", "_selected_action": [two.pk], "post": "yes"}
    coordinator.post(list_address(models.Course), action)
    assert not models.Course.objects.filter(status="draft").exists()
    assert version() == 3


def test_an_id_cannot_be_changed_once_it_is_an_address(coordinator: Client) -> None:
    course = models.Course.objects.get(slug="ni-imagined")
    form = form_of(coordinator, change_address(course)) | {"slug": "another"}
    coordinator.post(change_address(course), form)
    course.refresh_from_db()
    assert course.slug == "ni-imagined"


def test_no_table_has_an_action_that_the_version_does_not_see() -> None:
    """Whoever adds an action must let it go through the services, and say so here."""
    known = {"publish_entries", "withdraw_entries", "delete_selected"}
    for model in TABLES:
        view = admin.site._registry[model]
        names = {action if isinstance(action, str) else action.__name__ for action in view.actions}
        assert names | set(dict(admin.site.actions)) <= known
        assert not view.list_editable


def test_unused_ids_are_near_to_what_was_wanted(catalogue: None) -> None:
    assert services.unused_slug(models.Subject, "Global health") == "global-health-2"
    assert services.unused_slug(models.Subject, "Ethics & law") == "ethics-law"
    assert len(services.unused_slug(models.Subject, "x" * 300)) <= 100


# --- Exchange rates -------------------------------------------------------------------------


def a_rate(**values: Any) -> dict[str, Any]:
    source = models.Source.objects.get(slug="prospectus").pk
    return {
        "currency": "CUP", "valid_on": "2026-11-10", "per_euro": "26.5", "source": source,
        "certainty": "official",
    } | values  # fmt: skip


def test_the_office_enters_a_rate_by_currency_and_day(coordinator: Client) -> None:
    address = reverse("admin:catalogue_exchangerate_add")
    page = coordinator.post(address, a_rate())
    assert page.status_code == 302, errors_on(page)
    rate = models.ExchangeRate.objects.get(slug="cup-2026-11-10")
    assert rate.per_euro == Decimal("26.5")
    assert version() == 2
    form = form_of(coordinator, change_address(rate))
    assert not {"currency", "valid_on"} & form.keys()  # what it is known by stays


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"per_euro": "0"}, "greater than or equal to"),
        ({"currency": "cup"}, "currency code"),
        ({"currency": "EUR"}, "The euro needs no rate"),
        ({"source": ""}, "where the rate comes from"),
        ({"valid_on": "2099-01-01"}, "has not come yet"),
        ({"valid_on": "2026-11-02"}, "a rate for this currency and day already"),
    ],
)
def test_a_rate_that_cannot_be_gets_its_message(
    coordinator: Client, wrong: dict[str, str], message: str
) -> None:
    page = coordinator.post(reverse("admin:catalogue_exchangerate_add"), a_rate(**wrong))
    assert page.status_code == 200
    assert message in page.content.decode()
    assert version() == 1


@pytest.mark.parametrize(
    "wrong", [{"per_euro": 0}, {"currency": "EUR"}, {"valid_on": "2026-11-02"}]
)
def test_the_database_refuses_a_rate_that_cannot_be(catalogue: None, wrong: dict[str, Any]) -> None:
    values = {
        "slug": "a-rate", "currency": "CUP", "valid_on": "2026-11-10", "per_euro": 26,
        "certainty": "official",
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        models.ExchangeRate.objects.create(**values | wrong)


# --- Travel advice --------------------------------------------------------------------------


def an_advice(**values: Any) -> dict[str, Any]:
    source = models.Source.objects.get(slug="prospectus").pk
    return {
        "regions-TOTAL_FORMS": "0", "regions-INITIAL_FORMS": "0",
        "country": "CU", "level": "orange", "checked_on": "2026-11-10", "source": source,
        "note_en": "", "note_nl": "",
    } | values  # fmt: skip


def test_the_office_enters_travel_advice_for_a_country(coordinator: Client) -> None:
    page = coordinator.post(reverse("admin:catalogue_traveladvice_add"), an_advice())
    assert page.status_code == 302, errors_on(page)
    advice = models.TravelAdvice.objects.get(slug="cu")
    assert advice.level == "orange"
    assert version() == 2
    form = form_of(coordinator, change_address(advice))
    assert "country" not in form  # what it is known by stays
    page = coordinator.post(change_address(advice), form | {"level": "red"})
    assert page.status_code == 302, errors_on(page)
    advice.refresh_from_db()
    assert advice.level == "red"
    assert version() == 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"level": "purple"}, "Select a valid choice"),
        ({"country": "SE"}, "already exists"),
        ({"source": ""}, "This field is required"),
        ({"checked_on": "2099-01-01"}, "has not come yet"),
        ({"checked_on": "yesterday"}, "valid date"),
    ],
)
def test_travel_advice_that_cannot_be_gets_its_message(
    coordinator: Client, wrong: dict[str, str], message: str
) -> None:
    page = coordinator.post(reverse("admin:catalogue_traveladvice_add"), an_advice(**wrong))
    assert page.status_code == 200
    assert message in page.content.decode()
    assert version() == 1


def test_advice_that_nobody_can_look_up_is_refused(coordinator: Client) -> None:
    source = models.Source.objects.get(slug="travellers").pk
    page = coordinator.post(reverse("admin:catalogue_traveladvice_add"), an_advice(source=source))
    assert "a source with an address" in page.content.decode()


# --- The history ----------------------------------------------------------------------------


def recorded() -> list[tuple[str, str, list[str]]]:
    """What stands in the audit trail: the action, on what, which fields."""
    events = AuditEvent.objects.order_by("pk")
    assert all(event.actor is not None and event.about is None for event in events)
    assert all(set(event.details) == {"fields"} for event in events)
    return [(each.action, each.object_type, each.details["fields"]) for each in events]


def test_a_change_is_recorded_by_the_names_of_its_fields_never_by_what_they_say(
    coordinator: Client,
) -> None:
    contact = models.Contact.objects.filter(walk_in_hours__isnull=False).first()
    assert contact is not None
    form = form_of(coordinator, change_address(contact))
    form |= {"name": "Somebody Else", "room": "K1-01", "walk_in_hours-0-room": "K1-02"}
    page = coordinator.post(change_address(contact), form)
    assert page.status_code == 302, errors_on(page)
    ((action, kind, fields),) = recorded()
    assert (action, kind) == ("admin.changed", "catalogue.contact")
    assert set(fields) == {"name", "room", "walkinhour.room"}
    assert "Somebody" not in str(AuditEvent.objects.get().details)


def test_a_row_added_or_removed_inside_another_is_recorded(coordinator: Client) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    form = form_of(coordinator, change_address(place)) | {"deadlines-1-DELETE": "on"}
    coordinator.post(change_address(place), form)
    assert recorded() == [("admin.changed", "catalogue.opportunity", ["deadline.*"])]


def test_what_changes_nothing_or_is_refused_is_not_recorded(coordinator: Client) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    same = form_of(coordinator, change_address(place))
    coordinator.post(change_address(place), same)
    refused = coordinator.post(change_address(place), same | {"title_en": ""})
    assert refused.status_code == 200
    assert recorded() == []


def test_making_publishing_and_deleting_are_recorded(coordinator: Client) -> None:
    form = {"slug": "ethics", "name_en": "Ethics", "name_nl": "Ethiek"}
    coordinator.post(reverse("admin:catalogue_subject_add"), form)
    ethics = models.Subject.objects.get(slug="ethics")
    coordinator.post(reverse("admin:catalogue_subject_delete", args=[ethics.pk]), {"post": "yes"})
    other = models.Subject.objects.create(slug="law", name_en="Law", name_nl="Recht")
    delete = {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"}
    coordinator.post(list_address(models.Subject), delete)
    course = models.Course.objects.get(slug="ni-imagined")
    withdraw = {"action": "withdraw_entries", "_selected_action": [course.pk]}
    coordinator.post(list_address(models.Course), withdraw)
    coordinator.post(list_address(models.Course), withdraw)  # it is already
    coordinator.post(list_address(models.Course), withdraw | {"action": "publish_entries"})
    assert [(action, kind) for action, kind, _fields in recorded()] == [
        ("admin.added", "catalogue.subject"),
        ("admin.deleted", "catalogue.subject"),
        ("admin.deleted", "catalogue.subject"),
        ("admin.withdrawn", "catalogue.course"),
        ("admin.published", "catalogue.course"),
    ]
    keys = AuditEvent.objects.order_by("pk").values_list("object_id", flat=True)
    assert list(keys) == [str(pk) for pk in (ethics.pk, ethics.pk, other.pk, course.pk, course.pk)]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.model_name)
def test_every_table_of_the_catalogue_is_recorded(model: Any) -> None:
    assert isinstance(admin.site._registry[model], RecordedAdmin)


def test_a_change_that_comes_to_nothing_leaves_no_record(
    coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_entries: object) -> None:
        raise RuntimeError("the version could not be moved")

    monkeypatch.setattr(services, "publish_change", break_down)
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    form = form_of(coordinator, change_address(place)) | {"title_en": "Another"}
    with pytest.raises(RuntimeError):
        coordinator.post(change_address(place), form)
    assert recorded() == []


@pytest.mark.parametrize("words", ["orsted", "ØRSTED", "o'brien", "OBRIEN łodz", "lodz"])
def test_the_search_finds_a_name_however_it_is_typed(coordinator: Client, words: str) -> None:
    models.Subject.objects.create(
        slug="found", name_en="Ørsted, O’Brien and Łódź", name_nl="Ørsted, O’Brien en Łódź"
    )
    page = coordinator.get(list_address(models.Subject), {"q": words}).content.decode()
    assert "Ørsted" in page
    page = coordinator.get(list_address(models.Subject), {"q": f"{words} nothing"})
    assert "Ørsted" not in page.content.decode()


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.model_name)
def test_every_table_can_be_searched_by_the_fields_it_names(
    coordinator: Client, model: Any
) -> None:
    if admin.site._registry[model].search_fields:
        assert coordinator.get(list_address(model), {"q": "ø o’b"}).status_code == 200
