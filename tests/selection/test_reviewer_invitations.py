"""Reviewers are asked by mail; the link that came by mail is the proof, an address is not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.people.roles import Role
from sojourn.selection import reviewer_invitations as verbs
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Application, Reviewer, ReviewerInvitation, Round
from sojourn.selection.states import RoundState

ASKED = "prof@host.example"


@pytest.fixture
def invitation(round_: Round, coordinator: User) -> ReviewerInvitation:
    made = verbs.invite(round_, f" {ASKED.upper()} ", actor=coordinator)
    assert isinstance(made, ReviewerInvitation)
    return made


def link_of(mail: OutboxMail) -> str:
    found = re.search(r"/\w\w/office/reviews/invited/[0-9a-f-]+/", str(mail.content))
    assert found is not None
    return found[0]


def test_somebody_without_an_account_gets_one_mail_with_a_secret_link(
    round_: Round, invitation: ReviewerInvitation, coordinator: User
) -> None:
    assert verbs.invite(round_, ASKED, actor=coordinator) == invitation
    (mail,) = OutboxMail.objects.filter(key__startswith="reviewer-asked:")
    assert mail.to == [ASKED]
    assert mail.is_secret
    assert not Reviewer.objects.exists()
    event = AuditEvent.objects.get(action="reviewer.asked")
    assert ASKED not in str(event.details)


@pytest.mark.slow
def test_the_link_makes_whoever_is_signed_in_a_reviewer_once_they_say_yes(
    invitation: ReviewerInvitation,
    person: Callable[..., User],
    signed_in: Callable[[User], Client],
) -> None:
    at = link_of(OutboxMail.objects.get(key__startswith="reviewer-asked:"))
    answer = Client().get(at)
    assert answer.status_code == 302
    assert at in answer.headers["Location"]
    professor = person("professor")
    client = signed_in(professor)
    page = client.get(at)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert not Reviewer.objects.exists()  # looking changes nothing
    for _time in range(2):  # a form that is sent twice
        assert client.post(at, follow=True).status_code == 200
    assert Reviewer.objects.get().user == professor
    assert not ReviewerInvitation.objects.exists()
    assert AuditEvent.objects.filter(action="reviewer.accepted", actor=professor).count() == 1
    assert signed_in(person("carl")).get(at).status_code == 404


def test_an_account_that_only_typed_the_address_is_no_reviewer(
    round_: Round, coordinator: User, person: Callable[..., User]
) -> None:
    """Anybody can make an account with another's address; they do not get the mail."""
    impostor = person("prof")
    asked = verbs.invite(round_, impostor.email, actor=coordinator)
    assert isinstance(asked, ReviewerInvitation)
    assert not Reviewer.objects.exists()


def test_who_works_in_the_office_reviews_at_once(
    round_: Round, coordinator: User, person: Callable[..., User]
) -> None:
    colleague = person("colleague", Role.COORDINATOR)
    asked = verbs.invite(round_, colleague.email, actor=coordinator)
    assert isinstance(asked, Reviewer)
    assert asked.user == colleague


def test_an_applicant_is_not_asked_and_does_not_accept(
    round_: Round,
    invitation: ReviewerInvitation,
    coordinator: User,
    applicant: Callable[..., Application],
) -> None:
    anna = applicant("anna")
    with pytest.raises(SelectionError):
        verbs.invite(round_, anna.owner.email, actor=coordinator)
    with pytest.raises(SelectionError):
        verbs.accept(invitation, actor=anna.owner)
    assert not Reviewer.objects.exists()


@pytest.mark.parametrize("address", ["", "x", "a@b", "a@example.org, b@example.org", "\x00@x.org"])
def test_what_is_no_mail_address_is_said(round_: Round, coordinator: User, address: str) -> None:
    with pytest.raises(SelectionError, match="mail address"):
        verbs.invite(round_, address, actor=coordinator)
    assert not ReviewerInvitation.objects.exists()


def test_it_can_be_taken_back_and_ends_with_the_review(
    round_: Round,
    invitation: ReviewerInvitation,
    coordinator: User,
    person: Callable[..., User],
    signed_in: Callable[[User], Client],
) -> None:
    professor = person("professor")
    Round.objects.filter(pk=round_.pk).update(state=RoundState.ALLOCATED)
    with pytest.raises(SelectionError, match="is over"):
        verbs.accept(invitation, actor=professor)
    Round.objects.filter(pk=round_.pk).update(state=RoundState.CLOSED)
    at = f"/en/office/rounds/{round_.slug}/reviewers/"
    client = signed_in(coordinator)
    assert ASKED in client.get(at).content.decode()
    told = client.post(at, {"do": "take-back", "invitation": invitation.pk}, follow=True)
    assert ASKED not in told.content.decode()
    with pytest.raises(SelectionError, match="withdrawn"):
        verbs.accept(invitation, actor=professor)


def test_an_address_of_somebody_who_never_answered_is_forgotten(
    invitation: ReviewerInvitation,
) -> None:
    now = timezone.now()
    assert verbs.delete_old(now + verbs.KEEP / 2) == 0
    assert verbs.delete_old(now + verbs.KEEP * 2) == 1


def test_the_page_asks_by_mail(
    round_: Round, coordinator: User, signed_in: Callable[[User], Client]
) -> None:
    at = f"/en/office/rounds/{round_.slug}/reviewers/"
    told = signed_in(coordinator).post(at, {"do": "invite", "email": ASKED}, follow=True)
    assert f"on its way to {ASKED}" in told.content.decode()
