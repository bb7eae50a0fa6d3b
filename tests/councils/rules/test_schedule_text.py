"""A rule in Japanese: the sentences of real desks, and that other days or hours have other sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from councils.rules.occurrences import hours
from councils.rules.schedule import LAST, Frequency, HolidayPolicy, Per, SessionRule, Slot
from councils.rules.schedule_problems import problems
from councils.rules.schedule_text import to_japanese, weekday_label
from tests.councils.rules import any_rule

modest = settings(max_examples=150, deadline=None)
THREE_SLOTS = (
    Slot(dt.time(10), dt.time(10, 30)),
    Slot(dt.time(10, 45), dt.time(11, 15)),
    Slot(dt.time(11, 30), dt.time(12)),
)


def weekly(*weekdays, **more):
    return SessionRule(Frequency.WEEKLY, weekdays=weekdays, **more)


def monthly(nth, *weekdays, **more):
    return SessionRule(Frequency.MONTHLY, nth=nth, weekdays=weekdays, **more)


class TestSentences:
    @pytest.mark.parametrize(
        ("rule", "sentence", "label"),
        [
            (weekly(3, start=dt.time(13, 30), end=dt.time(16, 30)), "毎週木曜日 13:30〜16:30", "毎週木"),
            (monthly((1, 3, 5), 3, places=4), "第1・第3・第5木曜日 1日4組", "第1・3・5木"),
            (monthly((1, 2, 3, 4), 3, 4), "第1〜第4木曜日・金曜日", "第1〜4木・金"),
            (
                monthly((1,), 1, start=dt.time(10), slots=THREE_SLOTS, holiday_policy=HolidayPolicy.CLOSED),
                "毎月第1火曜日 10:00〜10:30・10:45〜11:15・11:30〜12:00(祝日は休み)",
                "第1火",
            ),
            (SessionRule(Frequency.OFFICE_DAYS), "開庁日 いつでも", "開庁日"),
            (
                SessionRule(Frequency.OFFICE_DAYS, start=dt.time(8, 30), end=dt.time(17, 15)),
                "開庁日 8:30〜17:15",
                "開庁日",
            ),
            (SessionRule(Frequency.OFFICE_DAYS, places=2), "開庁日 1日2組", "開庁日"),
            (SessionRule(Frequency.COUNT_ONLY, count=8, per=Per.YEAR), "年8回", "年8回"),
            (SessionRule(Frequency.COUNT_ONLY, count=2, per=Per.MONTH), "月2回", "月2回"),
            (
                SessionRule(Frequency.COUNT_ONLY, count=2, per=Per.WEEK, start=dt.time(9)),
                "週2回 9:00〜",
                "週2回",
            ),
            (
                weekly(3, slot_minutes=45, places=3, count=50, per=Per.YEAR),
                "毎週木曜日 1回45分 1日3組 年50回",
                "毎週木",
            ),
            (weekly(0, 1, 2, 3, 4), "毎週月曜日〜金曜日", "毎週月〜金"),
            (weekly(3, 4), "毎週木曜日・金曜日", "毎週木・金"),
            (monthly((1, 2), 3), "第1・第2木曜日", "第1・2木"),
            (weekly(0, 2, 3, 4, 6), "毎週月曜日・水曜日〜金曜日・日曜日", "毎週月・水〜金・日"),
            (weekly(*range(7), holiday_policy=HolidayPolicy.OPEN), "毎日(祝日も開く)", "毎日"),
            (monthly((LAST,), 4), "毎月最終金曜日", "最終金"),
            (monthly((1, LAST), 4), "第1・最終金曜日", "第1・最終金"),
            (
                monthly((2, 4), 0, 1, 2, holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY),
                "第2・第4月曜日・火曜日・水曜日(祝日のときは次の開庁日)",
                "第2・4月・火・水",
            ),
        ],
    )
    def test_the_phrases_of_desks(self, rule, sentence, label):
        assert to_japanese(rule) == sentence
        assert weekday_label(rule) == label

    def test_starts_alone(self):
        slots = (Slot(dt.time(10)), Slot(dt.time(10, 45)), Slot(dt.time(11, 30)))
        assert to_japanese(weekly(1, slots=slots)) == "毎週火曜日 10:00・10:45・11:30"
        assert (
            to_japanese(weekly(1, slots=slots, end=dt.time(12)))
            == "毎週火曜日 10:00・10:45・11:30(12:00まで)"
        )

    def test_single_dates_say_the_year_once(self):
        days = (dt.date(2025, 12, 4), dt.date(2025, 12, 11), dt.date(2026, 1, 8))
        rule = SessionRule(Frequency.DATES, extra=days, start=dt.time(13))
        assert to_japanese(rule) == "令和7年12月4日(木)・12月11日(木)・令和8年1月8日(木) 13:00〜"
        assert weekday_label(rule) == "決まった日(全3日)"
        assert weekday_label(replace(rule, extra=days[:1])) == "令和7年12月4日(木)"

    @pytest.mark.parametrize(
        ("first", "last", "text"),
        [
            (dt.date(2024, 4, 1), dt.date(2025, 3, 31), "毎週木曜日(令和6年度中)"),
            (dt.date(2019, 4, 1), dt.date(2020, 3, 31), "毎週木曜日(令和元年度中)"),
            (dt.date(2024, 4, 1), dt.date(2025, 3, 30), "毎週木曜日(令和6年4月1日〜令和7年3月30日)"),
            (dt.date(2024, 4, 1), dt.date(2026, 3, 31), "毎週木曜日(令和6年4月1日〜令和8年3月31日)"),
            (dt.date(2024, 4, 1), None, "毎週木曜日(令和6年4月1日から)"),
            (None, dt.date(2025, 3, 31), "毎週木曜日(令和7年3月31日まで)"),
        ],
    )
    def test_the_validity_is_a_fiscal_year_when_it_is_one(self, first, last, text):
        assert to_japanese(weekly(3, valid_from=first, valid_until=last)) == text

    def test_exceptions_come_last_in_the_brackets(self):
        rule = weekly(
            3,
            holiday_policy=HolidayPolicy.CLOSED,
            extra=(dt.date(2026, 12, 1), dt.date(2026, 12, 29)),
            skipped=(dt.date(2027, 1, 7),),
        )
        assert to_japanese(rule) == (
            "毎週木曜日(祝日は休み、令和8年12月1日・12月29日も開く、令和9年1月7日は休み)"
        )


# --- No two rules of other days or hours look the same ---


def days_and_hours(rule):
    """What a resident must be able to tell apart. A start told by the rule or by its first slot is the same."""
    unnamed = len(rule.slots) == 1 and rule.slots[0].end is not None
    return replace(
        rule, raw="", start=hours(rule)[0], end=hours(rule)[1], slots=() if unnamed else rule.slots
    )


@st.composite
def pairs_that_differ_in_one_thing(draw):
    """A rule, and the same with one field taken from another."""
    one, other = draw(any_rule.rules()), draw(any_rule.rules())
    field = draw(
        st.sampled_from(
            [
                ("weekdays",),
                ("nth",),
                ("start", "end", "slots"),
                ("valid_from",),
                ("valid_until",),
                ("extra",),
                ("skipped",),
                ("holiday_policy",),
                ("places",),
                ("count", "per"),
            ]
        )
    )
    return one, replace(one, **{name: getattr(other, name) for name in field})


def still_sound(rule):
    """Whether the changed rule can be kept at all; a skipped date beside the rule's days does no harm here."""
    return not problems(replace(rule, skipped=()))


