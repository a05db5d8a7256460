"""What a provider of single sign-on says of a person, read with care: any of it may be missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

# SCHAC personal unique codes: urn:schac:personalUniqueCode:<country or int>:<kind of code>:…
_CODE = "urn:schac:personaluniquecode:"
# The European Student Identifier: int:esi:<country or institution>:<code>.
_ESI = re.compile(_CODE + r"int:esi:(?:[a-z]{2}|[a-z0-9.-]+\.[a-z]{2,}):[^\s:]+", re.IGNORECASE)
# A number of one institution's: nl:local:leidenuniv.nl:studentid:1234567, or
# int:studentID:leidenuniv.nl:1234567.
_NUMBER = re.compile(
    _CODE
    + r"(?:[a-z]{2}:local:(?P<local>[a-z0-9.-]+):studentid|int:studentid:(?P<int>[a-z0-9.-]+))"
    + r":(?P<number>[a-z0-9.-]{1,40})",
    re.IGNORECASE,
)
_LONGEST_ESI = 255
_LONGEST_TEXT = 200


@dataclass(frozen=True)
class Said:
    """What counts of what a provider said. An empty text: it did not say."""

    issuer: str
    subject: str
    nonce: str = ""
    email: str = ""
    is_email_verified: bool = False
    first_name: str = ""
    last_name: str = ""
    student_number: str = ""
    student_identifier: str = ""
    has_second_step: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**data)


def read(
    id_token: Mapping[str, Any], userinfo: Mapping[str, Any], settings: Mapping[str, Any]
) -> Said:
    """Read what the two parts of an answer say, by the names that the settings give the claims.

    Who it is and how they proved it is taken from the ID token alone; it is the part that says
    for whom and by whom it was made.
    """
    claims = dict(id_token) | dict(userinfo)
    names = settings["claims"]
    first = _text(claims, names["given_name"])
    last = _text(claims, names["family_name"])
    if not (first or last):
        # Which part of it is the family name is not ours to guess: one name alone is fine.
        last = _text(claims, names["name"])
    proofs = [*_values(id_token.get("amr")), *_values(id_token.get("acr"))]
    codes = _values(claims.get(names["codes"]))
    return Said(
        issuer=str(id_token["iss"]),
        subject=str(id_token["sub"]),
        nonce=str(id_token.get("nonce", "")),
        email=_text(claims, names["email"]).lower(),
        is_email_verified=_is_true(claims.get(names["email_verified"])),
        first_name=first,
        last_name=last,
        student_number=_student_number(codes, claims, settings),
        student_identifier=student_identifier(codes),
        has_second_step=not set(settings["second_step"]).isdisjoint(proofs),
    )


def student_identifier(codes: Iterable[str]) -> str:
    """Find the European Student Identifier among personal codes; in small letters.

    It is compared without case, so we keep it without. Empty where there is none.
    """
    found = [code for code in codes if _ESI.fullmatch(code) and len(code) <= _LONGEST_ESI]
    return found[0].lower() if found else ""


def _student_number(
    codes: Iterable[str], claims: Mapping[str, Any], settings: Mapping[str, Any]
) -> str:
    """Find the number of a student here: one of elsewhere is somebody else's among ours."""
    home = settings["home"]
    for code in codes:
        match = _NUMBER.fullmatch(code)
        if match and (match["local"] or match["int"]).lower() in home:
            return match["number"]
    names = settings["claims"]
    if not names["number"] or _text(claims, names["organisation"]).lower() not in home:
        return ""
    numbers = _values(claims.get(names["number"]))
    return numbers[0] if len(numbers) == 1 else ""


def _values(said: object) -> list[str]:
    """Return the texts of a claim that is one text or a list of them."""
    many = said if isinstance(said, list) else [said]
    return [each.strip() for each in many if isinstance(each, str) and each.strip()]


def _text(claims: Mapping[str, Any], name: str) -> str:
    values = _values(claims.get(name)) if name else []
    return values[0][:_LONGEST_TEXT] if values else ""


def _is_true(said: object) -> bool:
    """Tell whether a claim says yes; some providers write it as a text."""
    return said is True or said == "true"
