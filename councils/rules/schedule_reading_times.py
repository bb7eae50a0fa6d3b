"""The times, places and lengths in a phrase: 午後1時〜4時, ①10時から10時30分②…, 4組, 45分×3回. Nothing is guessed.

The text is one that `schedule_reading_days.even` made. An hour that may be two (1時 without 午後) is not read.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise

from councils.rules.schedule import Slot

_HALF_DAY = "(?:午前|午後|am|pm|AM|PM)"
_TIME = rf"(?:正午|{_HALF_DAY}?\s*\d{{1,2}}\s*(?:時(?!間)(?:\s*(?:半|\d{{1,2}}\s*分))?|:\d{{2}}(?!\d)))"
_SPAN = re.compile(rf"(?P<start>{_TIME})\s*(?:~|-|ー|―|から|より)\s*(?P<end>{_TIME})")
_ALONE = re.compile(rf"(?P<start>{_TIME})(?P<until>\s*(?:まで|迄|以降|以前))?")
_PARTS = re.compile(
    rf"(?P<half_day>{_HALF_DAY})?\s*(?P<hour>\d{{1,2}})\s*(?:時\s*(?:(?P<half>半)|(?P<minute>\d{{1,2}})\s*分)?|:(?P<minute_2>\d{{2}}))"
)
# Hours up to here are said of mornings and of afternoons.
_LAST_DOUBTFUL_HOUR = 6

_MINUTES_TIMES = re.compile(r"(?<![\d時])(?P<minutes>\d{2,3})\s*分(?:間)?\s*[×xX*]\s*(?P<places>\d{1,2})")
_MINUTES = re.compile(r"(?<![\d時:])(?<!徒歩)(?P<minutes>\d{2,3})\s*分(?!\s*前)")
_PLACES = (
    re.compile(r"(?:1日|一日|各日|1回|各回|毎回)\s*(?:に|あたり|当たり|につき|の)?\s*(?:先着|定員)?\s*(?:約)?(?P<places>\d{1,2})\s*(?:組|枠|件|名|人|コマ|回|世帯)(?!\s*\d+\s*分)"),
    re.compile(r"(?:先着|定員|限定)\s*(?:は|:)?\s*(?P<places>\d{1,2})\s*(?:組|枠|件|名|人|世帯)"),
    re.compile(r"(?P<places>\d{1,2})\s*(?:組|枠|コマ)(?!\s*(?:\d+\s*分|あたり|当たり|につき|ごと|ずつ))"),
    re.compile(r"の\s*(?P<places>\d{1,2})\s*回(?!目)"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Times:
    """What a phrase says of the hours of a day; `doubtful` are words that look like times and were not read."""

    start: dt.time | None = None
    end: dt.time | None = None
    slots: tuple[Slot, ...] = ()
    slot_minutes: int | None = None
    places: int | None = None
    doubtful: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.start or self.slots or self.slot_minutes or self.places)


#: Nothing said.
NO_TIMES = Times()


def read_times(text: str) -> Times:
    """Read an even text that speaks of one group of days."""
    spans, doubtful = _spans(text)
    slots = spans if len(spans) > 1 else []
    start, end = (spans[0].start, spans[0].end) if spans else (None, None)
    if not spans and not doubtful:
        starts, doubtful = _starts(text)
        slots = [Slot(time) for time in starts] if len(starts) > 1 else []
        start = starts[0] if starts else None
    if any(
        later.start < (earlier.end or earlier.start) or later.start == earlier.start
        for earlier, later in pairwise(slots)
    ):
        return Times(doubtful=(text.strip(),))
    if slots:
        end = slots[-1].end
    minutes, places = _numbers(text)
    return Times(start, end, tuple(slots), minutes, places, tuple(doubtful))


def _spans(text: str) -> tuple[list[Slot], list[str]]:
    """Spans from a time to a time, and those that cannot be read for sure."""
    read, doubtful = [], []
    for match in _SPAN.finditer(text):
        start = _time(match["start"])
        # 午後1時〜4時: the afternoon holds on. 午前10時〜3時 does not say so, and is not guessed.
        end = _time(match["end"], half_day=_half_day(match["start"]))
        if start is None or end is None or end <= start:
            doubtful.append(match.group().strip())
        if start is not None:
            read.append(Slot(start, end if end is not None and end > start else None))
    return read, doubtful


def _starts(text: str) -> tuple[list[dt.time], list[str]]:
    """Single times: the beginnings of slots. 17時まで is an end, and of what it ends nothing is known."""
    starts: list[dt.time] = []
    doubtful = []
    half_day = ""
    for match in _ALONE.finditer(text):
        half_day = _half_day(match["start"]) or half_day
        time = _time(match["start"], half_day=half_day)
        if time is None or match["until"]:
            doubtful.append(match.group().strip())
        else:
            starts.append(time)
    return starts, doubtful


def _half_day(words: str) -> str:
    if "午後" in words or "pm" in words.lower():
        return "pm"
    return "am" if "午前" in words or "am" in words.lower() else ""


def _time(words: str, *, half_day: str = "") -> dt.time | None:
    """The time, or None when the words leave it open or name none. `half_day` is that of the time before."""
    if "正午" in words:
        return dt.time(12)
    match = _PARTS.search(words)
    if match is None:
        return None
    hour = int(match["hour"])
    minute = 30 if match["half"] else int(match["minute"] or match["minute_2"] or 0)
    said = _half_day(words) or half_day
    if said == "pm" and hour < 12:
        hour += 12
    elif not said and hour <= _LAST_DOUBTFUL_HOUR:
        return None
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def _numbers(text: str) -> tuple[int | None, int | None]:
    """Length of one consultation in minutes, and consultations a day."""
    if match := _MINUTES_TIMES.search(text):
        return int(match["minutes"]), int(match["places"])
    minutes = _MINUTES.search(_SPAN.sub("", _ALONE.sub("", text)))
    places = next((found for pattern in _PLACES if (found := pattern.search(text))), None)
    return (int(minutes["minutes"]) if minutes else None, int(places["places"]) if places else None)
