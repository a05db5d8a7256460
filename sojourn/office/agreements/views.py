"""Agreements in the office: listed, made, changed, renewed, with their papers."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue import agreement_papers, edits, partners
from sojourn.catalogue.models import (
    Agreement,
    AgreementDocument,
    AgreementLanguage,
    Institution,
)
from sojourn.catalogue.permissions import may_edit_agreement, programmes_of
from sojourn.common import pdf_files
from sojourn.common.pdf_files import PdfError
from sojourn.common.translated_fields import column, text_of
from sojourn.common.view_marks import takes_files
from sojourn.office.agreements import presenters
from sojourn.office.agreements.forms import AgreementForm, PaperForm
from sojourn.office.shared import lists
from sojourn.office.shared.access import asked_again_to_see, office_page, who
from sojourn.office.shared.catalogue_views import form_page, in_turn, saved, sent_form
from sojourn.office.shared.two_editors import edits as two_editors
from sojourn.people.permissions import may_enter_office, require

PART = {"part": "agreements"}
_A_DAY = dt.timedelta(days=1)


@require_safe
@office_page(may_enter_office)
def listing(request: HttpRequest) -> HttpResponse:
    return lists.answer(
        request,
        "office/agreements/templates/list.html",
        presenters.kind(),
        presenters.rows(),
        {**PART, "may_edit": may_edit_agreement(who(request))},
    )


@require_safe
@office_page(may_enter_office)
def one(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _one(slug), PaperForm())


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_agreement)
@in_turn
def new(request: HttpRequest, partner: str) -> HttpResponse:
    """Write down what was agreed with a partner; beside a draft it is a draft."""
    found = get_object_or_404(Institution, slug=partner, is_home=False)
    row = Agreement(partner=found, status=partners.status_beside(found))
    return _form(request, row, _("A new agreement"), {})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_agreement)
@in_turn
@two_editors(
    lambda request, slug: [
        Agreement.objects.filter(slug=slug),
        AgreementLanguage.objects.filter(agreement__slug=slug),
    ],
    by=may_edit_agreement,
)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    return _form(request, _editable(request, slug), _("Change this agreement"), {})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_agreement)
@in_turn
def renew(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down the agreement that follows one: the same, and valid from the day after."""
    old = _editable(request, slug)
    first = old.valid_until + _A_DAY if old.valid_until else None
    initial = {
        "seats_out": old.seats_out,
        "seats_in": old.seats_in,
        "level": old.level,
        "home_unit": old.home_unit_id,
        "programmes": list(old.programmes.all()),
        "valid_from": first,
        "is_example": old.is_example,
        **{f"field-{number}": code for number, code in enumerate(old.isced_f or ())},
        **{column("note", language): said for language, said in text_of(old, "note").items()},
    }
    for number, each in enumerate(old.languages.all()):
        initial |= {f"language-{number}": each.language, f"language-{number}-level": each.level}
    row = Agreement(partner=old.partner, status=partners.status_beside(old.partner))
    return _form(request, row, _("Renew this agreement"), initial, follows=old)


def _form(
    request: HttpRequest,
    row: Agreement,
    title: str,
    initial: dict[str, Any],
    follows: Agreement | None = None,
) -> HttpResponse:
    """Show and save the form about an agreement; a renewal `follows` another one."""
    partner = row.partner
    is_sent = request.method == "POST"
    before = edits.values_of(row) if row.pk else None
    sent = sent_form(request)
    if (there := edits.added_by(Agreement, sent)) is not None:
        return redirect("office:agreement", slug=there.slug)
    form = AgreementForm(
        request.POST if is_sent else None,
        instance=row,
        initial=initial,
        near=partner,
        programmes=programmes_of(who(request)).order_by("position", "slug"),
    )
    if is_sent and form.is_valid():

        def save() -> None:
            with edits.saving():
                made = form.save(commit=False)
                made.isced_f = form.fields_of_study(form.cleaned_data)
                if before is None:
                    partners.add(made, who(request), f"{partner.slug}-{made.level}", sent)
                else:
                    made.save()
                form.save_parts(made, follows or made, timezone.localdate())
                # Nobody gives away what is then not theirs to change.
                require(may_edit_agreement(who(request), made))
                if before is not None:
                    edits.record("catalogue.changed", made, who(request), before)

        if saved(form, save):
            messages.success(request, _("Saved."))
            return redirect("office:agreement", slug=row.slug)
    crumbs = [
        (_("Partners"), reverse("office:partners")),
        (str(partner.name), reverse("office:partner", args=[partner.slug])),
    ]
    if row.pk:
        crumbs.append((presenters.short(row), reverse("office:agreement", args=[row.slug])))
    return form_page(request, form, title, crumbs, **PART)


@require_POST
@office_page(may_edit_agreement)
@in_turn
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw an agreement, or show it again."""
    row = _editable(request, slug)
    if request.POST.get("do") == "restore":
        partners.restore(row, who(request))
        messages.success(request, _("The agreement is public."))
    else:
        partners.withdraw(row, who(request))
        messages.success(request, _("The agreement is withdrawn. “Restore” takes that back."))
    return redirect("office:agreement", slug=slug)


# --- Papers ----------------------------------------------------------------------------------


@require_POST
@takes_files(pdf_files.LARGEST)
@office_page(may_edit_agreement)
def paper_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a signed paper."""
    row = _editable(request, slug)
    form = PaperForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            agreement_papers.add(row, form.cleaned_data["file"], who(request))
        except PdfError as error:
            form.add_error("file", error.message)
        else:
            messages.success(request, _("The paper is kept."))
            return redirect("office:agreement", slug=slug)
    return _page(request, row, form)


@require_safe
@office_page(may_enter_office)
@asked_again_to_see
def paper(request: HttpRequest, slug: str, paper: uuid.UUID) -> FileResponse:
    """Hand out a paper to those who work on the agreement."""
    found = AgreementDocument.objects.visible_to(who(request)).filter(agreement__slug=slug)
    row = get_object_or_404(found.distinct(), pk=paper)
    return agreement_papers.as_download(row)


@require_POST
@office_page(may_edit_agreement)
def paper_move(request: HttpRequest, slug: str, paper: uuid.UUID) -> HttpResponse:
    """Remove a paper, or put it back."""
    agreement = _editable(request, slug)
    found = AgreementDocument.objects.visible_to(who(request)).filter(agreement=agreement)
    row = get_object_or_404(found.distinct(), pk=paper)
    if request.POST.get("do") == "put_back":
        agreement_papers.put_back(row, who(request))
        messages.success(request, _("The paper is back."))
    else:
        agreement_papers.remove(row, who(request))
        messages.success(request, _("The paper is removed. “Put back” takes that back."))
    return redirect("office:agreement", slug=slug)


# --- Helpers ---------------------------------------------------------------------------------


def _page(request: HttpRequest, row: Agreement, form: PaperForm) -> HttpResponse:
    context = {**PART, "page": presenters.page(who(request), row), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "office/agreements/templates/agreement.html", context, status=status)


def _one(slug: str) -> Agreement:
    return get_object_or_404(presenters.rows().select_related("home_unit"), slug=slug)


def _editable(request: HttpRequest, slug: str) -> Agreement:
    row = _one(slug)
    require(may_edit_agreement(who(request), row))
    return row
