"""On which days a desk is open: the dates of one rule, and the next sessions of a desk with several.

How one day is decided, first answer wins:

1. A skipped date is closed, an extra date is open, whatever else is true.
2. Outside the validity and from 29 December to 3 January the rule is closed. A day of the rule in 年末年始 is not
   moved either: the office keeps that rest, also on 元日, which is a public holiday as well.
3. On a public holiday (振替休日 and 国民の休日 included) the policy decides. UNSTATED closes, so that nobody is sent to a
   shut door; NEXT_OFFICE_DAY moves the session to the next business day, unless that lies outside the validity.

Which of the days a rule names are days of the month is as in RFC 5545: a month without a fifth Thursday has none.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from councils.rules.schedule import LAST, RFC_WEEKDAYS, Frequency, HolidayPolicy, SessionRule, Slot
from japan.calendar import holiday_name, next_business_day

#: How far ahead the next sessions are looked for, in days: a yearly session is found, an ended rule costs little.
DAYS_AHEAD = 400

_ONE_DAY = dt.timedelta(days=1)
_DAY_MINUTES = 24 * 60
_MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
# A holiday this many days back can still be moved to today. The longest rest so far was the ten days of May 2019.
_LONGEST_REST = 31


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One session: the day, the hours as far as they are known, and the rule it comes from."""

    day: dt.date
    start: dt.time | None
    end: dt.time | None
    slots: tuple[Slot, ...]
    places: int | None
    rule: SessionRule


# --- The three questions ---


