"""Call the contact of home for a partner by a name that fits every faculty."""

from django.db import migrations, models

CHOICES = [
    ('coordinator', 'Coordinator'),
    ('home_contact', 'Home contact'),
    ('supervisor', 'Supervisor of an earlier student'),
    ('host_coordinator', 'Coordinator at the host'),
    ('office', 'Office'),
]


def rename(old, new):
    def change(apps, schema_editor):
        # What the edition said last is renamed as well, or a load would see an edit.
        for contact in apps.get_model('catalogue', 'Contact').objects.all():
            said = contact.edition_state.get('person') or {}
            if old in (contact.role, said.get('role')):
                contact.role = new if contact.role == old else contact.role
                if said.get('role') == old:
                    said['role'] = new
                contact.save(update_fields=['role', 'edition_state'])

    return change


class Migration(migrations.Migration):
    dependencies = [('catalogue', '0014_keep_talks')]

    operations = [
        migrations.RunPython(
            rename('lumc_contact', 'home_contact'), rename('home_contact', 'lumc_contact')
        ),
        migrations.AlterField(
            model_name='contact',
            name='role',
            field=models.CharField(choices=CHOICES, max_length=20, verbose_name='role'),
        ),
    ]
