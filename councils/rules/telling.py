"""How dates and ages of information are told to residents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from councils.rules.occurrences import Occurrence
from councils.rules.words import STALE_AFTER_MONTHS
from japan.wareki import WEEKDAYS, Precision, format_wareki


@dataclass(frozen=True, slots=True)
class Freshness:
    """When somebody last made sure that the information is right, and whether that is too long ago to rely on it."""

    text: str
    is_stale: bool


def freshness(confirmed_on: dt.date | None, *, today: dt.date) -> Freshness:
    """「最終確認 令和8年10月」; stale when that is a year ago or longer, or nobody ever confirmed."""
    if confirmed_on is None:
        return Freshness("まだ確認されていません", is_stale=True)
    month = format_wareki(confirmed_on, precision="month")
    return Freshness(f"最終確認 {month}", is_stale=months_between(confirmed_on, today) >= STALE_AFTER_MONTHS)


def months_between(earlier: dt.date, later: dt.date) -> int:
    """Whole months that have passed; a month is over on the same day of the next one."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - (later.day < earlier.day)


@dataclass(frozen=True, slots=True)
class When:
    """A session in three short lines: きょう / 木曜 / 13:30〜."""

    day: str
    weekday: str
    hours: str
    date: dt.date

    @property
    def text(self) -> str:
        """In one line: 12月3日(木) 13:30〜16:30."""
        return " ".join(part for part in (f"{self.day}({self.weekday})", self.hours) if part)


def when(session: Occurrence, *, today: dt.date) -> When:
    """The session as a resident says it."""
    return When(
        day=day_in_words(session.day, today=today),
        weekday=WEEKDAYS[session.day.weekday()],
        hours=hours(session.start, session.end),
        date=session.day,
    )


def day_in_words(day: dt.date, *, today: dt.date) -> str:
    """きょう, あした, 12月3日; with the year when it is another than today's."""
    near = {0: "きょう", 1: "あした"}.get((day - today).days)
    if near:
        return near
    month_and_day = f"{day.month}月{day.day}日"
    return (
        month_and_day if day.year == today.year else f"{format_wareki(day, precision='year')}{month_and_day}"
    )


def hours(start: dt.time | None, end: dt.time | None) -> str:
    """13:30〜16:30; 13:30〜 when the end is not known; empty when no time is."""
    if start is None:
        return ""
    return f"{start.hour}:{start:%M}〜" + (f"{end.hour}:{end:%M}" if end else "")


def established(day: dt.date | None, precision: str) -> str:
    """The day of founding as exactly as it is known: 令和2年7月; empty when nobody knows."""
    if day is None:
        return ""
    exact: dict[str, Precision] = {"year": "year", "month": "month"}
    return format_wareki(day, precision=exact.get(precision, "day"))
