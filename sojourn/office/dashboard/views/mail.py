"""The outbox for operators: mail that was sent, waits or failed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.common.view_marks import about_person, lists_people
from sojourn.office.dashboard.presenters import mail as mail_presenter
from sojourn.office.shared import history, lists
from sojourn.office.shared.access import office_page, who
from sojourn.people import audit, delivery
from sojourn.people.models import MailState, OutboxMail
from sojourn.people.permissions import may_run_installation


@require_safe
@lists_people
@office_page(may_run_installation)
def mails(request: HttpRequest) -> HttpResponse:
    listing = lists.shown(
        mail_presenter.MAILS, OutboxMail.objects.visible_to(who(request)), request
    )
    return render(
        request, "office/dashboard/templates/mail/list.html", {"part": "mail", "list": listing}
    )


@require_safe
@about_person(OutboxMail, "", "number")
@office_page(may_run_installation)
def mail(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(OutboxMail.objects.visible_to(who(request)), pk=number)
    return render(
        request,
        "office/dashboard/templates/mail/mail.html",
        {"part": "mail", "mail": mail_presenter.one(found), "history": history.of(found)},
    )


@require_POST
@office_page(may_run_installation)
def again(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(OutboxMail.objects.visible_to(who(request)), pk=number)
    if found.state == MailState.FAILED:
        delivery.retry(found)
        audit.record("mail.sent_again", actor=who(request), about=None, on=found)
        messages.success(request, _("It is on its way again."))
    else:
        messages.info(request, _("This mail has not failed, so it was not sent again."))
    return redirect("office:mail-one", number=number)
