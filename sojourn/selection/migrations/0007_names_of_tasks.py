"""The tasks of rounds are all in `selection.tasks`; those that wait go on under their new names."""

from django.db import migrations

from sojourn.common import stored_names

NAMES = {
    "calendar.keep_calendar": "follow_calendar",
    "calendar.remind": "remind_applicants",
    "wake_up.look_after": "process_due_events",
    "wake_up.look_after_daily": "process_due_events_daily",
    "housekeeping.keep_house": "run_nightly_jobs",
}


class Migration(migrations.Migration):
    dependencies = [
        ("selection", "0006_files_in_a_folder_of_their_own"),
        *stored_names.TABLES,
    ]

    operations = [
        stored_names.rename_tasks(
            {
                f"sojourn.selection.{old}": f"sojourn.selection.tasks.{new}"
                for old, new in NAMES.items()
            }
        )
    ]
