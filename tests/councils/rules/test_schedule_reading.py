"""Phrases of sessions: those of real tables and forms, and those that are no sessions at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings

from councils.rules.schedule import LAST, Frequency, HolidayPolicy, Per, Slot
from councils.rules.schedule_problems import problems
from councils.rules.schedule_reading import read_phrase, read_running_text
from councils.rules.schedule_text import to_japanese
from tests.councils.rules.any_rule import rules as any_rule

MO, TU, WE, TH, FR, SA, SU = range(7)
WEEKLY, MONTHLY, COUNT, OFFICE = (
    Frequency.WEEKLY,
    Frequency.MONTHLY,
    Frequency.COUNT_ONLY,
    Frequency.OFFICE_DAYS,
)


def at(hour: int, minute: int = 0) -> dt.time:
    return dt.time(hour, minute)


def only(phrase: str):
    (rule,) = read_phrase(phrase).rules
    assert problems(rule) == []
    return rule


@pytest.mark.parametrize(
    ("phrase", "frequency", "weekdays", "nth"),
    [
        ("毎週火曜日", WEEKLY, (TU,), ()),
        ("毎週月・水・金曜日", WEEKLY, (MO, WE, FR), ()),
        ("火・金 13:00〜16:00", WEEKLY, (TU, FR), ()),
        ("月曜日から金曜日 9時~17時", WEEKLY, (MO, TU, WE, TH, FR), ()),
        ("毎週月〜金曜日(土日祝を除く)", WEEKLY, (MO, TU, WE, TH, FR), ()),
        ("週2回(火・金)", WEEKLY, (TU, FR), ()),
        ("第1〜第4火・金", MONTHLY, (TU, FR), (1, 2, 3, 4)),
        ("週2回(原則第1~第4木曜日及び金曜日)", MONTHLY, (TH, FR), (1, 2, 3, 4)),
        ("第1・3・5木曜", MONTHLY, (TH,), (1, 3, 5)),
        ("第１・第３・第５木曜日", MONTHLY, (TH,), (1, 3, 5)),
        ("毎月第1、第3水曜日", MONTHLY, (WE,), (1, 3)),
        ("第二・第四木曜日", MONTHLY, (TH,), (2, 4)),
        ("每月第1火曜日", MONTHLY, (TU,), (1,)),
        ("第2・最終金曜", MONTHLY, (FR,), (2, LAST)),
        ("毎週木曜日(第5木曜を除く)", MONTHLY, (TH,), (1, 2, 3, 4)),
        ("常設", OFFICE, (), ()),
        ("開庁時は常時", OFFICE, (), ()),
        ("随時", OFFICE, (), ()),
        ("通常業務の中で住まいの相談を受付", OFFICE, (), ()),
    ],
)
def test_days(phrase, frequency, weekdays, nth):
    rule = only(phrase)
    assert (rule.frequency, rule.weekdays, rule.nth) == (frequency, weekdays, nth)


@pytest.mark.parametrize(
    ("phrase", "start", "end"),
    [
        ("毎週火曜 午後1時〜4時", at(13), at(16)),
        ("毎週火曜 午後1時から午後4時30分まで", at(13), at(16, 30)),
        ("毎週火曜 13:00~16:00", at(13), at(16)),
        ("毎週火曜　１３時３０分～１６時", at(13, 30), at(16)),
        ("毎週火曜 午前10時~正午", at(10), at(12)),
        ("毎週火曜 10時半から", at(10, 30), None),
        ("午後2時~4時、毎週火曜", at(14), at(16)),
        ("毎週火曜日\n午後1時~4時\n予約制", at(13), at(16)),
        ("毎週火曜日", None, None),
        ("毎週火曜 45分×3回", None, None),
        ("毎週火曜 3時間", None, None),
        ("毎週火曜 予約受付は平日9時~17時", None, None),
        ("毎週火曜(電話 03-1234-5678)", None, None),
    ],
)
def test_times(phrase, start, end):
    rule = next(rule for rule in read_phrase(phrase).rules if rule.frequency is WEEKLY)
    assert (rule.start, rule.end) == (start, end)


@pytest.mark.parametrize(
    "phrase", ["毎週火曜 1時~3時", "毎週火曜 9時~5時", "毎週火曜 午前10時~3時", "毎週火曜 17時まで"]
)
def test_times_that_may_be_two_are_not_read(phrase):
    reading = read_phrase(phrase)
    assert reading.rules[0].end is None
    assert len(reading.not_understood) == 1


@pytest.mark.parametrize(
    ("phrase", "places", "minutes", "count", "per"),
    [
        ("第1・3・5木曜 4組", 4, None, None, None),
        ("毎週木曜 45分×3回 年50日", 3, 45, 50, Per.YEAR),
        ("毎週木(祝日除く)1日4回", 4, None, None, None),
        ("毎月第2土曜 先着4組(1組50分)", 4, 50, None, None),
        ("毎月第1火曜日 3枠", 3, None, None, None),
        ("年8回", None, None, 8, Per.YEAR),
        ("年3回程度", None, None, 3, Per.YEAR),
        ("月2回", None, None, 2, Per.MONTH),
        ("月に2回", None, None, 2, Per.MONTH),
        ("年間12回(各回6組)", 6, None, 12, Per.YEAR),
    ],
)
def test_numbers(phrase, places, minutes, count, per):
    rule = only(phrase)
    assert (rule.places, rule.slot_minutes, rule.count, rule.per) == (places, minutes, count, per)


def test_slots_and_a_fiscal_year():
    rule = only("令和6年度中の毎月第1火曜日 ①10時から10時30分②10時45分から11時15分③11時30分から12時の3回")
    assert rule.slots == (
        Slot(at(10), at(10, 30)),
        Slot(at(10, 45), at(11, 15)),
        Slot(at(11, 30), at(12)),
    )
    assert (rule.start, rule.end, rule.places) == (at(10), at(12), 3)
    assert (rule.valid_from, rule.valid_until) == (dt.date(2024, 4, 1), dt.date(2025, 3, 31))


def test_starts_alone_are_slots():
    rule = only("毎週火曜日 午後1時30分、2時30分、3時30分")
    assert [slot.start for slot in rule.slots] == [at(13, 30), at(14, 30), at(15, 30)]
    assert rule.end is None


def test_validity():
    assert only("令和6年5月から令和7年2月まで毎週火曜日").valid_until == dt.date(2025, 2, 28)
    since = only("令和6年度から毎週火曜日")
    assert (since.valid_from, since.valid_until) == (dt.date(2024, 4, 1), None)


@pytest.mark.parametrize(
    ("phrase", "policy"),
    [
        ("毎週木曜日(祝日を除く)", HolidayPolicy.CLOSED),
        ("毎週木曜日、祝日を除く", HolidayPolicy.CLOSED),
        ("毎週木曜日。祝日、年末年始は休み", HolidayPolicy.CLOSED),
        ("毎週木曜日(祝日の場合は翌開庁日)", HolidayPolicy.NEXT_OFFICE_DAY),
        ("毎週木曜日(祝日も開催)", HolidayPolicy.OPEN),
        ("毎週木曜日", HolidayPolicy.UNSTATED),
    ],
)
def test_holidays(phrase, policy):
    assert only(phrase).holiday_policy is policy


@pytest.mark.parametrize(
    ("phrase", "booking"), [("毎週木曜 予約制", True), ("毎週木曜 要予約", True), ("毎週木曜 予約不要", False), ("毎週木曜", None)]
)  # fmt: skip
def test_booking(phrase, booking):
    assert read_phrase(phrase).booking is booking


def test_several_rules_each_with_its_times():
    first, second = read_phrase("第1月曜日13時~16時、第4月曜日10時~12時").rules
    assert (first.nth, first.start) == ((1,), at(13))
    assert (second.nth, second.start) == ((4,), at(10))


def test_one_time_for_several_days_only_where_it_is_said():
    said = "本庁:毎週木曜日、各支所:第1~第4火・金曜日 いずれも午後1時~4時"
    assert [rule.start for rule in read_phrase(said).rules] == [at(13), at(13)]
    side_by_side = "第1火曜、第3木曜 午後1時~4時"
    assert [rule.start for rule in read_phrase(side_by_side).rules] == [at(13), at(13)]
    unsaid = "毎週木曜日(本庁で予約不要)、第1火曜日(各支所) 午後1時~4時"
    assert [rule.start for rule in read_phrase(unsaid).rules] == [None, at(13)]


def test_the_same_days_said_again_are_one_rule():
    told = "毎月第1火曜日に相談窓口を設置。相談時間は毎月第1火曜日の10時~12時。月1回の相談(3枠)。"
    (rule,) = read_running_text(told, about_consultation=True).rules
    assert (rule.nth, rule.start) == ((1,), at(10))


@pytest.mark.parametrize(
    "phrase", ["隔週木曜", "偶数月の第2火曜日", "第2週の火曜日", "3か月に1回", "年4~5回", "毎月10日", "5月10日(金)に開催", "あいうえお"]
)  # fmt: skip
def test_what_the_model_cannot_say_is_named_and_not_guessed(phrase):
    reading = read_phrase(phrase)
    assert reading.rules == ()
    assert len(reading.not_understood) == 1


def test_months_left_out_are_named():
    assert read_phrase("毎月第3土曜日(8月を除く)").not_understood == ("8月を除",)


def test_a_weekday_of_some_weeks_is_no_rule_of_every_week():
    reading = read_phrase("土曜日に年2回")
    assert [rule.frequency for rule in reading.rules] == [COUNT]
    assert reading.not_understood == ("土曜日",)


NOT_OF_A_DESK = (
    "協議会を年2回開催している。",
    "会議を年2回開催し、情報を共有",
    "居住支援協議会(全体会)を年2回、部会を年4回、セミナーを年1回開催",
    "居住支援セミナーを毎月第2木曜日に実施",
    "市報は毎月第1日曜日に発行し、窓口で配布",
    "平成24年5月7日(月)に協定を締結",
    "令和5年度は会議を6回実施",
    "電話受付は平日9時から17時",
    "電話 03-1234-5678、042-123-4567",
    "相談件数331件(令和5年度)",
    "令和7年度から毎週火曜日に相談会を実施予定",
    "今後、毎週火曜日の相談窓口の設置を検討",
    "協力店の一覧は随時更新し、ホームページに掲載",
    "常設の掲示板にポスターを貼る",
    "水曜日は定休日",
    "木造住宅、土地、火災保険、金銭管理",
    "第1回協議会、第2回部会を開催",
    "区報(毎月1日・11日・21日号)で周知",
)


@pytest.mark.parametrize("text", NOT_OF_A_DESK)
def test_what_is_no_session_of_a_desk(text):
    assert read_running_text(text, about_consultation=True).rules == ()


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("協議会が毎週火曜日に相談会を実施している。", WEEKLY),
        ("会議を年2回開催。お部屋探しの相談会を毎週火曜日に実施", WEEKLY),
        ("毎週火曜日に相談会を実施しており、今後は拡充を検討する。", WEEKLY),
        ("広報紙で案内し、毎週火曜日に相談会を開く。", WEEKLY),
        ("不動産団体による相談会を年8回開催(各回6組)", COUNT),
        ("平日の午前9時から午後5時まで相談を受け付けている。", OFFICE),
        ("・常設の相談窓口を市役所に設置", OFFICE),
    ],
)
def test_what_is_one(text, frequency):
    (rule,) = read_running_text(text, about_consultation=True).rules
    assert rule.frequency is frequency


def test_elsewhere_the_sentence_itself_must_speak_of_consultation():
    assert read_running_text("毎週火曜日に実施", about_consultation=False).rules == ()
    assert len(read_running_text("毎週火曜日に窓口相談を実施", about_consultation=False).rules) == 1


@settings(max_examples=150, deadline=None)
@given(any_rule())
def test_what_is_printed_of_days_is_read_back(rule):
    """The directory's own words for a rule of weekdays are understood by the reader."""
    if rule.frequency not in (WEEKLY, MONTHLY) or problems(rule) or rule.extra or rule.skipped:
        return
    plain = to_japanese(rule)
    if "毎日" in plain:
        return
    days = {(read.frequency, read.weekdays, read.nth) for read in read_phrase(plain).rules}
    assert (rule.frequency, rule.weekdays, rule.nth) in days


@settings(max_examples=100, deadline=None)
@given(any_rule())
def test_no_time_is_invented(rule):
    text = to_japanese(rule) if not problems(rule) else "毎週火曜日"
    for read in read_phrase(text).rules:
        for time in filter(None, (read.start, read.end)):
            assert f"{time.hour}:{time.minute:02d}" in text or f"{time:%H:%M}" in text
