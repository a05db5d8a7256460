"""Files that registrars really send: each kind stores what it says, or nothing and says why."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.people import student_numbers
from sojourn.people.models import StudentNumber, User
from sojourn.selection import value_cells, value_import
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Application, ImportFile, MeasuredValue, Round
from sojourn.selection.value_import import ImportPreview
from tests.selection.registrar_files import Error, far_corner, ods, prefixed, text, xls, xlsx

# A folder with sample files under these names, where there is one.
SAMPLES = Path(os.environ.get("SOJOURN_SAMPLE_FILES", "/nonexistent"))
ANNA, BERT = "9900003", "9900004"
HEAD = ["studentnummer", "grades", "ects"]
TABLE = [HEAD, [ANNA, "7.5", "60"], [BERT, "8.1", "58"]]
NUMBERS = [HEAD, [int(ANNA), 7.5, 60], [BERT, 8.1, 58]]
COMMAS = [HEAD, [ANNA, "7,5", "60"], [BERT, "8,1", "58"]]
BOTH = {"anna": ("7.5", "60"), "bert": ("8.1", "58")}
ANNA_ALONE = {"anna": ("7.5", "60")}


@pytest.fixture
def people(round_: Round, applicant: Callable[..., Application]) -> dict[str, Application]:
    found = {}
    for name, number in (("anna", ANNA), ("bert", BERT), ("zoe", "0912345")):
        found[name] = applicant(name)
        StudentNumber.objects.create(owner=found[name].owner, number=number)
    return found


def read(round_: Round, content: bytes, name: str = "export.csv") -> ImportPreview:
    return value_import.preview_import(round_, SimpleUploadedFile(name, content))


def found(reading: ImportPreview, people: Mapping[str, Application]) -> dict[str, tuple[str, ...]]:
    names = {each.code: name for name, each in people.items()}
    values: dict[str, dict[str, str]] = {}
    for each in reading.values:
        values.setdefault(names[each.application], {})[each.criterion] = each.value
    return {
        name: tuple(each[code] for code in ("grades", "ects") if code in each)
        for name, each in values.items()
    }


def remarks(reading: ImportPreview) -> str:
    return "\n".join(each.text for each in reading.remarks)


def problems(reading: ImportPreview) -> str:
    return "\n".join(each.text for each in reading.problems)


KINDS: dict[str, tuple[bytes, dict[str, tuple[str, ...]]]] = {
    "comma": (text(TABLE, ","), BOTH),
    "tab": (text(COMMAS, "\t"), BOTH),
    "bar": (text(COMMAS, "|"), BOTH),
    "UTF-8 with its mark": (text(COMMAS, ";", "utf-8-sig"), BOTH),
    "UTF-16 with its mark": (text(COMMAS, "\t", "utf-16"), BOTH),
    "UTF-16 the other way round": (b"\xfe\xff" + text(COMMAS, "\t", "utf-16-be"), BOTH),
    "UTF-16 without a mark": (text(COMMAS, "\t", "utf-16-le"), BOTH),
    "Windows": (text([[*HEAD, "Opleiding"], [ANNA, "7,5", "60", "Scheikünde"]], ";", "cp1252"),
                ANNA_ALONE),
    "old Macintosh": (text(COMMAS, end="\r"), BOTH),
    "sep": (b"sep=;\r\n" + text(COMMAS), BOTH),
    "sep with another": (b"sep=^\r\n" + text(COMMAS, "^"), BOTH),
    "names with commas": (
        text([["Naam, voorletters, tussenvoegsel", *HEAD], ["Jansen, A., van", ANNA, "7,5", "60"]]),
        ANNA_ALONE,
    ),
    "names with commas in quotes": (
        text([["Naam", *HEAD], ["Jansen, A.", ANNA, "7.5", "60"]], ","), ANNA_ALONE,
    ),
    "columns in another order": (text([["ects", "x", "grades", "studentnummer"],
                                       ["60", "", "7,5", ANNA]]), ANNA_ALONE),
    "a title above": (text([["Cijferlijst", "", ""], ["", "", ""], *COMMAS]), BOTH),
    "nineteen lines above": (text([["let op"]] * 19 + COMMAS), BOTH),
    "spaces and case": (text([[" Student  Number ", "GRADES", "Ects"], [ANNA, "7.5 ", " 60"]]),
                        ANNA_ALONE),
    "Student ID": (text([["Student ID", "Cijfer", "EC"], [ANNA, "7,5", "60"]]), ANNA_ALONE),
    "Studentnr.": (text([["Studentnr.", "Gemiddelde", "Studiepunten"], [ANNA, "7,5", "60"]]),
                   ANNA_ALONE),
    "two lines in a name": (text([["Student\nnumber", "grades", "ects"], [ANNA, "7,5", "60"]]),
                            ANNA_ALONE),
    "Brightspace": (
        text([["OrgDefinedId", "Username", "grades Points Grade <Numeric MaxPoints:10>",
               "ects Points Grade <Numeric MaxPoints:60>", "End-of-Line Indicator"],
              [f"#{ANNA}", f"#s{ANNA}", "7.5", "60", "#"]], ","), ANNA_ALONE,
    ),
    "an s before": (text([HEAD, [f"s{ANNA}", "7,5", "60"], [f"S {BERT}", "8,1", "58"]]), BOTH),
    "numbers as Excel keeps text": (text([HEAD, [f'="{ANNA}"', "7,5", "60"]]), ANNA_ALONE),
    "a number with .0": (text([HEAD, [f"{ANNA}.0", "7.5", "60.0"]]), {"anna": ("7.5", "60.0")}),
    "separators of thousands in the number": (
        text([HEAD, ["9.900.003", "7,5", "60"], ["9 900 004", "8,1", "58"]]), BOTH,
    ),
    "spaces behind separators": (
        b'studentnummer, grades, ects\r\n9900003, "7,5", 60\r\n9900004, 8.1, 58\r\n', BOTH,
    ),
    "sep in quotes": (b'"sep=;"\r\n' + text(COMMAS), BOTH),
    "names in angle brackets": (text([["<Naam>", *HEAD], ["x", ANNA, "7,5", "60"]]), ANNA_ALONE),
    "German": (text([["Matrikelnummer", "Note", "Leistungspunkte"], [ANNA, "7,5", "60"]]),
               ANNA_ALONE),
    "invisible characters": (
        text([HEAD, [f"\u200e{ANNA}", "7,5\u00a0", "60"], [f"{BERT}\u200b", "\ufeff8,1", "58"]]),
        BOTH,
    ),
    "empty columns at the end": (text([[*HEAD, ""], [ANNA, "7,5", "60", ""]]), ANNA_ALONE),
    "separators at the end of lines only": (text([HEAD, [ANNA, "7,5", "60", "", ""]]), ANNA_ALONE),
    "a total": (text([*COMMAS, ["Gemiddelde", "7,8", "59"]]), BOTH),
    "a note": (text([*COMMAS, ["", "", ""], ["* voorlopig", "", ""]]), BOTH),
    "the same line twice": (text([*COMMAS, [ANNA, "7,5", "60"]]), BOTH),
    "somebody else twice": (text([*COMMAS, ["1234567", "6,1", "30"], ["1234567", "7", "31"]]),
                            BOTH),
    "XLSX": (xlsx(NUMBERS), BOTH),
    "XLSX with text": (xlsx(COMMAS), BOTH),
    "XLSX elsewhere on the sheet": (xlsx(NUMBERS, top=6, left=3), BOTH),
    "XLSX with a hidden sheet first": (
        xlsx(NUMBERS, before=[HEAD, [int(ANNA), 5.5, 12]], is_hidden_first=True), BOTH,
    ),
    "XLSX with another sheet first": (xlsx(NUMBERS, before=[["Toelichting"], ["zie"]]), BOTH),
    "XLSX with a formula beside": (
        xlsx([["naam", *HEAD], ["=1+1", int(ANNA), 7.5, 60]]), ANNA_ALONE,
    ),
    "XLSX with prefixes": (prefixed(xlsx(NUMBERS)), BOTH),
    "XLSX with two lines of names": (xlsx([["Student", "Resultaten", ""], *NUMBERS]), BOTH),
    "XLSX with a note beside": (xlsx([HEAD, [int(ANNA), 7.5, 60, "let op"]]), ANNA_ALONE),
    "XLS": (xls(NUMBERS), BOTH),
    "XLS with a formula beside": (xls([["naam", *HEAD], ["=1+1", int(ANNA), 7.5, 60]]), ANNA_ALONE),
    "ODS": (ods(NUMBERS), BOTH),
    "ODS with text": (ods(COMMAS), BOTH),
    "ODS with a formula beside": (ods([["naam", *HEAD], ["=1+1", int(ANNA), 7.5, 60]]), ANNA_ALONE),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_is_read_as_it_is_meant(
    round_: Round, people: dict[str, Application], kind: str
) -> None:
    content, expected = KINDS[kind]
    reading = read(round_, content)
    assert problems(reading) == ""
    assert found(reading, people) == expected


REFUSED: dict[str, tuple[bytes, str]] = {
    "a comma inside a number": (text([HEAD, [ANNA, "7,5", "60"]], ";").replace(b";", b","),
                                "more cells"),
    "a comma inside a name": (b"naam,studentnummer,grades\r\nJansen, A.,9900003,7.5\r\n",
                              "more cells"),
    "somebody twice with other values": (text([*COMMAS, [ANNA, "6,5", "60"]]), "other values"),
    "a formula in a grade": (text([HEAD, [ANNA, "=6+2", "60"]]), "formula"),
    "a formula in XLSX": (xlsx([HEAD, [int(ANNA), "=AVERAGE(7,8)", 60]]), "formula"),
    "a formula in XLSX behind another sheet": (
        xlsx([HEAD, [int(ANNA), "=AVERAGE(7,8)", 60]], before=[["x"]]), "formula"),
    "a formula with prefixes": (prefixed(xlsx([HEAD, [int(ANNA), "=7+1", 60]])), "formula"),
    "a formula in XLS": (xls([HEAD, [int(ANNA), "=7+1", 60]]), "formula"),
    "a formula in ODS": (ods([HEAD, [int(ANNA), "=7+1", 60]]), "formula"),
    "a formula for the number": (xlsx([HEAD, ["=9900000+3", 7, 60]]), "student number"),
    "a number that a spreadsheet made short": (text([HEAD, ["9,9E+06", "7", "60"]]),
                                               "student number"),
    "a date in the place of a grade": (xlsx([HEAD, [int(ANNA), dt.date(2026, 5, 7), 60]]), "date"),
    "words": (text([HEAD, [ANNA, "voldoende", "60"]]), "is not a number"),
    "names that nobody knows": (text([["nummertje", "punt"], [ANNA, "7,5"]]), "student number"),
    "two numbers": (text([["studentnummer", "student id", "grades"], [ANNA, BERT, "7"]]),
                    "Two columns"),
    "nobody with a number": (text([HEAD, ["Jansen", "7,5", "60"]]), "student number"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", REFUSED)
def test_what_could_be_meant_otherwise_is_refused_whole(
    round_: Round, people: dict[str, Application], kind: str
) -> None:
    content, because = REFUSED[kind]
    reading = read(round_, content)
    assert because in problems(reading)
    assert reading.values == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("grade", "value", "because"),
    [
        ("7.3333", "7.333", "rounded to 7.333"),
        ("7,4567", "7.457", "rounded to 7.457"),
        ("7,125", "7.125", "decimal comma"),
        ("0,5", "1", "counts as 1"),
        ("75", "10", "counts as 10"),
        ("-3", "1", "counts as 1"),
        ("8.1 EC", "8.1", ""),
        ("'8.1", "8.1", ""),
    ],
)
def test_a_number_is_brought_into_its_criterion_and_that_is_said(
    round_: Round, people: dict[str, Application], grade: str, value: str, because: str
) -> None:
    reading = read(round_, text([["studentnummer", "grades"], [ANNA, grade]]))
    assert problems(reading) == ""
    assert [each.value for each in reading.values] == [value]
    assert because in remarks(reading)


@pytest.mark.slow
@pytest.mark.parametrize("nothing", ["", "-", "–", "—", "n.v.t.", "NVT", "n/a", "N.B.", "…"])
def test_what_says_that_there_is_no_value_leaves_the_value(
    round_: Round, people: dict[str, Application], nothing: str
) -> None:
    reading = read(round_, text([HEAD, [ANNA, nothing, "60"]]))
    assert problems(reading) == ""
    assert found(reading, people) == {"anna": ("60",)}
    assert "stays as it is" in remarks(reading)


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        text([HEAD, [ANNA, "#DEEL/0!", "60"]]),
        text([HEAD, [ANNA, "#N/A", "60"]]),
        xlsx([HEAD, [int(ANNA), Error("#DIV/0!"), 60]]),
        ods([HEAD, [int(ANNA), Error("#DIV/0!"), 60]]),
    ],
)
def test_an_error_is_no_value_and_is_named(
    round_: Round, people: dict[str, Application], content: bytes
) -> None:
    reading = read(round_, content)
    assert problems(reading) == ""
    assert found(reading, people) == {"anna": ("60",)}
    assert "is an error (#" in remarks(reading)


@pytest.mark.slow
def test_a_lost_zero_is_found_where_nobody_else_is_meant(
    round_: Round, people: dict[str, Application], applicant: Callable[..., Application]
) -> None:
    lost = text([HEAD, ["912345", "7,5", "60"]])
    reading = read(round_, lost)
    assert found(reading, people) == {"zoe": ("7.5", "60")}
    assert "leading zeros" in remarks(reading)
    other = applicant("yan")
    StudentNumber.objects.create(owner=other.owner, number="00912345")
    reading = read(round_, lost)
    assert (reading.values, reading.not_applicants) == ((), 0)
    assert "Several accounts claim 912345" in remarks(reading)
    assert student_numbers.confirm(people["zoe"].owner, "0912345", by="list")
    assert found(read(round_, lost), people) == {"zoe": ("7.5", "60")}


def test_what_is_not_read_is_said(round_: Round, people: dict[str, Application]) -> None:
    reading = read(round_, text([[*HEAD[:2], "etcs"], [ANNA, "7,5", "60"], ["7654321", "6", "1"]]))
    assert [each.title for each in reading.columns if not each.meaning] == ["etcs"]
    assert "“etcs” is not read. If it is “ects”, choose the column below." in remarks(reading)
    assert [(each.line, each.number) for each in reading.not_found] == [(3, "7654321")]
    assert found(reading, people) == {"anna": ("7.5",)}


def test_a_hidden_sheet_is_read_only_with_a_warning(
    round_: Round, people: dict[str, Application]
) -> None:
    content = xlsx([["x"]], before=[HEAD, [int(ANNA), 5.5, 12]], is_hidden_first=True)
    reading = read(round_, content)
    assert "hidden" in remarks(reading)


@pytest.mark.slow
def test_columns_are_chosen_by_hand_and_remembered(
    round_: Round,
    people: dict[str, Application],
    coordinator: User,
    signed_in: Callable[[User], Client],
) -> None:
    client = signed_in(coordinator)
    at = f"/en/office/rounds/{round_.slug}/values/"
    table = [["Kenmerk", "Uitslag"], [ANNA, "7,5"]]
    page = client.post(at, {"file": SimpleUploadedFile("a.csv", text(table))})
    assert page.status_code == 422
    form = {
        "sha256": page.context["page"].reading.sha256,
        "sheet": "0",
        "header": "1",
        "column-0": "#",
        "column-1": "grades",
        "do": "columns",
    }
    assert client.post(at, form | {"column-0": ""}).status_code == 422
    assert client.post(at, form | {"sha256": "0" * 64}).status_code == 422
    page = client.post(at, form)
    assert page.status_code == 200
    client.post(f"{at}take-in/", {"reading": page.context["token"]})
    assert MeasuredValue.objects.get().value == Decimal("7.5")
    assert not ImportFile.objects.exists()
    # Next time nobody has to say it.
    reading = read(round_, text([["kenmerk ", "UITSLAG"], [BERT, "8"]]))
    assert found(reading, people) == {"bert": ("8",)}


def test_the_template_comes_back_as_it_went(
    round_: Round,
    people: dict[str, Application],
    coordinator: User,
    signed_in: Callable[[User], Client],
) -> None:
    at = f"/en/office/rounds/{round_.slug}/values/template/"
    content = signed_in(coordinator).get(at).content
    reading = read(round_, content)
    assert problems(reading) == ""
    assert reading.values == ()
    assert reading.lines == 3
    assert reading.not_found == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"\xff\xfe", "empty"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "neither"),
        (text([HEAD] * 20_002), "more than 20000 lines"),
        (far_corner(), "too large"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    round_: Round, people: dict[str, Application], content: bytes, because: str
) -> None:
    with pytest.raises(SelectionError, match=because):
        read(round_, content)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.decimals(-500, 500, places=5), st.booleans(), st.booleans())
def test_a_number_is_read_as_itself_however_it_is_written(
    value: Decimal, has_comma: bool, has_space: bool
) -> None:
    written = f"{value:f}".replace(".", "," if has_comma else ".")
    number = value_cells.number(value_cells.plain(f"\u00a0{written} " if has_space else written))
    assert number is not None
    assert number.value == value
    assert abs(value_cells.rounded(number.value) - value) <= Decimal("0.0005")


@pytest.mark.slow
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=6))
def test_nonsense_changes_nobody(
    round_: Round, people: dict[str, Application], rows: list[list[str]]
) -> None:
    """Lines without anybody's number store nothing, whatever else stands in them."""
    try:
        reading = read(round_, text([HEAD, *rows]))
    except SelectionError:
        return
    assert reading.values == ()


