"""The list of rooms as people keep it in Excel: read generously, never guessed at, and written back the same."""

from __future__ import annotations

import dataclasses
import random
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.plan import Facility, Unit
from certification.rules.unit_table import (
    COLUMNS,
    MOST_UNITS,
    TableRefused,
    UnitTable,
    read_units,
    sample_rows,
    split_text,
    to_rows,
    to_text,
    with_kept_keys,
    with_mends,
)

HEAD = [column.heading for column in COLUMNS]


def read(text: str, *, taken: tuple[str, ...] = ()) -> UnitTable:
    return read_units(split_text(text), taken=taken)


def one(heading: str, typed: str, *, rent: str = "52000") -> Unit:
    """The room of a table with this one cell, beside a number and a rent."""
    return one_table(heading, typed, rent=rent).units[0]


def one_table(heading: str, typed: str, *, rent: str = "52000") -> UnitTable:
    head = ["部屋番号", heading, *([] if heading.startswith("家賃") else ["家賃"])]
    return read_units([head, ["101", typed, rent][: len(head)]])


def problem(heading: str, typed: str, *, rent: str = "52000") -> str:
    ((_, cell),) = [
        found for found in one_table(heading, typed, rent=rent).problems if found[1].typed == typed.strip()
    ]
    return cell.problem


# --- Columns ---


def test_a_table_without_headings_is_read_in_the_standard_order() -> None:
    table = read("101\t1\t専用\t25.20\t1K\t1\t専用\t専用\t専用\t専用\t専用\t52,000\t3,000\t52,000")
    (unit,) = table.units
    assert (unit.number, unit.floor, unit.is_exclusive, unit.floor_area_m2) == (
        "101",
        1,
        True,
        Decimal("25.20"),
    )
    assert (unit.bath, unit.monthly_rent_yen, unit.deposit_yen) == ("private", 52_000, 52_000)
    assert "左から順に" in table.notes[0]


def test_headings_may_stand_in_any_order_below_a_title_and_beside_other_columns() -> None:
    table = read("見本荘 部屋の一覧\n\n月額家賃\t備考\t住戸番号\n５２，０００円\t角部屋\t１０１\n")
    assert [(unit.number, unit.monthly_rent_yen) for unit in table.units] == [("１０１", 52_000)]
    assert table.notes == ("「備考」の列は、計画にないので使いません。",)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("住戸番号", "number"),
        ("部屋No.", "number"),
        ("所在階", "floor"),
        ("専用/非専用", "is_exclusive"),
        ("専用・非専用の別", "is_exclusive"),
        ("面積(㎡)", "floor_area_m2"),
        ("専有面積\n(m²)", "floor_area_m2"),
        ("間取", "layout"),
        ("キッチン", "kitchen"),
        ("トイレ", "toilet"),
        ("収納", "storage"),
        ("洗面所", "washbasin"),
        ("浴室", "bath"),
        ("賃料", "monthly_rent_yen"),
        ("管理費", "common_fee_yen"),
        ("共益費・管理費(円/月)", "common_fee_yen"),
        ("敷金(円)", "deposit_yen"),
    ],
)
def test_common_spellings_of_headings_are_known(heading: str, field: str) -> None:
    head = [heading] if field == "number" else ["部屋番号", heading]
    table = read_units([head, ["101", "1"][: len(head)]])
    assert field in [column.name for column in table.columns]


def test_two_lines_of_headings_are_read_together() -> None:
    table = read("部屋番号\t面積\t設備\t\t家賃\n\t\t台所\t便所\t\n101\t25.2\t専用\t共用\t52000\n")
    (unit,) = table.units
    assert (unit.kitchen, unit.toilet, unit.monthly_rent_yen) == ("private", "shared", 52_000)


def test_a_heading_says_how_its_numbers_are_meant() -> None:
    assert one("家賃(万円)", "6.5").monthly_rent_yen == 65_000
    assert one("共益費(千円)", "3").common_fee_yen == 3_000
    assert one("家賃(万円)", "65,000円").monthly_rent_yen == 65_000


# --- Cells ---


