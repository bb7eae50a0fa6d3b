"""A complete plan to start from, and small ways to change one thing of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from certification.rules.plan import (
    Acceptance,
    Building,
    BuildingRight,
    Contact,
    DwellingType,
    Facility,
    Lease,
    LeaseKind,
    Officer,
    Party,
    PartyKind,
    PartyRole,
    Plan,
    Pledge,
    PledgeCode,
    Price,
    Provider,
    Referral,
    ReferralKind,
    ReferralTarget,
    SafetyCheck,
    SafetyMethod,
    Seismic,
    Structure,
    Support,
    Unit,
    Watch,
    WatchMethod,
)

REFERENCE = Path(__file__).resolve().parents[3] / "fixtures" / "reference"


def read_reference(name: str) -> dict[str, Any]:
    """One file of the reference data."""
    content: dict[str, Any] = json.loads((REFERENCE / name).read_text(encoding="utf-8"))
    return content


THRESHOLDS = {row["code"]: Decimal(row["value"]) for row in read_reference("thresholds.json")["thresholds"]}
"""The national numbers, as they are shipped."""

UNIT = Unit(
    key="u1",
    number="101",
    floor=1,
    is_exclusive=True,
    floor_area_m2=Decimal("25.00"),
    layout="1K",
    capacity=1,
    kitchen=Facility.PRIVATE,
    toilet=Facility.PRIVATE,
    storage=Facility.PRIVATE,
    washbasin=Facility.PRIVATE,
    bath=Facility.PRIVATE,
    monthly_rent_yen=52_000,
    common_fee_yen=3_000,
    deposit_yen=0,
)

BUILDING = Building(
    key="b1",
    name="見本荘",
    address="輪野市見本町一丁目2番3号",
    dwelling_type=DwellingType.APARTMENT,
    structure=Structure.WOOD,
    storeys=2,
    construction_started="1995-04",
    completed="1995-12",
    is_existing=True,
    right=BuildingRight.OWNERSHIP,
    seismic=Seismic.NEW_CODE,
    is_shared_living=False,
    units=(UNIT,),
)

LESSOR = Party(
    key="p1",
    role=PartyRole.LESSOR,
    kind=PartyKind.CORPORATION,
    name="見本不動産",
    address="輪野市見本町一丁目1番1号",
    representative_name="架空 太郎",
    officers=(Officer(key="o1", name="架空 太郎"),),
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

TARGET = ReferralTarget(
    key="r1", kind=ReferralKind.COMMUNITY_CARE, name="見本町地域包括支援センター", is_private=False
)

COMPLETE = Plan(
    parties=(LESSOR, SUPPORTER),
    buildings=(BUILDING,),
    lease=Lease(kind=LeaseKind.ORDINARY, years=2, comparable_rent="5万円から5万6千円"),
    acceptance=Acceptance(is_limited=False),
    support=Support(
        safety=SafetyCheck(methods=(SafetyMethod.PHONE,), every_days=1, provider=Provider.SELF),
        watch=Watch(methods=(WatchMethod.VISIT,), every_months=1, provider=Provider.SELF),
        referral=Referral(targets=(TARGET,)),
    ),
    price=Price(monthly_yen=3_000, has_general_service=False),
    contact=Contact(name="見本不動産 相談係", phone="042-000-0003"),
    pledges=tuple(
        Pledge(key=code.value, code=code.value, signer="架空 太郎", acknowledged_on=dt.date(2026, 4, 1))
        for code in PledgeCode
    ),
)
"""Nothing lacking, nothing remarkable: one unit in one wooden house of 1995, one lessor, one supporter."""

replace = dataclasses.replace


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
