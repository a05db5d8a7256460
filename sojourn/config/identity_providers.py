"""Reads the providers of single sign-on out of the environment: SOJOURN_SSO and what belongs to it.

Nothing is asked of a provider here; `sojourn.people.provider` does when somebody signs in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

# What we look for, and the claim in which OpenID Connect, SURFconext or MyAcademicID have it.
CLAIMS = {
    "email": "email",
    "email_verified": "email_verified",
    "given_name": "given_name",
    "family_name": "family_name",
    "name": "name",
    "codes": "schac_personal_unique_code",
    "number": "",
    "organisation": "schac_home_organization",
}
STUDENT, STAFF = "student", "staff"
# As in `sojourn.people.roles`; a test compares them. Importing those would start Django.
ROLES = ("coordinator", "secretary", "board", "reviewer", "operator", "safety")
# Pages of ours beside those of providers; and settings that are no provider's.
_NOT_A_NAME = {"known", "connect", "only"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class IdentityProvidersError(ValueError):
    """The settings of single sign-on cannot be understood; the message says what was expected."""


def providers_from(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """List the providers as allauth wants them; none without SOJOURN_SSO."""
    names = environment.get("SOJOURN_SSO", "").split()
    if taken := _NOT_A_NAME & set(names):
        raise IdentityProvidersError(f"SOJOURN_SSO cannot name a provider {taken.pop()}.")
    if len(set(names)) < len(names):
        raise IdentityProvidersError("SOJOURN_SSO names a provider twice.")
    return [_provider(name, environment) for name in names]


def without_local_sign_in(environment: Mapping[str, str]) -> frozenset[str]:
    """Name who may come in by single sign-on only: roles, or `student`."""
    named = set(environment.get("SOJOURN_SSO_ONLY", "").split())
    if STAFF in named:
        named = named - {STAFF} | set(ROLES)
    unknown = named - {STUDENT, *ROLES}
    if unknown:
        known = ", ".join((STUDENT, STAFF, *ROLES))
        raise IdentityProvidersError(
            f"SOJOURN_SSO_ONLY names {' '.join(sorted(unknown))}. Known are: {known}."
        )
    if named and not environment.get("SOJOURN_SSO", "").split():
        raise IdentityProvidersError("SOJOURN_SSO_ONLY is set, and SOJOURN_SSO names no provider.")
    return frozenset(named)


def _provider(name: str, environment: Mapping[str, str]) -> dict[str, Any]:
    if not re.fullmatch(r"[a-z][a-z0-9]{0,29}", name):
        raise IdentityProvidersError(
            f"SOJOURN_SSO names {name}. A name has small letters and digits, such as surfconext."
        )
    prefix = f"SOJOURN_SSO_{name.upper()}_"
    said = {
        key.removeprefix(prefix): value.strip()
        for key, value in environment.items()
        if key.startswith(prefix)
    }
    for needed in ("ISSUER", "CLIENT_ID", "SECRET"):
        if not said.get(needed):
            raise IdentityProvidersError(
                f"SOJOURN_SSO names {name}, and {prefix}{needed} is empty."
            )
    issuer = said["ISSUER"]
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise IdentityProvidersError(f"{prefix}ISSUER is not an address that begins with https://.")
    return {
        "provider_id": name,
        "name": said.get("NAME") or name,
        "client_id": said["CLIENT_ID"],
        "secret": said["SECRET"],
        "settings": {
            "issuer": issuer,
            "server_url": f"{issuer.rstrip('/')}/.well-known/openid-configuration",
            "oauth_pkce_enabled": True,
            "scope": said.get("SCOPES", "openid profile email").split(),
            "claims": CLAIMS | _claims(f"{prefix}CLAIMS", said.get("CLAIMS", "")),
            # Domains whose addresses the provider vouches for without saying `email_verified`.
            "verified_email": said.get("VERIFIED_DOMAINS", "").lower().split(),
            "second_step": said.get("SECOND_STEP", "").split(),
            "home": said.get("HOME", "").lower().split(),
        },
    }


def _claims(setting: str, text: str) -> dict[str, str]:
    found = dict(each.split("=", 1) for each in text.split() if "=" in each)
    if len(found) < len(text.split()) or not found.keys() <= CLAIMS.keys():
        raise IdentityProvidersError(
            f"{setting} is not a list such as codes=schac_personal_unique_codes number=uids. "
            f"Known are: {', '.join(CLAIMS)}."
        )
    return found
