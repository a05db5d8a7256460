"""Applications are submitted and reopened, choices excluded and reinstated, offers withdrawn."""

from django.db import migrations, models
from django.db.models import Q

from sojourn.common import stored_names


class Migration(migrations.Migration):
    dependencies = [("selection", "0007_names_of_tasks"), *stored_names.TABLES]

    operations = [
        migrations.RemoveConstraint("choice", "choice_ruled_out_with_a_reason"),
        migrations.RemoveConstraint("document", "document_handed_in_once"),
        migrations.RemoveConstraint("document", "document_in_draft_once"),
        migrations.RemoveConstraint("application", "application_handed_in_complete"),
        migrations.RenameField("choice", "ruled_out_at", "excluded_at"),
        migrations.RenameField("choice", "ruled_out_because", "exclusion_reason"),
        migrations.RenameField("document", "is_handed_in", "is_submitted"),
        migrations.AddConstraint(
            "choice",
            models.CheckConstraint(
                condition=Q(excluded_at__isnull=True) | ~Q(exclusion_reason=""),
                name="choice_excluded_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(is_submitted=True),
                name="document_submitted_once",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(is_submitted=False),
                name="document_in_draft_once",
            ),
        ),
        migrations.AddConstraint(
            "application",
            models.CheckConstraint(
                condition=~Q(state="submitted")
                | (
                    Q(submitted_at__isnull=False, programme__isnull=False, revision__gte=1)
                    & ~Q(category="")
                ),
                name="application_submitted_complete",
            ),
        ),
        stored_names.rename_actions(
            {
                "application.hand_in": "application.submit",
                "application.hand_in_again": "application.resubmit",
                "application.take_up": "application.reopen",
                "choice.ruled_out": "choice.excluded",
                "choice.let_in": "choice.reinstated",
                "offer.give_up": "offer.withdraw",
                "offer.settle": "offer.finalise",
                "objection.take_back": "objection.withdraw",
                "run.approval_taken_back": "run.approval_withdrawn",
            }
        ),
    ]
