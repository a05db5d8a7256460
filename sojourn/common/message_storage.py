"""Keeps what a page says once, after a form, in a cookie with the name that the settings give."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class NamedCookieStorage(CookieStorage):
    cookie_name = settings.MESSAGES_COOKIE_NAME


class MessageStorage(FallbackStorage):
    """A cookie, or the session for what is too long for one."""

    storage_classes = (NamedCookieStorage, SessionStorage)
