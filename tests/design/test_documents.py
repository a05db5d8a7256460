"""A document can be made of any name, and says which characters it cannot show."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.design import documents

TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: none)
#set text(lang: "en", font: "Libertinus Serif")
= #data.title
#for name in data.names [
  - #name
]
#data.remark
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("document") / "names.typ"
    path.write_text(TEMPLATE)
    return path


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(
    "name",
    ["Zoë Åkesson-Łuczak", "王小明", "山田 太郎", "やまだ", "김민준", "สมชาย", "Nguyễn", "Ιωάννης",
     "Анна", "Anna 😀👩‍🔬", "Հայկ", "ქეთევან", "חנה"],
)  # fmt: skip
def test_a_name_is_written_in_its_own_letters(template: Path, name: str) -> None:
    content = documents.pdf(template, {"title": "Names", "names": [name]})
    text = text_of(content)
    assert "no letter" not in text
    assert name.split()[0] in text or name == "חנה"  # what runs leftwards is told backwards


@pytest.mark.parametrize(
    ("name", "code"),
    [("𓂸", "U+130B8"), ("\ue123", "U+E123"), ("\x01", "U+0001"), ("\U000f0000", "U+F0000")],
)
def test_what_no_font_has_is_written_as_its_code_with_a_remark(
    template: Path, name: str, code: str
) -> None:
    text = text_of(documents.pdf(template, {"title": "Names", "names": [f"Anna {name}"]}))
    assert f"Anna [{code}]" in text
    assert f"no letter for: {code}" in text


@pytest.mark.slow
def test_forty_letters_that_nobody_has_are_told_too(template: Path) -> None:
    name = "".join(chr(0x13000 + number) for number in range(40))
    assert "[U+13027]" in text_of(documents.pdf(template, {"title": name, "names": []}))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_no_name_stops_a_document(template: Path, name: str) -> None:
    assert documents.pdf(template, {"title": "Names", "names": [name]}).startswith(b"%PDF")
