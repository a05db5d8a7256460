"""A column of a language is long enough for any code, and no migration names the languages."""

import sojourn.common.languages
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advising', '0008_plain_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='question',
            name='language',
            field=models.CharField(choices=sojourn.common.languages.language_choices, max_length=35, verbose_name='language'),
        ),
    ]
