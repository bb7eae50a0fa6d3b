"""What is written: fingerprints of whole tables, and the statements that write."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.apps import apps
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.db.models import Model

from accounts.models import AuditEvent

OURS: Final = ("certification_", "consultations_", "councils_", "accounts_")
TRAIL: Final = "accounts_auditevent"
READING: Final = (
    "certification.viewed",
    "certification.plan_viewed",
    "certification.document_opened",
    "certification.letter_opened",
    "certification.sheet_opened",
    "certification.preliminary_viewed",
    "certification.preliminary_sheet_opened",
    "certification.inquiry_viewed",
    "certification.notification_viewed",
    "certification.supervision_opened",
    "certification.supervision_sheet_opened",
    "certification.supervision_tip_viewed",
    "certification.supervision_viewed",
    "certification.supervision_file_opened",
    "consultations.viewed",
    "consultations.searched",
    "consultations.day_viewed",
    "consultations.printed",
    "consultations.shop_sheet_printed",
    "consultations.referral_printed",
    "consultations.conference_printed",
    "consultations.transfer_viewed",
    "consultations.file_opened",
    "accounts.audit_searched",
)
"""What the trail says of people who only looked."""

_WRITES: Final = re.compile(
    r"\s*(INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+\"(\w+)\"", re.IGNORECASE
)


def tables(*, of: tuple[str, ...] = ()) -> list[type[Model]]:
    """Every table but the trail's own and the sessions; with `of`, those whose names begin so."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in (TRAIL, "django_session", "usersessions_usersession")
        and (not of or model._meta.db_table.startswith(of))
    ]


def fingerprint(*, of: tuple[str, ...] = OURS) -> dict[str, tuple[int, str]]:
    """Table → (rows, digest of every value of every row)."""
    return {model._meta.db_table: _of_table(model) for model in tables(of=of)}


def _of_table(model: type[Model]) -> tuple[int, str]:
    rows = 0
    digest = hashlib.sha256()
    for row in model._base_manager.order_by("pk").values_list():
        rows += 1
        digest.update(repr([bytes(v) if isinstance(v, memoryview) else v for v in row]).encode())
    return rows, digest.hexdigest()


def acts_on_record() -> int:
    """Events of the trail that tell of an act, not of a look."""
    return AuditEvent.objects.exclude(action__in=READING).count()


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collects the tables of ours that anything inside writes to, the trail left out."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        match = _WRITES.match(sql)
        if match and match[2].startswith(OURS) and match[2] != TRAIL:
            found.append(match[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def close(response: Any) -> None:
    """Let go of a file that was asked for. As the test client does, without the end of a request that closes the database."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
