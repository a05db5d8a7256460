"""A number for each account that its addresses in the office name; whom a mail is for."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def number_accounts(apps, schema_editor):
    User = apps.get_model("people", "User")
    for user in User.objects.filter(uuid=None).only("pk").iterator():
        User.objects.filter(pk=user.pk).update(uuid=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("people", "0018_list_read")]

    operations = [
        migrations.AddField("user", "uuid", models.UUIDField(editable=False, null=True)),
        migrations.RunPython(number_accounts, migrations.RunPython.noop),
        migrations.AlterField(
            "user", "uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
        migrations.AddField(
            "outboxmail",
            "receiver",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="mails",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
