"""Partners in the office: listed, made from a list, changed, merged."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue import academic_years, edits, institution_lists, partners
from sojourn.catalogue.institution_lists import ListError
from sojourn.catalogue.models import (
    Agreement,
    Contact,
    IncomingStudents,
    Institution,
    ListedInstitution,
    OrganisationalUnit,
    PublicationStatus,
)
from sojourn.catalogue.partners import PartnerError
from sojourn.catalogue.permissions import may_edit_partners
from sojourn.common.languages import REQUIRED
from sojourn.common.translated_fields import column, text_of
from sojourn.common.view_marks import lists_people, takes_files
from sojourn.mobility import balance
from sojourn.office.partners.forms import (
    ContactForm,
    FindForm,
    IncomingForm,
    ListFileForm,
    PartnerForm,
    UnitForm,
)
from sojourn.office.partners.presenters import find as find_presenter
from sojourn.office.partners.presenters import list as list_presenter
from sojourn.office.partners.presenters import page as page_presenter
from sojourn.office.shared import lists
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.catalogue_forms import written_source
from sojourn.office.shared.catalogue_views import form_page, in_turn, saved, sent_form
from sojourn.office.shared.two_editors import edits as two_editors
from sojourn.people.permissions import may_enter_office

PART = {"part": "partners"}
YEARS_BACK = 12


@require_safe
@office_page(may_enter_office)
def listing(request: HttpRequest) -> HttpResponse:
    reader = who(request)
    context = {
        **PART,
        "may_edit": may_edit_partners(reader),
        "has_list": institution_lists.is_there(),
    }
    return lists.answer(
        request,
        "office/partners/templates/list.html",
        list_presenter.kind(),
        list_presenter.rows(),
        context,
    )


@require_safe
@lists_people
@office_page(may_enter_office)
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """Show everything about one partner: agreements, people, places, who went and came."""
    page = page_presenter.page(who(request), _one(slug))
    return render(request, "office/partners/templates/partner.html", {**PART, "page": page})


# --- A new one -------------------------------------------------------------------------------


@require_safe
@office_page(may_edit_partners)
def find(request: HttpRequest) -> HttpResponse:
    """Look for an institution in the lists that were imported, to make a partner of it."""
    form = FindForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    is_asked = bool(asked.get("q") or asked.get("country"))
    found, more = find_presenter.find(asked["q"], asked["country"]) if is_asked else ([], 0)
    context = {
        **PART,
        "form": form,
        "found": found,
        "more": more,
        "asked": is_asked,
        "has_list": institution_lists.is_there(),
    }
    return render(request, "office/partners/templates/find.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
def new(request: HttpRequest) -> HttpResponse:
    """Make a partner of an institution that was chosen, or of what is typed. It is a draft."""
    sent = sent_form(request)
    if (there := edits.added_by(Institution, sent)) is not None:
        return redirect("office:partner", slug=there.slug)
    chosen = ListedInstitution.objects.filter(pk=_number(request.GET.get("listed", ""))).first()
    is_sent = request.method == "POST"
    position = None
    initial: dict[str, Any] = {"is_partner": True}
    if chosen is not None:
        if chosen.latitude is not None and chosen.longitude is not None:
            position = (chosen.latitude, chosen.longitude)
        initial |= {
            "country": chosen.country,
            "erasmus_code": chosen.erasmus_code,
            "schac": chosen.schac,
            "ror": chosen.ror,
            "website": chosen.website,
            "source": chosen.source.slug,
            **{column("name", language): chosen.name for language in REQUIRED},
            **{column("city", language): chosen.city for language in REQUIRED},
        }
    form = PartnerForm(
        request.POST if is_sent else None,
        initial=initial,
        position=position,
        instance=Institution(status=PublicationStatus.DRAFT),
    )
    if is_sent and form.is_valid():
        row = form.placed()

        def save() -> None:
            with edits.saving():
                name = form.cleaned_data[column("name", REQUIRED[0])]
                partners.add(row, who(request), name, sent)
                form.set_sources(row, timezone.localdate())

        if saved(form, save):
            messages.success(
                request, _("The partner is made, as a draft. Add what was agreed, and publish it.")
            )
            return redirect("office:partner", slug=row.slug)
    return form_page(
        request,
        form,
        chosen.name if chosen else _("A new partner"),
        [(_("Partners"), reverse("office:partners")), (_("Find"), reverse("office:partner-new"))],
        **PART,
        lead=""
        if position
        else _(
            "Where it is on the map follows from its city, if we know that city; nobody types"
            " coordinates."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(institution_lists.LARGEST)
@office_page(may_edit_partners)
def take_list(request: HttpRequest) -> HttpResponse:
    """Take in a list of institutions to choose partners from."""
    is_sent = request.method == "POST"
    form = ListFileForm(request.POST or None, request.FILES or None)
    if is_sent and form.is_valid():
        upload: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            done = institution_lists.import_list(
                upload, form.cleaned_data["title"], timezone.localdate()
            )
        except ListError as error:
            form.add_error("file", error.message)
        else:
            messages.success(
                request,
                _("%(added)d institutions are new, %(changed)d renewed, %(left)d left out.")
                % {"added": done.added, "changed": done.changed, "left": done.left_out},
            )
            return redirect("office:partner-new")
    return form_page(
        request,
        form,
        _("Take in a list of institutions"),
        [(_("Partners"), reverse("office:partners"))],
        **PART,
        has_files=True,
        lead=_(
            "A dump of ROR (CSV or JSON), or the European list with Erasmus codes. Partners are"
            " then made by choosing from it."
        ),
        action=_("Take it in"),
    )


# --- Changes ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
@two_editors(lambda request, slug: Institution.objects.filter(slug=slug), by=may_edit_partners)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what a partner says of itself."""
    row = _one(slug)
    is_sent = request.method == "POST"
    before = edits.values_of(row)
    form = PartnerForm(request.POST if is_sent else None, instance=row, near=row)
    if is_sent and form.is_valid():
        changed = form.placed()

        def save() -> None:
            with edits.saving():
                changed.save()
                form.set_sources(changed, timezone.localdate())
                edits.record("catalogue.changed", changed, who(request), before)

        if saved(form, save):
            messages.success(request, _("Saved."))
            return redirect("office:partner", slug=slug)
    return form_page(request, form, _("Change this partner"), _crumbs(_one(slug)), **PART)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a partner with its drafts, after reading which these are."""
    row = _one(slug)
    if request.method == "POST":
        messages.success(request, page_presenter.publish_words(partners.publish(row, who(request))))
        return redirect("office:partner", slug=slug)
    lines = [
        _("Agreement %(what)s") % {"what": each.slug}
        if isinstance(each, Agreement)
        else str(getattr(each, "name", "") or getattr(each, "title", ""))
        for each in partners.drafts_of(row, who(request))
    ]
    return _ask(
        request, slug, _("Show this to everybody?"), lines, _("Publish"),
        _("A contact is shown to those who may see it; nobody without their consent."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a partner from the site, after reading what hangs on it."""
    row = _one(slug)
    if request.method == "POST":
        partners.withdraw(row, who(request))
        messages.success(request, _("It is withdrawn. “Restore” on its page takes that back."))
        return redirect("office:partner", slug=slug)
    lines = [f"{each.what}: {each.count}" for each in partners.what_moves(row)]
    return _ask(
        request, slug, _("Withdraw this partner?"), lines, _("Withdraw"),
        _("Its page says that it is gone. What hangs on it stays:"),
    )  # fmt: skip


