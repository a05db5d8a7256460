"""What becomes of a draft, and of an entry: published, put off, thrown away, retired, restored."""

from __future__ import annotations

import datetime as dt

import yaml
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue import versions
from sojourn.catalogue.edition.documents import Document, document_of
from sojourn.catalogue.edition.entries import problems_of
from sojourn.catalogue.models import EntryKind, EntryVersion
from sojourn.catalogue.models.versions import OPEN
from sojourn.catalogue.versions import VersionError
from sojourn.common.row_state import mark
from sojourn.mobility import touched
from sojourn.office.places.kinds import KINDS, Kind
from sojourn.office.places.presenters import entry as presenter
from sojourn.office.places.presenters.list import title_of
from sojourn.office.places.views.entries import TEMPLATES
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.two_editors import FIELD
from sojourn.people.permissions import may_edit_catalogue
from sojourn.selection.errors import SelectionError


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_catalogue)
def publish(request: HttpRequest, part: str, slug: str) -> HttpResponse:
    """Show what publishing changes and touches; publish it now or have it appear on a day."""
    kind = KINDS[part]
    draft = versions.open_version(kind.value, slug)
    if draft is None:
        return _gone(request, kind, slug)
    before = document_of(kind.value, slug) or {}
    found = problems_of(kind.value, draft.document)
    after = draft.document if found else versions.as_published(draft)
    touches = _touches(kind, slug, before, after)
    decisions = _decisions(request, touches)
    problem = ""
    shown = mark([before, after])
    request.shown_state = shown  # type: ignore[attr-defined]
    if request.method == "POST" and not found:
        problem = _what_is_missing(touches, decisions)
        if request.POST.get(FIELD, shown) != shown:
            problem = _changed_meanwhile()
        if not problem:
            try:
                return _publish(request, kind, draft, presenter.seats_in(after), decisions)
            except (VersionError, SelectionError) as error:
                problem = error.message
    return render(
        request,
        f"{TEMPLATES}/publish.html",
        {
            "part": part,
            "kind": kind,
            "entry_href": kind.address("entry", slug),
            "title": title_of(draft.document),
            "is_new": not before,
            "differences": presenter.differences(kind, before, after),
            "mistakes": presenter.mistakes(kind, draft.document, found),
            "touches": [(each, decisions[each.key]) for each in touches],
            "problem": problem,
            "tomorrow": timezone.localdate() + dt.timedelta(days=1),
            "day": request.POST.get("day", ""),
            "appears_on": draft.appears_on,
        },
        status=422 if request.method == "POST" else 200,
    )


def _changed_meanwhile() -> str:
    return _("Nothing was done: somebody changed this after you opened the page. Look once more.")


def _touches(
    kind: Kind, slug: str, before: Document, after: Document
) -> tuple[touched.Touched, ...]:
    if kind.value != EntryKind.OPPORTUNITY or not before:
        return ()
    return touched.by_seats(slug, presenter.seats_in(before), presenter.seats_in(after))


def _decisions(request: HttpRequest, touches: tuple[touched.Touched, ...]) -> dict[str, str]:
    return {each.key: request.POST.get(f"decide-{each.key}", "") for each in touches}


def _what_is_missing(touches: tuple[touched.Touched, ...], decisions: touched.Decisions) -> str:
    if touched.undecided(touches, decisions):
        return _("Decide about everything that this touches.")
    if touched.waits(touches, decisions):
        return _("Nothing was changed: something has to be seen to first.")
    return ""


def _publish(
    request: HttpRequest,
    kind: Kind,
    draft: EntryVersion,
    seats: int | None,
    decisions: dict[str, str],
) -> HttpResponse:
    actor, details = who(request), {"decisions": decisions} if decisions else {}
    if request.POST.get("when") == "day":
        if touched.CHANGE in decisions.values():
            raise VersionError(
                _("A round can change today only: publish now, or let it keep its seats.")
            )
        try:
            day = dt.date.fromisoformat(request.POST.get("day", ""))
        except ValueError:
            raise VersionError(_("Write a day, such as 2027-02-01.")) from None
        versions.schedule(draft, day, actor=actor, details=details)
        messages.success(request, _("It appears on that day; until then you can change it."))
        return redirect(f"office:{kind.part}-entry", slug=draft.slug)
    with transaction.atomic():
        versions.publish(draft, actor=actor, details=details)
        if seats is not None:
            touched.change_seats_of_rounds(draft.slug, seats, decisions, actor=actor)
    messages.success(request, _("Published: visitors see it within a few seconds."))
    return redirect(f"office:{kind.part}-entry", slug=draft.slug)


