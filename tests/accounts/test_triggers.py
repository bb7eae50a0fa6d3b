"""What must never change is kept by the database itself, whatever migrations came since."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.triggers import KeepRows


def test_every_trigger_survives_the_migrations(db: None) -> None:
    """SQLite forgets the triggers of a table that a later migration alters."""
    loader = MigrationLoader(connection)
    wanted = {
        name
        for migration in loader.disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, KeepRows)
        for name in operation.names(connection.vendor)
    }
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        standing = {row[0] for row in cursor.fetchall()}
    assert len(wanted) > 40
    assert not wanted - standing
