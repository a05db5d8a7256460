"""What a new password must meet: long, and hard to guess for somebody who knows this place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from zxcvbn import zxcvbn

# Far more than anybody can try against our limits, and some hours for whoever has the hash.
FEWEST_GUESSES = 1_000_000_000
# zxcvbn takes time that grows with the square of the length; what is longer is not easier.
LONGEST_JUDGED = 72
# What people here think of first. zxcvbn knows the usual English words, names and dates.
WORDS_OF_THIS_PLACE = [
    "sojourn",
    "studyabroad",
    "study",
    "abroad",
    "exchange",
    "erasmus",
    "minor",
    "office",
    "bureau",
    "coordinator",
    "student",
    "welkom",
    "wachtwoord",
    "geheim",
    "inloggen",
    "buitenland",
    "studie",
    "studeren",
    "uitwisseling",
    "universiteit",
    "faculteit",
    "geneeskunde",
    "stage",
    "leiden",
    "amsterdam",
    "utrecht",
    "groningen",
    "rotterdam",
    "nijmegen",
    "maastricht",
    "delft",
    "tilburg",
    "enschede",
    "eindhoven",
    "wageningen",
    "den-haag",
    "lumc",
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
    "lente",
    "zomer",
    "herfst",
    "winter",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "vakantie",
    "voetbal",
    "ajax",
    "feyenoord",
]


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's validator, with a message that Django itself has no Dutch for."""

    def get_error_message(self) -> str:
        return (
            ngettext(
                "This password is too short. It must contain at least %d character.",
                "This password is too short. It must contain at least %d characters.",
                self.min_length,
            )
            % self.min_length
        )


class GuessingValidator:
    """Refuses what zxcvbn guesses soon, given the words of this place and of the account."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST_JUDGED:
            password = password[:LONGEST_JUDGED]
        known = [*_words_of_account(user), *_words_of_site(), *WORDS_OF_THIS_PLACE]
        if zxcvbn(password, user_inputs=known)["guesses"] < FEWEST_GUESSES:
            raise ValidationError(
                _(
                    "This password is easy to guess. Take four words that have nothing to do with "
                    "each other, or let your browser make one."
                ),
                code="password_too_easy",
            )

    def get_help_text(self) -> str:
        return _("Your password must be hard to guess.")


def _words_of_account(user: Any) -> Iterable[str]:
    for field in ("email", "first_name", "last_name", "preferred_name"):
        said = str(getattr(user, field, "") or "").lower()
        yield from filter(None, [said, *re.split(r"[\W\d_]+", said)])


def _words_of_site() -> Iterable[str]:
    return filter(None, (urlsplit(settings.SITE_URL).hostname or "").split("."))
