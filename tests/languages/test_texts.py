"""A text that was not written in the page's language is shown in another, and says in which."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.translation import override

from sojourn.catalogue import markdown, models
from sojourn.catalogue.snapshot.types import TextList
from sojourn.common.languages import Text, in_every_language, language_name, plain, site_language

DUTCH = Text({"nl": "Zweden & Noren"})


def shown(template: str, **said: object) -> str:
    with override("en"):
        return Template(template).render(Context(said))


def test_what_is_written_in_the_pages_language_stands_by_itself() -> None:
    assert shown("{{ text }}", text=Text({"en": "A & B", "nl": "B & A"})) == "A &amp; B"


def test_what_is_not_is_an_element_with_its_language() -> None:
    marked = "<span lang=nl>Zweden &amp; Noren</span>"
    assert shown("{{ text }}", text=DUTCH) == marked
    with override("en"):
        assert shown("{{ text }}", text=str(DUTCH)) == marked
    assert shown("{{ texts|join:', ' }}", texts=TextList([], ["een"])) == "<span lang=nl>een</span>"


def test_an_attribute_has_the_text_alone() -> None:
    assert shown('<i title="{{ t|plain }}">', t=DUTCH) == '<i title="Zweden &amp; Noren">'
    with override("en"):
        assert type(plain(DUTCH)) is str


def test_markdown_is_a_block_with_its_language() -> None:
    with override("en"):
        assert markdown.render(str(DUTCH)) == '<div lang="nl"><p>Zweden &amp; Noren</p>\n</div>'
    with override("nl"):
        assert markdown.render(str(DUTCH)) == "<p>Zweden &amp; Noren</p>\n"


def test_html_that_is_ready_is_a_block_too() -> None:
    text = DUTCH.map(markdown.render)
    assert text.in_language("en") == '<div lang="nl"><p>Zweden &amp; Noren</p>\n</div>'


def test_a_row_of_the_database_says_it_too() -> None:
    row = models.Subject(name_nl="Afweer")
    with override("en"):
        assert row.name == "Afweer"
        assert shown("{{ row.name }}", row=row) == "<span lang=nl>Afweer</span>"
    row.name_en = "Defence"
    assert shown("{{ row.name }}", row=row) == "Defence"


def test_a_text_made_of_a_text_has_the_same_languages() -> None:
    made = in_every_language(lambda: DUTCH)
    assert (made["en"], made["nl"]) == ("", "Zweden & Noren")


@pytest.mark.parametrize(
    ("code", "found"), [("nl", "nl"), ("nl-BE", "nl"), ("EN", "en"), ("sv", None), ("", None)]
)
def test_a_reader_gets_the_language_or_the_one_that_it_is_a_variant_of(
    code: str, found: str | None
) -> None:
    assert site_language(code) == found


def test_variants_of_a_language_have_names_of_their_own() -> None:
    named = [language_name(code, "en") for code in ("zh", "zh-hant", "pt-br", "nl")]
    assert named == ["Chinese", "Chinese (Traditional)", "Portuguese (Brazil)", "Dutch"]
