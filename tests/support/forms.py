"""Forms on a page, sent as a browser sends them.

A browser ends the lines of a text area with CRLF, whatever they ended with when they came, leaves
out the first line break behind the opening tag, chooses the first option where none is chosen, and
sends nothing of a field that is disabled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import lxml.html
from django.test import Client

_NOT_SENT_EMPTY = ("checkbox", "radio", "submit", "button", "image", "reset", "file")


@dataclass(frozen=True)
class SentForm:
    """What a form sends when its first button is pressed without anything being typed."""

    method: str
    action: str
    """Empty where it is sent to the page's own address."""
    fields: dict[str, list[str]]
    areas: frozenset[str]
    """The names of the text areas."""
    has_file: bool

    def with_texts(self, text: str) -> SentForm:
        """Return the form with that text typed into every text area."""
        typed = {name: [as_sent(text)] for name in self.areas}
        return replace(self, fields=self.fields | typed)

    def send(self, client: Client, page: str) -> Any:
        return client.post(self.action or page, self.fields)


def as_sent(text: str) -> str:
    """Return a text with the line ends that a browser sends."""
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


def forms_on(page: str) -> list[SentForm]:
    """Return the forms of a page, in their order."""
    return [_read(form) for form in lxml.html.fromstring(page).forms]


def _read(form: Any) -> SentForm:
    areas = {each.name: each for each in form.iter("textarea") if each.name}
    fields: dict[str, list[str]] = {}
    for name, value in form.form_values():
        if name in areas:
            shown = areas[name].text or ""
            value = as_sent(re.sub(r"^\r?\n", "", shown))
        fields.setdefault(name, []).append(value or "")
    for each in form.iter("input"):
        # An empty field is sent as well; lxml leaves out what has no value at all.
        is_text = each.get("type", "text") not in _NOT_SENT_EMPTY
        if each.name and is_text and "disabled" not in each.attrib:
            fields.setdefault(each.name, [each.get("value", "")])
    for select in form.iter("select"):
        options = list(select.iter("option"))
        if (
            select.name
            and options
            and select.name not in fields
            and "multiple" not in select.attrib
        ) and "disabled" not in select.attrib:
            fields[select.name] = [options[0].get("value", options[0].text or "")]
    button = next((each for each in form.iter("button") if each.get("name")), None)
    if button is not None and button.get("type", "submit") == "submit":
        fields.setdefault(button.get("name"), []).append(button.get("value", ""))
    return SentForm(
        form.method.upper(),
        (form.get("action") or "").partition("#")[0],
        fields,
        frozenset(name for name, each in areas.items() if "disabled" not in each.attrib),
        any(each.get("type") == "file" for each in form.iter("input")),
    )
