"""A student's own application: begin, write, hand in, withdraw. The session says whose it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import private_page, signing_in_is_for, takes_files
from sojourn.people.models import User
from sojourn.people.permissions import P, View, is_signed_in, open_to
from sojourn.planning.current import plan_of
from sojourn.planning.profile import profile_of
from sojourn.planning.top_five import top_five_of
from sojourn.portal.apply import forms
from sojourn.portal.apply.presenters import form as form_presenter
from sojourn.portal.apply.presenters import round_page
from sojourn.portal.plan.presenters import top_five
from sojourn.selection import applications, drafts, files, queries
from sojourn.selection.applications import IncompleteError
from sojourn.selection.calendar import takes_applications
from sojourn.selection.drafts import Draft, Gap
from sojourn.selection.eligibility import why_not_at_all
from sojourn.selection.errors import ChangedMeanwhileError, SelectionError
from sojourn.selection.models import Application, DocumentKind, Round
from sojourn.selection.states import ApplicationState


def own_page(view: View[P]) -> View[P]:
    """Mark a page about the application of the person who is signed in."""
    return private_page(open_to(is_signed_in)(view))


def _to_apply(**_round: str) -> str:
    return _("To apply you need an account: you can change your application there.")


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
@signing_in_is_for(_to_apply)
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """One step from the top five to an application."""
    round_ = round_or_404(slug)
    user = _user(request)
    there = queries.application_of(user, round_)
    if there is not None and there.state != ApplicationState.WITHDRAWN:
        return redirect("apply:form", slug=slug)
    snapshot = current_snapshot()
    plan = plan_of(request)
    profile = profile_of(plan)
    wanted = [entry.key for entry in top_five_of(plan) if not entry.is_country]
    problem = ""
    if request.method == "POST":
        try:
            applications.begin(user, round_, snapshot, profile, wanted, timezone.now())
        except SelectionError as error:
            problem = error.message
        else:
            return redirect("apply:form", slug=slug)
    in_round = set(round_.opportunities.values_list("opportunity__slug", flat=True))
    return render(
        request,
        "portal/apply/templates/begin.html",
        {
            "page": round_page.page(round_, timezone.now()),
            "wanted": [top_five.named(snapshot.records, key) for key in wanted if key in in_round],
            "is_withdrawn": there is not None,
            "not_for_you": why_not_at_all(round_, profile.programme, profile.year),
            "problem": problem,
            "section": "apply",
        },
        status=422 if problem else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(files.LARGEST * len(DocumentKind))
@own_page
@signing_in_is_for(_to_apply)
def form(request: HttpRequest, slug: str) -> HttpResponse:
    application = _application(request, slug)
    if application is None:
        round_or_404(slug)
        return redirect("apply:begin", slug=slug)
    if not _can_write(application):
        return redirect("apply:receipt", slug=slug)
    if request.method != "POST":
        return _form(request, application, applications.read_draft(application))
    action = request.POST.get("do", "save")
    draft = forms.rearranged(forms.read(application.round, request.POST), action)
    now = timezone.now()
    try:
        application = applications.save(application, draft, forms.seen_revision(request.POST), now)
    except ChangedMeanwhileError as error:
        application.refresh_from_db()
        return _form(request, application, draft, problem=error.message, status=409)
    except SelectionError as error:
        return _form(request, application, draft, problem=error.message, status=422)
    refused = _take_files(request, application)
    if refused:
        return _form(request, application, draft, gaps=refused, status=422)
    if action == "hand-in":
        return _hand_in(request, application, draft)
    if action == "save":
        messages.success(request, _("Saved. It counts once you submit it."))
    return redirect("apply:form", slug=slug)


@require_POST
@own_page
def save(request: HttpRequest, slug: str) -> JsonResponse:
    """For the script of the form: keep what is being typed, and say what is still missing."""
    application = application_or_404(request, slug)
    draft = forms.read(application.round, request.POST)
    try:
        application = applications.save(
            application, draft, forms.seen_revision(request.POST), timezone.now()
        )
    except SelectionError as error:
        status = 409 if isinstance(error, ChangedMeanwhileError) else 422
        return JsonResponse({"message": error.message}, status=status)
    gaps = applications.gaps_of(
        application, draft, current_snapshot(), profile_of(plan_of(request))
    )
    return JsonResponse(
        {
            "revision": application.draft_revision,
            "saved": form_presenter.saved(application),
            "missing": form_presenter.missing(gaps),
            "gaps": [{"field": gap.field, "text": gap.text} for gap in gaps],
        }
    )


@require_safe
@own_page
def receipt(request: HttpRequest, slug: str) -> HttpResponse:
    application = application_or_404(request, slug)
    return render(
        request,
        "portal/apply/templates/receipt.html",
        {
            "page": form_presenter.receipt(application, timezone.now()),
            "differs": form_presenter.differs(application),
            "result_href": form_presenter.result_href(application),
            "section": "apply",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    application = application_or_404(request, slug)
    problem = ""
    if request.method == "POST":
        try:
            applications.withdraw(application, timezone.now())
        except SelectionError as error:
            problem = error.message
        else:
            messages.success(request, _("You have withdrawn. You are not in this round any more."))
            return redirect("apply:mine")
    return render(
        request,
        "portal/apply/templates/withdraw.html",
        {
            "page": form_presenter.receipt(application, timezone.now()),
            "problem": problem,
            "section": "apply",
        },
        status=422 if problem else 200,
    )


@require_safe
@own_page
def mine(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = Application.objects.owned_by(request.user).select_related("round")
    return render(
        request,
        "portal/apply/templates/mine.html",
        {
            "applications": [
                form_presenter.mine(each, now) for each in found.order_by("-created_at")
            ],
            "section": "apply",
        },
    )


def round_or_404(slug: str) -> Round:
    round_ = queries.public_rounds().filter(slug=slug).first()
    if round_ is None:
        raise Http404
    return round_


def application_or_404(request: HttpRequest, slug: str) -> Application:
    """Return the application of the person who is signed in."""
    found = _application(request, slug)
    if found is None:
        raise Http404
    return found


def _application(request: HttpRequest, slug: str) -> Application | None:
    mine = Application.objects.owned_by(request.user).select_related("round")
    asked = mine.prefetch_related("round__criteria", "round__questions")
    found = asked.filter(round__slug=slug).first()
    if found is not None:
        found.owner = _user(request)
    return found


def _can_write(application: Application) -> bool:
    return application.state != ApplicationState.WITHDRAWN and takes_applications(
        application.round, timezone.now()
    )


def _take_files(request: HttpRequest, application: Application) -> tuple[Gap, ...]:
    """Keep the files that came with the form; returns what is wrong with those that are refused."""
    refused = []
    for kind in drafts.document_kinds(application.round):
        file = request.FILES.get(f"document-{kind}")
        if file is None:
            continue
        try:
            applications.add_document(application, kind, file, timezone.now())
        except SelectionError as error:
            refused.append(Gap(f"document-{kind}", f"{kind.label}: {error.message}"))
    return tuple(refused)


def _hand_in(request: HttpRequest, application: Application, draft: Draft) -> HttpResponse:
    profile = profile_of(plan_of(request))
    try:
        applications.submit(application, current_snapshot(), profile, timezone.now())
    except IncompleteError as error:
        return _form(request, application, draft, gaps=error.gaps, status=422)
    except SelectionError as error:
        application.refresh_from_db()
        return _form(request, application, draft, problem=error.message, status=422)
    messages.success(request, _("Submitted. A receipt is on its way by mail."))
    return redirect("apply:receipt", slug=application.round.slug)


def _form(
    request: HttpRequest,
    application: Application,
    draft: Draft,
    *,
    problem: str = "",
    gaps: tuple[Gap, ...] | None = None,
    status: int = 200,
) -> HttpResponse:
    profile = profile_of(plan_of(request))
    page = form_presenter.page(current_snapshot(), application, draft, profile, gaps)
    return render(
        request,
        "portal/apply/templates/form.html",
        {
            "page": page,
            "missing": form_presenter.missing(page.gaps),
            "problem": problem,
            "is_refused": gaps is not None,
            "section": "apply",
        },
        status=status,
    )


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