def _gone(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    if versions.entry_of(kind.value, slug) is None:
        messages.info(request, _("This draft is not there any more."))
        return redirect(f"office:{kind.part}")
    messages.info(request, _("There is no draft: what you see is what visitors see."))
    return redirect(f"office:{kind.part}-entry", slug=slug)


@require_POST
@office_page(may_edit_catalogue)
def unschedule(request: HttpRequest, part: str, slug: str) -> HttpResponse:
    """Make what waits for its day a draft again."""
    kind = KINDS[part]
    draft = versions.open_version(kind.value, slug)
    if draft is not None:
        versions.unschedule(draft, actor=who(request))
        messages.success(request, _("It is a draft again and does not appear by itself."))
    return redirect(f"office:{part}-entry", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_catalogue)
def discard(request: HttpRequest, part: str, slug: str) -> HttpResponse:
    """Throw a draft away, after asking."""
    kind = KINDS[part]
    draft = versions.open_version(kind.value, slug)
    if draft is None:
        return _gone(request, kind, slug)
    shown = mark(draft.document)
    if request.method == "POST" and "sure" in request.POST:
        if request.POST.get(FIELD, shown) != shown:
            messages.warning(request, _changed_meanwhile())
            return redirect(request.path)
        try:
            versions.discard(draft, actor=who(request))
        except VersionError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("The draft is gone."))
        if versions.entry_of(kind.value, slug) is None:
            return redirect(f"office:{part}")
        return redirect(f"office:{part}-entry", slug=slug)
    return render(
        request,
        f"{TEMPLATES}/confirm.html",
        {
            "part": part,
            "question": _("Throw this draft away?"),
            "text": _("Visitors see what they see now. The draft cannot be brought back."),
            "lines": [title_of(draft.document)],
            "action": _("Throw away"),
            "back": request.path.removesuffix("discard/"),
            "shown_state": shown,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_catalogue)
def retire(request: HttpRequest, part: str, slug: str) -> HttpResponse:
    """Show what retiring touches, ask for each what happens, and take it from the site."""
    kind = KINDS[part]
    row = versions.entry_of(kind.value, slug)
    if row is None:
        raise Http404
    touches = touched.by_retiring(kind.value, slug)
    decisions = _decisions(request, touches)
    problem = ""
    if request.method == "POST":
        problem = _what_is_missing(touches, decisions)
        if not problem:
            return _retire(request, kind, slug, decisions)
    return render(
        request,
        f"{TEMPLATES}/retire.html",
        {
            "part": part,
            "kind": kind,
            "entry_href": kind.address("entry", slug),
            "title": title_of(document_of(kind.value, slug)),
            "touches": [(each, decisions[each.key]) for each in touches],
            "problem": problem,
        },
        status=422 if problem else 200,
    )


def _retire(request: HttpRequest, kind: Kind, slug: str, decisions: dict[str, str]) -> HttpResponse:
    actor = who(request)
    with transaction.atomic():
        done = versions.retire(
            kind.value, slug, actor=actor, details={"decisions": decisions} if decisions else {}
        )
        told = 0
        if done is not None and decisions.get("top-fives") == touched.TELL:
            told = touched.tell_top_fives(slug, actor=actor)
    if done is None:
        messages.info(request, _("It was retired already."))
    elif told:
        messages.success(request, _("Retired. Mails on their way: %(count)d.") % {"count": told})
    else:
        messages.success(request, _("Retired: its address says that it was there."))
    return redirect(f"office:{kind.part}-entry", slug=slug)


@require_POST
@office_page(may_edit_catalogue)
def bring_back(request: HttpRequest, part: str, slug: str) -> HttpResponse:
    """Show a retired entry again."""
    kind = KINDS[part]
    if versions.entry_of(kind.value, slug) is None:
        raise Http404
    if versions.bring_back(kind.value, slug, actor=who(request)) is None:
        messages.info(request, _("Visitors see it already."))
    else:
        messages.success(request, _("Published: visitors see it within a few seconds."))
    return redirect(f"office:{part}-entry", slug=slug)


def _version(kind: Kind, slug: str, number: int) -> EntryVersion:
    return get_object_or_404(EntryVersion, kind=kind.value, slug=slug, number=number)


@require_safe
@office_page(may_edit_catalogue)
def version(request: HttpRequest, part: str, slug: str, number: int) -> HttpResponse:
    """Show an earlier version beside another one, field by field."""
    kind = KINDS[part]
    one = _version(kind, slug, number)
    all_of_it = list(versions.versions_of(kind.value, slug))
    has_draft = any(each.state in OPEN for each in all_of_it)
    asked = request.GET.get("with", "")
    other = next((each for each in all_of_it if str(each.number) == asked), None)
    if other is None:
        other = next((each for each in all_of_it if each.number < number), all_of_it[0])
    first, last = sorted((one, other), key=lambda each: each.number)
    return render(
        request,
        f"{TEMPLATES}/version.html",
        {
            "part": part,
            "kind": kind,
            "entry_href": kind.address("entry", slug),
            "title": title_of(one.document),
            "number": number,
            "restore_href": reverse(f"office:{part}-restore", args=[slug, number]),
            "first": first.number,
            "last": last.number,
            "others": [each.number for each in all_of_it if each.number != number],
            "with_number": other.number,
            "differences": presenter.differences(
                kind, {} if len(all_of_it) == 1 else first.document, last.document
            ),
            "has_draft": has_draft,
            "may_restore": number != all_of_it[0].number and not has_draft,
        },
    )


@require_POST
@office_page(may_edit_catalogue)
def restore(request: HttpRequest, part: str, slug: str, number: int) -> HttpResponse:
    """Make a draft that says what an earlier version said."""
    kind = KINDS[part]
    try:
        draft = versions.restore(_version(kind, slug, number), actor=who(request))
    except VersionError as error:
        messages.warning(request, error.message)
        return redirect(f"office:{part}-entry", slug=slug)
    if draft is None:
        messages.info(request, _("That is what visitors see now."))
    else:
        messages.success(request, _("The draft says now what that version said."))
    return redirect(f"office:{part}-entry", slug=slug)


@require_safe
@office_page(may_edit_catalogue)
def file(request: HttpRequest, part: str, slug: str) -> HttpResponse:
    """Hand out the entry as a file of an edition has it."""
    kind = KINDS[part]
    document, _draft = presenter.document_now(kind, slug)
    if document is None:
        raise Http404
    text = yaml.safe_dump([document], allow_unicode=True, sort_keys=False, width=100)
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}.yaml"'},
    )
