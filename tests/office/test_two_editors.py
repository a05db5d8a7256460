"""Two people have one form of the office open: the second is told, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from sojourn.advising.models import Diary, SavedReply, SlotRule
from sojourn.catalogue.models import PublishedAnswer
from sojourn.common.languages import Text
from sojourn.selection import rounds
from sojourn.selection.models import Round
from tests.office.test_units import Stage, client_of, routes, stage  # noqa: F401 (fixtures)
from tests.support.accounts import account
from tests.support.forms import forms_on

# The address of each form, a field of it, what the first and the second type there.
FORMS = {
    "saved-reply": ("text_en", SavedReply),
    "answer": ("text_en", PublishedAnswer),
    "rule": ("room", SlotRule),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_the_second_sees_both_and_saves_what_they_choose(
    stage: Stage,  # noqa: F811
    client_of: Callable[[str], Client],  # noqa: F811
    name: str,
) -> None:
    field, model = FORMS[name]
    client = client_of("operator")
    address = next(stage.address(each, route) for each, route, _view in routes() if each == name)
    form = next(
        each
        for each in forms_on(client.get(address).content.decode())
        if "shown_state" in each.fields and field in each.fields
    )

    def typed(text: str, **more: Any) -> dict[str, Any]:
        return {**form.fields, field: text, **more}

    def stored() -> str:
        return str(getattr(model._default_manager.order_by("pk")[0], field))

    assert client.post(address, typed("Theirs")).status_code == 302
    answer = client.post(address, typed("Mine"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Theirs" in text
    assert "Mine" in text
    assert stored() == "Theirs"
    again = next(each for each in forms_on(text) if each.fields.get(field) == ["Mine"])
    assert again.send(client, address).status_code == 302
    assert stored() == "Mine"


@pytest.mark.slow
def test_the_rules_of_a_round_and_the_settings_of_a_desk_are_watched_too(
    stage: Stage,  # noqa: F811
    client_of: Callable[[str], Client],  # noqa: F811
) -> None:
    client = client_of("operator")
    made = rounds.draft(
        "draft-round", Text({"en": "A", "nl": "A"}), "2027-2028", actor=account("one@example.org")
    )
    address = f"/en/office/rounds/{made.slug}/rules/basics/"
    form = next(
        each
        for each in forms_on(client.get(address).content.decode())
        if "shown_state" in each.fields
    )
    Round.objects.filter(pk=made.pk).update(title_en="Theirs")
    assert form.send(client, address).status_code == 409
    diary = Diary.objects.get()
    desk = f"/en/office/hours/{diary.contact.slug}/"
    form = next(
        each for each in forms_on(client.get(desk).content.decode()) if "shown_state" in each.fields
    )
    Diary.objects.update(horizon_weeks=9)
    assert form.send(client, desk).status_code == 409
    assert Diary.objects.get().horizon_weeks == 9


@pytest.mark.slow
def test_a_form_that_was_sent_once_goes_through(
    stage: Stage,  # noqa: F811
    client_of: Callable[[str], Client],  # noqa: F811
) -> None:
    client = client_of("operator")
    address = f"/en/office/saved-replies/{SavedReply.objects.get().pk}/"
    form = next(
        each for each in forms_on(client.get(address).content.decode()) if "name" in each.fields
    )
    assert form.send(client, address).status_code == 302


def test_the_right_is_asked_before_a_row_is_read() -> None:
    """Without the right nobody learns what was saved since; this test has no database to read."""
    found = [(name, view) for name, _route, view in routes() if hasattr(view, "edited_by")]
    assert len(found) >= 9
    for _name, view in found:
        step: Any = view
        while hasattr(step.__wrapped__, "edited_by"):
            step = step.__wrapped__
        request = RequestFactory().post("/", {"shown_state": "old"})
        request.user = AnonymousUser()
        with pytest.raises(PermissionDenied):
            step(request)
