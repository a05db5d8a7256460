"""The database refuses to change what the Board decided, and what it was asked."""

from django.db import migrations

DECISION = (
    "uuid, request_id, outcome, conditions, reason, components, digest, basis, rests_on, by_name, "
    "by_function, decided_at, decided_on, appeal_until, appeal"
)
SQLITE = (
    f"""
CREATE TRIGGER board_decision_stays
BEFORE UPDATE OF {DECISION} ON mobility_boarddecision
BEGIN SELECT RAISE(ABORT, 'a decision of the Board is never changed'); END
""",
    """
CREATE TRIGGER board_request_stays
BEFORE UPDATE OF kind, components, digest, asked ON mobility_boardrequest
WHEN OLD.kind IS NOT NEW.kind OR OLD.components IS NOT NEW.components
OR OLD.digest IS NOT NEW.digest OR OLD.asked IS NOT NEW.asked
BEGIN SELECT RAISE(ABORT, 'what the Board was asked is never changed'); END
""",
)
POSTGRES = (
    """
CREATE FUNCTION board_decision_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what the Board was asked or decided is never changed'
USING ERRCODE = 'integrity_constraint_violation'; END $$
""",
    f"""
CREATE TRIGGER board_decision_stays
BEFORE UPDATE OF {DECISION} ON mobility_boarddecision
FOR EACH ROW EXECUTE FUNCTION board_decision_stays()
""",
    """
CREATE TRIGGER board_request_stays
BEFORE UPDATE OF kind, components, digest, asked ON mobility_boardrequest
FOR EACH ROW WHEN (
OLD.kind IS DISTINCT FROM NEW.kind OR OLD.components IS DISTINCT FROM NEW.components
OR OLD.digest IS DISTINCT FROM NEW.digest OR OLD.asked IS DISTINCT FROM NEW.asked
) EXECUTE FUNCTION board_decision_stays()
""",
)


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}.get(vendor, ()):
        schema_editor.execute(statement)


def take_away(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER board_decision_stays")
        schema_editor.execute("DROP TRIGGER board_request_stays")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER board_decision_stays ON mobility_boarddecision")
        schema_editor.execute("DROP TRIGGER board_request_stays ON mobility_boardrequest")
        schema_editor.execute("DROP FUNCTION board_decision_stays()")


class Migration(migrations.Migration):
    dependencies = [("mobility", "0012_board")]
    operations = [migrations.RunPython(add, take_away)]
