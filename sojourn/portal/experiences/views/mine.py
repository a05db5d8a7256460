"""One's own reports: begun, written, sent, taken back, deleted.

A report is found by a random id and belongs to an account, or to the person who opened the link of
its invitation in this browser. For everybody else there is nothing at its address.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.languages import page_language
from sojourn.common.view_marks import private_page, signing_in_is_for, takes_files
from sojourn.experiences import messages as experiences_messages
from sojourn.experiences import photos, writing
from sojourn.experiences.errors import ExperienceError, ReportChangedError
from sojourn.experiences.models import Report, ReportState
from sojourn.people.permissions import is_signed_in, open_to, signed_in_person, whoever_has_the_link
from sojourn.portal.experiences.forms import CONSENTS, ReportForm, filled_in, given_consents
from sojourn.portal.experiences.presenters import mine as mine_presenter

# Reports that this browser may write because it opened the link of their invitation.
INVITED = "invited_reports"


def own_report(request: HttpRequest, number: UUID) -> Report:
    """Return the report, if it is that of the person who asks; else nothing is there."""
    found = Report.objects.owned_by(request.user).filter(pk=number)
    if str(number) in request.session.get(INVITED, []):
        found |= Report.objects.named_by_link(pk=number, writer=None)
    report = (
        found.filter(is_example=False)
        .select_related("opportunity", "programme", "published", "photo")
        .first()
    )
    if report is None:
        raise Http404
    return report


def _needs_sign_in(request: HttpRequest, number: UUID) -> bool:
    """Nobody is told whether a report exists before they have said who they are."""
    return not request.user.is_authenticated and str(number) not in request.session.get(INVITED, [])


def _to_tell() -> str:
    return _("To tell how it was you need an account.")


@require_safe
@private_page
@open_to(is_signed_in)
@signing_in_is_for(_to_tell)
def mine(request: HttpRequest) -> HttpResponseBase:
    user = signed_in_person(request)
    records = current_snapshot().records
    return render(
        request,
        "portal/experiences/templates/mine.html",
        {
            "lines": mine_presenter.lines(records, user),
            "sent": mine_presenter.sent(user),
            "left": experiences_messages.count_left_this_week(user),
            "is_student": user.is_student,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(is_signed_in)
@signing_in_is_for(_to_tell)
def begin(request: HttpRequest) -> HttpResponseBase:
    """Start a draft; a GET, as after signing in, asks for the click once more."""
    user = signed_in_person(request)
    if not user.is_student:
        messages.warning(request, _("Reports are written by students; invite one in the office."))
        return redirect("experiences:mine")
    place = request.POST.get("place", request.GET.get("place", ""))[:120]
    if request.method != "POST":
        known = current_snapshot().records.opportunities.get(place)
        context = {"place": place if known else "", "title": str(known.title) if known else ""}
        return render(request, "portal/experiences/templates/begin.html", context)
    try:
        report = writing.begin_report(user, page_language(), place)
    except ExperienceError as error:
        messages.warning(request, error.message)
        return redirect("experiences:mine")
    return redirect("experiences:report", number=report.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(photos.LARGEST_FILE)
@private_page
@open_to(whoever_has_the_link)
def report(request: HttpRequest, number: UUID) -> HttpResponseBase:
    """Write a draft; see what became of one that was sent."""
    if _needs_sign_in(request, number):
        return redirect_to_login(request.get_full_path())
    record = own_report(request, number)
    if record.state != ReportState.DRAFT:
        if request.method == "POST":
            if "autosave" in request.POST:
                return JsonResponse(
                    {"problem": _("The office is reading this report.")}, status=409
                )
            messages.warning(
                request, _("The office is reading this report. Withdraw it first, then change it.")
            )
            return redirect("experiences:report", number=number)
        return _sent_page(request, record)
    if request.method != "POST":
        form = _form(record, initial=filled_in(record))
        return _page(request, record, form, 200)
    return _save(request, record)


def _form(record: Report, *arguments: object, **named: object) -> ReportForm:
    rows = record.courses.count() + 2
    return ReportForm(current_snapshot().records, rows, *arguments, **named)


def _save(request: HttpRequest, record: Report) -> HttpResponse:
    form = _form(record, request.POST, request.FILES)
    quietly = "autosave" in request.POST
    if not form.is_valid():
        if quietly:
            return JsonResponse(
                {"problem": _("Not saved: we could not read everything you typed.")}, status=422
            )
        return _page(request, record, form, 422)
    try:
        record = writing.save_draft(record.pk, form.content(), _revision(request))
    except ReportChangedError as error:
        if quietly:
            return JsonResponse({"problem": error.message}, status=409)
        return _page(request, own_report(request, record.pk), form, 409, problem=error.message)
    if quietly:
        at = timezone.localtime().strftime("%H:%M")
        saved = _("Saved at %(time)s") % {"time": at}
        return JsonResponse({"saved": saved, "revision": record.revision})
    if upload := form.cleaned_data["photo"]:
        try:
            photos.save_photo(record, upload, upload.size)
            photos.describe(record, form.cleaned_data["photo_words"])
        except ExperienceError as error:
            form.add_error("photo", error.message)
            return _page(request, own_report(request, record.pk), form, 422)
    if "send" not in request.POST:
        messages.success(request, _("Your draft is saved. Continue whenever you like."))
        return redirect("experiences:report", number=record.pk)
    missing = writing.find_missing(record)
    if missing:
        for name, message in missing.items():
            form.add_error(name, message)
        return _page(request, own_report(request, record.pk), form, 422)
    try:
        writing.submit(record.pk)
    except ExperienceError as error:
        form.add_error(error.field or None, error.message)
        return _page(request, own_report(request, record.pk), form, 422)
    messages.success(request, _("Thank you. The office reads your report and publishes it."))
    return redirect("experiences:report", number=record.pk)


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _page(
    request: HttpRequest, record: Report, form: ReportForm, status: int, problem: str = ""
) -> HttpResponse:
    records = current_snapshot().records
    place = record.opportunity.slug if record.opportunity else ""
    opportunity = records.opportunities.get(place)
    hosts = set(opportunity.hosts) if opportunity else set()
    return render(
        request,
        "portal/experiences/templates/report.html",
        {
            "form": form,
            "report": record,
            "problem": problem,
            "photo": getattr(record, "photo", None),
            "consents": _consents(form),
            "courses_there": sorted(
                {str(one.title) for one in records.courses.values() if one.institution in hosts}
            ),
            "courses_home": sorted(
                {
                    str(one.title)
                    for one in records.courses.values()
                    if one.institution == records.edition.home
                }
            ),
            "edits": mine_presenter.edits(record),
            "is_invited": record.writer_id is None,
        },
        status=status,
    )


def _consents(form: ReportForm) -> list[dict[str, object]]:
    given = form["consents"].value() or []
    return [
        {"part": part, "title": title, "why": why, "given": part in given}
        for part, title, why in CONSENTS
    ]


def _sent_page(request: HttpRequest, record: Report) -> HttpResponse:
    given = given_consents(record)
    return render(
        request,
        "portal/experiences/templates/sent.html",
        {
            "report": record,
            "place": mine_presenter.place_of(current_snapshot().records, record),
            "state": mine_presenter.state_words(record),
            "edits": mine_presenter.edits(record),
            "parts": [
                (writing.part_label(name), getattr(record, name))
                for name in writing.TEXTS
                if name != "title" and getattr(record, name).strip()
            ],
            "photo": getattr(record, "photo", None),
            "seen_at": mine_presenter.seen_at(record),
            "consents": [
                {"part": part, "title": title, "why": why, "given": part in given}
                for part, title, why in CONSENTS
            ],
        },
    )


@require_POST
@private_page
@open_to(whoever_has_the_link)
def consents(request: HttpRequest, number: UUID) -> HttpResponseBase:
    """Return what the writer agrees to from now on."""
    if _needs_sign_in(request, number):
        return redirect_to_login("/")
    record = own_report(request, number)
    known = {part for part, _title, _why in CONSENTS}
    writing.change_consents(record.pk, frozenset(known & set(request.POST.getlist("consents"))))
    messages.success(
        request, _("Saved. What you no longer want to show has been removed from the site.")
    )
    return redirect("experiences:report", number=number)


@require_POST
@private_page
@open_to(whoever_has_the_link)
def take_back(request: HttpRequest, number: UUID) -> HttpResponseBase:
    if _needs_sign_in(request, number):
        return redirect_to_login("/")
    record = own_report(request, number)
    writing.withdraw_report(record.pk)
    messages.success(
        request,
        _(
            "Your report is a draft again, and only you see it. You can submit it "
            "again if you want."
        ),
    )
    return redirect("experiences:report", number=number)


@require_safe
@private_page
@open_to(whoever_has_the_link)
def photo(request: HttpRequest, number: UUID) -> HttpResponseBase:
    """Return the photo of one's own report, published or not."""
    if _needs_sign_in(request, number):
        raise Http404
    kept = getattr(own_report(request, number), "photo", None)
    content = photos.content_of(kept) if kept else b""
    if not content:
        raise Http404
    return HttpResponse(content, content_type="image/jpeg")


@require_POST
@private_page
@open_to(whoever_has_the_link)
def remove_photo(request: HttpRequest, number: UUID) -> HttpResponseBase:
    if _needs_sign_in(request, number):
        return redirect_to_login("/")
    record = own_report(request, number)
    photos.remove_photo_of(record.pk)
    messages.success(request, _("The photo is deleted."))
    return redirect("experiences:report", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(whoever_has_the_link)
def delete(request: HttpRequest, number: UUID) -> HttpResponseBase:
    """Delete a report for good, after asking once."""
    if _needs_sign_in(request, number):
        return redirect_to_login(request.get_full_path())
    if request.method == "POST" and not Report.objects.named_by_link(pk=number).exists():
        # Pressed twice: what was wanted is so.
        messages.info(request, _("It has already been removed."))
        return redirect("experiences:mine" if request.user.is_authenticated else "experiences:all")
    record = own_report(request, number)
    if request.method != "POST":
        return render(request, "portal/experiences/templates/delete.html", {"report": record})
    writing.delete_report(record.pk)
    messages.success(request, _("Your report is deleted, also from the site."))
    if request.user.is_authenticated:
        return redirect("experiences:mine")
    return redirect("experiences:all")
