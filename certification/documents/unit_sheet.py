"""部屋の一覧のひな形: an Excel sheet that is filled in and pasted back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from certification.documents.workbook import Column, stream
from certification.rules.plan import Unit
from certification.rules.unit_table import COLUMNS, sample_rows, to_rows

SHEET: Final = "部屋の一覧"
_WIDTH: Final = 16


def unit_sheet(units: Sequence[Unit]) -> Iterator[bytes]:
    """The workbook in pieces: headings, two lines that explain and are not read, and the rooms there are."""
    columns = [_column(at, heading=column.heading) for at, column in enumerate(COLUMNS)]
    rows = [*sample_rows(), *to_rows(units)[1:]]
    return stream(sheet=SHEET, title=SHEET, columns=columns, batches=[rows])


def _column(at: int, *, heading: str) -> Column:
    return Column(heading=heading, width=_WIDTH, value=lambda row: row[at])


def file_name() -> str:
    return f"{SHEET}.xlsx"
