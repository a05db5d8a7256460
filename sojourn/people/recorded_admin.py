"""What tables of the admin share: every change stands in the audit trail, in its transaction.

The admin's own log is for whoever works in the admin; the office's pages read the trail.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from sojourn.people import audit
from sojourn.people.models import User


class RecordedAdmin(ModelAdmin):  # type: ignore[type-arg]
    """A table whose changes are recorded by the names of what was changed, never by values.

    Actions that change rows in another way call `record_change` for each of them.
    """

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


def _changed_inside(formsets: Iterable[Any]) -> Iterable[str]:
    for formset in formsets:
        kind = formset.model._meta.model_name
        for _row, fields in formset.changed_objects:
            yield from (f"{kind}.{field}" for field in fields)
        if formset.new_objects or formset.deleted_objects:
            yield f"{kind}.{audit.ALL_FIELDS}"
