"""When an item, a document or a department's part applies to a plan: one named condition each.

The 別表 and the document lists of municipalities refer to these by code; a new kind of condition is a line here.
Sources: 東久留米市要綱 別表, 共管省令8条 (令和7年10月1日), 京都市「居住サポート住宅制度について」.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from django.db.models import TextChoices

from certification.rules.plan import (
    Building,
    Facility,
    Party,
    PartyKind,
    PartyRole,
    Plan,
    Provider,
    SafetyMethod,
    Unit,
)

SEISMIC_CUT_OFF: Final = "1981-05"
"""着工 on or before 昭和56年5月31日 asks for proof (共管省令8条6号); plans know the month."""

COMMON_PART_AREA_BELOW_M2: Final = Decimal(25)
"""京都市: below this area the drawings of the shared parts are asked for."""


class ConditionCode(TextChoices):
    ALWAYS = "always", "常に"
    DESIGNATED_OFFICE = "designated_office", "介護保険・障害福祉サービスの指定事業所が実施する場合"
    LESSOR_CORPORATION = "lessor_corporation", "賃貸人が法人の場合"
    LESSOR_GUARDIAN_CORPORATION = "lessor_guardian_corporation", "賃貸人の法定代理人が法人の場合"
    SUPPORTER_CORPORATION = "supporter_corporation", "援助実施者が法人の場合"
    SUPPORTER_GUARDIAN_CORPORATION = "supporter_guardian_corporation", "援助実施者の法定代理人が法人の場合"
    SAFETY_BY_DEVICE = "safety_by_device", "機器による安否確認を行う場合"
    PRIVATE_REFERRAL = "private_referral", "つなぎ先が民間事業者の場合"
    SUBCONTRACTED = "subcontracted", "居住安定援助の一部を委託する場合"
    GENERAL_SERVICE = "general_service", "同様の一般向けサービスを実施している場合"
    LIMITED_ACCEPTANCE = "limited_acceptance", "受け入れる方の範囲を定める場合"
    SHARED_LIVING = "shared_living", "共同居住型賃貸住宅の場合"
    NOT_SHARED_LIVING = "not_shared_living", "共同居住型でない住宅がある場合"
    STARTED_BEFORE_CUT_OFF = "started_before_cut_off", "昭和56年5月31日以前に着工した場合"
    UNIT_BELOW_25 = "unit_below_25", "専用面積が25㎡に満たない住戸がある場合"
    SHARED_FACILITIES = "shared_facilities", "台所・収納・浴室などを共用する場合"
    WHEN_OFFICE_ASKS = "when_office_asks", "建築確認申請が必要な場合など、申請者の判断で添付する場合"


def _lessors(plan: Plan) -> list[Party]:
    return [party for party in plan.parties if party.role in (PartyRole.LESSOR, PartyRole.BOTH)]


def _supporters(plan: Plan) -> list[Party]:
    return [party for party in plan.parties if party.role in (PartyRole.SUPPORTER, PartyRole.BOTH)]


def _any_corporation(parties: list[Party]) -> bool:
    return any(party.kind == PartyKind.CORPORATION for party in parties)


def _any_guardian_corporation(parties: list[Party]) -> bool:
    return any(party.is_minor and party.guardian.is_corporation for party in parties)


def _is_subcontracted(plan: Plan) -> bool:
    support = plan.support
    providers = (support.safety.provider, support.watch.provider)
    return Provider.SUBCONTRACTED in providers or bool(support.subcontractors)


def started_before_cut_off(building: Building) -> bool:
    """Whether 着工 was in 昭和56年5月 or before. Where only 竣工 is known, a house finished by then was begun by then."""
    month = building.construction_started or building.completed
    return bool(month) and month <= SEISMIC_CUT_OFF


def shares_facilities(unit: Unit) -> bool:
    """Whether kitchen, storage or bath are shared (共管省令10条2号イただし書)."""
    return Facility.SHARED in (unit.kitchen, unit.storage, unit.bath)


def _below_25(plan: Plan) -> bool:
    areas = [unit.floor_area_m2 for _, unit in plan.units if unit.floor_area_m2 is not None]
    return any(area < COMMON_PART_AREA_BELOW_M2 for area in areas)


TESTS: Final[dict[ConditionCode, Callable[[Plan], bool]]] = {
    ConditionCode.ALWAYS: lambda plan: True,
    ConditionCode.DESIGNATED_OFFICE: lambda plan: any(
        party.is_designated_office for party in _supporters(plan)
    ),
    ConditionCode.LESSOR_CORPORATION: lambda plan: _any_corporation(_lessors(plan)),
    ConditionCode.LESSOR_GUARDIAN_CORPORATION: lambda plan: _any_guardian_corporation(_lessors(plan)),
    ConditionCode.SUPPORTER_CORPORATION: lambda plan: _any_corporation(_supporters(plan)),
    ConditionCode.SUPPORTER_GUARDIAN_CORPORATION: lambda plan: _any_guardian_corporation(_supporters(plan)),
    ConditionCode.SAFETY_BY_DEVICE: lambda plan: SafetyMethod.DEVICE in plan.support.safety.methods,
    ConditionCode.PRIVATE_REFERRAL: lambda plan: any(
        target.is_private for target in plan.support.referral.targets
    ),
    ConditionCode.SUBCONTRACTED: _is_subcontracted,
    ConditionCode.GENERAL_SERVICE: lambda plan: bool(plan.price.has_general_service),
    ConditionCode.LIMITED_ACCEPTANCE: lambda plan: bool(plan.acceptance.is_limited),
    ConditionCode.SHARED_LIVING: lambda plan: any(building.is_shared_living for building in plan.buildings),
    ConditionCode.NOT_SHARED_LIVING: lambda plan: (
        not all(building.is_shared_living for building in plan.buildings)
    ),
    ConditionCode.STARTED_BEFORE_CUT_OFF: lambda plan: any(map(started_before_cut_off, plan.buildings)),
    ConditionCode.UNIT_BELOW_25: _below_25,
    ConditionCode.SHARED_FACILITIES: lambda plan: any(shares_facilities(unit) for _, unit in plan.units),
    ConditionCode.WHEN_OFFICE_ASKS: lambda plan: False,
}


def holds(code: str, plan: Plan) -> bool:
    """Whether the condition is met by the plan. Raises `ValueError` on an unknown code."""
    return TESTS[ConditionCode(code)](plan)
