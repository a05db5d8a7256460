"""The database keeps the ledgers: entries add up, are never changed, and go with their grant alone.

Django leaves the entries alone when a grant is deleted (`DO_NOTHING`); the database deletes them.
"""

from django.db import migrations

ENTRY, GRANT = "mobility_grantentry", "mobility_staygrant"
COLUMNS = (
    "grant_id, number, kind, due_change, paid_change, due, paid, basis, condition, reference, "
    "reason, corrects_id, at"
)
# The sums are those of the entry before, and the entry after follows from them. Rows may be copied
# in any order, so an entry that is not there yet is in nobody's way. SQLite adds in binary.
BREAKS = f"""
EXISTS (
    SELECT 1 FROM {ENTRY} AS other
    WHERE other.grant_id = NEW.grant_id AND (
        (other.number = NEW.number - 1 AND (
            ABS(other.due + NEW.due_change - NEW.due) > 0.001
            OR ABS(other.paid + NEW.paid_change - NEW.paid) > 0.001))
        OR (other.number = NEW.number + 1 AND (
            ABS(NEW.due + other.due_change - other.due) > 0.001
            OR ABS(NEW.paid + other.paid_change - other.paid) > 0.001))
    )
)
"""
STANDS = f"EXISTS (SELECT 1 FROM {GRANT} WHERE id = OLD.grant_id)"
# What is refused: the name of a trigger, when it acts, under which condition, and what it says.
REFUSED = (
    (
        "grant_ledger_only_grows", f"BEFORE UPDATE OF {COLUMNS}", "",
        "an entry of a ledger is never changed",
    ),
    (
        "grant_ledger_adds_up", "BEFORE INSERT", BREAKS,
        "the sums of a ledger follow from its entries",
    ),
    (
        "grant_ledger_is_kept", "BEFORE DELETE", STANDS,
        "an entry of a ledger is not deleted on its own",
    ),
)  # fmt: skip
GOES = "grant_ledger_goes_with_grant"


def _sqlite():
    for name, acts, condition, text in REFUSED:
        when = f"WHEN {condition}" if condition else ""
        yield f"""
CREATE TRIGGER {name} {acts} ON {ENTRY} {when}
BEGIN SELECT RAISE(ABORT, '{text}'); END
"""
    yield f"""
CREATE TRIGGER {GOES} AFTER DELETE ON {GRANT}
BEGIN DELETE FROM {ENTRY} WHERE grant_id = OLD.id; END
"""


def _postgres():
    for name, acts, condition, text in REFUSED:
        row = "OLD" if "DELETE" in acts else "NEW"
        yield f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF {condition or "true"} THEN
    RAISE EXCEPTION '{text}' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN {row}; END $$
"""
        yield f"""
CREATE TRIGGER {name} {acts} ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION {name}()
"""
    yield f"""
CREATE FUNCTION {GOES}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN DELETE FROM {ENTRY} WHERE grant_id = OLD.id; RETURN OLD; END $$
"""
    yield f"""
CREATE TRIGGER {GOES} AFTER DELETE ON {GRANT} FOR EACH ROW EXECUTE FUNCTION {GOES}()
"""


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": _sqlite, "postgresql": _postgres}[vendor]():
        schema_editor.execute(statement)


def take_away(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    tables = {name: ENTRY for name, *_said in REFUSED} | {GOES: GRANT}
    for name, table in tables.items():
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgres else ""))
        if is_postgres:
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("mobility", "0010_grants")]
    operations = [migrations.RunPython(add, take_away)]
