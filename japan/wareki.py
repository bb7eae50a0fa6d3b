"""和暦 both ways, and fiscal years (年度).

Eras are the legal ones (元号法1項 and the Cabinet orders made under it). Dates before 1873-01-01, when Japan took
the solar calendar (明治5年太政官布告第337号), are refused: their 和暦 is of another calendar.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Precision = Literal["day", "month", "year"]
Style = Literal["long", "short"]

WEEKDAYS = "月火水木金土日"
SOLAR_CALENDAR_SINCE = dt.date(1873, 1, 1)


class WarekiError(ValueError):
    """A date that cannot be read or written in 和暦. Its text is a Japanese sentence for the person who typed."""


@dataclass(frozen=True)
class WarekiDate:
    """A date as somebody wrote it: never more exact than what was written."""

    value: dt.date
    """The first day of what was written: 令和6年3月 is 2024-03-01, 令和6年 is 2024-01-01."""
    precision: Precision
    as_written: str
    """The text as given, unchanged."""


@dataclass(frozen=True)
class _Era:
    name: str
    symbol: str
    first_year: int
    """Western year of 元年."""
    first_day: dt.date
    last_day: dt.date


_ERAS = (
    _Era("令和", "R", 2019, dt.date(2019, 5, 1), dt.date.max),  # 平成31年政令第143号
    _Era("平成", "H", 1989, dt.date(1989, 1, 8), dt.date(2019, 4, 30)),  # 昭和64年政令第1号
    _Era("昭和", "S", 1926, dt.date(1926, 12, 25), dt.date(1989, 1, 7)),
    _Era("大正", "T", 1912, dt.date(1912, 7, 30), dt.date(1926, 12, 24)),
    _Era("明治", "M", 1868, SOLAR_CALENDAR_SINCE, dt.date(1912, 7, 29)),
)
# Every way to write an era: 令和, 令, R.
_ERA_BY_MARK = {mark: era for era in _ERAS for mark in (era.name, era.name[0], era.symbol)}

# A fiscal year bears the name that 1 April has. The one exception is 2019: since the new era began, the whole
# year is 令和元年度 (平成31年4月1日「改元に伴う元号による年表示の取扱いについて」関係省庁連絡会議申合せ).
_FISCAL_YEAR_NAMED_ON = {2019: dt.date(2019, 5, 1)}


# --- Writing ---


def format_wareki(
    day: dt.date, *, style: Style = "long", precision: Precision = "day", weekday: bool = False
) -> str:
    """Write a date in 和暦: 令和8年11月22日, with weekday 令和8年11月22日(日); short R8.11.22.

    The first year of an era is 元年 in the long style and 1 in the short one. With precision "month" or "year" the
    text ends there and has no weekday. The era is that of `day` itself, also for a month or year in which it changes.

    Raises WarekiError before 1873, and TypeError for a datetime: its day depends on a time zone, so choose it first.
    """
    era = _era_of(day)
    number = day.year - era.first_year + 1
    if style == "short":
        text = ".".join([f"{era.symbol}{number}", *_month_and_day(day, precision)])
    else:
        parts = zip([_year_text(era, number), *_month_and_day(day, precision)], "年月日", strict=False)
        text = "".join(part + unit for part, unit in parts)
    if weekday and precision == "day":
        text += f"({WEEKDAYS[day.weekday()]})"
    return text


def wareki_year(day: dt.date) -> str:
    """The year alone: 令和8年. Raises WarekiError before 1873."""
    return format_wareki(day, precision="year")


def _month_and_day(day: dt.date, precision: Precision) -> list[str]:
    return {"day": [str(day.month), str(day.day)], "month": [str(day.month)], "year": []}[precision]


def _year_text(era: _Era, number: int) -> str:
    return f"{era.name}元" if number == 1 else f"{era.name}{number}"


def _era_of(day: dt.date) -> _Era:
    for era in _ERAS:
        if era.first_day <= day:
            return era
    raise WarekiError(
        f"{day.isoformat()}は、明治6年(1873年)1月1日より前のため和暦で書けません。日付を確かめてください。"
    )


# --- Fiscal years ---


def fiscal_year(day: dt.date) -> int:
    """The western year in which the fiscal year of `day` begins, on 1 April (地方自治法208条1項)."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_label(year: int) -> str:
    """令和8年度 for 2026; 令和元年度 for 2019. Raises WarekiError before 1873."""
    return wareki_year(_fiscal_year_named_on(year)) + "度"


def fiscal_year_symbol(year: int) -> str:
    """R8 for 2026; R1 for 2019: the form used in document numbers. Raises WarekiError before 1873."""
    return format_wareki(_fiscal_year_named_on(year), style="short", precision="year")


def fiscal_year_span(year: int) -> tuple[dt.date, dt.date]:
    """First and last day, both inside: 2026-04-01 and 2027-03-31 for 2026."""
    return dt.date(year, 4, 1), dt.date(year + 1, 3, 31)


def _fiscal_year_named_on(year: int) -> dt.date:
    return _FISCAL_YEAR_NAMED_ON.get(year) or dt.date(year, 4, 1)


# --- Reading ---

_LONGEST = 40  # characters; the longest sensible date has about 20
_EXAMPLES = "「令和6年3月31日」「R6.3.31」「2024-03-31」"

