"""The texts of the page on which a host signs.

English and Dutch come from the catalogue of texts, as everywhere. An edition brings the page in
more languages (`signing_languages`), for hosts whose language the site does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sojourn.catalogue.models import Edition
from sojourn.common.languages import page_language

TEXTS: Mapping[str, object] = {
    "title": _("Please sign the agreement of {student}"),
    "asks": _("{home} asks you, {name}, to sign. It takes two minutes. You need no account."),
    "changed": _("Changed since you opened it"),
    "that_was": _("That was version {version}."),
    "agree_to": _("What you agree to"),
    "who": pgettext_lazy("signing page", "Who"),
    "when": pgettext_lazy("signing page", "When"),
    "where": pgettext_lazy("signing page", "Where"),
    "what": pgettext_lazy("signing page", "What"),
    "hours": _("Hours a week"),
    "outcomes": _("What they learn"),
    "supervision": _("Who supervises"),
    "assessment": _("How it is assessed"),
    "insurance": _("Who insures"),
    "registration": _("What they may do with patients"),
    "health": _("Health papers"),
    "abroad": _("Courses with you"),
    "home": _("Counted at home for"),
    "virtual": _("Online part"),
    "credits": _("Credits in all"),
    "removed": _("Taken out"),
    "added": _("New"),
    "not_passed": _("If a part is not passed"),
    "read_all": _("Read all of it"),
    "has_signed": _("{name} signed on {day}"),
    "not_signed": _("{name} has not signed yet"),
    "name": _("Your name"),
    "function": _("Your function"),
    "sign": pgettext_lazy("signing page", "Sign"),
    "not_me": _("I am not the person"),
    "their_name": _("Name of the person who signs"),
    "their_email": _("Their mail address"),
    "hand_on": _("Pass it on"),
    "refuse": pgettext_lazy("signing page", "Refuse"),
    "why": _("Why?"),
    "paper": _("We sign on paper or in our own system"),
    "paper_file": _("The signed paper, as a PDF"),
    "send": pgettext_lazy("signing page", "Send"),
    "exact": _(
        "You sign exactly this text: {code}. We keep your name, your function and the time as long "
        "as the student's file."
    ),
    "check": _("Check a signed copy"),
    "done": _("Thank you, you signed"),
    "done_text": _("You get a mail when everybody has signed. This page stays readable."),
    "refused": _("You refused this version. The student and the office know why."),
    "handed_on": _("This was passed on to somebody else. This link opens nothing any more."),
    "over": _("This version is not to be signed any more."),
    "stale": _("The text has changed since you opened this page. Nothing was signed."),
    "missing": _("Type your name and your function, and tick the sentence."),
    "back": _("Back to the agreement"),
}


@dataclass(frozen=True)
class PageLanguage:
    """A language in which the page can be read."""

    code: str
    name: str


def languages() -> list[PageLanguage]:
    """Name the languages that the edition brings for this page."""
    return [PageLanguage(each["language"], each["name"]) for each in _brought()]


def in_language(code: str) -> dict[str, str] | None:
    """Return every text in a language of the edition; None for one that it does not have."""
    found = next((each for each in _brought() if each["language"] == code), None)
    return {key: found["texts"][key] for key in TEXTS} if found else None


def of_page() -> dict[str, str]:
    """Return every text in the language of the page."""
    return {key: str(text) for key, text in TEXTS.items()}


def language_of(code: str) -> str:
    """Return the language that is asked for where the page has it, else that of the site."""
    return code if any(each["language"] == code for each in _brought()) else page_language()


def _brought() -> list[dict[str, Any]]:
    return Edition.objects.values_list("signing_languages", flat=True).first() or []
