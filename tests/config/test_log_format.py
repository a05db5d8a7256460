"""What is logged of an error names no person; an unknown host is one line."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client, override_settings

from sojourn.common.log_format import without_values
from tests.support.accounts import account

SECRET = "anna.jansen@example.org"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the real handlers would write to standard error."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    made = logging.config.DictConfigurator(settings.LOGGING)
    parts = settings.LOGGING["formatters"]["json"]
    handler.setFormatter(made.configure_formatter(dict(parts)))
    for name in settings.LOGGING["handlers"]["stderr"]["filters"]:
        handler.addFilter(made.configure_filter(dict(settings.LOGGING["filters"][name])))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield written
    finally:
        root.removeHandler(handler)


@pytest.mark.django_db
def test_a_value_that_is_there_already_is_not_in_the_log(log: io.StringIO) -> None:
    account(SECRET)
    try:
        with transaction.atomic():
            account(SECRET)
    except IntegrityError:
        logging.getLogger("sojourn.error").exception("unexpected")
    (line,) = log.getvalue().splitlines()
    said = json.loads(line)["exc_info"]
    assert "IntegrityError" in said
    assert SECRET not in line


@pytest.mark.parametrize("error", [ValueError(SECRET), ValidationError(SECRET), KeyError(SECRET)])
def test_what_somebody_typed_is_not_in_the_log_also_as_a_cause(error: Exception) -> None:
    try:
        try:
            raise error
        except Exception as cause:
            raise RuntimeError(SECRET) from cause
    except RuntimeError as found:
        said = without_values(found)
    assert SECRET not in said.replace("raise error", "")
    assert type(error).__qualname__ in said
    assert __file__ in said


def test_our_own_mistakes_are_said_whole() -> None:
    with pytest.raises(AttributeError) as found:
        (None).nothing  # type: ignore[attr-defined]  # noqa: B018
    assert "'nothing'" in without_values(found.value)


@override_settings(ALLOWED_HOSTS=["abroad.example.edu"])
def test_an_unknown_host_is_one_line(log: io.StringIO, leiden: Any) -> None:
    answer = Client().get("/en/plan/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    (line,) = log.getvalue().splitlines()
    assert "DisallowedHost" in line
    assert "Traceback" not in line
    assert json.loads(line)["levelname"] == "WARNING"


def test_test_hosts_are_known_to_tests_alone() -> None:
    from tests.support.site import PROJECT

    assert "testserver" not in (PROJECT / "sojourn" / "config" / "settings.py").read_text()