@pytest.mark.parametrize(
    ("heading", "typed", "field", "value"),
    [
        ("階", "２階", "floor", 2),
        ("階", "3F", "floor", 3),
        ("階", "地下1階", "floor", -1),
        ("階", "B1", "floor", -1),
        ("専用住戸か", "非専用", "is_exclusive", False),
        ("専用住戸か", "○", "is_exclusive", True),
        ("専用面積", "25.2㎡", "floor_area_m2", Decimal("25.2")),
        ("専用面積", "25.20 m2", "floor_area_m2", Decimal("25.20")),
        ("専用面積", "２５．２平米", "floor_area_m2", Decimal("25.2")),
        ("定員", "2名", "capacity", 2),
        ("台所", "共用", "kitchen", Facility.SHARED.value),
        ("便所", "無し", "toilet", Facility.NONE.value),
        ("家賃", "6.5万円", "monthly_rent_yen", 65_000),
        ("家賃", "6万5千円", "monthly_rent_yen", 65_000),
        ("家賃", "¥52,000", "monthly_rent_yen", 52_000),
        ("家賃", "月額52,000円", "monthly_rent_yen", 52_000),
        ("共益費", "なし", "common_fee_yen", 0),
        ("共益費", "―", "common_fee_yen", None),
        ("敷金", "1か月", "deposit_yen", 52_000),
        ("敷金", "家賃の２ヶ月分", "deposit_yen", 104_000),
        ("敷金", "1.5ヵ月", "deposit_yen", 78_000),
        ("敷金", "0か月", "deposit_yen", 0),
    ],
)
def test_cells_are_read_as_people_write_them(heading: str, typed: str, field: str, value: object) -> None:
    assert getattr(one(heading, typed), field) == value
    assert one_table(heading, typed).problems == ()


@pytest.mark.parametrize(
    ("heading", "typed", "sentence"),
    [
        ("階", "上", "階として読めません"),
        ("専用住戸か", "たぶん", "「専用」か「非専用」"),
        ("専用面積", "8坪", "㎡に直して"),
        ("専用面積", "25.205", "小数点以下2桁"),
        ("台所", "あり", "専用か共用か分かりません"),
        ("浴室・シャワー室", "近所の銭湯", "「専用」「共用」「なし」"),
        ("家賃", "応相談", "金額として読めません"),
        ("家賃", "なし", "金額として読めません"),
        ("家賃", "6.5", "円の数になりません"),
        ("家賃", "-5000", "金額として読めません"),
        ("家賃", "9999999999", "桁を確かめて"),
        ("定員", "家族", "人数として読めません"),
        ("間取り", "=cmd|'/C calc'!A0", "計算式"),
        ("間取り", "＝SUM(A1)", "計算式"),
        ("間取り", "@x", "計算式"),
        ("間取り", "1\u202eK", "目に見えない文字"),
        ("間取り", "1\x07K", "目に見えない文字"),
        ("間取り", "あ" * 201, "200文字"),
    ],
)
def test_what_cannot_be_read_is_told_and_kept(heading: str, typed: str, sentence: str) -> None:
    told = problem(heading, typed)
    assert sentence in told
    assert told.endswith("。")


def test_a_deposit_in_months_needs_the_rent() -> None:
    assert "家賃が読めません" in problem("敷金", "1か月", rent="応相談")
    assert "端数" in problem("敷金", "1.5か月", rent="52001")


def test_a_room_without_a_number_and_a_number_twice_are_told() -> None:
    table = read("部屋番号\t階\n101\t1\n\t1\n１０１\t2\n")
    assert [(row.line, cell.column.name) for row, cell in table.problems] == [(3, "number"), (4, "number")]
    assert "2行目にもあります" in table.problems[1][1].problem


def test_a_number_that_another_room_has_is_told_when_rooms_are_added() -> None:
    table = read("部屋番号\t階\n101\t1\n102\t1\n", taken=("101",))
    assert ["すでに計画にあります" in cell.problem for _, cell in table.problems] == [True]


def test_blank_rows_sums_merged_floors_and_sample_lines_are_tolerated() -> None:
    table = read("部屋番号\t階\n(例) 101\t9\n\t\n101\t1階\n102\t\n合計\t2\n201\t2\n202\t—\n")
    assert [(unit.number, unit.floor) for unit in table.units] == [
        ("101", 1),
        ("102", 1),
        ("201", 2),
        ("202", None),
    ]
    assert any("合計" in note for note in table.notes)
    assert any("上の行と同じ階" in note for note in table.notes)


def test_a_cell_mended_on_the_page_takes_the_place_of_what_was_typed() -> None:
    rows = split_text("部屋番号\t家賃\n101\t応相談\n")
    mended = with_mends(rows, {(2, 1): "52,000", (99, 1): "x", (2, 99): "y"})
    assert read_units(mended).units[0].monthly_rent_yen == 52_000


