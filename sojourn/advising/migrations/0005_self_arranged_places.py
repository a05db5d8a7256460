"""A proposal, or own place, is a self-arranged place."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from sojourn.common import stored_names

STATES = ["waiting", "asked_back", "approved", "declined", "withdrawn"]


class Migration(migrations.Migration):
    dependencies = [("advising", "0004_appointment_notes"), *stored_names.TABLES]

    operations = [
        *(
            migrations.RemoveConstraint("proposal", f"proposal_{name}")
            for name in (
                "state_known",
                "known_or_named_institution",
                "days_in_order",
                "waits_since_a_moment",
                "approved_for_a_window",
            )
        ),
        migrations.RemoveConstraint("message", "message_number_once_in_proposal"),
        migrations.RemoveConstraint("message", "message_in_one_thread"),
        migrations.RenameModel("Proposal", "SelfArrangedPlace"),
        migrations.RenameIndex(
            "selfarrangedplace",
            new_name="self_arranged_place_waiting",
            old_name="proposal_waiting",
        ),
        migrations.RenameField("message", "proposal", "self_arranged_place"),
        migrations.AlterModelOptions(
            "selfarrangedplace",
            {"verbose_name": "own place", "verbose_name_plural": "own places"},
        ),
        migrations.AlterField(
            "selfarrangedplace",
            "student",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                django.db.models.deletion.CASCADE,
                related_name="self_arranged_places",
            ),
        ),
        migrations.AlterField(
            "selfarrangedplace",
            "opportunity",
            models.OneToOneField(
                "catalogue.opportunity",
                django.db.models.deletion.RESTRICT,
                null=True,
                blank=True,
                related_name="self_arranged_place",
            ),
        ),
        *(
            migrations.AddConstraint(
                "selfarrangedplace",
                models.CheckConstraint(condition=condition, name=f"self_arranged_place_{name}"),
            )
            for name, condition in {
                "state_known": Q(state__in=STATES),
                "known_or_named_institution": Q(institution__isnull=False, institution_name="")
                | (Q(institution__isnull=True) & ~Q(institution_name="")),
                "days_in_order": Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(starts_on__lte=F("ends_on")),
                "waits_since_a_moment": Q(state="waiting", waiting_since__isnull=False)
                | (~Q(state="waiting") & Q(waiting_since__isnull=True)),
                "approved_for_a_window": Q(
                    state="approved", window__isnull=False, opportunity__isnull=False
                )
                | (~Q(state="approved") & Q(window__isnull=True, opportunity__isnull=True)),
            }.items()
        ),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(
                fields=["self_arranged_place", "number"],
                condition=Q(self_arranged_place__isnull=False),
                name="message_number_once_in_place",
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=Q(question__isnull=False, self_arranged_place__isnull=True)
                | Q(question__isnull=True, self_arranged_place__isnull=False),
                name="message_in_one_thread",
            ),
        ),
        stored_names.rename_records("advising", {"proposal": "selfarrangedplace"}),
        stored_names.rename_actions({"own_place.": "self_arranged_place."}),
    ]
