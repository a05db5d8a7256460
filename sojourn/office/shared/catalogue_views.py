"""What the office's forms about the catalogue have in common as pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sojourn.catalogue.services import changing_catalogue
from sojourn.catalogue.snapshot.build import UnreadableRowError
from sojourn.common import row_state
from sojourn.office.shared.two_editors import page_before

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
logger = logging.getLogger("sojourn.catalogue")


def in_turn(view: View[P]) -> View[P]:
    """Take the catalogue's lock before any row's, as everybody does who changes it.

    A change that visitors could not be shown is undone, and told where no form can tell it.
    """

    @wraps(view)
    def taken(request: HttpRequest, /, *arguments: P.args, **named: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *arguments, **named)
        try:
            with changing_catalogue():
                return view(request, *arguments, **named)
        except UnreadableRowError as error:
            messages.error(request, refusal(error))
            return redirect(page_before(request))

    return taken


def sent_form(request: HttpRequest) -> str:
    """Return what tells a form that adds something from any other: its key and all that it says.

    Two clicks send the same; what was typed anew after Back is another form.
    """
    if "sending" not in request.POST:
        return ""
    return row_state.mark(
        {name: said for name, said in request.POST.lists() if name != "csrfmiddlewaretoken"}
    )


def refusal(error: UnreadableRowError) -> str:
    """Log and return why a change was undone."""
    logger.error("a change of the catalogue was refused: %s", error)
    return _("Nothing was saved: “%(row)s” could not be shown to visitors after this change.") % {
        "row": error.row
    }


def saved(form: forms.Form | forms.ModelForm[Any], save: Callable[[], None]) -> bool:
    """Save what a valid form says; where visitors could not be shown it, say so in the form."""
    try:
        with transaction.atomic():
            save()
    except UnreadableRowError as error:
        form.add_error(None, refusal(error))
        return False
    return True


def form_page(
    request: HttpRequest, form: Any, title: str, crumbs: list[tuple[str, str]], **context: Any
) -> HttpResponse:
    """Show a form of the catalogue; `crumbs` lead back, the last one is where “Back” goes."""
    return render(
        request,
        "office/shared/templates/catalogue-form.html",
        {"form": form, "title": title, "crumbs": crumbs, "back": crumbs[-1][1], **context},
        status=422 if form.is_bound else 200,
    )
