import secrets

from django.db import migrations, models

import sojourn.selection.models.applications

LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


def _new() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(8))


def give_codes(apps, schema_editor):
    """Give each application a code for reviewers.

    Where reviewers have read an application under the code of the published result and no
    allocation has used that code yet, the result gets another one.
    """
    application = apps.get_model("selection", "Application")
    run = apps.get_model("selection", "AllocationRun")
    used = set(run.objects.values_list("round_id", flat=True))
    for row in application.objects.all().iterator():
        row.review_code = _new()
        if row.round_id not in used and row.reviews.exists():
            row.code = _new()
        row.save(update_fields=["review_code", "code"])


class Migration(migrations.Migration):
    dependencies = [("selection", "0013_interface_words_2")]

    operations = [
        migrations.AddField(
            "application",
            "review_code",
            models.CharField(
                default="", editable=False, max_length=8
            ),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "application",
            "review_code",
            models.CharField(
                default=sojourn.selection.models.applications.new_code, editable=False, max_length=8
            ),
        ),
        migrations.AddConstraint(
            "application",
            models.UniqueConstraint(
                fields=("round", "review_code"), name="application_review_code_once"
            ),
        ),
    ]
