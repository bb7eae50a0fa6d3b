"""Taking a copy of the 認定台帳: who, how many rows and what for are on record before the first row goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.documents.ledger import file_name, ledger_file
from certification.documents.workbook import MOST_ROWS
from certification.models import Application
from certification.rules.ledger import Purpose
from certification.selectors.access import CASE_ROLES
from certification.selectors.ledger import chosen, ledger_batches, ledger_departments
from certification.services.errors import ActRefused


@dataclass(frozen=True, kw_only=True)
class LedgerFile:
    """A copy of the ledger. `pieces` reads the rows while the file is being sent."""

    name: str
    rows: int
    pieces: Iterator[bytes]


def export_ledger(
    *,
    cases: QuerySet[Application],
    conditions: Collection[str],
    purpose: Purpose,
    actor: Actor,
    now: dt.datetime,
) -> LedgerFile:
    """Record the copy with its number of rows and its purpose, then hand out exactly these rows.

    `cases` are what the actor may see and chose; `conditions` the names of the filters in force (what was typed is not
    kept). Raises ActRefused for nothing or too much, NotVisible for who opens no cases.
    """
    if not actor.departments(*CASE_ROLES):
        raise NotVisible
    ids = chosen(cases.filter(municipality=actor.home_id))
    if not ids:
        raise ActRefused("この条件に当てはまる申請がありません。受付箱で条件を変えてください。")
    if len(ids) > MOST_ROWS:
        raise ActRefused(f"{MOST_ROWS:,}件を超えています。受付箱で条件を付けて、分けて書き出してください。")
    today = timezone.localdate(now)
    audit.record(
        action="certification.ledger_exported",
        subject=audit.Subject(
            "certification.ledger", actor.municipality_code, f"{actor.municipality_name}の認定台帳"
        ),
        actor=actor,
        now=now,
        details={"rows": len(ids), "purpose": purpose.value, "conditions": sorted(conditions)},
    )
    return LedgerFile(
        name=file_name(municipality=actor.municipality_name, today=today),
        rows=len(ids),
        pieces=ledger_file(
            municipality=actor.municipality_name,
            today=today,
            departments=ledger_departments(actor),
            batches=ledger_batches(ids, actor=actor, today=today),
        ),
    )
