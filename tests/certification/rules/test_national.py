"""What an export of the national system comes to: its header, its columns, and which of our plans a row speaks of."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from certification.demo import sample_plan
from certification.rules.national import (
    MOST_ROWS,
    Difference,
    ExportRefused,
    Finding,
    MappingRefused,
    MatchedBy,
    NumberRefused,
    OurPlan,
    address_key,
    checked_columns,
    checked_national_id,
    copy_sections,
    day_of,
    header_print,
    judge,
    number_key,
    read_export,
    recognised,
    values_of,
)

HEADER = ("計画番号", "認定番号", "認定年月日", "住宅の名称", "所在地", "担当者")
OURS = OurPlan(
    key=1,
    national_id="",
    certified_number="輪野福認第1号",
    certified_on=dt.date(2026, 5, 1),
    housing_name="見本荘",
    address="輪野市見本町一丁目2番3号",
)


def found(plans: list[OurPlan] | None = None, **values: str) -> Finding:
    return judge([(7, values)], [OURS] if plans is None else plans)[7]


# --- The table ---


def test_the_first_row_with_content_is_the_header_and_rows_keep_their_number() -> None:
    export = read_export("\n計画番号,認定番号\n\n13-1,第1号\n")
    assert export.header == ("計画番号", "認定番号")
    assert [(row.line, row.cells) for row in export.rows] == [(4, ("13-1", "第1号"))]


def test_signs_that_hide_or_turn_text_are_left_out_and_long_cells_cut() -> None:
    export = read_export([["計画\u202e番号\x00", "長" * 500], ["1\n2", "値" * 5000]])
    assert export.header == ("計画番号", "長" * 80)
    assert export.rows[0].cells == ("1 2", "値" * 300)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("", "表が空です"),
        ("\n \n", "表が空です"),
        ("計画番号のない文書\nあいう", "見出しが見つかりません"),
        ("計画番号,認定番号\n", "見出しの下に行がありません"),
        ([["見出し"] * 101, ["1"]], "101列"),
        ([["計画番号", "認定番号"], *([["1", "2"]] * (MOST_ROWS + 1))], "1,001行"),
        ('計画番号,認定番号\n"' + "長" * 200_000, "区切りを読み取れません"),
    ],
)
def test_a_table_that_is_none_is_refused_with_a_sentence(table: str | list[list[str]], says: str) -> None:
    with pytest.raises(ExportRefused, match=says):
        read_export(table)


# --- Columns ---


def test_known_headings_are_recognised_and_a_heading_twice_is_left_to_the_office() -> None:
    assert recognised(HEADER) == {
        "national_id": 0, "certified_number": 1, "certified_on": 2, "housing_name": 3, "address": 4,
    }  # fmt: skip
    assert recognised(("計画番号", "計画番号", "認定番号")) == {"certified_number": 2}
    assert recognised(('=HYPERLINK("x")', "", "<script>")) == {}


def test_one_header_has_one_print_apart_from_width() -> None:
    assert header_print(("計画番号", "ID1")) == header_print(("計画番号 ", "ID1"))
    assert header_print(("計画番号", "認定番号")) != header_print(("認定番号", "計画番号"))
    assert header_print(("a,b", "c")) != header_print(("a", "b,c"))


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"certified_number": 1}, "national_id"),
        ({"national_id": 0}, "certified_number"),
        ({"national_id": 0, "housing_name": 3}, "certified_number"),
        ({"national_id": 0, "certified_number": 0}, "certified_number"),
        ({"national_id": 9, "certified_number": 1}, "national_id"),
        ({"national_id": -1, "certified_number": 1}, "national_id"),
    ],
)
def test_a_mapping_needs_the_number_and_a_way_to_know_the_plan(columns: dict[str, int], field: str) -> None:
    with pytest.raises(MappingRefused) as refused:
        checked_columns(columns, header=HEADER)
    assert refused.value.name == field


def test_only_mapped_columns_are_kept_of_a_row() -> None:
    columns = checked_columns({"national_id": 0, "certified_number": 1, "other": 5}, header=HEADER)
    assert values_of(("13-1",), columns) == {"national_id": "13-1", "certified_number": ""}


# --- Matching ---


def test_a_plan_is_known_by_its_number_then_its_certified_number_then_its_place() -> None:
    kept = dataclasses.replace(OURS, national_id="13-0001")
    assert found([kept], national_id="13-0001").by == MatchedBy.NATIONAL_ID
    assert found(national_id="13-0001", certified_number="輪野福認第１号").by == MatchedBy.CERTIFIED_NUMBER
    place = found(national_id="13-0001", housing_name="見本 荘", address="輪野市見本町1-2-3")
    assert (place.by, place.sets) == (MatchedBy.PLACE, "13-0001")
    assert found(national_id="13-0001", housing_name="見本荘").is_unmatched


def test_a_number_we_hold_is_never_replaced_but_shown() -> None:
    kept = dataclasses.replace(OURS, national_id="13-0001")
    finding = found([kept], national_id="13-9999", certified_number=OURS.certified_number)
    assert finding.sets == ""
    assert finding.differences == (
        Difference(label="計画番号(国のシステム)", ours="13-0001", theirs="13-9999"),
    )


def test_what_differs_is_told_and_what_is_only_written_otherwise_is_not() -> None:
    same = found(
        national_id="13-1", certified_number=OURS.certified_number, certified_on="2026-05-01 00:00:00",
        housing_name="見本荘", address="輪野市見本町1丁目2番3号",
    )  # fmt: skip
    assert same.differences == ()
    other = found(
        national_id="13-1", certified_number=OURS.certified_number, certified_on="不明", address="輪野市別町1"
    )
    assert [each.label for each in other.differences] == ["認定年月日", "住宅の所在地"]
    assert other.sets == "13-1"


def test_two_numbers_that_name_two_plans_stop_the_row() -> None:
    other = dataclasses.replace(OURS, key=2, national_id="13-2", certified_number="輪野福認第2号")
    finding = found([OURS, other], national_id="13-2", certified_number=OURS.certified_number)
    assert (finding.plan, finding.sets) == (None, "")
    assert "別々の計画" in finding.problem


def test_two_plans_at_one_place_stop_the_row() -> None:
    twin = dataclasses.replace(OURS, key=2, certified_number="")
    finding = found([OURS, twin], national_id="13-1", housing_name=OURS.housing_name, address=OURS.address)
    assert "二つ以上" in finding.problem
    assert not finding.is_unmatched


def test_two_rows_about_one_plan_or_with_one_number_stop_each_other() -> None:
    row = {"national_id": "13-1", "certified_number": OURS.certified_number}
    both = judge([(1, row), (2, {**row, "national_id": "13-2"})], [OURS])
    assert [each.sets for each in both.values()] == ["", ""]
    other = dataclasses.replace(OURS, key=2, certified_number="輪野福認第2号")
    shared = judge([(1, row), (2, {**row, "certified_number": "輪野福認第2号"})], [OURS, other])
    assert all("同じ計画番号" in each.problem for each in shared.values())


def test_a_number_that_is_none_stops_the_row() -> None:
    finding = found(national_id='=cmd|"/c"', certified_number=OURS.certified_number)
    assert finding.sets == ""
    assert "英数字" in finding.problem


# --- Keys ---


def test_keys_do_not_run_figures_together() -> None:
    assert number_key("第1−23号") == number_key("第1-23号")
    assert number_key("1-23") != number_key("12-3")
    assert (
        address_key("見本町一丁目2番3号") == address_key("見本町１－２－３") == address_key("見本町1ー2ー3")
    )
    assert address_key("見本町1-23") != address_key("見本町12-3")


@pytest.mark.parametrize("text", ["2026-05-01 00:00:00", "2026/5/1", "令和8年5月1日", "R8.5.1", "2026-05-01"])
def test_days_are_read_as_exports_write_them(text: str) -> None:
    assert day_of(text) == dt.date(2026, 5, 1)


@pytest.mark.parametrize("text", ["", "未定", "2026-13-01", "令和8年5月", "1/2/3"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None


def test_a_number_is_kept_in_half_width_and_refused_with_a_sentence() -> None:
    assert checked_national_id(" １３－００１ ") == "13-001"
    assert checked_national_id("") == ""
    for text in ("番号", "<b>", "-1", "1" * 41):
        with pytest.raises(NumberRefused):
            checked_national_id(text)


# --- 写す ---


def test_every_section_is_there_in_order_and_numbers_are_copied_without_their_unit() -> None:
    shown = copy_sections(sample_plan())
    assert [part.code for part in shown] == [
        "parties", "buildings", "lease", "acceptance", "support", "price", "contact",
    ]  # fmt: skip
    rows = [row for part in shown for group in part.groups for row in group.rows]
    rent = next(row for row in rows if row.shown.endswith("円"))
    assert rent.copied.isdigit()
    assert all(row.copied == "" for row in rows if row.shown == "—")
