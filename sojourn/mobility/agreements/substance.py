"""What an agreement says: the fields that are substance, its one canonical form, and its hash.

What stands here makes a new version when it changes. What does not (contacts, telephones, who is
asked to sign) touches no signature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sojourn.catalogue.choices import AgreementVariant
from sojourn.mobility.agreements import filling
from sojourn.mobility.models import AgreementComponent, AgreementVersion
from sojourn.mobility.states import VersionState

FORMAT = "sojourn-agreement/1"

# Whose agreement it is: the account, the stay and the catalogue say it, nobody types it.
STUDENT = ("given_names", "family_name", "esi")
PARTIES = (
    "sending_name", "sending_schac", "sending_code", "sending_country", "programme",
    "receiving_name", "receiving_schac", "receiving_code", "receiving_city", "receiving_country",
    "other_hosts",
)  # fmt: skip
STAY = ("what", "starts_on", "ends_on")
KNOWN = (*STUDENT, *PARTIES, *STAY)

# What the student or the office fills in.
PERSON = ("birth_date", "nationality", "gender")
LEVEL = ("eqf", "isced", "language", "cefr")
TIME = ("academic_year", "term")
UNITS = ("sending_unit", "receiving_unit")
PROVISIONS = ("provisions",)
WORK = (
    "hours_week", "tasks", "outcomes", "mentor", "supervision", "assessment", "certificate_weeks",
    "embedded", "insurance", "pays",
)  # fmt: skip
CLINICAL = ("registration", "health_papers")

# Of a line: what a change does with it, and why. What the line says is the same without it.
HOW_IT_CAME = ("standing", "reason", "reason_text")


def asked_of(variant: str) -> tuple[str, ...]:
    """Name the fields that are filled in, in the order of the form."""
    common = (*PERSON, *LEVEL, *TIME, *UNITS)
    if variant == AgreementVariant.STUDIES:
        return (*common, *PROVISIONS)
    if variant == AgreementVariant.TRAINEESHIP:
        return (*common, *WORK)
    return (*common, *WORK, *CLINICAL)


def needed_of(variant: str) -> tuple[str, ...]:
    """Name the fields without which nobody can sign."""
    common = ("given_names", "birth_date", "nationality", "starts_on", "ends_on", "academic_year")
    if variant == AgreementVariant.STUDIES:
        return common
    work = ("hours_week", "tasks", "outcomes", "mentor", "assessment", "insurance")
    if variant == AgreementVariant.TRAINEESHIP:
        return (*common, *work)
    return (*common, *work, "registration", "health_papers")


def content_of(version: AgreementVersion) -> dict[str, Any]:
    """Return all that is signed, as plain data. A sent version has it frozen."""
    if version.content is not None:
        found: dict[str, Any] = version.content
        return found
    return made_of(version, version.components.all())


def made_of(version: AgreementVersion, rows: Iterable[AgreementComponent]) -> dict[str, Any]:
    """Put the content together of a version that was not sent."""
    agreement = version.agreement
    facts = facts_now(version) if version.state == VersionState.DRAFT else version.facts
    road = agreement.stay.road.agreement
    return {
        "format": FORMAT,
        "agreement": str(agreement.uuid),
        "version": version.number,
        "changes_version": version.before.number if version.before else None,
        "variant": road["variant"],
        "facts": {name: text for name, text in sorted(facts.items()) if text},
        "components": [component(each) for each in rows],
    }


def facts_now(version: AgreementVersion) -> dict[str, str]:
    """Return what was typed, with what the account, the stay and the catalogue say now."""
    known = filling.known_facts(version.agreement.stay)
    typed = {name: text for name, text in version.facts.items() if name not in KNOWN}
    return {name: text for name, text in {**typed, **known}.items() if text}


def student_in(facts: Mapping[str, str]) -> str:
    """Return the student's full name, as an agreement says it."""
    return " ".join(filter(None, (facts.get("given_names"), facts.get("family_name"))))


def component(row: AgreementComponent) -> dict[str, str]:
    """Return a line of a table; what is empty is left out."""
    said = {
        "key": str(row.key),
        "table": row.table,
        "title": row.title,
        "code": row.code,
        "credits": number(row.credits),
        "scheme": row.scheme,
        "term": row.term,
        "conditions": row.conditions,
        "description": row.description,
        "standing": row.standing,
        "reason": row.reason,
        "reason_text": row.reason_text,
    }
    return {name: text for name, text in said.items() if text}


def number(value: Decimal | None) -> str:
    """'7.5', never '7.50' or '1E+1'; empty where there are none."""
    return "" if value is None else f"{value.normalize():f}"


def canonical(data: Any) -> bytes:
    """Return the one form of the data that is hashed."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(data: Any) -> str:
    """Return the SHA-256 of the data in its one form."""
    return hashlib.sha256(canonical(data)).hexdigest()


def short(digest: str) -> str:
    """'a81e 44c0 9d7f': enough for two people to compare."""
    return " ".join(digest[place : place + 4] for place in (0, 4, 8))
