"""Messages to several students: write, look at it, try it, send it; and what was sent."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from sojourn.advising import group_messages
from sojourn.advising.errors import AdvisingError
from sojourn.advising.permissions import may_advise
from sojourn.common.view_marks import lists_people
from sojourn.office.shared import lists
from sojourn.office.shared.access import office_page, who
from sojourn.office.writing import presenters, selections
from sojourn.office.writing.forms import GroupMessageForm


@require_POST
@lists_people
@office_page(may_advise)
def new(request: HttpRequest) -> HttpResponse:
    """Write to the picked rows of a list; `do` says whether to look, to try or to send."""
    selection = selections.read(request, who(request))
    receivers = list(selection.receivers)
    do = request.POST.get("do", "")
    back = _back(request)
    if not receivers:
        messages.warning(
            request,
            _("You may not write to any of them.")
            if selection.left_out
            else _("Pick some rows first."),
        )
        return redirect(back)
    try:
        group_messages.refuse_too_many(receivers)
    except AdvisingError as error:
        messages.warning(request, error.message)
        return redirect(back)
    is_begun = do in ("look", "test", "send")
    form = GroupMessageForm(request.POST if is_begun else None)
    problems: list[str] = []
    samples: list[presenters.Sample] = []
    gaps: list[str] = []
    seen = ""
    if is_begun and form.is_valid():
        draft, sending = form.draft, form.cleaned_data["sending"]
        problems = group_messages.problems_of(draft, receivers, selection.fields)
        if not problems:
            samples = presenters.samples(draft, receivers)
            gaps = group_messages.gaps_of(draft, receivers)
            seen = draft.mark
            if do == "send" and request.POST.get("seen") != seen:
                problems = [_("This is not yet what you looked at. Read it below, then send it.")]
            elif do == "send":
                try:
                    return _send(request, draft, receivers, sending)
                except AdvisingError as error:
                    problems = [error.message]
            elif do == "test":
                group_messages.send_test(draft, receivers[0], sending, by=who(request))
                messages.success(
                    request, _("The test is on its way to %(mail)s.") % {"mail": who(request).email}
                )
    wrong = bool(problems) or bool(form.errors)
    return render(
        request,
        "office/writing/templates/new.html",
        {
            "part": "group-messages",
            "form": form,
            "selection": selection,
            "count": len(receivers),
            "fields": [(name, selections.FIELDS[name]) for name in selection.fields],
            "problems": problems,
            "samples": samples,
            "gaps": gaps,
            "seen": seen,
            "back": back,
        },
        status=422 if wrong else 200,
    )


@require_safe
@lists_people
@office_page(may_advise)
def sent(request: HttpRequest) -> HttpResponse:
    listing = lists.shown(presenters.sent(), presenters.sent_rows(who(request)), request)
    return render(
        request,
        "office/writing/templates/sent.html",
        {"part": "group-messages", "list": listing},
    )


@require_safe
@lists_people
@office_page(may_advise)
def message(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Show one message, and how it went with each receiver."""
    found = get_object_or_404(presenters.sent_rows(who(request)), uuid=number)
    listing = lists.shown(presenters.receivers(), presenters.threads(who(request), found), request)
    return render(
        request,
        "office/writing/templates/message.html",
        {
            "part": "group-messages",
            "page": presenters.message_page(found),
            "list": listing,
        },
    )


def _send(
    request: HttpRequest,
    draft: group_messages.Draft,
    receivers: list[group_messages.Receiver],
    sending: uuid.UUID,
) -> HttpResponse:
    made = group_messages.send(draft, receivers, sending, by=who(request))
    count = made.threads.count()
    messages.success(
        request,
        ngettext(
            "The message went to %(count)d student. Answers come in as questions.",
            "The message went to %(count)d students. Answers come in as questions.",
            count,
        )
        % {"count": count},
    )
    return redirect("office:group-message", number=made.uuid)


def _back(request: HttpRequest) -> str:
    """Where the list was; only ever an address of the office."""
    asked = request.POST.get("back", "")
    first = reverse("office:today")
    is_here = asked.startswith(first) and "\\" not in asked
    return asked if is_here else reverse("office:students")
