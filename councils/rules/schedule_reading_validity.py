"""How long a rule of sessions holds: 令和6年度中の, 令和6年5月から令和7年2月まで. Only what stands close to the days."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from japan.wareki import WarekiDate, WarekiError, fiscal_year_span, parse_wareki

_YEAR = r"(?:(?:令和|平成|R|H)\s*(?:元|\d{1,2})|\d{4})"
_FISCAL = re.compile(
    rf"(?P<year>{_YEAR})\s*年度\s*(?P<since>から|より|以降)?(?:中の?|は|の)?、?[^。、\d]{{0,6}}$"
)
_DATE = rf"{_YEAR}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?"
_SPAN = re.compile(rf"(?P<start>{_DATE})\s*(?:~|-|から|より)\s*(?P<end>{_DATE})(?:まで)?[^。\d]{{0,12}}$")
_SINCE = re.compile(rf"(?P<start>{_DATE})\s*(?:から|より|以降)[は、\s]*[^。、\d]{{0,8}}$")


def read_validity(before: str) -> tuple[dt.date | None, dt.date | None]:
    """First and last day the words right before the days speak of; None where they say nothing."""
    if match := _SPAN.search(before):
        start, end = _date(match["start"]), _date(match["end"])
        if start and end and start.value <= _last_day(end):
            return start.value, _last_day(end)
    if match := _SINCE.search(before):
        since = _date(match["start"])
        return (since.value if since else None), None
    if match := _FISCAL.search(before):
        first, last = _fiscal_span(match["year"])
        return first, None if match["since"] else last
    return None, None


def _fiscal_span(year: str) -> tuple[dt.date | None, dt.date | None]:
    """From 1 April, the name of the era year being that of the calendar year it begins in."""
    named = re.sub(r"\s", "", year)
    try:
        western = int(named) if named.isdigit() else parse_wareki(f"{named}年").value.year
    except WarekiError:
        return None, None
    return fiscal_year_span(western)


def _date(words: str) -> WarekiDate | None:
    try:
        return parse_wareki(re.sub(r"\s", "", words))
    except WarekiError:
        return None


def _last_day(date: WarekiDate) -> dt.date:
    if date.precision == "day":
        return date.value
    return date.value.replace(day=calendar.monthrange(date.value.year, date.value.month)[1])
