"""A table as it came: cells with an address and their text, without meaning.

`councils.intake.sheet` makes it from a file; the rules here read it. Nothing in it is changed or left out, so that
what was read can always be shown beside what stands in the file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from japan.wareki import Precision


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `row` and `column` count from 0; `address` is as people see it: F12, or 行7・列3 where there are no letters.

    `text` is the content as it came, newlines and all. `raw` are the characters of the file where they differ (the
    quotes that a text file puts around a cell). `date` is set where the file itself says that a number is a date;
    `date_precision` is then how much of it the number format shows.
    """

    row: int
    column: int
    address: str
    text: str
    raw: str = ""
    date: dt.date | None = None
    date_precision: Precision = "day"

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. Rows may differ in length. `name` is that of the sheet, empty for a text file."""

    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""
