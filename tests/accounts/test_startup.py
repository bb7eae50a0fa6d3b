"""What production refuses to start with; what the checks say of the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from accounts.checks import check_database
from accounts.rules.startup import problems

GOOD: dict[str, Any] = {
    "mode": "production",
    "secret_key": "s" * 40,
    "audit_key": "a" * 40,
    "demo_key": "demo-only-key-that-production-refuses-to-start-with",
    "debug": False,
    "hosts": ["sumai.example.jp"],
}


def test_sound_production_starts() -> None:
    assert problems(**GOOD) == []


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"secret_key": GOOD["demo_key"]}, "SECRET_KEY"),
        ({"audit_key": GOOD["demo_key"]}, "AUDIT_KEY"),
        ({"secret_key": "short"}, "SECRET_KEY が短すぎます"),
        ({"audit_key": "s" * 40}, "同じ"),
        ({"debug": True}, "DEBUG"),
        ({"hosts": []}, "ALLOWED_HOSTS"),
        ({"hosts": [" "]}, "ALLOWED_HOSTS"),
        ({"hosts": ["*"]}, "ALLOWED_HOSTS"),
        ({"mode": "prod"}, "SUMAI_MODE"),
    ],
)
def test_each_fault_is_named(changed: dict[str, Any], word: str) -> None:
    found = problems(**{**GOOD, **changed})
    assert len(found) == 1
    assert word in found[0]


def test_demo_starts_with_anything() -> None:
    assert problems(**{**GOOD, "mode": "demo", "secret_key": "", "debug": True, "hosts": []}) == []


def test_check_wants_early_write_locks(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", {})
    monkeypatch.setattr("accounts.checks._is_in_memory", lambda alias: True)
    assert [message.id for message in check_database(None, ["default"])] == ["accounts.E001"]


def test_check_wants_a_write_ahead_log(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", {"transaction_mode": "IMMEDIATE"})
    monkeypatch.setattr("accounts.checks._is_in_memory", lambda alias: False)
    monkeypatch.setattr("accounts.checks._journal_mode", lambda alias: "delete")
    assert [message.id for message in check_database(None, ["default"])] == ["accounts.E002"]


def test_check_warns_of_sqlite_in_production(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", {"transaction_mode": "IMMEDIATE"})
    monkeypatch.setattr("accounts.checks._is_in_memory", lambda alias: True)
    monkeypatch.setattr(settings, "SUMAI_MODE", "production")
    assert [message.id for message in check_database(None, ["default"])] == ["accounts.W001"]
