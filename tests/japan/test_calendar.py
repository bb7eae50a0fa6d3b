"""On which days an office is open, and how deadlines in business days are counted."""

from __future__ import annotations

import datetime as dt

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from japan import calendar
from japan.calendar import (
    add_business_days,
    add_months,
    business_day_on_or_after,
    business_days_between,
    holiday_name,
    is_business_day,
    next_business_day,
)

modest = settings(max_examples=200, deadline=None)
days = st.dates(min_value=dt.date(2024, 1, 1), max_value=dt.date(2029, 12, 31))
some_closed_days = st.frozensets(days, max_size=5)

FRIDAY = dt.date(2026, 11, 20)
SATURDAY = dt.date(2026, 11, 21)
SUNDAY = dt.date(2026, 11, 22)
LABOUR_THANKSGIVING = dt.date(2026, 11, 23)  # a Monday
TUESDAY = dt.date(2026, 11, 24)
WEDNESDAY = dt.date(2026, 11, 25)


class TestOpenAndClosed:
    @pytest.mark.parametrize(
        ("day", "name"),
        [
            (
                dt.date(2026, 5, 6),
                "憲法記念日 振替休日",
            ),  # 3 May was a Sunday; 4 and 5 May are holidays themselves
            (dt.date(2026, 9, 22), "国民の休日"),  # a day between two holidays
            (dt.date(2027, 3, 22), "春分の日 振替休日"),
            (LABOUR_THANKSGIVING, "勤労感謝の日"),
            (dt.date(2019, 5, 1), "天皇の即位の日"),
            (dt.date(2027, 1, 1), "元日"),
        ],
    )
    def test_public_holidays_are_closed_and_have_a_name(self, day, name):
        assert holiday_name(day) == name
        assert not is_business_day(day)

    def test_weekends_are_closed_without_a_name(self):
        assert not is_business_day(SATURDAY)
        assert not is_business_day(SUNDAY)
        assert holiday_name(SATURDAY) is None

    def test_ordinary_weekdays_are_open(self):
        assert is_business_day(FRIDAY)
        assert is_business_day(TUESDAY)

    def test_the_turn_of_the_year_is_closed_from_29_december_to_3_january(self):
        closed = [dt.date(2025, 12, 29) + dt.timedelta(days=n) for n in range(6)]
        assert closed[-1] == dt.date(2026, 1, 3)
        assert not any(is_business_day(day) for day in closed)
        assert is_business_day(dt.date(2025, 12, 26))  # 28 December was a Sunday
        assert is_business_day(dt.date(2026, 1, 5))  # 4 January was a Sunday
        assert is_business_day(dt.date(2027, 1, 4))

    def test_a_municipality_may_close_on_days_of_its_own(self):
        memorial_day = dt.date(2026, 6, 23)  # 慰霊の日 in 沖縄県
        assert is_business_day(memorial_day)
        assert not is_business_day(memorial_day, extra_closed={memorial_day})

    def test_a_moment_is_refused_because_it_would_hide_every_holiday(self):
        noon = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
        for ask in (is_business_day, holiday_name, next_business_day):
            with pytest.raises(TypeError, match="not a datetime"):
                ask(noon)

    def test_far_years_know_only_weekends_and_the_turn_of_the_year(self):
        assert not is_business_day(dt.date(1900, 1, 2))
        assert is_business_day(dt.date(1900, 5, 3))
        assert holiday_name(dt.date(2151, 1, 1)) is None


