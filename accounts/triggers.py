"""Triggers that refuse what must never happen to a table, for migrations. Both databases, the same meaning.

    operations = [append_only("accounts_auditevent"), frozen_when("certification_planversion", "frozen_at")]

This is one of the two places that ask which database it is (architecture: the other is the search index).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_Statements = Callable[[str], Sequence[str]]


def append_only(table: str) -> migrations.RunPython:
    """Refuse UPDATE and DELETE of any row of `table`, and TRUNCATE where the database has it."""
    return _operation(
        lambda vendor: create_append_only(table, vendor), lambda vendor: drop_append_only(table, vendor)
    )


def frozen_when(table: str, condition_column: str = "frozen_at") -> migrations.RunPython:
    """Refuse UPDATE and DELETE of rows of `table` whose `condition_column` was set before; others stay free.

    Setting the column itself (the act of freezing) is allowed: the row was not frozen yet.
    """
    return _operation(
        lambda vendor: create_frozen(table, condition_column, vendor),
        lambda vendor: drop_frozen(table, vendor),
    )


def columns_frozen_when(table: str, condition_column: str, columns: Sequence[str]) -> migrations.RunPython:
    """Refuse DELETE, and UPDATE of `columns`, of rows whose `condition_column` was set before; other columns move on."""
    return _operation(
        lambda vendor: create_columns_frozen(table, condition_column, columns, vendor),
        lambda vendor: drop_columns_frozen(table, vendor),
    )


def append_only_until(table: str, *, parent: str, key: str, column: str) -> migrations.RunPython:
    """Refuse UPDATE always, and DELETE until `column` of the row's `parent` (by `key`) is set: what is kept for a time.

    For records of a person that are erased with the whole case when its retention has ended, and never before.
    """
    return _operation(
        lambda vendor: create_append_only_until(table, parent, key, column, vendor),
        lambda vendor: drop_append_only_until(table, vendor),
    )


def columns_kept_until(
    table: str, columns: Sequence[str], *, parent: str, key: str, column: str
) -> migrations.RunPython:
    """Refuse UPDATE of `columns` always, and DELETE until `column` of the row's `parent` (by `key`) is set.

    For what went out to somebody else: it stays as it was sent, the rest of the row moves on.
    """
    return _operation(
        lambda vendor: create_columns_kept_until(table, columns, parent, key, column, vendor),
        lambda vendor: drop_append_only_until(table, vendor),
    )


def create_columns_kept_until(
    table: str, columns: Sequence[str], parent: str, key: str, column: str, vendor: str
) -> list[str]:
    """The SQL that keeps these columns, and the row before its time."""
    is_other = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    text = f"{table}: what was sent never changes"
    changed = " OR ".join(f"OLD.{name} {is_other} NEW.{name}" for name in columns)
    over = f"EXISTS (SELECT 1 FROM {parent} WHERE id = OLD.{key} AND {column} IS NOT NULL)"  # noqa: S608 -- names of our own
    if vendor == "sqlite":
        return [
            _sqlite(f"{table}_kept_update", table, "UPDATE", text, f"({changed})"),
            _sqlite(f"{table}_kept_delete", table, "DELETE", text, f"NOT {over}"),
        ]
    return [
        f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN IF {over} THEN RETURN OLD; END IF; "
        f"ELSIF NOT ({changed}) THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
    ]


def create_append_only_until(table: str, parent: str, key: str, column: str, vendor: str) -> list[str]:
    """The SQL that refuses changes, and deletion before its time."""
    text = f"{table}: records are only ever added"
    over = f"EXISTS (SELECT 1 FROM {parent} WHERE id = OLD.{key} AND {column} IS NOT NULL)"  # noqa: S608 -- names of our own
    if vendor == "sqlite":
        return [
            _sqlite(f"{table}_kept_update", table, "UPDATE", text),
            _sqlite(f"{table}_kept_delete", table, "DELETE", text, f"NOT {over}"),
        ]
    return [
        f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND {over} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
    ]


def drop_append_only_until(table: str, vendor: str) -> list[str]:
    """The SQL that takes it away."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_kept_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {table}_kept ON {table}", f"DROP FUNCTION IF EXISTS {table}_kept()"]


