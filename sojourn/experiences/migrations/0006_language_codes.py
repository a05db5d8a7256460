"""A column of a language is long enough for any code, and no migration names the languages."""

import sojourn.common.languages
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experiences', '0005_plain_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='correspondent',
            name='language',
            field=models.CharField(choices=sojourn.common.languages.language_choices, max_length=35, verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='report',
            name='language',
            field=models.CharField(choices=sojourn.common.languages.language_choices, max_length=35, verbose_name='written in'),
        ),
        migrations.AlterField(
            model_name='reportinvitation',
            name='language',
            field=models.CharField(choices=sojourn.common.languages.language_choices, max_length=35, verbose_name='language'),
        ),
    ]
