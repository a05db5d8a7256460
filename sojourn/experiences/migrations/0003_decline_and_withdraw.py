"""Invitations are declined, reports withdrawn; what runs each night is the nightly jobs."""

from django.db import migrations, models
from django.db.models import Q

from sojourn.common import stored_names


class Migration(migrations.Migration):
    dependencies = [("experiences", "0002_one_reminder"), *stored_names.TABLES]

    operations = [
        migrations.RemoveConstraint("reportinvitation", "report_invitation_turned_down_is_closed"),
        migrations.RenameField("reportinvitation", "turned_down", "is_declined"),
        migrations.AddConstraint(
            "reportinvitation",
            models.CheckConstraint(
                condition=Q(is_declined=False) | Q(closed_at__isnull=False),
                name="report_invitation_declined_is_closed",
            ),
        ),
        stored_names.rename_actions(
            {
                "report.taken_back": "report.withdrawn",
                "report.invitation_turned_down": "report.invitation_declined",
            }
        ),
        stored_names.rename_tasks(
            {
                "sojourn.people.tasks.keep_house": "sojourn.people.tasks.run_nightly_jobs",
                "sojourn.experiences.tasks.keep_promises": "sojourn.experiences.tasks.run_nightly_jobs",
            }
        ),
    ]
