"""The database refuses to change what a line of the log of an incident says."""

from django.db import migrations

COLUMNS = "incident_id, number, at, kind, way, answer, text"
SQLITE = f"""
CREATE TRIGGER incident_log_only_grows
BEFORE UPDATE OF {COLUMNS} ON mobility_incidententry
BEGIN SELECT RAISE(ABORT, 'a line of the log of an incident is never changed'); END
"""
POSTGRES = (
    """
CREATE FUNCTION incident_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a line of the log of an incident is never changed'
USING ERRCODE = 'integrity_constraint_violation'; END $$
""",
    f"""
CREATE TRIGGER incident_log_only_grows
BEFORE UPDATE OF {COLUMNS} ON mobility_incidententry
FOR EACH ROW EXECUTE FUNCTION incident_log_only_grows()
""",
)


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE)
    elif schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRES:
            schema_editor.execute(statement)


def take_away(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER incident_log_only_grows")
    elif vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER incident_log_only_grows ON mobility_incidententry")
        schema_editor.execute("DROP FUNCTION incident_log_only_grows()")


class Migration(migrations.Migration):
    dependencies = [("mobility", "0004_while_away")]
    operations = [migrations.RunPython(add, take_away)]
