"""Which times a session offers: named slots, places, minutes, as the desks of the prefecture write them."""

from __future__ import annotations

import datetime as dt

from consultations.rules.booking import find, left_of, problems_of, seats_of, token_digest
from councils.rules.occurrences import next_dates
from councils.rules.schedule import Frequency, SessionRule, Slot

THURSDAY = dt.date(2026, 11, 26)


def offered(**values: object) -> list[tuple[str, int]]:
    usual = {"frequency": Frequency.WEEKLY, "weekdays": (3,)}
    rule = SessionRule(**{**usual, **values})  # type: ignore[arg-type]
    (session,) = next_dates([rule], after=THURSDAY, count=1, include_after=True)
    return [(seat.code, seat.places) for seat in seats_of(session)]


def test_named_slots_take_one_each_or_their_share() -> None:
    slots = (Slot(dt.time(10)), Slot(dt.time(10, 45)), Slot(dt.time(11, 30)))
    assert offered(slots=slots) == [("2026-11-26T10:00", 1), ("2026-11-26T10:45", 1), ("2026-11-26T11:30", 1)]
    assert [places for _, places in offered(slots=slots, places=6)] == [2, 2, 2]


def test_minutes_divide_the_hours_up_to_the_places() -> None:
    hours = {"start": dt.time(13), "end": dt.time(16), "slot_minutes": 45}
    assert [code for code, _ in offered(**hours)] == [
        f"2026-11-26T{time}" for time in ("13:00", "13:45", "14:30", "15:15")
    ]
    assert len(offered(**hours, places=3)) == 3
    assert len(offered(start=dt.time(13), end=dt.time(13, 40), slot_minutes=45)) == 0


def test_without_slots_all_places_lie_within_the_hours() -> None:
    assert offered(start=dt.time(13, 30), end=dt.time(16, 30), places=4) == [("2026-11-26T13:30", 4)]
    assert offered() == [("2026-11-26", 1)], "a session without a known time can be booked as a day"


def test_what_is_taken_is_left_out() -> None:
    (session,) = next_dates(
        [SessionRule(frequency=Frequency.WEEKLY, weekdays=(3,), start=dt.time(9), places=2)],
        after=THURSDAY, count=1, include_after=True,
    )  # fmt: skip
    (seat,) = seats_of(session)
    assert [left_of(seat, {(seat.day, seat.start): taken}) for taken in (0, 1, 2, 3)] == [2, 1, 0, 0]
    assert find([seat], seat.code) == seat
    assert find([seat], "2026-11-27T09:00") is None


def test_little_is_asked() -> None:
    nothing = {"way": "none", "phone": "", "email": "", "call_name": "みほん"}
    assert problems_of(**nothing) == {}
    assert set(problems_of(**{**nothing, "call_name": " "})) == {"call_name"}
    assert set(problems_of(**{**nothing, "way": "phone"})) == {"phone"}
    assert set(problems_of(**{**nothing, "way": "email"})) == {"email"}


def test_a_token_cannot_be_read_back() -> None:
    assert token_digest("a") != token_digest("b")
    assert "a" * 3 not in token_digest("aaa")
