"""A round in the office: drafted, copied, published, changed only with a public note."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.common.languages import Text
from sojourn.engines.allocation import commitment
from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.selection import calendar, rounds, rules
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import Application, PublicNote, Round, RoundOpportunity
from sojourn.selection.states import RoundState
from tests.selection.conftest import HALF_MINORS

NOTE = Text({"en": "Two more seats in Edinburgh.", "nl": "Twee plaatsen erbij in Edinburgh."})


def more_seats(round_: Round) -> None:
    row = round_.opportunities.get(key=HALF_MINORS[0])
    row.seats += 2
    row.save()


@pytest.fixture
def draft(round_: Round, coordinator: User) -> Round:
    """A draft that is ready to be published."""
    return rounds.copy(round_, "autumn-2028", "2028-2029", actor=coordinator)


def test_a_copy_has_the_rules_and_nothing_else(
    round_: Round, applicant: Callable[..., Application], draft: Round
) -> None:
    applicant("anna")
    assert draft.state == RoundState.DRAFT
    assert not draft.applications.exists()
    assert not hasattr(draft, "lottery")
    same = {rule.what for rule in rules.differences(rules.rules_of(round_), rules.rules_of(draft))}
    assert same == {"academic_year", "opens_at", "closes_at", "results_at", "answer_by"}
    assert round_.closes_at is not None
    closes, moved = timezone.localtime(round_.closes_at), timezone.localtime(draft.closes_at)
    assert moved.date() - closes.date() in (dt.timedelta(weeks=52), dt.timedelta(weeks=53))
    assert moved.time() == closes.time()


def test_two_rounds_never_share_an_address(round_: Round, coordinator: User) -> None:
    with pytest.raises(SelectionError):
        rounds.draft(round_.slug, Text({"en": "x", "nl": "x"}), "2027-2028", actor=coordinator)


@pytest.mark.slow
def test_publishing_commits_to_a_seed_that_nobody_sees(
    draft: Round, coordinator: User, signed_in: Callable[[User], Client]
) -> None:
    published = rounds.publish(draft, actor=coordinator)
    lottery = published.lottery
    assert lottery.commitment == commitment(lottery.seed)
    for client in (Client(), signed_in(coordinator)):
        page = client.get(f"/en/apply/{draft.slug}/").content.decode()
        assert lottery.commitment in page
        assert lottery.seed not in page
    office = signed_in(coordinator).get(f"/en/office/rounds/{draft.slug}/").content.decode()
    assert lottery.seed not in office


def test_an_incomplete_round_is_not_published(coordinator: User, leiden: object) -> None:
    empty = rounds.draft(
        "empty", Text({"en": "Empty", "nl": "Leeg"}), "2028-2029", actor=coordinator
    )
    with pytest.raises(SelectionError) as caught:
        rounds.publish(empty, actor=coordinator)
    assert len(rules.problems_of(empty)) == 7
    assert "degree programme" in caught.value.message


def test_a_draft_changes_freely(draft: Round, coordinator: User) -> None:
    changed = rounds.change_rules(draft, more_seats, None, actor=coordinator)
    assert [each.what for each in changed] == [f"opportunity.{HALF_MINORS[0]}.seats"]
    assert not PublicNote.objects.exists()


def test_a_public_round_changes_only_with_a_note_in_both_languages(
    round_: Round, coordinator: User
) -> None:
    for note in (
        None,
        Text({"en": "English only", "nl": " "}),
        Text({"en": "", "nl": "Alleen Nederlands"}),
    ):
        with pytest.raises(SelectionError):
            rounds.change_rules(round_, more_seats, note, actor=coordinator)
    assert round_.opportunities.get(key=HALF_MINORS[0]).seats == 3
    assert not AuditEvent.objects.filter(action="round.rules_changed").exists()


@pytest.mark.slow
def test_everybody_who_applied_gets_the_note_and_visitors_read_it(
    round_: Round, coordinator: User, applicant: Callable[..., Application]
) -> None:
    applicant("anna")
    applicant("bert")
    rounds.change_rules(round_, more_seats, NOTE, actor=coordinator)
    mails = OutboxMail.objects.filter(key__startswith="round-note:")
    assert mails.count() == 2
    page = Client().get(f"/nl/apply/{round_.slug}/").content.decode()
    assert NOTE["nl"] in page
    assert "<del>3</del> → <ins>5</ins>" in page


def test_a_change_that_changes_nothing_needs_no_note(round_: Round, coordinator: User) -> None:
    assert rounds.change_rules(round_, lambda row: None, None, actor=coordinator) == ()
    assert not PublicNote.objects.exists()


def test_what_somebody_chose_is_not_taken_out(
    round_: Round, coordinator: User, applicant: Callable[..., Application]
) -> None:
    applicant("anna")
    with pytest.raises(SelectionError):
        rounds.change_rules(
            round_,
            lambda row: row.opportunities.first().delete(),
            NOTE,
            actor=coordinator,  # type: ignore[arg-type,return-value,union-attr]
        )
    assert round_.opportunities.count() == 2


def test_rules_that_contradict_each_other_are_refused_whole(
    round_: Round, coordinator: User
) -> None:
    def hold_everything_back(row: Round) -> None:
        RoundOpportunity.objects.filter(round=row).update(held_back=9)

    with pytest.raises(SelectionError):
        rounds.change_rules(round_, hold_everything_back, NOTE, actor=coordinator)
    assert round_.opportunities.first().held_back == 1  # type: ignore[union-attr]


def test_after_the_allocation_nothing_changes(round_: Round, coordinator: User) -> None:
    Round.objects.update(state=RoundState.ALLOCATED)
    with pytest.raises(NotAllowedNowError):
        rounds.change_rules(round_, more_seats, NOTE, actor=coordinator)


@pytest.mark.parametrize("slug", ["", "Bad!!", "two words", "a/b", "é", "x" * 101, "new"])
def test_a_round_has_an_address_that_pages_can_have(
    round_: Round, coordinator: User, slug: str
) -> None:
    """Whoever makes it: a form, or the command for an example round."""
    before = Round.objects.count()
    with pytest.raises(SelectionError):
        rounds.draft(slug, Text({"en": "New", "nl": "Nieuw"}), "2028-2029", actor=coordinator)
    with pytest.raises(SelectionError):
        rounds.copy(round_, slug, "2028-2029", actor=coordinator)
    assert Round.objects.count() == before


def test_the_clock_opens_and_closes(draft: Round, coordinator: User) -> None:
    round_ = rounds.publish(draft, actor=coordinator)
    assert round_.state == RoundState.PUBLISHED
    assert round_.opens_at is not None
    opens, last = round_.opens_at, calendar.last_moment(round_)
    assert last is not None
    assert calendar.follow(round_, opens - dt.timedelta(seconds=1)).state == RoundState.PUBLISHED
    assert calendar.follow(round_, opens).state == RoundState.OPEN
    assert calendar.follow(round_, last).state == RoundState.OPEN
    assert calendar.follow(round_, last + dt.timedelta(seconds=1)).state == RoundState.CLOSED
    assert calendar.follow(round_, last + dt.timedelta(days=1)).state == RoundState.CLOSED


def test_a_longer_deadline_opens_a_closed_round_again(round_: Round, coordinator: User) -> None:
    now = timezone.now()
    Round.objects.update(state=RoundState.CLOSED, closes_at=now - dt.timedelta(hours=1))

    def longer(row: Round) -> None:
        row.closes_at = now + dt.timedelta(days=1)
        row.save()

    rounds.change_rules(round_, longer, NOTE, actor=coordinator)
    round_.refresh_from_db()
    assert round_.state == RoundState.OPEN


def test_a_published_round_goes_back_only_while_nobody_applied(
    round_: Round, coordinator: User, applicant: Callable[..., Application]
) -> None:
    Round.objects.update(state=RoundState.PUBLISHED)
    applicant("anna")
    with pytest.raises(NotAllowedNowError):
        rounds.unpublish(round_, actor=coordinator)
    with pytest.raises(NotAllowedNowError):
        rounds.delete(round_, actor=coordinator)


# --- Pages ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_office_makes_a_round_from_nothing(
    leiden: object, coordinator: User, signed_in: Callable[[User], Client], language: str
) -> None:
    client = signed_in(coordinator)
    at = f"/{language}/office/rounds"
    new = {
        "title_en": "Test", "title_nl": "Toets", "academic_year": "2028-2029", "slug": "test-2028"
    }  # fmt: skip
    assert client.post(f"{at}/new/", {**new, "academic_year": "soon"}).status_code == 422
    assert client.post(f"{at}/new/", new).status_code == 302
    assert client.post(f"{at}/new/", new).status_code == 422
    at = f"{at}/test-2028"
    for part in ("basics", "who", "seats", "criteria", "questions"):
        assert client.get(f"{at}/rules/{part}/").status_code == 200
        empty = client.post(f"{at}/rules/{part}/", {})
        assert empty.status_code == 422
        assert "ManagementForm" not in empty.content.decode()
    year = timezone.localdate().year + 2  # a round that has closed cannot be published
    basics = {
        "title_en": "Test", "title_nl": "Toets", "academic_year": "2028-2029",
        "opens_at": f"{year}-01-10T09:00", "closes_at": f"{year}-02-04T23:59",
        "results_at": f"{year}-03-01T12:00", "answer_by": f"{year}-03-15T12:00",
        "grace_minutes": "10", "remind_days_before": "3",
        "objection_days": "14", "most_choices": "5",
        "motivation_words_min": "0", "motivation_words_max": "300", "referees_asked": "0",
        "score_digits": "3", "score_highest": "10", "reviews_each": "2",
        "disagreement_limit": "2", "approvals_needed": "2",
    }  # fmt: skip
    wrong = client.post(f"{at}/rules/basics/", {**basics, "closes_at": f"{year}-01-01T00:00"})
    assert wrong.status_code == 422
    assert 'href="#id_closes_at"' in wrong.content.decode()
    assert client.post(f"{at}/rules/basics/", {**basics, "answer_by": ""}).status_code == 302
    # Left empty, it is what the edition gives: a week after the results.
    made = Round.objects.get(slug="test-2028")
    assert timezone.localtime(made.answer_by).date().isoformat() == f"{year}-03-08"
    assert client.post(f"{at}/rules/basics/", basics).status_code == 302

    def formset(prefix: str, **first: str) -> dict[str, str]:
        return {
            f"{prefix}-TOTAL_FORMS": "1",
            f"{prefix}-INITIAL_FORMS": "0",
            **{f"{prefix}-0-{name}": value for name, value in first.items()},
        }

    from sojourn.catalogue.models import DegreeProgramme, Opportunity

    programme = str(DegreeProgramme.objects.get(slug="medicine-bsc").pk)
    place = str(Opportunity.objects.get(slug=HALF_MINORS[0]).pk)
    sent = formset("roundprogramme", programme=programme)
    assert client.post(f"{at}/rules/who/", sent).status_code == 302
    sent = formset("roundopportunity", opportunity=place, seats="4", held_back="0", position="0")
    answer = client.post(f"{at}/rules/seats/", {**sent, **formset("quota", minimum="0")})
    assert answer.status_code == 302, answer.content.decode()
    criterion = {
        "name_en": "Motivation", "name_nl": "Motivatie", "kind": "rubric", "scope": "choice",
        "weight": "3", "lowest": "1", "highest": "3", "position": "0",
        "rubric_en": "weak\nfair\nstrong", "rubric_nl": "zwak\nredelijk",
    }  # fmt: skip
    wrong = client.post(f"{at}/rules/criteria/", formset("criterion", **criterion))
    assert wrong.status_code == 422
    criterion["rubric_nl"] = "zwak\nredelijk\nsterk"
    sent = formset("criterion", **criterion)
    assert client.post(f"{at}/rules/criteria/", sent).status_code == 302
    made = Round.objects.get(slug="test-2028")
    assert rules.problems_of(made) == []
    assert client.post(f"{at}/publish/").status_code == 200
    assert client.post(f"{at}/publish/", {"sure": "1"}).status_code == 302
    made.refresh_from_db()
    assert made.state == RoundState.PUBLISHED
    refused = client.post(f"{at}/rules/basics/", {**basics, "most_choices": "6"})
    assert refused.status_code == 422
    with_note = {**basics, "most_choices": "6", "note_en": "Six choices.", "note_nl": "Zes."}
    assert client.post(f"{at}/rules/basics/", with_note).status_code == 302
    assert PublicNote.objects.get().changes == [
        {"what": "most_choices", "before": "5", "after": "6"}
    ]
