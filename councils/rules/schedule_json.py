"""A rule in the words of schema.org, for the JSON-LD of a desk's public page.

Office days with known hours are an OpeningHoursSpecification, which every reader understands; all other rules are a
Schedule, the only type that can say the first and third Thursday. What neither can say (single dates, a bare count,
slots, moved sessions) stands in `description`, in Japanese; nothing is said that is only nearly true.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from councils.rules.occurrences import by_day, dates, hours, pattern_days, weekdays_of
from councils.rules.schedule import Frequency, SessionRule
from councils.rules.schedule_text import to_japanese

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_REPEATS = {
    Frequency.OFFICE_DAYS: "P1W",
    Frequency.WEEKLY: "P1W",
    Frequency.MONTHLY: "P1M",
}


def schema_org(
    rule: SessionRule, *, start: dt.date | None = None, end: dt.date | None = None
) -> dict[str, Any]:
    """The rule as a JSON object without @context; dates and times in ISO 8601, `byDay` in the words of RFC 5545.

    `start` and `end`, both inside, are the days the page speaks for: with them (or with a rule that is valid for a
    known time) `exceptDate` names every holiday on which the rule is closed; without, only its skipped dates.
    """
    opens, closes = hours(rule)
    if rule.frequency == Frequency.OFFICE_DAYS and opens is not None and closes is not None:
        return _opening_hours(rule, opens, closes)
    return _without_empty(
        {
            "@type": "Schedule",
            "description": to_japanese(rule),
            "repeatFrequency": _REPEATS.get(rule.frequency),
            "byDay": list(by_day(rule)),
            "startDate": _iso(rule.valid_from),
            "endDate": _iso(rule.valid_until),
            "startTime": _clock(opens),
            "endTime": _clock(closes),
            "scheduleTimezone": "Asia/Tokyo",
            "exceptDate": [day.isoformat() for day in _closed_days(rule, start, end)],
        }
    )


def _opening_hours(rule: SessionRule, opens: dt.time, closes: dt.time) -> dict[str, Any]:
    return _without_empty(
        {
            "@type": "OpeningHoursSpecification",
            "description": to_japanese(rule),
            "dayOfWeek": [f"https://schema.org/{_NAMES[weekday]}" for weekday in weekdays_of(rule)],
            "opens": _clock(opens),
            "closes": _clock(closes),
            "validFrom": _iso(rule.valid_from),
            "validThrough": _iso(rule.valid_until),
        }
    )


def _closed_days(rule: SessionRule, start: dt.date | None, end: dt.date | None) -> list[dt.date]:
    """Days the rule names and yet is closed on."""
    first, last = start or rule.valid_from, end or rule.valid_until
    if first is None or last is None:
        return list(rule.skipped)
    held = set(dates(rule, start=first, end=last))
    return [day for day in pattern_days(rule, start=first, end=last) if day not in held]


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [])}


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _clock(time: dt.time | None) -> str | None:
    return None if time is None else f"{time:%H:%M}"
