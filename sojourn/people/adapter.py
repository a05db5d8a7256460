"""Teaches allauth our customs: the language of each person, where to go after signing in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, override

from sojourn.people.models import User

# Links that allauth puts into mail, made in the language of the page that caused it.
_LINKS = ("password_reset_url", "activate_url", "signup_url")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home, in the language of the person (`next` has gone before this)."""
        return self._home(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self._home(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return f"/{get_language() or 'en'}/"

    def _home(self, request: HttpRequest) -> str:
        user = request.user
        language = user.language if isinstance(user, User) else get_language()
        return f"/{language or 'en'}/"

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A new account gets its mail in the language in which it was made."""
        user.language = "nl" if get_language() == "nl" else "en"
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the person it goes to, not of the page that caused it."""
        user = context.get("user")
        language = user.language if isinstance(user, User) else get_language() or "en"
        own = {name: translate_url(context[name], language) for name in _LINKS if context.get(name)}
        with override(language):
            super().send_mail(template_prefix, email, context | own)