@require_POST
@office_page(may_edit_partners)
@in_turn
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a withdrawn partner again."""
    partners.restore(_one(slug), who(request))
    messages.success(request, _("It is public again."))
    return redirect("office:partner", slug=slug)


def _ask(
    request: HttpRequest, slug: str, question: str, lines: list[str], action: str, text: str,
    *, do: str = "",
) -> HttpResponse:  # fmt: skip
    """Ask before something is done to a partner or to a part of it."""
    context = {
        **PART,
        "question": question,
        "text": text,
        "lines": lines,
        "action": action,
        "do": do,
        "back": reverse("office:partner", args=[slug]),
    }
    return render(request, "office/partners/templates/confirm.html", context)


# --- Units -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
def unit_new(request: HttpRequest, slug: str) -> HttpResponse:
    partner = _one(slug)
    return _unit(request, partner, OrganisationalUnit(institution=partner), _("A new unit"))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
@two_editors(
    lambda request, slug, unit: OrganisationalUnit.objects.filter(pk=unit, institution__slug=slug),
    by=may_edit_partners,
)
def unit(request: HttpRequest, slug: str, unit: int) -> HttpResponse:
    """Rename a unit, or remove it."""
    partner = _one(slug)
    row = get_object_or_404(partner.units, pk=unit)
    if request.method == "POST" and request.POST.get("do") == "remove":
        if "sure" not in request.POST:
            return _ask(
                request, slug, _("Remove this unit?"), [str(text_of(row, "name"))],
                _("Remove it"), _("It cannot be brought back."), do="remove",
            )  # fmt: skip
        try:
            partners.remove_unit(row, who(request))
        except PartnerError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("The unit is removed."))
        return redirect("office:partner", slug=slug)
    return _unit(request, partner, row, _("Change this unit"), can_remove=True)


def _unit(
    request: HttpRequest,
    partner: Institution,
    row: OrganisationalUnit,
    title: str,
    *,
    can_remove: bool = False,
) -> HttpResponse:
    is_sent = request.method == "POST"
    form = UnitForm(request.POST if is_sent else None, instance=row)
    if (
        is_sent
        and form.is_valid()
        and saved(form, lambda: partners.save_unit(form.save(commit=False), who(request)))
    ):
        messages.success(request, _("Saved."))
        return redirect("office:partner", slug=partner.slug)
    return form_page(request, form, title, _crumbs(partner), **PART, can_remove=can_remove)


# --- Contacts --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
def contact_new(request: HttpRequest, slug: str) -> HttpResponse:
    partner = _one(slug)
    made = Contact(institution=partner, status=partners.status_beside(partner))
    return _contact(request, partner, made, _("A new contact"))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
@two_editors(
    lambda request, slug, contact: Contact.objects.filter(slug=contact, institution__slug=slug),
    by=may_edit_partners,
)
def contact(request: HttpRequest, slug: str, contact: str) -> HttpResponse:
    """Change a contact."""
    partner = _one(slug)
    row = get_object_or_404(Contact, slug=contact, institution=partner)
    return _contact(request, partner, row, _("Change this contact"))


def _contact(request: HttpRequest, partner: Institution, row: Contact, title: str) -> HttpResponse:
    is_sent = request.method == "POST"
    before = edits.values_of(row) if row.pk else None
    sent = sent_form(request)
    if edits.added_by(Contact, sent) is not None:
        return redirect("office:partner", slug=partner.slug)
    form = ContactForm(request.POST if is_sent else None, instance=row, near=partner)
    if is_sent and form.is_valid():

        def save() -> None:
            with edits.saving():
                made = form.save(commit=False)
                if before is None:
                    partners.add(made, who(request), _slug_of(partner, form.cleaned_data), sent)
                else:
                    made.save()
                form.save_m2m()
                form.set_sources(made, timezone.localdate())
                if before is not None:
                    edits.record("catalogue.changed", made, who(request), before)

        if saved(form, save):
            messages.success(request, _("Saved."))
            if "another" in request.POST:
                return redirect("office:partner-contact-new", slug=partner.slug)
            return redirect("office:partner", slug=partner.slug)
    return form_page(request, form, title, _crumbs(partner), **PART, can_add_another=before is None)


def _slug_of(partner: Institution, data: dict[str, Any]) -> str:
    """Name a contact by its function: the id is in public addresses, and nobody's name is."""
    return f"{partner.slug}-{data[column('title', REQUIRED[0])]}"


