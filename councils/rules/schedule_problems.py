"""What is wrong with a rule as somebody entered it: sentences that say what, where and how to mend it.

The other modules of the schedule expect rules without problems. The owner of a desk sees all problems at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from councils.rules.occurrences import dates, hours, pattern_days
from councils.rules.schedule import LAST, WEEKDAYS, Frequency, HolidayPolicy, SessionRule, Slot
from japan.wareki import SOLAR_CALENDAR_SINCE, format_wareki

_Ordered = TypeVar("_Ordered", int, dt.date)

_NTH = (1, 2, 3, 4, 5, LAST)
_WITH_WEEKDAYS = (Frequency.WEEKLY, Frequency.MONTHLY)


def problems(rule: SessionRule) -> list[str]:
    """Everything that keeps the rule from being kept, as Japanese sentences; empty when it is sound."""
    found = [
        *_in_weekdays(rule),
        *_in_nth(rule),
        *_in_hours(rule),
        *_in_slots(rule),
        *_in_numbers(rule),
        *_in_length(rule),
        *_in_dates(rule),
        *_in_holiday_policy(rule),
    ]
    # Only a rule that is sound in its parts has days that can be asked for.
    return found or [*_in_skipped_days(rule), *_in_days_open(rule)]


# --- Days ---


def _in_weekdays(rule: SessionRule) -> Iterator[str]:
    if rule.frequency not in _WITH_WEEKDAYS:
        if rule.weekdays:
            yield f"「{_label(rule)}」では曜日を選べません。曜日を消すか、「毎週」か「毎月の第n曜日」に変えてください。"
        return
    if not rule.weekdays:
        yield f"「{_label(rule)}」なのに曜日がありません。曜日を1つ以上選んでください。"
    if any(weekday not in range(len(WEEKDAYS)) for weekday in rule.weekdays):
        yield "曜日に月曜日から日曜日まで以外の値があります。曜日を選び直してください。"
    if not _ascending(rule.weekdays):
        yield "曜日の順番が逆か、同じ曜日が2回あります。月曜日から順に1回ずつ選んでください。"


def _in_nth(rule: SessionRule) -> Iterator[str]:
    if rule.frequency != Frequency.MONTHLY:
        if rule.nth:
            yield f"「{_label(rule)}」では第何曜日かを選べません。「第n」を消すか、「毎月の第n曜日」に変えてください。"
        return
    if not rule.nth:
        yield "「毎月の第n曜日」なのに第何曜日かがありません。第1から第5、最終の中から選んでください。"
        return
    strange = [n for n in rule.nth if n not in _NTH]
    if strange:
        named = "・".join(f"第{n}" for n in strange)
        yield f"{named}曜日はありません。第1から第5、最終の中から選んでください。"
    elif not _ascending([_NTH.index(n) for n in rule.nth]):
        yield "第n曜日の順番が逆か、同じものが2回あります。第1から順に1回ずつ、最終は終わりに選んでください。"


def _in_dates(rule: SessionRule) -> Iterator[str]:
    given = [day for day in (rule.valid_from, rule.valid_until, *rule.extra, *rule.skipped) if day]
    if any(day < SOLAR_CALENDAR_SINCE for day in given):
        yield "明治6年(1873年)より前の日付があります。年を確かめてください。"
        return
    if rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from:
        yield (
            f"有効期間の終わり({format_wareki(rule.valid_until)})が始まり({format_wareki(rule.valid_from)})より前です。"
            "どちらかの日付を直してください。"
        )
    for name, days in (("開く日", rule.extra), ("休む日", rule.skipped)):
        if not _ascending(days):
            yield f"{name}の日付の順番が逆か、同じ日付が2回あります。早い順に1回ずつ書いてください。"
    for day in sorted(set(rule.extra) & set(rule.skipped)):
        yield f"{format_wareki(day)}が開く日と休む日の両方にあります。どちらかから消してください。"
    yield from _in_single_dates(rule)


def _in_single_dates(rule: SessionRule) -> Iterator[str]:
    if rule.frequency == Frequency.DATES and not rule.extra:
        yield "「決まった日」なのに日付がありません。開く日の日付を1つ以上書いてください。"
    if rule.frequency == Frequency.DATES and rule.skipped:
        yield "「決まった日」では休む日を書けません。その日付を開く日から消してください。"
    if rule.frequency == Frequency.COUNT_ONLY and (rule.extra or rule.skipped):
        yield "「回数だけ」では日付を書けません。日付が分かるときは「決まった日」に変えてください。"


def _in_holiday_policy(rule: SessionRule) -> Iterator[str]:
    moves_or_opens = rule.holiday_policy in (HolidayPolicy.OPEN, HolidayPolicy.NEXT_OFFICE_DAY)
    if rule.frequency == Frequency.OFFICE_DAYS and moves_or_opens:
        yield (
            f"開庁日は祝日を含まないため、「{rule.holiday_policy.label}」と合いません。"
            "「祝日は休み」か「記載なし」に変えるか、「毎週」にして曜日を選んでください。"
        )


# --- Hours and numbers ---


def _in_hours(rule: SessionRule) -> Iterator[str]:
    slot_times = [time for slot in rule.slots for time in (slot.start, slot.end)]
    given = [time for time in (rule.start, rule.end, *slot_times) if time is not None]
    if any(time.second or time.microsecond for time in given):
        yield "時刻に秒があります。13:30のように時と分だけにしてください。"
    if any(time.tzinfo for time in given):
        yield "時刻に時間帯が付いています。日本の時刻を13:30のように書いてください。"
        return
    start, end = hours(rule)
    if end is not None and start is None:
        yield "終了の時刻だけがあり、開始の時刻がありません。開始の時刻も書いてください。"
    elif start is not None and end is not None and end <= start:
        yield f"終了({end:%H:%M})が開始({start:%H:%M})より後になっていません。どちらかの時刻を直してください。"


def _in_slots(rule: SessionRule) -> Iterator[str]:
    if not rule.slots or any(time.tzinfo for slot in rule.slots for time in (slot.start, slot.end) if time):
        return
    for number, slot in enumerate(rule.slots, start=1):
        if slot.end is not None and slot.end <= slot.start:
            yield f"{number}番目の枠{_span(slot)}の終わりが始まりより後になっていません。時刻を直してください。"
    for number, (slot, following) in enumerate(pairwise(rule.slots), start=1):
        if following.start <= slot.start:
            yield f"{number + 1}番目の枠{_span(following)}が{number}番目の枠{_span(slot)}より後になっていません。早い順に並べてください。"
        elif slot.end is not None and following.start < slot.end:
            yield f"{number}番目の枠{_span(slot)}と{number + 1}番目の枠{_span(following)}が重なっています。時刻を直してください。"
    first, last = rule.slots[0], rule.slots[-1]
    if rule.start is not None and rule.start != first.start:
        yield f"開始({rule.start:%H:%M})が最初の枠{_span(first)}の始まりと違います。どちらかを直してください。"
    if rule.end is not None and last.end is not None and rule.end != last.end:
        yield f"終了({rule.end:%H:%M})が最後の枠{_span(last)}の終わりと違います。どちらかを直してください。"


def _in_numbers(rule: SessionRule) -> Iterator[str]:
    named = (("回数", rule.count), ("1日の組数", rule.places), ("1回の時間(分)", rule.slot_minutes))
    for name, number in named:
        if number is not None and number < 1:
            yield f"{name}が{number}です。1以上の数にするか、分からないときは空にしてください。"
    if rule.frequency == Frequency.COUNT_ONLY and rule.count is None:
        yield "「回数だけ」なのに回数がありません。「年8回」のように回数を書いてください。"
    if rule.count is not None and rule.per is None:
        yield f"{rule.count}回が年・月・週のどれの回数か分かりません。選んでください。"
    if rule.per is not None and rule.count is None and rule.frequency != Frequency.COUNT_ONLY:
        yield "年・月・週が選ばれていますが、回数がありません。回数を書くか、選択を外してください。"


def _in_length(rule: SessionRule) -> Iterator[str]:
    """A consultation cannot be longer than the time it is held in: each slot, or the whole day without slots."""
    if rule.slot_minutes is None:
        return
    whole_day = () if rule.start is None else (Slot(rule.start, rule.end),)
    spans = [(slot.start, slot.end) for slot in rule.slots or whole_day]
    lengths = [_minutes(end) - _minutes(start) for start, end in spans if end is not None]
    if any(0 < minutes < rule.slot_minutes for minutes in lengths):
        yield f"1回の時間({rule.slot_minutes}分)が開いている時間より長くなっています。どちらかを直してください。"


# --- The rule as a whole ---


def _in_skipped_days(rule: SessionRule) -> Iterator[str]:
    without = replace(rule, skipped=())
    for day in rule.skipped:
        # A holiday named as closed is no mistake, although it is closed without being named.
        named = any(pattern_days(rule, start=day, end=day)) or any(dates(without, start=day, end=day))
        if not named:
            yield (
                f"休む日の{format_wareki(day, weekday=True)}は、もともと開く日ではありません。"
                "日付を直すか、休む日から消してください。"
            )


def _in_days_open(rule: SessionRule) -> Iterator[str]:
    if rule.extra or rule.valid_from is None or rule.valid_until is None:
        return
    if rule.frequency not in (*_WITH_WEEKDAYS, Frequency.OFFICE_DAYS):
        return
    if not any(dates(rule, start=rule.valid_from, end=rule.valid_until)):
        yield "有効期間の中に開く日が1日もありません。曜日・第n曜日・休む日か、有効期間を直してください。"


# --- Words ---


def _label(rule: SessionRule) -> str:
    return rule.frequency.label


def _minutes(time: dt.time) -> int:
    """Since midnight."""
    return time.hour * 60 + time.minute


def _span(slot: Slot) -> str:
    return f"({slot.start:%H:%M}〜" + (f"{slot.end:%H:%M})" if slot.end else ")")


def _ascending(values: Sequence[_Ordered]) -> bool:
    """Whether each is greater than the one before: in order, and none twice."""
    return all(one < following for one, following in pairwise(values))
