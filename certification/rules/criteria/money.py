"""Rents beside the neighbourhood, the price of support beside the same service for anybody (法41条5・7号)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Final

from certification.rules.criteria.findings import (
    Attached,
    CheckCode,
    Comparable,
    Finding,
    Outcome,
    ThresholdCode,
    Thresholds,
    limit_of,
    outcome_of,
    short_text,
)
from certification.rules.plan import Plan

# --- 家賃 (法41条5号, 共管省令13条) ---

_YEN: Final = re.compile(
    r"(?P<man>[0-9]+(?:\.[0-9]+)?)万(?:(?P<sen>[0-9])千)?(?:(?P<rest>[0-9]{1,4})円)?|(?P<yen>[0-9]{4,7})円"
)


def rent(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """Rents beside the homes an officer found, else beside what the applicant says of the neighbourhood.

    No number in the law says what is in balance: how far above the median one looks closer is data, not a bound.
    """
    if attached.comparables:
        yield _beside_comparables(
            plan, attached.comparables, limit_of(thresholds, ThresholdCode.RENT_OVER_PERCENT)
        )
        return
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


def _beside_comparables(plan: Plan, comparables: tuple[Comparable, ...], over: Decimal) -> Finding:
    """The median per ㎡ of what was found, and how far the plan's rents lie from it."""
    middle = median([one.yen_per_m2 for one in comparables])
    rates = [
        unit.monthly_rent_yen / unit.floor_area_m2
        for _, unit in plan.units
        if unit.monthly_rent_yen is not None and unit.floor_area_m2
    ]
    found = f"調べた{len(comparables)}件の中央値 {_yen(middle)}/㎡"
    basis, path = "法41条5号、共管省令13条", "buildings.units.monthly_rent_yen"
    if not rates or middle <= 0:
        return Finding(
            code=CheckCode.RENT, outcome=Outcome.UNKNOWN, text=f"{found}。家賃か専用面積が未入力です。",
            basis=basis, cure="家賃と専用面積を入れてください。", path=path,
        )  # fmt: skip
    fits = max(rates) <= middle * (100 + over) / 100
    low, high = min(rates), max(rates)
    own = f"{_yen(low)}/㎡" if _yen(low) == _yen(high) else f"{_yen(low)}〜{_yen(high)}/㎡"
    apart = "〜".join(dict.fromkeys((_percent(low, middle), _percent(high, middle))))
    return Finding(
        code=CheckCode.RENT,
        outcome=outcome_of(fits),
        text=f"家賃 {own}は、{found}に対し{apart}(目安 +{short_text(over)}%まで)",
        numbers=(("家賃(㎡当たり)", own), ("近傍同種の中央値", f"{_yen(middle)}/㎡"), ("差", apart)),
        basis=basis,
        cure=""
        if fits
        else f"㎡当たり{_yen(high - middle * (100 + over) / 100)}高い理由(設備・築年など)を確かめてください。",
        path=path,
    )


def _yen(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,}円"


def _percent(rate: Decimal, middle: Decimal) -> str:
    return f"{(rate / middle * 100 - 100).quantize(Decimal(1), ROUND_HALF_UP):+}%"


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
    return [_amount(match) for match in _YEN.finditer(folded)]


def _amount(match: re.Match[str]) -> int:
    if match["yen"]:
        return int(match["yen"])
    return int(Decimal(match["man"]) * 10_000) + int(match["sen"] or 0) * 1_000 + int(match["rest"] or 0)


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
            f"あと{own - general:,}円下げるか、高い理由を内訳で確かめてください。",
        )
    return Outcome.OK, f"{said}{compared}を超えません。", ""
