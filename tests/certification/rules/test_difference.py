"""What changed between two versions, what that touches, and how a plan is laid out for reading."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.rules.difference import (
    Change,
    ChangeKind,
    compare,
    compare_documents,
    display,
    narrowed,
    touched,
    unrequested,
)
from certification.rules.parts import is_blank, leaves
from certification.rules.plan import Officer, Plan, Section
from tests.certification.rules.any_plan import plans
from tests.certification.rules.sample import (
    BUILDING,
    COMPLETE,
    LESSOR,
    SUPPORTER,
    UNIT,
    replace,
    with_building,
    with_lessor,
    with_part,
    with_safety,
    with_unit,
)


def only(old: Plan, new: Plan) -> Change:
    (change,) = compare(old, new)
    return change


def test_a_changed_field_says_where_and_from_what_to_what() -> None:
    change = only(COMPLETE, with_unit(monthly_rent_yen=54_000))

    assert change == Change(
        path="buildings[b1].units[u1].monthly_rent_yen",
        pattern="buildings.units.monthly_rent_yen",
        section=Section.BUILDINGS,
        label="住宅「見本荘」 101号 家賃",
        before="52,000円/月",
        after="54,000円/月",
        kind=ChangeKind.CHANGED,
    )


@pytest.mark.parametrize(
    ("new", "label", "before", "after"),
    [
        (with_unit(floor_area_m2=Decimal("24.8")), "住宅「見本荘」 101号 専用面積", "25.00㎡", "24.80㎡"),
        (with_unit(floor_area_m2=Decimal("25.005")), "住宅「見本荘」 101号 専用面積", "25.00㎡", "25.005㎡"),
        (with_unit(is_exclusive=False), "住宅「見本荘」 101号 専用住戸か", "はい", "いいえ"),
        (with_unit(bath="shared"), "住宅「見本荘」 101号 浴室・シャワー室", "専用", "共用"),
        (
            with_building(construction_started="1981-05"),
            "住宅「見本荘」 着工年月",
            "平成7年4月",
            "昭和56年5月",
        ),
        (
            with_building(right_until=dt.date(2031, 3, 31)),
            "住宅「見本荘」 権利の期間の終わり",
            "—",
            "令和13年3月31日",
        ),
        (with_building(name="見本ハイツ"), "住宅「見本ハイツ」 住宅の名称", "見本荘", "見本ハイツ"),
        (with_lessor(phone="042-000-0001"), "賃貸人「見本不動産」 電話番号", "—", "042-000-0001"),
        (with_part("lease", years=3), "家賃その他賃貸の条件 契約の期間", "2年", "3年"),
        (with_part("contact", fax="042-000-0009"), "入居の問合せ先 FAX番号", "—", "042-000-0009"),
        (with_part("price", monthly_yen=0), "援助の対価", "3,000円/月", "0円/月"),
        (
            with_safety(methods=("visit", "device")),
            "居住安定援助の内容 安否確認の方法",
            "電話",
            "通信機器の設置、訪問",
        ),
    ],
)
def test_values_are_shown_as_people_say_them(new: Plan, label: str, before: str, after: str) -> None:
    change = only(COMPLETE, new)

    assert (change.label, change.before, change.after) == (label, before, after)


def test_a_new_row_is_one_change_and_one_for_each_thing_it_says() -> None:
    second = replace(UNIT, key="u2", number="102", layout="", floor=None)
    changes = compare(COMPLETE, with_building(units=(UNIT, second)))

    assert changes[0] == Change(
        path="buildings[b1].units[u2]",
        pattern="buildings.units",
        section=Section.BUILDINGS,
        label="住宅「見本荘」 102号",
        before="—",
        after="追加",
        kind=ChangeKind.ADDED,
    )
    assert {change.kind for change in changes} == {ChangeKind.ADDED}
    fields = {change.pattern for change in changes[1:]}
    assert "buildings.units.monthly_rent_yen" in fields
    assert "buildings.units.layout" not in fields


def test_a_removed_row_is_told_the_same_way() -> None:
    changes = compare(
        with_lessor(officers=(Officer(key="o1", name="架空 太郎"), Officer(key="o2", name="例示 花子"))),
        COMPLETE,
    )

    assert [(change.label, change.before, change.after, change.kind) for change in changes] == [
        (
            "賃貸人「見本不動産」 役員「例示 花子」",
            "賃貸人「見本不動産」 役員「例示 花子」",
            "削除",
            ChangeKind.REMOVED,
        ),
        ("賃貸人「見本不動産」 役員「例示 花子」 役員の氏名", "例示 花子", "—", ChangeKind.REMOVED),
    ]


def test_rows_are_known_by_their_key_not_by_their_place() -> None:
    other = replace(BUILDING, key="b2", name="見本ハイツ")
    two = replace(COMPLETE, buildings=(BUILDING, other), parties=(LESSOR, SUPPORTER))
    moved = replace(COMPLETE, buildings=(other, BUILDING), parties=(SUPPORTER, LESSOR))

    assert compare(two, moved) == ()


def test_the_order_of_ticking_is_no_change() -> None:
    assert compare(with_safety(methods=("visit", "phone")), with_safety(methods=("phone", "visit"))) == ()


def test_a_number_written_otherwise_is_no_change() -> None:
    assert compare(with_unit(floor_area_m2=Decimal("25.0")), with_unit(floor_area_m2=Decimal("25.00"))) == ()


def test_changes_come_in_the_order_of_the_sections() -> None:
    changes = compare(Plan(), COMPLETE)
    order = [list(Section).index(Section(str(change.section))) for change in changes]

    assert order == sorted(order)
    assert {change.section for change in changes} == set(Section)


def test_rows_without_keys_are_matched_by_place() -> None:
    old = with_building(units=(replace(UNIT, key=""), replace(UNIT, key="", number="102")))
    new = with_building(units=(replace(UNIT, key=""), replace(UNIT, key="", number="103")))

    assert only(old, new).path == "buildings[b1].units[#2].number"


def test_rows_with_one_key_twice_are_still_told_apart() -> None:
    old = with_building(units=(UNIT, replace(UNIT, number="102")))
    new = with_building(units=(UNIT, replace(UNIT, number="103")))

    assert only(old, new).path == "buildings[b1].units[u1~2].number"


# --- For any two plans ---


@given(plans())
def test_nothing_changed_is_no_change(plan: Plan) -> None:
    assert compare(plan, plan) == ()


@given(plans(), plans())
@settings(max_examples=60)
def test_the_way_back_is_the_same_way(old: Plan, new: Plan) -> None:
    def ends(changes: tuple[Change, ...]) -> set[tuple[str, str, str]]:
        return {
            (one.path, one.before, one.after)
            for one in changes
            if one.before != "追加" and one.after not in ("追加", "削除")
        }

    assert ends(compare(old, new)) == {
        (path, after, before) for path, before, after in ends(compare(new, old))
    }


@given(plans(), plans())
@settings(max_examples=60)
def test_the_changes_make_the_old_plan_the_new_one(old: Plan, new: Plan) -> None:
    told = {leaf.path: leaf.text for leaf in leaves(old) if not is_blank(leaf.value)}
    for change in compare(old, new):
        if change.after not in ("追加", "削除"):
            told[change.path] = change.after

    assert {path: text for path, text in told.items() if text != "—"} == {
        leaf.path: leaf.text for leaf in leaves(new) if not is_blank(leaf.value)
    }


@given(plans(), st.data())
def test_one_altered_field_is_one_change_at_its_path(plan: Plan, data: st.DataObject) -> None:
    years = data.draw(st.integers(1, 99).filter(lambda number: number != plan.lease.years))

    assert only(plan, dataclasses.replace(plan, lease=replace(plan.lease, years=years))).path == "lease.years"


# --- Documents ---

PLAN_A = ("floor_plan", "間取図", "間取図.pdf", "a" * 64)
PLAN_B = ("floor_plan", "間取図", "間取図.pdf", "b" * 64)
OUTLINE = ("support_outline", "概要図", "概要.pdf", "c" * 64)


def test_a_replaced_file_is_a_change_even_under_the_same_name() -> None:
    (change,) = compare_documents([PLAN_A, OUTLINE], [PLAN_B, OUTLINE])

    assert change.pattern == "documents.floor_plan"
    assert change.section is None
    assert change.kind == ChangeKind.CHANGED
    assert change.label == "添付書類「間取図」"
    assert (change.before, change.after) == ("間取図.pdf(指紋 aaaaaaaa)", "間取図.pdf(指紋 bbbbbbbb)")


def test_added_and_removed_files() -> None:
    (added,) = compare_documents([], [OUTLINE])
    (removed,) = compare_documents([OUTLINE], [])

    assert (added.kind, added.before, added.after) == (ChangeKind.ADDED, "—", "概要.pdf")
    assert (removed.kind, removed.before, removed.after) == (ChangeKind.REMOVED, "概要.pdf", "—")


def test_another_name_or_order_alone_is_no_change() -> None:
    renamed = ("floor_plan", "間取図", "間取図(最終).pdf", "a" * 64)

    assert compare_documents([PLAN_A, OUTLINE], [OUTLINE, renamed]) == ()


def test_two_files_of_one_kind_have_paths_of_their_own() -> None:
    changes = compare_documents([], [PLAN_A, PLAN_B])

    assert len({change.path for change in changes}) == 2


# --- What a change touches ---

RENT = compare(COMPLETE, with_unit(monthly_rent_yen=54_000))
FLOOR_PLAN = compare_documents([PLAN_A], [PLAN_B])


@pytest.mark.parametrize(
    ("changes", "sections", "codes", "expected"),
    [
        (RENT, ["buildings.units.monthly_rent_yen"], [], True),
        (RENT, ["buildings.units"], [], True),
        (RENT, ["buildings"], [], True),
        (RENT, ["buildings.units.floor_area_m2"], [], False),
        # The beginning of a word is not the beginning of a path.
        (RENT, ["build"], [], False),
        (RENT, [], ["floor_plan"], False),
        (FLOOR_PLAN, [], ["floor_plan"], True),
        (FLOOR_PLAN, [], ["floor"], False),
        (FLOOR_PLAN, ["buildings"], [], False),
        ((), ["buildings"], ["floor_plan"], False),
    ],
)
def test_what_a_change_touches(
    changes: tuple[Change, ...], sections: list[str], codes: list[str], expected: bool
) -> None:
    assert touched(changes, sections, codes) is expected


def test_a_new_unit_touches_every_item_that_speaks_of_units() -> None:
    changes = compare(COMPLETE, with_building(units=(UNIT, replace(UNIT, key="u2", number="102"))))

    assert touched(changes, ["buildings.units.floor_area_m2"], [])
    assert touched(changes, ["buildings.units.monthly_rent_yen"], [])
    assert not touched(changes, ["buildings.name"], [])


def test_what_nobody_asked_for_is_flagged() -> None:
    new = replace(with_unit(floor_area_m2=Decimal("24.80")), price=replace(COMPLETE.price, monthly_yen=5_000))
    changes = (*compare(COMPLETE, new), *FLOOR_PLAN)
    asked = [(["buildings.units.floor_area_m2"], ["floor_plan"])]

    assert [change.pattern for change in unrequested(changes, asked)] == ["price.monthly_yen"]
    assert unrequested(changes, []) == changes
    assert unrequested(changes, [*asked, (["price"], [])]) == ()


# --- For reading ---


def test_the_plan_is_shown_section_by_section() -> None:
    shown = display(COMPLETE)

    assert [part.section for part in shown] == list(Section)
    assert [part.label for part in shown][:2] == ["事業を行う者", "住宅と住戸"]
    assert [group.title for group in shown[1].groups] == ["住宅「見本荘」", "住宅「見本荘」 101号"]


def test_a_row_says_its_label_value_and_place() -> None:
    rows = {row.path: row for row in display(COMPLETE)[1].rows}
    area = rows["buildings[b1].units[u1].floor_area_m2"]

    assert (area.label, area.value, area.pattern) == ("専用面積", "25.00㎡", "buildings.units.floor_area_m2")
    assert rows["buildings[b1].kana"].value == "—"


def test_an_empty_list_is_shown_as_empty() -> None:
    rows = {row.path: row.value for row in display(COMPLETE)[0].rows}

    assert rows["parties[p2].officers"] == "—"


def test_a_guardian_nobody_has_is_not_shown() -> None:
    minor = replace(SUPPORTER, is_minor=True, guardian=replace(SUPPORTER.guardian, name="例示 一郎"))
    paths = {row.path for row in display(replace(COMPLETE, parties=(LESSOR, minor)))[0].rows}

    assert "parties[p2].guardian.name" in paths
    assert "parties[p1].guardian.name" not in paths


def test_two_rows_of_one_name_stay_two_groups() -> None:
    twins = with_building(units=(UNIT, replace(UNIT, key="u2")))

    assert [group.title for group in display(twins)[1].groups].count("住宅「見本荘」 101号") == 2


def test_only_what_an_item_is_about() -> None:
    part, other = narrowed(display(COMPLETE), ["buildings.units.floor_area_m2", "contact.phone"])

    assert [row.label for row in part.rows] == ["専用面積"]
    assert [row.label for row in other.rows] == ["電話番号"]
    assert narrowed(display(COMPLETE), []) == ()


@given(plans())
@settings(max_examples=40)
def test_any_plan_can_be_shown(plan: Plan) -> None:
    rows = [row for part in display(plan) for row in part.rows]

    assert len({row.path for row in rows}) == len(rows)
    assert all(row.label and row.value for row in rows)
