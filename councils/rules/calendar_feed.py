"""The sessions of a desk as iCalendar (RFC 5545), for the calendar of a telephone or of an office.

A rule with regular days becomes one repeating event whose closed days are taken out one by one (EXDATE); a session
moved away from a holiday, an extra date and every date of a DATES rule is an event of its own. Holidays are known for
a limited time only, so every repetition ends at the horizon: a calendar that is never read again goes silent instead
of sending people to a shut door. A day without a known time is an all-day event. COUNT_ONLY has no events.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from councils.rules.occurrences import by_day, dates, hours, pattern_days
from councils.rules.schedule import Frequency, SessionRule
from councils.rules.schedule_text import to_japanese

#: How many days ahead sessions are told. The holidays of the year after next are not yet certain.
HORIZON_DAYS = 366

_TZID = "Asia/Tokyo"
# Japan has had one offset since 1951, so that no time zone database is needed.
_JAPAN = dt.timezone(dt.timedelta(hours=9), "JST")
_LONGEST_LINE = 75  # octets, RFC 5545 3.1
_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")

_HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//sumai-no-wa//councils//JA",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    f"X-WR-TIMEZONE:{_TZID}",
    "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    "X-PUBLISHED-TTL:P1D",
)
_TIME_ZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{_TZID}",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900",
    "TZNAME:JST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class _Desk:
    uid: str
    name: str
    location: str
    description: str
    url: str
    stamp: str


def calendar_feed(
    *,
    uid: str,
    name: str,
    location: str,
    description: str,
    url: str,
    rules: Iterable[SessionRule],
    now: dt.datetime,
    horizon_days: int = HORIZON_DAYS,
) -> str:
    """The text of an .ics file with CRLF, from the day of `now` in Japan to `horizon_days` later, both inside.

    `uid` names the desk for ever and the whole world over (desk-12@sumai.example.jp). The UID of an event is made of
    it and of the days and hours of its rule, so that a calendar keeps the event when exceptions change.
    `location`, `description` and `url` may be empty. Raises ValueError when `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone: which day it is in Japan depends on it")
    first = now.astimezone(_JAPAN).date()
    last = first + dt.timedelta(days=horizon_days)
    stamp = f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    desk = _Desk(_one_line(uid), name, location, description, _one_line(url), stamp)
    lines = [*_HEAD, f"X-WR-CALNAME:{_escaped(name)}", f"NAME:{_escaped(name)}", *_TIME_ZONE]
    told: Counter[str] = Counter()
    for rule in rules:
        identity = _identity(rule)
        told[identity] += 1
        # Two rules of the same days and hours may stand side by side; their events must not share a UID.
        own = identity if told[identity] == 1 else f"{identity}-{told[identity]}"
        lines += _events(desk, rule, own, first, last)
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


# --- Events ---


def _events(desk: _Desk, rule: SessionRule, identity: str, first: dt.date, last: dt.date) -> Iterator[str]:
    held = list(dates(rule, start=first, end=last))
    pattern = list(pattern_days(rule, start=first, end=last))
    regular = sorted(set(held) & set(pattern))
    if regular:
        # The repetition must begin on a day that is held: a DTSTART that is taken out confuses calendars.
        closed = [day for day in pattern if day > regular[0] and day not in regular]
        rows = [_rrule(rule, last), *_exdate(rule, closed)]
        yield from _event(desk, rule, f"{identity}-{desk.uid}", regular[0], rows)
    for day in held:
        if day not in regular:
            yield from _event(desk, rule, f"{identity}-{day:%Y%m%d}-{desk.uid}", day, [])


def _event(desk: _Desk, rule: SessionRule, uid: str, day: dt.date, rows: Sequence[str]) -> Iterator[str]:
    start, end = hours(rule)
    yield from ("BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{desk.stamp}", f"DTSTART{_moment(day, start)}")
    if start is not None and end is not None:
        yield f"DTEND{_moment(day, end)}"
    yield from rows
    yield f"SUMMARY:{_escaped(desk.name)}"
    if desk.location:
        yield f"LOCATION:{_escaped(desk.location)}"
    text = "\n".join(part for part in (to_japanese(rule), desk.description) if part)
    yield f"DESCRIPTION:{_escaped(text)}"
    if desk.url:
        yield f"URL:{desk.url}"
    # These are the hours of a desk, not an appointment: they must not make the reader look busy.
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def _rrule(rule: SessionRule, last: dt.date) -> str:
    until = min(last, rule.valid_until or last)
    frequency = "MONTHLY" if rule.frequency == Frequency.MONTHLY else "WEEKLY"
    return f"RRULE:FREQ={frequency};BYDAY={','.join(by_day(rule))};UNTIL={_until(rule, until)}"


def _until(rule: SessionRule, day: dt.date) -> str:
    """The end of `day` in Japan. In UTC when the event has a time, as RFC 5545 3.3.10 wants it."""
    return f"{day:%Y%m%d}" if hours(rule)[0] is None else f"{day:%Y%m%d}T145959Z"


def _exdate(rule: SessionRule, closed: Sequence[dt.date]) -> list[str]:
    if not closed:
        return []
    start = hours(rule)[0]
    parameter = _moment(closed[0], start).partition(":")[0]
    return [f"EXDATE{parameter}:" + ",".join(_moment(day, start).partition(":")[2] for day in closed)]


def _moment(day: dt.date, time: dt.time | None) -> str:
    """Parameter and value of a date or of a local time in Japan, colon between."""
    return f";VALUE=DATE:{day:%Y%m%d}" if time is None else f";TZID={_TZID}:{day:%Y%m%d}T{time:%H%M%S}"


def _identity(rule: SessionRule) -> str:
    """Twelve letters for the days and hours of a rule. Exceptions, places and the end of the validity may change."""
    start, end = hours(rule)
    slots = [f"{slot.start}/{slot.end}" for slot in rule.slots]
    parts = [str(rule.frequency), *by_day(rule), str(start), str(end), *slots, str(rule.valid_from)]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:12]


# --- Text ---


def _escaped(text: str) -> str:
    """A TEXT value (RFC 5545 3.3.11)."""
    lines = _LINE_ENDS.split(text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,"))
    return "\\n".join(_CONTROLS.sub("", line) for line in lines)


def _one_line(text: str) -> str:
    """A value that is not TEXT: nothing in it may begin a new line."""
    return _CONTROLS.sub("", "".join(_LINE_ENDS.split(text))).replace("\t", "").strip()


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never cut within a character (RFC 5545 3.1)."""
    pieces, piece, octets = [], "", 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > _LONGEST_LINE:
            pieces.append(piece)
            piece, octets = "", 1  # the space that begins a continued line
        piece += letter
        octets += size
    return "\r\n ".join([*pieces, piece])
