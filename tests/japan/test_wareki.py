"""How dates are written and read in 和暦, and how fiscal years are named."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from japan.wareki import (
    SOLAR_CALENDAR_SINCE,
    WarekiError,
    fiscal_year,
    fiscal_year_label,
    fiscal_year_span,
    fiscal_year_symbol,
    format_wareki,
    parse_wareki,
    wareki_year,
)

modest = settings(max_examples=200, deadline=None)
days = st.dates(min_value=SOLAR_CALENDAR_SINCE, max_value=dt.date(2099, 12, 31))


class TestWriting:
    def test_the_long_form_stands_in_notices(self):
        assert format_wareki(dt.date(2026, 11, 22)) == "令和8年11月22日"

    def test_the_weekday_follows_in_brackets(self):
        assert format_wareki(dt.date(2026, 11, 22), weekday=True) == "令和8年11月22日(日)"

    def test_the_short_form_stands_in_lists(self):
        assert format_wareki(dt.date(2026, 11, 22), style="short") == "R8.11.22"
        assert format_wareki(dt.date(2026, 11, 22), style="short", weekday=True) == "R8.11.22(日)"

    def test_a_date_known_only_to_the_month_is_not_written_more_exactly(self):
        assert format_wareki(dt.date(2024, 3, 1), precision="month") == "令和6年3月"
        assert format_wareki(dt.date(2024, 3, 1), precision="month", style="short") == "R6.3"
        assert format_wareki(dt.date(2024, 3, 1), precision="month", weekday=True) == "令和6年3月"

    def test_the_year_alone(self):
        assert wareki_year(dt.date(2026, 11, 22)) == "令和8年"
        assert wareki_year(dt.date(2019, 5, 1)) == "令和元年"

    @pytest.mark.parametrize(
        ("day", "long", "short"),
        [
            (dt.date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
            (dt.date(2019, 4, 30), "平成31年4月30日", "H31.4.30"),
            (dt.date(1989, 1, 8), "平成元年1月8日", "H1.1.8"),
            (dt.date(1989, 1, 7), "昭和64年1月7日", "S64.1.7"),
            (dt.date(1926, 12, 25), "昭和元年12月25日", "S1.12.25"),
            (dt.date(1926, 12, 24), "大正15年12月24日", "T15.12.24"),
            (dt.date(1912, 7, 30), "大正元年7月30日", "T1.7.30"),
            (dt.date(1912, 7, 29), "明治45年7月29日", "M45.7.29"),
            (dt.date(1873, 1, 1), "明治6年1月1日", "M6.1.1"),
        ],
    )
    def test_each_era_begins_and_ends_on_its_legal_day(self, day, long, short):
        assert format_wareki(day) == long
        assert format_wareki(day, style="short") == short
        assert parse_wareki(long).value == parse_wareki(short).value == day

    def test_days_of_the_old_lunar_calendar_are_refused(self):
        with pytest.raises(WarekiError, match=r"1872-12-31は、明治6年\(1873年\)1月1日より前"):
            format_wareki(dt.date(1872, 12, 31))

    def test_a_moment_is_refused_because_its_day_depends_on_the_time_zone(self):
        with pytest.raises(TypeError):
            format_wareki(dt.datetime(2026, 11, 22, 23, 0, tzinfo=dt.UTC))


class TestReading:
    @pytest.mark.parametrize(
        "text",
        [
            "令和6年3月31日",
            "令和06年03月31日",
            "令和６年３月３１日",
            " 令和 6年 3月 31日 ",
            "令和　６　年　３　月　３１　日",
            "㋿6年3月31日",
            "R6.3.31",
            "r6.3.31",
            "Ｒ６．３．３１",
            "R6/3/31",
            "R06-03-31",
            "R6・3・31",
            "令6.3.31",
            "令和6.3.31",
            "2024-03-31",
            "2024−03−31",
            "2024/3/31",
            "２０２４年３月３１日",
            "西暦2024年3月31日",
            "令和6年3月31日(日)",
            "令和6年3月31日（日曜日）",
        ],
    )
    def test_one_day_in_the_ways_people_write_it(self, text):
        read = parse_wareki(text)
        assert (read.value, read.precision) == (dt.date(2024, 3, 31), "day")
        assert read.as_written == text

    @pytest.mark.parametrize(
        ("text", "value", "precision"),
        [
            ("令和元年5月", dt.date(2019, 5, 1), "month"),
            ("令和1年5月", dt.date(2019, 5, 1), "month"),
            ("R元.5", dt.date(2019, 5, 1), "month"),
            ("2024年3月", dt.date(2024, 3, 1), "month"),
            ("2024-03", dt.date(2024, 3, 1), "month"),
            ("平成30年", dt.date(2018, 1, 1), "year"),
            ("2014年", dt.date(2014, 1, 1), "year"),
            ("S56.5.31", dt.date(1981, 5, 31), "day"),
            ("昭56.5.31", dt.date(1981, 5, 31), "day"),
            ("R6.2.29", dt.date(2024, 2, 29), "day"),
        ],
    )
    def test_what_was_not_written_is_not_made_up(self, text, value, precision):
        read = parse_wareki(text)
        assert (read.value, read.precision) == (value, precision)

    @pytest.mark.parametrize("text", ["平成31年", "令和元年", "2019年"])
    def test_a_year_of_two_eras_may_be_named_after_either(self, text):
        assert parse_wareki(text).value == dt.date(2019, 1, 1)

    def test_the_month_in_which_an_era_begins_may_be_named_after_it(self):
        assert parse_wareki("平成元年1月").value == parse_wareki("昭和64年1月").value == dt.date(1989, 1, 1)


def read_or_told(text):
    """The date that was read as ISO text, or what the person is told. Any other exception goes through."""
    try:
        return parse_wareki(text).value.isoformat()
    except WarekiError as error:
        return str(error)


class TestRefusals:
    """Each text says what is wrong and how to mend it."""

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("平成32年4月1日", "令和2年4月1日"),
            ("平成31年5月1日", "令和元年5月1日"),
            ("平成31年5月", "令和元年5月"),
            ("平成32年", "令和2年"),
            ("H31.5.1", "令和元年5月1日"),
            ("令和元年4月30日", "平成31年4月30日"),
            ("令和元年4月", "平成31年4月"),
            ("平成元年1月7日", "昭和64年1月7日"),
            ("昭和64年1月8日", "平成元年1月8日"),
            ("大正15年12月25日", "昭和元年12月25日"),
            ("明治45年7月30日", "大正元年7月30日"),
        ],
    )
    def test_a_date_outside_its_era_is_answered_with_the_right_one(self, text, right):
        with pytest.raises(WarekiError) as error:
            parse_wareki(text)
        assert f"「{text}」は和暦にありません。" in str(error.value)
        assert f"「{right}」と書いてください。" in str(error.value)

    def test_the_answer_names_the_days_of_the_era(self):
        with pytest.raises(WarekiError) as error:
            parse_wareki("平成32年4月1日")
        assert str(error.value) == (
            "「平成32年4月1日」は和暦にありません。平成は平成元年1月8日から平成31年4月30日までです。"
            "「令和2年4月1日」と書いてください。"
        )

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "日付が空です"),
            (" 　", "日付が空です"),
            ("令和6年度", "年度で、日付ではありません"),
            ("R6", "年か年度か分かりません"),
            ("2024", "「2024年」のように「年」を付けて"),
            ("令和6年2月30日", "2024年2月の日は1から29まで"),
            ("令和5年2月29日", "2023年2月の日は1から28まで"),
            ("令和6年4月0日", "日は1から30まで"),
            ("R6.13.1", "月が13です"),
            ("令和0年4月1日", "年が0です。令和の最初の年は「令和元年」"),
            ("0000-01-01", "年が0です"),
            ("令和6年3月31日(月)", "は日曜日です"),
            ("令和6年3月(日)", "曜日があるのに日がありません"),
            ("明治5年12月2日", "明治6年(1873年)1月1日より前"),
            ("1872-12-31", "明治6年(1873年)1月1日より前"),
            ("令和6年3月31", "日付として読めません"),
            ("令和6年3/31", "日付として読めません"),
            ("R6.3/31", "日付として読めません"),
            ("2024-1-1 5", "日付として読めません"),
            ("2024-03-31 00:00:00", "日付として読めません"),
            ("6.3.31", "日付として読めません"),
            ("令和100年1月1日", "日付として読めません"),
            ("令和٣年1月1日", "日付として読めません"),
            ("昨年の春ごろ", "日付として読めません"),
            ("令和6年3月31日" * 9, "長すぎます"),
        ],
    )
    def test_what_cannot_be_read_is_said_in_a_sentence(self, text, says):
        with pytest.raises(WarekiError) as error:
            parse_wareki(text)
        assert says in str(error.value)
        assert str(error.value).endswith("ください。")

    @modest
    @given(st.text(max_size=60))
    def test_no_text_breaks_it(self, text):
        answer = read_or_told(text)
        assert answer.endswith("ください。") or parse_wareki(text).as_written == text

    @modest
    @given(st.from_regex(r"\A(令和|平成|[MTSHR])?[0-9]{1,4}[年./-][0-9]{1,2}[月./-][0-9]{1,2}日?\Z"))
    def test_nothing_shaped_like_a_date_breaks_it(self, text):
        answer = read_or_told(text)
        assert answer.endswith("ください。") or dt.date.fromisoformat(answer) >= SOLAR_CALENDAR_SINCE


class TestThereAndBack:
    @modest
    @given(days, st.sampled_from(["long", "short"]), st.booleans())
    def test_a_written_day_reads_as_itself(self, day, style, weekday):
        read = parse_wareki(format_wareki(day, style=style, weekday=weekday))
        assert (read.value, read.precision) == (day, "day")

    @modest
    @given(days, st.sampled_from(["long", "short"]))
    def test_a_written_month_reads_as_its_first_day(self, day, style):
        read = parse_wareki(format_wareki(day, style=style, precision="month"))
        assert (read.value, read.precision) == (day.replace(day=1), "month")

    @modest
    @given(days)
    def test_western_and_japanese_forms_mean_the_same_day(self, day):
        assert parse_wareki(day.isoformat()).value == parse_wareki(format_wareki(day)).value == day

    @modest
    @given(days)
    def test_the_next_day_never_goes_back_in_years(self, day):
        before, after = format_wareki(day), format_wareki(day + dt.timedelta(days=1))
        assert before != after
        if wareki_year(day) != wareki_year(day + dt.timedelta(days=1)):
            assert "元年" in after or (day.month, day.day) == (12, 31)


class TestFiscalYears:
    def test_a_fiscal_year_begins_in_april(self):
        assert fiscal_year(dt.date(2026, 3, 31)) == 2025
        assert fiscal_year(dt.date(2026, 4, 1)) == 2026
        assert fiscal_year(dt.date(2027, 1, 1)) == 2026

    def test_first_and_last_day(self):
        assert fiscal_year_span(2024) == (dt.date(2024, 4, 1), dt.date(2025, 3, 31))

    @pytest.mark.parametrize(
        ("year", "label", "symbol"),
        [
            (2026, "令和8年度", "R8"),
            (2020, "令和2年度", "R2"),
            (2019, "令和元年度", "R1"),  # named so as a whole since 1 May 2019, though April was 平成31年
            (2018, "平成30年度", "H30"),
            (1989, "平成元年度", "H1"),
            (1988, "昭和63年度", "S63"),  # ended in 平成元年
        ],
    )
    def test_names(self, year, label, symbol):
        assert fiscal_year_label(year) == label
        assert fiscal_year_symbol(year) == symbol

    def test_before_the_solar_calendar_there_is_no_name(self):
        with pytest.raises(WarekiError):
            fiscal_year_label(1872)

    @modest
    @given(days)
    def test_every_day_lies_in_its_fiscal_year(self, day):
        first, last = fiscal_year_span(fiscal_year(day))
        assert first <= day <= last
        assert (last - first).days in (364, 365)