def create_append_only(table: str, vendor: str) -> list[str]:
    """The SQL that puts the refusal in place on PostgreSQL ("postgresql") or SQLite ("sqlite")."""
    if vendor == "sqlite":
        return [
            _sqlite(f"{table}_no_{verb.lower()}", table, verb, f"{table}: records are only ever added")
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        _refusing_function(f"{table}_append_only", f"{table}: records are only ever added"),
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
    ]


def drop_append_only(table: str, vendor: str) -> list[str]:
    """The SQL that takes the refusal away: for going back in migrations, and for tests."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_append_only()",
    ]


def create_frozen(table: str, condition_column: str, vendor: str) -> list[str]:
    """The SQL that refuses changes of rows frozen before."""
    condition = f"OLD.{condition_column} IS NOT NULL"
    text = f"{table}: a frozen row never changes"
    if vendor == "sqlite":
        return [
            _sqlite(f"{table}_frozen_{verb.lower()}", table, verb, text, condition)
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        _refusing_function(f"{table}_frozen", text),
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {table}_frozen()",
    ]


def drop_frozen(table: str, vendor: str) -> list[str]:
    """The SQL that takes the freezing away."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_frozen_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}", f"DROP FUNCTION IF EXISTS {table}_frozen()"]


def create_columns_frozen(
    table: str, condition_column: str, columns: Sequence[str], vendor: str
) -> list[str]:
    """The SQL that keeps these columns once the row is decided."""
    is_other = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    decided = f"OLD.{condition_column} IS NOT NULL"
    changed = " OR ".join(f"OLD.{column} {is_other} NEW.{column}" for column in columns)
    text = f"{table}: what was decided never changes"
    if vendor == "sqlite":
        return [
            _sqlite(f"{table}_decided_update", table, "UPDATE", text, f"{decided} AND ({changed})"),
            _sqlite(f"{table}_decided_delete", table, "DELETE", text, decided),
        ]
    return [
        _refusing_function(f"{table}_decided", text),
        f"CREATE TRIGGER {table}_decided_update BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({decided} AND ({changed})) EXECUTE FUNCTION {table}_decided()",
        f"CREATE TRIGGER {table}_decided_delete BEFORE DELETE ON {table} "
        f"FOR EACH ROW WHEN ({decided}) EXECUTE FUNCTION {table}_decided()",
    ]


def drop_columns_frozen(table: str, vendor: str) -> list[str]:
    """The SQL that lets them go again."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_decided_{verb}" for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER IF EXISTS {table}_decided_update ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_decided_delete ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_decided()",
    ]


def _sqlite(name: str, table: str, verb: str, text: str, condition: str = "") -> str:
    when = f" WHEN {condition}" if condition else ""
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{when} BEGIN SELECT RAISE(ABORT, '{text}'); END"


def _refusing_function(name: str, text: str) -> str:
    """restrict_violation is an integrity error to Django, as is SQLite's RAISE(ABORT)."""
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END $$"
    )


class KeepRows(migrations.RunPython):
    """Puts triggers in place, anew where they stand already: SQLite loses them when it rebuilds a table for another
    column or constraint, so such a migration ends with the same operations again.
    """

    def __init__(self, forwards: _Statements, backwards: _Statements) -> None:
        self.forwards, self.backwards = forwards, backwards
        super().__init__(_run(lambda vendor: [*backwards(vendor), *forwards(vendor)]), _run(backwards))

    def names(self, vendor: str) -> list[str]:
        """The triggers that stand when it is done."""
        return [
            statement.split()[2]
            for statement in self.forwards(vendor)
            if statement.startswith("CREATE TRIGGER")
        ]


def _operation(forwards: _Statements, backwards: _Statements) -> KeepRows:
    return KeepRows(forwards, backwards)


def _run(statements: _Statements) -> Callable[[object, BaseDatabaseSchemaEditor], None]:
    def run(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in statements(schema_editor.connection.vendor):
            schema_editor.execute(statement)

    return run
