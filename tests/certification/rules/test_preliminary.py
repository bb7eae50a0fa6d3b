"""事前相談: which times there are, which may be booked, what is late."""

from __future__ import annotations

import datetime as dt

import pytest

from certification.rules.preliminary import (
    DAYS_AHEAD,
    Hours,
    Slot,
    bookable_days,
    free_seat,
    hours_problem,
    is_overdue,
    overlap_problem,
    slots,
    topic_text,
)

TUESDAY = dt.date(2026, 12, 1)


def hours(
    start: str = "09:30", end: str = "11:30", *, weekday: int = 1, minutes: int = 60, places: int = 1
) -> Hours:
    return Hours(
        weekday=weekday,
        starts_at=dt.time.fromisoformat(start),
        ends_at=dt.time.fromisoformat(end),
        minutes=minutes,
        places=places,
    )


def times(*given: Hours, start: dt.date, days: int = 0, closed: tuple[dt.date, ...] = ()) -> list[str]:
    found = slots(given, closed=closed, start=start, end=start + dt.timedelta(days=days))
    return [f"{slot.day.month}/{slot.day.day} {slot.starts_at:%H:%M}" for slot in found]


def test_a_span_is_cut_into_times() -> None:
    assert times(hours(), start=TUESDAY) == ["12/1 09:30", "12/1 10:30"]


def test_a_rest_shorter_than_one_time_is_left_over() -> None:
    assert times(hours(end="12:00"), start=TUESDAY) == ["12/1 09:30", "12/1 10:30"]


def test_a_time_tells_its_end_and_its_places() -> None:
    (slot,) = slots([hours(end="10:00", minutes=30, places=3)], closed=(), start=TUESDAY, end=TUESDAY)
    assert slot == Slot(day=TUESDAY, starts_at=dt.time(9, 30), ends_at=dt.time(10, 0), places=3)


def test_only_the_weekday_named() -> None:
    assert times(hours(), start=TUESDAY + dt.timedelta(days=1), days=5) == []


def test_days_the_contact_point_closes() -> None:
    assert times(hours(), start=TUESDAY, closed=(TUESDAY,)) == []


@pytest.mark.parametrize(
    ("day", "weekday"),
    [(dt.date(2026, 11, 23), 0), (dt.date(2026, 12, 29), 1), (dt.date(2027, 1, 1), 4)],
    ids=["勤労感謝の日", "年末", "元日"],
)
def test_nobody_comes_to_a_shut_door(day: dt.date, weekday: int) -> None:
    assert day.weekday() == weekday
    assert times(hours(weekday=weekday), start=day) == []


def test_by_day_and_time_whatever_the_order_of_the_rows() -> None:
    given = (hours("13:00", "14:00", weekday=2), hours("13:00", "14:00"), hours("09:00", "10:00"))
    assert times(*given, start=TUESDAY, days=1) == ["12/1 09:00", "12/1 13:00", "12/2 13:00"]


def test_hours_that_make_no_sense() -> None:
    assert hours_problem(hours()) is None
    assert "終わりの時刻" in (hours_problem(hours("11:30", "09:30")) or "")
    assert "1回の時間" in (hours_problem(hours("09:30", "10:00")) or "")


def test_hours_may_touch_but_not_overlap() -> None:
    assert overlap_problem([hours(), hours("11:30", "12:30")]) is None
    assert overlap_problem([hours(), hours("11:00", "12:00", weekday=2)]) is None
    assert "火曜日" in (overlap_problem([hours("11:00", "12:00"), hours()]) or "")


def test_who_is_not_of_the_office_leaves_it_a_business_day() -> None:
    friday = dt.date(2026, 12, 4)
    first, last = bookable_days(friday, by_staff=False)
    assert first == dt.date(2026, 12, 7)
    assert last == friday + dt.timedelta(days=DAYS_AHEAD)
    assert bookable_days(friday, by_staff=True)[0] == friday


def test_a_seat_given_back_is_taken_again() -> None:
    assert free_seat(set(), places=2) == 1
    assert free_seat({1, 3}, places=3) == 2
    assert free_seat({1, 2}, places=2) is None


def test_late_is_an_open_step_before_today() -> None:
    yesterday = TUESDAY - dt.timedelta(days=1)
    assert is_overdue("open", yesterday, today=TUESDAY)
    assert not is_overdue("open", TUESDAY, today=TUESDAY)
    assert not is_overdue("done", yesterday, today=TUESDAY)
    assert not is_overdue("open", None, today=TUESDAY)


def test_topics_in_words() -> None:
    assert topic_text(["procedure", "hard"]) == "ハード・手続"
