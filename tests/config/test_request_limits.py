"""A query that is too long is refused at once, with the usual page or problem."""

from __future__ import annotations

import pytest
from django.test import Client

from sojourn.config.request_limits import LONGEST_QUERY

pytestmark = pytest.mark.usefixtures("leiden")


def query(length: int) -> str:
    return "q=" + "a" * (length - len("q="))


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/en/opportunities/", "/api/v1/opportunities", "/en/guide/"])
def test_a_query_of_the_greatest_length_is_read_and_a_longer_one_is_not(path: str) -> None:
    assert Client().get(f"{path}?{query(LONGEST_QUERY)}").status_code == 200
    refused = Client().get(f"{path}?{query(LONGEST_QUERY + 1)}")
    assert refused.status_code == 400
    assert "aaaaaaaaaa" not in refused.content.decode()


def test_every_filter_with_all_its_values_fits() -> None:
    values = "&".join(f"programme={'x' * 120}" for _ in range(40))
    assert len(values) * 4 < LONGEST_QUERY
