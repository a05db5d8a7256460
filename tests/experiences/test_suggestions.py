"""What reports say and the catalogue does not: suggested, decided once, the reports its source."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from sojourn.catalogue.models import Course, LanguageNeed, Opportunity, Precedent
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.experiences import moderation, precedents, suggestions, writing
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import Decision, Report, Suggestion, SuggestionKind
from sojourn.experiences.writing import CourseDraft, LanguageDraft, ReportContent
from sojourn.people.models import AuditEvent, User
from tests.experiences.conftest import FULL, PLACE


def publish(writer: User, coordinator: User, content: ReportContent) -> Report:
    report = writing.begin_report(writer, "en")
    report = writing.save_draft(report.pk, content, report.revision)
    writing.submit(report.pk)
    return moderation.publish(coordinator, report.pk, report.revision)


def of(kind: SuggestionKind) -> Suggestion:
    return Suggestion.objects.get(kind=kind)


def test_two_reports_that_say_the_same_are_one_suggestion(
    published: Report, coordinator: User
) -> None:
    bert = User.objects.create_user("bert@example.org")
    earlier = replace(FULL, starts_on=dt.date(2024, 1, 8), ends_on=dt.date(2024, 5, 31))
    publish(bert, coordinator, earlier)
    suggestion = of(SuggestionKind.LANGUAGE)
    assert suggestion.reports.count() == 2
    assert (suggestion.first_said.year, suggestion.last_said.year) == (2024, 2026)


def test_what_the_catalogue_says_already_is_no_suggestion(anna: User, coordinator: User) -> None:
    need = LanguageNeed.objects.filter(opportunity__slug=PLACE).first()
    assert need is not None
    same = (LanguageDraft(need.use, need.language, need.level),)
    publish(anna, coordinator, replace(FULL, languages=same, courses=()))
    assert not Suggestion.objects.exists()


@pytest.mark.slow
def test_a_level_that_is_taken_over_stands_there_with_the_reports_as_its_source(
    published: Report, coordinator: User
) -> None:
    suggestions.accept_language(coordinator, of(SuggestionKind.LANGUAGE).pk)
    need = LanguageNeed.objects.get(opportunity__slug=PLACE, use="daily_life", language="sv")
    assert need.level == "B1"
    assert not need.is_example
    assert need.source is not None
    assert need.source.certainty == "first_hand"
    assert "1 published" in need.source.note_en
    shown = refresh_snapshot().records.opportunities[PLACE]
    assert ("sv", "B1") in {(one.language, one.level) for one in shown.languages}
    event = AuditEvent.objects.get(action="suggestion.accepted")
    assert event.details["reports"] == 1


@pytest.mark.slow
def test_a_course_that_is_taken_over_can_be_followed_and_recognised(
    anna: User, coordinator: User
) -> None:
    home = Course.objects.filter(institution__is_home=True).first()
    assert home is not None
    followed = (CourseDraft("Basket weaving", Decimal("7.5"), "yes", home.title_en),)
    report = publish(anna, coordinator, replace(FULL, courses=followed))
    course = report.courses.get()
    with pytest.raises(ExperienceError, match="both courses"):
        precedents.approve(coordinator, course.pk)
    suggestion = of(SuggestionKind.COURSE)
    with pytest.raises(ExperienceError, match="level"):
        suggestions.accept_course(coordinator, suggestion.pk, "en", "")
    suggestions.accept_course(coordinator, suggestion.pk, "en", "bachelor")
    place = Opportunity.objects.get(slug=PLACE)
    assert place.courses.filter(title_en="Basket weaving").exists()
    precedents.approve(coordinator, course.pk)
    made = Precedent.objects.get(home_course=home, host_course__title_en="Basket weaving")
    assert made.year == 2026
    assert made.sources.exists()
    with pytest.raises(ExperienceError, match="already"):
        precedents.approve(coordinator, course.pk)
    course.refresh_from_db()
    assert course.precedent_decision == Decision.ACCEPTED


@pytest.mark.slow
def test_a_precedent_that_is_known_is_not_made_twice(anna: User, coordinator: User) -> None:
    home = Course.objects.filter(institution__is_home=True).first()
    there = Opportunity.objects.get(slug=PLACE).courses.first()
    assert home is not None
    assert there is not None
    before = Precedent.objects.count()
    content = replace(FULL, courses=(CourseDraft(there.title_en, None, "yes", home.title_en),))
    for writer in (anna, User.objects.create_user("bert@example.org")):
        report = publish(writer, coordinator, content)
        precedents.approve(coordinator, report.courses.get().pk)
    assert Precedent.objects.count() == before + 1


def test_nothing_becomes_a_precedent_before_the_report_is_published(
    anna: User, coordinator: User
) -> None:
    home = Course.objects.filter(institution__is_home=True).first()
    there = Opportunity.objects.get(slug=PLACE).courses.first()
    assert home is not None
    assert there is not None
    content = replace(FULL, courses=(CourseDraft(there.title_en, None, "yes", home.title_en),))
    report = writing.begin_report(anna, "en")
    report = writing.save_draft(report.pk, content, report.revision)
    writing.submit(report.pk)
    with pytest.raises(ExperienceError, match="Publish"):
        precedents.approve(coordinator, report.courses.get().pk)


def test_a_decision_is_made_once(published: Report, coordinator: User) -> None:
    suggestion = of(SuggestionKind.LANGUAGE)
    suggestions.reject(coordinator, suggestion.pk)
    suggestions.reject(coordinator, suggestion.pk)
    with pytest.raises(ExperienceError, match="already"):
        suggestions.accept_language(coordinator, suggestion.pk)
    assert AuditEvent.objects.filter(action="suggestion.rejected").count() == 1
    assert not LanguageNeed.objects.filter(
        opportunity__slug=PLACE, level="B1", use="daily_life"
    ).exists()


def test_a_report_taken_back_suggests_nothing_any_more(published: Report) -> None:
    writing.withdraw_report(published.pk)
    assert not Suggestion.objects.exists()