def dates(rule: SessionRule, *, start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """The days on which the rule is open, from `start` to `end`, both inside, ascending, each once.

    COUNT_ONLY has none. Expects a rule without `schedule_problems.problems`.
    """
    if rule.frequency == Frequency.COUNT_ONLY:
        return
    previous = None
    for day in merge(_on_their_day(rule, start, end), _moved(rule, start, end), sorted(rule.extra)):
        if day != previous and start <= day <= end and day not in rule.skipped:
            yield day
        previous = day


def next_dates(
    rules: Iterable[SessionRule],
    *,
    after: dt.date,
    count: int = 3,
    include_after: bool = False,
    days_ahead: int = DAYS_AHEAD,
) -> list[Occurrence]:
    """The next `count` sessions of a desk after `after`, by day and time; fewer when the search ends before.

    `after` itself is looked at only with `include_after`; the last day looked at is `days_ahead` days after it. A day
    with a morning and an afternoon rule has two sessions. The same session told by two rules counts once. A session
    without a known time comes before the others of its day.
    """
    first = after if include_after else after + _ONE_DAY
    last = after + dt.timedelta(days=days_ahead)
    sessions = merge(*(_sessions(rule, first, last) for rule in rules), key=_day_and_time)
    return list(islice(_each_once(sessions), count))


def is_open_on(rules: Iterable[SessionRule], day: dt.date) -> bool:
    """Whether any of the rules has a session that day."""
    return any(True for rule in rules for _ in dates(rule, start=day, end=day))


# --- What the other modules of the schedule need too ---


def pattern_days(rule: SessionRule, *, start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """The days the rule names within its validity, before holidays, 年末年始, extra and skipped dates are looked at.

    From `start` to `end`, both inside, ascending, each once. DATES and COUNT_ONLY name none.
    """
    first = max(start, rule.valid_from or start)
    last = min(end, rule.valid_until or end)
    if rule.frequency == Frequency.MONTHLY:
        return _nth_weekdays(rule, first, last)
    return _weekdays(weekdays_of(rule), first, last)


def weekdays_of(rule: SessionRule) -> tuple[int, ...]:
    """The weekdays of a rule, 0 is Monday; Monday to Friday for OFFICE_DAYS, none for DATES and COUNT_ONLY."""
    if rule.frequency == Frequency.OFFICE_DAYS:
        return _MONDAY_TO_FRIDAY
    return rule.weekdays if rule.frequency in (Frequency.WEEKLY, Frequency.MONTHLY) else ()


def by_day(rule: SessionRule) -> tuple[str, ...]:
    """The days of a rule in the words of RFC 5545's BYDAY: TH; 1TH, 3TH; -1FR. Weekday by weekday, none for dates."""
    days = [RFC_WEEKDAYS[weekday] for weekday in weekdays_of(rule)]
    if rule.frequency != Frequency.MONTHLY:
        return tuple(days)
    return tuple(f"{n}{day}" for day in days for n in rule.nth)


def hours(rule: SessionRule) -> tuple[dt.time | None, dt.time | None]:
    """When a day of the rule begins and ends, as far as the rule says so, also by its slots."""
    if not rule.slots:
        return rule.start, rule.end
    last = rule.slots[-1]
    return rule.start or rule.slots[0].start, rule.end or last.end or _later(last.start, rule.slot_minutes)


def _later(time: dt.time, minutes: int | None) -> dt.time | None:
    """`minutes` after `time`; None when that is not known, no sensible length, or past midnight."""
    if minutes is None or not 0 < minutes < _DAY_MINUTES:
        return None
    moment = dt.datetime.combine(dt.date.min, time) + dt.timedelta(minutes=minutes)
    return moment.time() if moment.date() == dt.date.min else None


# --- Days the rule names ---


def _weekdays(weekdays: tuple[int, ...], first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for number in range(first.toordinal(), last.toordinal() + 1):
        if (number - 1) % 7 in weekdays:  # day 1 of the ordinals is a Monday
            yield dt.date.fromordinal(number)


def _nth_weekdays(rule: SessionRule, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    if first > last:
        return
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        for day in sorted(_in_month(rule, month // 12, month % 12 + 1)):
            if first <= day <= last:
                yield day


def _in_month(rule: SessionRule, year: int, month: int) -> set[dt.date]:
    """A set, because the fourth or fifth Thursday may be the last one too."""
    weekday_of_first, length = calendar.monthrange(year, month)
    days = set()
    for weekday in rule.weekdays:
        numbers = range(1 + (weekday - weekday_of_first) % 7, length + 1, 7)
        named = (numbers[-1] if n == LAST else numbers[n - 1] for n in rule.nth if n <= len(numbers))
        days |= {dt.date(year, month, number) for number in named}
    return days


# --- Closed days ---


def _on_their_day(rule: SessionRule, start: dt.date, end: dt.date) -> Iterator[dt.date]:
    opens_on_holidays = _policy(rule) == HolidayPolicy.OPEN
    for day in pattern_days(rule, start=start, end=end):
        if not _is_turn_of_the_year(day) and (opens_on_holidays or holiday_name(day) is None):
            yield day


def _moved(rule: SessionRule, start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """Sessions moved away from a holiday. Ascending, because a later holiday is never moved to an earlier day."""
    if _policy(rule) != HolidayPolicy.NEXT_OFFICE_DAY:
        return
    lookback = dt.date.fromordinal(max(1, start.toordinal() - _LONGEST_REST))
    for day in pattern_days(rule, start=lookback, end=end):
        # An extra date is held on the holiday itself, a skipped one is not held at all: nothing is left to move.
        if holiday_name(day) is None or _is_turn_of_the_year(day) or day in rule.extra or day in rule.skipped:
            continue
        target = next_business_day(day)
        if rule.valid_until is None or target <= rule.valid_until:
            yield target


def _policy(rule: SessionRule) -> HolidayPolicy:
    # Business days are never public holidays, whatever stands beside them.
    return HolidayPolicy.CLOSED if rule.frequency == Frequency.OFFICE_DAYS else rule.holiday_policy


def _is_turn_of_the_year(day: dt.date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


# --- Sessions ---


def _sessions(rule: SessionRule, first: dt.date, last: dt.date) -> Iterator[Occurrence]:
    start, end = hours(rule)
    for day in dates(rule, start=first, end=last):
        yield Occurrence(day=day, start=start, end=end, slots=rule.slots, places=rule.places, rule=rule)


def _day_and_time(session: Occurrence) -> tuple[dt.date, dt.time, dt.time]:
    return session.day, session.start or dt.time.min, session.end or dt.time.max


def _each_once(sessions: Iterable[Occurrence]) -> Iterator[Occurrence]:
    seen = set()
    for session in sessions:
        told = (session.day, session.start, session.end, session.slots, session.places)
        if told not in seen:
            seen.add(told)
            yield session
