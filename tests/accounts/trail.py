"""What a person with full rights on the database could do: touch the trail although triggers refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.triggers import create_append_only, drop_append_only

TABLES = ("accounts_auditevent", "accounts_auditseal")


@contextmanager
def audit_triggers_off(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the append-only triggers of the trail away for a while, on either database; put them back afterwards."""
    _run(connection, [sql for table in TABLES for sql in drop_append_only(table, connection.vendor)])
    try:
        yield
    finally:
        _run(connection, [sql for table in TABLES for sql in create_append_only(table, connection.vendor)])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
