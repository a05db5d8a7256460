"""Refuses bank account numbers: the finance office has those, and nothing here may keep one."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from sojourn.mobility.errors import MobilityError

# A country, two check digits and 11 to 30 letters or digits: in one piece, or in groups of four.
_IN_ONE = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}(?![A-Z0-9])")
_IN_GROUPS = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?:[ .\-][A-Z0-9]{4}){2,7}(?:[ .\-][A-Z0-9]{1,4})?(?![A-Z0-9])"
)
# With the letters of a bank it is one even where somebody mistyped a digit.
_OF_A_BANK = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z]{4}[0-9]{7,}")
_SHORTEST = 15
_BREAKS = re.compile(r"[ .\-]")


def looks_like_bank_number(text: str) -> bool:
    """Tell whether there is something in a text that may be an IBAN."""
    upper = re.sub(r"\s+", " ", text.upper())
    if any(_is_one(found[0]) for found in _IN_ONE.finditer(upper)):
        return True
    for found in _IN_GROUPS.finditer(upper):
        groups = _BREAKS.split(found[0])
        # A word after it may look like one more group.
        if _is_one("".join(groups)) or _is_one("".join(groups[:-1])):
            return True
    return False


def _is_one(candidate: str) -> bool:
    if len(candidate) < _SHORTEST:
        return False
    return _OF_A_BANK.match(candidate) is not None or _checks(candidate)


def _checks(candidate: str) -> bool:
    """Check it as ISO 13616 says: the country last, letters as numbers, the rest of 97 is 1."""
    turned = candidate[4:] + candidate[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def without_bank_number(text: str) -> str:
    """Return the text without spaces around it; refuse one that may have a bank number in it."""
    if looks_like_bank_number(text):
        raise MobilityError(
            _("This looks like a bank account number. Leave it out: the finance office has it.")
        )
    return " ".join(text.split())
