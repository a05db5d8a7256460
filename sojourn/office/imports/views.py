"""Lists of the catalogue to Excel and back: download, read, take in, undo."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue import imports
from sojourn.catalogue.edition.documents import documents_of
from sojourn.catalogue.imports import AlreadyDoneError, FileRefusedError
from sojourn.catalogue.models import CatalogueImport
from sojourn.catalogue.permissions import may_change_in_excel
from sojourn.catalogue.table_files import TableFileError, tables_of
from sojourn.common.view_marks import takes_files
from sojourn.office.imports import presenters, reading, workbook
from sojourn.office.imports.lists import LISTS, MOST_ENTRIES, ExcelList
from sojourn.office.imports.reading import Reading
from sojourn.office.shared import lists
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.spreadsheets import XLSX
from sojourn.people.models import User
from sojourn.people.permissions import require

PART = {"part": "imports"}
TEMPLATES = "office/imports/templates"


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(reading.LARGEST)
@office_page(may_change_in_excel)
def index(request: HttpRequest) -> HttpResponse:
    """Offer the lists as files, read a file that comes back, and list what was taken in."""
    reader = who(request)
    problem, found = "", None
    if request.method == "POST":
        try:
            found, file_name = _read(request, reader)
        except TableFileError as error:
            problem = error.message
        else:
            if not found.problems:
                kept = imports.keep(
                    found.about.name, file_name, found.entries, presenters.remarks(found), by=reader
                )
                return redirect("office:import", number=kept.pk)
    query = request.GET.copy()
    chosen = (query.pop("list", None) or [""])[-1]
    problems = presenters.problems(found) if found else ()
    return render(
        request,
        f"{TEMPLATES}/index.html",
        {
            **PART,
            "offered": presenters.offered(reader, chosen, query.urlencode()),
            "problem": problem,
            "problems": problems[: presenters.MOST_SHOWN],
            "more_problems": max(0, len(problems) - presenters.MOST_SHOWN),
            "past": presenters.past(reader),
        },
        status=422 if problem or found else 200,
    )


def _read(request: HttpRequest, reader: User) -> tuple[Reading, str]:
    upload: UploadedFile[bytes] | None = request.FILES.get("file")
    if upload is None:
        raise TableFileError(_("Choose a file first."))
    if (upload.size or 0) > reading.LARGEST:
        raise TableFileError(_("The file is larger than 20 MB."))
    tables = tables_of(upload.read(reading.LARGEST + 1))
    list_, language = reading.list_of(tables)
    list_ = list_ or LISTS.get(request.POST.get("list", ""))
    if list_ is None:
        raise TableFileError(
            _("The file does not say which list it is. Choose the list, and read it again.")
        )
    require(list_.who(reader))
    return reading.read(list_, tables, language, reader=reader), upload.name or ""


@require_safe
@office_page(may_change_in_excel)
def file(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out a list, as its page narrows it, to change and take in again."""
    list_ = _list(request, name)
    slugs = list(list_.rows().order_by("slug").values_list("slug", flat=True))
    if list_.listing is not None:
        kind, rows = list_.listing()
        known = set(slugs)
        slugs = [
            each.slug for each in lists.asked_for(kind, rows, request.GET) if each.slug in known
        ]
    if len(slugs) > MOST_ENTRIES:
        messages.warning(
            request,
            _("The list has %(count)d entries; a file takes %(most)d. Narrow the list first.")
            % {"count": len(slugs), "most": MOST_ENTRIES},
        )
        return redirect("office:imports")
    documents = documents_of(list_.kind, slugs)
    content = workbook.xlsx(list_, {slug: documents[slug] for slug in slugs if slug in documents})
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="{list_.name}.xlsx"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_safe
@office_page(may_change_in_excel)
def one(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Show what a file would change, or has changed."""
    found = CatalogueImport.objects.filter(pk=number).first()
    return _not_kept(request) if found is None else _page(request, found)


def _not_kept(request: HttpRequest) -> HttpResponse:
    """Tell whoever comes back to a file after a day, or after another one."""
    messages.info(request, _("This file was not taken in, and is not kept. Read it again."))
    return redirect("office:imports")


def _page(
    request: HttpRequest, found: CatalogueImport, refused: FileRefusedError | None = None
) -> HttpResponse:
    list_ = _list(request, found.list)
    _require_own(request, found)
    return render(
        request,
        f"{TEMPLATES}/import.html",
        {
            **PART,
            "page": presenters.page(found, list_),
            "number": found.pk,
            "problem": refused.message if refused else "",
            "in_the_way": presenters.names(list_, refused.ids) if refused else [],
        },
        status=409 if refused else 200,
    )


@require_POST
@office_page(may_change_in_excel)
def take(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Take a file in as it was shown."""
    found = CatalogueImport.objects.filter(pk=number).first()
    if found is None:
        return _not_kept(request)
    list_ = _list(request, found.list)
    _require_own(request, found)
    drafts = (
        presenters.kept_as_drafts(found, list_) if request.POST.get("do") == "publish" else None
    )
    try:
        imports.take_in(found, list_.kind, actor=who(request), drafts=drafts)
    except AlreadyDoneError as error:
        messages.info(request, error.message)
        return redirect("office:import", number=number)
    except FileRefusedError as error:
        return _page(request, found, error)
    messages.success(
        request, _("Taken in: %(what)s.") % {"what": presenters.counted(found.entries)}
    )
    return redirect("office:import", number=number)


@require_POST
@office_page(may_change_in_excel)
def undo(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Take back all that a file changed."""
    found = get_object_or_404(CatalogueImport, pk=number)
    list_ = _list(request, found.list)
    try:
        imports.undo(found, list_.kind, actor=who(request))
    except AlreadyDoneError as error:
        messages.info(request, error.message)
        return redirect("office:import", number=number)
    except FileRefusedError as error:
        return _page(request, found, error)
    messages.success(request, _("Undone: everything is as it was before the file."))
    return redirect("office:import", number=number)


def _list(request: HttpRequest, name: str) -> ExcelList:
    if name not in LISTS:
        raise Http404
    require(LISTS[name].who(who(request)))
    return LISTS[name]


def _require_own(request: HttpRequest, found: CatalogueImport) -> None:
    """Leave a file that is being read to whoever reads it."""
    if found.taken_at is None and found.by_id != who(request).pk:
        raise Http404
