"""Operations for migrations: rename what rows spell out besides tables and columns.

The audit trail names actions and kinds of records, the permissions of the admin name models, and
waiting tasks name the function that they call. None of these follow a rename of the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.models import Value
from django.db.models.functions import Replace

# What the three tables need to exist; for the `dependencies` of a migration.
TABLES = [
    ("auth", "0012_alter_user_first_name_max_length"),
    ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ("people", "0002_audit_event"),
]
PERMISSIONS = ("add", "change", "delete", "view")

_Rename = Callable[[Apps, Mapping[str, str]], None]


def rename_records(app: str, names: Mapping[str, str]) -> RunPython:
    """Let the audit trail and the permissions follow models, given by their names in lower case."""

    def rename(apps: Apps, names: Mapping[str, str]) -> None:
        events = apps.get_model("people", "AuditEvent").objects
        permissions = apps.get_model("auth", "Permission").objects
        for old, new in names.items():
            events.filter(object_type=f"{app}.{old}").update(object_type=f"{app}.{new}")
            for verb in PERMISSIONS:
                permissions.filter(
                    content_type__app_label=app, codename=f"{verb}_{old}"
                ).update(codename=f"{verb}_{new}")  # fmt: skip

    return _both_ways(rename, names)


def rename_actions(names: Mapping[str, str]) -> RunPython:
    """Rename actions of the audit trail; a name that ends with a dot stands for all below it."""

    def rename(apps: Apps, names: Mapping[str, str]) -> None:
        events = apps.get_model("people", "AuditEvent").objects
        for old, new in names.items():
            if old.endswith("."):
                events.filter(action__startswith=old).update(
                    action=Replace("action", Value(old), Value(new))
                )
            else:
                events.filter(action=old).update(action=new)

    return _both_ways(rename, names)


def rename_tasks(names: Mapping[str, str]) -> RunPython:
    """Let tasks that wait, and those that are done, name the functions where they are now."""

    def rename(apps: Apps, names: Mapping[str, str]) -> None:
        tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects
        for old, new in names.items():
            tasks.filter(task_path=old).update(task_path=new)

    return _both_ways(rename, names)


def _both_ways(rename: _Rename, names: Mapping[str, str]) -> RunPython:
    back = {new: old for old, new in names.items()}

    def forwards(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
        rename(apps, names)

    def backwards(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
        rename(apps, back)

    return RunPython(forwards, backwards)
