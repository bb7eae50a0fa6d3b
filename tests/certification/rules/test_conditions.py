"""Every condition both ways: a plan that meets it and one that does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from certification.rules.conditions import TESTS, ConditionCode, holds
from certification.rules.plan import Guardian, Plan, Subcontractor
from tests.certification.rules.sample import (
    BUILDING,
    COMPLETE,
    TARGET,
    replace,
    shared_living,
    with_building,
    with_lessor,
    with_part,
    with_safety,
    with_support,
    with_supporter,
    with_targets,
    with_unit,
    with_watch,
)

BY_CORPORATION = Guardian(is_corporation=True)
BY_PERSON = Guardian(is_corporation=False)
SHARED_LIVING = shared_living("9", "9", total="40")

BOTH_WAYS: list[tuple[ConditionCode, Plan, Plan]] = [
    (ConditionCode.DESIGNATED_OFFICE, with_supporter(is_designated_office=True), COMPLETE),
    # A designated office that only lets does not count: the support is what is carried.
    (
        ConditionCode.DESIGNATED_OFFICE,
        with_supporter(is_designated_office=True),
        with_lessor(is_designated_office=True),
    ),
    (ConditionCode.LESSOR_CORPORATION, COMPLETE, with_lessor(kind="individual")),
    (
        ConditionCode.LESSOR_GUARDIAN_CORPORATION,
        with_lessor(is_minor=True, guardian=BY_CORPORATION),
        with_lessor(is_minor=True, guardian=BY_PERSON),
    ),
    (ConditionCode.SUPPORTER_CORPORATION, with_supporter(kind="corporation"), COMPLETE),
    (ConditionCode.SUPPORTER_CORPORATION, with_lessor(role="both"), COMPLETE),
    (
        ConditionCode.SUPPORTER_GUARDIAN_CORPORATION,
        with_supporter(is_minor=True, guardian=BY_CORPORATION),
        # A guardian written down before the answer was changed to 「未成年者ではない」 no longer counts.
        with_supporter(is_minor=False, guardian=BY_CORPORATION),
    ),
    (ConditionCode.SAFETY_BY_DEVICE, with_safety(methods=("phone", "device")), COMPLETE),
    (ConditionCode.PRIVATE_REFERRAL, with_targets(TARGET, replace(TARGET, is_private=True)), COMPLETE),
    (ConditionCode.SUBCONTRACTED, with_safety(provider="subcontracted"), COMPLETE),
    (ConditionCode.SUBCONTRACTED, with_watch(provider="subcontracted"), COMPLETE),
    (ConditionCode.SUBCONTRACTED, with_support(subcontractors=(Subcontractor(name="架空"),)), COMPLETE),
    (
        ConditionCode.GENERAL_SERVICE,
        with_part("price", has_general_service=True),
        with_part("price", has_general_service=None),
    ),
    (ConditionCode.LIMITED_ACCEPTANCE, with_part("acceptance", is_limited=True), COMPLETE),
    (ConditionCode.SHARED_LIVING, SHARED_LIVING, COMPLETE),
    (ConditionCode.NOT_SHARED_LIVING, COMPLETE, SHARED_LIVING),
    (
        ConditionCode.NOT_SHARED_LIVING,
        replace(COMPLETE, buildings=(*SHARED_LIVING.buildings, BUILDING)),
        SHARED_LIVING,
    ),
    (
        ConditionCode.STARTED_BEFORE_CUT_OFF,
        with_building(construction_started="1981-05"),
        with_building(construction_started="1981-06"),
    ),
    (
        ConditionCode.UNIT_BELOW_25,
        with_unit(floor_area_m2=Decimal("24.99")),
        with_unit(floor_area_m2=Decimal("25.00")),
    ),
    (ConditionCode.SHARED_FACILITIES, with_unit(kitchen="shared"), with_unit(kitchen="none")),
    (ConditionCode.SHARED_FACILITIES, with_unit(storage="shared"), with_unit(washbasin="shared")),
    (ConditionCode.SHARED_FACILITIES, with_unit(bath="shared"), with_unit(toilet="shared")),
]


@pytest.mark.parametrize(("code", "met", "unmet"), BOTH_WAYS)
def test_both_ways(code: ConditionCode, met: Plan, unmet: Plan) -> None:
    assert holds(code, met) is True
    assert holds(code, unmet) is False


@pytest.mark.parametrize("plan", [COMPLETE, Plan()])
def test_what_needs_no_plan(plan: Plan) -> None:
    assert holds(ConditionCode.ALWAYS, plan) is True
    # The office's own wish is not in the plan: never demanded by the system, offered to the applicant.
    assert holds(ConditionCode.WHEN_OFFICE_ASKS, plan) is False


def test_every_condition_is_told_here() -> None:
    told = {code for code, _, _ in BOTH_WAYS} | {ConditionCode.ALWAYS, ConditionCode.WHEN_OFFICE_ASKS}

    assert told == set(ConditionCode) == set(TESTS)


@pytest.mark.parametrize("code", sorted(set(ConditionCode) - {ConditionCode.ALWAYS}))
def test_an_empty_plan_meets_no_condition(code: ConditionCode) -> None:
    assert holds(code, Plan()) is False


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="full_moon"):
        holds("full_moon", COMPLETE)
