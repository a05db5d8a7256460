"""Call a self-arranged place and an appointment by those names in the columns too."""

from django.db import migrations

RENAMED = {
    'Opportunity': ('is_own_arrangement', 'self_arranged'),
    'Edition': ('keep_talks_days', 'keep_appointments_days'),
}


def rename(*, back):
    def change(apps, schema_editor):
        # What the edition said last is renamed as well, or a load would see an edit.
        for model, names in RENAMED.items():
            old, new = reversed(names) if back else names
            for row in apps.get_model('catalogue', model).objects.filter(edition_state__has_key=old):
                row.edition_state[new] = row.edition_state.pop(old)
                row.save(update_fields=['edition_state'])

    return change


class Migration(migrations.Migration):
    dependencies = [('catalogue', '0019_language_codes')]

    operations = [
        *(
            migrations.RenameField(model.lower(), old, new)
            for model, (old, new) in RENAMED.items()
        ),
        migrations.RunPython(rename(back=False), rename(back=True)),
    ]
