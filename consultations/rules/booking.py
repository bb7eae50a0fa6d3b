"""予約できる時刻: what a session of a desk offers, how many places there are, and what a booking needs.

The days come from the desk's own rules (`councils.rules.occurrences`): named slots, places per session, minutes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from councils.rules.occurrences import Occurrence

WEEKS_AHEAD: Final = 4
KEEP_DAYS: Final = 90
"""How long after its day a booking that became no case still names anybody."""
MOST_PER_CONTACT: Final = 3
"""Bookings that stand at a desk under one telephone number or mail address."""
_MINUTES_OF_A_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A time that can be booked. `start` None: the session has no known time; `places` how many may come."""

    day: dt.date
    start: dt.time | None
    end: dt.time | None
    places: int

    @property
    def code(self) -> str:
        """2026-11-26T13:30, or the day alone."""
        return f"{self.day}T{self.start:%H:%M}" if self.start else str(self.day)


def seats_of(session: Occurrence) -> tuple[Seat, ...]:
    """The times of one session.

    Named slots take one each, or their share of the places; minutes divide the hours; else all come within the hours.
    """
    places = session.places or 0
    if session.slots:
        each = max(1, places // len(session.slots)) if places else 1
        return tuple(Seat(session.day, slot.start, slot.end, each) for slot in session.slots)
    minutes = session.rule.slot_minutes
    if minutes and session.start and session.end:
        times = _divided(session.start, session.end, minutes)
        times = times[:places] if places else times
        return tuple(Seat(session.day, start, end, 1) for start, end in times)
    return (Seat(session.day, session.start, session.end, places or 1),)


def _divided(start: dt.time, end: dt.time, minutes: int) -> list[tuple[dt.time, dt.time]]:
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    return [(_time(at), _time(at + minutes)) for at in range(first, last - minutes + 1, minutes)]


def _time(minute: int) -> dt.time:
    minute = min(minute, _MINUTES_OF_A_DAY - 1)
    return dt.time(minute // 60, minute % 60)


def left_of(seat: Seat, taken: Mapping[tuple[dt.date, dt.time | None], int]) -> int:
    """Places that are still free."""
    return max(0, seat.places - taken.get((seat.day, seat.start), 0))


def find(seats: Iterable[Seat], code: str) -> Seat | None:
    """The seat of a code, among those on offer."""
    return next((seat for seat in seats if seat.code == code), None)


def token_digest(token: str) -> str:
    """What is kept of a token: nobody can read the address of a booking out of the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def problems_of(*, way: str, phone: str, email: str, call_name: str) -> dict[str, str]:
    """Field and sentence. Little is asked: what to call the person by, and how to get in touch, if at all."""
    found = {}
    if not call_name.strip():
        found["call_name"] = "当日お呼びする名前を入れてください。仮の名前、ひらがなでかまいません。"
    if way == "phone" and not phone.strip():
        found["phone"] = "電話番号を入れるか、「連絡はいらない」を選んでください。"
    if way == "email" and not email.strip():
        found["email"] = "メールアドレスを入れるか、「連絡はいらない」を選んでください。"
    return found
