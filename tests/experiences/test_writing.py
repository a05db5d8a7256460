"""What reports say and the catalogue does not: suggested, decided once, the reports its source."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from sojourn.catalogue.models import PublishedReport
from sojourn.experiences import moderation, writing
from sojourn.experiences.errors import ExperienceError, ReportChangedError
from sojourn.experiences.models import Report, ReportConsent, ReportState
from sojourn.people.models import AuditEvent, User
from tests.experiences.conftest import FULL


def test_beginning_twice_makes_one_empty_draft(anna: User) -> None:
    assert writing.begin_report(anna, "en").pk == writing.begin_report(anna, "en").pk


def test_a_draft_keeps_everything(draft: Report) -> None:
    assert draft.title == FULL.title
    assert {one.item: one.amount for one in draft.paid.all()} == dict(FULL.paid)
    assert draft.courses.get().title == "Basket weaving"
    assert draft.languages.get().level == "B1"


def test_a_known_course_is_found_in_the_catalogue_by_its_title(draft: Report) -> None:
    course = draft.opportunity.courses.first()
    content = replace(FULL, courses=(writing.CourseDraft(course.title_en.upper()),))
    saved = writing.save_draft(draft.pk, content, draft.revision)
    assert saved.courses.get().host_course == course


def test_two_tabs_do_not_overwrite_each_other(draft: Report) -> None:
    writing.save_draft(draft.pk, replace(FULL, title="The first tab"), draft.revision)
    with pytest.raises(ReportChangedError):
        writing.save_draft(draft.pk, replace(FULL, title="The second tab"), draft.revision)
    draft.refresh_from_db()
    assert draft.title == "The first tab"


@pytest.mark.parametrize(
    ("lacks", "field"),
    [
        ({"opportunity": ""}, "opportunity"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": None}, "ends_on"),
        ({"title": " "}, "title"),
        ({"teaching": "", "housing": "", "daily_life": ""}, "teaching"),
        ({"consents": frozenset({"name"}), "first_name": ""}, "first_name"),
    ],
)
def test_what_is_missing_is_named(draft: Report, lacks: dict[str, object], field: str) -> None:
    saved = writing.save_draft(draft.pk, replace(FULL, **lacks), draft.revision)  # type: ignore[arg-type]
    with pytest.raises(ExperienceError) as raised:
        writing.submit(saved.pk)
    assert raised.value.field == field
    saved.refresh_from_db()
    assert saved.state == ReportState.DRAFT


def test_a_stay_that_is_not_over_is_not_sent(draft: Report) -> None:
    later = timezone.localdate() + dt.timedelta(days=3)
    saved = writing.save_draft(draft.pk, replace(FULL, ends_on=later), draft.revision)
    with pytest.raises(ExperienceError, match="not ended yet"):
        writing.submit(saved.pk)


def test_sending_twice_sends_once(sent: Report) -> None:
    again = writing.submit(sent.pk)
    assert again.submitted_at == sent.submitted_at
    assert AuditEvent.objects.filter(action="report.submitted").count() == 1


def test_what_lies_at_the_office_cannot_be_changed_behind_its_back(sent: Report) -> None:
    with pytest.raises(ReportChangedError):
        writing.save_draft(sent.pk, FULL, sent.revision)


def test_taking_back_a_published_report_leaves_nothing_on_the_pages(published: Report) -> None:
    assert PublishedReport.objects.filter(title_en=FULL.title).exists()
    taken = writing.withdraw_report(published.pk)
    assert taken.state == ReportState.DRAFT
    assert not PublishedReport.objects.filter(title_en=FULL.title).exists()


def test_deleting_deletes_the_published_copy_too(published: Report) -> None:
    writing.delete_report(published.pk)
    writing.delete_report(published.pk)  # twice does no harm
    assert not Report.objects.filter(pk=published.pk).exists()
    assert not PublishedReport.objects.filter(title_en=FULL.title).exists()


def test_each_consent_is_written_down_with_its_time(published: Report) -> None:
    writing.change_consents(published.pk, frozenset({"name", "contact"}))
    said = [(one.part, one.given) for one in ReportConsent.objects.filter(report=published)]
    assert said == [("costs", True), ("name", True), ("costs", False), ("contact", True)]


def test_a_consent_taken_back_leaves_the_pages_at_once(published: Report) -> None:
    shown = PublishedReport.objects.get(title_en=FULL.title)
    assert shown.costs.exists()
    writing.change_consents(published.pk, frozenset())
    assert not shown.costs.exists()


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        ({"housing": 2400}, None),  # a room is not what a stay costs
        ({"housing": 2400, "travel": 300}, None),
        ({"housing": 2400, "travel": 300, "food": 900}, 3600),
    ],
)
def test_lines_make_a_total_only_when_they_hold_what_a_stay_costs(
    draft: Report, coordinator: User, lines: dict[str, int], total: int | None
) -> None:
    paid = {item: Decimal(amount) for item, amount in lines.items()}
    saved = writing.save_draft(draft.pk, replace(FULL, paid=paid), draft.revision)
    writing.submit(saved.pk)
    moderation.publish(coordinator, saved.pk, saved.revision)
    assert PublishedReport.objects.get(title_en=FULL.title).paid_total == total


@pytest.mark.parametrize("given", [True, False])
def test_the_first_name_is_shown_only_with_consent(
    draft: Report, coordinator: User, given: bool
) -> None:
    content = replace(FULL, consents=frozenset({"name"} if given else ()))
    saved = writing.save_draft(draft.pk, content, draft.revision)
    writing.submit(saved.pk)
    moderation.publish(coordinator, saved.pk, saved.revision)
    shown = PublishedReport.objects.get(title_en=FULL.title)
    assert ("Sanne" in shown.author_en) is given
    assert "Anna" not in shown.author_en + shown.author_nl + shown.text_en


def test_the_audit_trail_holds_no_word_of_what_was_written(published: Report) -> None:
    trail = str(list(AuditEvent.objects.values_list("details", flat=True)))
    for word in ("Snow", "square metres", "Swimming", "boots", "Sanne"):
        assert word not in trail


def test_the_database_refuses_a_sent_report_without_dates(draft: Report) -> None:
    draft.state = ReportState.SUBMITTED
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save()
