"""The audit trail in words: nothing that was done is shown as a code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sojourn.office.presenters import history
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection.states import TABLE

PACKAGE = Path(__file__).resolve().parents[2] / "sojourn"
# The kinds of things whose pages show their history.
KINDS = (
    "appointment",
    "walk_in",
    "absence",
    "slot_rule",
    "diary",
    "question",
    "own_place",
    "report",
    "round",
)
# Of invitations, which are not reports yet, and of things that have no page any more.
OF_OTHERS = {
    "report.invited",
    "report.reminded",
    "report.invitation_closed",
    "report.invitation_turned_down",
    "report.deleted",
    "round.deleted",
}


def recorded() -> set[str]:
    """Every action of these kinds that stands in the code."""
    found = set()
    for path in (*PACKAGE.glob("advising/*.py"), *PACKAGE.glob("experiences/*.py"),
                 *PACKAGE.glob("selection/*.py")):  # fmt: skip
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and any(isinstance(each, ast.Constant) for each in node.args)
                and "." in (text := _first_text(node))
                and text.split(".")[0] in KINDS
            ):
                found.add(text)
    found |= {f"round.{move.name}" for move in TABLE if move.of == "round"}
    return found - OF_OTHERS


def _first_text(call: ast.Call) -> str:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            text = argument.value
            if text.count(".") == 1 and text.replace(".", "").replace("_", "").isalpha():
                return text
    return ""


def test_every_action_has_words() -> None:
    actions = {action for action in recorded() if action.islower()}
    assert len(actions) > 30
    assert {action for action in actions if action not in history.WORDS} == set()


@pytest.mark.django_db
def test_a_history_tells_who_did_what_newest_first() -> None:
    anna = User.objects.create_user("anna@example.org", first_name="Anna")
    other = User.objects.create_user("bert@example.org")
    audit.record("question.asked", actor=anna, about=anna, on=anna)
    audit.record("question.settled", actor=None, about=anna, on=anna)
    audit.record("question.replied", actor=anna, about=anna, on=other)
    events = history.of(anna)
    assert [(event.who, event.what) for event in events] == [
        ("by itself", "settled it"),
        ("Anna", "asked"),
    ]
