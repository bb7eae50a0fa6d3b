"""The days and the counts in a phrase: 第1〜第4火・金, 毎週木曜日, 月2回, 年8回程度. Places in the text, no judgement.

The text is one that `even` made: each character at its place, in one width.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from councils.rules.schedule import LAST, WEEKDAYS, Per

# Circled digits stay: as digits they would run into the number behind them (①10時).
_KEPT = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_MADE_EVEN = {"〜": "~", "～": "~", "∼": "~", "˜": "~", "每": "毎", "·": "・", "•": "・", "‧": "・", "✕": "×"}
_ROUND = str.maketrans({"[": "(", "]": ")", "【": "(", "】": ")", "〔": "(", "〕": ")"})


def even(text: str) -> str:
    """The text in one width and one sort of signs, as long as before: what is found in it is at its place."""
    return "".join(_even(letter) for letter in text).translate(_ROUND)


def _even(letter: str) -> str:
    if letter in _KEPT:
        return letter
    if letter in _MADE_EVEN:
        return _MADE_EVEN[letter]
    normal = unicodedata.normalize("NFKC", letter)
    if len(normal) != 1:
        return letter
    return " " if normal.isspace() and normal != "\n" else _MADE_EVEN.get(normal, normal)


# --- What is looked for ---

_N = "[1-5一二三四五]"
_AND = r"\s*(?:[・、,/]|及び|および|並びに|又は|または|と)\s*"
_TO = r"\s*(?:~|-|から|より)\s*"
_NTH = rf"第\s*{_N}(?!\s*[週回期種部])(?:(?:{_AND}|{_TO})第?\s*{_N}(?=\D))*"
_NTH_OR_LAST = rf"(?:{_NTH}(?:{_AND}(?:最終|最後の))?|最終|最後の)"
_DAY = "[月火水木金土日]"
# A letter alone is a weekday only where a word ends: 火・金 is, the first of 日本 is not.
_DAY_ENDS = r"(?:曜日?|(?=[・、,/\s()~)第\d①-⑳]|及び|および|と|の|に|は|で|午|又|祝|$))"
_ONE_DAY = rf"{_DAY}{_DAY_ENDS}"
_DAYS = rf"{_ONE_DAY}(?:(?:{_TO}|{_AND}){_ONE_DAY})*"
_NAMED_DAYS = rf"{_DAY}(?:(?:{_AND}|{_TO}){_DAY}(?=曜|{_AND}|{_TO}))*曜日?(?:(?:{_AND}|{_TO}){_DAY}曜日?)*"

_NTH_DAYS = re.compile(rf"(?P<nth>{_NTH_OR_LAST})\s*の?\s*(?P<days>{_DAYS})")
_EVERY_WEEK = re.compile(rf"毎週\s*の?\s*\(?(?P<days>{_DAYS})")
_TIMES_A_WEEK = re.compile(rf"週に?\s*(?P<count>[1-7])\s*[回日]\s*\(\s*(?:毎週)?(?P<days>{_DAYS})")
_BARE = re.compile(rf"(?P<days>{_NAMED_DAYS})")
_BARE_AT_START = re.compile(rf"\s*(?!月\s*\d+\s*回)(?P<days>{_DAYS})")

_CLOSED_ON = r"(?:土曜日?|日曜日?|土日|(?<!曜)土|(?<!曜)日|祝休日|祝祭日|祝日|休日|祝|年末年始|お盆|閉庁日|休館日|休業日|休庁日)"
_CLOSED_LIST = r"(?<!毎週){0}(?:[・、,及びおとよ\s]*{0})*\s*(?:等|など)?\s*(?:を|は|が|の日は)?\s*(?:{1})"
_NOT_HELD = "休|お休|定休|閉|実施しない|行わない"
# A weekday itself is closed only where the word says so: in 毎週木曜日、祝日を除く the Thursdays are open.
LEFT_OUT = re.compile(
    f"{_CLOSED_LIST.format(_CLOSED_ON, f'除|のぞ|{_NOT_HELD}')}"
    f"|{_CLOSED_LIST.format(f'(?:{_CLOSED_ON}|{_DAY}曜日?)', _NOT_HELD)}"
)
_NTH_LEFT_OUT = re.compile(rf"(?P<nth>{_NTH})\s*{_DAY}?(?:曜日?)?\s*(?:を|は)?\s*(?:除|のぞ|休|お休)")

_COUNT = re.compile(
    r"(?:(?P<year>(?<![\d元])(?:年間?|1年|一年|毎年)\s*に?|年度\s*(?:は|に|中に|中)?\s*(?:計|合計|全)?)"
    r"|(?P<month>毎月|(?<![\d毎かヶカ箇ヵケ])(?:月間?|1か月|一か月)\s*に?)"
    r"|(?P<week>毎週|(?<!毎)週間?\s*に?))"
    r"\s*(?:約|およそ)?\s*(?P<count>\d{1,3})(?P<range>\s*(?:~|-|から|、|又は)\s*\d{1,3})?\s*(?P<unit>[回日])(?!間|以内|前|目)"
)
_UNREADABLE = re.compile(
    rf"(?:偶数月|奇数月|(?<!\d年)(?<!毎)(?:\d{{1,2}}月?[・、])*\d{{1,2}}月)の\s*(?:{_NTH_OR_LAST}\s*の?\s*{_DAYS})"
    rf"|隔週\s*\(?(?:{_DAYS})?|隔月\s*(?:\d+回)?|\d+\s*[かカヶケ箇]月に\s*\d+回|第\s*{_N}\s*週[^。、\s]*"
    rf"|\d{{1,2}}月\d{{1,2}}日\s*\({_DAY}\)|毎月\s*\d{{1,2}}\s*日(?!間)"
)
# Months in which a monthly day does not come, which a rule has no words for either.
_MONTHS_LEFT_OUT = re.compile(r"(?:\d{1,2}月?[・、,])*\d{1,2}月(?:を|は)?\s*(?:除|のぞ|休)")
_NO_DAYS = (LEFT_OUT, _NTH_LEFT_OUT, _UNREADABLE)


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays said at a place. `nth` is empty for every week; `bare`: no 毎週 or 第n stands before them."""

    start: int
    end: int
    weekdays: tuple[int, ...]
    nth: tuple[int, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """年8回 at a place; `number` is None for a range (年3〜4回), which is no number."""

    start: int
    end: int
    number: int | None
    per: Per


def find_days(text: str, *, bare_start: bool = False) -> list[Days]:
    """Every group of weekdays in an even text, in order. `bare_start` takes 火・金 at its very start too."""
    out = [match.span() for pattern in _NO_DAYS for match in pattern.finditer(text)]
    found: list[Days] = []
    for pattern in (_NTH_DAYS, _EVERY_WEEK, _TIMES_A_WEEK, _BARE):
        for match in pattern.finditer(text):
            taken = out + [(day.start, day.end) for day in found]
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            if pattern is _BARE and _is_of_a_date(text, match.start()):
                continue
            found.append(_as_days(match, bare=pattern is _BARE))
    at_start = _BARE_AT_START.match(text) if bare_start and not found else None
    if at_start is not None:
        found.append(_as_days(at_start, bare=True))
    return sorted((_without_left_out(text, day) for day in found), key=lambda day: day.start)


def _as_days(match: re.Match[str], *, bare: bool) -> Days:
    groups = match.groupdict()
    return Days(match.start(), match.end(), _weekdays(groups["days"]), _nth(groups.get("nth") or ""), bare)


def _is_of_a_date(text: str, at: int) -> bool:
    """Whether the weekday stands in brackets behind a date: 4月25日(木曜日)."""
    return re.search(r"\d\s*日\s*\(\s*$", text[:at]) is not None


def _without_left_out(text: str, day: Days) -> Days:
    """毎週木曜日(第5木曜を除く) is the first to the fourth."""
    left = _NTH_LEFT_OUT.search(text, day.end, day.end + 15)
    if left is None or day.nth or day.bare:
        return day
    nth = tuple(n for n in (1, 2, 3, 4, 5) if n not in _nth(left["nth"]))
    return Days(day.start, day.end, day.weekdays, nth)


def find_counts(text: str) -> list[Count]:
    """Every count in an even text, in order."""
    return [
        Count(match.start(), match.end(), None if match["range"] else int(match["count"]), _per(match))
        for match in _COUNT.finditer(text)
        # 毎月10日 is a day of the month, not a count.
        if not (match["month"] and match["unit"] == "日")
    ]


def find_unreadable(text: str) -> list[str]:
    """What says days in a way the model of sessions has no words for: 隔週, 第2週, 5月10日(土)."""
    return [
        match.group().strip()
        for pattern in (_UNREADABLE, _MONTHS_LEFT_OUT)
        for match in pattern.finditer(text)
    ]


def _per(match: re.Match[str]) -> Per:
    return Per.YEAR if match["year"] else Per.MONTH if match["month"] else Per.WEEK


def _weekdays(words: str) -> tuple[int, ...]:
    """Of 火・金, 月曜日から金曜日: 0 is Monday."""
    letters = re.findall(rf"({_DAY})(?:曜日?)?(\s*(?:~|-|から|より))?", words)
    days: set[int] = set()
    since: int | None = None
    for letter, to in letters:
        day = WEEKDAYS.index(letter)
        days |= set(range(since, day + 1)) if since is not None and since <= day else {day}
        since = day if to else None
    return tuple(sorted(days))


def _nth(words: str) -> tuple[int, ...]:
    """Of 第1・3・5, 第1〜第4, 第2・最終."""
    numbers: set[int] = set()
    since: int | None = None
    for digit, to in re.findall(rf"({_N})\s*(~|-|から|より)?", words):
        number = int(unicodedata.numeric(digit))
        numbers |= set(range(since, number + 1)) if since is not None else {number}
        since = number if to else None
    last = (LAST,) if "最" in words else ()
    return (*sorted(numbers), *last)
