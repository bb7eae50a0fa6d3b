"""Automatic checks of the criteria: numbers and articles to stand beside a review item. They advise, never decide.

Basis: 法41条1–8号, 共管省令9条–15条 and, for 共同居住型賃貸住宅, the 告示 on its area; as of 令和7年10月1日. The numbers are
data (`Threshold`), because a local plan may change them (共管省令16条・17条); only 昭和56年5月31日 is a constant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from certification.rules.completeness import gaps
from certification.rules.conditions import SEISMIC_CUT_OFF, shares_facilities, started_before_cut_off
from certification.rules.parts import is_blank, month_text, number_text, row_keys, row_name
from certification.rules.plan import (
    Building,
    Category,
    CommonFacility,
    Facility,
    PartyRole,
    Plan,
    PledgeCode,
    Section,
    Seismic,
    Unit,
)
from certification.rules.requirements import AnyDocumentRule, missing, required_documents

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
    EXCLUSIVE_UNITS_MIN = "exclusive_units_min"
    SAFETY_MAX_DAYS = "safety_max_days"
    WATCH_MAX_MONTHS = "watch_max_months"


CONSENT_LETTER: Final = "consent_letter"
SEISMIC_PROOF: Final = "seismic_proof"
"""Codes of documents that the checks look for by name; document lists use the same codes."""


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
class Attached:
    """The documents: which codes are attached, and the lines of the list that the item speaks of."""

    codes: frozenset[str] = frozenset()
    rules: tuple[AnyDocumentRule, ...] = field(default=())


Check = Callable[[Plan, Thresholds, Attached], Iterable[Finding]]


class MissingThresholdError(LookupError):
    """A number that a check needs is not in the data. The text is its code."""


def run(
    codes: Iterable[str],
    plan: Plan,
    *,
    thresholds: Thresholds,
    attached: Collection[str] = (),
    documents: Iterable[AnyDocumentRule] = (),
) -> tuple[Finding, ...]:
    """The findings of the named checks, in the order named.

    `attached` are the codes of attached documents, `documents` the lines of the document list that are meant.
    Raises `ValueError` on an unknown code.
    """
    files = Attached(codes=frozenset(attached), rules=tuple(documents))
    return tuple(finding for code in codes for finding in _run_one(CheckCode(code), plan, thresholds, files))


def _run_one(code: CheckCode, plan: Plan, thresholds: Thresholds, attached: Attached) -> tuple[Finding, ...]:
    try:
        return tuple(CHECKS[code](plan, thresholds, attached))
    except MissingThresholdError as error:
        text = f"{code.label}の基準の数値({error})が登録されていないので、確かめられません。"
        cure = "管理画面の「基準の数値」に登録してください。"
        return (Finding(code=code, outcome=Outcome.UNKNOWN, text=text, cure=cure),)


def _limit(thresholds: Thresholds, code: ThresholdCode) -> Decimal:
    if code not in thresholds:
        raise MissingThresholdError(code.value)
    return Decimal(thresholds[code])


# --- Wording ---


def _area(value: Decimal) -> str:
    return f"{number_text(value)}㎡"


def _short(value: Decimal) -> str:
    """25 for 25.00, 12.5 for 12.50."""
    return f"{value.normalize():f}"


def _outcome(fits: bool) -> Outcome:
    return Outcome.OK if fits else Outcome.ATTENTION


@dataclass(frozen=True, kw_only=True)
class _Home:
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


def _homes(plan: Plan) -> Iterator[_Home]:
    several = len(plan.buildings) > 1
    for position, (key, building) in enumerate(
        zip(row_keys(plan.buildings), plan.buildings, strict=True), start=1
    ):
        name = row_name(building, position=position) if several else ""
        yield _Home(building=building, path=f"buildings[{key}]", name=name)


# --- 床面積 (法41条1号, 共管省令9条) ---

AREA_BASIS: Final = "法41条1号、共管省令9条"
SHARED_LIVING_BASIS: Final = "法41条1号、共管省令9条(共同居住型の告示)"


def floor_area(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """Every unit against the number of its case; 共同居住型: each room, the people in it, and the whole."""
    for home in _homes(plan):
        if home.building.is_shared_living:
            yield _whole_area(home, thresholds)
            yield from _rooms(home, thresholds)
        else:
            yield from (_unit_area(home, unit, name, path, thresholds) for unit, name, path in home.units)


def _area_case(building: Building, unit: Unit) -> tuple[str, ThresholdCode]:
    if shares_facilities(unit):
        if building.is_existing:
            return "既存住宅・設備を共用", ThresholdCode.FLOOR_AREA_SHARED_EXISTING
        return "新築・設備を共用", ThresholdCode.FLOOR_AREA_SHARED_NEW
    if building.is_existing:
        return "既存住宅", ThresholdCode.FLOOR_AREA_EXISTING
    return "新築", ThresholdCode.FLOOR_AREA_NEW


def _unit_area(home: _Home, unit: Unit, name: str, path: str, thresholds: Thresholds) -> Finding:
    here = f"{path}.floor_area_m2"
    unknown = _area_unknown(home.building, unit)
    if unknown or unit.floor_area_m2 is None:
        return Finding(
            code=CheckCode.FLOOR_AREA, outcome=Outcome.UNKNOWN, text=f"{name} {unknown}が未入力なので、確かめられません。",
            basis=AREA_BASIS, cure=f"{unknown}を入れてください。", path=here,
        )  # fmt: skip
    case, code = _area_case(home.building, unit)
    limit = _limit(thresholds, code)
    fits = unit.floor_area_m2 >= limit
    return Finding(
        code=CheckCode.FLOOR_AREA,
        outcome=_outcome(fits),
        text=f"{name} {_area(unit.floor_area_m2)}({case}の基準 {_short(limit)}㎡以上)",
        numbers=(("専用面積", _area(unit.floor_area_m2)), (f"基準({case})", f"{_short(limit)}㎡以上")),
        basis=AREA_BASIS,
        cure=""
        if fits
        else "面積の書き誤りがないか図面で確かめてください。足りない部屋は計画から除く必要があります。",
        path=here,
    )


def _area_unknown(building: Building, unit: Unit) -> str:
    if unit.floor_area_m2 is None:
        return "専用面積"
    if building.is_existing is None:
        return "新築か既存住宅か"
    # Whether something is shared decides the case: without these answers the number would be a guess.
    if "" in (unit.kitchen, unit.storage, unit.bath):
        return "設備が専用か共用か"
    return ""


def _whole_area(home: _Home, thresholds: Thresholds) -> Finding:
    building, here = home.building, f"{home.path}.total_floor_area_m2"
    capacities = [unit.capacity for unit in building.units]
    if building.total_floor_area_m2 is None or not capacities or None in capacities:
        return Finding(
            code=CheckCode.FLOOR_AREA, outcome=Outcome.UNKNOWN,
            text=f"{home.called} 住宅全体の床面積か部屋の定員が未入力なので、確かめられません。",
            basis=SHARED_LIVING_BASIS, cure="住宅全体の床面積と、すべての部屋の定員を入れてください。", path=here,
        )  # fmt: skip
    people = sum(capacity for capacity in capacities if capacity is not None)
    per_person = _limit(thresholds, ThresholdCode.SHARED_LIVING_PER_PERSON)
    base = _limit(thresholds, ThresholdCode.SHARED_LIVING_BASE)
    fewest = _limit(thresholds, ThresholdCode.SHARED_LIVING_PEOPLE_MIN)
    limit = per_person * people + base
    fits = building.total_floor_area_m2 >= limit and people >= fewest
    sum_text = f"{_short(per_person)}㎡×{people}人+{_short(base)}㎡={_short(limit)}㎡"
    few = "" if people >= fewest else f"。入居できる人数{people}人は{_short(fewest)}人以上に足りません"
    return Finding(
        code=CheckCode.FLOOR_AREA,
        outcome=_outcome(fits),
        text=f"{home.called} 全体 {_area(building.total_floor_area_m2)}(共同居住型の基準 {sum_text}以上){few}",
        numbers=(
            ("住宅全体", _area(building.total_floor_area_m2)),
            ("入居できる人数", f"{people}人"),
            ("基準", f"{sum_text}以上"),
        ),
        basis=SHARED_LIVING_BASIS,
        cure=""
        if fits
        else "住宅全体の床面積と定員の合計を図面で確かめてください。ひとり親世帯向けの部屋は別の算式です。",
        path=here,
    )


def _rooms(home: _Home, thresholds: Thresholds) -> Iterator[Finding]:
    limit = _limit(thresholds, ThresholdCode.SHARED_LIVING_ROOM)
    most = _limit(thresholds, ThresholdCode.SHARED_LIVING_ROOM_PEOPLE_MAX)
    for unit, name, path in home.units:
        yield _room_area(unit, name, f"{path}.floor_area_m2", limit)
        if unit.capacity is not None and unit.capacity > most:
            yield Finding(
                code=CheckCode.FLOOR_AREA,
                outcome=Outcome.ATTENTION,
                text=f"{name} 定員{unit.capacity}人(共同居住型の基準 1部屋{_short(most)}人)",
                numbers=(("定員", f"{unit.capacity}人"), ("基準", f"{_short(most)}人以下")),
                basis=SHARED_LIVING_BASIS,
                cure="定員を確かめてください。ひとり親世帯向けの部屋は別の基準です。",
                path=f"{path}.capacity",
            )


def _room_area(unit: Unit, name: str, here: str, limit: Decimal) -> Finding:
    if unit.floor_area_m2 is None:
        return Finding(
            code=CheckCode.FLOOR_AREA, outcome=Outcome.UNKNOWN, text=f"{name} 専用面積が未入力なので、確かめられません。",
            basis=SHARED_LIVING_BASIS, cure="専用面積を入れてください。", path=here,
        )  # fmt: skip
    fits = unit.floor_area_m2 >= limit
    return Finding(
        code=CheckCode.FLOOR_AREA,
        outcome=_outcome(fits),
        text=f"{name} {_area(unit.floor_area_m2)}(共同居住型の部屋の基準 {_short(limit)}㎡以上)",
        numbers=(
            ("専用面積", _area(unit.floor_area_m2)),
            ("基準(共同居住型の部屋)", f"{_short(limit)}㎡以上"),
        ),
        basis=SHARED_LIVING_BASIS,
        cure="" if fits else "面積(造付けの収納を含みます)を図面で確かめてください。",
        path=here,
    )


# --- 設備 (法41条2号, 共管省令10条2号) ---

EQUIPMENT_BASIS: Final = "法41条2号、共管省令10条2号"
EQUIPMENT: Final = (
    ("kitchen", "台所"),
    ("toilet", "便所"),
    ("storage", "収納設備"),
    ("bath", "浴室又はシャワー室"),
)
"""What each unit has to have. 洗面設備 is not among them."""

MAY_NOT_BE_SHARED: Final = ("toilet",)
_IN_COMMON_PART: Final = {"kitchen": CommonFacility.KITCHEN, "bath": CommonFacility.BATH}
_SHARED_LIVING_ROOM_MAY_HAVE: Final = {
    CommonFacility.KITCHEN: "kitchen",
    CommonFacility.TOILET: "toilet",
    CommonFacility.WASHBASIN: "washbasin",
    CommonFacility.BATH: "bath",
}


def equipment(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """Every unit has kitchen, toilet, storage and bath, or shares them as far as it may."""
    for home in _homes(plan):
        if home.building.is_shared_living:
            yield _shared_living_facilities(home)
            yield from _facilities_per_people(home, thresholds)
            continue
        for unit, name, path in home.units:
            yield _unit_equipment(unit, name, path)
        if any(shares_facilities(unit) for unit in home.building.units):
            yield _common_part(home)


def _unit_equipment(unit: Unit, name: str, path: str) -> Finding:
    state = {attribute: getattr(unit, attribute) for attribute, _ in EQUIPMENT}
    absent = [label for attribute, label in EQUIPMENT if state[attribute] == Facility.NONE]
    wrongly_shared = [
        label
        for attribute, label in EQUIPMENT
        if attribute in MAY_NOT_BE_SHARED and state[attribute] == Facility.SHARED
    ]
    blank = [label for attribute, label in EQUIPMENT if not state[attribute]]
    shared = [label for attribute, label in EQUIPMENT if state[attribute] == Facility.SHARED]
    problems = []
    if absent:
        problems.append(f"{'・'.join(absent)}がありません")
    if wrongly_shared:
        problems.append(f"{'・'.join(wrongly_shared)}は共用にできません")
    if problems:
        return _equipment(
            Outcome.ATTENTION, f"{name} {'。'.join(problems)}。", path, "間取図で確かめてください。"
        )
    if blank:
        return _equipment(
            Outcome.UNKNOWN, f"{name} {'・'.join(blank)}が未入力です。", path, "設備の有無を入れてください。"
        )
    rest = f"({'・'.join(shared)}は共用)" if shared else ""
    return _equipment(Outcome.OK, f"{name} 台所・便所・収納設備・浴室又はシャワー室あり{rest}", path, "")


def _common_part(home: _Home) -> Finding:
    building = home.building
    shared = [(name, label) for name, label in EQUIPMENT if _anyone_shares(building, name)]
    lacking = [
        label for name, label in shared
        if name in _IN_COMMON_PART and _IN_COMMON_PART[name] not in building.common_facilities
    ]  # fmt: skip
    labels = "・".join(label for _, label in shared)
    path = f"{home.path}.common_facilities"
    if lacking:
        text = f"{home.called} 共用とされた{'・'.join(lacking)}が、共用部分の設備にありません。"
        return _equipment(Outcome.ATTENTION, text, path, "共用部分の設備を確かめてください。")
    path = f"{home.path}.has_equal_common_facilities"
    if building.has_equal_common_facilities is None:
        text = f"{home.called} 共用の設備({labels})が、各住戸に備えるのと同等以上かが未入力です。"
        return _equipment(Outcome.UNKNOWN, text, path, "同等以上かどうかに答えてください。")
    if not building.has_equal_common_facilities:
        text = f"{home.called} 共用の設備({labels})が、各住戸に備えるのと同等以上ではないとされています。"
        return _equipment(Outcome.ATTENTION, text, path, "同等以上の居住環境でなければ、共用にできません。")
    return _equipment(Outcome.OK, f"{home.called} 共用の設備({labels})は同等以上とされています。", path, "")


def _anyone_shares(building: Building, name: str) -> bool:
    return any(getattr(unit, name) == Facility.SHARED for unit in building.units)


def _shared_living_facilities(home: _Home) -> Finding:
    """Which of the facilities of common parts are there; one that every room has instead is for a person to weigh."""
    building = home.building
    lacking = [one for one in CommonFacility if one not in building.common_facilities]
    path = f"{home.path}.common_facilities"
    if not lacking:
        return _equipment(Outcome.OK, f"{home.called} 共同居住型の共用の設備がそろっています。", path, "")
    names = "・".join(str(one.label) for one in lacking)
    text = f"{home.called} 共用部分に{names}がありません(共同居住型)。"
    if all(_every_room_has(building, one) for one in lacking):
        text += "どの部屋にも専用で備えるとされています。"
        return _equipment(
            Outcome.UNKNOWN, text, path, "専用で足りるかどうかを、告示と図面で確かめてください。"
        )
    return _equipment(Outcome.ATTENTION, text, path, "図面で確かめ、共用部分の設備に加えてください。")


def _every_room_has(building: Building, facility: CommonFacility) -> bool:
    name = _SHARED_LIVING_ROOM_MAY_HAVE.get(facility)
    return name is not None and all(getattr(unit, name) == Facility.PRIVATE for unit in building.units)


def _facilities_per_people(home: _Home, thresholds: Thresholds) -> Iterator[Finding]:
    """How many there are is on the drawings, not in the plan: said only when one of each is not enough."""
    people = sum(unit.capacity or 0 for unit in home.building.units)
    each = _limit(thresholds, ThresholdCode.SHARED_LIVING_PEOPLE_PER_FACILITY)
    if people <= each:
        return
    wanted = -(-people // int(each))
    text = (
        f"{home.called} {people}人に対し、便所・洗面設備・浴室などは{wanted}か所以上"
        f"({_short(each)}人につき1か所)。数は図面で確かめてください。"
    )
    path = f"{home.path}.common_facilities"
    numbers = (("入居できる人数", f"{people}人"), ("基準", f"{_short(each)}人につき1か所"))
    yield Finding(
        code=CheckCode.EQUIPMENT, outcome=Outcome.UNKNOWN, text=text, numbers=numbers,
        basis=EQUIPMENT_BASIS, cure="図面で数を確かめてください。", path=path,
    )  # fmt: skip


def _equipment(outcome: Outcome, text: str, path: str, cure: str) -> Finding:
    return Finding(
        code=CheckCode.EQUIPMENT, outcome=outcome, text=text, basis=EQUIPMENT_BASIS, cure=cure, path=path
    )


# --- 専用戸数 (法41条4号, 共管省令12条) ---


def exclusive_units(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """How many units are let only to people who get support."""
    units = [unit for _, unit in plan.units]
    exclusive = sum(unit.is_exclusive is True for unit in units)
    unanswered = sum(unit.is_exclusive is None for unit in units)
    limit = _limit(thresholds, ThresholdCode.EXCLUSIVE_UNITS_MIN)
    fits = exclusive >= limit
    outcome = Outcome.UNKNOWN if not fits and exclusive + unanswered >= limit else _outcome(fits)
    rest = f"。未入力{unanswered}戸" if unanswered else ""
    yield Finding(
        code=CheckCode.EXCLUSIVE_UNITS,
        outcome=outcome,
        text=f"専用{exclusive}戸/全{len(units)}戸・{len(plan.buildings)}棟(基準 {_short(limit)}戸以上){rest}",
        numbers=(
            ("専用戸数", f"{exclusive}戸"),
            ("戸数", f"{len(units)}戸"),
            ("棟数", f"{len(plan.buildings)}棟"),
            ("基準", f"{_short(limit)}戸以上"),
        ),
        basis="法41条4号、共管省令12条",
        cure="" if fits else "専用とする住戸を決めて、計画に書いてください。",
        path="buildings",
    )


# --- 援助の内容 (法41条6号, 共管省令14条1号) ---


def safety_frequency(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """安否確認 at least once a day."""
    days = plan.support.safety.every_days
    limit = _limit(thresholds, ThresholdCode.SAFETY_MAX_DAYS)
    yield _interval(
        CheckCode.SAFETY_FREQUENCY, days, limit, name="安否確認", unit="日", basis="法41条6号、共管省令14条1号イ",
        path="support.safety.every_days",
    )  # fmt: skip


def watch_frequency(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """見守り at least once a month."""
    months = plan.support.watch.every_months
    limit = _limit(thresholds, ThresholdCode.WATCH_MAX_MONTHS)
    yield _interval(
        CheckCode.WATCH_FREQUENCY, months, limit, name="見守り", unit="か月", basis="法41条6号、共管省令14条1号ロ",
        path="support.watch.every_months",
    )  # fmt: skip


def _interval(
    code: CheckCode, every: int | None, limit: Decimal, *, name: str, unit: str, basis: str, path: str
) -> Finding:
    wanted = f"{_short(limit)}{unit}に1回以上"
    if every is None:
        text = f"{name}の間隔が未入力です(基準 {wanted})。"
        cure = f"{name}の間隔を入れてください。"
        return Finding(code=code, outcome=Outcome.UNKNOWN, text=text, basis=basis, cure=cure, path=path)
    fits = every <= limit
    return Finding(
        code=code,
        outcome=_outcome(fits),
        text=f"{name} {every}{unit}に1回(基準 {wanted})",
        numbers=(("間隔", f"{every}{unit}に1回"), ("基準", wanted)),
        basis=basis,
        cure="" if fits else f"{name}を{wanted}行う計画にしてください。",
        path=path,
    )


REFERRAL_BASIS: Final = "法41条6号、共管省令14条1号ハ"


def referral_list(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """At least one body to refer to; a private one with its written consent where the list asks for it."""
    targets = plan.support.referral.targets
    path = "support.referral.targets"
    if not targets:
        yield Finding(
            code=CheckCode.REFERRAL_LIST, outcome=Outcome.ATTENTION, text="つなぎ先がありません。",
            numbers=(("つなぎ先", "0件"),), basis=REFERRAL_BASIS, cure="つなぎ先を1つ以上書いてください。", path=path,
        )  # fmt: skip
        return
    private = [target for target in targets if target.is_private]
    unknown = sum(target.is_private is None for target in targets)
    yield Finding(
        code=CheckCode.REFERRAL_LIST,
        outcome=Outcome.UNKNOWN if unknown else Outcome.OK,
        text=f"つなぎ先{len(targets)}件(うち民間{len(private)}件{f'、未入力{unknown}件' if unknown else ''})",
        numbers=(("つなぎ先", f"{len(targets)}件"), ("うち民間", f"{len(private)}件")),
        basis=REFERRAL_BASIS,
        cure="民間事業者かどうかに答えてください。" if unknown else "",
        path=path,
    )
    if private and _asks_for(attached, CONSENT_LETTER) and CONSENT_LETTER not in attached.codes:
        names = "、".join(f"「{target.name}」" for target in private)
        yield Finding(
            code=CheckCode.REFERRAL_LIST, outcome=Outcome.ATTENTION,
            text=f"民間のつなぎ先{names}との連携が確認できる同意書などが添えられていません。",
            basis=REFERRAL_BASIS, cure="同意書などを添えてください。", path=f"documents[{CONSENT_LETTER}]",
        )  # fmt: skip


def _asks_for(attached: Attached, code: str) -> bool:
    """Whether the document list has this line; without a list, it is taken to have it."""
    return not attached.rules or any(rule.code == code for rule in attached.rules)


# --- 耐震 (法41条2号, 共管省令10条1号・8条6号) ---

SEISMIC_BASIS: Final = "法41条2号、共管省令10条1号、8条6号"
_CUT_OFF_TEXT: Final = "昭和56年5月31日"


def seismic(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """Begun by 昭和56年5月31日: proof, or a plan of works. The rest is said to follow the newer code."""
    for home in _homes(plan):
        outcome, text, cure = _seismic(home.building, has_proof=SEISMIC_PROOF in attached.codes)
        yield Finding(
            code=CheckCode.SEISMIC,
            outcome=outcome,
            text=f"{home.called} {text}",
            numbers=(
                ("着工年月", month_text(home.building.construction_started) or "—"),
                ("竣工年月", month_text(home.building.completed) or "—"),
                ("境の日", f"{_CUT_OFF_TEXT}以前の着工"),
            ),
            basis=SEISMIC_BASIS,
            cure=cure,
            path=f"{home.path}.construction_started",
        )


def _is_old(building: Building) -> bool | None:
    """Whether work began by the cut-off; `None` when the plan does not say. What stood by then was begun by then."""
    if not is_blank(building.construction_started):
        return started_before_cut_off(building)
    return True if not is_blank(building.completed) and building.completed <= SEISMIC_CUT_OFF else None


def _seismic(building: Building, *, has_proof: bool) -> tuple[Outcome, str, str]:
    old = _is_old(building)
    if old is None:
        text = f"着工年月が未入力なので、{_CUT_OFF_TEXT}以前の着工かどうかが分かりません。"
        return Outcome.UNKNOWN, text, "着工年月を入れるか、確認済証などで着工の時期を確かめてください。"
    when = month_text(building.construction_started or building.completed)
    when += "着工" if building.construction_started else "竣工"
    if not old:
        return Outcome.OK, f"{when}({_CUT_OFF_TEXT}より後の着工)。耐震性の書類は要りません。", ""
    before = f"{when}({_CUT_OFF_TEXT}以前の着工)。"
    if building.seismic == Seismic.NEW_CODE:
        return (
            Outcome.ATTENTION,
            f"{before}新耐震とされていますが、着工の時期と合いません。",
            "耐震性の欄を直してください。",
        )
    if not has_proof:
        return (
            Outcome.ATTENTION,
            f"{before}耐震性の書類が添えられていません。",
            "耐震診断の報告書などを添えてください。",
        )
    if building.seismic == Seismic.PLANNED:
        return (
            Outcome.ATTENTION,
            f"{before}耐震改修を予定しています。書類は添えられています。",
            "工事計画の概要書か、申請までに改修できなかった事情があるかを確かめ、改修の後の適合も確かめてください。",
        )
    return Outcome.OK, f"{before}耐震性の書類が添えられています。", ""


# --- 家賃 (法41条5号, 共管省令13条) ---

_YEN: Final = re.compile(r"(?P<man>[0-9]+(?:\.[0-9]+)?)万(?P<sen>[0-9])?千?円?|(?P<yen>[0-9]{4,7})円")


def rent(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """Rents beside what the applicant says of the neighbourhood. No number in the law says what is in balance."""
    rents = [unit.monthly_rent_yen for _, unit in plan.units if unit.monthly_rent_yen is not None]
    basis, path = "法41条5号、共管省令13条", "buildings.units.monthly_rent_yen"
    if not rents:
        yield Finding(
            code=CheckCode.RENT, outcome=Outcome.UNKNOWN, text="家賃が未入力です。", basis=basis,
            cure="家賃を入れてください。", path=path,
        )  # fmt: skip
        return
    own = _yen_range(rents)
    comparable = plan.lease.comparable_rent.strip()
    nearby = yen_amounts(comparable)
    outcome, said, cure = _rent_outcome(rents, nearby, comparable)
    yield Finding(
        code=CheckCode.RENT,
        outcome=outcome,
        text=f"家賃 {own}(1戸あたり月額)。{said}",
        numbers=(
            ("家賃", own),
            ("近くの同じような住宅", _yen_range(nearby) if nearby else comparable or "—"),
        ),
        basis=basis,
        cure=cure,
        path="lease.comparable_rent",
    )


def _rent_outcome(rents: list[int], nearby: list[int], comparable: str) -> tuple[Outcome, str, str]:
    if not comparable:
        return (
            Outcome.UNKNOWN,
            "近くの同じような住宅の家賃が書かれていません。",
            "近くの同じような住宅の家賃を調べてください。",
        )
    if not nearby:
        text = f"近くの同じような住宅「{comparable}」からは金額が読み取れません。"
        return Outcome.UNKNOWN, text, "釣り合うかどうかを、書かれた内容から確かめてください。"
    if max(rents) > max(nearby):
        text = f"近くの同じような住宅 {_yen_range(nearby)}より高い住戸があります。"
        return Outcome.ATTENTION, text, "設備や広さの違いなど、高い理由を確かめてください。"
    return Outcome.OK, f"近くの同じような住宅 {_yen_range(nearby)}を超えません。", ""


def yen_amounts(text: str) -> list[int]:
    """The amounts of money in a free text, in yen: 52,000円, 5.2万円, 5万2千円. Empty when there is none."""
    folded = unicodedata.normalize("NFKC", text).replace(",", "")
    return [_yen(match) for match in _YEN.finditer(folded)]


def _yen(match: re.Match[str]) -> int:
    if match["yen"]:
        return int(match["yen"])
    return int(Decimal(match["man"]) * 10_000) + int(match["sen"] or 0) * 1_000


def _yen_range(amounts: list[int]) -> str:
    low, high = min(amounts), max(amounts)
    return f"{low:,}円" if low == high else f"{low:,}円〜{high:,}円"


# --- 対価 (法41条7号, 共管省令15条) ---


def price(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """The price of support beside that of the same service for anybody."""
    own, general = plan.price.monthly_yen, plan.price.general_service_monthly_yen
    outcome, text, cure = _price_outcome(own, plan.price.has_general_service, general)
    yield Finding(
        code=CheckCode.PRICE,
        outcome=outcome,
        text=text,
        numbers=(
            ("援助の対価", "—" if own is None else f"{own:,}円/月"),
            ("一般向けサービス", "—" if general is None else f"{general:,}円/月"),
        ),
        basis="法41条7号、共管省令15条",
        cure=cure,
        path="price.monthly_yen",
    )


def _price_outcome(
    own: int | None, has_general: bool | None, general: int | None
) -> tuple[Outcome, str, str]:
    if own is None:
        return Outcome.UNKNOWN, "援助の対価が未入力です。", "援助の対価を入れてください(ないときは0)。"
    said = f"援助の対価 {own:,}円/月。"
    if own == 0:
        return Outcome.OK, f"{said}無償です。", ""
    if not has_general:
        return (
            Outcome.UNKNOWN,
            f"{said}比べられる一般向けサービスはありません。",
            "内訳と費用から、不当に高くないかを確かめてください。",
        )
    if general is None:
        return (
            Outcome.UNKNOWN,
            f"{said}一般向けサービスの料金が未入力です。",
            "一般向けサービスの料金を入れてください。",
        )
    compared = f"一般向けサービス {general:,}円/月"
    if own > general:
        return (
            Outcome.ATTENTION,
            f"{said}{compared}より{own - general:,}円高くなっています。",
            "高い理由を内訳で確かめてください。",
        )
    return Outcome.OK, f"{said}{compared}を超えません。", ""


# --- 受入れの範囲 (法41条3号, 共管省令11条) ---

BROAD_CATEGORIES: Final = (
    Category.LOW_INCOME, Category.ELDERLY, Category.DISABLED, Category.CHILD_RAISING, Category.FOREIGN, Category.NEEDY,
)  # fmt: skip
"""Groups with many people everywhere. A range with none of them may leave markedly few; a person decides."""


def acceptance(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """Whether the range leaves out too many. Words written besides are for a person to read."""
    outcome, text, cure = _acceptance_outcome(plan)
    count = len(set(plan.acceptance.categories)) if plan.acceptance.is_limited else len(Category)
    yield Finding(
        code=CheckCode.ACCEPTANCE,
        outcome=outcome,
        text=text,
        numbers=(("受け入れる区分", f"{count}区分/全{len(Category)}区分"),),
        basis="法41条3号、共管省令11条",
        cure=cure,
        path="acceptance.categories",
    )


def _acceptance_outcome(plan: Plan) -> tuple[Outcome, str, str]:
    range_ = plan.acceptance
    if range_.is_limited is None:
        return Outcome.UNKNOWN, "範囲を定めるかどうかが未入力です。", "範囲を定めるかどうかに答えてください。"
    if not range_.is_limited:
        return Outcome.OK, "範囲を定めません(すべての住宅確保要配慮者を受け入れます)。", ""
    chosen = [one for one in Category if one in range_.categories]
    names = "、".join(str(one.label) for one in chosen)
    if not set(chosen) & set(BROAD_CATEGORIES):
        text = f"受け入れる方は「{names}」だけです。" if names else "受け入れる方が1つも選ばれていません。"
        return Outcome.ATTENTION, text, "当てはまる方が著しく少なくならないか、範囲の理由を確かめてください。"
    if range_.other.strip():
        text = f"受け入れる方は「{names}」。補足「{range_.other.strip()}」があります。"
        return (
            Outcome.UNKNOWN,
            text,
            "補足が、特定の方への不当な差別や狭すぎる制限にならないか、読んで確かめてください。",
        )
    return Outcome.OK, f"受け入れる方は「{names}」({len(chosen)}区分)です。", ""


# --- 添付書類, 事業を行う者, 誓約 ---


def required_document_files(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """The lines of the document list that this plan needs, and what of it is not attached."""
    needs = required_documents(attached.rules, plan, attached.codes)
    lacking = missing(needs)
    for need in lacking:
        yield Finding(
            code=CheckCode.REQUIRED_DOCUMENTS, outcome=Outcome.ATTENTION, text=f"「{need.label}」が添えられていません。{need.why}",
            basis=need.basis or "共管省令8条", cure=f"「{need.label}」を添えてください。", path=f"documents[{need.code}]",
        )  # fmt: skip
    if lacking:
        return
    needed = sum(need.needed for need in needs)
    text = f"要る書類{needed}種類がそろっています。" if needed else "この計画に要る書類はありません。"
    yield Finding(
        code=CheckCode.REQUIRED_DOCUMENTS,
        outcome=Outcome.OK,
        text=text,
        basis="共管省令8条",
        path="documents",
    )


def parties(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """A lessor and a supporter, and nothing lacking about them."""
    counts = [
        (str(role.label), sum(party.role in (role, PartyRole.BOTH) for party in plan.parties))
        for role in (PartyRole.LESSOR, PartyRole.SUPPORTER)
    ]
    lacking = [gap for gap in gaps(plan) if gap.section == Section.PARTIES]
    head = "・".join(f"{label}{count}者" for label, count in counts)
    for gap in lacking:
        yield Finding(
            code=CheckCode.PARTIES, outcome=Outcome.ATTENTION, text=gap.text, basis="法40条2項1号、共管省令7条",
            cure="申請者に補ってもらってください。", path=gap.path,
        )  # fmt: skip
    if not lacking:
        yield Finding(
            code=CheckCode.PARTIES, outcome=Outcome.OK, text=f"{head}。書くべき事項がそろっています。",
            numbers=tuple((label, f"{count}者") for label, count in counts),
            basis="法40条2項1号、共管省令7条", path="parties",
        )  # fmt: skip


def _pledge(code: CheckCode, declared: PledgeCode, *, basis: str) -> Check:
    """The check of one of the three declarations: who made it and when."""

    def look(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
        made = [one for one in plan.pledges if one.code == declared]
        complete = [one for one in made if one.signer.strip() and one.acknowledged_on]
        fits = bool(made) and len(complete) == len(made)
        signers = "、".join(one.signer for one in complete)
        state = f"{signers}が誓約しています。" if fits else "誓約した者か日がそろっていません。"
        yield Finding(
            code=code,
            outcome=_outcome(fits),
            text=f"「{declared.label}」 {state}",
            numbers=(("誓約した者", f"{len(complete)}者"),),
            basis=basis,
            cure="" if fits else "誓約のページで、誓約する者と日を入れてください。",
            path="pledges",
        )

    return look


CHECKS: Final[dict[CheckCode, Check]] = {
    CheckCode.FLOOR_AREA: floor_area,
    CheckCode.EQUIPMENT: equipment,
    CheckCode.EXCLUSIVE_UNITS: exclusive_units,
    CheckCode.SAFETY_FREQUENCY: safety_frequency,
    CheckCode.WATCH_FREQUENCY: watch_frequency,
    CheckCode.REFERRAL_LIST: referral_list,
    CheckCode.SEISMIC: seismic,
    CheckCode.RENT: rent,
    CheckCode.PRICE: price,
    CheckCode.ACCEPTANCE: acceptance,
    CheckCode.REQUIRED_DOCUMENTS: required_document_files,
    CheckCode.PARTIES: parties,
    CheckCode.PLEDGE_DISQUALIFICATION: _pledge(
        CheckCode.PLEDGE_DISQUALIFICATION, PledgeCode.DISQUALIFICATION, basis="法42条、共管省令8条3号・4号"
    ),
    CheckCode.PLEDGE_STRUCTURE: _pledge(
        CheckCode.PLEDGE_STRUCTURE, PledgeCode.STRUCTURE, basis="法41条2号、共管省令8条5号"
    ),
    CheckCode.PLEDGE_POLICY: _pledge(
        CheckCode.PLEDGE_POLICY, PledgeCode.POLICY, basis="法41条8号、共管省令8条7号"
    ),
}
