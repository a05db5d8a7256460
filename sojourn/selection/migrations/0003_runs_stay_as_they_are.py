"""The database refuses to change what a run of the allocation was and gave."""

from django.db import migrations

COLUMNS = (
    "uuid, round_id, number, method, method_version, input, input_digest, "
    "result, result_digest, published, published_digest, made_at"
)
SQLITE = f"""
CREATE TRIGGER allocation_run_never_changed
BEFORE UPDATE OF {COLUMNS} ON selection_allocationrun
BEGIN SELECT RAISE(ABORT, 'a run of the allocation is never changed'); END
"""
POSTGRES = (
    """
CREATE FUNCTION allocation_run_never_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a run of the allocation is never changed'
USING ERRCODE = 'integrity_constraint_violation'; END $$
""",
    f"""
CREATE TRIGGER allocation_run_never_changed
BEFORE UPDATE OF {COLUMNS} ON selection_allocationrun
FOR EACH ROW EXECUTE FUNCTION allocation_run_never_changed()
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
        schema_editor.execute("DROP TRIGGER allocation_run_never_changed")
    elif vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER allocation_run_never_changed ON selection_allocationrun"
        )
        schema_editor.execute("DROP FUNCTION allocation_run_never_changed()")


class Migration(migrations.Migration):
    dependencies = [("selection", "0002_results")]
    operations = [migrations.RunPython(add, take_away)]
