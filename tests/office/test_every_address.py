"""Not one address of the office opens to anybody else, whatever it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office import urls
from tests.experiences.by_link import SUPERVISOR, supervisor_by_link
from tests.office.conftest import MakeClient

_EXAMPLES = {
    "uuid": "00000000-0000-4000-8000-000000000000", "int": "1", "slug": "nothing",
    "str": "appointment",
}  # fmt: skip

# A mail holds this one, for whoever signs in; that nobody sent it is all that one learns here.
UNKNOWN_LINK = f"/en/office/reviews/invited/{_EXAMPLES['uuid']}/"


def addresses(
    patterns: Sequence[URLPattern | URLResolver] = urls.urlpatterns, before: str = "/en/office/"
) -> Iterator[str]:
    for one in patterns:
        route = re.sub(
            r"<(?:(\w+):)?\w+>", lambda part: _EXAMPLES[part[1] or "str"], str(one.pattern)
        )
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, before + route)
        else:
            yield before + route


def test_none_is_forgotten() -> None:
    found = list(addresses())
    assert len(found) > 90
    assert UNKNOWN_LINK in found
    assert not re.search("[<>]", "".join(found))


@pytest.mark.slow
@pytest.mark.parametrize("who", ["visitor", SUPERVISOR, "student"])
def test_it_is_closed(leiden: Snapshot, client_of: MakeClient, who: str) -> None:
    client: Client = supervisor_by_link() if who == SUPERVISOR else client_of(who)
    for path in addresses():
        for answer in (client.get(path), client.post(path, {"sure": "1", "do": "held"})):
            if answer.status_code == 405:  # it comes before the door and says nothing
                continue
            if who == "student":
                assert answer.status_code == (404 if path == UNKNOWN_LINK else 403), path
            else:
                assert answer.status_code == 302, path
                assert answer.headers["Location"].startswith("/en/account/login/"), path
