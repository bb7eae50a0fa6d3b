"""処理日数の統計 as a file: one line for each group, as a workbook or as CSV. No personal data."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from certification.documents.workbook import Column, stream
from certification.rules.procedures import Procedure, state_label
from certification.rules.statistics import Figures
from certification.selectors.statistics import Statistics
from japan.wareki import fiscal_year_label, format_wareki

SHEET: Final = "処理日数の統計"
FORMATS: Final = (("xlsx", "Excel(.xlsx)"), ("csv", "CSV(.csv)"))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the file: what is grouped, which group, its figures."""

    by: str
    group: str
    figures: Figures


def lines_of(found: Statistics) -> list[Line]:
    """Years, then the months and the kinds of the chosen year."""
    by_year = [
        Line(by="年度", group=fiscal_year_label(year), figures=found.by_year[year])
        for year in sorted(found.by_year)
    ]
    by_month = [
        Line(by="決定の月", group=month_label(*month), figures=found.by_month[month])
        for month in sorted(found.by_month)
    ]
    by_kind = [
        Line(by="手続と結果", group=kind_label(*kind), figures=found.by_kind[kind])
        for kind in sorted(found.by_kind)
    ]
    return [*by_year, *by_month, *by_kind]


def month_label(year: int, month: int) -> str:
    """令和8年11月."""
    return format_wareki(dt.date(year, month, 1), precision="month")


def kind_label(procedure: str, result: str) -> str:
    """認定申請・認定."""
    return f"{Procedure(procedure).label}・{state_label(result, procedure)}"


def statistics_file(found: Statistics, *, municipality: str, today: dt.date) -> Iterator[bytes]:
    """The workbook in pieces."""
    title = f"{municipality} {SHEET} {format_wareki(today)}現在"
    return stream(sheet=SHEET, title=title, columns=COLUMNS, batches=[lines_of(found)])


def statistics_csv(found: Statistics) -> Iterator[bytes]:
    """The same as CSV, with the mark that tells Excel the encoding."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(column.heading for column in COLUMNS)
    writer.writerows([column.value(line) for column in COLUMNS] for line in lines_of(found))
    yield ("\ufeff" + out.getvalue()).encode()


def file_name(*, municipality: str, year: int, kind: str) -> str:
    """処理日数の統計_輪野市_2026年度.xlsx."""
    return f"{SHEET}_{municipality}_{year}年度.{kind}"


COLUMNS: Final = (
    Column(heading="区分", width=14, value=lambda line: line.by),
    Column(heading="内訳", width=28, value=lambda line: line.group),
    Column(heading="件数", width=8, value=lambda line: line.figures.number),
    Column(heading="中央値(営業日)", width=11, value=lambda line: line.figures.median),
    Column(heading="90%が収まる日数(営業日)", width=13, value=lambda line: line.figures.ninety),
    Column(heading="最長(営業日)", width=11, value=lambda line: line.figures.longest),
    Column(heading="標準処理期間内(件)", width=11, value=lambda line: line.figures.within),
    Column(heading="標準処理期間内(%)", width=11, value=lambda line: line.figures.share_within),
    Column(heading="補正待ちで止まった日数(営業日)", width=15, value=lambda line: line.figures.stopped),
    Column(heading="差戻しの回数", width=10, value=lambda line: line.figures.returns),
)
