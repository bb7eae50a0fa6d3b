"""The prefecture's table sent back with what was found in it: the same cells, and a column of remarks.

Whoever filled in a row sees at its end what to put right. The second sheet lists every remark with its cell. Texts of
others stand in both: they are written as text, never as a formula, and a mark keeps Excel from making one of them later.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

TABLE_SHEET: Final = "一覧表"
REMARKS_SHEET: Final = "指摘"
REMARK_HEADING: Final = "確認結果"

_LONGEST: Final = 32_767
"""Characters that one cell of Excel holds."""
_TINT: Final = PatternFill("solid", fgColor="FDF3DD")
_HEAD: Final = PatternFill("solid", fgColor="E8F0F7")
_TOP: Final = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """One remark as a line of the second sheet."""

    row: int
    council: str
    cell: str
    column: str
    grade: str
    text: str
    suggestion: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """The cells of the table as they came, row by row; what is said of a row, by its number from 1."""

    rows: Sequence[Sequence[str]]
    results: Mapping[int, str]
    heading_rows: frozenset[int]
    remarks: Sequence[RemarkLine]


def report(given: ReportInput) -> bytes:
    """The workbook as bytes of an .xlsx file."""
    book = Workbook()
    table = book.active
    assert isinstance(table, Worksheet)
    table.title = TABLE_SHEET
    _fill_table(table, given)
    _fill_remarks(book.create_sheet(REMARKS_SHEET), given.remarks)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _fill_table(sheet: Worksheet, given: ReportInput) -> None:
    width = max((len(row) for row in given.rows), default=0)
    for number, row in enumerate(given.rows, start=1):
        for column, text in enumerate(row, start=1):
            if text:
                _write(sheet, number, column, text)
        if number in given.heading_rows:
            _write(sheet, number, width + 1, REMARK_HEADING, bold=True, fill=_HEAD)
        elif number in given.results:
            _write(sheet, number, width + 1, given.results[number], fill=_TINT)
    for column in range(1, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 24
    sheet.column_dimensions[get_column_letter(width + 1)].width = 60


_COLUMNS: Final = (
    ("行", 6),
    ("協議会名", 28),
    ("セル", 14),
    ("項目", 24),
    ("区分", 10),
    ("内容", 60),
    ("提案", 30),
    ("状態", 14),
)


def _fill_remarks(sheet: Worksheet, remarks: Iterable[RemarkLine]) -> None:
    for column, (heading, width) in enumerate(_COLUMNS, start=1):
        _write(sheet, 1, column, heading, bold=True, fill=_HEAD)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, each in enumerate(remarks, start=2):
        sheet.cell(number, 1, each.row).alignment = _TOP
        texts = (
            each.council,
            each.cell,
            each.column,
            each.grade,
            each.text,
            each.suggestion,
            each.state,
        )
        for column, text in enumerate(texts, start=2):
            _write(sheet, number, column, text)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{max(sheet.max_row, 1)}"


def _write(
    sheet: Worksheet, row: int, column: int, text: str, *, bold: bool = False, fill: Any = None
) -> None:
    """A text cell: `=1+1` stays the four letters it is, also when somebody edits the cell or saves it as CSV."""
    cell = sheet.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.alignment = _TOP
    if bold:
        cell.font = Font(bold=True)
    if fill is not None:
        cell.fill = fill
