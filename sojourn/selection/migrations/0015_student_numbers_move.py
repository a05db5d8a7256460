"""Move student numbers to the accounts, where they are claims until somebody confirms them.

Until now whoever typed a number first had it, so none of them was confirmed by anybody.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def move(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    old = apps.get_model("selection", "StudentNumber")
    new = apps.get_model("people", "StudentNumber")
    new.objects.bulk_create(
        (new(owner_id=row.owner_id, number=row.number) for row in old.objects.iterator()),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("selection", "0014_review_code"),
        ("people", "0014_student_numbers"),
    ]
    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name="StudentNumber"),
    ]
