"""What every test shares: no outside network, append-only tables that can be emptied between tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection

# A timing is never a test: a busy machine must not fail a property.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def _flush_despite_triggers() -> Iterator[None]:
    """Emptying tables between transactional tests would meet the append-only triggers: switch them off for that alone.

    Only the flush of the test database goes this way; nothing in the application can.
    """
    original = type(connection.ops).execute_sql_flush

    def flush(self: Any, sql_list: Iterable[str]) -> None:
        if connection.vendor == "postgresql":
            return original(
                self, ["SET session_replication_role = replica", *sql_list, "RESET session_replication_role"]
            )
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            return original(self, sql_list)
        finally:
            with connection.cursor() as cursor:
                for _, sql in triggers:
                    cursor.execute(sql)

    type(connection.ops).execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    type(connection.ops).execute_sql_flush = original  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    """Files of a test lie in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
