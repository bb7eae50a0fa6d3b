"""認定台帳: what one line of the ledger says of a plan, and for what an office may take a copy of it.

The office keeps a ledger beside the national system (要綱第5の2). What stands in it comes from the plan as filed: 法40条2項
1号 (parties), 2–4号 (units and areas), 8号 (rent), 9号 (support), 10号 (price). Text of the act as of 令和7年10月1日.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices

from certification.rules.clock import Clock
from certification.rules.plan import Plan, SafetyMethod, Support, WatchMethod
from certification.rules.workflow import Verdict


class Purpose(TextChoices):
    """Why somebody takes a copy of the ledger. Chosen from a list: the audit trail keeps no free text."""

    STATISTICS = "statistics", "統計・国や都道府県への報告"
    CHECK = "check", "進み具合の点検"
    ASSEMBLY = "assembly", "議会・監査の資料"
    DISCLOSURE = "disclosure", "情報公開・開示請求への対応"
    HANDOVER = "handover", "事務の引継ぎ"
    ARCHIVE = "archive", "保存用の写し"


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """What the ledger says of a plan. Amounts and areas are `None` where the plan says nothing."""

    parties: str
    kana: str
    corporate_numbers: str
    units: int
    exclusive_units: int
    area_from: Decimal | None
    area_to: Decimal | None
    rent_from: int | None
    rent_to: int | None
    support: str
    price: int | None


def line_of(plan: Plan) -> PlanLine:
    """The line of a plan as filed."""
    units = [unit for _, unit in plan.units]
    areas = [unit.floor_area_m2 for unit in units if unit.floor_area_m2 is not None]
    rents = [unit.monthly_rent_yen for unit in units if unit.monthly_rent_yen is not None]
    return PlanLine(
        parties=_joined(party.name for party in plan.parties),
        kana=_joined(party.kana for party in plan.parties),
        corporate_numbers=_joined(party.corporate_number for party in plan.parties),
        units=len(units),
        exclusive_units=sum(1 for unit in units if unit.is_exclusive),
        area_from=min(areas, default=None),
        area_to=max(areas, default=None),
        rent_from=min(rents, default=None),
        rent_to=max(rents, default=None),
        support=support_kinds(plan.support),
        price=plan.price.monthly_yen,
    )


def support_kinds(support: Support) -> str:
    """安否確認(通信機器の設置)、見守り(訪問)、福祉サービスへのつなぎ(2か所)、その他."""
    found = []
    if support.safety.methods:
        found.append(f"安否確認({_labels(SafetyMethod, support.safety.methods)})")
    if support.watch.methods:
        found.append(f"見守り({_labels(WatchMethod, support.watch.methods)})")
    if support.referral.targets:
        found.append(f"福祉サービスへのつなぎ({len(support.referral.targets)}か所)")
    if support.other:
        found.append("その他")
    return "、".join(found)


def result_text(counts: Mapping[str, int], *, is_sent: bool, is_open: bool) -> str:
    """What a department found: 適8・該当なし1. While it has not sent: 審査中 3/9; where the case ended before: 未了 3/9."""
    done = sum(count for verdict, count in counts.items() if verdict)
    total = sum(counts.values())
    words = "・".join(f"{verdict.label}{counts[verdict]}" for verdict in Verdict if counts.get(verdict))
    if is_sent or (total and done == total):
        return words or "項目なし"
    return f"{'審査中' if is_open else '未了'} {done}/{total}"


def days_waited(clock: Clock | None) -> int:
    """Business days in which the applicant corrected: those that the clock did not count."""
    return sum(line.days for line in clock.lines if not line.counted) if clock else 0


def _labels(kind: type[TextChoices], codes: Iterable[str]) -> str:
    """A code that a later version does not know any more stands as it was written: one plan never stops the ledger."""
    known = dict(kind.choices)
    return _joined(known.get(code, code) for code in codes)


def _joined(texts: Iterable[object]) -> str:
    return "、".join(str(text) for text in texts if text)
