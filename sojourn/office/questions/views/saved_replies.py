"""Saved replies: what the office writes often, in every language."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.advising import saved_replies as advising_saved_replies
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import SavedReply
from sojourn.advising.permissions import may_advise
from sojourn.common.translated_fields import text_of
from sojourn.office.questions.forms import SavedReplyForm
from sojourn.office.shared import already_done, history
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.two_editors import edits


@require_safe
@office_page(may_advise)
def saved_replies(request: HttpRequest) -> HttpResponse:
    context = {
        "part": "questions",
        "here": "saved",
        "replies": SavedReply.objects.visible_to(who(request)).order_by("name"),
    }
    return render(request, "office/questions/templates/saved-replies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_advise)
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_advise)
@edits(
    lambda request, number: SavedReply.objects.visible_to(who(request)).filter(pk=number),
    by=may_advise,
)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    return _edit(request, _one(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_advise)
def throw_away(request: HttpRequest, number: int) -> HttpResponse:
    """Asks first: what is thrown away does not come back."""
    if (
        request.method == "POST"
        and not SavedReply.objects.visible_to(who(request)).filter(pk=number).exists()
    ):
        return already_done.already(request, "office:saved-replies")
    reply = _one(request, number)
    if request.method == "POST":
        advising_saved_replies.delete_reply(reply, by=who(request))
        messages.success(request, _("The saved reply is deleted."))
        return redirect("office:saved-replies")
    context = {"part": "questions", "here": "saved", "reply": reply}
    return render(request, "office/questions/templates/saved-reply-throw-away.html", context)


def _edit(request: HttpRequest, reply: SavedReply | None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        form = SavedReplyForm(request.POST)
        if form.is_valid():
            try:
                advising_saved_replies.save_reply(**form.values(), by=who(request), reply=reply)
            except AdvisingError as error:
                form.add_error("name", error.message)
            else:
                messages.success(request, _("The saved reply is saved."))
                return redirect("office:saved-replies")
        status = 422
    else:
        form = SavedReplyForm(
            initial={"name": reply.name, "text": text_of(reply, "text")} if reply else {}
        )
    context = {
        "part": "questions", "here": "saved", "form": form, "reply": reply,
        "history": history.of(reply),
    }  # fmt: skip
    return render(request, "office/questions/templates/saved-reply.html", context, status=status)


def _one(request: HttpRequest, number: int) -> SavedReply:
    found = SavedReply.objects.visible_to(who(request)).filter(pk=number).first()
    if found is None:
        raise Http404
    return found
