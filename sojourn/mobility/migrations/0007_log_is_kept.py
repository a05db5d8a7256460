"""The database refuses to delete a line of the log of an incident while what it is about is there.

A line goes with its incident, and with the person that it is about, and in no other way. So Django
leaves the lines alone (`DO_NOTHING`), and the database deletes them after what they hang on.
"""

import django.db.models.deletion
from django.db import migrations, models

ENTRY = "mobility_incidententry"
PARENTS = {"incident_id": "mobility_incident", "person_id": "mobility_incidentperson"}
TEXT = "a line of the log of an incident is not deleted on its own"
# Neither the incident nor the person of the line has just been deleted.
STANDS = """
EXISTS (SELECT 1 FROM mobility_incident WHERE id = OLD.incident_id)
AND (OLD.person_id IS NULL
     OR EXISTS (SELECT 1 FROM mobility_incidentperson WHERE id = OLD.person_id))
"""


def _sqlite():
    yield f"""
CREATE TRIGGER incident_log_is_kept BEFORE DELETE ON {ENTRY} WHEN {STANDS}
BEGIN SELECT RAISE(ABORT, '{TEXT}'); END
"""
    for column, table in PARENTS.items():
        yield f"""
CREATE TRIGGER incident_log_goes_with_{column} AFTER DELETE ON {table}
BEGIN DELETE FROM {ENTRY} WHERE {column} = OLD.id; END
"""


def _postgres():
    yield f"""
CREATE FUNCTION incident_log_is_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF {STANDS} THEN
RAISE EXCEPTION '{TEXT}' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN OLD; END $$
"""
    yield f"""
CREATE TRIGGER incident_log_is_kept BEFORE DELETE ON {ENTRY}
FOR EACH ROW EXECUTE FUNCTION incident_log_is_kept()
"""
    for column, table in PARENTS.items():
        name = f"incident_log_goes_with_{column}"
        yield f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN DELETE FROM {ENTRY} WHERE {column} = OLD.id; RETURN OLD; END $$
"""
        yield f"""
CREATE TRIGGER {name} AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()
"""


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": _sqlite, "postgresql": _postgres}[vendor]():
        schema_editor.execute(statement)


def take_away(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    tables = {"incident_log_is_kept": ENTRY}
    tables |= {f"incident_log_goes_with_{column}": table for column, table in PARENTS.items()}
    for name, table in tables.items():
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgres else ""))
        if is_postgres:
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("mobility", "0006_stay_agreement")]
    operations = [
        migrations.AlterField(
            model_name="incidententry",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="entries",
                to="mobility.incident",
            ),
        ),
        migrations.AlterField(
            model_name="incidententry",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="entries",
                to="mobility.incidentperson",
            ),
        ),
        migrations.RunPython(add, take_away),
    ]
