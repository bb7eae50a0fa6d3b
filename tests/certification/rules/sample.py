"""A complete plan to start from, and small ways to change one thing of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from certification.demo import sample_plan, sample_unit
from certification.rules.plan import (
    Acceptance,
    Contact,
    Facility,
    Guardian,
    Lease,
    LeaseKind,
    Officer,
    Party,
    PartyKind,
    PartyRole,
    Plan,
    Pledge,
    PledgeCapacity,
    PledgeCode,
    Price,
    Provider,
    Referral,
    ReferralTarget,
    SafetyCheck,
    SafetyMethod,
    Support,
)

REFERENCE = Path(__file__).resolve().parents[3] / "fixtures" / "reference"


def read_reference(name: str) -> dict[str, Any]:
    """One file of the reference data."""
    content: dict[str, Any] = json.loads((REFERENCE / name).read_text(encoding="utf-8"))
    return content


THRESHOLDS = {row["code"]: Decimal(row["value"]) for row in read_reference("thresholds.json")["thresholds"]}
"""The national numbers, as they are shipped."""

replace = dataclasses.replace

DEMO = sample_plan()
"""The plan of the demo, of which the one below keeps what a plan must say."""

UNIT = replace(sample_unit("101", area="25.00"), key="u1", deposit_yen=0)

BUILDING = replace(DEMO.buildings[0], kana="", is_sublease=None, units=(UNIT,))

LESSOR = replace(
    DEMO.parties[0],
    role=PartyRole.LESSOR,
    name="見本不動産",
    phone="",
    officers=(Officer(key="o1", name="架空 太郎"),),
    is_designated_office=None,
    is_support_corporation=None,
)

SUPPORTER = Party(
    key="p2",
    role=PartyRole.SUPPORTER,
    kind=PartyKind.INDIVIDUAL,
    name="例示 花子",
    address="輪野市見本町二丁目1番1号",
    is_minor=False,
    is_designated_office=False,
)

TARGET = DEMO.support.referral.targets[0]

COMPLETE = replace(
    DEMO,
    parties=(LESSOR, SUPPORTER),
    buildings=(BUILDING,),
    lease=Lease(kind=LeaseKind.ORDINARY, years=2, comparable_rent="5万円から5万6千円"),
    acceptance=Acceptance(is_limited=False),
    support=Support(
        safety=SafetyCheck(methods=(SafetyMethod.PHONE,), every_days=1, provider=Provider.SELF),
        watch=replace(DEMO.support.watch, content=""),
        referral=Referral(targets=(TARGET,)),
    ),
    price=Price(monthly_yen=3_000, has_general_service=False),
    contact=Contact(name="見本不動産 相談係", phone="042-000-0003"),
)
"""Nothing lacking, nothing remarkable: one unit in one wooden house of 1995, one lessor, one supporter."""


def with_unit(**changes: Any) -> Plan:
    """The complete plan with its one unit changed."""
    return with_building(units=(replace(UNIT, **changes),))


def with_building(**changes: Any) -> Plan:
    """The complete plan with its one building changed."""
    return replace(COMPLETE, buildings=(replace(BUILDING, **changes),))


def with_lessor(**changes: Any) -> Plan:
    return replace(COMPLETE, parties=(replace(LESSOR, **changes), SUPPORTER))


def with_supporter(**changes: Any) -> Plan:
    return replace(COMPLETE, parties=(LESSOR, replace(SUPPORTER, **changes)))


def with_guardian(**changes: Any) -> Plan:
    """A minor supports: the guardian is a corporation with one officer, and has pledged."""
    guardian = Guardian(
        is_corporation=True,
        name="見本会",
        address="輪野市見本町",
        representative_name="見本 一郎",
        officers=(Officer(key="g1", name="見本 一郎"),),
    )
    pledge = Pledge(
        key="guardian",
        code=PledgeCode.GUARDIAN,
        capacity=PledgeCapacity.GUARDIAN,
        for_whom=changes.get("name", "見本会"),
        signer="見本 一郎",
        acknowledged_on=dt.date(2026, 4, 1),
    )
    plan = with_supporter(is_minor=True, guardian=replace(guardian, **changes))
    return replace(plan, pledges=(*plan.pledges, pledge))


def with_safety(**changes: Any) -> Plan:
    return with_support(safety=replace(COMPLETE.support.safety, **changes))


def with_watch(**changes: Any) -> Plan:
    return with_support(watch=replace(COMPLETE.support.watch, **changes))


def with_targets(*targets: ReferralTarget) -> Plan:
    return with_support(referral=replace(COMPLETE.support.referral, targets=targets))


def with_support(**changes: Any) -> Plan:
    return replace(COMPLETE, support=replace(COMPLETE.support, **changes))


def with_part(section: str, **changes: Any) -> Plan:
    """The complete plan with fields of one single section (lease, acceptance, price, contact) changed."""
    return replace(COMPLETE, **{section: replace(getattr(COMPLETE, section), **changes)})


def shared_living(*areas: str, total: str, **changes: Any) -> Plan:
    """A 共同居住型 house: one room for one person for each area, everything in common."""
    rooms = tuple(
        replace(
            UNIT,
            key=f"u{number}",
            number=str(number),
            floor_area_m2=Decimal(area),
            kitchen=Facility.SHARED,
            toilet=Facility.SHARED,
            washbasin=Facility.SHARED,
            bath=Facility.SHARED,
        )
        for number, area in enumerate(areas, start=1)
    )
    facilities = ("living", "dining", "kitchen", "toilet", "washbasin", "bath", "laundry")
    values: dict[str, Any] = {
        "units": rooms,
        "is_shared_living": True,
        "total_floor_area_m2": Decimal(total),
        "common_facilities": facilities,
    }
    return with_building(**(values | changes))
