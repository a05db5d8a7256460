"""An agreement of a stay is a StayAgreement; the catalogue has those between universities."""

from django.db import migrations

from sojourn.common import stored_names


class Migration(migrations.Migration):
    dependencies = [("mobility", "0005_log_only_grows"), *stored_names.TABLES]

    operations = [
        migrations.RenameModel("Agreement", "StayAgreement"),
        stored_names.rename_records("mobility", {"agreement": "stayagreement"}),
    ]
