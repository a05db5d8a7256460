"""An account has no role of its own any more; `RoleAssignment` holds them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0004_role_assignments"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="user", name="people_user_role_known"),
        migrations.RemoveConstraint(model_name="user", name="people_user_student_is_not_staff"),
        migrations.RemoveField(model_name="user", name="role"),
        migrations.AlterField(
            model_name="user",
            name="is_staff",
            field=models.BooleanField(default=False, verbose_name="account of staff"),
        ),
    ]
