"""The home: floor area, equipment, number of exclusive units, resistance to earthquakes (法41条1・2・4号)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from certification.rules.conditions import SEISMIC_CUT_OFF, shares_facilities, started_before_cut_off
from certification.rules.criteria.findings import (
    Attached,
    CheckCode,
    Finding,
    Home,
    Outcome,
    ThresholdCode,
    Thresholds,
    area_text,
    homes,
    limit_of,
    outcome_of,
    short_by,
    short_text,
)
from certification.rules.parts import is_blank, month_text
from certification.rules.plan import Building, CommonFacility, Facility, Plan, Seismic, Unit

# --- 床面積 (法41条1号, 共管省令9条) ---

AREA_BASIS: Final = "法41条1号、共管省令9条"
SHARED_LIVING_BASIS: Final = "法41条1号、共管省令9条(共同居住型の告示)"


def floor_area(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """Every unit against the number of its case; 共同居住型: each room, the people in it, and the whole."""
    for home in homes(plan):
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


def _unit_area(home: Home, unit: Unit, name: str, path: str, thresholds: Thresholds) -> Finding:
    here = f"{path}.floor_area_m2"
    unknown = _area_unknown(home.building, unit)
    if unknown or unit.floor_area_m2 is None:
        return Finding(
            code=CheckCode.FLOOR_AREA, outcome=Outcome.UNKNOWN, text=f"{name} {unknown}が未入力なので、確かめられません。",
            basis=AREA_BASIS, cure=f"{unknown}を入れてください。", path=here,
        )  # fmt: skip
    case, code = _area_case(home.building, unit)
    limit = limit_of(thresholds, code)
    fits = unit.floor_area_m2 >= limit
    return Finding(
        code=CheckCode.FLOOR_AREA,
        outcome=outcome_of(fits),
        text=f"{name} {area_text(unit.floor_area_m2)}({case}の基準 {short_text(limit)}㎡以上)",
        numbers=(
            ("専用面積", area_text(unit.floor_area_m2)),
            (f"基準({case})", f"{short_text(limit)}㎡以上"),
        ),
        basis=AREA_BASIS,
        cure="" if fits else _area_cure(home.building, unit, limit, thresholds),
        path=here,
    )


def _area_cure(building: Building, unit: Unit, limit: Decimal, thresholds: Thresholds) -> str:
    """How much is lacking; a unit with everything of its own may also come to share, with as good in common."""
    assert unit.floor_area_m2 is not None
    lacking = short_by(unit.floor_area_m2, limit)
    if not shares_facilities(unit):
        existing = ThresholdCode.FLOOR_AREA_SHARED_EXISTING
        code = existing if building.is_existing else ThresholdCode.FLOOR_AREA_SHARED_NEW
        lower = limit_of(thresholds, code)
        if unit.floor_area_m2 >= lower:
            return f"{lacking}、または共用の台所・収納・浴室を同等以上に整える({short_text(lower)}㎡以上で足ります)。"
    return f"{lacking}。広げられなければ計画から除きます。"


def _area_unknown(building: Building, unit: Unit) -> str:
    if unit.floor_area_m2 is None:
        return "専用面積"
    if building.is_existing is None:
        return "新築か既存住宅か"
    # Whether something is shared decides the case: without these answers the number would be a guess.
    if "" in (unit.kitchen, unit.storage, unit.bath):
        return "設備が専用か共用か"
    return ""


def _whole_area(home: Home, thresholds: Thresholds) -> Finding:
    building, here = home.building, f"{home.path}.total_floor_area_m2"
    capacities = [unit.capacity for unit in building.units]
    if building.total_floor_area_m2 is None or not capacities or None in capacities:
        return Finding(
            code=CheckCode.FLOOR_AREA, outcome=Outcome.UNKNOWN,
            text=f"{home.called} 住宅全体の床面積か部屋の定員が未入力なので、確かめられません。",
            basis=SHARED_LIVING_BASIS, cure="住宅全体の床面積と、すべての部屋の定員を入れてください。", path=here,
        )  # fmt: skip
    crowd = _crowd(building)
    per_person = limit_of(thresholds, ThresholdCode.SHARED_LIVING_PER_PERSON)
    base = limit_of(thresholds, ThresholdCode.SHARED_LIVING_BASE)
    fewest = limit_of(thresholds, ThresholdCode.SHARED_LIVING_PEOPLE_MIN)
    terms = [f"{short_text(per_person)}㎡×{crowd.singles}人"] if crowd.singles or not crowd.families else []
    limit = per_person * crowd.singles + base
    if crowd.families:
        per_family = limit_of(thresholds, ThresholdCode.SINGLE_PARENT_PER_HOUSEHOLD)
        limit += per_family * crowd.families
        terms.append(f"{short_text(per_family)}㎡×ひとり親{crowd.families}世帯")
    enough = crowd.people >= fewest
    fits = building.total_floor_area_m2 >= limit and enough
    sum_text = f"{'+'.join(terms)}+{short_text(base)}㎡={short_text(limit)}㎡"
    few = "" if enough else f"。入居できる人数{crowd.people}人は{short_text(fewest)}人以上に足りません"
    return Finding(
        code=CheckCode.FLOOR_AREA,
        outcome=outcome_of(fits),
        text=f"{home.called} 全体 {area_text(building.total_floor_area_m2)}(共同居住型の基準 {sum_text}以上){few}",
        numbers=(
            ("住宅全体", area_text(building.total_floor_area_m2)),
            ("入居できる人数", f"{crowd.people}人"),
            ("基準", f"{sum_text}以上"),
        ),
        basis=SHARED_LIVING_BASIS,
        cure="" if fits else _whole_cure(building.total_floor_area_m2, limit, per_person, enough=enough),
        path=here,
    )


def _whole_cure(total: Decimal, limit: Decimal, per_person: Decimal, *, enough: bool) -> str:
    if total >= limit:
        return "定員を確かめてください。" if not enough else ""
    fewer = (
        f"、または定員を{((limit - total) / per_person).to_integral_value(ROUND_CEILING)}人減らす"
        if per_person > 0
        else ""
    )
    return f"{short_by(total, limit)}{fewer}。"


@dataclass(frozen=True, kw_only=True)
class _Crowd:
    """For how many a house of 共同居住型 is: people, and among them families of one parent as one each."""

    singles: int
    families: int
    people: int


def _crowd(building: Building) -> _Crowd:
    singles = [unit for unit in building.units if not unit.is_single_parent]
    families = [unit for unit in building.units if unit.is_single_parent]
    return _Crowd(
        singles=sum(unit.capacity or 0 for unit in singles),
        families=len(families),
        people=sum(unit.capacity or 0 for unit in building.units),
    )


def _rooms(home: Home, thresholds: Thresholds) -> Iterator[Finding]:
    limit = limit_of(thresholds, ThresholdCode.SHARED_LIVING_ROOM)
    most = limit_of(thresholds, ThresholdCode.SHARED_LIVING_ROOM_PEOPLE_MAX)
    for unit, name, path in home.units:
        if unit.is_single_parent:
            family_limit = _family_room_limit(home.building, thresholds)
            yield _room_area(unit, name, f"{path}.floor_area_m2", family_limit, kind="ひとり親世帯向けの部屋")
            continue
        yield _room_area(unit, name, f"{path}.floor_area_m2", limit)
        if unit.capacity is not None and unit.capacity > most:
            yield Finding(
                code=CheckCode.FLOOR_AREA,
                outcome=Outcome.ATTENTION,
                text=f"{name} 定員{unit.capacity}人(共同居住型の基準 1部屋{short_text(most)}人)",
                numbers=(("定員", f"{unit.capacity}人"), ("基準", f"{short_text(most)}人以下")),
                basis=SHARED_LIVING_BASIS,
                cure=f"定員を{short_text(most)}人にする(ひとり親世帯向けなら、そう答える)。",
                path=f"{path}.capacity",
            )


def _family_room_limit(building: Building, thresholds: Thresholds) -> Decimal:
    """Smaller rooms do where the whole is wide: 15㎡×B+24㎡×C+10㎡ or more."""
    crowd = _crowd(building)
    wide = (
        limit_of(thresholds, ThresholdCode.SHARED_LIVING_PER_PERSON) * crowd.singles
        + limit_of(thresholds, ThresholdCode.SINGLE_PARENT_WIDE) * crowd.families
        + limit_of(thresholds, ThresholdCode.SHARED_LIVING_BASE)
    )
    total = building.total_floor_area_m2
    is_wide = total is not None and total >= wide
    code = ThresholdCode.SINGLE_PARENT_ROOM_WHEN_WIDE if is_wide else ThresholdCode.SINGLE_PARENT_ROOM
    return limit_of(thresholds, code)


def _room_area(unit: Unit, name: str, here: str, limit: Decimal, *, kind: str = "部屋") -> Finding:
    if unit.floor_area_m2 is None:
        return Finding(
            code=CheckCode.FLOOR_AREA, outcome=Outcome.UNKNOWN, text=f"{name} 専用面積が未入力なので、確かめられません。",
            basis=SHARED_LIVING_BASIS, cure="専用面積を入れてください。", path=here,
        )  # fmt: skip
    fits = unit.floor_area_m2 >= limit
    return Finding(
        code=CheckCode.FLOOR_AREA,
        outcome=outcome_of(fits),
        text=f"{name} {area_text(unit.floor_area_m2)}(共同居住型の{kind}の基準 {short_text(limit)}㎡以上)",
        numbers=(
            ("専用面積", area_text(unit.floor_area_m2)),
            (f"基準(共同居住型の{kind})", f"{short_text(limit)}㎡以上"),
        ),
        basis=SHARED_LIVING_BASIS,
        cure="" if fits else f"{short_by(unit.floor_area_m2, limit)}(造付けの収納を含めて数えます)。",
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
    for home in homes(plan):
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


def _common_part(home: Home) -> Finding:
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


def _shared_living_facilities(home: Home) -> Finding:
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


_COUNTED: Final = (
    (CommonFacility.TOILET, "common_toilets"),
    (CommonFacility.WASHBASIN, "common_washbasins"),
    (CommonFacility.BATH, "common_baths"),
)


def _facilities_per_people(home: Home, thresholds: Thresholds) -> Iterator[Finding]:
    """便所・洗面設備・浴室 for so many people each, said only when one of each is not enough."""
    people = sum(unit.capacity or 0 for unit in home.building.units)
    each = limit_of(thresholds, ThresholdCode.SHARED_LIVING_PEOPLE_PER_FACILITY)
    if each < 1 or people <= each:
        return
    wanted = -(-people // int(each))
    counts = {str(one.label): getattr(home.building, name) for one, name in _COUNTED}
    outcome, said, cure = _counted(counts, wanted)
    text = (
        f"{home.called} {people}人に対し、便所・洗面設備・浴室などは{wanted}か所以上"
        f"({short_text(each)}人につき1か所)。{said}"
    )
    numbers = (
        ("入居できる人数", f"{people}人"),
        ("基準", f"{short_text(each)}人につき1か所"),
        *((label, f"{count}か所") for label, count in counts.items() if count is not None),
    )
    yield Finding(
        code=CheckCode.EQUIPMENT, outcome=outcome, text=text, numbers=numbers,
        basis=EQUIPMENT_BASIS, cure=cure, path=f"{home.path}.common_facilities",
    )  # fmt: skip


def _counted(counts: dict[str, int | None], wanted: int) -> tuple[Outcome, str, str]:
    few = {label: wanted - count for label, count in counts.items() if count is not None and count < wanted}
    if few:
        lacking = "・".join(f"{label}あと{number}か所" for label, number in few.items())
        said = "・".join(f"{label}{counts[label]}か所" for label in few)
        return Outcome.ATTENTION, f"{said}です。", f"{lacking}。部屋に専用で備える分は図面で確かめます。"
    if None in counts.values():
        return Outcome.UNKNOWN, "数は図面で確かめてください。", "図面で数を確かめてください。"
    return Outcome.OK, "足りています。", ""


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
    limit = limit_of(thresholds, ThresholdCode.EXCLUSIVE_UNITS_MIN)
    fits = exclusive >= limit
    outcome = Outcome.UNKNOWN if not fits and exclusive + unanswered >= limit else outcome_of(fits)
    rest = f"。未入力{unanswered}戸" if unanswered else ""
    yield Finding(
        code=CheckCode.EXCLUSIVE_UNITS,
        outcome=outcome,
        text=f"専用{exclusive}戸/全{len(units)}戸・{len(plan.buildings)}棟(基準 {short_text(limit)}戸以上){rest}",
        numbers=(
            ("専用戸数", f"{exclusive}戸"),
            ("戸数", f"{len(units)}戸"),
            ("棟数", f"{len(plan.buildings)}棟"),
            ("基準", f"{short_text(limit)}戸以上"),
        ),
        basis="法41条4号、共管省令12条",
        cure="" if fits else f"あと{short_text(limit - exclusive)}戸を専用に決めて、計画に書いてください。",
        path="buildings",
    )


# --- 耐震 (法41条2号, 共管省令10条1号・8条6号) ---

SEISMIC_PROOF: Final = "seismic_proof"
"""The document type that proves it; document lists use this code."""

SEISMIC_BASIS: Final = "法41条2号、共管省令10条1号、8条6号"
_CUT_OFF_TEXT: Final = "昭和56年5月31日"


def seismic(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """Begun by 昭和56年5月31日: proof, or a plan of works. The rest is said to follow the newer code."""
    for home in homes(plan):
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
            "工事計画の概要書と、申請までに改修できなかった事情を確かめてください。改修の完了は、認定の後に「認定後の確認」で追います。",
        )
    return Outcome.OK, f"{before}耐震性の書類が添えられています。", ""
