"""審査票 on paper and as a workbook: the same rows, from the same values."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from certification.documents.rendering import render_working_paper
from certification.documents.workbook import LONGEST, column_name
from certification.selectors.review_sheet import ReviewSheet, SheetRow

COLUMNS: Final = (
    ("番号", 6),
    ("主な審査事項", 34),
    ("審査書類", 30),
    ("必須・適宜", 9),
    ("担当課", 16),
    ("判定", 10),
    ("所見", 40),
    ("判定した人・日", 22),
    ("自動確認", 56),
)
SHEET: Final = "審査票"

_LINE: Final = Side(style="thin", color="8B96A1")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD: Final = PatternFill("solid", fgColor="E8F0F7")
_TOP: Final = Alignment(vertical="top", wrap_text=True)


def as_pdf(sheet: ReviewSheet) -> bytes:
    """A4 across, the head of the table on every page, page x / y."""
    data = {**dataclasses.asdict(sheet), "printed": sheet.printed}
    del data["printed_on"]
    return render_working_paper("review_sheet.typ", data, printed_on=sheet.printed_on)


def as_xlsx(sheet: ReviewSheet) -> bytes:
    """One row for each department's verdict, so that it sorts and filters; set up to print as the paper does."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = SHEET
    head = _fill_facts(page, sheet)
    last = _fill_rows(page, sheet, head=head)
    _set_up(page, sheet, head=head, last=last)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def file_name(sheet: ReviewSheet, *, kind: str) -> str:
    """審査票_R8-認-0012.pdf."""
    return f"{SHEET}_{sheet.number}.{kind}"


def _fill_facts(page: Worksheet, sheet: ReviewSheet) -> int:
    """Title, then label and value in two pairs a line. The number of the row in which the table begins."""
    _write(page, 1, 1, sheet.title).font = Font(bold=True, size=14)
    page.cell(1, 1).alignment = Alignment(vertical="center")
    for place, (label, value) in enumerate(sheet.facts):
        row, is_right = 2 + place // 2, place % 2
        first, second, until = (7, 8, 9) if is_right else (1, 3, 6)
        _write(page, row, first, label).font = Font(bold=True)
        _write(page, row, second, value)
        page.merge_cells(start_row=row, end_row=row, start_column=second, end_column=until)
        if not is_right:
            page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
    return 3 + (len(sheet.facts) + 1) // 2


def _fill_rows(page: Worksheet, sheet: ReviewSheet, *, head: int) -> int:
    for column, (heading, width) in enumerate(COLUMNS, start=1):
        cell = _write(page, head, column, heading)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BOX
        page.column_dimensions[column_name(column)].width = width
    last = head
    for row in sheet.rows:
        for values in _lines(row):
            last += 1
            for column, value in enumerate(values, start=1):
                _write(page, last, column, value).border = _BOX
    return last


def _lines(row: SheetRow) -> Iterator[tuple[str | int, ...]]:
    item = f"{row.item}\n{row.condition}" if row.condition else row.item
    for each in row.verdicts:
        yield (
            *(row.number, item, row.documents, row.requirement),
            *(each.department, each.verdict, each.note, each.judged),
            "\n".join(row.checks),
        )


def _set_up(page: Worksheet, sheet: ReviewSheet, *, head: int, last: int) -> None:
    """The head stays in sight and on every printed page; A4 across, as wide as the page."""
    width = column_name(len(COLUMNS))
    page.freeze_panes = f"A{head + 1}"
    page.auto_filter.ref = f"A{head}:{width}{last}"
    page.print_area = f"A1:{width}{last}"
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.left.text = _plain(f"{sheet.number} {sheet.housing}")
    page.oddFooter.center.text = "&P / &N"
    page.oddFooter.right.text = _plain(sheet.printed)


def _plain(text: str) -> str:
    """In the foot of a page & begins a command."""
    return text.replace("&", "&&")


def _write(page: Worksheet, row: int, column: int, value: str | int) -> Cell:
    """A text cell is a text and never a formula, also when somebody edits it."""
    cell = page.cell(row, column)
    cell.alignment = _TOP
    if isinstance(value, int):
        cell.value = value
        return cell
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
