"""Takes the cells of an Excel book as texts. Runs in the limited child process only, after `open_office` let it pass."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from accounts.intake.opening_office import open_office
from accounts.intake.refusal import Refused

MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 100
MOST_CELL: Final = 2_000
"""A little more than a table of rooms may have: the sentence about its size comes from the rule."""


def write_cells(source: Path, *, to: Path) -> None:
    """The cells of the first visible sheet with any, as JSON rows of texts in `to`. Raises Refused."""
    open_office(source, kind="xlsx")
    from openpyxl import DEFUSEDXML, load_workbook

    if not DEFUSEDXML:
        raise RuntimeError("defusedxml is missing: hostile XML would be expanded")
    warnings.simplefilter("ignore")  # of styles and extensions, which carry no text
    with source.open("rb") as stream:
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible" and (rows := _rows(sheet)):
                to.write_text(json.dumps(rows, ensure_ascii=True), encoding="utf-8")
                return
    raise Refused(
        "の表に文字が入っていません。読み込む表の入ったシートを、いちばん左に置いて保存し直してください。"
    )


def _rows(sheet: Any) -> list[list[str]]:
    """Up to the last row with content; blank rows between are kept, so that a row keeps its number."""
    sheet.reset_dimensions()  # what the file says of its own size is not believed
    rows: list[list[str]] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True)):
        row = _texts(cells)
        if not row:
            continue
        if number >= MOST_ROWS:
            raise Refused(
                f"の行が多すぎます。{MOST_ROWS:,}行までの、読み込む表だけのファイルにしてください。"
            )
        if len(row) > MOST_COLUMNS:
            raise Refused(
                f"の列が多すぎます。{MOST_COLUMNS}列までの、読み込む表だけのファイルにしてください。"
            )
        rows += [[] for _ in range(number - len(rows))]
        rows.append(row)
    return rows


def _texts(cells: Iterable[Any]) -> list[str]:
    """The row up to its last cell with content."""
    row = [_text(value) for value in cells]
    while row and not row[-1].strip():
        row.pop()
    return row


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:MOST_CELL]