def test_rooms_keep_their_keys_by_number() -> None:
    saved = (Unit(key="a", number="101"), Unit(key="b", number="102"))
    kept = with_kept_keys((Unit(number="１０２"), Unit(number="103")), saved=saved)
    assert [unit.key for unit in kept] == ["b", ""]


# --- Round trip ---


def _is_plain(text: str) -> bool:
    if any(unicodedata.category(sign)[0] == "C" for sign in text):
        return False
    folded = unicodedata.normalize("NFKC", text).casefold()
    return text == text.strip() and not folded.startswith(("=", "@", "+", "(例)", "(説明)"))


TEXTS = (
    st.text("あア1a -,\t\"'号室", min_size=1, max_size=8)
    .filter(_is_plain)
    .filter(lambda text: "\t" not in text)
)
YEN = st.none() | st.integers(0, 999_999_999)
FACILITIES = st.sampled_from(["", *Facility.values])
# 「号室」 alone is the word of a heading, and no room is called so.
NOT_BLANK = TEXTS.filter(lambda text: text.strip("-ー 号室,\"'") != "")
UNITS = st.builds(
    Unit,
    number=NOT_BLANK,
    floor=st.none() | st.integers(-9, 999),
    is_exclusive=st.none() | st.booleans(),
    floor_area_m2=st.none() | st.decimals(0, 9_999, places=2),
    layout=st.just("") | NOT_BLANK,
    capacity=st.none() | st.integers(0, 99),
    kitchen=FACILITIES,
    toilet=FACILITIES,
    storage=FACILITIES,
    washbasin=FACILITIES,
    bath=FACILITIES,
    monthly_rent_yen=YEN,
    common_fee_yen=YEN,
    deposit_yen=YEN,
)
HOUSES = st.lists(
    UNITS,
    min_size=1,
    max_size=6,
    unique_by=lambda unit: unicodedata.normalize("NFKC", unit.number).casefold(),
)


@given(HOUSES)
def test_what_is_exported_is_read_back_the_same(units: list[Unit]) -> None:
    table = read(to_text(to_rows(units)))
    assert table.problems == ()
    assert list(table.units) == units


@given(HOUSES, st.randoms())
def test_the_order_of_columns_does_not_matter(units: list[Unit], chance: random.Random) -> None:
    order = list(range(len(COLUMNS)))
    chance.shuffle(order)
    rows = [[row[at] for at in order] for row in to_rows(units)]
    assert list(read_units(rows).units) == units


@given(st.text(max_size=300))
def test_any_text_whatever_is_read_or_refused_with_a_sentence(text: str) -> None:
    sentences = []
    try:
        sentences = [cell.problem for _, cell in read(text).problems]
    except TableRefused as error:
        sentences.append(str(error))
    assert all(sentence.endswith("。") for sentence in sentences)


def test_the_sample_lines_of_the_sheet_are_no_rooms() -> None:
    unit = Unit(number="101", floor=1)
    assert read_units([HEAD, *sample_rows(), *to_rows([unit])[1:]]).units == (dataclasses.replace(unit),)


# --- Hostile and overlong ---


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "表が空です"),
        ("\n\t\t\n", "表が空です"),
        ("x" * 1_000_000, "大きすぎます"),
        ("\t".join("a" for _ in range(10_000)), "列あります"),
        ("1\n" * 1_001, "1,001行"),
        ("部屋番号\t家賃\t家賃\n101\t1\t2", "「家賃」の列が2つ"),
        ("階\t家賃\n1\t52000", "「部屋番号」の列が見つかりません"),
        ("部屋番号\t階\n", "部屋の行が見つかりません"),
        ("\t".join(str(number) for number in range(20)), "見出しの行が見つからず"),
        ("部屋番号\n" + "\n".join(str(number) for number in range(MOST_UNITS + 1)), "501"),
        ('"' + "x" * 200_000, "区切りを読み取れません"),
    ],
)
def test_a_table_that_cannot_be_one_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TableRefused, match=sentence):
        read(text)


def test_as_many_rooms_as_allowed_are_read() -> None:
    table = read("部屋番号\t階\n" + "\n".join(f"{number}\t1" for number in range(MOST_UNITS)))
    assert len(table.units) == MOST_UNITS
