"""Notes are about appointments; nothing is called a talk any more."""

from django.conf import settings
from django.db import migrations, models

from sojourn.common import stored_names


class Migration(migrations.Migration):
    dependencies = [("advising", "0003_own_places"), *stored_names.TABLES]

    operations = [
        migrations.RemoveConstraint("talknote", "talk_note_of_one_talk"),
        migrations.RemoveConstraint("nextstep", "next_step_of_one_talk"),
        migrations.RenameModel("TalkNote", "AppointmentNote"),
        migrations.AlterField(
            "appointmentnote",
            "student",
            models.ForeignKey(
                settings.AUTH_USER_MODEL, models.CASCADE, related_name="appointment_notes"
            ),
        ),
        migrations.AddConstraint(
            "appointmentnote",
            models.CheckConstraint(
                condition=models.Q(appointment__isnull=True) | models.Q(ticket__isnull=True),
                name="appointment_note_of_one_source",
            ),
        ),
        migrations.AddConstraint(
            "nextstep",
            models.CheckConstraint(
                condition=models.Q(appointment__isnull=True) | models.Q(ticket__isnull=True),
                name="next_step_of_one_source",
            ),
        ),
        stored_names.rename_records("advising", {"talknote": "appointmentnote"}),
        stored_names.rename_actions({"talk_note.": "appointment_note."}),
        stored_names.rename_tasks(
            {
                f"sojourn.advising.tasks.{old}": f"sojourn.advising.tasks.{new}"
                for old, new in (
                    ("forget_old_questions", "delete_old_questions"),
                    ("forget_old_talks", "delete_old_appointments"),
                )
            }
        ),
    ]
