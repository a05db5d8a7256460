from django.db import migrations


def _rename(apps, old, new):
    Plan = apps.get_model("planning", "Plan")
    for plan in Plan.objects.filter(weights__has_key=old).iterator():
        plan.weights[new] = plan.weights.pop(old)
        plan.save(update_fields=["weights"])


class Migration(migrations.Migration):
    """Call the weight of similar courses what everything else calls it."""

    dependencies = [
        ("planning", "0004_plain_words"),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, editor: _rename(apps, "likeness", "similarity"),
            lambda apps, editor: _rename(apps, "similarity", "likeness"),
        ),
    ]
