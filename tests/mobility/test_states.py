"""One table of transitions, in code and in docs/mobility.md, and no way past it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from sojourn.mobility import changes
from sojourn.mobility.errors import NotAllowedNowError
from sojourn.mobility.models import Stay
from sojourn.mobility.states import TRANSITIONS, ChangeKind, StayState, changes_from
from sojourn.people.models import AuditEvent, User

DOCS = Path(__file__).parents[2] / "docs" / "mobility.md"


def test_the_docs_have_the_table_of_the_code() -> None:
    of = "stay|step|version|signing|transcript|grant|board|credit"
    line = rf"^\| ({of}) \| (\w+) \| (\w+) \| (\w+) \| ([\w, ]+) \|$"
    rows = re.findall(line, DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [
        (each.of, each.name, each.before, each.after, ", ".join(each.by)) for each in TRANSITIONS
    ]


def test_every_state_is_reached_and_all_but_the_withdrawn_are_left() -> None:
    stays = [each for each in TRANSITIONS if each.of == "stay"]
    assert {each.after for each in stays} | {StayState.PREPARING} == set(StayState)
    assert set(StayState) - {each.before for each in stays} == {StayState.WITHDRAWN}


def test_every_kind_of_ending_is_possible_somewhere() -> None:
    possible = {kind for state in StayState for kind in changes_from(state)}
    assert possible == set(ChangeKind)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({each.name for each in TRANSITIONS if each.of == "stay"}))
def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(
    stay: Stay, coordinator: User, name: str
) -> None:
    allowed = {each.before for each in TRANSITIONS if (each.of, each.name) == ("stay", name)}
    for state in set(StayState) - allowed:
        Stay.objects.filter(pk=stay.pk).update(state=state)
        before = AuditEvent.objects.count()
        with pytest.raises(NotAllowedNowError), transaction.atomic():
            changes.move(changes.locked(stay), name, actor=coordinator, student=stay.student)
        assert Stay.objects.get(pk=stay.pk).state == state
        assert AuditEvent.objects.count() == before


def test_a_student_does_not_make_what_is_for_the_office(stay: Stay, noor: User) -> None:
    with pytest.raises(NotAllowedNowError), transaction.atomic():
        changes.move(changes.locked(stay), "postpone", actor=noor, student=noor)


def test_the_database_knows_no_other_state(stay: Stay) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.filter(pk=stay.pk).update(state="lost")
