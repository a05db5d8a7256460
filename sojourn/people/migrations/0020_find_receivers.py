"""Say of mails of before whom they were for."""

from django.db import migrations


def find_receivers(apps, schema_editor):
    """Mails of before belong to the account that has their one address."""
    accounts = dict(apps.get_model("people", "User").objects.values_list("email", "pk"))
    Mail = apps.get_model("people", "OutboxMail")
    for mail in Mail.objects.only("pk", "to").iterator():
        receiver = accounts.get(str(mail.to[0]).lower()) if len(mail.to) == 1 else None
        if receiver is not None:
            Mail.objects.filter(pk=mail.pk).update(receiver=receiver)


class Migration(migrations.Migration):
    dependencies = [("people", "0019_user_uuid_and_receiver")]

    operations = [migrations.RunPython(find_receivers, migrations.RunPython.noop)]
