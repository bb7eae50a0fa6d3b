"""What one line of the ledger says of a plan and of a department."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from certification.demo import sample_plan, sample_unit
from certification.rules.ledger import line_of, result_text, support_kinds
from certification.rules.plan import Plan, Support


def test_the_line_spans_all_units_and_names_all_parties() -> None:
    plan = sample_plan()
    second = dataclasses.replace(plan.parties[0], key="p2", name="髙﨑 𠮷子", kana="タカサキ ヨシコ")
    units = (
        sample_unit("101", area="18.00", rent=40_000),
        sample_unit("102", area="25.20", rent=61_000, exclusive=False),
        dataclasses.replace(sample_unit("103"), floor_area_m2=None, monthly_rent_yen=None),
    )
    building = dataclasses.replace(plan.buildings[0], units=units)
    line = line_of(dataclasses.replace(plan, parties=(*plan.parties, second), buildings=(building,)))
    assert (line.parties, line.kana) == ("株式会社みほん住まい、髙﨑 𠮷子", "ミホンスマイ、タカサキ ヨシコ")
    assert (line.units, line.exclusive_units) == (3, 2)
    assert (line.area_from, line.area_to) == (Decimal("18.00"), Decimal("25.20"))
    assert (line.rent_from, line.rent_to) == (40_000, 61_000)


def test_an_empty_plan_has_an_empty_line() -> None:
    line = line_of(Plan())
    assert (line.parties, line.units, line.area_from, line.rent_to, line.support) == ("", 0, None, None, "")


def test_support_is_told_with_its_ways() -> None:
    support = sample_plan().support
    assert support_kinds(support) == "安否確認(通信機器の設置)、見守り(訪問)、福祉サービスへのつなぎ(2か所)"
    odd = dataclasses.replace(support.safety, methods=("device", "bygone"))
    assert support_kinds(Support(safety=odd, other="買物")) == "安否確認(通信機器の設置、bygone)、その他"


def test_a_result_is_told_when_it_is_one() -> None:
    counts = {"fit": 8, "not_applicable": 1}
    assert result_text(counts, is_sent=True, is_open=True) == "適8・該当なし1"
    assert result_text({"fit": 2, "": 7}, is_sent=False, is_open=True) == "審査中 2/9"
    assert result_text({"": 9}, is_sent=False, is_open=False) == "未了 0/9"
    assert result_text({}, is_sent=True, is_open=True) == "項目なし"
