"""Until an address is confirmed, and its owner is one of ours: a plan, costs, a top five."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from sojourn.catalogue import acting, services
from sojourn.catalogue.acting import Hurdle
from sojourn.catalogue.models import Edition
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.view_marks import marks_of
from sojourn.config.acting import FORMS, OWN, OWN_PAGES, TO_THE_OFFICE
from sojourn.people import access, student_numbers
from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.people.permissions import whoever_has_the_link
from tests.support.accounts import account

SOME = {
    "uuid": "00000000-0000-4000-8000-000000000000", "slug": "some", "str": "some", "int": "1",
}  # fmt: skip
# Whoever works in the office or runs the installation is known; public pages read only.
ELSEWHERE = ("office:", "admin:", "api", "exchange:")


def address_of(pattern: URLPattern, name: str) -> str:
    filled = {
        key: SOME.get(type(converter).__name__.removesuffix("Converter").lower(), "some")
        for key, converter in pattern.pattern.converters.items()
    }
    return reverse(name, kwargs=filled)


def named(
    patterns: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{before}{each.namespace}:" if each.namespace else before
            yield from named(each.url_patterns, inner)
        elif each.name:
            yield f"{before}{each.name}", each


def acting_routes() -> list[tuple[str, URLPattern]]:
    """Find every private route of the site that is not one's own or opened by a link."""
    return [
        (name, pattern)
        for name, pattern in named(get_resolver().url_patterns)
        if marks_of(pattern.callback).is_private
        and not name.startswith((*OWN, *ELSEWHERE))
        and name not in OWN_PAGES
        and getattr(pattern.callback, "rule", None) is not whoever_has_the_link
    ]


@pytest.fixture
def unconfirmed() -> User:
    user = account("anna@student.example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    return user


@pytest.fixture
def domains(leiden: Snapshot) -> None:
    Edition.objects.update(student_domains=["student.example.org"])
    services.publish_change()
    refresh_snapshot()


def confirmed(address: str) -> User:
    return account(address, password="a long pass phrase")


@pytest.mark.slow
def test_no_form_that_concerns_others_is_read_of_an_unconfirmed_address(
    leiden: Snapshot, unconfirmed: User, client: Client
) -> None:
    client.force_login(unconfirmed)
    routes = acting_routes()
    assert len(routes) > 20
    for must in ("advice:book", "apply:save", "experiences:write", "self-arranged:new",
                 "experiences:begin", "questions:ask", "results:answer"):  # fmt: skip
        assert must in dict(routes), must
    read = [
        name
        for name, pattern in routes
        if client.post(address_of(pattern, name)).status_code not in (403, 405)
    ]
    assert read == []


def test_what_is_ones_own_stays_open_without_a_confirmed_address(
    leiden: Snapshot, unconfirmed: User, client: Client
) -> None:
    client.force_login(unconfirmed)
    place = next(iter(leiden.records.opportunities))
    assert client.post("/en/plan/top-five/add/", {"opportunity": place}).status_code != 403
    for page in ("/en/plan/", "/en/plan/profile/", f"/en/plan/costs/{place}/", "/en/advice/"):
        assert client.get(page).status_code == 200, page


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_long_form_says_at_once_that_it_could_not_be_sent(
    leiden: Snapshot, unconfirmed: User, client: Client, name: str
) -> None:
    client.force_login(unconfirmed)
    pattern = dict(named(get_resolver().url_patterns))[name]
    answer = client.get(address_of(pattern, name))
    assert answer.status_code == 403
    assert "Confirm your mail address first" in answer.content.decode()


def test_an_address_that_was_changed_does_not_count_before_it_is_confirmed(
    leiden: Snapshot, unconfirmed: User
) -> None:
    EmailAddress.objects.create(user=unconfirmed, email="old@student.example.org", verified=True)
    assert acting.hurdle(unconfirmed) is Hurdle.ADDRESS
    assert not acting.may_ask(unconfirmed)
    EmailAddress.objects.filter(user=unconfirmed, email=unconfirmed.email).update(verified=True)
    assert acting.may_act(unconfirmed)


def test_an_account_that_the_office_made_acts_once_its_address_is_confirmed(
    leiden: Snapshot,
) -> None:
    assert acting.hurdle(account("imported@student.example.org")) is Hurdle.ADDRESS


def test_an_edition_without_domains_lets_everybody_in(leiden: Snapshot) -> None:
    assert acting.may_act(confirmed("somebody@example.com"))
    assert not acting.waiting().exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("anna@student.example.org", True),
        ("anna@STUDENT.example.org", True),
        ("anna@student.example.org.evil.test", False),
        ("anna@evilstudent.example.org", False),
        ("student.example.org@example.com", False),
    ],
)
def test_the_domain_of_an_address_says_who_is_ours(
    domains: None, address: str, is_ours: bool
) -> None:
    assert acting.may_act(confirmed(address)) is is_ours


def test_the_office_lets_in_and_writes(domains: None, client: Client) -> None:
    guest = confirmed("guest@example.com")
    client.force_login(guest)
    assert list(acting.waiting()) == [guest]
    page = client.get(reverse("self-arranged:new"))
    assert page.status_code == 403
    assert "The office checks your account first" in page.content.decode()
    assert client.get(reverse("questions:ask")).status_code == 200
    access.let_in(guest, by=None)
    access.let_in(guest, by=None)
    assert acting.may_act(guest)
    assert client.get(reverse("self-arranged:new")).status_code == 200
    assert not acting.waiting().exists()
    assert AuditEvent.objects.filter(action="access.let_in", about=guest).count() == 1
    assert OutboxMail.objects.filter(to=["guest@example.com"]).count() == 1


@pytest.mark.slow
def test_somebody_who_is_not_let_in_is_told_and_can_be_let_in_later(
    domains: None, client: Client
) -> None:
    guest = confirmed("guest@example.com")
    access.refuse(guest, by=None)
    assert acting.hurdle(guest) is Hurdle.REFUSED
    client.force_login(guest)
    answer = client.post(reverse("self-arranged:new"))
    assert answer.status_code == 403
    assert "This is for our students" in answer.content.decode()
    access.let_in(guest, by=None)
    assert acting.may_act(guest)


@pytest.mark.slow
def test_whose_student_number_is_confirmed_is_one_of_ours(domains: None) -> None:
    guest = confirmed("guest@example.com")
    student_numbers.claim(guest, "1234567")
    assert acting.hurdle(guest) is Hurdle.OFFICE
    student_numbers.confirm(guest, "1234567", by="sso:test")
    assert acting.may_act(guest)


def test_what_is_left_open_is_on_the_site() -> None:
    names = dict(named(get_resolver().url_patterns))
    assert (OWN_PAGES | TO_THE_OFFICE | FORMS) - set(names) == set()
