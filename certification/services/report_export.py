"""Taking a copy of the board of 定期報告: who, how many rows and what for are on record before the first row goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from accounts import audit
from accounts.rules.actor import Actor
from certification.documents.reports import report_file, report_file_name
from certification.rules.ledger import Purpose
from certification.selectors.notifications import report_rows, reports_of
from certification.services.errors import ActRefused


@dataclass(frozen=True, kw_only=True)
class ReportFile:
    """A copy of the board of one year."""

    name: str
    rows: int
    pieces: Iterator[bytes]


def export_reports(*, year: int, purpose: Purpose, actor: Actor, now: dt.datetime) -> ReportFile:
    """Record the copy, then hand it out. Raises `ActRefused` where there is nothing."""
    today = timezone.localdate(now)
    rows = report_rows(reports_of(actor, year=year), year=year, today=today)
    if not rows:
        raise ActRefused("この年度の定期報告はありません。年度を選び直してください。")
    audit.record(
        action="certification.reports_exported",
        subject=audit.Subject("certification.reports", str(year), f"{actor.municipality_name}の定期報告"),
        actor=actor,
        now=now,
        details={"rows": len(rows), "purpose": purpose.value, "year": year},
    )
    name = report_file_name(municipality=actor.municipality_name, year=year, today=today)
    pieces = report_file(municipality=actor.municipality_name, year=year, today=today, rows=rows)
    return ReportFile(name=name, rows=len(rows), pieces=pieces)
