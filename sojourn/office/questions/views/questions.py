"""Questions in the office: the list, one conversation, who takes it on, and answering once."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising import files, publishing, question_lists
from sojourn.advising import questions as advising_questions
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Question, QuestionState, SavedReply, Side
from sojourn.advising.permissions import may_advise, may_publish_answers
from sojourn.advising.threads import NewMessage, ThreadChangedError
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.translated_fields import text_of
from sojourn.common.view_marks import about_person, lists_people, takes_files
from sojourn.office.questions.forms import AnswerForm, ReplyForm
from sojourn.office.questions.presenters import questions as questions_presenter
from sojourn.office.shared import history, lists, seen
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office, require


@require_safe
@lists_people
@office_page(may_enter_office)
def questions(request: HttpRequest) -> HttpResponse:
    return lists.answer(
        request,
        "office/questions/templates/list.html",
        questions_presenter.kind(who(request)),
        question_lists.all_questions(who(request)),
        {"part": "questions", "here": "questions"},
    )


@require_POST
@lists_people
@office_page(may_advise)
def several(request: HttpRequest) -> HttpResponse:
    """Take on several questions, or close them after a confirmation."""
    visible = question_lists.all_questions(who(request))
    found = lists.chosen(questions_presenter.kind(who(request)), visible, request)
    chosen = list(found.order_by("asked_at")[: lists.MOST_PICKED])
    require(all(may_advise(who(request), each) for each in chosen))
    action = lists.action_of(request, questions_presenter.ACTIONS)
    back = _back(request)
    if not chosen or action is None:
        messages.warning(request, _("Pick some questions first."))
        return redirect(back)
    if action.name == "take":
        for question in chosen:
            advising_questions.assign(question, by=who(request), to=who(request))
        message = ngettext(
            "%(count)d question is yours.", "%(count)d questions are yours.", len(chosen)
        )
    elif "sure" in request.POST:
        for question in chosen:
            advising_questions.close_question(question, by=who(request))
        message = ngettext(
            "%(count)d question is closed.", "%(count)d questions are closed.", len(chosen)
        )
    else:
        asked = ngettext(
            "Close this question?", "Close these %(count)d questions?", len(chosen)
        ) % {"count": len(chosen)}
        context = {
            "part": "questions",
            "question": asked,
            "lines": [question.subject for question in chosen],
            "keys": [str(question.pk) for question in chosen],
            "do": action.name,
            "back": back,
        }
        return render(request, "office/questions/templates/settle.html", context)
    messages.success(request, message % {"count": len(chosen)})
    return redirect(back)


def _back(request: HttpRequest) -> str:
    """Where the list was; only ever an address of this site."""
    asked = request.POST.get("back", "")
    first = reverse("office:questions")
    return asked if asked.startswith(first) and "\\" not in asked else first


@require_safe
@about_person(Question, "asker", "number")
@office_page(may_enter_office)
def question(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    found = _one(request, number)
    seen.note(request, "question", found.pk)
    count = found.messages.count()
    return _page(request, found, ReplyForm(initial={"seen": count}))


@require_POST
@takes_files(files.MOST_FILES * files.LARGEST_FILE)
@about_person(Question, "asker", "number")
@office_page(may_advise)
def reply(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    found = _one(request, number)
    require(may_advise(who(request), found))
    if "put_in" in request.POST:
        return _page(request, found, _with_saved_reply(request, found))
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    data = form.cleaned_data
    try:
        written = NewMessage(
            data["text"], data["sending"], files.store_uploads(data["attachments"])
        )
        message = advising_questions.reply(
            found, written, by=who(request), becomes=data["becomes"], seen=data["seen"]
        )
    except ThreadChangedError as error:
        again = ReplyForm({**_typed(request), "seen": str(found.messages.count())})
        return _page(request, found, again, problem=error.message, status=409)
    except AdvisingError as error:
        field = "attachments" if isinstance(error, files.FileRefusedError) else None
        form.add_error(field, error.message)
        return _page(request, found, form, status=422)
    messages.success(request, _("Sent."))
    if request.POST.get("then") == "publish":
        return redirect("office:question-publish", number=number, message=message.number)
    return redirect("office:question", number=number)


@require_POST
@office_page(may_advise)
def assign(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    found = _one(request, number)
    require(may_advise(who(request), found))
    key = request.POST.get("to", "")
    to = None
    if key:
        to = question_lists.colleagues().filter(pk=key).first() if key.isdecimal() else None
        if to is None:
            raise Http404
    advising_questions.assign(found, by=who(request), to=to)
    message = (
        _("It is assigned to %(name)s.") % {"name": to}
        if to
        else _("It is not assigned to anyone now.")
    )
    messages.success(request, message)
    return redirect("office:question", number=number)


@require_POST
@office_page(may_advise)
def state(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Settle it, or take it up again: each undoes the other."""
    found = _one(request, number)
    require(may_advise(who(request), found))
    if request.POST.get("to") == QuestionState.CLOSED:
        advising_questions.close_question(found, by=who(request))
        messages.success(request, _("Closed. You can reopen it below."))
    elif request.POST.get("to") == QuestionState.WAITING:
        advising_questions.reopen_question(found, by=who(request))
        messages.success(request, _("It waits for the office again."))
    else:
        raise Http404
    return redirect("office:question", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Question, "asker", "number")
