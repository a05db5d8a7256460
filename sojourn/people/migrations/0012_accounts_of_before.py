"""Count accounts from before addresses had to be confirmed as having been in.

Whoever could sign in yesterday with an address that nobody confirmed can do so today.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def count_as_been_in(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    users = apps.get_model("people", "User").objects.filter(last_login=None)
    users.exclude(password__startswith="!").update(last_login=F("date_joined"))


class Migration(migrations.Migration):
    dependencies = [("people", "0011_sign_in_failures")]
    operations = [migrations.RunPython(count_as_been_in, migrations.RunPython.noop)]
