"""Whoever of the office reads about one person is noted, once an hour, without a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from sojourn.common.view_marks import marks_of
from sojourn.people.models import SecurityEvent, SecurityEventKind
from sojourn.people.security_log import ONCE_IN, note_reading
from tests.office.test_units import Stage, client_of, routes, stage  # noqa: F401 (fixtures)
from tests.support.accounts import account

# Pages whose address names a row that belongs to no student.
OF_NOBODY = {
    "saved-reply": "a text of the office",
    "saved-reply-throw-away": "a text of the office",
    "desk-present": "a colleague's own absence",
    "rule": "opening hours",
    "rule-remove": "opening hours",
    "hour-date": "opening hours",
    "invited-reviewer": "the reader's own invitation",
    "allocation-publish": "a run of a whole round",
    "allocation-file": "a run of a whole round; its download is noted",
}


def pages_about_a_row() -> list[tuple[str, Callable[..., object]]]:
    """Find the office's pages whose address has a number in it."""

    def can_be_read(view: Callable[..., object]) -> bool:
        try:
            answer = view(RequestFactory().get("/"))
        except Exception:  # it goes on, and misses the session
            return True
        return getattr(answer, "status_code", 200) != 405

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
