"""Grades and ECTS from a spreadsheet: read whole, judged by line, taken in all at once or not."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sojourn.people.models import StudentNumber, User
from sojourn.selection import value_import
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Application, MeasuredValue, Round, ValueImport
from tests.selection.pdfs import pdf


@pytest.fixture
def students(round_: Round, applicant: Callable[..., Application]) -> dict[str, Application]:
    found = {}
    for name, number in (("anna", "1234567"), ("bert", "2345678")):
        found[name] = applicant(name)
        StudentNumber.objects.create(owner=found[name].owner, number=number)
    return found


def csv(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("grades.csv", text.encode())


def xlsx(rows: list[list[object]]) -> SimpleUploadedFile:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.close()
    return SimpleUploadedFile("grades.xlsx", target.getvalue())


def lines(reading: value_import.ImportPreview) -> list[tuple[int, str]]:
    return [(each.line, each.text) for each in reading.problems]


def take_in(round_: Round, reading: value_import.ImportPreview, actor: User) -> ValueImport:
    values = [(each.application, each.criterion, each.value) for each in reading.values]
    return value_import.apply_import(round_, values, reading.sha256, reading.lines, actor=actor)


@pytest.mark.slow
def test_reading_changes_nothing_and_taking_in_sets_everything(
    round_: Round, students: dict[str, Application], coordinator: User
) -> None:
    reading = value_import.preview_import(
        round_, csv("student number,Grades,ects\ns1234567,8.5,60\n2345678,7,45\n9999999,6,10\n")
    )
    assert reading.problems == ()
    assert (reading.lines, reading.not_applicants) == (3, 1)
    assert not MeasuredValue.objects.exists()
    assert take_in(round_, reading, coordinator).changed == 4
    values = MeasuredValue.objects.filter(application=students["anna"])
    assert {each.criterion.code: each.value for each in values} == {
        "grades": Decimal("8.500"),
        "ects": Decimal("60.000"),
    }
    again = value_import.preview_import(round_, csv("nummer;grades\n1234567;8.5\n"))
    assert (again.values, again.unchanged) == ((), 1)


@pytest.mark.slow
def test_a_spreadsheet_with_numbers_as_numbers(
    round_: Round, students: dict[str, Application]
) -> None:
    reading = value_import.preview_import(
        round_, xlsx([["Studentnummer", "grades"], [1234567, 8.5], ["s2345678", 7]])
    )
    assert reading.problems == ()
    assert [each.value for each in reading.values] == ["8.5", "7"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "line", "because"),
    [
        ("student number,grades\n1234567,8\n1234567,7\n", 3, "also on line 2"),
        ("student number,grades\n1234567,eight\n", 2, "not a number"),
        ("student number,grades\n1234567,=6+2\n", 2, "formula"),
        ("student number,grades\nabc,8\n", 1, "student number"),
        ("grades\n8\n", 1, "student number"),
        ("student number,colour\n1234567,red\n", 1, "criterion"),
        ("student number,grades,grades\n1234567,8,7\n", 1, "Two columns"),
        ("student number,grades\n1234567,7,5\n", 2, "more cells"),
        ("student number,grades\n1234567,1e3\n", 2, "is not a number"),
    ],
)
def test_bad_lines_are_named_and_then_nothing_can_be_taken_in(
    round_: Round, students: dict[str, Application], text: str, line: int, because: str
) -> None:
    reading = value_import.preview_import(round_, csv(text))
    assert [number for number, _text in lines(reading)] == [line]
    assert because in lines(reading)[0][1]
    assert reading.values == ()


@pytest.mark.slow
def test_every_bad_line_is_named_at_once(round_: Round, students: dict[str, Application]) -> None:
    reading = value_import.preview_import(
        round_, csv("student number,grades,ects\n1234567,no,60\nx,5,5\n2345678,7,many\n")
    )
    assert [number for number, _text in lines(reading)] == [2, 4]
    assert [each.line for each in reading.remarks] == [3]


@pytest.mark.slow
def test_a_decimal_comma_is_read_and_said(round_: Round, students: dict[str, Application]) -> None:
    reading = value_import.preview_import(round_, csv("student number;grades\n1234567;7,5\n"))
    assert [each.value for each in reading.values] == ["7.5"]
    assert "decimal comma" in " ".join(each.text for each in reading.remarks)


@pytest.mark.slow
def test_formulas_in_a_spreadsheet_are_named_by_line(
    round_: Round, students: dict[str, Application]
) -> None:
    reading = value_import.preview_import(
        round_, xlsx([["student number", "grades"], [1234567, "=4+4"], [2345678, 7]])
    )
    assert (2, "A cell holds a formula. Paste the values instead of the formulas.") in lines(
        reading
    )
    assert reading.values == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (xlsx([]).read(), "empty"),
        (pdf(1), "neither"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\x00\x01\x02", "neither"),
    ],
)
def test_what_is_no_table_is_refused_whole(
    round_: Round, students: dict[str, Application], content: bytes, because: str
) -> None:
    with pytest.raises(SelectionError, match=because):
        value_import.preview_import(round_, SimpleUploadedFile("grades.xlsx", content))


def test_fifty_megabytes_are_refused_before_they_are_read(round_: Round) -> None:
    huge = csv("student number")
    huge.size = 50_000_000
    with pytest.raises(SelectionError, match=r"50\.0 MB"):
        value_import.preview_import(round_, huge)


def test_half_a_taking_in_is_none(
    round_: Round, students: dict[str, Application], coordinator: User
) -> None:
    with pytest.raises(SelectionError):
        value_import.apply_import(
            round_,
            [(students["anna"].code, "grades", "8"), ("no-such", "grades", "8")],
            "x" * 64,
            2,
            actor=coordinator,
        )
    assert not MeasuredValue.objects.exists()
    assert not ValueImport.objects.exists()


@pytest.mark.slow
def test_the_office_reads_first_and_takes_in_then(
    round_: Round,
    students: dict[str, Application],
    coordinator: User,
    signed_in: Callable[[User], Client],
    person: Callable[..., User],
) -> None:
    client = signed_in(coordinator)
    at = f"/en/office/rounds/{round_.slug}/values/"
    assert client.post(at).status_code == 422
    bad = client.post(at, {"file": csv("student number,grades\n1234567,good\n")})
    assert bad.status_code == 422
    assert "Line 2" in bad.content.decode()
    page = client.post(at, {"file": csv("student number,grades\n1234567,8\n")})
    token = page.context["token"]
    assert not MeasuredValue.objects.exists()
    other = signed_in(person("other", "coordinator"))
    other.post(f"{at}take-in/", {"reading": token})
    client.post(f"{at}take-in/", {"reading": token + "x"})
    assert not MeasuredValue.objects.exists()
    client.post(f"{at}take-in/", {"reading": token})
    assert MeasuredValue.objects.get().value == 8
