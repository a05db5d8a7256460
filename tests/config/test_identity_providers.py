"""The settings of single sign-on: off without a name, and plain about what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sojourn.config.identity_providers import (
    ROLES,
    IdentityProvidersError,
    providers_from,
    without_local_sign_in,
)
from sojourn.people.roles import Role
from tests.support.site import PROJECT, environment

SURF = {
    "SOJOURN_SSO": "surfconext",
    "SOJOURN_SSO_SURFCONEXT_ISSUER": "https://connect.surfconext.nl",
    "SOJOURN_SSO_SURFCONEXT_CLIENT_ID": "abroad.example.edu",
    "SOJOURN_SSO_SURFCONEXT_SECRET": "secret",
}
OTHER = {name.replace("SURFCONEXT", "OTHER"): value for name, value in SURF.items()}


def test_without_a_name_there_is_no_provider() -> None:
    assert providers_from({}) == []
    assert providers_from(SURF | {"SOJOURN_SSO": " "}) == []
    assert without_local_sign_in({}) == frozenset()


def test_several_providers_have_their_own_settings() -> None:
    both = SURF | OTHER | {"SOJOURN_SSO": "surfconext other", "SOJOURN_SSO_OTHER_NAME": "Other"}
    first, second = providers_from(both)
    assert (first["provider_id"], first["name"]) == ("surfconext", "surfconext")
    assert (second["provider_id"], second["name"]) == ("other", "Other")
    said = first["settings"]
    assert said["server_url"] == "https://connect.surfconext.nl/.well-known/openid-configuration"
    assert said["oauth_pkce_enabled"] is True
    assert said["claims"]["codes"] == "schac_personal_unique_code"


def test_names_of_claims() -> None:
    more = {"SOJOURN_SSO_SURFCONEXT_CLAIMS": "codes=schac_personal_unique_codes number=uids"}
    (made,) = providers_from(SURF | more)
    assert made["settings"]["claims"]["codes"] == "schac_personal_unique_codes"
    assert made["settings"]["claims"]["number"] == "uids"
    assert made["settings"]["claims"]["email"] == "email"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SOJOURN_SSO_SURFCONEXT_SECRET": ""}, "SOJOURN_SSO_SURFCONEXT_SECRET is empty"),
        ({"SOJOURN_SSO_SURFCONEXT_ISSUER": "http://x.example"}, "https://"),
        ({"SOJOURN_SSO": "surfconext surfconext"}, "twice"),
        ({"SOJOURN_SSO": "Surf-Conext"}, "small letters"),
        ({"SOJOURN_SSO": "only"}, "only"),
        ({"SOJOURN_SSO_SURFCONEXT_CLAIMS": "roles=r"}, "Known are"),
        ({"SOJOURN_SSO_SURFCONEXT_CLAIMS": "codes"}, "Known are"),
    ],
)
def test_what_cannot_be_understood_is_said(changes: dict[str, str], told: str) -> None:
    with pytest.raises(IdentityProvidersError, match=told) as raised:
        providers_from(SURF | changes)
    assert "secret" not in str(raised.value)


def test_who_has_no_local_sign_in() -> None:
    assert tuple(Role.values) == ROLES
    only = {"SOJOURN_SSO_ONLY": "staff student"}
    assert without_local_sign_in(SURF | only) == {*ROLES, "student"}
    assert without_local_sign_in(SURF | {"SOJOURN_SSO_ONLY": "board"}) == {"board"}
    with pytest.raises(IdentityProvidersError, match="names no provider"):
        without_local_sign_in(only)
    with pytest.raises(IdentityProvidersError, match="names boss"):
        without_local_sign_in(SURF | {"SOJOURN_SSO_ONLY": "boss"})


@pytest.mark.server
def test_a_wrong_setting_ends_the_command_with_a_sentence(tmp_path: Path) -> None:
    env = environment(tmp_path) | {"SOJOURN_SSO": "surfconext"}
    done = subprocess.run(
        [sys.executable, "-m", "sojourn", "migrate"],
        env=env, cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "SOJOURN_SSO_SURFCONEXT_ISSUER is empty" in done.stderr
    assert "Traceback" not in done.stderr
