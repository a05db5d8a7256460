"""Published answers: all of them with those to look at again first, and one to change."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising import publishing, question_lists
from sojourn.advising.errors import AdvisingError
from sojourn.advising.permissions import may_publish_answers
from sojourn.catalogue.models import PublishedAnswer
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.translated_fields import text_of
from sojourn.office.questions.forms import AnswerForm
from sojourn.office.questions.presenters import answers as answers_presenter
from sojourn.office.questions.presenters import questions as of_questions
from sojourn.office.questions.views.questions import draft_of
from sojourn.office.shared import history, lists
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.two_editors import edits
from sojourn.people.permissions import may_enter_office, require


@require_safe
@office_page(may_enter_office)
def answers(request: HttpRequest) -> HttpResponse:
    listing = lists.shown(answers_presenter.kind(), answers_presenter.everything(), request)
    context = {"part": "questions", "here": "answers", "list": listing}
    return render(request, "office/questions/templates/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_enter_office)
@edits(lambda _request, slug: PublishedAnswer.objects.filter(slug=slug), by=may_publish_answers)
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    found = _one(slug)
    about = answers_presenter.about_of(found)
    pages = of_questions.pages_for_answer(current_snapshot().records, about)
    owners = question_lists.colleagues()
    status = 200
    may_change = may_publish_answers(who(request))
    if request.method == "POST":
        require(may_change)
        form = AnswerForm(request.POST, pages=pages, owners=owners)
        if form.is_valid():
            try:
                publishing.change_answer(found, draft_of(form), by=who(request))
            except AdvisingError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Changed. It shows on its page within two seconds."))
                return redirect("office:answer", slug=slug)
        status = 422
    else:
        form = AnswerForm(
            pages=pages,
            owners=owners,
            initial={
                "question": text_of(found, "question"),
                "text": text_of(found, "text"),
                "page": f"{about.kind}:{about.slug}",
                "owner": str(found.owner_id or who(request).pk),
                "review_on": timezone.localdate() + publishing.REVIEW_AFTER,
            },
        )
    context = {
        "part": "questions",
        "here": "answers",
        "form": form,
        "may_change": may_change,
        "page": answers_presenter.shown(found, timezone.localdate()),
        "history": history.of(found),
    }
    return render(request, "office/questions/templates/answer.html", context, status=status)


@require_POST
@office_page(may_publish_answers)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Still right for another year; off the site; on it again."""
    found = _one(slug)
    what = request.POST.get("what", "")
    if what == "right":
        publishing.mark_reviewed(found, by=who(request))
        messages.success(request, _("Good. We will ask you again in a year."))
    elif what == "withdraw":
        publishing.withdraw_answer(found, by=who(request))
        messages.success(request, _("It is unpublished. You can publish it again below."))
    elif what == "show":
        publishing.republish_answer(found, by=who(request))
        messages.success(request, _("It is on the site again."))
    else:
        raise Http404
    return redirect("office:answer", slug=slug)


def _one(slug: str) -> PublishedAnswer:
    found = answers_presenter.everything().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found
