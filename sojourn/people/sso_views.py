"""To a provider of single sign-on and back."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.common.languages import known_language
from sojourn.people.provider import Provider, ProviderConnection, ProviderError
from sojourn.people.single_sign_on import problem

_LONGEST_KEY = 400


@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest, provider_id: str, again: bool = False) -> HttpResponse:
    """Show a button, and lead whoever presses it to the provider.

    `again`: whoever is signed in proves once more who they are.
    """
    provider = _provider(request, provider_id)
    asked = request.POST if request.method == "POST" else request.GET
    next_url = get_next_redirect_url(request) or ""
    if request.method != "POST":
        page = {
            "provider": provider,
            "next": next_url,
            "process": asked.get("process", ""),
            "again": again,
        }
        return render(request, "socialaccount/login.html", page)
    is_connecting = asked.get("process") == AuthProcess.CONNECT
    try:
        return provider.redirect(
            request,
            AuthProcess.CONNECT if is_connecting else AuthProcess.LOGIN,
            next_url,
            again=again and request.user.is_authenticated,
            invitation=asked.get("invitation", "")[:_LONGEST_KEY],
        )
    except ProviderError as error:
        return problem(request, provider, error.reason)


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take somebody in who comes back from a provider."""
    provider = _provider(request, provider_id)
    view = _Callback.adapter_view(ProviderConnection(request, provider_id))
    try:
        answer: HttpResponse = view(request)
    except ProviderError as error:
        return problem(request, provider, error.reason)
    return answer


class _Callback(OAuth2CallbackView):  # type: ignore[misc]  # allauth has no types
    """Goes on in the language in which somebody left."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, HttpResponse | None]:
        state, answer = super()._get_state(request, provider)
        if state:
            translation.activate(known_language(state.get("language")))
        return state, answer


def _provider(request: HttpRequest, provider_id: str) -> Provider:
    try:
        found: Provider = get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return found
