"""Every form of the office, sent as a browser sends it: untouched, and with two lines in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client

from tests.office.test_units import Stage, client_of, routes, stage  # noqa: F401 (fixtures)
from tests.support.forms import SentForm, forms_on

TWO_LINES = "One line of text.\n\nAnother line."
APPS = ("people", "planning", "advising", "selection", "experiences", "catalogue")


def pages_with_forms(stage: Stage, client: Client) -> Iterator[tuple[str, SentForm]]:  # noqa: F811
    """Return every form of the office that changes something, once for each address."""
    seen = set()
    for name, route, _view in routes():
        address = stage.address(name, route)
        answer = client.get(address)
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        for form in forms_on(answer.content.decode()):
            key = (form.action or address, tuple(form.fields), tuple(form.fields.get("do", ())))
            if form.method == "POST" and "/account/" not in form.action and key not in seen:
                seen.add(key)
                yield address, form


def carriage_returns() -> set[str]:
    """Return where the database holds a line end of a browser."""
    found = set()
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                if isinstance(field, models.CharField | models.TextField):
                    rows = model._default_manager.filter(**{f"{field.name}__contains": "\r"})
                    if rows.exists():
                        found.add(f"{model._meta.label}.{field.name}")
    return found


class _UndoneError(Exception):
    """Ends a try that must leave nothing behind."""


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("text", [None, TWO_LINES], ids=["untouched", "two lines"])
def test_every_form_takes_what_a_browser_sends(
    stage: Stage,  # noqa: F811
    client_of: Callable[[str], Client],  # noqa: F811
    text: str | None,
) -> None:
    client = client_of("operator")
    before = carriage_returns()
    tried = 0
    for page, form in list(pages_with_forms(stage, client)):
        if text is not None and not form.areas:
            continue
        tried += 1
        try:
            with transaction.atomic():
                answer = (form.with_texts(text) if text else form).send(client, page)
                # A first button may do what this person may not, or to nothing that is there.
                known = (200, 302, 303, 403, 404, 409, 422)
                assert answer.status_code in known, (page, form, answer.status_code)
                if form.areas:
                    assert carriage_returns() <= before, (page, form)
                raise _UndoneError
        except _UndoneError:
            pass
    assert tried > (8 if text else 30)
