from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('selection', '0012_files_to_import'),
    ]

    operations = [
        migrations.AlterField(
            model_name='criterion',
            name='scope',
            field=models.CharField(choices=[('application', 'once for each applicant'), ('choice', 'for each choice')], default='application', max_length=20),
        ),
        migrations.AlterField(
            model_name='nomination',
            name='state',
            field=models.CharField(choices=[('sent', 'Sent'), ('confirmed', 'Confirmed by the host'), ('cancelled', 'Withdrawn')], default='sent', max_length=20, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='objection',
            name='state',
            field=models.CharField(choices=[('open', 'To be decided'), ('upheld', 'Upheld'), ('dismissed', 'Dismissed'), ('withdrawn', 'Withdrawn')], default='open', max_length=20, verbose_name='state'),
        ),
    ]
