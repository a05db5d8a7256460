"""Nobody reaches another's application by any address, whoever they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.office.rounds.urls import urlpatterns as office_urlpatterns
from sojourn.people import student_numbers
from sojourn.people.models import User
from sojourn.people.roles import Role
from sojourn.planning.profile import Profile
from sojourn.portal.apply.urls import urlpatterns as apply_urlpatterns
from sojourn.selection import applications, calendar, files, number_cases, own_data
from sojourn.selection.drafts import Draft, DraftChoice
from sojourn.selection.models import (
    Application,
    DocumentKind,
    MeasuredValue,
    ReviewAssignment,
    Reviewer,
    ReviewerInvitation,
    Round,
    ValueImport,
)
from tests.selection.conftest import HALF_MINORS, MEDICINE
from tests.selection.pdfs import pdf
from tests.support.accounts import account

pytestmark = pytest.mark.slow

WHO = ["visitor", "student", "other applicant", "reviewer", "coordinator", "operator"]
SECRET = "zebra-motivation-4711"
PUBLIC = {"rounds", "round"}


@pytest.fixture
def annas(round_: Round, person: Callable[..., User]) -> Application:
    Round.objects.filter(pk=round_.pk).update(asks_cv=True)
    round_.refresh_from_db()
    anna = person("anna")
    begun = applications.begin(
        anna, round_, current_snapshot(), Profile(programme=MEDICINE, year=2), (), timezone.now()
    )
    draft = Draft(
        programme=MEDICINE, year=2, number="4711471", choices=(DraftChoice(HALF_MINORS[0], SECRET),)
    )
    begun = applications.save(begun, draft, 0, timezone.now())
    file = SimpleUploadedFile("annas-cv.pdf", pdf(1))
    applications.add_document(begun, DocumentKind.CV, file, timezone.now())
    begun.refresh_from_db()
    return applications.submit(begun, current_snapshot(), Profile(), timezone.now())


@pytest.fixture
def somebody(
    round_: Round, person: Callable[..., User], signed_in: Callable[[User], Client]
) -> Callable[[str], Client]:
    def make(who: str) -> Client:
        if who == "visitor":
            return Client()
        if who == "other applicant":
            client = signed_in(person("bert"))
            client.post(f"/en/apply/{round_.slug}/begin/")
            return client
        if who == "reviewer":
            user = person("rev")
            Reviewer.objects.create(round=round_, user=user)
            return signed_in(user)
        return signed_in(person(who, who))

    return make


def addresses(application: Application) -> dict[str, str]:
    found = {}
    examples = {
        "slug": application.round.slug,
        "number": str(application.documents.get().uuid),
    }
    for pattern in apply_urlpatterns:
        route = str(pattern.pattern)
        for part in re.findall(r"<(?:\w+:)?(\w+)>", route):
            route = re.sub(rf"<(?:\w+:)?{part}>", examples[part], route)
        found[str(pattern.name)] = f"/en/apply/{route}"
    return found


def test_the_owner_finds_it(annas: Application, signed_in: Callable[[User], Client]) -> None:
    """Without this the tests below could pass on empty pages."""
    client = signed_in(annas.owner)
    where = addresses(annas)
    assert SECRET in client.get(where["receipt"]).content.decode()
    assert SECRET in client.get(where["form"]).content.decode()
    assert b"".join(client.get(where["document"]).streaming_content).startswith(b"%PDF")


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_reads_it(
    annas: Application, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    for name, where in addresses(annas).items():
        answer = client.get(where)
        body = b"".join(answer) if answer.streaming else answer.content
        assert SECRET.encode() not in body, name
        assert b"4711471" not in body, name
        assert annas.code.encode() not in body, name
        assert not body.startswith(b"%PDF"), name
        if name == "document":
            assert answer.status_code == (302 if who == "visitor" else 404)
        elif name not in PUBLIC:
            assert answer.status_code in (200, 302, 404, 405), name


@pytest.mark.parametrize("who", WHO)
def test_nothing_that_anybody_else_sends_changes_it(
    annas: Application, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    before = Application.objects.filter(pk=annas.pk).values().get()
    for where in addresses(annas).values():
        client.post(
            where,
            {"seen": "1", "do": "hand-in", "choice-1": HALF_MINORS[1], "application": annas.pk},
        )
    assert Application.objects.filter(pk=annas.pk).values().get() == before
    assert annas.choices.get().motivation == SECRET


@pytest.mark.parametrize("who", ["owner", *WHO])
def test_no_private_answer_is_kept_by_a_cache(
    annas: Application,
    somebody: Callable[[str], Client],
    signed_in: Callable[[User], Client],
    who: str,
) -> None:
    client = signed_in(annas.owner) if who == "owner" else somebody(who)
    for name, where in addresses(annas).items():
        answer = client.get(where)
        if name in PUBLIC or answer.status_code in (404, 405):
            continue
        assert "no-store" in answer.headers.get("Cache-Control", ""), name


def test_a_draft_round_is_nobodys_to_see(
    annas: Application, somebody: Callable[[str], Client]
) -> None:
    Round.objects.update(state="draft")
    calendar.announce()
    for who in ("visitor", "student", "coordinator"):
        client = somebody(who)
        assert client.get(addresses(annas)["round"]).status_code == 404
        assert annas.round.slug not in client.get("/en/apply/").content.decode()


def test_no_address_names_whose_application_it_is() -> None:
    for pattern in apply_urlpatterns:
        assert not re.search(r"<(\w+:)?(owner|user|application|pk|id)>", str(pattern.pattern))


# --- The office ---------------------------------------------------------------------------------


@pytest.fixture
def under_review(annas: Application, person: Callable[..., User]) -> Application:
    """Anna's application, closed, and given to a reviewer of its own."""
    Round.objects.update(state="closed")
    other = Reviewer.objects.create(round=annas.round, user=person("other-reviewer"))
    ReviewAssignment.objects.create(reviewer=other, application=annas)
    ReviewerInvitation.objects.create(round=annas.round, email="asked@example.org")
    return annas


