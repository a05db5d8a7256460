"""Names of ISCED-F 2013's fields."""

from __future__ import annotations

from sojourn.catalogue.isced import FIELDS, field_name


def test_every_field_lies_in_a_wider_one_and_has_both_names() -> None:
    for code, names in FIELDS.items():
        assert code.isdecimal()
        assert set(names) == {"en", "nl"}
        assert all(name == name.strip() != "" for name in names.values())
        assert code[:-1] in FIELDS or len(code) == 2, code


def test_a_code_is_named_in_the_language_of_the_page() -> None:
    assert field_name("0912", "en") == "Medicine"
    assert field_name("0912", "nl") == "Geneeskunde"


def test_an_inter_field_code_has_the_name_of_the_wider_field() -> None:
    assert field_name("0988", "en") == "Health and welfare"
    assert field_name("0919", "nl") == "Gezondheidszorg"
    assert field_name("9999", "en") == ""
    assert field_name("", "en") == ""
