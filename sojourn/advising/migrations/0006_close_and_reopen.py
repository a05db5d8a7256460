"""Questions are closed and reopened, saved replies deleted, expired offers released."""

from django.db import migrations

from sojourn.common import stored_names


class Migration(migrations.Migration):
    dependencies = [("advising", "0005_self_arranged_places"), *stored_names.TABLES]

    operations = [
        stored_names.rename_actions(
            {
                "question.settled": "question.closed",
                "question.taken_up_again": "question.reopened",
                "saved_reply.kept": "saved_reply.saved",
                "saved_reply.thrown_away": "saved_reply.deleted",
                "answer.shown_again": "answer.republished",
            }
        ),
        stored_names.rename_tasks(
            {
                "sojourn.advising.tasks.settle_diary": "sojourn.advising.tasks.release_expired_offers",
            }
        ),
    ]
