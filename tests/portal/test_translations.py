"""Everything the interface says is said in Dutch too."""

from __future__ import annotations

import re

import pytest

from tests.portal import messages

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def test_every_text_of_the_interface_has_its_dutch() -> None:
    missing = [f"{message.where}: {message.text!r}" for message in messages.untranslated()]
    assert not missing, "\n".join(missing)


def test_the_search_for_texts_finds_those_of_code_and_templates() -> None:
    found = {message.text for message in messages.of_the_interface()}
    assert "Study abroad, without guessing." in found  # a template
    assert "There is no page here" in found  # a view
    assert "Best match" in found  # a lazy text
    assert "All %(counter)s place" in found  # a plural in a template


@pytest.mark.parametrize("message", messages.of_the_interface(), ids=lambda m: m.text[:40])
def test_the_dutch_names_the_same_things(message: messages.Message) -> None:
    """A placeholder that is missing or misspelt would break the page or leave a gap."""
    dutch = messages.dutch().get((message.context, message.text), ())
    allowed = set(PLACEHOLDER.findall(message.text)) | set(PLACEHOLDER.findall(message.plural))
    for text in dutch:
        said = set(PLACEHOLDER.findall(text))
        assert said <= allowed
        # A plural form may leave the number out ("één plek"), nothing else may go missing.
        if not message.plural:
            assert said == allowed


def test_a_text_is_translated_in_one_catalogue_only() -> None:
    """Two catalogues with the same text would let one translation hide the other."""
    where: dict[tuple[str, str], list[str]] = {}
    for path, known in messages.catalogues().items():
        for key in known:
            where.setdefault(key, []).append(str(path.relative_to(messages.PACKAGE)))
    twice = {key: paths for key, paths in where.items() if len(paths) > 1}
    assert not twice


def test_dutch_addresses_the_student_informally() -> None:
    formal = re.compile(r"\b(u|uw|uzelf)\b", re.IGNORECASE)
    found = [text for texts in messages.dutch().values() for text in texts if formal.search(text)]
    assert not found