class TestNoTwoLookTheSame:
    def test_every_choice_of_weekdays_and_numbers_has_its_own_sentence_and_label(self):
        weekdays = [found for n in range(1, 8) for found in combinations(range(7), n)]
        numbers = [found for n in range(1, 7) for found in combinations((1, 2, 3, 4, 5, LAST), n)]
        rules = [weekly(*found) for found in weekdays]
        rules += [monthly(nth, *found) for nth in numbers for found in weekdays]
        rules.append(SessionRule(Frequency.OFFICE_DAYS))
        assert len({to_japanese(rule) for rule in rules}) == len(rules) == 127 + 63 * 127 + 1
        assert len({weekday_label(rule) for rule in rules}) == len(rules)

    @modest
    @given(st.lists(any_rule.rules(), min_size=2, max_size=12))
    def test_the_same_sentence_means_the_same_days_and_hours(self, rules):
        told: dict[str, SessionRule] = {}
        for rule in rules:
            assert days_and_hours(told.setdefault(to_japanese(rule), rule)) == days_and_hours(rule)

    @settings(max_examples=400, deadline=None)
    @given(pairs_that_differ_in_one_thing())
    def test_one_changed_field_shows(self, pair):
        one, other = pair
        if still_sound(other) and days_and_hours(one) != days_and_hours(other):
            assert to_japanese(one) != to_japanese(other)
