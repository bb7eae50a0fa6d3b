"""公開一覧: what of a certified plan may be shown to everybody, and what the list can be searched by.

The ordinance asks the operator to publish some of the plan (共管省令34条: name and address of the operator, of the place the
municipality alone, numbers of dwellings, terms of letting, support and its price, contact). It asks for no list by the
office. So this list says by itself only where the plan was certified, its number and its day; everything else appears when
the operator agreed to that very item. What was not agreed does not enter the public row, and so can neither be read nor
found by searching.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import TextChoices

from certification.rules.parts import choice_label, number_text
from certification.rules.plan import (
    Category,
    CommonFacility,
    DwellingType,
    Facility,
    LeaseKind,
    Plan,
    SafetyMethod,
    Structure,
    Unit,
    WatchMethod,
)

VACANCY_FRESH_DAYS: Final = 60
"""How long a report of vacancies counts. Our own rule: rooms are let within weeks, and an old 「空きあり」 sends people in vain."""


class PublicField(TextChoices):
    """公開する項目: what an operator may agree to show, one by one."""

    HOUSING_NAME = "housing_name", "住宅の名称"
    ADDRESS = "address", "所在地(番地まで)"
    RENT = "rent", "家賃と賃貸の条件"
    FLOOR_AREA = "floor_area", "部屋の広さ"
    FACILITIES = "facilities", "建物と設備"
    ACCEPTANCE = "acceptance", "受け入れる方"
    UNITS = "units", "戸数と専用戸数"
    SUPPORT = "support", "居住安定援助の内容"
    PRICE = "price", "援助の対価"
    OPERATOR = "operator", "事業者の名称・住所・代表者"
    CONTACT = "contact", "入居の問合せ先"
    VACANCY = "vacancy", "空いている部屋の数"


NOTICE_FIELDS: Final = (
    PublicField.RENT,
    PublicField.UNITS,
    PublicField.SUPPORT,
    PublicField.PRICE,
    PublicField.OPERATOR,
    PublicField.CONTACT,
)
"""公示事項 (共管省令34条 in force 令和7年10月1日): the operator publishes these anyway, on the Internet or otherwise."""


class Equipment(TextChoices):
    """設備: what a room may have for itself; the values are attributes of `Unit`."""

    KITCHEN = "kitchen", "台所"
    TOILET = "toilet", "便所"
    BATH = "bath", "浴室・シャワー室"
    WASHBASIN = "washbasin", "洗面設備"
    STORAGE = "storage", "収納"


PLAIN_CATEGORIES: Final = {
    Category.LOW_INCOME: "収入の少ない方",
    Category.DISASTER: "災害にあって3年以内の方",
    Category.ELDERLY: "高齢の方",
    Category.DISABLED: "障害のある方",
    Category.CHILD_RAISING: "子どもを育てている方",
    Category.FOREIGN: "外国の方",
    Category.CHINA_RETURNEE: "中国残留邦人の方",
    Category.CHILD_ABUSE: "児童虐待を受けた方",
    Category.SPOUSE_VIOLENCE: "配偶者などから暴力を受けた方",
    Category.HANSEN: "ハンセン病療養所にいた方",
    Category.ABDUCTION: "拉致被害にあって帰国した方",
    Category.CRIME_VICTIM: "犯罪の被害にあった方",
    Category.PROBATIONER: "保護観察中などの方",
    Category.RELEASED: "刑務所などを出た方",
    Category.WOMEN: "困難をかかえる女性",
    Category.NEEDY: "生活に困っている方",
    Category.LARGE_DISASTER: "大きな災害にあった方",
    Category.LOCAL_PLAN: "都道府県や市区町村の計画で定める方",
}
"""How residents read the categories; the wording is ours."""


@dataclass(frozen=True, kw_only=True)
class PublicRow:
    """What everybody may see. `card` holds ready texts by field, the rest is what the list is searched by."""

    card: dict[str, dict[str, Any]]
    rent_low_yen: int | None = None
    rent_high_yen: int | None = None
    floor_area_low_m2: Decimal | None = None
    floor_area_high_m2: Decimal | None = None
    facets: str = ""


def public_row(plan: Plan, agreed: Collection[str]) -> PublicRow:
    """The public row of a plan whose operator agreed to these fields. Nothing else of the plan gets in."""
    fields = [field for field in PublicField if field in agreed]
    card = {field.value: _CARD_OF[field](plan) for field in fields if field in _CARD_OF}
    rents = _numbers(unit.monthly_rent_yen for _, unit in plan.units) if PublicField.RENT in agreed else []
    areas = _numbers(unit.floor_area_m2 for _, unit in plan.units) if PublicField.FLOOR_AREA in agreed else []
    facets = [f"has:{one}" for one in _own_equipment(plan)] if PublicField.FACILITIES in agreed else []
    facets += [f"who:{one}" for one in accepted(plan)] if PublicField.ACCEPTANCE in agreed else []
    return PublicRow(
        card=card,
        rent_low_yen=min(rents, default=None),
        rent_high_yen=max(rents, default=None),
        floor_area_low_m2=min(areas, default=None),
        floor_area_high_m2=max(areas, default=None),
        facets="".join(f"|{facet}|" for facet in facets),
    )


def facet(group: str, code: str) -> str:
    """How a facet stands in `PublicRow.facets`: between bars, so that no code is found inside another."""
    return f"|{group}:{code}|"


def accepted(plan: Plan) -> tuple[str, ...]:
    """The categories that may move in: all of them where the plan sets no limit (法40条2項6号)."""
    if plan.acceptance.is_limited is False:
        return tuple(Category.values)
    return tuple(code for code in Category.values if code in plan.acceptance.categories)


def vacancy_problem(vacancies: int | None, *, unit_count: int) -> str | None:
    """What is wrong with a reported number of vacancies, or None."""
    if vacancies is None:
        return "空いている部屋の数を入れてください。空きがないときは0を入れてください。"
    if vacancies > unit_count:
        return f"この計画の部屋は{unit_count}戸です。{unit_count}以下の数を入れてください。"
    return None


def is_fresh(reported_on: dt.date, *, today: dt.date) -> bool:
    """Whether a report of vacancies still counts."""
    return today - reported_on <= dt.timedelta(days=VACANCY_FRESH_DAYS)


def span_text(low: Any, high: Any, *, unit: str) -> str:
    """52,000円〜54,000円; one value where both ends are the same; nothing without a value."""
    if low is None or high is None:
        return ""
    first, last = f"{number_text(low)}{unit}", f"{number_text(high)}{unit}"
    return first if first == last else f"{first}〜{last}"


# --- One function per field: the part of the plan it shows, as ready text ---


def _housing_name(plan: Plan) -> dict[str, Any]:
    return {"text": _joined(building.name for building in plan.buildings)}


def _address(plan: Plan) -> dict[str, Any]:
    return {"text": _joined(building.address for building in plan.buildings)}


def _rent(plan: Plan) -> dict[str, Any]:
    units = [unit for _, unit in plan.units]
    lease = plan.lease
    term = f"{lease.years}年" if lease.years else ""
    return {
        "rent": _span((unit.monthly_rent_yen for unit in units), "円"),
        "common_fee": _span((unit.common_fee_yen for unit in units), "円"),
        "deposit": _span((unit.deposit_yen for unit in units), "円"),
        "key_money": _yen(lease.key_money_yen),
        "lease": " ".join(part for part in (choice_label(LeaseKind, lease.kind), term) if part),
        "guarantee": lease.guarantee,
    }


def _floor_area(plan: Plan) -> dict[str, Any]:
    units = [unit for _, unit in plan.units]
    return {
        "text": _span((unit.floor_area_m2 for unit in units), "㎡"),
        "layouts": _joined(dict.fromkeys(unit.layout for unit in units)),
    }


def _facilities(plan: Plan) -> dict[str, Any]:
    units = [unit for _, unit in plan.units]
    shared = dict.fromkeys(code for building in plan.buildings for code in building.common_facilities)
    return {
        "building": _joined(
            " ".join(
                part
                for part in (
                    choice_label(DwellingType, building.dwelling_type),
                    choice_label(Structure, building.structure),
                    f"{building.storeys}階建て" if building.storeys else "",
                )
                if part
            )
            for building in plan.buildings
        ),
        "rooms": [
            {"term": str(each.label), "text": text} for each in Equipment if (text := _equipped(units, each))
        ],
        "shared": _joined(choice_label(CommonFacility, code) for code in shared),
    }


def _acceptance(plan: Plan) -> dict[str, Any]:
    everybody = plan.acceptance.is_limited is False
    words = [] if everybody else [PLAIN_CATEGORIES[Category(code)] for code in accepted(plan)]
    return {"everybody": everybody, "who": words, "other": plan.acceptance.other}


def _units(plan: Plan) -> dict[str, Any]:
    units = [unit for _, unit in plan.units]
    exclusive = sum(1 for unit in units if unit.is_exclusive)
    return {"total": f"{len(units)}戸", "exclusive": f"{exclusive}戸"}


def _support(plan: Plan) -> dict[str, Any]:
    safety, watch = plan.support.safety, plan.support.watch
    every_days, every_months = safety.every_days, watch.every_months
    return {
        "safety": _how(SafetyMethod, safety.methods, every_days, "日"),
        "watch": _how(WatchMethod, watch.methods, every_months, "か月"),
        "other": plan.support.other,
    }


def _price(plan: Plan) -> dict[str, Any]:
    monthly = plan.price.monthly_yen
    return {
        "monthly": "" if monthly is None else f"月{number_text(monthly)}円",
        "extra_costs": plan.price.extra_costs,
    }


def _operator(plan: Plan) -> dict[str, Any]:
    parties = [
        {
            "name": party.name,
            "address": party.address,
            "representative": " ".join(
                part for part in (party.representative_title, party.representative_name) if part
            ),
        }
        for party in plan.parties
    ]
    return {"parties": parties}


def _contact(plan: Plan) -> dict[str, Any]:
    """The desk, never the person behind it."""
    contact = plan.contact
    return {
        "name": contact.name,
        "phone": contact.phone,
        "fax": contact.fax,
        "email": contact.email,
        "hours": contact.hours,
    }


_CARD_OF: Final[dict[PublicField, Callable[[Plan], dict[str, Any]]]] = {
    PublicField.HOUSING_NAME: _housing_name,
    PublicField.ADDRESS: _address,
    PublicField.RENT: _rent,
    PublicField.FLOOR_AREA: _floor_area,
    PublicField.FACILITIES: _facilities,
    PublicField.ACCEPTANCE: _acceptance,
    PublicField.UNITS: _units,
    PublicField.SUPPORT: _support,
    PublicField.PRICE: _price,
    PublicField.OPERATOR: _operator,
    PublicField.CONTACT: _contact,
}
"""VACANCY is missing: it is no part of the plan, the operator reports it."""


def _numbers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _joined(texts: Iterable[str]) -> str:
    return "、".join(text for text in texts if text)


def _span(values: Iterable[Any], unit: str) -> str:
    found = _numbers(values)
    return span_text(min(found, default=None), max(found, default=None), unit=unit)


def _yen(amount: int | None) -> str:
    if amount is None:
        return ""
    return f"{number_text(amount)}円" if amount else "なし"


def _how(choices: Any, methods: Iterable[str], every: int | None, unit: str) -> str:
    how = _joined(choice_label(choices, method) for method in methods)
    if every is None:
        return how
    often = f"{every}{unit}に1回"
    return f"{often}({how})" if how else often


def _own_equipment(plan: Plan) -> list[str]:
    """What at least one room has for itself."""
    return [
        each.value
        for each in Equipment
        if any(getattr(unit, each.value) == Facility.PRIVATE for _, unit in plan.units)
    ]


def _equipped(units: list[Unit], each: Equipment) -> str:
    """全室, 一部の部屋, 共用, なし; nothing where the plan does not say."""
    found = {getattr(unit, each.value) for unit in units} - {""}
    if found == {Facility.PRIVATE}:
        return "全室にあり"
    if Facility.PRIVATE in found:
        return "一部の部屋にあり"
    if Facility.SHARED in found:
        return "共用"
    return "なし" if found else ""
