"""A provider of single sign-on, as allauth asks for it: stricter than allauth's own.

allauth finds this module by its name. Who somebody is, is the issuer together with the subject; of
the rest of what a provider says nothing is kept but what `people.claims` reads.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from requests import RequestException

from sojourn.common.languages import page_language
from sojourn.common.urls import site_url
from sojourn.people.claims import Said, read

logger = logging.getLogger("sojourn.security")

# A provider changes its addresses seldom; one that is away is not asked again by everybody.
_REMEMBERED_SECONDS = 600
_AWAY_SECONDS = 15
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class ProviderError(OAuth2Error):  # type: ignore[misc]  # allauth has no types
    """A provider cannot be asked, or says what cannot be believed; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProviderConnection(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Talks to one provider on behalf of one request."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return where the provider is asked what, as it says itself."""
        settings = self.get_provider().app.settings
        key = f"openid-configuration:{hashlib.sha256(settings['server_url'].encode()).hexdigest()}"
        found: dict[str, Any] | str | None = cache.get(key)
        if found is None:
            found = self._discover(settings)
            seconds = _AWAY_SECONDS if isinstance(found, str) else _REMEMBERED_SECONDS
            cache.set(key, found, seconds)
        if isinstance(found, str):
            raise ProviderError(found)
        return found

    def _discover(self, settings: dict[str, Any]) -> dict[str, Any] | str:
        """Ask the provider about itself. Return a reason where that cannot be used."""
        try:
            with get_adapter().get_requests_session() as session:
                answer = session.get(settings["server_url"])
                answer.raise_for_status()
                said = answer.json()
            if said["issuer"] != settings["issuer"]:
                return self._away("another-issuer")
            found = {name: str(said[name]) for name in _ENDPOINTS}
            # As safe as the issuer itself.
            if settings["issuer"].startswith("https://") and not all(
                address.startswith("https://") for address in found.values()
            ):
                return self._away("not-by-tls")
            methods = said.get("token_endpoint_auth_methods_supported", [])
        except RequestException:
            return self._away("unreachable")
        except (KeyError, TypeError, AttributeError):
            return self._away("no-openid-configuration")
        return found | {
            "issuer": said["issuer"],
            "token_endpoint_auth_methods_supported": methods,
        }

    def _away(self, reason: str) -> str:
        logger.warning("single sign-on by %s: %s", self.provider_id, reason)
        return reason

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **answer: Any
    ) -> SocialLogin:
        """Read who it is; only from an answer that says for whom and by whom it was made."""
        try:
            said = self._said(app, token, answer["response"]["id_token"])
        except RequestException as error:
            raise ProviderError("unreachable") from error
        except ProviderError:
            raise
        except (OAuth2Error, KeyError, ValueError, TypeError, AttributeError) as error:
            raise ProviderError("no-usable-answer") from error
        login = self.get_provider().sociallogin_from_response(request, said)
        login.said = said
        return login

    def _said(self, app: Any, token: SocialToken, id_token: str) -> Said:
        # Refuses one of another issuer, for somebody else, or too old.
        proof = self._decode_id_token(app, id_token)
        userinfo = self._fetch_user_info(token.token)
        if not proof["sub"] or userinfo.get("sub") != proof["sub"]:
            raise ProviderError("another-subject")
        return read(proof, userinfo, app.settings)

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Return the one address that the provider knows, whatever the language of the page."""
        return site_url(request) + reverse("openid_connect_callback", args=[self.provider_id])


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = ProviderConnection
    package = "sojourn.people"

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Ask for what the settings say, whatever a link says."""
        return list(self.get_scope())

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        return {}

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **more: Any,
    ) -> HttpResponse:
        """Lead somebody to the provider, by a page of ours that goes on by itself.

        A redirect would need `form-action` to allow the provider and whatever it redirects to, such
        as every university's own sign-in page.
        """
        nonce = secrets.token_urlsafe(24)
        params: dict[str, str] = {"nonce": nonce}
        if more.get("again"):
            params |= {"prompt": "login", "max_age": "0"}
        answer: HttpResponse = super().redirect(
            request,
            process,
            next_url,
            data,
            **(more | {"auth_params": params}),
            nonce=nonce,
            language=page_language(),
        )
        if answer.status_code != 302:
            return answer
        return render(
            request,
            "socialaccount/leaving.html",
            {"provider": self, "address": answer.headers["Location"]},
        )

    def serialize(self) -> dict[str, Any]:
        """Name this one provider, not the kind."""
        return {"id": self.sub_id, "app.client_id": self.app.client_id}

    # What allauth takes from an answer, taken from `Said`.

    def extract_uid(self, said: Said) -> str:
        """Return issuer and subject in one, short enough for the column."""
        return hashlib.sha256(f"{said.issuer}\0{said.subject}".encode()).hexdigest()

    def extract_extra_data(self, said: Said) -> dict[str, str]:
        return {"iss": said.issuer, "sub": said.subject}

    def extract_common_fields(self, said: Said) -> dict[str, str]:
        return {
            "email": said.email,
            "first_name": said.first_name,
            "last_name": said.last_name,
        }

    def extract_email_addresses(self, said: Said) -> list[Any]:
        if not said.email:
            return []
        return [EmailAddress(email=said.email, verified=said.is_email_verified, primary=True)]


provider_classes = [Provider]
