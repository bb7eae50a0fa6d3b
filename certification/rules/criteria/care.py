"""The support and for whom: intervals, bodies to refer to, the range of people accepted (法41条3・6号)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from certification.rules.criteria.findings import (
    Attached,
    CheckCode,
    Finding,
    Outcome,
    ThresholdCode,
    Thresholds,
    limit_of,
    outcome_of,
    short_text,
)
from certification.rules.plan import Category, Plan

# --- 援助の内容 (法41条6号, 共管省令14条1号) ---


def safety_frequency(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """安否確認 at least once a day."""
    days = plan.support.safety.every_days
    limit = limit_of(thresholds, ThresholdCode.SAFETY_MAX_DAYS)
    yield _interval(
        CheckCode.SAFETY_FREQUENCY, days, limit, name="安否確認", unit="日", basis="法41条6号、共管省令14条1号イ",
        path="support.safety.every_days",
    )  # fmt: skip


def watch_frequency(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """見守り at least once a month."""
    months = plan.support.watch.every_months
    limit = limit_of(thresholds, ThresholdCode.WATCH_MAX_MONTHS)
    yield _interval(
        CheckCode.WATCH_FREQUENCY, months, limit, name="見守り", unit="か月", basis="法41条6号、共管省令14条1号ロ",
        path="support.watch.every_months",
    )  # fmt: skip


def _interval(
    code: CheckCode, every: int | None, limit: Decimal, *, name: str, unit: str, basis: str, path: str
) -> Finding:
    wanted = f"{short_text(limit)}{unit}に1回以上"
    if every is None:
        text = f"{name}の間隔が未入力です(基準 {wanted})。"
        cure = f"{name}の間隔を入れてください。"
        return Finding(code=code, outcome=Outcome.UNKNOWN, text=text, basis=basis, cure=cure, path=path)
    fits = every <= limit
    return Finding(
        code=code,
        outcome=outcome_of(fits),
        text=f"{name} {every}{unit}に1回(基準 {wanted})",
        numbers=(("間隔", f"{every}{unit}に1回"), ("基準", wanted)),
        basis=basis,
        cure="" if fits else f"{name}を{wanted}行う計画にしてください。",
        path=path,
    )


CONSENT_LETTER: Final = "consent_letter"
"""The document type of a private body's consent; document lists use this code."""

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
