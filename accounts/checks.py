"""Checks at start (`manage.py check`, and before every command): the database is set up as this system needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections


@register(Tags.database)
def check_database(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The embedded database must take its write lock early and keep a write-ahead log; production wants PostgreSQL."""
    return [message for alias in databases or () for message in _check_one(alias)]


def _check_one(alias: str) -> list[CheckMessage]:
    configured = settings.DATABASES[alias]
    if not configured["ENGINE"].endswith("sqlite3"):
        return []
    found: list[CheckMessage] = []
    options = configured.get("OPTIONS", {})
    if options.get("transaction_mode") != "IMMEDIATE":
        found.append(
            Error(
                "SQLite の transaction_mode が IMMEDIATE ではありません。同時の書き込みで処理が失敗します。",
                hint="DATABASES の OPTIONS に transaction_mode: IMMEDIATE を設定してください。",
                id="accounts.E001",
            )
        )
    if not _is_in_memory(alias) and _journal_mode(alias) != "wal":
        found.append(
            Error(
                "SQLite が WAL で動いていません。読み取りと書き込みが互いに待たされます。",
                hint="init_command に PRAGMA journal_mode=WAL を入れ、書き込めるディスクに置いてください。",
                id="accounts.E002",
            )
        )
    if settings.SUMAI_MODE == "production":
        found.append(
            Warning(
                "本番で SQLite を使っています。",
                hint="DATABASE_URL に PostgreSQL(15以上)を指定してください。",
                id="accounts.W001",
            )
        )
    return found


def _is_in_memory(alias: str) -> bool:
    name = str(connections[alias].settings_dict["NAME"])
    return ":memory:" in name or "mode=memory" in name


def _journal_mode(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        return str(cursor.fetchone()[0]).lower()
