"""Keeps staff without a second step out of everything private, where the edition asks for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeGuard

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.snapshot.service import NoCatalogue, current_snapshot
from sojourn.common.urls import url_for
from sojourn.common.view_marks import marks_of
from sojourn.people.adapter import SecondStepAdapter
from sojourn.people.models import User
from sojourn.people.sign_in import has_taken_second_step, second_steps

# How the names of pages begin where one signs in and out, and sets a second step up.
ACCOUNT_PAGES = (
    "account_", "account:", "mfa_", "usersessions_", "socialaccount_", "openid_connect_",
)  # fmt: skip


def needs_second_step(user: object) -> TypeGuard[User]:
    """Tell whether somebody may come in with a second step only; demonstrations need none."""
    if not isinstance(user, User) or user.is_student or user.is_demo:
        return False
    try:
        return current_snapshot().records.edition.staff_second_step
    except NoCatalogue:
        return True


class SecondStepMiddleware:
    """Leads staff whose session has taken no second step to where they can."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        if not marks_of(view).is_private or _is_of_account(request):
            return None
        user = request.user
        if not needs_second_step(user) or has_taken_second_step(request):
            return None
        # Set up in another browser since this one signed in.
        if kinds := second_steps(user):
            totp = Authenticator.Type.TOTP in kinds
            page = url_for("mfa_reauthenticate" if totp else "mfa_reauthenticate_webauthn")
            return redirect(f"{page}?{urlencode({'next': request.get_full_path()})}")
        messages.warning(
            request,
            _("Whoever works in the office has a second step. Set one up, then you can go on."),
        )
        return redirect("mfa_index")


class StaffSecondStepAdapter(SecondStepAdapter):
    """Lets nobody of staff take off the last second step."""

    error_messages = SecondStepAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy(
            "Whoever works in the office needs a second step. Add another one first."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        steps = Authenticator.objects.filter(user=authenticator.user).exclude(
            type=Authenticator.Type.RECOVERY_CODES
        )
        return steps.count() > 1 or not needs_second_step(authenticator.user)


def _is_of_account(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name.startswith(ACCOUNT_PAGES)
