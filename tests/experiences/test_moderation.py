"""The office's side: words changed in the open, published, sent back, declined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue import markdown
from sojourn.catalogue.models import PublishedReport
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.experiences import moderation, writing
from sojourn.experiences.errors import ExperienceError, ReportChangedError
from sojourn.experiences.models import Report, ReportState
from sojourn.experiences.publication import as_markdown
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.experiences.conftest import FULL, PLACE


@pytest.mark.slow
def test_a_published_report_stands_in_the_snapshot_with_what_was_agreed_to(
    published: Report,
) -> None:
    records = refresh_snapshot().records
    shown = next(one for one in records.reports.values() if one.title["en"] == FULL.title)
    assert shown.opportunity == PLACE
    assert shown.year == 2026
    assert shown.stay_weeks == 20
    assert dict(shown.ratings) == {"teaching": 4, "city": 5}
    assert dict(shown.costs)["travel"] == FULL.paid["travel"]
    assert not shown.is_contactable
    assert shown.language == "en"
    assert shown.courses[0].title == "Basket weaving"
    assert "A student of Biomedical" in shown.author["en"]
    assert "Housing" in shown.text["en"]
    assert shown.text["nl"] == shown.text["en"]  # in the words of whoever wrote it
    assert shown.author["nl"] != shown.author["en"]


@pytest.mark.slow
def test_publishing_twice_publishes_once(published: Report, coordinator: User) -> None:
    moderation.publish(coordinator, published.pk, published.revision)
    assert PublishedReport.objects.filter(title_en=FULL.title).count() == 1
    assert AuditEvent.objects.filter(action="report.published").count() == 1
    assert OutboxMail.objects.filter(key__startswith="report-published").count() == 1


def test_what_the_office_changes_stands_beside_what_was_written(
    sent: Report, coordinator: User
) -> None:
    moderation.edit_words(
        coordinator, sent.pk, {"housing": "A room of 10 m²."}, "Shorter", sent.revision
    )
    edit = sent.edits.get()
    assert edit.before == {"housing": FULL.housing}
    assert edit.after == {"housing": "A room of 10 m²."}
    assert edit.note == "Shorter"


@pytest.mark.slow
def test_a_change_after_publication_is_told_to_the_writer(
    published: Report, coordinator: User
) -> None:
    words = {"title": "Snow until May"}
    moderation.edit_words(coordinator, published.pk, words, "", published.revision)
    assert PublishedReport.objects.filter(title_en="Snow until May").exists()
    mail = OutboxMail.objects.get(key__startswith="report-edited")
    assert mail.to == ["anna@example.org"]


def test_saving_without_a_change_is_no_edit(sent: Report, coordinator: User) -> None:
    words = {name: getattr(sent, name) for name in moderation.EDITABLE}
    moderation.edit_words(coordinator, sent.pk, words, "", sent.revision)
    assert not sent.edits.exists()


def test_a_report_that_changed_since_it_was_read_is_not_published_unread(
    sent: Report, coordinator: User
) -> None:
    writing.withdraw_report(sent.pk)
    changed = writing.save_draft(sent.pk, FULL, sent.revision)
    writing.submit(sent.pk)
    with pytest.raises(ReportChangedError):
        moderation.publish(coordinator, sent.pk, sent.revision)
    changed.refresh_from_db()
    assert changed.state == ReportState.SUBMITTED


def test_sending_back_needs_words_for_the_writer(sent: Report, coordinator: User) -> None:
    with pytest.raises(ExperienceError):
        moderation.send_back(coordinator, sent.pk, "  ")
    moderation.send_back(coordinator, sent.pk, "Which hospital was this?")
    sent.refresh_from_db()
    assert sent.state == ReportState.DRAFT
    assert sent.answer == "Which hospital was this?"
    mail = OutboxMail.objects.get(key__startswith="report-answered")
    assert "hospital" not in str(mail.content)


def test_declining_takes_it_off_the_pages(published: Report, coordinator: User) -> None:
    moderation.decline(coordinator, published.pk, "Somebody can be recognised.")
    published.refresh_from_db()
    assert published.state == ReportState.DECLINED
    assert not PublishedReport.objects.filter(title_en=FULL.title).exists()


@pytest.mark.slow
@given(st.text(max_size=60), st.text(max_size=60))
def test_a_difference_holds_both_texts_whole(before: str, after: str) -> None:
    before, after = before.replace("\r\n", "\n"), after.replace("\r\n", "\n")
    pieces = moderation.word_difference(before, after)
    assert "".join(one.text for one in pieces if one.kind != "new") == before
    assert "".join(one.text for one in pieces if one.kind != "gone") == after


@pytest.mark.parametrize(
    "typed",
    [
        "# not a heading", "*not* _bold_", "[a link](https://evil.example)", "<b>html</b>",
        "1. not a list", "- not a list", "> no quote", "![x](http://x/y.png)", "`code`", "a\\b",
        "=====", "+ plus", "100) hm",
    ],
)  # fmt: skip
def test_what_a_writer_typed_is_shown_letter_by_letter(typed: str) -> None:
    html = markdown.render(as_markdown(typed))
    for tag in ("<h1", "<h2", "<em", "<strong", "<a ", "<img", "<ol", "<ul", "<code", "<block"):
        assert tag not in html
    assert markdown.render(as_markdown("plain")) == "<p>plain</p>\n"
