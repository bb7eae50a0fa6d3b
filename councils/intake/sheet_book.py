"""Opens an Excel book and takes its cells. Runs in the limited child process only (`sheet_reader.py`)."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from councils.intake.sheet_limits import (
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    RATIO_COUNTS_FROM_BYTES,
)

_SAVE_AGAIN = "元の表をExcelで開いて保存し直してください。"
_MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
# Excel's own numbers for Japanese date formats, which have no code in the file (ECMA-376 18.8.30, ja-jp).
_JAPANESE_FORMATS = {
    **dict.fromkeys((27, 36, 50, 57), "[$-411]ge.m.d"),
    **dict.fromkeys((28, 29, 51, 54, 58), '[$-411]ggge"年"m"月"d"日"'),
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    **dict.fromkeys((34, 55, 52), 'yyyy"年"m"月"'),
    **dict.fromkeys((35, 53, 56), 'm"月"d"日"'),
}

#: What is printed of a cell: row, column, address, text, raw, date in ISO 8601 or null, precision.
Printed = list[Any]


class BookRefused(Exception):
    """Its text follows the file's name and says what is wrong and how to mend it."""


def read_book(path: Path) -> tuple[str, list[list[Printed]]]:
    """Name and cells of the visible sheet with most of them. Raises BookRefused, or whatever the library raises."""
    _check_archive(path)
    from openpyxl import DEFUSEDXML, load_workbook

    if not DEFUSEDXML:
        raise RuntimeError("defusedxml is missing: hostile XML would be expanded")
    _teach_japanese_formats()
    warnings.simplefilter("ignore")  # of styles and extensions, which carry no text
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    sheets = [_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not any(rows for _, rows in sheets):
        raise BookRefused("の表に文字が入っていません。表の入ったシートを確かめて選び直してください。")
    return max(sheets, key=lambda sheet: sum(map(len, sheet[1])))


def _check_archive(path: Path) -> None:
    """Before anything is unpacked: how much would come out, and whether something in it acts by itself."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_parts(parts, packed=path.stat().st_size)
            types = archive.read("[Content_Types].xml")
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError) as error:
        raise BookRefused(f"は、壊れているため開けません。{_SAVE_AGAIN}") from error
    if b"macroEnabled" in types or any("vbaproject" in part.filename.casefold() for part in parts):
        raise BookRefused("に、マクロが含まれています。「Excelブック(.xlsx)」で保存し直してください。")
    if _MAIN_TYPE not in types:
        raise BookRefused(f"は、Excelの表として開けません。{_SAVE_AGAIN}")


def _check_parts(parts: list[zipfile.ZipInfo], *, packed: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if any(part.flag_bits & 0x1 for part in parts):
        raise BookRefused("は、パスワードで保護されています。パスワードを外して保存し直してください。")
    if unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > packed * MAX_RATIO:
        raise BookRefused(f"は、開くと異常に大きくなるため受け取れません。{_SAVE_AGAIN}")
    if unpacked > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
        raise BookRefused(
            f"は、大きすぎます。空の行や画像を消して、{MAX_ROWS:,}行までの一覧表だけのブックにしてください。"
        )


def _teach_japanese_formats() -> None:
    from openpyxl.styles import numbers

    for number, code in _JAPANESE_FORMATS.items():
        numbers.BUILTIN_FORMATS.setdefault(number, code)


# --- Cells ---


def _sheet(sheet: Any) -> tuple[str, list[list[Printed]]]:
    """All rows up to the last with content; a row goes as far as its last cell with content."""
    rows: list[list[Printed]] = []
    count = 0
    for number, cells in enumerate(sheet.iter_rows()):
        row = _row(number, cells)
        if not row:
            continue
        if number >= MAX_ROWS:
            raise BookRefused(f"の行が多すぎます。{MAX_ROWS:,}行までの表にしてください。")
        count += len(row)
        if len(row) > MAX_COLUMNS or count > MAX_CELLS:
            raise BookRefused(f"の列が多すぎます。{MAX_COLUMNS}列までの表にしてください。")
        rows += [[] for _ in range(number - len(rows))]
        rows.append(row)
    return sheet.title, rows


def _row(number: int, cells: Any) -> list[Printed]:
    """Empty cells between others are kept, so that a column is a column."""
    from openpyxl.utils import get_column_letter

    filled = [(at, cell) for at, cell in enumerate(cells) if cell.value is not None]
    if not filled:
        return []
    if filled[-1][0] >= MAX_COLUMNS:
        raise BookRefused(f"の列が多すぎます。{MAX_COLUMNS}列までの表にしてください。")
    row: list[Printed] = []
    for at in range(filled[-1][0] + 1):
        address = f"{get_column_letter(at + 1)}{number + 1}"
        row.append([number, at, address, *_content(cells[at] if at < len(cells) else None)])
    return row


def _content(cell: Any) -> Iterator[Any]:
    """Text, raw, date, precision."""
    value = cell.value if cell is not None else None
    if isinstance(value, dt.datetime | dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        precision = _precision(cell.number_format)
        text = day.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]]
        return iter((text, str(value), day.isoformat(), precision))
    return iter((_text(value), "", None, "day"))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n")
    if len(text) > MAX_CELL:
        raise BookRefused(f"に{MAX_CELL:,}文字を超えるセルがあります。分けて保存し直してください。")
    return text


def _precision(number_format: str) -> str:
    """How much of a date its format shows: yyyy"年"m"月" the month, ggge"年" the year."""
    signs = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format).casefold()
    if "d" in signs:
        return "day"
    return "month" if "m" in signs else "year"
