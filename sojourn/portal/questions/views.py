"""Asking the office a question, and reading on: with an account, or by the link from a mail."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising import files, links, question_lists, questions
from sojourn.advising.errors import AdvisingError
from sojourn.advising.forms import MessageForm
from sojourn.advising.models import Question, StoredFile
from sojourn.advising.questions import Asker, QuestionSubject
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.likely import likely_answers
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.languages import page_language
from sojourn.common.view_marks import (
    RateLimit,
    private_page,
    rate_limited,
    signing_in_is_for,
    takes_files,
)
from sojourn.people.models import User
from sojourn.people.permissions import (
    anybody,
    is_signed_in,
    open_to,
    signed_in_person,
    whoever_has_the_link,
)
from sojourn.portal.questions import presenters
from sojourn.portal.questions.forms import QuestionForm


def _thread_address(number: uuid.UUID) -> str:
    return reverse("questions:thread", kwargs={"number": number})


@require_safe
@private_page
@open_to(anybody)
def own(request: HttpRequest) -> HttpResponse:
    """One's own questions, or for a visitor the two ways to ask."""
    records = current_snapshot().records
    user = _user(request)
    rows = presenters.rows(records, question_lists.questions_of(user)) if user else ()
    context = {"rows": rows, "is_visitor": user is None, "section": "contact"}
    return render(request, "portal/questions/templates/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(files.MOST_FILES * files.LARGEST_FILE)
@rate_limited(RateLimit.FORMS)
@private_page
@open_to(anybody)
@signing_in_is_for(lambda: _("With an account you find the answer to your question here."))
def ask(request: HttpRequest) -> HttpResponse:
    """Ask. What may already answer it is shown first; then it is sent."""
    user = _user(request)
    make = QuestionForm.for_account if user else QuestionForm.for_visitor
    if request.method != "POST":
        about = next(
            (
                QuestionSubject(kind, request.GET[kind])
                for kind in QuestionSubject.KINDS
                if request.GET.get(kind)
            ),
            None,
        )
        initial = {"about": f"{about.kind}:{about.slug}"[:200]} if about else {}
        wish = presenters.connect_wish(request.GET.get("connect", ""))
        if wish:
            initial["subject"] = wish
        return _ask_page(request, make(initial=initial), about)
    form = make(request.POST, request.FILES)
    about = QuestionSubject.named(request.POST.get("about", ""))
    if not form.is_valid():
        return _ask_page(request, form, about, status=422)
    data = form.cleaned_data
    if not data["looked"]:
        likely = _likely(request, f"{data['subject']} {data['text']}", about)
        if likely:
            again = make({**_typed(request), "looked": "1"})
            return _ask_page(
                request, again, about, likely=likely, lost_files=bool(data["attachments"])
            )
    asker = Asker(user, data.get("email", ""), page_language())
    try:
        written = NewMessage(
            data["text"], data["sending"], files.store_uploads(data["attachments"])
        )
        question = questions.ask(asker, data["subject"], written, about)
    except AdvisingError as error:
        form.add_error(_field_of(error), error.message)
        return _ask_page(request, form, about, status=422)
    if user is None:
        return redirect("questions:sent")
    messages.success(request, _("Your question is with the office."))
    return redirect("questions:thread", number=question.pk)


@require_safe
@private_page
@open_to(anybody)
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/questions/templates/sent.html", {"section": "contact"})


@require_POST
@rate_limited(RateLimit.SEARCH)
@private_page
@open_to(anybody)
def likely(request: HttpRequest) -> HttpResponse:
    """Return what may answer a question that is being typed, as a part of its page."""
    text = f"{request.POST.get('subject', '')} {request.POST.get('text', '')}"
    found = _likely(request, text, QuestionSubject.named(request.POST.get("about", "")))
    return render(request, "portal/questions/templates/likely.html", {"likely": found})


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(files.MOST_FILES * files.LARGEST_FILE)
@rate_limited(RateLimit.FORMS)
@private_page
@open_to(is_signed_in)
def thread(request: HttpRequest, number: uuid.UUID) -> HttpResponseBase:
    user = signed_in_person(request)
    question = _own(user, number)
    return _thread(request, question, user, _of_account(question))


@require_POST
@rate_limited(RateLimit.FORMS)
@private_page
@open_to(is_signed_in, back=_thread_address)
def settle(request: HttpRequest, number: uuid.UUID) -> HttpResponseBase:
    user = signed_in_person(request)
    question = _own(user, number)
    questions.close_question(question, by=user)
    messages.success(request, _("Closed. If you write again, it reopens."))
    return redirect("questions:thread", number=number)


@require_safe
@private_page
@open_to(is_signed_in)
def file(request: HttpRequest, number: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    return _file(_own(signed_in_person(request), number), file)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(files.MOST_FILES * files.LARGEST_FILE)
@rate_limited(RateLimit.FORMS)
@private_page
@open_to(whoever_has_the_link)
def read(request: HttpRequest, token: str) -> HttpResponseBase:
    question = _by_link(token)
    return _thread(request, question, None, _of_link(token))


@require_POST
@rate_limited(RateLimit.FORMS)
@private_page
@open_to(whoever_has_the_link)
def settle_read(request: HttpRequest, token: str) -> HttpResponseBase:
    questions.close_question(_by_link(token), by=None)
    messages.success(request, _("Closed. If you write again, it reopens."))
    return redirect("questions:read", token=token)


@require_safe
@private_page
@open_to(whoever_has_the_link)
def file_read(request: HttpRequest, token: str, file: uuid.UUID) -> HttpResponseBase:
    return _file(_by_link(token), file)


Addresses = Mapping[str, Any]


def _thread(
    request: HttpRequest, question: Question, user: User | None, where: Addresses
) -> HttpResponse:
    form = MessageForm()
    status = 200
    if request.method == "POST":
        form = MessageForm(request.POST, request.FILES)
        if form.is_valid():
            data = form.cleaned_data
            try:
                if user is None:
                    files.require_few_today(question, len(data["attachments"]), timezone.now())
                kept = files.store_uploads(data["attachments"])
                questions.write_on(
                    question, NewMessage(data["text"], data["sending"], kept), by=user
                )
            except AdvisingError as error:
                form.add_error(_field_of(error), error.message)
            else:
                messages.success(request, _("Sent. The office reads it."))
                return redirect(where["page"])
        status = 422
    file_href: Callable[[StoredFile], str] = where["file"]
    page = presenters.thread(
        current_snapshot().records, question, question_lists.messages_of(question), file_href
    )
    context = {"page": page, "form": form, "settle": where["settle"], "section": "contact"}
    return render(request, "portal/questions/templates/thread.html", context, status=status)


def _of_account(question: Question) -> Addresses:
    number = {"number": question.pk}
    return {
        "page": reverse("questions:thread", kwargs=number),
        "settle": reverse("questions:settle", kwargs=number),
        "file": lambda file: reverse("questions:file", kwargs={**number, "file": file.pk}),
    }


def _of_link(token: str) -> Addresses:
    key = {"token": token}
    return {
        "page": reverse("questions:read", kwargs=key),
        "settle": reverse("questions:settle-read", kwargs=key),
        "file": lambda file: reverse("questions:file-read", kwargs={**key, "file": file.pk}),
    }


def _file(question: Question, number: uuid.UUID) -> HttpResponseBase:
    return files.as_download(question_lists.file_of(question, number))


def _ask_page(
    request: HttpRequest,
    form: QuestionForm,
    about: QuestionSubject | None,
    *,
    likely: tuple[presenters.LikelyAnswer, ...] = (),
    lost_files: bool = False,
    status: int = 200,
) -> HttpResponse:
    records = current_snapshot().records
    context = {
        "form": form,
        "about": presenters.about_link(records, about),
        "likely": likely,
        "lost_files": lost_files,
        "section": "contact",
    }
    return render(request, "portal/questions/templates/ask.html", context, status=status)


def _likely(
    request: HttpRequest, text: str, about: QuestionSubject | None
) -> tuple[presenters.LikelyAnswer, ...]:
    snapshot = current_snapshot()
    page = (about.kind, about.slug) if about else None
    found = likely_answers(snapshot, text.replace("\0", ""), page, page_language())
    return presenters.likely_answers(snapshot.records, found)


def _typed(request: HttpRequest) -> dict[str, Any]:
    return {name: request.POST.get(name, "") for name in request.POST}


def _field_of(error: AdvisingError) -> str | None:
    return "attachments" if isinstance(error, files.FileRefusedError) else None


def _own(user: User, number: uuid.UUID) -> Question:
    question = question_lists.find_own(user, number)
    if question is None:
        raise Http404
    return question


def _by_link(token: str) -> Question:
    number = links.number_in(token)
    question = questions.find_anonymous(number) if number else None
    if question is None:
        raise Http404
    return question


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
