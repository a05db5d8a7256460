"""What tables of the admin share: every change is in the audit trail, in its transaction.

The admin's own log is for users of the admin; the office's pages read the trail.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from sojourn.common.folding import with_words
from sojourn.common.row_state import state_of
from sojourn.people import audit
from sojourn.people.models import User

SHOWN_STATE = "shown_state"
LONGEST_SHOWN = 4000


class FoldedSearch(ModelAdmin):  # type: ignore[type-arg]
    """A table that is searched as the office's lists are: o finds ø, case is nothing."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        fields = self.get_search_fields(request)
        if not fields or not search_term.strip():
            return queryset, False
        repeats = any(lookup_spawns_duplicates(self.opts, field) for field in fields)
        return with_words(queryset, search_term, *fields), repeats


class RecordedAdmin(FoldedSearch):
    """A table whose changes are recorded by the names of what was changed, never by values.

    Actions that change rows in another way call `record_change` for each of them.
    """

    change_form_template = "admin/recorded-change-form.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show a form with a mark of what the row and those inside it hold."""
        row = self.get_object(request, object_id) if object_id else None
        told = {"shown_state": self._state(request, row)} if row is not None else {}
        return super().changeform_view(
            request, object_id, form_url, {**told, **(extra_context or {})}
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; it refuses what somebody changed since the page was shown."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        shown = request.POST.get(SHOWN_STATE) if request.method == "POST" and change else None
        if shown is None or obj is None:
            return form
        admin = self

        class SecondEditorForm(form):  # type: ignore[misc]
            def clean(self) -> Any:
                cleaned = super().clean()
                # Fresh and locked: `instance` may be older than what another one saved.
                now = type(obj)._base_manager.select_for_update().get(pk=obj.pk)
                if admin._state(request, now) != shown:
                    _tell_what_stands_there(self, now)
                return cleaned

        return SecondEditorForm

    def _state(self, request: HttpRequest, row: Model) -> str:
        inside: list[Model] = []
        for inline in self.get_inline_instances(request, row):
            foreign = inline.get_formset(request, row).fk.name  # type: ignore[attr-defined]
            inside += inline.model._base_manager.filter(**{foreign: row}).order_by("pk")
        return state_of([type(row)._base_manager.get(pk=row.pk), *inside])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record a change in the last step of saving a form."""
        super().save_related(request, form, formsets, change)
        changed = [*form.changed_data, *_changed_inside(formsets)]
        if not change:
            self.record_change(request, form.instance, "admin.added")
        elif changed:
            self.record_change(request, form.instance, "admin.changed", changed)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        gone = copy.copy(obj)  # deleting takes the key away
        super().delete_model(request, obj)
        self.record_change(request, gone, "admin.deleted")

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.record_change(request, row, "admin.deleted")
        super().delete_queryset(request, queryset)

    def record_change(
        self, request: HttpRequest, row: Model, action: str, fields: Iterable[str] = ()
    ) -> None:
        """Record that the signed-in person did `action` on a row, to these fields.

        A field of a row inside another is named "kind.field"; "kind.*" where such a row was added
        or taken away.
        """
        actor = request.user if isinstance(request.user, User) else None
        details = {"fields": list(dict.fromkeys(fields))}
        audit.record(action, actor=actor, about=None, on=row, details=details)


def _tell_what_stands_there(form: Any, now: Model) -> None:
    """Say at each field what somebody else saved there; what was typed stays in it."""
    form.add_error(
        None,
        _(
            "Somebody else changed this since you opened the page. Nothing was saved yet: what you"
            " typed is in the fields, with what is saved now beside it. Saving once more keeps"
            " yours."
        ),
    )
    there = type(form)(instance=now).initial
    for name, field in form.fields.items():
        if name in there and field.has_changed(there[name], form[name].data):
            form.add_error(name, _("Saved now: %(text)s") % {"text": _shown(field, there[name])})


def _shown(field: Any, saved: Any) -> str:
    """Return what is saved as the form would show it."""
    value = field.prepare_value(saved)
    names = {str(key): str(name) for key, name in getattr(field, "choices", ())}
    many = value if isinstance(value, list | tuple) else [value]
    text = ", ".join(names.get(str(each), str(each)) for each in many if each not in (None, ""))
    return Truncator(text).chars(LONGEST_SHOWN) or "–"


def _changed_inside(formsets: Iterable[Any]) -> Iterable[str]:
    for formset in formsets:
        kind = formset.model._meta.model_name
        for _row, fields in formset.changed_objects:
            yield from (f"{kind}.{field}" for field in fields)
        if formset.new_objects or formset.deleted_objects:
            yield f"{kind}.{audit.ALL_FIELDS}"
