"""Where a form of allauth begins otherwise than allauth would have it."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn import forms as webauthn


class AddKeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A key that signs in alone unless its owner says otherwise, as is a passkey's purpose."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["initial"] = {"passwordless": True} | (options.get("initial") or {})
        super().__init__(*arguments, **options)
