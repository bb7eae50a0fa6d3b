"""One sentence about sessions into rules: which times belong to which days, and what the holidays do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from councils.rules.schedule import Frequency, HolidayPolicy, Per, SessionRule
from councils.rules.schedule_reading_days import (
    LEFT_OUT,
    Count,
    Days,
    find_counts,
    find_days,
    find_unreadable,
)
from councils.rules.schedule_reading_times import NO_TIMES, Times, read_times
from councils.rules.schedule_reading_validity import read_validity

#: Whether the words at a place of a sentence (start, end) are those of a desk.
OfADesk = Callable[[str, int, int], bool]

_OFFICE = re.compile(
    r"常設|常時|随時|(?:通常|日常)の?業務の?中|平日|土日・?祝日?を?除く毎日|(?<!翌)(?<!次の)開庁[時日](?!を除|に振)|(?<=窓口で)開催時は|業務時間内に"
)
# Hours in which one may phone or book are not those of the desk.
_BOOKING_HOURS = re.compile(r"予約受付|予約の受付|予約は|申込|申し込み|電話|問い?合わ?せ|締め?切")
_PIECE = re.compile(r"[^。、,()\n]*[。、,()\n]?")
_ON_HOLIDAY_NEXT = re.compile(r"祝日?(?:の場合|に当たる|にあたる|のとき|と重なる)[^。]{0,12}(?:翌|次の)")
_ON_HOLIDAY_OPEN = re.compile(r"祝日?も(?:開|実施|開催|行|受)")
_FOR_ALL = re.compile(r"いずれも|どちらも|ともに|共に|各日|各回とも")
_JOINS_DAYS = re.compile(r"[\s・、,と及びおよ並に又は(]*")


@dataclass(frozen=True, slots=True)
class SentenceReading:
    rules: tuple[SessionRule, ...] = ()
    not_understood: tuple[str, ...] = ()
    beside: Times = NO_TIMES
    """Times in a sentence that names no days: they may belong to the sentence before."""
    holiday_policy: HolidayPolicy = HolidayPolicy.UNSTATED


def read_sentence(sentence: str, *, raw: str, of_a_desk: OfADesk, bare: bool) -> SentenceReading:
    """`sentence` is even (`schedule_reading_days.even`), `raw` the same place as it came."""
    days = [day for day in find_days(sentence, bare_start=bare) if of_a_desk(sentence, day.start, day.end)]
    counts = [found for found in find_counts(sentence) if of_a_desk(sentence, found.start, found.end)]
    policy = _holiday_policy(sentence)
    unread = [words for words in find_unreadable(sentence) if _is_of_a_desk(words, sentence, of_a_desk)]
    unread += [sentence[found.start : found.end] for found in counts if found.number is None]
    counts = [found for found in counts if found.number is not None]
    if _rarely(days, counts):
        unread += [sentence[day.start : day.end] for day in days]
        days = []
    rules, doubtful = _day_rules(sentence, raw, days, counts)
    if not days:
        rules, doubtful = _count_rules(sentence, raw, counts)
    office, doubtful_office = _office_rules(sentence, raw, days, counts, of_a_desk)
    rules = [replace(rule, holiday_policy=policy) for rule in rules] + office
    beside = NO_TIMES if rules else read_times(_without_booking_hours(sentence))
    return SentenceReading(tuple(rules), (*unread, *doubtful, *doubtful_office), beside, policy)


def _is_of_a_desk(words: str, sentence: str, of_a_desk: OfADesk) -> bool:
    at = sentence.find(words)
    return of_a_desk(sentence, at, at + len(words))


def _rarely(days: Sequence[Days], counts: Sequence[Count]) -> bool:
    """土曜日に年2回 names a weekday, but not every one of them: which, is not said."""
    return any(day.bare for day in days) and any(found.per in (Per.YEAR, Per.MONTH) for found in counts)


# --- Rules with days ---


def _day_rules(
    sentence: str, raw: str, days: list[Days], counts: list[Count]
) -> tuple[list[SessionRule], list[str]]:
    doubtful: list[str] = []
    rules: list[SessionRule] = []
    ends = [*(day.start for day in days[1:]), len(sentence)]
    for day, end, times in zip(days, ends[: len(days)], _times_of(sentence, days), strict=True):
        doubtful += [words for words in times.doubtful if words not in doubtful]
        first, last = read_validity(sentence[: day.start])
        # With several groups of days a count belongs to the one it stands behind.
        own = [found for found in counts if len(days) == 1 or day.start <= found.start < end]
        rule = SessionRule(
            frequency=Frequency.MONTHLY if day.nth else Frequency.WEEKLY,
            weekdays=day.weekdays,
            nth=day.nth,
            valid_from=first,
            valid_until=last,
            count=own[0].number if own else None,
            per=own[0].per if own else None,
            raw=_words(raw, day, own, end=end if times else None),
        )
        rules.append(_timed(rule, times))
    return rules, doubtful


def _times_of(sentence: str, days: list[Days]) -> list[Times]:
    """The times behind each group of days; where several groups stand side by side, those behind the last."""
    ends = [*(day.start for day in days[1:]), len(sentence)][: len(days)]
    read: list[Times] = []
    following = NO_TIMES
    for day, end in reversed(list(zip(days, ends, strict=True))):
        tail = sentence[day.end : end]
        own = read_times(_without_booking_hours(tail))
        shares = _JOINS_DAYS.fullmatch(tail) is not None
        following = following if shares and not own else own
        read.append(following)
    read.reverse()
    if days and _FOR_ALL.search(sentence[days[-1].end :]):
        read = [times or read[-1] for times in read]
    if days and not any(times or times.doubtful for times in read):
        before = read_times(_without_booking_hours(sentence[: days[0].start]))
        return [before] * len(days)
    return read


def _timed(rule: SessionRule, times: Times) -> SessionRule:
    return replace(
        rule,
        start=times.start,
        end=times.end,
        slots=times.slots,
        slot_minutes=times.slot_minutes,
        places=times.places,
    )


def _words(raw: str, day: Days, counts: list[Count], *, end: int | None) -> str:
    """The words of the source: from the count or the days on, to `end` where times follow."""
    start = min([day.start, *(found.start for found in counts)])
    return raw[start : end or max([day.end, *(found.end for found in counts)])].strip()


def _without_booking_hours(text: str) -> str:
    """Leaves out the pieces that speak of booking, phoning or applying."""
    return "".join(piece for piece in _PIECE.findall(text) if not _BOOKING_HOURS.search(piece))


# --- Rules without days ---


def _count_rules(sentence: str, raw: str, counts: list[Count]) -> tuple[list[SessionRule], list[str]]:
    if not counts:
        return [], []
    times = read_times(_without_booking_hours(sentence[counts[0].end :]))
    rules = []
    for found in counts:
        # 程度 and the like stand right behind the count.
        words = raw[found.start :] if times else raw[found.start : found.end + 2]
        rule = SessionRule(Frequency.COUNT_ONLY, count=found.number, per=found.per, raw=words.strip())
        rules.append(_timed(rule, times))
    return rules, list(times.doubtful)


def _office_rules(
    sentence: str, raw: str, days: list[Days], counts: list[Count], of_a_desk: OfADesk
) -> tuple[list[SessionRule], list[str]]:
    """常設, 開庁時, 随時. Hours are read only where no other days stand in the sentence."""
    match = _OFFICE.search(sentence)
    if match is None or not of_a_desk(sentence, match.start(), match.end()):
        return [], []
    if _BOOKING_HOURS.search(_piece_around(sentence, match.start())) and match.group() in ("平日", "随時"):
        return [], []
    alone = not days and not counts
    times = read_times(_without_booking_hours(sentence[match.end() :])) if alone else NO_TIMES
    closed = _holiday_policy(sentence) if alone else HolidayPolicy.UNSTATED
    rule = SessionRule(
        frequency=Frequency.OFFICE_DAYS,
        holiday_policy=HolidayPolicy.CLOSED if closed is HolidayPolicy.CLOSED else HolidayPolicy.UNSTATED,
        raw=raw.strip(),
    )
    return [_timed(rule, times)], list(times.doubtful)


def _piece_around(sentence: str, at: int) -> str:
    return next(
        (piece.group() for piece in _PIECE.finditer(sentence) if piece.start() <= at < piece.end()), ""
    )


def _holiday_policy(sentence: str) -> HolidayPolicy:
    if _ON_HOLIDAY_NEXT.search(sentence):
        return HolidayPolicy.NEXT_OFFICE_DAY
    if _ON_HOLIDAY_OPEN.search(sentence):
        return HolidayPolicy.OPEN
    if any(
        "祝" in found or "休日" in found or "閉庁" in found
        for found in map(_text, LEFT_OUT.finditer(sentence))
    ):
        return HolidayPolicy.CLOSED
    return HolidayPolicy.UNSTATED


def _text(match: re.Match[str]) -> str:
    return match.group()
