"""Let people in, decide whose student number it is, confirm numbers by a list."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sojourn.common.view_marks import lists_people
from sojourn.office.people.forms import NumberListForm
from sojourn.office.people.presenters import accounts as presenters
from sojourn.office.shared.access import office_page, who
from sojourn.people import access, student_numbers
from sojourn.people.models import StudentNumber, User
from sojourn.people.permissions import may_judge_account, require
from sojourn.selection import number_cases


@require_http_methods(["GET", "HEAD", "POST"])
@lists_people
@office_page(may_judge_account)
def accounts(request: HttpRequest) -> HttpResponse:
    form, result = NumberListForm(), None
    do = request.POST.get("do", "")
    if do in ("let-in", "refuse"):
        return _decide_on_person(request, do)
    if do == "decide":
        return _decide_on_number(request)
    if do == "list":
        form = NumberListForm(request.POST)
        if form.is_valid():
            result = student_numbers.confirm_by_list(
                form.cleaned_data["lines"],
                among=User.objects.visible_to(who(request)),
                actor=who(request),
            )
            form = NumberListForm()
    return render(
        request,
        "office/people/templates/accounts.html",
        {
            "part": "accounts",
            "page": presenters.page(who(request)),
            "form": form,
            "result": result,
        },
        status=422 if form.errors else 200,
    )


def _decide_on_person(request: HttpRequest, do: str) -> HttpResponse:
    people = User.objects.visible_to(who(request)).filter(is_staff=False)
    person = people.filter(pk=_key(request, "account")).first()
    if person is None:
        raise Http404
    require(may_judge_account(who(request), person))
    if do == "let-in":
        access.let_in(person, by=who(request))
        messages.success(request, _("%(person)s is let in and gets a mail.") % {"person": person})
    else:
        access.refuse(person, by=who(request))
        messages.success(
            request, _("%(person)s is not let in and gets a mail.") % {"person": person}
        )
    return redirect("office:accounts")


def _decide_on_number(request: HttpRequest) -> HttpResponse:
    claims = StudentNumber.objects.visible_to(who(request)).select_related("owner")
    claim = claims.filter(pk=_key(request, "claim")).first()
    if claim is None or claim.number != request.POST.get("number"):
        messages.warning(request, _("This claim has changed. Look again."))
        return redirect("office:accounts")
    for rival in student_numbers.claims_beside(claim):
        require(may_judge_account(who(request), rival.owner))
    require(may_judge_account(who(request), claim.owner))
    taken = number_cases.decide(claim, actor=who(request))
    messages.success(
        request,
        _("%(number)s is the number of %(person)s. The other one gets a mail.")
        % {"number": claim.number, "person": claim.owner},
    )
    if taken:
        messages.warning(
            request,
            _("Imported values of the other one were removed. Read the file of grades again."),
        )
    return redirect("office:accounts")


def _key(request: HttpRequest, field: str) -> int:
    """Return the key of a row that a form names; 0, which no row has, for what is no key."""
    sent = request.POST.get(field, "")
    return int(sent) if sent.isdecimal() and len(sent) < 18 else 0
