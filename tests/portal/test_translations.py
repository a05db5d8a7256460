"""Everything the interface says is said in Dutch too."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sojourn.config.messages import LOCALE
from tests.support.texts import DUTCH, dutch, forms

PROJECT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.slow
def test_the_catalogue_is_in_step_with_the_source(tmp_path: Path) -> None:
    copy = tmp_path / "locale"
    shutil.copytree(LOCALE, copy)
    subprocess.run(["sh", PROJECT / "tools" / "messages.sh", copy], check=True)
    collected = copy / DUTCH.relative_to(LOCALE)
    assert collected.read_text() == DUTCH.read_text(), "run: make messages"


def test_every_text_of_the_interface_has_its_dutch() -> None:
    missing = [
        f"{message.locations[0][0]}: {message.id!r}"
        for message in dutch()
        if message.fuzzy or not all(forms(message.string))
    ]
    assert not missing, "\n".join(missing)


def test_the_search_for_texts_finds_those_of_code_and_templates() -> None:
    found = {forms(message.id)[0] for message in dutch()}
    assert "Study abroad, without guessing." in found  # a template
    assert "There is no page here" in found  # a view
    assert "Best match" in found  # a lazy text
    assert "All %(counter)s place" in found  # a plural in a template


@pytest.mark.slow
def test_no_text_hides_in_a_formatted_string() -> None:
    """Before Python 3.12 the search for texts does not look inside `f"{_('…')}"`."""
    hidden = [
        f"{path.relative_to(PROJECT)}:{call.lineno}"
        for path in PROJECT.glob("sojourn/**/*.py")
        for string in ast.walk(ast.parse(path.read_text()))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_"
    ]
    assert not hidden, "\n".join(hidden)


def test_the_dutch_names_the_same_things() -> None:
    """A placeholder that is missing or misspelt would break the page or leave a gap."""
    wrong = []
    for message in dutch():
        allowed = set(PLACEHOLDER.findall(" ".join(forms(message.id))))
        for text in forms(message.string):
            said = set(PLACEHOLDER.findall(text))
            # A plural form may leave the number out ("één plek"), nothing else may go missing.
            if not (said <= allowed if message.pluralizable else said == allowed):
                wrong.append(text)
    assert not wrong, "\n".join(wrong)


def test_dutch_addresses_the_student_informally() -> None:
    formal = re.compile(r"\b(u|uw|uzelf)\b", re.IGNORECASE)
    found = [text for message in dutch() for text in forms(message.string) if formal.search(text)]
    assert not found
