"""Grades and ECTS from a file: read, say which column is which, import; and a file to fill in."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.view_marks import lists_people, takes_files
from sojourn.office.rounds.documents import value_sheet
from sojourn.office.rounds.presenters import reviews as reviews_presenter
from sojourn.office.rounds.presenters import values as presenter
from sojourn.office.rounds.views.rounds import managed_round
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.spreadsheets import XLSX
from sojourn.selection import value_import
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Round
from sojourn.selection.permissions import may_manage
from sojourn.selection.value_import import ImportPreview

# A reading may be taken in for this long; then the file is read again.
READING_SECONDS = 3600
_SALT = "sojourn.selection.value_import"
_COLUMN = re.compile(r"column-([0-9]{1,3})")


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(value_import.LARGEST)
@lists_people
@office_page(may_manage)
def values(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a file, show what it would change, and import it in a second step."""
    round_ = managed_round(request, slug)
    problem, reading, token = "", None, ""
    if request.method == "POST":
        try:
            reading = _read(request, round_)
        except SelectionError as error:
            problem = error.message
        else:
            token = _signed(request, round_, reading)
    return render(
        request,
        "office/rounds/templates/values.html",
        {
            "part": "rounds",
            "round": round_,
            "names": presenter.names(round_),
            "page": presenter.page(round_, reading) if reading else None,
            "token": token,
            "problem": problem,
            "lacking": reviews_presenter.lacking(who(request), round_),
            "imports": round_.imports.select_related("by")[:10],
        },
        status=422 if problem or (reading is not None and reading.problems) else 200,
    )


@require_safe
@office_page(may_manage)
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out a spreadsheet with the applicants, to fill in and read."""
    round_ = managed_round(request, slug)
    response = HttpResponse(value_sheet.xlsx(presenter.template(round_)), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{round_.slug}.xlsx"'
    return response


@require_POST
@office_page(may_manage)
def take_in(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = managed_round(request, slug)
    try:
        read = signing.loads(request.POST.get("reading", ""), salt=_SALT, max_age=READING_SECONDS)
    except signing.BadSignature:
        read = {}
    if read.get("round") != round_.pk or read.get("by") != who(request).pk:
        messages.error(request, _("The file was read too long ago. Read it again."))
        return redirect("office:values", slug=slug)
    try:
        made = value_import.apply_import(
            round_,
            [(code, criterion, value) for code, criterion, value in read["values"]],
            read["sha256"],
            read["lines"],
            actor=who(request),
        )
    except SelectionError as error:
        messages.error(request, error.message)
        return redirect("office:values", slug=slug)
    messages.success(
        request,
        ngettext("%(count)d value imported.", "%(count)d values imported.", made.changed)
        % {"count": made.changed},
    )
    return redirect("office:round", slug=slug)


def _read(request: HttpRequest, round_: Round) -> ImportPreview:
    """Read a new file, or the one that is being read once more as the form says."""
    upload = request.FILES.get("file")
    if upload is not None:
        content = value_import.content_of(upload)
        reading = value_import.preview_content(round_, content)
        value_import.keep_file(round_, content, upload.name or "", actor=who(request))
        return reading
    if "sha256" not in request.POST:
        raise SelectionError(_("Choose a file first."))
    content = value_import.kept_content(round_, request.POST["sha256"], actor=who(request))
    table, header = _whole(request, "sheet"), max(_whole(request, "header") - 1, 0)
    if request.POST.get("do") == "look":
        chosen = value_import.look_at(round_, content, table, header)
    else:
        meanings = {
            int(found[1]): request.POST[name]
            for name in request.POST
            if (found := _COLUMN.fullmatch(name)) and request.POST[name]
        }
        chosen = value_import.choose_columns(round_, content, table, header, meanings)
    return value_import.preview_content(round_, content, chosen)


def _whole(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else 0


def _signed(request: HttpRequest, round_: Round, reading: ImportPreview) -> str:
    """Return what was shown, so that exactly that is taken in; nobody can write it themselves."""
    if reading.problems or not reading.values:
        return ""
    return signing.dumps(
        {
            "round": round_.pk,
            "by": who(request).pk,
            "sha256": reading.sha256,
            "lines": reading.lines,
            "values": [[each.application, each.criterion, each.value] for each in reading.values],
        },
        salt=_SALT,
        compress=True,
    )