CELL = st.sampled_from(["", "7", "8,5", "9.25", "-", "12", "0", "60", "n.v.t.", "x y", "=1+1"])
LINE = st.tuples(st.sampled_from([ANNA, BERT, "912345", "1234567", "Totaal", ""]), CELL, CELL)


@pytest.mark.slow
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(LINE, max_size=5))
def test_an_import_changes_what_it_named_and_nothing_else(
    round_: Round, people: dict[str, Application], coordinator: User, rows: list[tuple[str, ...]]
) -> None:
    def now() -> dict[tuple[str, str], Decimal]:
        found = MeasuredValue.objects.values_list("application__code", "criterion__code", "value")
        return {(application, criterion): value for application, criterion, value in found}

    before = now()
    reading = read(round_, text([HEAD, *rows]))
    assert now() == before
    values = [(each.application, each.criterion, each.value) for each in reading.values]
    value_import.apply_import(round_, values, reading.sha256, reading.lines, actor=coordinator)
    named = {(application, criterion): Decimal(value) for application, criterion, value in values}
    assert now() == before | named
    assert not (reading.problems and named)


OUTCOMES: dict[str, dict[str, tuple[str, ...]] | str] = {
    "00_baseline_semicolon.csv": BOTH,
    "01_utf8_bom_comma_decimal.csv": BOTH,
    "02_utf16le_tab_unicode_text.txt": BOTH,
    "04b_more_commas_than_separators.csv": {"anna": ("7.5",)},
    "05_title_lines_above.csv": ANNA_ALONE,
    "06_total_row_below.csv": BOTH,
    "07_excel_text_trick_leading_zero.csv": ANNA_ALONE,
    "08_duplicate_non_applicant.csv": ANNA_ALONE,
    "11_zero_width_lrm.csv": BOTH,
    "15_header_spelling_student_id.csv": ANNA_ALONE,
    "16_header_studentnr.csv": ANNA_ALONE,
    "17_brightspace.csv": {"anna": ("7.5",)},
    "23_leading_zero_lost.csv": {"zoe": ("7.5", "60")},
    "32_comma_delim_decimal_comma_unquoted.csv": "more cells",
    "41_header_typo_ignored_silently.csv": {"anna": ("7.5",)},
    "43_mean_4_decimals.csv": {"anna": ("7.333", "60"), "bert": ("7.457", "58")},
    "51_mean_many_decimals.xlsx": {"anna": ("7.333", "60"), "bert": ("8.123", "58")},
    "55_hidden_old_values_first.xlsx": ANNA_ALONE,
    "57_two_header_rows.xlsx": ANNA_ALONE,
    "59_formula_in_other_column.xlsx": ANNA_ALONE,
    "60_formula_in_grade.xlsx": "formula",
    "62_tabs_reordered_formula_hidden_from_check.xlsx": "formula",
    "65_openxml_sdk_prefixed_formula.xlsx": "formula",
    "71_table_starts_at_row4.xlsx": ANNA_ALONE,
    "81_baseline.xls": BOTH,
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not on this machine")
@pytest.mark.parametrize("name", OUTCOMES)
def test_a_sample_has_its_outcome(round_: Round, people: dict[str, Application], name: str) -> None:
    reading = read(round_, (SAMPLES / name).read_bytes(), name)
    expected = OUTCOMES[name]
    if isinstance(expected, str):
        assert expected in problems(reading)
        assert reading.values == ()
    else:
        assert problems(reading) == ""
        assert found(reading, people) == expected
