"""On which days a desk is open: every kind of rule, around holidays and the turn of the year."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from councils.rules.occurrences import dates, hours, is_open_on, next_dates, pattern_days
from councils.rules.schedule import LAST, Frequency, HolidayPolicy, Per, SessionRule, Slot
from japan.calendar import holiday_name, is_business_day
from tests.councils.rules import any_rule

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
ONE_DAY = dt.timedelta(days=1)
modest = settings(max_examples=150, deadline=None)


def weekly(*weekdays, **more):
    return SessionRule(Frequency.WEEKLY, weekdays=weekdays, **more)


def monthly(nth, *weekdays, **more):
    return SessionRule(Frequency.MONTHLY, nth=nth, weekdays=weekdays, **more)


def shown(rule, first, last):
    """The dates as 2026-12-03, easier to read than dates."""
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return [day.isoformat() for day in dates(rule, start=start, end=end)]


class TestDaysOfARule:
    def test_every_thursday_both_ends_inside(self):
        assert shown(weekly(THURSDAY), "2026-10-01", "2026-10-15") == [
            "2026-10-01",
            "2026-10-08",
            "2026-10-15",
        ]

    def test_first_third_and_fifth_thursday(self):
        rule = monthly((1, 3, 5), THURSDAY)
        assert shown(rule, "2026-10-01", "2026-11-30") == [
            "2026-10-01",
            "2026-10-15",
            "2026-10-29",
            "2026-11-05",
            "2026-11-19",  # November 2026 has four Thursdays: nothing takes the place of a fifth
        ]

    def test_a_month_without_a_fifth_weekday_is_skipped_not_shifted(self):
        rule = monthly((5,), THURSDAY)
        assert shown(rule, "2026-01-01", "2026-12-31") == [
            "2026-01-29",
            "2026-04-30",
            "2026-07-30",
            "2026-10-29",
        ]

    def test_the_fifth_thursday_of_december_2026_falls_in_the_turn_of_the_year(self):
        assert dt.date(2026, 12, 31).weekday() == THURSDAY
        assert shown(monthly((5,), THURSDAY), "2026-12-01", "2027-01-31") == []

    def test_first_to_fourth_tuesday_and_friday_count_weekdays_not_weeks(self):
        # 1 May 2026 is a Friday: the first Friday comes before the first Tuesday.
        rule = monthly((1, 2, 3, 4), TUESDAY, FRIDAY)
        assert shown(rule, "2026-05-01", "2026-05-31") == [
            "2026-05-01",  # the 5th would be the first Tuesday, こどもの日
            "2026-05-08",
            "2026-05-12",
            "2026-05-15",
            "2026-05-19",
            "2026-05-22",
            "2026-05-26",
        ]

    def test_the_last_weekday_is_the_fourth_or_the_fifth(self):
        assert shown(monthly((LAST,), FRIDAY), "2026-09-01", "2026-11-30") == [
            "2026-09-25",
            "2026-10-30",
            "2026-11-27",
        ]

    def test_a_day_that_is_both_the_fourth_and_the_last_comes_once(self):
        assert shown(monthly((4, LAST), FRIDAY), "2026-09-01", "2026-09-30") == ["2026-09-25"]

    def test_office_days_are_the_business_days(self):
        rule = SessionRule(Frequency.OFFICE_DAYS)
        found = list(dates(rule, start=dt.date(2026, 1, 1), end=dt.date(2027, 12, 31)))
        every_day = [dt.date(2026, 1, 1) + n * ONE_DAY for n in range(730)]
        assert found == [day for day in every_day if is_business_day(day)]

    def test_single_dates_come_in_order_also_on_holidays(self):
        rule = SessionRule(Frequency.DATES, extra=(dt.date(2026, 11, 23), dt.date(2027, 1, 2)))
        assert shown(rule, "2026-11-01", "2027-01-31") == ["2026-11-23", "2027-01-02"]

    def test_eight_times_a_year_has_no_dates(self):
        assert (
            shown(SessionRule(Frequency.COUNT_ONLY, count=8, per=Per.YEAR), "2026-04-01", "2027-03-31") == []
        )

    def test_an_end_before_the_start_gives_nothing(self):
        for rule in (weekly(THURSDAY), monthly((1,), THURSDAY), SessionRule(Frequency.OFFICE_DAYS)):
            assert shown(rule, "2026-10-15", "2026-10-01") == []


class TestHolidays:
    """23 November 2026 is 勤労感謝の日, a Monday; 21 to 23 September are 敬老の日, 国民の休日 and 秋分の日."""

    @pytest.mark.parametrize("policy", [HolidayPolicy.UNSTATED, HolidayPolicy.CLOSED])
    def test_nobody_is_sent_to_a_door_that_may_be_shut(self, policy):
        rule = weekly(MONDAY, holiday_policy=policy)
        assert shown(rule, "2026-11-16", "2026-11-30") == ["2026-11-16", "2026-11-30"]

    def test_open_on_holidays(self):
        rule = weekly(MONDAY, holiday_policy=HolidayPolicy.OPEN)
        assert shown(rule, "2026-11-16", "2026-11-30") == ["2026-11-16", "2026-11-23", "2026-11-30"]

    def test_next_office_day(self):
        rule = weekly(MONDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY)
        assert shown(rule, "2026-11-16", "2026-11-30") == ["2026-11-16", "2026-11-24", "2026-11-30"]

    def test_a_citizens_holiday_between_two_holidays_is_one_too(self):
        assert holiday_name(dt.date(2026, 9, 22)) == "国民の休日"
        assert shown(weekly(TUESDAY), "2026-09-15", "2026-09-29") == ["2026-09-15", "2026-09-29"]

    def test_a_substitute_holiday_is_one_too(self):
        assert holiday_name(dt.date(2026, 5, 6)) == "憲法記念日 振替休日"
        assert shown(weekly(WEDNESDAY), "2026-05-01", "2026-05-14") == ["2026-05-13"]

    def test_three_holidays_in_a_row_move_to_one_day(self):
        rule = weekly(MONDAY, TUESDAY, WEDNESDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY)
        assert shown(rule, "2026-09-21", "2026-09-28") == ["2026-09-24", "2026-09-28"]

    def test_a_session_moved_to_a_day_of_the_rule_is_not_told_twice(self):
        rule = weekly(MONDAY, TUESDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY)
        assert shown(rule, "2026-11-23", "2026-11-30") == ["2026-11-24", "2026-11-30"]

    def test_a_moved_session_stays_in_order_behind_a_saturday(self):
        # 11 February 2028 is a Friday: its session moves past the open Saturday to the Monday.
        assert holiday_name(dt.date(2028, 2, 11)) == "建国記念の日"
        rule = weekly(FRIDAY, SATURDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY)
        assert shown(rule, "2028-02-10", "2028-02-18") == ["2028-02-12", "2028-02-14", "2028-02-18"]

    def test_a_holiday_before_the_first_day_asked_for_is_still_moved_into_it(self):
        rule = weekly(MONDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY)
        assert shown(rule, "2026-11-24", "2026-11-24") == ["2026-11-24"]
        assert shown(rule, "2026-11-23", "2026-11-23") == []

    def test_the_longest_rest_so_far_is_bridged(self):
        # Closed from 27 April to 6 May 2019, ten days; 29 April was the fifth Monday.
        rule = monthly((5,), MONDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY)
        assert shown(rule, "2019-05-07", "2019-05-07") == ["2019-05-07"]

    def test_a_session_is_not_moved_past_the_validity(self):
        rule = weekly(MONDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY, valid_until=dt.date(2026, 11, 23))
        assert shown(rule, "2026-11-10", "2026-11-30") == ["2026-11-16"]


class TestTurnOfTheYear:
    @pytest.mark.parametrize("policy", HolidayPolicy)
    def test_29_december_to_3_january_is_closed_whatever_the_policy(self, policy):
        every_day = weekly(*range(7), holiday_policy=policy)
        assert shown(every_day, "2026-12-27", "2027-01-05") == [
            "2026-12-27",
            "2026-12-28",
            "2027-01-04",
            "2027-01-05",
        ]

    def test_new_years_day_is_not_moved_to_the_first_office_day(self):
        rule = weekly(FRIDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY)
        assert dt.date(2027, 1, 1).weekday() == FRIDAY
        assert shown(rule, "2026-12-26", "2027-01-14") == ["2027-01-08"]

    def test_an_extra_date_opens_it(self):
        rule = weekly(THURSDAY, extra=(dt.date(2026, 12, 29),))
        assert shown(rule, "2026-12-24", "2027-01-07") == ["2026-12-24", "2026-12-29", "2027-01-07"]


class TestExceptionsAndValidity:
    def test_the_validity_has_both_days_inside(self):
        rule = weekly(THURSDAY, valid_from=dt.date(2026, 10, 8), valid_until=dt.date(2026, 10, 22))
        assert shown(rule, "2026-01-01", "2026-12-31") == ["2026-10-08", "2026-10-15", "2026-10-22"]

    def test_a_skipped_date_is_closed(self):
        rule = weekly(THURSDAY, skipped=(dt.date(2026, 10, 8),))
        assert shown(rule, "2026-10-01", "2026-10-15") == ["2026-10-01", "2026-10-15"]

    def test_an_extra_date_holds_on_a_holiday_and_outside_the_validity(self):
        rule = weekly(
            THURSDAY,
            valid_until=dt.date(2026, 10, 8),
            extra=(dt.date(2026, 11, 23), dt.date(2027, 4, 1)),
        )
        assert shown(rule, "2026-10-01", "2027-04-30") == [
            "2026-10-01",
            "2026-10-08",
            "2026-11-23",
            "2027-04-01",
        ]

    def test_an_extra_date_on_a_day_of_the_rule_comes_once(self):
        rule = weekly(THURSDAY, extra=(dt.date(2026, 10, 8),))
        assert shown(rule, "2026-10-08", "2026-10-14") == ["2026-10-08"]

    def test_a_skipped_holiday_is_not_moved_and_one_held_as_extra_neither(self):
        holiday = dt.date(2026, 11, 23)
        for exception, left in (({"skipped": (holiday,)}, []), ({"extra": (holiday,)}, ["2026-11-23"])):
            rule = weekly(MONDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY, **exception)
            assert shown(rule, "2026-11-17", "2026-11-29") == left

    def test_the_day_a_session_was_moved_to_can_be_skipped(self):
        rule = weekly(MONDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY, skipped=(dt.date(2026, 11, 24),))
        assert shown(rule, "2026-11-17", "2026-11-29") == []

    def test_a_date_both_extra_and_skipped_is_closed(self):
        both = (dt.date(2026, 10, 8),)
        assert shown(weekly(THURSDAY, extra=both, skipped=both), "2026-10-05", "2026-10-14") == []


# --- Each day on its own: slow, and told in another way ---


def is_named(rule, day):
    """Whether the rule names the day, by counting the same weekdays of its month up to it and after it."""
    if not (rule.valid_from or day) <= day <= (rule.valid_until or day):
        return False
    if rule.frequency == Frequency.OFFICE_DAYS:
        return is_business_day(day)
    if rule.frequency not in (Frequency.WEEKLY, Frequency.MONTHLY) or day.weekday() not in rule.weekdays:
        return False
    number = sum(1 for n in range(0, day.day, 7))
    is_last = (day + 7 * ONE_DAY).month != day.month
    return rule.frequency == Frequency.WEEKLY or number in rule.nth or (is_last and LAST in rule.nth)


def is_rest(day):
    return f"{day:%m-%d}" in {"12-29", "12-30", "12-31", "01-01", "01-02", "01-03"}


def is_held(rule, day):
    if day in rule.skipped:
        return False
    if day in rule.extra:
        return rule.frequency != Frequency.COUNT_ONLY
    opens = rule.holiday_policy == HolidayPolicy.OPEN or not holiday_name(day)
    if opens and is_named(rule, day) and not is_rest(day):
        return True
    return rule.holiday_policy == HolidayPolicy.NEXT_OFFICE_DAY and receives_a_moved_session(rule, day)


def receives_a_moved_session(rule, day):
    """Whether one of the closed days just before an office day is a holiday of the rule."""
    if not is_business_day(day) or (rule.valid_until and day > rule.valid_until):
        return False
    before = day - ONE_DAY
    while not is_business_day(before):
        taken = before in rule.skipped or before in rule.extra or is_rest(before)
        if is_named(rule, before) and holiday_name(before) and not taken:
            return True
        before -= ONE_DAY
    return False


class TestAgainstEachDayOnItsOwn:
    @modest
    @given(any_rule.rules(), any_rule.days, st.integers(0, 400))
    @example(weekly(MONDAY, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY), dt.date(2026, 4, 27), 30)
    @example(monthly((1, 5, LAST), *range(7), holiday_policy=HolidayPolicy.OPEN), dt.date(2028, 2, 1), 400)
    def test_dates_are_exactly_the_days_that_are_held(self, rule, start, length):
        span = [start + n * ONE_DAY for n in range(length + 1)]
        assert list(dates(rule, start=start, end=span[-1])) == [day for day in span if is_held(rule, day)]

    @modest
    @given(any_rule.rules(), any_rule.days)
    def test_one_day_asked_alone_is_answered_as_within_a_year(self, rule, day):
        within = set(dates(rule, start=day - 180 * ONE_DAY, end=day + 180 * ONE_DAY))
        assert is_open_on([rule], day) == (day in within)

    @modest
    @given(any_rule.rules(), any_rule.days)
    def test_a_day_that_is_not_extra_and_not_moved_is_one_the_rule_names(self, rule, start):
        end = start + 200 * ONE_DAY
        if rule.holiday_policy == HolidayPolicy.NEXT_OFFICE_DAY:
            return
        named = set(pattern_days(rule, start=start, end=end))
        assert set(dates(rule, start=start, end=end)) <= named | set(rule.extra)


class TestNextSessions:
    def test_three_sessions_after_today(self):
        found = next_dates([monthly((1, 3, 5), THURSDAY, places=4)], after=dt.date(2026, 11, 22))
        assert [(str(session.day), session.places) for session in found] == [
            ("2026-12-03", 4),
            ("2026-12-17", 4),
            ("2027-01-07", 4),
        ]

    def test_today_counts_only_when_asked_for(self):
        today = dt.date(2026, 11, 19)
        rule = weekly(THURSDAY)
        assert next_dates([rule], after=today, count=1)[0].day == dt.date(2026, 11, 26)
        assert next_dates([rule], after=today, count=1, include_after=True)[0].day == today

    def test_several_rules_are_sorted_by_day_and_time(self):
        afternoon = weekly(THURSDAY, start=dt.time(13), end=dt.time(16))
        morning = monthly((4,), THURSDAY, start=dt.time(9), end=dt.time(12))
        unknown = monthly((4,), THURSDAY)
        found = next_dates([afternoon, morning, unknown], after=dt.date(2026, 11, 19), count=4)
        assert [
            (session.day.day, session.start and session.start.hour, session.rule) for session in found
        ] == [
            (26, None, unknown),
            (26, 9, morning),
            (26, 13, afternoon),
            (3, 13, afternoon),
        ]

    def test_the_same_session_told_by_two_rules_counts_once(self):
        rules = [weekly(THURSDAY), monthly((1, 2, 3, 4, 5), THURSDAY)]
        found = next_dates(rules, after=dt.date(2026, 11, 19), count=2)
        assert [str(session.day) for session in found] == ["2026-11-26", "2026-12-03"]

    def test_the_search_ahead_is_bounded(self):
        rule = SessionRule(Frequency.DATES, extra=(dt.date(2027, 6, 1),))
        assert next_dates([rule], after=dt.date(2026, 11, 22))
        assert next_dates([rule], after=dt.date(2026, 11, 22), days_ahead=190) == []
        assert next_dates([rule], after=dt.date(2026, 11, 22), days_ahead=191)

    def test_a_desk_without_rules_or_with_a_bare_count_has_none(self):
        assert next_dates([], after=dt.date(2026, 11, 22)) == []
        assert next_dates([SessionRule(Frequency.COUNT_ONLY, count=2)], after=dt.date(2026, 11, 22)) == []
        assert not is_open_on([], dt.date(2026, 11, 22))

    @modest
    @given(st.lists(any_rule.rules(), max_size=4), any_rule.days)
    def test_the_first_sessions_are_those_of_the_open_days(self, rules, after):
        found = next_dates(rules, after=after, count=5)
        span = [after + n * ONE_DAY for n in range(1, 401)]
        open_days = [day for day in span if any(is_held(rule, day) for rule in rules)]
        found_days = sorted({session.day for session in found})
        assert found_days == open_days[: len(found_days)]
        assert len(found) == 5 or found_days == open_days
        assert [session.day for session in found] == sorted(session.day for session in found)


class TestHours:
    def test_the_hours_of_slots_are_those_of_the_first_and_the_last(self):
        slots = (Slot(dt.time(10), dt.time(10, 30)), Slot(dt.time(11, 30), dt.time(12)))
        assert hours(weekly(TUESDAY, slots=slots)) == (dt.time(10), dt.time(12))

    def test_the_length_of_a_consultation_ends_the_last_slot(self):
        slots = (Slot(dt.time(10)), Slot(dt.time(11, 30)))
        assert hours(weekly(TUESDAY, slots=slots, slot_minutes=45)) == (dt.time(10), dt.time(12, 15))

    @pytest.mark.parametrize("minutes", [None, 0, -1, 30, 10**12])
    def test_an_end_past_midnight_or_without_sense_stays_unknown(self, minutes):
        slots = (Slot(dt.time(23, 40)),)
        assert hours(weekly(TUESDAY, slots=slots, slot_minutes=minutes)) == (dt.time(23, 40), None)

    def test_one_consultation_does_not_say_when_the_day_ends(self):
        assert hours(weekly(TUESDAY, start=dt.time(13), slot_minutes=45)) == (dt.time(13), None)
