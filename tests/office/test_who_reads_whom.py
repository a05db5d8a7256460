"""Whoever of the office reads about one person is noted, once an hour, without a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from sojourn.common.view_marks import marks_of
from sojourn.people.models import SecurityEvent, SecurityEventKind
from sojourn.people.security_log import ONCE_IN, note_list, note_reading
from tests.office.test_units import (  # noqa: F401 (fixtures)
    NAME,
    Stage,
    client_of,
    routes,
    stage,
)
from tests.support.accounts import account

# Pages whose address names a row that belongs to no student.
OF_NOBODY = {
    "group-message": "a message to several; who is listed there is noted as a list",
    "partner-unit": "a department of a partner",
    "partner-incoming-remove": "a number of a partner",
    "import": "a file of the catalogue",
    "agreement-paper": "a signed agreement; its download is noted",
    "saved-reply": "a text of the office",
    "saved-reply-throw-away": "a text of the office",
    "desk-present": "a colleague's own absence",
    "rule": "opening hours",
    "rule-remove": "opening hours",
    "hour-date": "opening hours",
    "invited-reviewer": "the reader's own invitation",
    "allocation-publish": "a run of a whole round",
    "allocation-file": "a run of a whole round; its download is noted",
    "places-version": "a version of a place",
    "courses-version": "a version of a course",
    "guides-version": "a version of a guide",
}


def can_be_read(view: Callable[..., object]) -> bool:
    try:
        answer = view(RequestFactory().get("/"))
    except Exception:  # it goes on, and misses the session
        return True
    return getattr(answer, "status_code", 200) != 405


def pages_about_a_row() -> list[tuple[str, Callable[..., object]]]:
    """Find the office's pages whose address has a number in it."""
    return [
        (name, view)
        for name, route, view in routes()
        if ("<uuid:" in route or "<int:" in route) and can_be_read(view)
    ]


def test_every_page_about_one_person_is_marked() -> None:
    found = pages_about_a_row()
    assert len(found) > 20
    unmarked = {name for name, view in found if marks_of(view).person is None}
    assert unmarked == set(OF_NOBODY)


@pytest.mark.slow
def test_whoever_opens_one_is_noted_with_whom_it_is_about(
    stage: Stage,  # noqa: F811
    client_of: Callable[[str], Client],  # noqa: F811
) -> None:
    client = client_of("operator")
    opened = set()
    for name, route, view in routes():
        if marks_of(view).person is None:
            continue
        SecurityEvent.objects.all().delete()
        answer = client.get(stage.address(name, route))
        if answer.status_code != 200:
            continue
        opened.add(name)
        event = SecurityEvent.objects.get()
        assert event.about == (None if name == "mail-one" else stage.student.pk), name
        assert stage.student.last_name not in event.detail
    assert opened >= {
        "appointment", "ticket", "question", "self-arranged-place", "experience", "application",
        "objection", "offer-give-up",
    }  # fmt: skip


# Pages that can be read, show no person, and whose address names none.
WITHOUT_PEOPLE = {
    "colleague-new": "a form",
    "places": "entries of the catalogue",
    "places-new": "a form",
    "places-entry": "an entry of the catalogue",
    "places-preview": "a public page",
    "places-publish": "a draft, and counts",
    "places-discard": "a question",
    "places-retire": "counts",
    "places-file": "an entry of the catalogue",
    "courses": "entries of the catalogue",
    "courses-new": "a form",
    "courses-entry": "an entry of the catalogue",
    "courses-preview": "a public page",
    "courses-publish": "a draft, and counts",
    "courses-discard": "a question",
    "courses-retire": "counts",
    "courses-file": "an entry of the catalogue",
    "guides": "entries of the catalogue",
    "guides-new": "a form",
    "guides-entry": "an entry of the catalogue",
    "guides-preview": "a public page",
    "guides-publish": "a draft, and counts",
    "guides-discard": "a question",
    "guides-retire": "counts",
    "guides-file": "an entry of the catalogue",
    "figures": "figures of the catalogue, and counts",
    "imports": "files of the catalogue",
    "import-file": "a list of the catalogue",
    "board-mandates": "colleagues, and until when",
    "year": "counts",
    "year-part": "what the catalogue and rounds say",
    "year-calendar": "days of the catalogue and of rounds",
    "security": "accounts are numbers there",
    "searches": "words and weeks",
    "insight": "counts, none of fewer than five people",
    "insight-rounds": "counts",
    "insight-answers": "days and words",
    "insight-costs": "sums",
    "insight-agreements": "agreements",
    "insight-stays": "counts, days and shares",
    "register": "kinds of records",
    "answers": "published answers, without who asked",
    "answer": "a published answer",
    "saved-replies": "texts of the office",
    "saved-reply-new": "a text of the office",
    "results": "rounds",
    "what-if": "figures of a round",
    "statistics": "figures of a round",
    "statistics-xlsx": "figures of a round; its download is noted",
    "nominations-xlsx": "its download is noted",
    "nominations-pdf": "its download is noted",
    "nominations-json": "its download is noted",
    "values-template": "its download is noted",
    "rounds": "rounds",
    "round": "the rules of a round",
    "round-new": "a form",
    "round-edit": "the rules of a round",
    "round-agreements": "the rules of a round",
    "round-copy": "a form",
    "round-publish": "the rules of a round",
    "round-unpublish": "the rules of a round",
    "round-delete": "a question",
    "stay-new": "a form",
    "partners": "partners",
    "partner-new": "institutions of a list",
    "partner-form": "a form",
    "institution-list": "a form",
    "partner-duplicates": "partners",
    "partner-change": "a form about a partner",
    "partner-publish": "a question",
    "partner-withdraw": "a question",
    "partner-unit-new": "a form",
    "partner-contact-new": "a form",
    "partner-contact": "a contact of the catalogue",
    "partner-incoming": "a number",
    "partner-merge": "what names a partner, by number",
    "agreements": "agreements",
    "agreement": "an agreement and its papers",
    "agreement-new": "a form",
    "agreement-change": "a form about an agreement",
    "agreement-renew": "a form about an agreement",
    "experience-suggestions": "places of the catalogue",
    "door": "a code to hang at the door",
    "hours": "opening hours",
    "desk": "opening hours",
    "rule-new": "opening hours",
    "walk-in-new": "opening hours",
    "walk-in": "opening hours",
    "walk-in-end": "opening hours",
    "walk-in-remove": "opening hours",
}


