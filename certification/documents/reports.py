"""定期報告の一覧: the columns of the board as a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils import timezone

from certification.documents.workbook import Cell, Column, stream
from certification.rules.notifications import AnnualReport, NotificationStatus, statement_of
from japan.wareki import fiscal_year_label, format_wareki

SHEET: Final = "定期報告"


def report_file(*, municipality: str, year: int, today: dt.date, rows: Iterable[Any]) -> Iterator[bytes]:
    """The workbook in pieces."""
    title = f"{municipality} {fiscal_year_label(year)}{SHEET} {format_wareki(today)}現在"
    return stream(sheet=SHEET, title=title, columns=COLUMNS, batches=[rows])


def report_file_name(*, municipality: str, year: int, today: dt.date) -> str:
    """定期報告_輪野市_2025年度_20261122.xlsx."""
    return f"{SHEET}_{municipality}_{year}年度_{today:%Y%m%d}.xlsx"


def _stated(row: Any) -> AnnualReport | None:
    """What was reported; a draft is not yet told."""
    if row.report.status not in (NotificationStatus.FILED, NotificationStatus.RECEIVED):
        return None
    found: AnnualReport = statement_of(row.report.kind, row.report.statement)
    return found


def _count(heading: str, name: str) -> Column:
    def value(row: Any) -> Cell:
        stated = _stated(row)
        found: Cell = getattr(stated, name) if stated else None
        return found

    return Column(heading=heading, width=11, value=value)


def _filed(row: Any) -> Cell:
    return timezone.localdate(row.report.filed_at) if row.report.filed_at else None


def _chased(row: Any) -> Cell:
    return "、".join(f"{one.on:%Y-%m-%d} {one.get_way_display()}" for one in row.chases)


COLUMNS: Final = (
    Column(heading="認定番号", width=14, value=lambda row: row.report.plan.certified_number),
    Column(heading="住宅の名称", width=28, value=lambda row: row.content.housing_name),
    Column(heading="事業を行う者", width=28, value=lambda row: row.content.applicant_name),
    Column(heading="状態", width=12, value=lambda row: str(row.standing.label)),
    Column(heading="届出日", width=17, value=_filed),
    Column(heading="受理番号", width=14, value=lambda row: row.report.receipt_number),
    Column(heading="催促", width=28, value=_chased),
    _count("入居中(戸)", "occupied_units"),
    _count("空き(戸)", "vacant_units"),
    _count("低額所得者(人)", "low_income"),
    _count("高齢者(人)", "elderly"),
    _count("障害者(人)", "disabled"),
    _count("子育て世帯(人)", "child_rearing"),
    _count("そのほか(人)", "other_residents"),
    _count("異常に気づいた回数", "safety_alerts"),
    _count("見守りの回数", "watch_visits"),
    _count("つないだ件数", "referrals"),
    _count("対価(円/月)", "monthly_price_yen"),
)
