"""Taking a copy of 相談の統計: who, which version, what for and how many lines are on record before it goes out."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.documents.statistics import CSV, XLSX, Sheet, figure_lines, file_name, statistics_file
from consultations.rules.purposes import CopyPurpose
from consultations.selectors.statistics import Statistics, statistics_of
from consultations.services.errors import InputMissing
from consultations.services.trail import record_desk
from japan.wareki import fiscal_year_label, format_wareki


@dataclass(frozen=True, kw_only=True)
class StatisticsFile:
    """A copy of the figures."""

    name: str
    content_type: str
    content: bytes


@transaction.atomic
def export_statistics(
    *,
    desk_id: uuid.UUID | None,
    year: int | None,
    kind: str,
    is_published: bool,
    with_protected: bool,
    purpose: CopyPurpose,
    actor: Actor,
    now: dt.datetime,
) -> StatisticsFile:
    """Record the copy, then hand it out. Raises `InputMissing` where an internal copy is said to be for publication."""
    if purpose == CopyPurpose.PUBLISH and not is_published:
        raise InputMissing({"purpose": "内部版は公表できません。公表には、公表版を書き出してください。"})
    found = statistics_of(
        actor,
        desk_id=desk_id,
        year=year,
        is_published=is_published,
        with_protected=with_protected,
        today=timezone.localdate(now),
    )
    sheet = sheet_of(found)
    details = {
        "rows": len(figure_lines(sheet)),
        "purpose": purpose.value,
        "year": found.year,
        "format": kind,
        "version": "published" if found.is_published else "internal",
        "protected": found.with_protected,
    }
    record_desk(found.desk, action=actions.STATISTICS_EXPORTED, actor=actor, now=now, details=details)
    return StatisticsFile(
        name=file_name(sheet, kind),
        content_type=CSV if kind == "csv" else XLSX,
        content=statistics_file(sheet, kind),
    )


def sheet_of(found: Statistics) -> Sheet:
    """The plain values a file is laid out from."""
    return Sheet(
        desk=found.desk.name,
        label=fiscal_year_label(found.year),
        label_before=fiscal_year_label(found.year - 1),
        until=format_wareki(found.last_day),
        is_published=found.is_published,
        with_protected=found.with_protected,
        summary=found.summary,
        tables=found.tables,
    )
