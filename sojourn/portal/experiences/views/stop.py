"""Stopping for ever with one click, from a mail or by the mail program itself (RFC 8058).

A mail program sends the POST without ever having seen the page, so there is no CSRF token to ask
for: the signed link is the right to stop, and all that it can do is stop. A GET changes nothing.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sojourn.common.view_marks import private_page
from sojourn.experiences import correspondents
from sojourn.experiences import invitations as experiences_invitations
from sojourn.experiences.links import LinkPurpose, number_in
from sojourn.experiences.models import Correspondent, ReportInvitation
from sojourn.people.permissions import open_to, whoever_has_the_link
from sojourn.portal.experiences.views.invited import no_link


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(whoever_has_the_link)
def messages(request: HttpRequest, token: str) -> HttpResponse:
    """No more messages from students."""
    number = number_in(LinkPurpose.STOP, token)
    person = Correspondent.objects.named_by_link(pk=number).first() if number else None
    if person is None:
        return no_link(request)
    if request.method == "POST":
        correspondents.stop_permanently(person)
        return _stopped(request)
    return _ask(request, _("Students can no longer write to you."))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(whoever_has_the_link)
def invitations(request: HttpRequest, token: str) -> HttpResponse:
    """No more requests to tell how it was."""
    number = number_in(LinkPurpose.STOP_INVITING, token)
    invitation = ReportInvitation.objects.named_by_link(pk=number).first() if number else None
    if invitation is None:
        return no_link(request)
    if request.method == "POST":
        experiences_invitations.decline(invitation, "stop")
        return _stopped(request)
    return _ask(request, _("We will never ask you again how it was, about this stay or another."))


def _ask(request: HttpRequest, text: str) -> HttpResponse:
    return render(
        request, "portal/experiences/templates/stop.html", {"text": text, "is_stopped": False}
    )


def _stopped(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/experiences/templates/stop.html", {"is_stopped": True})
