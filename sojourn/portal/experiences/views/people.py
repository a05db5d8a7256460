"""Writing to people who went before or know a place; for students who signed in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages as said
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import private_page, signing_in_is_for
from sojourn.experiences import messages
from sojourn.experiences.correspondents import may_receive_messages
from sojourn.experiences.errors import ExperienceError
from sojourn.people.permissions import is_signed_in, open_to, signed_in_person
from sojourn.portal.experiences.forms import MessageForm
from sojourn.portal.experiences.presenters import people as people_presenter


def _to_write(**_person: str) -> str:
    return _("To write to somebody who went you need an account: they see who asks.")


@require_safe
@private_page
@open_to(is_signed_in)
@signing_in_is_for(_to_write)
def people(request: HttpRequest) -> HttpResponseBase:
    """Everybody, or those of one place."""
    user = signed_in_person(request)
    page = people_presenter.page(current_snapshot().records, request.GET.get("place", "")[:120])
    return render(
        request,
        "portal/experiences/templates/people.html",
        {"page": page, "left": messages.count_left_this_week(user), "section": "contact"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(is_signed_in)
@signing_in_is_for(_to_write)
def write(request: HttpRequest, kind: str, slug: str) -> HttpResponseBase:
    user = signed_in_person(request)
    person, there = people_presenter.find(kind, slug)
    if not there:
        raise Http404
    if person is None or not may_receive_messages(person):
        context = {"missing": people_presenter.what_is_missing(person), "section": "contact"}
        return render(
            request, "portal/experiences/templates/cannot-write.html", context, status=409
        )
    if not user.is_student:
        said.warning(
            request, _("Messages here are for students. You can find the address in the office.")
        )
        return redirect("experiences:people")
    if not user.get_full_name() and request.method != "POST":
        said.info(request, _("Fill in your name first: people like to know who asks."))
        return redirect(f"{reverse('account:name')}?{urlencode({'next': request.path})}")
    subject = people_presenter.about(person)
    form = MessageForm()
    status = 200
    if request.method == "POST":
        form = MessageForm(request.POST)
        status = 422
        if form.is_valid():
            note = messages.NewMessage(
                form=form.cleaned_data["form"],
                text=form.cleaned_data["text"],
                shows_address=user.email if form.cleaned_data["shows_address"] else "",
            )
            try:
                messages.send_message(user, person, note, subject.about)
            except ExperienceError as error:
                form.add_error(error.field or None, error.message)
            else:
                said.success(
                    request, _("Your message is on its way. The answer comes to your mail address.")
                )
                return redirect("experiences:people")
    return render(
        request,
        "portal/experiences/templates/write.html",
        {
            "form": form,
            "subject": subject,
            "address": user.email,
            "own_name": user.get_full_name(),
            "left": messages.count_left_this_week(user),
            "is_example": person.is_example,
            "section": "contact",
        },
        status=status,
    )
