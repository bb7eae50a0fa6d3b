"""変更の区分: which change of a certified plan is certified, which is notified, and which needs nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from certification.demo import sample_plan, sample_unit
from certification.rules.change_kind import ChangeClass, classify, overall
from certification.rules.difference import compare, compare_documents
from certification.rules.plan import Officer, Plan, SafetyMethod

replace = dataclasses.replace


def first_party(plan: Plan, **fields: Any) -> Plan:
    return replace(plan, parties=(replace(plan.parties[0], **fields), *plan.parties[1:]))


def first_building(plan: Plan, **fields: Any) -> Plan:
    return replace(plan, buildings=(replace(plan.buildings[0], **fields), *plan.buildings[1:]))


def first_unit(plan: Plan, **fields: Any) -> Plan:
    units = plan.buildings[0].units
    return first_building(plan, units=(replace(units[0], **fields), *units[1:]))


def base() -> Plan:
    """A plan of which the first room is not dedicated yet and everything has a number."""
    plan = first_unit(
        sample_plan(), is_exclusive=False, monthly_rent_yen=50_000, common_fee_yen=3_000, deposit_yen=50_000
    )
    return replace(
        first_party(
            plan, officers=(Officer(key="o1", name="架空 一郎", kana="カクウ イチロウ", title="取締役"),)
        ),
        price=replace(plan.price, monthly_yen=3_000),
    )


Edit = Callable[[Plan], Plan]

CASES: list[tuple[str, Edit, ChangeClass, str]] = [
    ("役員が替わる", lambda p: first_party(p, officers=(Officer(key="o2", name="例示 二郎", title="取締役"),)), ChangeClass.NOTIFY, "1号"),
    ("役員の氏名が変わる", lambda p: first_party(p, officers=(replace(p.parties[0].officers[0], name="見本 一郎"),)), ChangeClass.NOTIFY, "1号"),
    ("法定代理人の代表者", lambda p: first_party(p, guardian=replace(p.parties[0].guardian, representative_name="架空 三郎")), ChangeClass.NOTIFY, "2号"),
    ("住宅の名称", lambda p: first_building(p, name="あたらしい荘"), ChangeClass.NOTIFY, "3号"),
    ("専用戸数が増える", lambda p: first_unit(p, is_exclusive=True), ChangeClass.NOTIFY, "4号"),
    ("家賃が下がる", lambda p: first_unit(p, monthly_rent_yen=49_999), ChangeClass.NOTIFY, "5号"),
    ("共益費が下がる", lambda p: first_unit(p, common_fee_yen=0), ChangeClass.NOTIFY, "5号"),
    ("敷金が下がる", lambda p: first_unit(p, deposit_yen=0), ChangeClass.NOTIFY, "5号"),
    ("援助の対価が下がる", lambda p: replace(p, price=replace(p.price, monthly_yen=2_999)), ChangeClass.NOTIFY, "6号"),
    ("問合せ先", lambda p: replace(p, contact=replace(p.contact, phone="0422000000")), ChangeClass.NOTIFY, "7号"),
    ("代表者の氏名", lambda p: first_party(p, representative_name="別人 太郎"), ChangeClass.CERTIFY, "44条1項"),
    ("事業者の名称", lambda p: first_party(p, name="株式会社べつ"), ChangeClass.CERTIFY, "44条1項"),
    ("家賃が上がる", lambda p: first_unit(p, monthly_rent_yen=50_001), ChangeClass.CERTIFY, "44条1項"),
    ("共益費が上がる", lambda p: first_unit(p, common_fee_yen=3_001), ChangeClass.CERTIFY, "44条1項"),
    ("敷金が上がる", lambda p: first_unit(p, deposit_yen=60_000), ChangeClass.CERTIFY, "44条1項"),
    ("家賃の記載が消える", lambda p: first_unit(p, monthly_rent_yen=None), ChangeClass.CERTIFY, "44条1項"),
    ("援助の対価が上がる", lambda p: replace(p, price=replace(p.price, monthly_yen=3_001)), ChangeClass.CERTIFY, "44条1項"),
    ("部屋が増える", lambda p: first_building(p, units=(*p.buildings[0].units, sample_unit("999"))), ChangeClass.CERTIFY, "44条1項"),
    ("部屋が減る", lambda p: first_building(p, units=p.buildings[0].units[1:]), ChangeClass.CERTIFY, "44条1項"),
    ("広さ", lambda p: first_unit(p, floor_area_m2=Decimal("99.9")), ChangeClass.CERTIFY, "44条1項"),
    ("受け入れる方の範囲", lambda p: replace(p, acceptance=replace(p.acceptance, other="高齢の方に限る")), ChangeClass.CERTIFY, "44条1項"),
    ("安否確認の方法", lambda p: replace(p, support=replace(p.support, safety=replace(p.support.safety, methods=(SafetyMethod.PHONE.value,)))), ChangeClass.CERTIFY, "44条1項"),
    ("事業者の電話番号", lambda p: first_party(p, phone="0422111111"), ChangeClass.NOTHING, "記載事項"),
    ("誓約をやり直す", lambda p: replace(p, pledges=()), ChangeClass.NOTHING, "誓約"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "kind", "ground"), CASES, ids=[case[0] for case in CASES])
def test_each_change_has_its_class_and_ground(name: str, edit: Edit, kind: ChangeClass, ground: str) -> None:
    before = base()
    found = classify(compare(before, edit(before)))
    assert found, "the edit changes nothing"
    assert overall(found) == kind
    assert any(ground in one.ground for one in found if one.kind == kind), [one.ground for one in found]


def test_fewer_dedicated_rooms_are_certified() -> None:
    before = first_unit(base(), is_exclusive=True)
    assert overall(classify(compare(before, base()))) == ChangeClass.CERTIFY


def test_several_changes_go_the_strictest_way() -> None:
    before = base()
    minor = first_unit(before, monthly_rent_yen=40_000)
    mixed = replace(minor, price=replace(minor.price, monthly_yen=9_999))
    assert overall(classify(compare(before, minor))) == ChangeClass.NOTIFY
    assert overall(classify(compare(before, mixed))) == ChangeClass.CERTIFY
    assert overall(classify(compare(before, first_party(minor, phone="0422222222")))) == ChangeClass.NOTIFY


@pytest.mark.parametrize(
    ("yen", "kind"),
    [(2_500, ChangeClass.NOTIFY), (3_000, ChangeClass.CERTIFY), (3_500, ChangeClass.CERTIFY)],
    ids=["下がる", "同じ", "上がる"],
)
def test_the_breakdown_goes_with_a_price_that_is_lowered(yen: int, kind: ChangeClass) -> None:
    """共管省令21条1項6号: a lower price needs a breakdown that adds up to it; by itself the breakdown is certified."""
    before = base()
    found = classify(
        compare(before, replace(before, price=replace(before.price, monthly_yen=yen, breakdown="見守りだけ")))
    )
    assert {one.kind for one in found} == {kind}
    assert kind == ChangeClass.CERTIFY or {one.ground for one in found} == {
        "共管省令21条1項6号(援助の対価の減額)",
        "共管省令21条1項6号(援助の対価の減額)に伴う内訳",
    }


def test_nothing_changed_is_no_class() -> None:
    assert overall(classify(compare(base(), base()))) is None


def test_the_fields_of_a_new_room_go_with_the_room() -> None:
    before = base()
    after = first_building(before, units=(*before.buildings[0].units, sample_unit("999")))
    assert {one.kind for one in classify(compare(before, after))} == {ChangeClass.CERTIFY}


def test_what_the_authority_finds_harmless_needs_nothing() -> None:
    before = base()
    changes = compare(before, first_building(before, storeys=9))
    assert overall(classify(changes)) == ChangeClass.CERTIFY
    found = classify(changes, harmless={"buildings.storeys": "階数の誤記の訂正"})
    assert overall(found) == ChangeClass.NOTHING
    assert "8号" in found[0].ground
    assert "誤記の訂正" in found[0].ground


def test_a_paper_more_changes_nothing_and_a_replaced_one_is_certified() -> None:
    plan = ("floor_plan", "間取図", "間取図.pdf", "a" * 64)
    newer = ("floor_plan", "間取図", "間取図.pdf", "b" * 64)
    added = classify(compare_documents([], [plan]))
    replaced = classify(compare_documents([plan], [newer]))
    assert overall(added) == ChangeClass.NOTHING
    assert overall(replaced) == ChangeClass.CERTIFY
