"""Roles are held per degree programme; those of today are of all of them."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def keep_roles(apps, schema_editor):
    User = apps.get_model("people", "User")
    RoleAssignment = apps.get_model("people", "RoleAssignment")
    staff = User.objects.exclude(role="student")
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=user.role)
        for user in staff.filter(is_staff=True).order_by("pk")
    )
    # Those who could not enter the office get no role, and are no students either.
    staff.update(is_staff=True)


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0003_outbox_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoleAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=[("coordinator", "Coordinator"), ("secretary", "Secretary"), ("board", "Member of the Board of Examiners"), ("reviewer", "Reviewer"), ("operator", "Operator")], max_length=20, verbose_name="role")),
                ("programme", models.CharField(blank=True, default="", max_length=100, verbose_name="degree programme")),
                ("until", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given on")),
                ("granted_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="given by")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="role_assignments", to=settings.AUTH_USER_MODEL, verbose_name="account")),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ["user", "role", "programme"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "role", "programme"), name="role_assignment_once"),
                    models.CheckConstraint(condition=models.Q(("role__in", ["coordinator", "secretary", "board", "reviewer", "operator"])), name="role_assignment_role_known"),
                ],
            },
        ),
        migrations.RunPython(keep_roles, migrations.RunPython.noop),
    ]
