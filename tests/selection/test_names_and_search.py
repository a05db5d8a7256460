"""Lists find people however their names are written, and put them where readers look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import override

from sojourn.common.folding import as_name, fold, with_words
from sojourn.office.dashboard.presenters.mail import MAILS
from sojourn.people.models import OutboxMail, User
from sojourn.selection.models import Application, Round
from tests.support.accounts import account

NAMES = [
    ("Søren", "Ångström"), ("Zoë", "Åkesson"), ("Anna", "van der Meer"), ("Paweł", "Łuczak"),
    ("Işık", "Yıldız"), ("Siobhán", "O’Brien"), ("Jan", "de Boer"), ("Lena", "Müller-Weiß"),
    ("Ana", "D'Angelo"), ("IBO", "İnce"), ("Ægir", "Þórsson"),
]  # fmt: skip


@pytest.fixture
def people(db: None) -> None:
    for number, (given, family) in enumerate(NAMES):
        account(f"p{number}@example.org", first_name=given, last_name=family)


@pytest.mark.parametrize(
    ("typed", "family"),
    [
        ("soren", "Ångström"), ("SØREN angstrom", "Ångström"), ("akesson", "Åkesson"),
        ("Åkesson", "Åkesson"), ("meer anna", "van der Meer"), ("pawel luczak", "Łuczak"),
        ("isik", "Yıldız"), ("YILDIZ", "Yıldız"), ("o'brien", "O’Brien"), ("O’BRIEN", "O’Brien"),
        ("obrien", "O’Brien"), ("muller weiss", "Müller-Weiß"), ("dangelo", "D'Angelo"),
        ("ince", "İnce"), ("aegir thors", "Þórsson"), ("P4@EXAMPLE", "Yıldız"),
    ],
)  # fmt: skip
def test_somebody_is_found_however_their_name_is_typed(
    people: None, typed: str, family: str
) -> None:
    found = with_words(User.objects.all(), typed, "first_name", "last_name", "email")
    assert [each.last_name for each in found] == [family]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Åkesson", "Ångström", "D'Angelo", "de Boer", "İnce", "Łuczak", "Müller-Weiß",
                "O’Brien", "Þórsson", "van der Meer", "Yıldız"]),
        ("nl", ["Åkesson", "Ångström", "de Boer", "D'Angelo", "İnce", "Łuczak", "van der Meer",
                "Müller-Weiß", "O’Brien", "Þórsson", "Yıldız"]),
    ],
)  # fmt: skip
def test_names_stand_where_readers_of_the_page_look(
    people: None, language: str, expected: list[str]
) -> None:
    with override(language):
        found = User.objects.order_by("last_name__as_name", "first_name__as_name")
        assert [each.last_name for each in found] == expected


@pytest.mark.parametrize("name", [*(name for pair in NAMES for name in pair), "", "Иван", "王"])
def test_the_database_folds_as_the_program_does(db: None, name: str) -> None:
    account("one@example.org", first_name=name)
    with override("nl"):
        found = User.objects.values_list("first_name__folded", "first_name__as_name").get()
    assert found == (fold(name), as_name(name))


@pytest.mark.slow
def test_the_list_of_applications_finds_and_sorts_by_what_it_shows(
    round_: Round,
    applicant: Callable[..., Application],
    coordinator: User,
    signed_in: Callable[[User], Client],
) -> None:
    for number, (given, family) in enumerate(NAMES[:4]):
        made = applicant(f"a{number}")
        User.objects.filter(pk=made.owner_id).update(first_name=given, last_name=family)
    client = signed_in(coordinator)
    at = f"rounds/{round_.slug}/applications/"

    def shown(language: str, query: str = "") -> list[str]:
        page = client.get(f"/{language}/office/{at}", {"q": query} if query else {})
        return [str(line.cells[0][1].text) for line in page.context["list"].lines]

    assert shown("en", "pawel") == ["Paweł Łuczak"]
    assert shown("en", "anna meer") == ["Anna van der Meer"]
    assert shown("nl") == ["Zoë Åkesson", "Søren Ångström", "Paweł Łuczak", "Anna van der Meer"]


def test_a_mail_is_found_by_its_receiver(db: None) -> None:
    OutboxMail.objects.create(key="a", to=["anna@example.org"], subject="Hello")
    assert MAILS.search is not None
    assert MAILS.search(OutboxMail.objects.all(), "ANNA@example").count() == 1
    assert MAILS.search(OutboxMail.objects.all(), "bert").count() == 0
