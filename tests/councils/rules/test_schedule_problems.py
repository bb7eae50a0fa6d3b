"""What is refused when a rule is entered, and that every sentence says how to mend it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from councils.rules.schedule import LAST, Frequency, HolidayPolicy, Per, SessionRule, Slot
from councils.rules.schedule_problems import problems
from tests.councils.rules import any_rule

WEEKLY, MONTHLY, DATES = Frequency.WEEKLY, Frequency.MONTHLY, Frequency.DATES
COUNT_ONLY, OFFICE_DAYS = Frequency.COUNT_ONLY, Frequency.OFFICE_DAYS
THURSDAY = (3,)


def at(text):
    return dt.time.fromisoformat(text)


def slots(*spans):
    """10:00-10:30 as slots; 10:00 alone has no known end."""
    parts = [span.split("-") for span in spans]
    return tuple(Slot(at(part[0]), at(part[1]) if len(part) > 1 else None) for part in parts)


class TestSoundRules:
    @pytest.mark.parametrize(
        "rule",
        [
            SessionRule(WEEKLY, weekdays=THURSDAY),
            SessionRule(MONTHLY, weekdays=(3, 4), nth=(1, 2, 3, 4, LAST)),
            SessionRule(OFFICE_DAYS, holiday_policy=HolidayPolicy.CLOSED),
            SessionRule(COUNT_ONLY, count=8, per=Per.YEAR),
            SessionRule(DATES, extra=(dt.date(2026, 12, 4),), count=1, per=Per.YEAR),
            SessionRule(WEEKLY, weekdays=THURSDAY, slots=slots("10:00", "10:45", "11:30"), end=at("12:15")),
            SessionRule(
                WEEKLY, weekdays=THURSDAY, slots=slots("10:00-10:30", "10:30-11:00"), start=at("10:00")
            ),
            SessionRule(WEEKLY, weekdays=THURSDAY, start=at("13:00"), end=at("13:45"), slot_minutes=45),
        ],
    )
    def test_have_no_problems(self, rule):
        assert problems(rule) == []

    def test_a_holiday_may_be_named_as_skipped_although_it_is_closed_anyway(self):
        labour_thanksgiving = dt.date(2026, 11, 23)  # a Monday
        assert problems(SessionRule(WEEKLY, weekdays=(0,), skipped=(labour_thanksgiving,))) == []

    def test_the_day_a_session_moves_to_may_be_skipped(self):
        the_tuesday_after = dt.date(2026, 11, 24)
        rule = SessionRule(
            WEEKLY,
            weekdays=(0,),
            holiday_policy=HolidayPolicy.NEXT_OFFICE_DAY,
            skipped=(the_tuesday_after,),
        )
        assert problems(rule) == []

    @settings(max_examples=100, deadline=None)
    @given(any_rule.rules())
    def test_the_rules_of_the_other_tests_are_sound(self, rule):
        assert problems(rule) == []


class TestProblems:
    @pytest.mark.parametrize(
        ("rule", "told"),
        [
            (SessionRule(WEEKLY), "「毎週」なのに曜日がありません"),
            (SessionRule(MONTHLY, nth=(1,)), "「毎月の第n曜日」なのに曜日がありません"),
            (SessionRule(WEEKLY, weekdays=(7,)), "月曜日から日曜日まで以外の値"),
            (SessionRule(WEEKLY, weekdays=(3, 1)), "曜日の順番が逆"),
            (SessionRule(WEEKLY, weekdays=(3, 3)), "同じ曜日が2回"),
            (SessionRule(OFFICE_DAYS, weekdays=THURSDAY), "「開庁日」では曜日を選べません"),
            (SessionRule(MONTHLY, weekdays=THURSDAY), "第何曜日かがありません"),
            (SessionRule(MONTHLY, weekdays=THURSDAY, nth=(0,)), "第0曜日はありません"),
            (SessionRule(MONTHLY, weekdays=THURSDAY, nth=(1, 6)), "第6曜日はありません"),
            (SessionRule(MONTHLY, weekdays=THURSDAY, nth=(LAST, 1)), "第n曜日の順番が逆"),
            (SessionRule(WEEKLY, weekdays=THURSDAY, nth=(1,)), "「毎週」では第何曜日かを選べません"),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, start=at("16:30"), end=at("13:30")),
                "終了(13:30)が開始(16:30)より後になっていません",
            ),
            (SessionRule(WEEKLY, weekdays=THURSDAY, start=at("13:30"), end=at("13:30")), "より後に"),
            (SessionRule(WEEKLY, weekdays=THURSDAY, end=at("13:30")), "終了の時刻だけ"),
            (SessionRule(WEEKLY, weekdays=THURSDAY, start=at("13:30:15")), "時刻に秒"),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, start=dt.time(13, tzinfo=dt.UTC), end=at("14:00")),
                "時間帯",
            ),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, slots=slots("10:00-10:30", "10:15-10:45")),
                "1番目の枠(10:00〜10:30)と2番目の枠(10:15〜10:45)が重なっています",
            ),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, slots=slots("11:00-11:30", "10:00-10:30")),
                "2番目の枠(10:00〜10:30)が1番目の枠(11:00〜11:30)より後になっていません",
            ),
            (SessionRule(WEEKLY, weekdays=THURSDAY, slots=slots("10:00", "10:00")), "2番目の枠(10:00〜)が"),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, slots=slots("10:30-10:00")),
                "1番目の枠(10:30〜10:00)の終わり",
            ),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, slots=slots("10:00-10:30"), start=at("9:00".zfill(5))),
                "開始(09:00)が最初の枠(10:00〜10:30)の始まりと違います",
            ),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, slots=slots("10:00-10:30"), end=at("12:00")),
                "終了(12:00)が最後の枠(10:00〜10:30)の終わりと違います",
            ),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, slots=slots("10:00-10:30"), slot_minutes=45),
                "1回の時間(45分)が開いている時間より長く",
            ),
            (SessionRule(WEEKLY, weekdays=THURSDAY, slot_minutes=0), "1回の時間(分)が0です"),
            (SessionRule(WEEKLY, weekdays=THURSDAY, places=0), "1日の組数が0です"),
            (SessionRule(COUNT_ONLY, count=0, per=Per.YEAR), "回数が0です"),
            (SessionRule(COUNT_ONLY, per=Per.YEAR), "「回数だけ」なのに回数がありません"),
            (SessionRule(COUNT_ONLY, count=8), "年・月・週のどれの回数か分かりません"),
            (SessionRule(WEEKLY, weekdays=THURSDAY, per=Per.YEAR), "回数がありません"),
            (
                SessionRule(COUNT_ONLY, count=8, per=Per.YEAR, extra=(dt.date(2026, 12, 4),)),
                "「決まった日」に変えて",
            ),
            (SessionRule(DATES), "「決まった日」なのに日付がありません"),
            (
                SessionRule(DATES, extra=(dt.date(2026, 12, 4),), skipped=(dt.date(2026, 12, 11),)),
                "「決まった日」では休む日を書けません",
            ),
            (
                SessionRule(DATES, extra=(dt.date(2026, 12, 4), dt.date(2026, 12, 3))),
                "開く日の日付の順番が逆",
            ),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, skipped=(dt.date(2026, 12, 3),) * 2),
                "休む日の日付の順番が逆か、同じ日付が2回",
            ),
            (
                SessionRule(
                    WEEKLY, weekdays=THURSDAY, extra=(dt.date(2026, 12, 3),), skipped=(dt.date(2026, 12, 3),)
                ),
                "令和8年12月3日が開く日と休む日の両方にあります",
            ),
            (
                SessionRule(WEEKLY, weekdays=THURSDAY, skipped=(dt.date(2026, 12, 4),)),
                "休む日の令和8年12月4日(金)は、もともと開く日ではありません",
            ),
            (
                SessionRule(
                    WEEKLY,
                    weekdays=THURSDAY,
                    valid_until=dt.date(2026, 3, 31),
                    skipped=(dt.date(2026, 4, 2),),
                ),
                "もともと開く日ではありません",
            ),
            (
                SessionRule(
                    WEEKLY,
                    weekdays=THURSDAY,
                    valid_from=dt.date(2026, 4, 1),
                    valid_until=dt.date(2026, 3, 31),
                ),
                "有効期間の終わり(令和8年3月31日)が始まり(令和8年4月1日)より前です",
            ),
            (SessionRule(WEEKLY, weekdays=THURSDAY, valid_from=dt.date(26, 4, 1)), "明治6年"),
            (
                SessionRule(
                    MONTHLY,
                    weekdays=THURSDAY,
                    nth=(5,),
                    valid_from=dt.date(2026, 11, 1),
                    valid_until=dt.date(2026, 11, 30),
                ),
                "有効期間の中に開く日が1日もありません",
            ),
            (SessionRule(OFFICE_DAYS, holiday_policy=HolidayPolicy.OPEN), "開庁日は祝日を含まない"),
        ],
    )
    def test_one_sentence_says_what_is_wrong_and_ends_with_how_to_mend_it(self, rule, told):
        found = problems(rule)
        assert any(told in sentence for sentence in found), found
        assert len(found) <= 2
        for sentence in found:
            assert sentence.endswith(("ください。",))

    def test_all_problems_are_told_at_once(self):
        rule = SessionRule(MONTHLY, weekdays=(), nth=(6,), end=at("10:00"), places=0)
        assert len(problems(rule)) == 4

    @settings(max_examples=150, deadline=None)
    @given(
        st.builds(
            SessionRule,
            st.sampled_from(Frequency),
            weekdays=st.lists(st.integers(-2, 9), max_size=3).map(tuple),
            nth=st.lists(st.integers(-2, 7), max_size=3).map(tuple),
            start=st.none() | st.times(),
            end=st.none() | st.times(timezones=st.none() | st.just(dt.UTC)),
            slots=st.lists(st.builds(Slot, st.times(), st.none() | st.times()), max_size=3).map(tuple),
            slot_minutes=st.none() | st.integers(),
            places=st.none() | st.integers(),
            holiday_policy=st.sampled_from(HolidayPolicy),
            valid_from=st.none() | st.dates(max_value=dt.date(2100, 1, 1)),
            valid_until=st.none() | st.dates(max_value=dt.date(2100, 1, 1)),
            extra=st.lists(st.dates(), max_size=2).map(tuple),
            skipped=st.lists(st.dates(), max_size=2).map(tuple),
            count=st.none() | st.integers(),
            per=st.none() | st.sampled_from(Per),
        )
    )
    def test_whatever_was_entered_is_answered_with_sentences(self, rule):
        assert all(sentence.endswith("。") for sentence in problems(rule))
