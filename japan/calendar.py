"""Business days of a municipal office (開庁日).

Closed are Saturdays and Sundays, the days of 国民の祝日に関する法律 (振替休日 and 国民の休日 included) and 29 December to
3 January: 行政機関の休日に関する法律1条1項1号〜3号, which the ordinances under 地方自治法4条の2 repeat. What one
municipality closes beyond that (地方自治法4条の2第3項) is passed as `extra_closed`.

Holidays come from jpholiday. Those of past years and of the coming one are law; 春分の日 and 秋分の日 further ahead are
computed and become certain only when the 暦要項 for that year is published in February of the year before. Outside
1948-2150 no holidays are known: only weekends and the turn of the year are closed.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

import jpholiday

_ONE_DAY = dt.timedelta(days=1)
_NONE: frozenset[dt.date] = frozenset()
_YEARS_WITH_HOLIDAYS = range(1948, 2151)


def holiday_name(day: dt.date) -> str | None:
    """The name of the public holiday (秋分の日, 憲法記念日 振替休日), or None.

    Weekends and the turn of the year are not public holidays and have no name here (but 1 January is 元日).
    """
    return _record(day).holidays.get(day)


def add_months(day: dt.date, months: int) -> dt.date:
    """The corresponding day `months` months later; where there is none, the last day of that month (民法143条2項)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_business_day(day: dt.date, *, extra_closed: AbstractSet[dt.date] = _NONE) -> bool:
    """Whether the office is open that day."""
    return day in _record(day).open_set and day not in extra_closed


def next_business_day(day: dt.date, *, extra_closed: AbstractSet[dt.date] = _NONE) -> dt.date:
    """The first business day after `day` (翌開庁日), never `day` itself."""
    return add_business_days(day, 1, extra_closed=extra_closed)


def business_day_on_or_after(day: dt.date, *, extra_closed: AbstractSet[dt.date] = _NONE) -> dt.date:
    """`day` itself when the office is open, else the next business day.

    This is how a legal deadline moves that falls on a closed day (地方自治法4条の2第4項).
    """
    is_open = is_business_day(day, extra_closed=extra_closed)
    return day if is_open else next_business_day(day, extra_closed=extra_closed)


def add_business_days(day: dt.date, n: int, *, extra_closed: AbstractSet[dt.date] = _NONE) -> dt.date:
    """The n-th business day after `day`; with a negative n the n-th before it; with 0 `day` itself, open or not.

    `day` is not counted (初日不算入, 民法140条): one business day after a Friday is the Monday.
    """
    step = _ONE_DAY if n >= 0 else -_ONE_DAY
    left = abs(n)
    while left:
        day += step
        left -= is_business_day(day, extra_closed=extra_closed)
    return day


def business_days_between(start: dt.date, end: dt.date, *, extra_closed: AbstractSet[dt.date] = _NONE) -> int:
    """How many business days d there are with start < d <= end: `start` is not counted, `end` is if open.

    Minus the count of end < d <= start when `end` lies before `start`, so that swapping the two turns the sign. For
    n >= 0, business_days_between(d, add_business_days(d, n)) is n.
    """
    if end < start:
        return -business_days_between(end, start, extra_closed=extra_closed)
    whole_years = sum(len(_year(year).open_days) for year in range(start.year, end.year))
    closed_besides = sum(start < day <= end and is_business_day(day) for day in extra_closed)
    return whole_years + _open_days_until(end) - _open_days_until(start) - closed_besides


# --- One record per year: jpholiday takes about 30 ms for a year, too long for a list page ---


@dataclass(frozen=True, slots=True)
class _Year:
    holidays: dict[dt.date, str]
    open_days: tuple[dt.date, ...]
    open_set: frozenset[dt.date]


@lru_cache(maxsize=64)
def _year(year: int) -> _Year:
    holidays = dict(jpholiday.year_holidays(year)) if year in _YEARS_WITH_HOLIDAYS else {}
    first = dt.date(year, 1, 1).toordinal()
    days = (dt.date.fromordinal(number) for number in range(first, dt.date(year, 12, 31).toordinal() + 1))
    open_days = tuple(day for day in days if not _is_closed_by_law(day, holidays))
    return _Year(holidays, open_days, frozenset(open_days))


def _is_closed_by_law(day: dt.date, holidays: dict[dt.date, str]) -> bool:
    turn_of_the_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return turn_of_the_year or day.weekday() >= 5 or day in holidays


def _record(day: dt.date) -> _Year:
    # A datetime is a date to Python but never equal to one: every holiday would silently look open.
    if isinstance(day, dt.datetime):
        raise TypeError("pass a date, not a datetime: which day it is depends on the time zone")
    return _year(day.year)


def _open_days_until(day: dt.date) -> int:
    """Business days from 1 January of its year to `day`, both inside."""
    return bisect_right(_record(day).open_days, day)
