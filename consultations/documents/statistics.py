"""相談の統計 as a file: one line for each figure, as a workbook or as CSV, with the rules of counting below.

Written with openpyxl: some hundred lines, where the streaming writer of certification's ledger would gain nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from consultations.rules.counting import (
    HIDDEN_TEXT,
    INTERNAL_RULE,
    PUBLISHED_RULES,
    RULES,
    Figure,
    Table,
)

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
FORMATS: Final = (("xlsx", "Excel(.xlsx)"), ("csv", "CSV(.csv)"))
PUBLISHED, INTERNAL = "公表版", "内部版(公表不可)"
_WIDTHS: Final = (26, 34, 14, 12, 12)

Line = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands in the file. `label` and `label_before` name the fiscal years."""

    desk: str
    label: str
    label_before: str
    until: str
    is_published: bool
    with_protected: bool
    summary: Sequence[Figure]
    tables: Sequence[Table]


def figure_lines(sheet: Sheet) -> list[Line]:
    """表・内訳・数え方・その年度・前の年度."""
    lines: list[Line] = [
        ("全体", "", figure.label, _value(figure.now), _value(figure.before)) for figure in sheet.summary
    ]
    for table in sheet.tables:
        for row in table.rows:
            lines += [
                (table.title, row.label, figure.label, _value(figure.now), _value(figure.before))
                for figure in row.figures
            ]
    return lines


def lines_of(sheet: Sheet) -> list[Line]:
    """The whole file: whose figures, the figures, how they were counted."""
    version = PUBLISHED if sheet.is_published else INTERNAL
    head: list[Line] = [
        (f"相談の統計 {sheet.desk} {sheet.label}", version),
        (f"{sheet.until}まで",),
        *(() if sheet.is_published else ((INTERNAL_RULE,),)),
        *((("要保護の相談を入れています。",),) if sheet.with_protected else ()),
        (),
        ("表", "内訳", "数え方", sheet.label, sheet.label_before),
    ]
    told = (*RULES, *(PUBLISHED_RULES if sheet.is_published else (INTERNAL_RULE,)))
    return [*head, *figure_lines(sheet), (), ("数え方のきまり",), *((text,) for text in told)]


def statistics_file(sheet: Sheet, kind: str) -> bytes:
    """The file; `kind` is one of `FORMATS`."""
    return _csv(lines_of(sheet)) if kind == "csv" else _xlsx(lines_of(sheet))


def file_name(sheet: Sheet, kind: str) -> str:
    """相談の統計_公表版_見本窓口_令和8年度.xlsx; the internal one says that it may not be published."""
    version = "公表版" if sheet.is_published else "公表不可"
    return f"相談の統計_{version}_{sheet.desk}_{sheet.label}.{kind}"


def _value(number: int | None) -> str | int:
    return HIDDEN_TEXT if number is None else number


def _csv(lines: Sequence[Line]) -> bytes:
    """With the mark that tells Excel the encoding."""
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return ("\ufeff" + out.getvalue()).encode()


def _xlsx(lines: Sequence[Line]) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet("相談の統計")
    for column, width in zip("ABCDE", _WIDTHS, strict=True):
        page.column_dimensions[column].width = width
    for number, line in enumerate(lines):
        page.append([_cell(page, value, is_head=number == 0 or line[:1] == ("表",)) for value in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: Any, value: str | int, *, is_head: bool) -> Any:
    """A text is a text and never a formula, whatever it begins with."""
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if is_head:
        cell.font = Font(bold=True)
    return cell
