"""A column of a language is long enough for any code, and no migration names the languages."""

from django.db import migrations, models

import sojourn.common.languages


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_names'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outboxmail',
            name='language',
            field=models.CharField(choices=sojourn.common.languages.language_choices, default=sojourn.common.languages.first_language, max_length=35),
        ),
        migrations.AlterField(
            model_name='user',
            name='language',
            field=models.CharField(choices=sojourn.common.languages.language_choices, default=sojourn.common.languages.first_language, max_length=35, verbose_name='language of mail'),
        ),
    ]
