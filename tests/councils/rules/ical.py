"""A small reader of iCalendar for the tests, written from RFC 5545 and sharing nothing with the feed."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_JAPAN = dt.timedelta(hours=9)


@dataclass(frozen=True)
class Property:
    parameters: dict[str, str]
    value: str


def unfolded(data: bytes) -> list[str]:
    """The content lines. Refuses what RFC 5545 3.1 forbids: bare CR or LF, more than 75 octets, broken characters."""
    assert data.endswith(b"\r\n")
    rows = data.removesuffix(b"\r\n").split(b"\r\n")
    assert all(b"\r" not in row and b"\n" not in row for row in rows)
    assert all(len(row) <= 75 for row in rows)
    for row in rows:
        row.decode("utf-8")  # no character is cut by the folding
    return data.replace(b"\r\n ", b"").removesuffix(b"\r\n").decode("utf-8").split("\r\n")


def events(data: bytes) -> list[dict[str, Property]]:
    """The VEVENTs by property. Every property of these feeds comes once in an event."""
    found: list[dict[str, Property]] = []
    open_parts: list[str] = []
    for line in unfolded(data):
        match = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^;:]*)*):(.*)", line)
        assert match, line
        name, parameters, value = match.groups()
        if name == "BEGIN":
            open_parts.append(value)
            if value == "VEVENT":
                found.append({})
        elif name == "END":
            assert open_parts.pop() == value
        elif open_parts[-1] == "VEVENT":
            assert name not in found[-1], f"{name} twice"
            pairs = dict(part.split("=") for part in parameters.split(";")[1:])
            found[-1][name] = Property(pairs, value)
    assert not open_parts
    return found


def text(value: str) -> str:
    """A TEXT value without its escapes; a bare comma or semicolon is refused."""
    assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), value
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)


def moment(item: Property, value: str | None = None) -> dt.date | dt.datetime:
    """A DATE, or the local time of a DATE-TIME with TZID."""
    value = item.value if value is None else value
    if item.parameters.get("VALUE") == "DATE":
        return dt.datetime.strptime(value, "%Y%m%d").date()
    assert item.parameters == {"TZID": "Asia/Tokyo"}
    return dt.datetime.strptime(value, "%Y%m%dT%H%M%S")


def starts(event: dict[str, Property]) -> list[dt.date | dt.datetime]:
    """Every start of an event: its repetition without its exceptions. DTSTART must itself be one."""
    first = moment(event["DTSTART"])
    if "RRULE" not in event:
        return [first]
    parts = dict(part.split("=") for part in event["RRULE"].value.split(";"))
    assert set(parts) == {"FREQ", "BYDAY", "UNTIL"}
    last = _until(parts["UNTIL"], timed=isinstance(first, dt.datetime))
    found, candidate = [], first
    while candidate <= last:
        if _matches(parts["FREQ"], parts["BYDAY"].split(","), candidate):
            found.append(candidate)
        candidate += dt.timedelta(days=1)
    assert found[0] == first, "DTSTART is not a day of the RRULE"
    exceptions = _exceptions(event)
    assert set(exceptions) <= set(found) - {first}, "EXDATE takes out what is not there"
    return [start for start in found if start not in exceptions]


def _until(value: str, *, timed: bool) -> dt.date | dt.datetime:
    """Of the same type as DTSTART, and in UTC when that is a local time (RFC 5545 3.3.10)."""
    if not timed:
        return dt.datetime.strptime(value, "%Y%m%d").date()
    return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ") + _JAPAN


def _matches(freq: str, by_day: list[str], day: dt.date) -> bool:
    for rule in by_day:
        match = re.fullmatch(r"([+-]?\d+)?([A-Z]{2})", rule)
        assert match, rule
        if day.weekday() != _WEEKDAYS[match[2]]:
            continue
        if freq == "WEEKLY":
            assert match[1] is None
            return True
        weeks = calendar.monthcalendar(day.year, day.month)
        same = [week[day.weekday()] for week in weeks if week[day.weekday()]]
        number = int(match[1])
        position = number - 1 if number > 0 else len(same) + number
        if position < len(same) and same[position] == day.day:
            return True
    return False


def _exceptions(event: dict[str, Property]) -> list[dt.date | dt.datetime]:
    if "EXDATE" not in event:
        return []
    item = event["EXDATE"]
    return [moment(item, value) for value in item.value.split(",")]