@office_page(may_publish_answers)
def publish(request: HttpRequest, number: uuid.UUID, message: int) -> HttpResponse:
    """Make of a reply an answer for everybody."""
    found = _one(request, number)
    written = found.messages.filter(number=message, side=Side.OFFICE).first()
    if written is None:
        raise Http404
    if written.published_as is not None:
        messages.info(request, _("This reply is published already. Change it here."))
        return redirect("office:answer", slug=written.published_as.slug)
    about = advising_questions.subject_of(found)
    pages = questions_presenter.pages_for_answer(current_snapshot().records, about)
    owners = question_lists.colleagues()
    if request.method != "POST":
        initial: dict[str, Any] = {
            "question": {found.language: found.subject},
            "text": {found.language: written.text},
            "page": pages[0][0] if about and pages else "",
            "owner": str(who(request).pk),
            "review_on": timezone.localdate() + publishing.REVIEW_AFTER,
        }
        return _publish_page(
            request, found, AnswerForm(pages=pages, owners=owners, initial=initial)
        )
    form = AnswerForm(request.POST, pages=pages, owners=owners)
    if not form.is_valid():
        return _publish_page(request, found, form, status=422)
    looked_at = frozenset(request.POST.getlist("looked_at"))
    try:
        answer = publishing.publish_answer(
            written, draft_of(form), by=who(request), looked_at=looked_at
        )
    except publishing.TracesLeftError as error:
        return _publish_page(
            request, found, form, problem=error.message, traces=error.found, status=422
        )
    except AdvisingError as error:
        form.add_error(None, error.message)
        return _publish_page(request, found, form, status=422)
    messages.success(request, _("Published. It shows on its page within two seconds."))
    return redirect("office:answer", slug=answer.slug)


@require_safe
@about_person(Question, "asker", "number")
@office_page(may_enter_office)
def file(request: HttpRequest, number: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    return files.as_download(question_lists.file_of(_one(request, number), file))


def draft_of(form: AnswerForm) -> publishing.AnswerDraft:
    data = form.cleaned_data
    return publishing.AnswerDraft(
        question=form.translations("question"),
        text=form.translations("text"),
        page=data["about"],
        owner=form.owner_chosen(),
        review_on=data["review_on"],
    )


def _page(
    request: HttpRequest, found: Question, form: ReplyForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    written = question_lists.messages_of(found)
    others = question_lists.others_by_asker(who(request), found)
    context = {
        "part": "questions",
        "here": "questions",
        "page": questions_presenter.thread(who(request), found, written, others, timezone.now()),
        "may_reply": may_advise(who(request), found),
        "may_publish": may_publish_answers(who(request)),
        "form": form,
        "saved": SavedReply.objects.visible_to(who(request)).order_by("name"),
        "problem": problem,
        "history": history.of(found),
        "next": question_lists.next_waiting(who(request), found),
    }
    return render(request, "office/questions/templates/question.html", context, status=status)


def _publish_page(
    request: HttpRequest,
    found: Question,
    form: AnswerForm,
    *,
    problem: str = "",
    traces: tuple[Any, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "part": "questions",
        "form": form,
        "subject": found.subject,
        "back": reverse("office:question", kwargs={"number": found.pk}),
        "problem": problem,
        "traces": [(one.text, questions_presenter.trace_in_words(one)) for one in traces],
    }
    return render(request, "office/questions/templates/publish.html", context, status=status)


def _with_saved_reply(request: HttpRequest, found: Question) -> ReplyForm:
    """Return the form as it was typed, with a saved reply at its end, in the asker's language."""
    key = request.POST.get("saved", "")
    replies = SavedReply.objects.visible_to(who(request))
    saved = replies.filter(pk=key).first() if key.isdecimal() else None
    typed = _typed(request)
    if saved is not None:
        language = found.asker.language if found.asker else found.language
        text = [typed.get("text", "").strip(), text_of(saved, "text").in_language(language)]
        typed["text"] = "\n\n".join(part for part in text if part)
    return ReplyForm(initial=typed)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: str(request.POST.get(name, "")) for name in request.POST}


def _one(request: HttpRequest, number: uuid.UUID) -> Question:
    found = question_lists.find(who(request), number)
    if found is None:
        raise Http404
    return found
