"""Which documents a plan needs: 必須 always, the rest when its condition is met."""

from __future__ import annotations

from decimal import Decimal

import pytest

from certification.rules.conditions import ConditionCode
from certification.rules.plan import Plan
from certification.rules.requirements import (
    AS_NEEDED,
    DocumentNeed,
    DocumentRule,
    missing,
    required_documents,
)
from tests.certification.rules.sample import COMPLETE, read_reference, with_building, with_safety, with_unit

FLOOR_PLAN = DocumentRule(code="floor_plan", label="間取図", basis="共管省令8条1号")
DEVICE = DocumentRule(
    code="device_spec",
    label="機器の仕様が分かる書類",
    requirement=AS_NEEDED,
    condition=ConditionCode.SAFETY_BY_DEVICE,
)
OLD_HOUSE = DocumentRule(
    code="seismic_proof", label="耐震性の書類", condition=ConditionCode.STARTED_BEFORE_CUT_OFF
)
OTHER = DocumentRule(code="other", label="その他の書類", requirement=AS_NEEDED)
CONFIRMATION = DocumentRule(
    code="confirmation", label="確認済証", requirement=AS_NEEDED, condition=ConditionCode.WHEN_OFFICE_ASKS
)

BY_DEVICE = with_safety(methods=("device",), device_name="感知器")
OLD = with_building(construction_started="1981-05")


def need(rule: DocumentRule, plan: Plan = COMPLETE, attached: tuple[str, ...] = ()) -> DocumentNeed:
    return required_documents([rule], plan, attached)[0]


@pytest.mark.parametrize(
    ("rule", "plan", "needed", "why"),
    [
        (FLOOR_PLAN, COMPLETE, True, "どの計画にも要ります。"),
        (DEVICE, BY_DEVICE, True, "機器による安否確認を行う場合に当たるので要ります。"),
        (
            DEVICE,
            COMPLETE,
            False,
            "機器による安否確認を行う場合に要ります。この計画は、今のところ当たりません。",
        ),
        # 必須 with a condition is required only when the condition is met.
        (OLD_HOUSE, OLD, True, "昭和56年5月31日以前に着工した場合に当たるので要ります。"),
        (
            OLD_HOUSE,
            COMPLETE,
            False,
            "昭和56年5月31日以前に着工した場合に要ります。この計画は、今のところ当たりません。",
        ),
        # 適宜 without a condition is for the applicant to judge.
        (OTHER, COMPLETE, False, "必要に応じて添えてください。"),
        (
            CONFIRMATION,
            COMPLETE,
            False,
            "建築確認申請が必要な場合など、申請者の判断で添付する場合の書類です。",
        ),
    ],
)
def test_whether_and_why(rule: DocumentRule, plan: Plan, needed: bool, why: str) -> None:
    found = need(rule, plan)

    assert found.needed is needed
    assert found.why == why


def test_missing_is_what_is_needed_and_not_attached() -> None:
    rules = [FLOOR_PLAN, DEVICE, OTHER]

    assert [one.code for one in missing(required_documents(rules, BY_DEVICE, []))] == [
        "floor_plan",
        "device_spec",
    ]
    assert [one.code for one in missing(required_documents(rules, BY_DEVICE, ["floor_plan"]))] == [
        "device_spec"
    ]
    assert missing(required_documents(rules, COMPLETE, ["floor_plan"])) == ()


def test_what_is_attached_without_need_is_shown_as_attached() -> None:
    found = need(OTHER, attached=("other",))

    assert (found.needed, found.attached, found.is_missing) == (False, True, False)


def test_a_need_carries_what_its_line_says() -> None:
    found = need(FLOOR_PLAN)

    assert (found.code, found.label, found.basis) == ("floor_plan", "間取図", "共管省令8条1号")
    assert found.text == "書類「間取図」を添えてください。どの計画にも要ります。"


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="full_moon"):
        need(DocumentRule(code="x", label="x", condition="full_moon"))


def rules_of(name: str) -> list[DocumentRule]:
    return [DocumentRule(**row) for row in read_reference(name)["document_types"]]


def test_a_plain_plan_in_the_serial_city_needs_two_documents() -> None:
    needs = required_documents(rules_of("review_table_serial.json"), COMPLETE, ())

    assert [one.code for one in missing(needs)] == ["floor_plan", "support_outline"]


def test_the_parallel_city_asks_for_common_parts_when_a_unit_is_below_25() -> None:
    rules = rules_of("review_table_parallel.json")
    plain = missing(required_documents(rules, COMPLETE, ()))
    small = missing(required_documents(rules, with_unit(floor_area_m2=Decimal("24.99")), ()))

    assert [one.code for one in plain] == ["floor_plan", "area_drawing", "support_outline"]
    assert {one.code for one in small} - {one.code for one in plain} == {"common_area_drawing"}
