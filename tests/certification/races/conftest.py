"""Races need real threads, real transactions and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.certification.races.arena import Gate, Tally


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip(
            "SQLite has one writer at a time: there is nothing to race. Run this with DATABASE_URL=postgres://…"
        )


@pytest.fixture(params=[True, False], ids=["guarded", "control"])
def gate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Each test runs twice: as it is, and with the row lock taken away."""
    gate = Gate(guarded=request.param)
    gate.install(monkeypatch)
    return gate


@pytest.fixture
def tally(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[Tally]:
    tally = Tally(name=request.node.name.removeprefix("test_"))
    yield tally
    with capsys.disabled():
        print(f"\n{tally}")  # noqa: T201 -- counts of what was raced belong to the result
