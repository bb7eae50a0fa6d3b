"""What the database itself refuses: another row in a published 別表, one changed, one taken away.

The table's own row is frozen already (0002). A table is published last: its rows are written while it is a draft. On
PostgreSQL the trigger holds the table's row until the end of the transaction, so that a row cannot slip in beside a
publication. SQLite copies a table to alter it and loses its triggers: a migration that alters one of these three puts
them back.
"""

from collections.abc import Iterator

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "certification_reviewtable"
_ITEM = "(SELECT table_id FROM certification_reviewitem WHERE id = {row}.item_id)"

TABLE_OF = {
    "certification_reviewitem": "{row}.table_id",
    "certification_documenttype": "{row}.table_id",
    "certification_reviewitemdepartment": _ITEM,
}
"""Each kind of row, and the id of the 別表 it belongs to."""

ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
"""A row that is changed must belong to a draft before and after."""


def put_in_place(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    create = _sqlite if schema_editor.connection.vendor == "sqlite" else _postgresql
    for name, owner in TABLE_OF.items():
        for statement in create(name, owner):
            schema_editor.execute(statement)


def take_away(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name in TABLE_OF:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ROWS:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_published_{verb.lower()}")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_published ON {name}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}_published()")


def _sqlite(name: str, owner: str) -> Iterator[str]:
    for verb, rows in ROWS.items():
        owners = ", ".join(owner.format(row=row) for row in rows)
        yield (
            f"CREATE TRIGGER {name}_published_{verb.lower()} BEFORE {verb} ON {name} "  # noqa: S608 -- our own names
            f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id IN ({owners}) AND published_at IS NOT NULL) "
            f"BEGIN SELECT RAISE(ABORT, '{_words(name)}'); END"
        )


def _postgresql(name: str, owner: str) -> Iterator[str]:
    """A row of the 別表 that another transaction is publishing is waited for, then read as it became."""
    checks = "".join(
        f"IF TG_OP IN ({verbs}) THEN "  # noqa: S608 -- our own names
        f"PERFORM 1 FROM {TABLE} WHERE id = {owner.format(row=row)} FOR SHARE; "
        f"IF EXISTS (SELECT 1 FROM {TABLE} WHERE id = {owner.format(row=row)} AND published_at IS NOT NULL) THEN "
        f"RAISE EXCEPTION '{_words(name)}' USING ERRCODE = 'restrict_violation'; END IF; END IF; "
        for row, verbs in (("OLD", "'UPDATE', 'DELETE'"), ("NEW", "'INSERT', 'UPDATE'"))
    )
    yield (
        f"CREATE FUNCTION {name}_published() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {checks} IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    yield (
        f"CREATE TRIGGER {name}_published BEFORE INSERT OR UPDATE OR DELETE ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_published()"
    )


def _words(name: str) -> str:
    return f"{name}: the rows of a published table never change"


class Migration(migrations.Migration):
    dependencies = (("certification", "0002_frozen"),)

    operations = (migrations.RunPython(put_in_place, take_away),)
