"""Taking a copy of the 処理日数の統計: who, which year and what for are on record before it goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.rules.actor import Actor
from certification.documents.statistics import file_name, lines_of, statistics_csv, statistics_file
from certification.documents.workbook import CONTENT_TYPE
from certification.rules.ledger import Purpose
from certification.selectors.statistics import statistics_of
from certification.services.errors import ActRefused


@dataclass(frozen=True, kw_only=True)
class StatisticsFile:
    """A copy of the figures."""

    name: str
    content_type: str
    pieces: Iterator[bytes]


@transaction.atomic
def export_statistics(
    *, year: int, kind: str, purpose: Purpose, actor: Actor, now: dt.datetime
) -> StatisticsFile:
    """Record the copy, then hand it out. Raises `ActRefused` where nothing was decided."""
    today = timezone.localdate(now)
    found = statistics_of(actor, year=year, today=today)
    rows = len(lines_of(found))
    if not rows:
        raise ActRefused("決定した申請がまだないため、書き出す数字がありません。")
    audit.record(
        action="certification.statistics_exported",
        subject=audit.Subject(
            "certification.statistics", str(year), f"{actor.municipality_name}の処理日数の統計"
        ),
        actor=actor,
        now=now,
        details={"rows": rows, "purpose": purpose.value, "year": year, "format": kind},
    )
    is_csv = kind == "csv"
    return StatisticsFile(
        name=file_name(municipality=actor.municipality_name, year=year, kind=kind),
        content_type="text/csv; charset=utf-8" if is_csv else CONTENT_TYPE,
        pieces=statistics_csv(found)
        if is_csv
        else statistics_file(found, municipality=actor.municipality_name, today=today),
    )