@require_POST
@office_page(may_edit_partners)
@in_turn
def contact_move(request: HttpRequest, slug: str, contact: str) -> HttpResponse:
    """Withdraw a contact, or restore it."""
    row = get_object_or_404(Contact, slug=contact, institution__slug=slug)
    if request.POST.get("do") == "restore":
        partners.restore(row, who(request))
        messages.success(request, _("The contact is back."))
    else:
        partners.withdraw(row, who(request))
        messages.success(request, _("The contact is withdrawn. “Restore” takes that back."))
    return redirect("office:partner", slug=slug)


# --- Who came --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
def incoming(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down how many came in a year."""
    partner = _one(slug)
    is_sent = request.method == "POST"
    now = academic_years.year_of(timezone.localdate())
    years = [(year, balance.year_name(year)) for year in range(now, now - YEARS_BACK, -1)]
    form = IncomingForm(
        request.POST if is_sent else None, near=partner, years=years, initial={"year": now - 1}
    )
    if is_sent and form.is_valid():
        data = form.cleaned_data
        source = data["source"] or written_source(data, timezone.localdate())
        assert source is not None  # noqa: S101 (the form asks for one)
        partners.enter_incoming(partner, data["year"], data["count"], source, who(request))
        messages.success(request, _("Saved."))
        return redirect("office:partner", slug=slug)
    return form_page(request, form, _("How many came"), _crumbs(partner), **PART)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
def incoming_remove(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take such a number back, after asking."""
    found = IncomingStudents.objects.filter(institution__slug=slug).select_related("source")
    row = get_object_or_404(found, pk=number)
    if request.method == "POST":
        partners.remove_incoming(row, who(request))
        messages.success(request, _("The number is removed."))
        return redirect("office:partner", slug=slug)
    line = f"{balance.year_name(row.year)}: {row.count}, {row.source}"
    return _ask(
        request, slug, _("Remove this number?"), [line], _("Remove it"),
        _("It cannot be brought back."),
    )  # fmt: skip


# --- Duplicates ------------------------------------------------------------------------------


@require_safe
@office_page(may_edit_partners)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Propose partners that may be one."""
    pairs = partners.likely_duplicates()
    context = {**PART, "pairs": pairs}
    return render(request, "office/partners/templates/duplicates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_partners)
@in_turn
def merge(request: HttpRequest, slug: str, other: str) -> HttpResponse:
    """Merge a partner into another one, after reading all that moves."""
    merged, kept = _one(slug), _one(other)
    if merged.pk == kept.pk:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            partners.merge(merged, kept, who(request))
        except PartnerError as error:
            problem = error.message
        else:
            messages.success(request, _("They are one now."))
            return redirect("office:partner", slug=kept.slug)
    context = {
        **PART,
        "merged": merged,
        "kept": kept,
        "moving": partners.what_moves(merged),
        "problem": problem,
    }
    return render(
        request,
        "office/partners/templates/merge.html",
        context,
        status=409 if problem else 200,
    )


# --- Helpers ---------------------------------------------------------------------------------


def _one(slug: str) -> Institution:
    rows: QuerySet[Institution] = Institution.objects.filter(is_home=False)
    return get_object_or_404(rows.select_related("preferred_source"), slug=slug)


def _crumbs(partner: Institution) -> list[tuple[str, str]]:
    return [
        (_("Partners"), reverse("office:partners")),
        (str(partner.name), reverse("office:partner", args=[partner.slug])),
    ]


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 18 else 0
