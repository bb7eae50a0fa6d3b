"""When a desk is open: one model for the directory, the next dates, booking, iCalendar and export.

A desk has one or more rules. A rule says the days (every office day, every week, the n-th weekdays of a month, single
dates, or only how often), the times, the places, and what happens on public holidays. The names follow RFC 5545 where
it has one; what it lacks is added: holiday policy, named slots, places, validity, and "count only".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices


class Frequency(TextChoices):
    """How the days of a rule are given."""

    OFFICE_DAYS = "office_days", "開庁日"
    WEEKLY = "weekly", "毎週"
    MONTHLY = "monthly", "毎月の第n曜日"
    DATES = "dates", "決まった日"
    COUNT_ONLY = "count_only", "回数だけ"


class HolidayPolicy(TextChoices):
    """What happens when a day of the rule is a public holiday (国民の祝日). 年末年始 is always closed unless extra."""

    UNSTATED = "unstated", "記載なし"
    CLOSED = "closed", "祝日は休み"
    OPEN = "open", "祝日も開く"
    NEXT_OFFICE_DAY = "next_office_day", "祝日のときは次の開庁日"


class Per(TextChoices):
    """What a count counts in."""

    YEAR = "year", "年"
    MONTH = "month", "月"
    WEEK = "week", "週"


#: Monday is 0, as in `datetime.date.weekday`.
WEEKDAYS = ("月", "火", "水", "木", "金", "土", "日")
#: RFC 5545's names of the same days.
RFC_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: In `nth`: the last such weekday of the month (RFC 5545's -1).
LAST = -1


@dataclass(frozen=True, slots=True)
class Slot:
    """One named time within a day, 10:00〜10:30. `end` may be unknown."""

    start: dt.time
    end: dt.time | None = None


@dataclass(frozen=True, slots=True)
class SessionRule:
    """One rule. What the source does not say stays None, empty or UNSTATED; nothing is guessed.

    - `weekdays`: 0 (Monday) to 6, ascending; for WEEKLY and MONTHLY at least one.
    - `nth`: 1 to 5 or LAST, ascending with LAST at the end; for MONTHLY at least one, else empty.
    - `start`, `end`: of the day. With `slots` they are those of the first and the last slot when known.
    - `slots`: named times; `slot_minutes`: length of one consultation in minutes; `places`: consultations (組・枠) a day.
    - `valid_from`, `valid_until`: both days inside; None is open.
    - `extra`, `skipped`: single dates added to or taken out of the rule; for DATES `extra` is all there is.
      An extra date holds also on a holiday, in 年末年始 and outside the validity.
    - `count`, `per`: "年8回"; for COUNT_ONLY all there is, elsewhere what the source says beside the rule.
    - `raw`: the words of the source, as they came.
    """

    frequency: Frequency
    weekdays: tuple[int, ...] = ()
    nth: tuple[int, ...] = ()
    start: dt.time | None = None
    end: dt.time | None = None
    slots: tuple[Slot, ...] = ()
    slot_minutes: int | None = None
    places: int | None = None
    holiday_policy: HolidayPolicy = HolidayPolicy.UNSTATED
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    extra: tuple[dt.date, ...] = ()
    skipped: tuple[dt.date, ...] = ()
    count: int | None = None
    per: Per | None = None
    raw: str = ""


def rule_to_json(rule: SessionRule) -> dict[str, Any]:
    """The rule in values that JSON can hold: times as "13:30", dates as "2026-11-22". Also the columns of `Session`."""
    return {
        "frequency": str(rule.frequency),
        "weekdays": list(rule.weekdays),
        "nth": list(rule.nth),
        "start": _text(rule.start),
        "end": _text(rule.end),
        "slots": [[_text(slot.start), _text(slot.end)] for slot in rule.slots],
        "slot_minutes": rule.slot_minutes,
        "places": rule.places,
        "holiday_policy": str(rule.holiday_policy),
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
        "valid_until": rule.valid_until.isoformat() if rule.valid_until else None,
        "extra": [day.isoformat() for day in rule.extra],
        "skipped": [day.isoformat() for day in rule.skipped],
        "count": rule.count,
        "per": str(rule.per) if rule.per else "",
        "raw": rule.raw,
    }


def rule_from_json(values: Mapping[str, Any]) -> SessionRule:
    """The rule that `rule_to_json` wrote. Raises KeyError or ValueError for anything else."""
    return SessionRule(
        frequency=Frequency(values["frequency"]),
        weekdays=tuple(values["weekdays"]),
        nth=tuple(values["nth"]),
        start=_time(values["start"]),
        end=_time(values["end"]),
        slots=tuple(Slot(dt.time.fromisoformat(start), _time(end)) for start, end in values["slots"]),
        slot_minutes=values["slot_minutes"],
        places=values["places"],
        holiday_policy=HolidayPolicy(values["holiday_policy"]),
        valid_from=_date(values["valid_from"]),
        valid_until=_date(values["valid_until"]),
        extra=tuple(dt.date.fromisoformat(day) for day in values["extra"]),
        skipped=tuple(dt.date.fromisoformat(day) for day in values["skipped"]),
        count=values["count"],
        per=Per(values["per"]) if values["per"] else None,
        raw=values["raw"],
    )


def _text(time: dt.time | None) -> str | None:
    return f"{time:%H:%M}" if time else None


def _time(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
