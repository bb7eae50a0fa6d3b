"""What checks say and what they need for it: codes, outcomes, findings, thresholds, names of buildings and units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from certification.rules.disqualification import Match
from certification.rules.parts import number_text, row_keys, row_name
from certification.rules.plan import Building, Plan, Unit
from certification.rules.requirements import AnyDocumentRule

Thresholds = Mapping[str, Decimal]
"""The numbers in force for a municipality on a day, by `ThresholdCode`."""


class CheckCode(StrEnum):
    """The checks that a review item may name. Values stand in the master data."""

    FLOOR_AREA = "floor_area"
    EQUIPMENT = "equipment"
    EXCLUSIVE_UNITS = "exclusive_units"
    SAFETY_FREQUENCY = "safety_frequency"
    WATCH_FREQUENCY = "watch_frequency"
    REFERRAL_LIST = "referral_list"
    SEISMIC = "seismic"
    RENT = "rent"
    PRICE = "price"
    ACCEPTANCE = "acceptance"
    REQUIRED_DOCUMENTS = "required_documents"
    PARTIES = "parties"
    PLEDGE_DISQUALIFICATION = "pledge_disqualification"
    PLEDGE_STRUCTURE = "pledge_structure"
    PLEDGE_POLICY = "pledge_policy"

    @property
    def label(self) -> str:
        return CHECK_LABELS[self]


CHECK_LABELS: Final[dict[CheckCode, str]] = {
    CheckCode.FLOOR_AREA: "床面積",
    CheckCode.EQUIPMENT: "設備",
    CheckCode.EXCLUSIVE_UNITS: "専用戸数",
    CheckCode.SAFETY_FREQUENCY: "安否確認の間隔",
    CheckCode.WATCH_FREQUENCY: "見守りの間隔",
    CheckCode.REFERRAL_LIST: "つなぎ先リスト",
    CheckCode.SEISMIC: "耐震性",
    CheckCode.RENT: "家賃の釣合い",
    CheckCode.PRICE: "援助の対価",
    CheckCode.ACCEPTANCE: "受け入れる方の範囲",
    CheckCode.REQUIRED_DOCUMENTS: "添付書類",
    CheckCode.PARTIES: "事業を行う者",
    CheckCode.PLEDGE_DISQUALIFICATION: "欠格要件の誓約",
    CheckCode.PLEDGE_STRUCTURE: "構造の誓約",
    CheckCode.PLEDGE_POLICY: "基本方針への適合の誓約",
}


class ThresholdCode(StrEnum):
    """The numbers that the checks use. Values and dates are data: `fixtures/reference/thresholds.json`."""

    FLOOR_AREA_NEW = "floor_area_new_m2"
    FLOOR_AREA_EXISTING = "floor_area_existing_m2"
    FLOOR_AREA_SHARED_NEW = "floor_area_shared_new_m2"
    FLOOR_AREA_SHARED_EXISTING = "floor_area_shared_existing_m2"
    SHARED_LIVING_PER_PERSON = "shared_living_per_person_m2"
    SHARED_LIVING_BASE = "shared_living_base_m2"
    SHARED_LIVING_ROOM = "shared_living_room_m2"
    SHARED_LIVING_PEOPLE_MIN = "shared_living_people_min"
    SHARED_LIVING_ROOM_PEOPLE_MAX = "shared_living_room_people_max"
    SHARED_LIVING_PEOPLE_PER_FACILITY = "shared_living_people_per_facility"
    SINGLE_PARENT_PER_HOUSEHOLD = "single_parent_per_household_m2"
    SINGLE_PARENT_ROOM = "single_parent_room_m2"
    SINGLE_PARENT_WIDE = "single_parent_wide_per_household_m2"
    SINGLE_PARENT_ROOM_WHEN_WIDE = "single_parent_room_when_wide_m2"
    EXCLUSIVE_UNITS_MIN = "exclusive_units_min"
    SAFETY_MAX_DAYS = "safety_max_days"
    WATCH_MAX_MONTHS = "watch_max_months"
    RENT_OVER_PERCENT = "rent_over_percent"


class Outcome(StrEnum):
    OK = "ok"
    ATTENTION = "attention"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {"ok": "基準内", "attention": "要確認", "unknown": "判断できません"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check says of one place. `text` is a line with numbers, `cure` what would mend it (empty when ok).

    `numbers` are label and text of each number used, `path` the place in the plan (see `parts`).
    """

    code: CheckCode
    outcome: Outcome
    text: str
    numbers: tuple[tuple[str, str], ...] = ()
    basis: str = ""
    cure: str = ""
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class Comparable:
    """近傍同種の住宅: a home nearby that is let, as an officer found it."""

    area_m2: Decimal
    monthly_rent_yen: int

    @property
    def yen_per_m2(self) -> Decimal:
        return self.monthly_rent_yen / self.area_m2


@dataclass(frozen=True, kw_only=True)
class Attached:
    """What stands beside the plan: which documents are attached, the lines of the list that the item speaks of, the
    rents an officer compared with, and parties of the plan that resemble those of revoked plans."""

    codes: frozenset[str] = frozenset()
    rules: tuple[AnyDocumentRule, ...] = field(default=())
    comparables: tuple[Comparable, ...] = ()
    revoked: tuple[Match, ...] = ()


Check = Callable[[Plan, Thresholds, Attached], Iterable[Finding]]


class MissingThresholdError(LookupError):
    """A number that a check needs is not in the data. The text is its code."""


def limit_of(thresholds: Thresholds, code: ThresholdCode) -> Decimal:
    if code not in thresholds:
        raise MissingThresholdError(code.value)
    return Decimal(thresholds[code])


# --- Wording ---


def short_by(value: Decimal, limit: Decimal) -> str:
    """あと0.8㎡: how much an area lacks."""
    return f"あと{short_text(limit - value)}㎡"


def area_text(value: Decimal) -> str:
    return f"{number_text(value)}㎡"


def short_text(value: Decimal) -> str:
    """25 for 25.00, 12.5 for 12.50."""
    return f"{value.normalize():f}"


def outcome_of(fits: bool) -> Outcome:
    return Outcome.OK if fits else Outcome.ATTENTION


@dataclass(frozen=True, kw_only=True)
class Home:
    """A building where it stands in the plan. `name` is empty when the plan has only one."""

    building: Building
    path: str
    name: str

    def unit_name(self, unit: Unit, position: int) -> str:
        return " ".join(filter(None, (self.name, row_name(unit, position=position))))

    @property
    def called(self) -> str:
        return self.name or "住宅"

    @property
    def units(self) -> Iterator[tuple[Unit, str, str]]:
        """Each unit with its name and its path."""
        keys = row_keys(self.building.units)
        for position, (key, unit) in enumerate(zip(keys, self.building.units, strict=True), start=1):
            yield unit, self.unit_name(unit, position), f"{self.path}.units[{key}]"


def homes(plan: Plan) -> Iterator[Home]:
    several = len(plan.buildings) > 1
    for position, (key, building) in enumerate(
        zip(row_keys(plan.buildings), plan.buildings, strict=True), start=1
    ):
        name = row_name(building, position=position) if several else ""
        yield Home(building=building, path=f"buildings[{key}]", name=name)