class TestCounting:
    def test_the_day_itself_is_not_counted(self):
        assert add_business_days(FRIDAY, 1) == TUESDAY
        assert add_business_days(FRIDAY, 2) == WEDNESDAY
        assert business_days_between(FRIDAY, TUESDAY) == 1

    def test_counting_from_a_closed_day_begins_with_the_next_open_one(self):
        assert add_business_days(SATURDAY, 1) == add_business_days(LABOUR_THANKSGIVING, 1) == TUESDAY

    def test_no_days_leave_the_date_alone_even_when_closed(self):
        assert add_business_days(SUNDAY, 0) == SUNDAY

    def test_reminders_count_backwards(self):
        assert add_business_days(TUESDAY, -1) == FRIDAY

    def test_the_next_business_day_is_never_today(self):
        assert next_business_day(TUESDAY) == WEDNESDAY
        assert next_business_day(FRIDAY) == TUESDAY
        assert next_business_day(dt.date(2025, 12, 26)) == dt.date(2026, 1, 5)

    def test_a_deadline_on_a_closed_day_moves_to_the_next_open_one(self):
        assert business_day_on_or_after(SATURDAY) == TUESDAY
        assert business_day_on_or_after(TUESDAY) == TUESDAY
        assert business_day_on_or_after(TUESDAY, extra_closed={TUESDAY}) == WEDNESDAY

    def test_nothing_lies_between_a_day_and_itself(self):
        assert business_days_between(TUESDAY, TUESDAY) == 0

    def test_closed_days_at_the_end_count_nothing(self):
        assert business_days_between(FRIDAY, LABOUR_THANKSGIVING) == 0

    def test_a_day_overdue_is_a_negative_count(self):
        assert business_days_between(WEDNESDAY, FRIDAY) == -2

    def test_standard_processing_of_30_business_days_over_the_golden_week(self):
        """Counted by hand: 17 days to 24 April, 27, 28 and 30 April, 1, 7 and 8 May, 5 days to 15 May, 18 and 19 May."""
        assert add_business_days(dt.date(2026, 4, 1), 30) == dt.date(2026, 5, 19)

    def test_own_closed_days_are_not_counted_and_weekends_not_twice(self):
        closed = {TUESDAY, SATURDAY}
        assert business_days_between(FRIDAY, WEDNESDAY, extra_closed=closed) == 1
        assert business_days_between(TUESDAY, WEDNESDAY, extra_closed=closed) == 1  # the start never counts
        assert add_business_days(FRIDAY, 1, extra_closed=closed) == WEDNESDAY


def slow_is_open(day, extra_closed=frozenset()):
    """The law read aloud, one question at a time."""
    if day.weekday() in (5, 6):
        return False
    if day.month == 12 and day.day in (29, 30, 31):
        return False
    if day.month == 1 and day.day in (1, 2, 3):
        return False
    return not jpholiday.is_holiday(day) and day not in extra_closed


def slow_count(start, end, extra_closed):
    count = 0
    while start < end:
        start += dt.timedelta(days=1)
        count += slow_is_open(start, extra_closed)
    return count


class TestAgainstTheSlowObviousWay:
    @modest
    @given(days, some_closed_days)
    def test_open_or_closed(self, day, closed):
        assert is_business_day(day, extra_closed=closed) == slow_is_open(day, closed)
        assert holiday_name(day) == jpholiday.is_holiday_name(day)

    @settings(max_examples=60, deadline=None)
    @given(days, st.integers(0, 150), some_closed_days)
    def test_the_count_between_two_days(self, start, length, closed):
        end = start + dt.timedelta(days=length)
        expected = slow_count(start, end, closed)
        assert business_days_between(start, end, extra_closed=closed) == expected
        assert business_days_between(end, start, extra_closed=closed) == -expected

    @modest
    @given(days, days, days, some_closed_days)
    def test_counts_add_up(self, a, b, c, closed):
        def between(start, end):
            return business_days_between(start, end, extra_closed=closed)

        assert between(a, b) + between(b, c) == between(a, c)

    @modest
    @given(days, st.integers(1, 120), some_closed_days)
    def test_adding_is_the_other_side_of_counting(self, day, n, closed):
        due = add_business_days(day, n, extra_closed=closed)
        assert is_business_day(due, extra_closed=closed)
        assert business_days_between(day, due, extra_closed=closed) == n

    @modest
    @given(days, st.integers(1, 120), some_closed_days)
    def test_from_an_open_day_forth_and_back_is_where_one_was(self, day, n, closed):
        day = business_day_on_or_after(day, extra_closed=closed)
        there = add_business_days(day, n, extra_closed=closed)
        assert add_business_days(there, -n, extra_closed=closed) == day


def test_a_list_page_asks_for_the_holidays_of_a_year_once(monkeypatch):
    asked = []

    def counting(year, real=jpholiday.year_holidays):
        asked.append(year)
        return real(year)

    monkeypatch.setattr(calendar.jpholiday, "year_holidays", counting)
    calendar._year.cache_clear()
    for row in range(50):
        received = dt.date(2026, 10, 1) + dt.timedelta(days=row)
        due = add_business_days(received, 60)
        assert business_days_between(received, due) == 60
    assert sorted(asked) == [2026, 2027]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2027, 11, 30), 3, dt.date(2028, 2, 29)),
        (dt.date(2026, 10, 1), 3, dt.date(2027, 1, 1)),
        (dt.date(2026, 4, 1), 60, dt.date(2031, 4, 1)),
        (dt.date(2026, 3, 31), -1, dt.date(2026, 2, 28)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last(day: dt.date, months: int, later: dt.date) -> None:
    """民法143条2項."""
    assert add_months(day, months) == later
