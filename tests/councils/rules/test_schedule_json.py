"""A rule for machines that read the public page: nothing said that is only nearly true."""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import given, settings

from councils.rules.occurrences import dates
from councils.rules.schedule import LAST, Frequency, HolidayPolicy, Per, SessionRule, Slot
from councils.rules.schedule_json import schema_org
from tests.councils.rules import any_rule

THURSDAYS = SessionRule(Frequency.WEEKLY, weekdays=(3,), start=dt.time(13, 30), end=dt.time(16, 30))


class TestSchedule:
    def test_every_thursday(self):
        assert schema_org(THURSDAYS) == {
            "@type": "Schedule",
            "description": "毎週木曜日 13:30〜16:30",
            "repeatFrequency": "P1W",
            "byDay": ["TH"],
            "startTime": "13:30",
            "endTime": "16:30",
            "scheduleTimezone": "Asia/Tokyo",
        }

    def test_numbered_weekdays_and_a_fiscal_year(self):
        rule = SessionRule(
            Frequency.MONTHLY,
            weekdays=(3,),
            nth=(1, 3, LAST),
            slots=(Slot(dt.time(10)), Slot(dt.time(11))),
            valid_from=dt.date(2026, 4, 1),
            valid_until=dt.date(2027, 3, 31),
        )
        found = schema_org(rule)
        assert found["repeatFrequency"] == "P1M"
        assert found["byDay"] == ["1TH", "3TH", "-1TH"]
        assert (found["startDate"], found["endDate"]) == ("2026-04-01", "2027-03-31")
        assert found["startTime"] == "10:00"
        assert "endTime" not in found
        assert found["exceptDate"] == ["2026-12-31"]

    def test_the_days_closed_are_named_for_the_time_the_page_speaks_for(self):
        mondays = SessionRule(Frequency.WEEKLY, weekdays=(0,), skipped=(dt.date(2026, 11, 30),))
        assert schema_org(mondays)["exceptDate"] == ["2026-11-30"]
        found = schema_org(mondays, start=dt.date(2026, 11, 22), end=dt.date(2027, 1, 31))
        assert found["exceptDate"] == ["2026-11-23", "2026-11-30", "2027-01-11"]
        assert "startDate" not in found  # the rule itself does not begin or end there

    def test_open_on_holidays_leaves_only_the_turn_of_the_year(self):
        mondays = SessionRule(Frequency.WEEKLY, weekdays=(0, 3), holiday_policy=HolidayPolicy.OPEN)
        found = schema_org(mondays, start=dt.date(2026, 11, 22), end=dt.date(2027, 1, 31))
        assert found["exceptDate"] == ["2026-12-31"]

    def test_what_the_words_lack_stands_in_the_description(self):
        assert schema_org(SessionRule(Frequency.COUNT_ONLY, count=8, per=Per.YEAR)) == {
            "@type": "Schedule",
            "description": "年8回",
            "scheduleTimezone": "Asia/Tokyo",
        }
        single = schema_org(SessionRule(Frequency.DATES, extra=(dt.date(2026, 12, 4),)))
        assert single["description"] == "令和8年12月4日(金)"
        assert "repeatFrequency" not in single


class TestOfficeDays:
    def test_with_known_hours_are_opening_hours(self):
        rule = SessionRule(Frequency.OFFICE_DAYS, start=dt.time(8, 30), end=dt.time(17, 15))
        found = schema_org(rule)
        assert found["@type"] == "OpeningHoursSpecification"
        assert found["dayOfWeek"][0] == "https://schema.org/Monday"
        assert len(found["dayOfWeek"]) == 5
        assert (found["opens"], found["closes"]) == ("08:30", "17:15")

    def test_without_hours_are_a_schedule_because_opening_hours_would_say_closed(self):
        found = schema_org(SessionRule(Frequency.OFFICE_DAYS))
        assert found["@type"] == "Schedule"
        assert found["byDay"] == ["MO", "TU", "WE", "TH", "FR"]


@settings(max_examples=100, deadline=None)
@given(any_rule.rules(), any_rule.days)
def test_no_day_named_as_closed_is_open_and_all_of_it_is_json(rule, start):
    end = start + dt.timedelta(days=200)
    found = schema_org(rule, start=start, end=end)
    json.dumps(found, ensure_ascii=False)
    held = {day.isoformat() for day in dates(rule, start=start, end=end)}
    assert not held & set(found.get("exceptDate", []))
