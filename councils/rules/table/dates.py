"""The day of foundation as people write it, and how exact it is."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from councils.rules.table.grid import Cell
from councils.rules.table.writing import even
from japan.wareki import Precision, WarekiError, parse_wareki

_YEAR = r"(?:(?:西暦)?\s*\d{4}|(?:明治|大正|昭和|平成|令和|[MTSHR明大昭平令])\s*(?:元|\d{1,2}))"
_DATE = re.compile(
    rf"(?<!\d){_YEAR}\s*(?:年(?!度)(?:\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?)?|[./-]\s*\d{{1,2}}(?:\s*[./-]\s*\d{{1,2}})?)"
)
_SERIAL = re.compile(r"\s*(?P<days>[34]\d{4})(?:\.0)?\s*")
_EXCEL_ZERO = dt.date(1899, 12, 30)
_FOUNDED = re.compile(
    rf"(?P<date>{_DATE.pattern})\s*に?、?(?:[^\s。、]{{0,14}}(?:協議会|本会)[をが]?)?(?:設立|設置|発足)(?!し?た?以前|前)"
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date and how much of it is known. The rest of `first` is the first day it may mean."""

    first: dt.date
    precision: Precision

    def __str__(self) -> str:
        """ISO 8601 as far as known: 2019-05, 2022-04-15, 2016."""
        return self.first.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]


def find_date(cell: Cell) -> str:
    """The words of the first date in a cell, or nothing."""
    if cell.date is not None:
        return cell.text
    match = _DATE.search(even(cell.text))
    return cell.text[match.start() : match.end()] if match else ""


def read_date(cell: Cell) -> tuple[PartialDate | None, str]:
    """The date in a cell, or the Japanese sentence that says why there is none. Both empty for an empty cell."""
    if cell.date is not None:
        return PartialDate(cell.date, cell.date_precision), ""
    written = find_date(cell)
    if not written:
        return None, "" if cell.is_empty else f"「{cell.text.strip()[:20]}」を日付として読めません。"
    return parse(written)


def parse(written: str) -> tuple[PartialDate | None, str]:
    try:
        read = parse_wareki(re.sub(r"\s", "", even(written)))
    except WarekiError as error:
        return None, str(error)
    return PartialDate(read.value, read.precision), ""


def serial(text: str) -> PartialDate | None:
    """The day that Excel means by a bare number, when it is one of the last decades."""
    match = _SERIAL.fullmatch(even(text))
    return PartialDate(_EXCEL_ZERO + dt.timedelta(days=int(match["days"])), "day") if match else None


def founded_in(text: str) -> PartialDate | None:
    """The date that running text gives for the foundation: 令和2年2月に設立."""
    match = _FOUNDED.search(even(text))
    return parse(match["date"])[0] if match else None


def agree(date: PartialDate, other: PartialDate) -> bool:
    """Whether two dates are the same as far as both are known."""
    length = min(len(str(date)), len(str(other)))
    return str(date)[:length] == str(other)[:length]