def test_every_other_page_is_marked_as_a_list_or_has_no_people() -> None:
    rest = {
        name: marks_of(view)
        for name, _route, view in routes()
        if can_be_read(view) and marks_of(view).person is None and name not in OF_NOBODY
    }
    assert {name for name, marks in rest.items() if not marks.lists_people} == set(WITHOUT_PEOPLE)


@pytest.mark.slow
def test_whoever_reads_a_page_with_a_persons_name_is_noted(
    stage: Stage,  # noqa: F811
    client_of: Callable[[str], Client],  # noqa: F811
) -> None:
    """Of every page of the office, whatever its marks say."""
    client = client_of("operator")
    lists = set()
    for name, route, view in routes():
        SecurityEvent.objects.all().delete()
        if not can_be_read(view):
            continue
        answer = client.get(stage.address(name, route))
        if answer.status_code != 200:
            continue
        body = b"".join(answer) if answer.streaming else answer.content
        is_file = "attachment" in answer.headers.get("Content-Disposition", "")
        if is_file or NAME.encode() in body or stage.student.email.encode() in body:
            event = SecurityEvent.objects.get()
            assert NAME not in event.detail
            if event.kind == SecurityEventKind.LIST_READ:
                assert event.detail.split()[0] == f"office:{name}"
                assert event.about is None
                lists.add(name)
    assert lists >= {
        "today", "questions", "self-arranged-places", "applications", "offers", "nominations",
        "objections", "appointments", "queue", "mail",
    }  # fmt: skip


@pytest.mark.django_db
def test_reading_a_list_again_within_the_hour_is_one_reading_of_it() -> None:
    reader = account("carla@example.org")
    for detail in ("office:offers one", "office:offers one", "office:offers two"):
        note_list(reader, detail)
    read = SecurityEvent.objects.filter(kind=SecurityEventKind.LIST_READ)
    assert list(read.order_by("pk").values_list("detail", flat=True)) == [
        "office:offers one", "office:offers two",
    ]  # fmt: skip
    read.update(at=timezone.now() - ONCE_IN - dt.timedelta(seconds=1))
    note_list(reader, "office:offers one")
    assert read.count() == 3


@pytest.mark.slow
def test_the_list_of_roles_in_the_admin_is_noted(
    client_of: Callable[[str], Client],  # noqa: F811
) -> None:
    client = client_of("operator")
    SecurityEvent.objects.all().delete()
    assert client.get("/admin/people/roleassignment/").status_code == 200
    assert SecurityEvent.objects.get().detail == "admin:people_roleassignment_changelist"


@pytest.mark.django_db
def test_reading_again_within_the_hour_is_one_reading() -> None:
    reader, other = account("carla@example.org"), account("karel@example.org")
    for who, about in ((reader, 7), (reader, 7), (reader, 8), (other, 7)):
        note_reading(who, about, "office:question 1")
    read = SecurityEvent.objects.filter(kind=SecurityEventKind.PERSON_READ)
    assert list(read.order_by("pk").values_list("actor", "about")) == [
        (reader.pk, 7), (reader.pk, 8), (other.pk, 7),
    ]  # fmt: skip
    read.update(at=timezone.now() - ONCE_IN - dt.timedelta(seconds=1))
    note_reading(reader, 7, "office:question 1")
    assert read.count() == 4


@pytest.mark.django_db
def test_people_without_an_account_are_told_apart_by_the_page() -> None:
    reader = account("carla@example.org")
    for detail in ("office:question 1", "office:question 1", "office:question 2"):
        note_reading(reader, None, detail)
    assert SecurityEvent.objects.count() == 2
