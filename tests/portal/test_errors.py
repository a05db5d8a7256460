"""Error pages stand on their own feet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.portal.shared import errors, page_cache, round_cards
from sojourn.selection.models import Round
from sojourn.selection.states import RoundState
from tests.selection.rounds import closed_round

if TYPE_CHECKING:
    from django.test import RequestFactory


@pytest.mark.parametrize(
    ("path", "said"),
    [("/en/x/", b"Something went wrong on our side"), ("/nl/x/", b"bij ons iets mis")],
)
def test_a_failure_of_ours_needs_no_database(rf: RequestFactory, path: str, said: bytes) -> None:
    """Without the `db` fixture any query would raise."""
    response = errors.server_error(rf.get(path))
    assert response.status_code == 500
    assert said in response.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"), [("en", "no places yet"), ("nl", "nog geen plekken")]
)
def test_an_empty_catalogue_says_so(client: Client, language: str, said: str) -> None:
    from sojourn.catalogue.snapshot.service import NoCatalogue, refresh_snapshot

    with pytest.raises(NoCatalogue):
        refresh_snapshot()
    response = client.get(f"/{language}/")
    assert response.status_code == 503
    assert said in response.content.decode()


@pytest.mark.usefixtures("leiden")
def test_a_form_without_its_token_is_explained() -> None:
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/nl/account/login/", {"login": "a@b.nl"})
    assert response.status_code == 403
    assert "te lang open" in response.content.decode()


@pytest.mark.usefixtures("leiden")
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/en/plan/top-five/undo/", "Nothing to read here"),
        ("/nl/plan/data/delete/", "Hier valt niets te lezen"),
    ],
)
def test_the_address_of_a_button_says_so_to_somebody_who_opens_it(
    client: Client, address: str, said: str
) -> None:
    response = client.get(address)
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "no-store" in response.headers["Cache-Control"]
    assert said in response.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/en/", "/nl/opportunities/half-minor-edinburgh/"])
def test_a_public_page_is_shown_while_the_database_is_away(
    address: str, leiden: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the rounds that it showed before; in a process that showed none, without."""
    closed_round({"half-minor-edinburgh": 1})
    tomorrow, later = (timezone.now() + dt.timedelta(days=days) for days in (1, 2))
    Round.objects.update(state=RoundState.OPEN, closes_at=tomorrow, results_at=later)
    title = "A small round" if address.startswith("/en/") else "Een kleine ronde"
    assert title in Client().get(address).content.decode()

    def away(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(round_cards, "card", away)
    monkeypatch.setattr(page_cache, "asked", lambda _request: None)
    assert title in Client().get(address).content.decode()
    monkeypatch.setattr(round_cards, "_shown", {})
    answer = Client().get(address)
    assert answer.status_code == 200
    assert title not in answer.content.decode()
