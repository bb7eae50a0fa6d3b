"""A rule in Japanese: the sentence residents read, and the short form of a list row.

The sentence is exact: rules with other days or other hours have other sentences, so that an owner who reads back what
was entered sees every mistake. What the rule does not say is not printed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from councils.rules.schedule import LAST, WEEKDAYS, Frequency, HolidayPolicy, SessionRule, Slot
from japan.wareki import fiscal_year, fiscal_year_label, fiscal_year_span, format_wareki, wareki_year

_EVERY_DAY = tuple(range(7))


def to_japanese(rule: SessionRule) -> str:
    """The rule as one phrase: 毎月第1火曜日 10:00〜10:30・10:45〜11:15(祝日は休み).

    Days, hours, length of a consultation, consultations a day and count; then in brackets what holds for holidays,
    the validity, extra and skipped dates. Expects a rule without `schedule_problems.problems`; raises WarekiError for
    dates before 1873, which are one of those problems.
    """
    said = [text for text in (_days(rule), *_beside_the_days(rule)) if text]
    if said == ["開庁日"]:
        said.append("いつでも")
    notes = "、".join(text for text in _notes(rule) if text)
    return " ".join(said) + (f"({notes})" if notes else "")


def weekday_label(rule: SessionRule) -> str:
    """The days alone, short enough for a list row: 開庁日, 毎週月〜金, 第1・3・5木, 第1〜4木・金, 年8回."""
    if rule.frequency == Frequency.WEEKLY:
        return "毎日" if rule.weekdays == _EVERY_DAY else "毎週" + _runs(rule.weekdays, WEEKDAYS.__getitem__)
    if rule.frequency == Frequency.MONTHLY:
        return _short_nth(rule.nth) + "・".join(WEEKDAYS[weekday] for weekday in rule.weekdays)
    if rule.frequency == Frequency.DATES and len(rule.extra) > 1:
        return f"決まった日(全{len(rule.extra)}日)"
    return _days(rule)


# --- Days ---


def _days(rule: SessionRule) -> str:
    if rule.frequency == Frequency.OFFICE_DAYS:
        return "開庁日"
    if rule.frequency == Frequency.WEEKLY:
        return "毎日" if rule.weekdays == _EVERY_DAY else "毎週" + _runs(rule.weekdays, _weekday)
    if rule.frequency == Frequency.MONTHLY:
        return _nth_weekdays(rule)
    if rule.frequency == Frequency.DATES:
        return _dates(rule.extra, weekday=True) or "決まった日"
    return _count(rule) or "回数不明"


def _nth_weekdays(rule: SessionRule) -> str:
    """No 月曜日〜水曜日 here: after 第1 it would read as the days of one week, which the first ones need not be."""
    every_month = "毎月" if len(rule.nth) == 1 else ""
    return every_month + _nth(rule.nth) + "・".join(_weekday(weekday) for weekday in rule.weekdays)


def _nth(nth: Sequence[int]) -> str:
    numbered = _runs([n for n in nth if n != LAST], "第{}".format)
    return "・".join(text for text in (numbered, "最終" if LAST in nth else "") if text)


def _short_nth(nth: Sequence[int]) -> str:
    numbered = _runs([n for n in nth if n != LAST], str)
    return "・".join(text for text in (numbered and f"第{numbered}", "最終" if LAST in nth else "") if text)


def _weekday(weekday: int) -> str:
    return f"{WEEKDAYS[weekday]}曜日"


def _runs(numbers: Iterable[int], name: Callable[[int], str]) -> str:
    """Names of ascending numbers, three or more in a row as a span: 第1〜第3・第5, 月・火・木."""
    texts: list[str] = []
    for _, members in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [name(number) for _, number in members]
        texts += [f"{run[0]}〜{run[-1]}"] if len(run) > 2 else run
    return "・".join(texts)


def _dates(days: Iterable[dt.date], *, weekday: bool) -> str:
    """令和7年12月4日(木)・12月11日(木)・令和8年1月8日(木): the year where it begins, then not again."""
    texts, year = [], ""
    for day in days:
        text = format_wareki(day, weekday=weekday)
        texts.append(text.removeprefix(year) if year else text)
        year = wareki_year(day)
    return "・".join(texts)


# --- Hours and numbers ---


def _beside_the_days(rule: SessionRule) -> Iterator[str]:
    yield "・".join(_slot(slot) for slot in rule.slots) or _span(rule.start, rule.end)
    yield "" if rule.slot_minutes is None else f"1回{rule.slot_minutes}分"
    yield "" if rule.places is None else f"1日{rule.places}組"
    yield "" if rule.frequency == Frequency.COUNT_ONLY else _count(rule)


def _slot(slot: Slot) -> str:
    return _clock(slot.start) if slot.end is None else _span(slot.start, slot.end)


def _span(start: dt.time | None, end: dt.time | None) -> str:
    if start is None:
        return ""
    return f"{_clock(start)}〜" + ("" if end is None else _clock(end))


def _clock(time: dt.time) -> str:
    return f"{time.hour}:{time.minute:02}"


def _count(rule: SessionRule) -> str:
    return "" if rule.count is None or rule.per is None else f"{rule.per.label}{rule.count}回"


# --- Notes ---


def _notes(rule: SessionRule) -> Iterator[str]:
    if rule.slots and rule.slots[-1].end is None and rule.end is not None:
        yield f"{_clock(rule.end)}まで"
    if rule.holiday_policy != HolidayPolicy.UNSTATED:
        yield rule.holiday_policy.label
    yield _validity(rule.valid_from, rule.valid_until)
    if rule.extra and rule.frequency != Frequency.DATES:
        yield f"{_dates(rule.extra, weekday=False)}も開く"
    if rule.skipped:
        yield f"{_dates(rule.skipped, weekday=False)}は休み"


def _validity(first: dt.date | None, last: dt.date | None) -> str:
    if first and last and (first, last) == fiscal_year_span(fiscal_year(first)):
        return f"{fiscal_year_label(first.year)}中"
    if first and last:
        return f"{format_wareki(first)}〜{format_wareki(last)}"
    if first:
        return f"{format_wareki(first)}から"
    return f"{format_wareki(last)}まで" if last else ""
