"""Whoever tries Sojourn out finds times to book; an office finds only its own."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.advising import diaries
from sojourn.advising.demo import make_demo_slots
from sojourn.advising.models import Appointment, Diary, SlotRule
from sojourn.catalogue.models import Absence
from sojourn.catalogue.snapshot.snapshot import Snapshot
from tests.advising.conftest import MakeStudent
from tests.advising.people import coordinator as colleague


@pytest.mark.slow
def test_a_demo_student_books_at_once(leiden: Snapshot, student: MakeStudent) -> None:
    Absence.objects.all().delete()
    make_demo_slots()
    diary = Diary.objects.get()
    slot = diaries.unreserved_slots(diary, timezone.now())[0]
    client = Client()
    client.force_login(student("demo"))
    client.post(
        f"/en/advice/book/{diary.contact.slug}/",
        {"slot": slot.starts.isoformat(), "topic": "A stay", "question": "Where?",
         "route": "one-place"},
    )  # fmt: skip
    assert Appointment.objects.filter(starts_at=slot.starts, state="booked").exists()


def test_they_are_made_once_and_removed_rules_stay_away(leiden: Snapshot) -> None:
    make_demo_slots()
    make_demo_slots()
    assert SlotRule.objects.count() == 2
    office = colleague()
    for rule in SlotRule.objects.all():
        diaries.delete_rule(rule, office)
    make_demo_slots()
    assert not SlotRule.objects.exists()


def test_rules_of_an_office_are_left_alone(diary: Diary) -> None:
    before = list(SlotRule.objects.values())
    make_demo_slots()
    assert list(SlotRule.objects.values()) == before