def office_addresses(application: Application) -> dict[str, str]:
    examples = {
        "slug": application.round.slug,
        "part": "basics",
        "document": str(application.documents.get().uuid),
    }
    found = {}
    for pattern in office_urlpatterns:
        name, route = str(pattern.name), str(pattern.pattern)
        number = application.uuid
        if name == "invited-reviewer":
            number = application.round.reviewer_invitations.get().uuid
        elif name.startswith("review"):
            number = application.reviews.get().uuid
        elif name == "application-document":
            number = application.documents.get().uuid
        for part in re.findall(r"<(?:\w+:)?(\w+)>", route):
            value = str(number) if part == "number" else examples[part]
            route = re.sub(rf"<(?:\w+:)?{part}>", value, route)
        found[name] = f"/en/office/{route}"
    return found


REVIEWERS = {"reviews", "review", "review-conflict", "review-document"}


@pytest.mark.parametrize("who", WHO)
def test_the_office_is_for_the_office_and_a_review_for_its_reviewer(
    under_review: Application, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    is_office = who in (Role.COORDINATOR, Role.OPERATOR)
    for name, where in office_addresses(under_review).items():
        answer = client.get(where)
        body = b"".join(answer) if answer.streaming else answer.content
        if name in REVIEWERS:
            # A reviewer of another application sees a list of their own, which is empty.
            expected = {"visitor": (302, 405), "reviewer": (200, 404, 405)}.get(who, (403, 405))
            assert answer.status_code in expected, (name, answer.status_code)
            assert SECRET.encode() not in body, name
            assert not body.startswith(b"%PDF"), name
        elif name == "invited-reviewer":
            # For whoever has the link, and is signed in; it says nothing of any application.
            assert answer.status_code == (302 if who == "visitor" else 200)
            assert SECRET.encode() not in body
        elif is_office:
            assert answer.status_code in (200, 405), (name, answer.status_code)
        else:
            assert answer.status_code in (302, 403, 405), (name, answer.status_code)
            assert SECRET.encode() not in body, name
        if answer.status_code == 200:
            assert "no-store" in answer.headers["Cache-Control"], name


@pytest.mark.parametrize("who", ["visitor", "student", "other applicant", "reviewer"])
def test_nobody_outside_changes_a_round(
    under_review: Application, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    everything = {
        "sure": "1", "do": "rule-out", "choice": str(under_review.choices.get().pk),
        "because": "x", "slug": "another", "academic_year": "2030-2031", "title_en": "x",
        "title_nl": "x", "email": "anna@example.org", "criterion": "grades", "value": "9",
    }  # fmt: skip
    before = (Round.objects.values().get(), Reviewer.objects.count())
    for name, where in office_addresses(under_review).items():
        if name == "invited-reviewer":
            continue  # the link alone makes a reviewer, which test_reviewer_invitations tries
        client.post(where, everything)
        client.post(where, {**everything, "do": "assign"})
        client.post(where, {**everything, "do": "finish"})
    assert (Round.objects.values().get(), Reviewer.objects.count()) == before
    choice = under_review.choices.get()
    assert choice.excluded_at is None
    assert under_review.reviews.get().state == "assigned"


def test_a_value_that_came_by_number_is_shown_to_whom_the_number_is_known_to_be(
    annas: Application,
) -> None:
    student_numbers.claim(annas.owner, "1234567")
    criterion = annas.round.criteria.get(code="grades")
    MeasuredValue.objects.create(application=annas, criterion=criterion, value=Decimal("7.5"))

    def exported() -> list[dict[str, str]]:
        annas.owner.refresh_from_db()
        found: list[dict[str, str]] = own_data.export(annas.owner)["applications"][0]["values"]
        return found

    assert exported() == []
    assert student_numbers.confirm(annas.owner, "1234567", by="list")
    assert exported() == [{"criterion": "grades", "value": "7.500"}]


def test_values_that_came_by_somebody_elses_number_are_taken_back(
    annas: Application,
) -> None:
    office = account("whose@example.org", Role.COORDINATOR)
    owner = account("owner@example.org", password="a long pass phrase")
    student_numbers.claim(annas.owner, "1234567")
    grades = annas.round.criteria.get(code="grades")
    read = ValueImport.objects.create(
        round=annas.round, by=office, sha256="0" * 64, lines=1, changed=1
    )
    MeasuredValue.objects.create(
        application=annas, criterion=grades, value=Decimal("7.5"), source=read
    )
    assert number_cases.decide(student_numbers.claim(owner, "1234567"), actor=office) == 1
    assert not annas.values.exists()
    assert annas.state == Application.objects.get(pk=annas.pk).state


def test_own_data_has_the_application_and_goes_with_the_account(
    annas: Application, signed_in: Callable[[User], Client]
) -> None:
    path = files.path_of(annas.documents.get())
    client = signed_in(annas.owner)
    assert SECRET in client.get("/en/plan/data/export.json").content.decode()
    own_data.erase(annas.owner)
    annas.owner.delete()
    assert not Application.objects.filter(pk=annas.pk).exists()
    assert path.exists()  # until the transaction is over; `sweep` would find it too
