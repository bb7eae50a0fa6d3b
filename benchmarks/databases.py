"""Two databases beside the configured one, for two sizes of the same town. The configured one is never written to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


def turn_to(name: str) -> None:
    """From now on the default connection works on this database."""
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name


@contextmanager
def two_databases() -> Iterator[tuple[str, str]]:
    """The names of two databases: an empty one, and one that `copy_over` fills. Both are gone afterwards."""
    configured = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        names = (f"{configured}_bench_small", f"{configured}_bench_large")
        try:
            _remake(names[0])
            yield names
        finally:
            turn_to(configured)
            for name in names:
                _run(f'DROP DATABASE IF EXISTS "{name}"')
            connection.close()
        return
    with tempfile.TemporaryDirectory(prefix="sumai-bench-") as folder:
        try:
            yield str(Path(folder, "small.sqlite3")), str(Path(folder, "large.sqlite3"))
        finally:
            turn_to(configured)


def copy_over(source: str, target: str, *, home: str) -> None:
    """Make `target` an exact copy of `source`. `home` is the database to give the order from."""
    turn_to(home)
    if connection.vendor == "postgresql":
        _remake(target, like=source)
        return
    connection.close()
    shutil.copyfile(source, target)


def _remake(name: str, *, like: str = "") -> None:
    _run(f'DROP DATABASE IF EXISTS "{name}"')
    _run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like}"' if like else ""))


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
