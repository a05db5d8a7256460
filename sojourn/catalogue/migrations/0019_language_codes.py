"""A column of a language is long enough for any code, and no migration names the languages."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0018_plain_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='publishedreport',
            name='language',
            field=models.CharField(blank=True, max_length=35, verbose_name='written in'),
        ),
    ]
