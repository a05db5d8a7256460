"""What is read from the claims of a provider, and what is not believed."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn.config.identity_providers import CLAIMS
from sojourn.people.claims import Said, read, student_identifier

PROOF = {"iss": "https://provider.example", "sub": "ada", "nonce": "n"}
CODE = "urn:schac:personalUniqueCode:"


def said(userinfo: dict[str, Any], **settings: Any) -> Said:
    more = {"claims": CLAIMS, "home": ["leidenuniv.nl"], "second_step": []} | settings
    return read(PROOF, userinfo, more)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{CODE}int:esi:HR:xxxxxxxxxx", f"{CODE}int:esi:hr:xxxxxxxxxx".lower()),
        (f"{CODE}int:esi:leidenuniv.nl:s1234567", f"{CODE}int:esi:leidenuniv.nl:s1234567".lower()),
        ("URN:SCHAC:PERSONALUNIQUECODE:INT:ESI:NL:AB-12", f"{CODE}int:esi:nl:ab-12".lower()),
        (f"{CODE}int:esi:nl:", ""),
        (f"{CODE}int:esi:nl:a b", ""),
        (f"{CODE}int:esi:nl:{'9' * 300}", ""),
        (f"{CODE}nl:local:leidenuniv.nl:studentid:1234567", ""),
        ("1234567", ""),
    ],
)  # fmt: skip
def test_the_european_student_identifier(code: str, expected: str) -> None:
    assert student_identifier([f"{CODE}nl:local:x.nl:employeeid:1", code]) == expected


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (f"{CODE}nl:local:leidenuniv.nl:studentid:1234567", "1234567"),
        (f"{CODE}nl:local:LeidenUniv.nl:studentID:s1234567", "s1234567"),
        (f"{CODE}int:studentID:leidenuniv.nl:1234567", "1234567"),
        (f"{CODE}nl:local:uva.nl:studentid:1234567", ""),  # the same number of elsewhere
        (f"{CODE}nl:local:leidenuniv.nl.evil.example:studentid:1234567", ""),
        (f"{CODE}nl:local:leidenuniv.nl:employeeid:1234567", ""),
        (f"{CODE}int:esi:leidenuniv.nl:1234567", ""),
        (f"x{CODE}nl:local:leidenuniv.nl:studentid:1234567", ""),
    ],
)
def test_a_student_number_is_one_of_ours(code: str, number: str) -> None:
    assert said({"schac_personal_unique_code": [code]}).student_number == number
    assert said({"schac_personal_unique_code": code}).student_number == number  # not a list
    assert said({"schac_personal_unique_code": [code]}, home=[]).student_number == ""


def test_a_number_in_a_claim_of_its_own_needs_our_organisation() -> None:
    claims = CLAIMS | {"number": "uids"}
    ours = {"uids": ["s1234567"], "schac_home_organization": "leidenuniv.nl"}
    assert said(ours, claims=claims).student_number == "s1234567"
    for other in (
        {"schac_home_organization": "uva.nl"},
        {"schac_home_organization": None},
        {"uids": ["s1234567", "s7654321"]},  # which one?
        {"uids": [1234567]},
    ):
        assert said(ours | other, claims=claims).student_number == ""
    assert said(ours).student_number == ""  # not unless the settings name the claim


@pytest.mark.parametrize(
    "strange",
    [None, 1, True, [], [None], [["a"]], {"a": "b"}, "", " ", [""]],
    ids=repr,
)
def test_strange_values_are_no_values(strange: object) -> None:
    names = [name for name in CLAIMS.values() if name]
    told = said(dict.fromkeys(names, strange))
    assert (told.email, told.first_name, told.last_name) == ("", "", "")
    assert (told.student_number, told.student_identifier) == ("", "")
    assert told.is_email_verified is (strange is True)


def test_one_name_alone_is_a_name() -> None:
    assert said({"name": "Sukarno"}).last_name == "Sukarno"
    assert said({"name": "Ada de Wit", "given_name": "Ada"}).last_name == ""


def test_who_it_is_is_taken_from_the_id_token_alone() -> None:
    told = said({"iss": "https://else.example", "sub": "eve", "nonce": "x", "acr": "mfa"})
    assert (told.issuer, told.subject, told.nonce) == tuple(PROOF.values())
    assert not said({"amr": ["mfa"]}, second_step=["mfa"]).has_second_step


def test_the_names_of_claims_are_settings() -> None:
    claims = CLAIMS | {"given_name": "givenName", "codes": "schac_personal_unique_codes"}
    told = said({"givenName": "Ada", "schac_personal_unique_codes": [f"{CODE}int:esi:nl:1"]},
                claims=claims)  # fmt: skip
    assert told.first_name == "Ada"
    assert told.student_identifier.endswith(":1")


def test_it_survives_a_session() -> None:
    told = said({"given_name": "Ada", "email": "Ada@Example.org"})
    assert Said.from_json(told.as_json()) == told
    assert told.email == "ada@example.org"
