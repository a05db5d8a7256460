"""Places, courses and guides: the lists, a new one, and the page on which one is written."""

from __future__ import annotations

import copy
import re
import uuid
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.catalogue import services, versions
from sojourn.catalogue.edition.documents import Document
from sojourn.catalogue.edition.entries import problems_of, with_ids
from sojourn.common.row_state import mark
from sojourn.office.places import fields
from sojourn.office.places.fields import Form, Section
from sojourn.office.places.kinds import KINDS, Kind
from sojourn.office.places.presenters import entry as entry_presenter
from sojourn.office.places.presenters import list as list_presenter
from sojourn.office.shared import history, lists
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.two_editors import FIELD
from sojourn.people.permissions import may_edit_catalogue

TEMPLATES = "office/places/templates"
_SCRIPT = re.compile(rb"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)


@require_safe
@office_page(may_edit_catalogue)
def index(request: HttpRequest, part: str) -> HttpResponse:
    """List the entries of a kind, with the drafts and what appears on a day above them."""
    kind = KINDS[part]
    return lists.answer(
        request,
        f"{TEMPLATES}/list.html",
        list_presenter.listed(kind),
        list_presenter.rows(kind),
        {
            "part": part,
            "kind": kind,
            "on_its_way": list_presenter.on_its_way(kind),
            "new_href": reverse(f"office:{part}-new"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_catalogue)
def new(request: HttpRequest, part: str) -> HttpResponse:
    """Begin an entry with its title; the id of its address is made of that."""
    kind = KINDS[part]
    form = _first_form(kind)
    document: Document = {}
    missing = ""
    if request.method == "POST":
        document = fields.read(form, request.POST, {})
        key = _form_key(request.POST.get("form", ""))
        if not document.get("title"):
            missing = _("Write a title first.")
        elif key is not None:
            made = versions.begin(kind.value, document, form=key, actor=who(request))
            messages.success(request, _("This is a draft: nobody sees it before you publish it."))
            return redirect(f"office:{part}-entry", slug=made.slug)
    return render(
        request,
        f"{TEMPLATES}/new.html",
        {
            "part": part,
            "kind": kind,
            "form": fields.shown(form, document, {}, fields.Lists(document)),
            "missing": missing,
            "key": request.POST.get("form") or uuid.uuid4(),
        },
        status=422 if missing else 200,
    )


def _form_key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _first_form(kind: Kind) -> Form:
    items = tuple(
        item
        for section in kind.form.sections
        for item in section.items
        if len(item.path) == 1 and item.path[0] in kind.asked_first
    )
    return Form((Section("first", kind.new, items),))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_catalogue)
@csp_replace({"frame-src": [SELF]})  # type: ignore[arg-type]
def entry(request: HttpRequest, part: str, slug: str) -> HttpResponse:
    """Show the draft of an entry as a form, with the page that it will be; save it."""
    kind = KINDS[part]
    if request.method == "POST":
        return _save(request, kind, slug)
    document, draft = entry_presenter.document_now(kind, slug)
    if document is None:
        raise Http404
    request.shown_state = mark(document)  # type: ignore[attr-defined]
    row = versions.entry_of(kind.value, slug)
    kept = list(
        versions.versions_of(kind.value, slug).defer("document").select_related("written_by")
    )
    return render(
        request,
        f"{TEMPLATES}/entry.html",
        {
            "part": part,
            "kind": kind,
            "page": entry_presenter.page(
                kind, document, draft, row, kept, request.GET.get("more", "")
            ),
            "history": history.of(row, *kept),
        },
    )


def _save(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    # Two who save at once take turns, so that the second sees what the first saved.
    with services.changing_catalogue():
        document, _draft = entry_presenter.document_now(kind, slug)
        if document is None:
            raise Http404
        now = mark(document)
        typed = with_ids(kind.value, fields.read(kind.form, request.POST, document))
        if request.POST.get(FIELD) != now and typed != document:
            request.shown_state = now  # type: ignore[attr-defined]
            return _both(request, kind, document, typed)
        saved = versions.save_draft(kind.value, slug, typed, actor=who(request))
    here = reverse(f"office:{kind.part}-entry", args=[slug])
    if more := request.POST.get("add", ""):
        return redirect(
            f"{here}?more={more}#rows-{more}" if more.replace("-", "").isalpha() else here
        )
    if request.POST.get("do") == "publish" and saved is not None:
        return redirect(f"office:{kind.part}-publish", slug=slug)
    if saved is None:
        messages.info(request, _("Nothing was different, so nothing was changed."))
    else:
        messages.success(request, _("Saved as a draft."))
    return redirect(here)


def _both(request: HttpRequest, kind: Kind, document: Document, typed: Document) -> HttpResponse:
    found = entry_presenter.differences(kind, document, typed)
    return render(
        request,
        "office/shared/templates/two-editors.html",
        {
            "part": kind.part,
            "back": reverse(f"office:{kind.part}-entry", args=[document["id"]]),
            "both": [
                (_("What is saved now"), [(each.label, each.before or "–") for each in found]),
                (_("What you typed"), [(each.label, each.after or "–") for each in found]),
            ],
            "sent": [
                (name, text)
                for name in request.POST
                if name not in (FIELD, "csrfmiddlewaretoken")
                for text in request.POST.getlist(name)
            ],
        },
        status=409,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_catalogue)
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def preview(request: HttpRequest, part: str, slug: str) -> HttpResponse:
    """Show the public page as it will be: of the draft, or of what is typed at this moment."""
    kind = KINDS[part]
    document, _draft = entry_presenter.document_now(kind, slug)
    if document is None:
        raise Http404
    if request.method == "POST":
        document = with_ids(kind.value, fields.read(kind.form, request.POST, document))
    if not document.get("sources"):
        document = {**document, "example": True}  # it can be looked at before it has a source
    asked = request.POST.get("language") or request.GET.get("language", "")
    language = entry_presenter.language_of(asked or translation.get_language() or "")
    try:
        content = _public_page(request, kind, document, language)
    except (ValueError, LookupError) as error:
        found = problems_of(kind.value, document)
        if isinstance(error, LookupError) and not found:
            raise  # not of what was typed, such as the name of a host that is not there
        context = {"mistakes": entry_presenter.mistakes(kind, document, found)}
        return render(request, f"{TEMPLATES}/not-yet.html", context)
    return HttpResponse(content)


def _public_page(request: HttpRequest, kind: Kind, document: Document, language: str) -> bytes:
    """Ask the view of the public page for it, while the site is shown with the document."""
    with versions.shown_as(kind.value, document), translation.override(language):
        path = reverse(kind.page, args=[document["id"]])
        match = resolve(path)
        asked: Any = copy.copy(request)
        asked.method, asked.GET, asked.POST = "GET", QueryDict(), QueryDict()
        asked.path = asked.path_info = path
        asked.resolver_match = match
        answer = match.func(asked, *match.args, **match.kwargs)
        if answer.status_code != 200:
            raise ValueError(f"{path} answers {answer.status_code}")
        # Inside another page nothing runs by itself.
        return _SCRIPT.sub(b"", answer.content)