_WRITTEN = re.compile(
    r"""
    (?: (?P<era>明治|大正|昭和|平成|令和|[明大昭平令]|[MTSHR]) (?P<era_year>元|[0-9]{1,2})
      | (?:西暦)? (?P<western_year>[0-9]{4}) )
    (?: 年 (?: (?P<month>[0-9]{1,2})月 (?: (?P<day>[0-9]{1,2})日 )? )?
      | (?P<sign>[./・-]) (?P<month_2>[0-9]{1,2}) (?: (?P=sign) (?P<day_2>[0-9]{1,2}) )? )
    (?: \( (?P<weekday>[月火水木金土日]) (?:曜日?)? \) )?
    """,
    re.VERBOSE,
)
_YEAR_ALONE = re.compile(r"(?:[MTSHR明大昭平令]|明治|大正|昭和|平成|令和)(?:元|[0-9]{1,2})|[0-9]{4}")

_SPACE_BESIDE_SIGN = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))


def parse_wareki(text: str) -> WarekiDate:
    """Read a date as people write it in forms and sheets, keeping how exact it is.

    Accepted: 令和6年3月31日, 令和元年5月, 平成30年, R6.3.31, R6/3/31, R6-3-31, R元.5.1, 昭56.5.31, 2024-03-31,
    2024年3月; full-width digits and letters, spaces beside the signs, and the weekday in brackets, which must be
    right. A month or a year is accepted for an era when at least one of its days lies in the era: 平成31年 and
    令和元年 are both 2019.

    Refused with WarekiError: a day that does not exist, an era outside its days (平成32年, with the right one named),
    a fiscal year (令和6年度: not a date), a bare R6 or 2024 (year or fiscal year?), anything before 1873.
    """
    written = _normalised(text)
    if "年度" in written:
        raise WarekiError(
            f"「{written}」は年度で、日付ではありません。{_EXAMPLES}のように日付で書いてください。"
        )
    if _YEAR_ALONE.fullmatch(written):
        raise WarekiError(
            f"「{written}」は年か年度か分かりません。「{written}年」のように「年」を付けて書いてください。"
        )
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise WarekiError(f"「{written}」を日付として読めません。{_EXAMPLES}のように書いてください。")

    era = _ERA_BY_MARK[match["era"]] if match["era"] else None
    year = _western_year(era, match, written)
    month, day = match["month"] or match["month_2"], match["day"] or match["day_2"]
    first, last = _span(year, month, day, written)
    precision: Precision = "day" if day else "month" if month else "year"
    if last < SOLAR_CALENDAR_SINCE:
        raise WarekiError(
            f"「{written}」は明治6年(1873年)1月1日より前のため扱えません。年を確かめてください。"
        )
    if era is not None:
        _check_era(era, first, last, precision, written)
    if match["weekday"]:
        _check_weekday(first, match["weekday"], precision, written)
    return WarekiDate(value=first, precision=precision, as_written=text)


def _normalised(text: str) -> str:
    if not text.strip():
        raise WarekiError(f"日付が空です。{_EXAMPLES}のように書いてください。")
    if len(text) > _LONGEST:
        raise WarekiError(
            f"日付として長すぎます({len(text)}文字)。{_EXAMPLES}のように日付だけを書いてください。"
        )
    written = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    # Only spaces beside a sign go: «令和 6年 3月» is one date, «2024-1-1 5» is not 2024-1-15.
    return _SPACE_BESIDE_SIGN.sub("", written)


def _western_year(era: _Era | None, match: re.Match[str], written: str) -> int:
    if era is None:
        return int(match["western_year"])
    number = 1 if match["era_year"] == "元" else int(match["era_year"])
    if number == 0:
        raise WarekiError(
            f"「{written}」の年が0です。{era.name}の最初の年は「{era.name}元年」と書いてください。"
        )
    return era.first_year + number - 1


def _span(year: int, month: str | None, day: str | None, written: str) -> tuple[dt.date, dt.date]:
    """First and last day of what was written."""
    if year < dt.MINYEAR:
        raise WarekiError(f"「{written}」の年が0です。年を確かめてください。")
    if month is None:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if not 1 <= int(month) <= 12:
        raise WarekiError(f"「{written}」の月が{int(month)}です。月は1から12までで書いてください。")
    days = calendar.monthrange(year, int(month))[1]
    if day is None:
        return dt.date(year, int(month), 1), dt.date(year, int(month), days)
    if not 1 <= int(day) <= days:
        raise WarekiError(
            f"「{written}」という日はありません。{year}年{int(month)}月の日は1から{days}までです。日を直してください。"
        )
    only = dt.date(year, int(month), int(day))
    return only, only


def _check_era(era: _Era, first: dt.date, last: dt.date, precision: Precision, written: str) -> None:
    if last >= era.first_day and first <= era.last_day:
        return
    right = format_wareki(last if last < era.first_day else first, precision=precision)
    bounds = f"{era.name}は{format_wareki(era.first_day)}から"
    if era.last_day != dt.date.max:
        bounds += f"{format_wareki(era.last_day)}まで"
    raise WarekiError(f"「{written}」は和暦にありません。{bounds}です。「{right}」と書いてください。")


def _check_weekday(day: dt.date, weekday: str, precision: Precision, written: str) -> None:
    if precision != "day":
        raise WarekiError(
            f"「{written}」には曜日があるのに日がありません。日まで書くか、曜日を消してください。"
        )
    right = WEEKDAYS[day.weekday()]
    if weekday != right:
        raise WarekiError(f"「{written}」は{right}曜日です。日付か曜日のどちらかを直してください。")
