"""The choices of a criterion's kind are read from the classes of kinds."""

from django.db import migrations, models

import sojourn.selection.criteria


class Migration(migrations.Migration):
    dependencies = [("selection", "0009_texts_in_every_language")]

    operations = [
        migrations.AlterField(
            "criterion",
            "kind",
            models.CharField(max_length=20, choices=sojourn.selection.criteria.kind_choices),
        )
    ]
