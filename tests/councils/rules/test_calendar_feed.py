"""The calendar of a desk: what a telephone shows is what the rules say, whatever the desk is called."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from councils.rules.calendar_feed import calendar_feed
from councils.rules.occurrences import dates, hours
from councils.rules.schedule import Frequency, HolidayPolicy, Per, SessionRule, Slot
from tests.councils.rules import any_rule, ical

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)  # a Sunday, noon in Japan
TODAY = dt.date(2026, 11, 22)
THURSDAYS = SessionRule(Frequency.WEEKLY, weekdays=(3,), start=dt.time(13, 30), end=dt.time(16, 30))
modest = settings(max_examples=100, deadline=None)


def feed(*rules, now=NOW, **more):
    values = {
        "uid": "desk-12@sumai.example.jp",
        "name": "住まいの相談窓口",
        "location": "市役所2階",
        "description": "予約不要",
        "url": "https://sumai.example.jp/desks/12/",
    }
    return calendar_feed(**(values | more), rules=rules, now=now)


def events(*rules, **more):
    return ical.events(feed(*rules, **more).encode())


def days_shown(found):
    """All days of the events, and none of them twice."""
    starts = [start for event in found for start in ical.starts(event)]
    days = [start.date() if isinstance(start, dt.datetime) else start for start in starts]
    assert len(set(days)) == len(days)
    return sorted(days)


class TestOneRule:
    def test_every_thursday_until_the_horizon_without_the_turn_of_the_year(self):
        (event,) = events(THURSDAYS, horizon_days=60)
        assert event["DTSTART"] == ical.Property({"TZID": "Asia/Tokyo"}, "20261126T133000")
        assert event["DTEND"].value == "20261126T163000"
        assert event["RRULE"].value == "FREQ=WEEKLY;BYDAY=TH;UNTIL=20270121T145959Z"
        assert event["EXDATE"] == ical.Property({"TZID": "Asia/Tokyo"}, "20261231T133000")
        assert event["DTSTAMP"].value == "20261122T030000Z"

    def test_the_numbered_weekdays_are_said_as_the_standard_says_them(self):
        rule = SessionRule(Frequency.MONTHLY, weekdays=(1, 4), nth=(1, 5, -1))
        (event,) = events(rule)
        assert "BYDAY=1TU,5TU,-1TU,1FR,5FR,-1FR" in event["RRULE"].value

    def test_without_a_known_time_it_is_an_all_day_event(self):
        (event,) = events(replace(THURSDAYS, start=None, end=None), horizon_days=60)
        assert event["DTSTART"] == ical.Property({"VALUE": "DATE"}, "20261126")
        assert event["EXDATE"] == ical.Property({"VALUE": "DATE"}, "20261231")
        assert event["RRULE"].value.endswith("UNTIL=20270121")
        assert "DTEND" not in event

    def test_an_unknown_end_is_not_made_up(self):
        (event,) = events(replace(THURSDAYS, end=None))
        assert "DTEND" not in event

    def test_slots_make_one_event_from_the_first_to_the_last(self):
        slots = (Slot(dt.time(10), dt.time(10, 30)), Slot(dt.time(10, 45), dt.time(11, 15)))
        (event,) = events(SessionRule(Frequency.WEEKLY, weekdays=(3,), slots=slots))
        assert (event["DTSTART"].value[-6:], event["DTEND"].value[-6:]) == ("100000", "111500")
        assert "10:00〜10:30・10:45〜11:15" in ical.text(event["DESCRIPTION"].value)

    def test_a_session_moved_from_a_holiday_is_an_event_of_its_own(self):
        mondays = SessionRule(Frequency.WEEKLY, weekdays=(0,), holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY)
        regular, moved = events(mondays, horizon_days=30)
        assert regular["DTSTART"].value == "20261130"  # 23 November is a holiday
        assert moved["DTSTART"].value == "20261124"
        assert "RRULE" not in moved

    def test_the_repetition_begins_on_a_day_that_is_held(self):
        rule = replace(THURSDAYS, skipped=(dt.date(2026, 11, 26), dt.date(2026, 12, 10)))
        (event,) = events(rule, horizon_days=30)
        assert event["DTSTART"].value == "20261203T133000"
        assert event["EXDATE"].value == "20261210T133000"

    def test_the_end_of_the_validity_ends_the_repetition(self):
        (event,) = events(replace(THURSDAYS, valid_until=dt.date(2026, 12, 10)))
        assert event["RRULE"].value.endswith("UNTIL=20261210T145959Z")

    def test_single_dates_are_single_events(self):
        rule = SessionRule(Frequency.DATES, extra=(dt.date(2026, 11, 1), dt.date(2026, 12, 4)))
        (event,) = events(rule)  # the past one is left out
        assert event["DTSTART"].value == "20261204"
        assert "RRULE" not in event

    def test_a_bare_count_has_no_events_but_is_still_a_calendar(self):
        text = feed(SessionRule(Frequency.COUNT_ONLY, count=8, per=Per.YEAR))
        assert ical.events(text.encode()) == []
        assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\n" in text


class TestDesk:
    def test_the_day_is_that_of_japan(self):
        late = dt.datetime(2026, 11, 25, 16, 0, tzinfo=dt.UTC)  # Thursday, one in the morning
        (event,) = events(THURSDAYS, now=late)
        assert event["DTSTART"].value == "20261126T133000"
        (event,) = events(THURSDAYS, now=late + dt.timedelta(days=1))
        assert event["DTSTART"].value == "20261203T133000"

    def test_a_moment_without_a_time_zone_is_refused(self):
        with pytest.raises(ValueError, match="time zone"):
            feed(THURSDAYS, now=dt.datetime(2026, 11, 22, 12, 0))

    def test_uids_stay_the_same_when_exceptions_or_the_day_of_reading_change(self):
        (before,) = events(THURSDAYS)
        (after,) = events(
            replace(THURSDAYS, skipped=(dt.date(2026, 12, 3),), places=4), now=NOW + dt.timedelta(days=20)
        )
        assert before["UID"] == after["UID"]
        assert before["UID"].value.endswith("-desk-12@sumai.example.jp")

    def test_uids_differ_between_desks_hours_and_equal_rules(self):
        uids = [
            events(THURSDAYS)[0]["UID"].value,
            events(THURSDAYS, uid="desk-13@sumai.example.jp")[0]["UID"].value,
            events(replace(THURSDAYS, start=dt.time(13)))[0]["UID"].value,
            *(event["UID"].value for event in events(replace(THURSDAYS, places=1), THURSDAYS)),
        ]
        assert len(set(uids)) == 4  # the first comes again as the first of two equal rules

    def test_next_years_rule_keeps_its_uid_when_this_years_is_removed(self):
        this_year = replace(THURSDAYS, valid_until=dt.date(2027, 3, 31))
        next_year = replace(THURSDAYS, valid_from=dt.date(2027, 4, 1))
        assert events(this_year, next_year)[1]["UID"] == events(next_year)[0]["UID"]

    def test_empty_places_and_addresses_are_left_out(self):
        (event,) = events(THURSDAYS, location="", description="", url="")
        assert not {"LOCATION", "URL"} & set(event)
        assert ical.text(event["DESCRIPTION"].value) == "毎週木曜日 13:30〜16:30"

    def test_signs_of_the_format_within_a_name_stay_text(self):
        name = "相談;夜間,\\n 第2\r\nBEGIN:VEVENT"
        (event,) = events(THURSDAYS, name=name, location=name, url="https://a.jp/\r\nX:1")
        assert ical.text(event["SUMMARY"].value) == name.replace("\r\n", "\n")
        assert event["URL"].value == "https://a.jp/X:1"

    @modest
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=90))
    @example("𠮷野家の住まい相談" * 8)
    @example("葛󠄀飾区" * 20)
    @example("\u2028line")
    def test_any_name_comes_back_as_it_was_and_no_line_is_too_long(self, name):
        (event,) = events(THURSDAYS, name=name)
        assert ical.text(event["SUMMARY"].value) == name.replace("\u2028", "\n").replace("\u2029", "\n")


class TestAgainstTheDates:
    @modest
    @given(any_rule.rules(), any_rule.days, st.integers(0, 400))
    def test_a_reader_of_the_standard_finds_exactly_the_dates_of_the_rule(self, rule, today, horizon_days):
        now = dt.datetime.combine(today, dt.time(12), tzinfo=dt.UTC)
        found = events(rule, now=now, horizon_days=horizon_days)
        held = list(dates(rule, start=today, end=today + dt.timedelta(days=horizon_days)))
        assert days_shown(found) == held

        times = {
            start.time() for event in found for start in ical.starts(event) if isinstance(start, dt.datetime)
        }
        assert times <= {hours(rule)[0]}

    @modest
    @given(st.lists(any_rule.rules(), max_size=4), st.integers(0, 1))
    def test_no_two_events_share_a_uid(self, rules, again):
        found = events(*rules, *rules[:again])
        uids = [event["UID"].value for event in found]
        assert len(set(uids)) == len(uids)
