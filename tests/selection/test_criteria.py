"""A new kind of criterion is one class: form, checks, import, scoring and page follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from sojourn.office.rounds import forms
from sojourn.people.models import StudentNumber, User
from sojourn.selection import criteria, drafts, reviews, rules, value_import
from sojourn.selection.criteria import CriterionKind, CriterionScope, Evidence
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Application, Criterion, Round
from sojourn.selection.scoring import score_sheet
from sojourn.selection.states import RoundState
from tests.selection.conftest import HALF_MINORS


class Interview(CriterionKind):
    """Half points of an interview; a whole one for each language besides counts as well."""

    code = "interview"
    label = "Talked with the committee"
    is_imported = True
    asks_language = True

    def explanation(self, criterion: Criterion) -> str:
        return "heard in an interview"

    def value(self, criterion: Criterion, evidence: Evidence) -> Fraction | None:
        if evidence.measured is None:
            return None
        return Fraction(evidence.measured) + len(evidence.languages)

    def accepts(self, criterion: Criterion, value: Decimal) -> bool:
        return super().accepts(criterion, value) and value * 2 % 1 == 0

    def rule_problems(self, criterion: Criterion) -> list[str]:
        return [] if criterion.about else ["Say what the interview is about."]


@pytest.fixture
def interview(round_: Round, monkeypatch: pytest.MonkeyPatch) -> Iterator[Criterion]:
    """The only criterion of the round; the migration of the database's list is left out."""
    monkeypatch.setitem(criteria.KINDS, Interview.code, Interview())
    others = [each for each in Criterion._meta.constraints if each.name != "criterion_kind_known"]
    monkeypatch.setattr(Criterion._meta, "constraints", others)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            # A table with deferred checks still to do cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE selection_criterion DROP CONSTRAINT criterion_kind_known")
    round_.criteria.all().delete()
    yield Criterion.objects.create(
        round=round_, code="talk", kind=Interview.code, name_en="Interview", name_nl="Gesprek",
        weight=1, lowest=0, highest=9, language="en",
    )  # fmt: skip
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def form(**changed: object) -> forms.CriterionForm:
    sent = {
        "name_en": "Interview", "name_nl": "Gesprek", "kind": Interview.code,
        "scope": CriterionScope.APPLICATION, "weight": 1, "lowest": 0, "highest": 9,
        "language": "en", "position": 0,
    }  # fmt: skip
    return forms.CriterionForm(sent | changed)


def test_the_form_offers_and_checks_it(interview: Criterion) -> None:
    assert (Interview.code, Interview.label) in list(form().fields["kind"].choices)
    assert form().is_valid()
    assert "language" in form(language="").errors
    assert "scope" in form(scope=CriterionScope.CHOICE).errors
    assert drafts.language_codes(interview.round) == ["en"]


def test_it_is_checked_before_its_round_is_published(interview: Criterion) -> None:
    assert "Say what the interview is about." in rules.problems_of(interview.round)
    interview.about_en = "Why there?"
    interview.save()
    assert "Say what the interview is about." not in rules.problems_of(interview.round)


@pytest.mark.slow
def test_it_is_imported_and_scored(
    interview: Criterion, applicant: Callable[..., Application], coordinator: User
) -> None:
    application = applicant("anna", HALF_MINORS[0])
    StudentNumber.objects.create(owner=application.owner, number="1234567")
    assert [each.criterion for each in score_sheet(interview.round).missing] == [interview]
    for text, problems in (("7.25", 1), ("9.5", 0), ("7.5", 0)):
        file = SimpleUploadedFile("values.csv", f"number;talk\n1234567;{text}\n".encode())
        reading = value_import.preview_import(interview.round, file)
        assert len(reading.problems) == problems
        assert ("it counts as 9" in str(reading.remarks)) == (text == "9.5")
    values = [(each.application, each.criterion, each.value) for each in reading.values]
    value_import.apply_import(interview.round, values, "0" * 64, 1, actor=coordinator)
    ((_application, (choice,)),) = score_sheet(interview.round).rows
    assert choice.score == round(1000 * 10 * (7.5 + 1) / 9)


def test_the_office_fills_it_in_by_hand(
    interview: Criterion, applicant: Callable[..., Application], coordinator: User
) -> None:
    application = applicant("anna")
    Round.objects.update(state=RoundState.CLOSED)
    with pytest.raises(SelectionError):
        reviews.set_value(application, interview, Decimal("7.25"), actor=coordinator)
    reviews.set_value(application, interview, Decimal("7.5"), actor=coordinator)
    assert score_sheet(interview.round).missing == ()


def test_the_page_of_the_round_says_how_it_counts(interview: Criterion) -> None:
    # A slug of its own: the page of another test's round may be kept.
    Round.objects.filter(pk=interview.round.pk).update(slug="interviewed")
    page = Client().get("/en/apply/interviewed/").content.decode()
    assert "heard in an interview; from 0 to 9" in page
