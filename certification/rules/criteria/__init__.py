"""Automatic checks of the criteria: numbers and articles to stand beside a review item. They advise, never decide.

Basis: 法41条1–8号, 共管省令9条–15条 and, for 共同居住型賃貸住宅, the 告示 on its area; as of 令和7年10月1日. The numbers are
data (`Threshold`), because a local plan may change them (共管省令16条・17条); only 昭和56年5月31日 is a constant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from certification.rules.criteria.care import (
    CONSENT_LETTER,
    acceptance,
    referral_list,
    safety_frequency,
    watch_frequency,
)
from certification.rules.criteria.findings import (
    CHECK_LABELS,
    Attached,
    Check,
    CheckCode,
    Comparable,
    Finding,
    MissingThresholdError,
    Outcome,
    ThresholdCode,
    Thresholds,
)
from certification.rules.criteria.formal import parties, pledge, required_document_files
from certification.rules.criteria.housing import (
    SEISMIC_PROOF,
    equipment,
    exclusive_units,
    floor_area,
    seismic,
)
from certification.rules.criteria.money import price, rent, yen_amounts
from certification.rules.disqualification import Match
from certification.rules.plan import Plan, PledgeCode
from certification.rules.requirements import AnyDocumentRule

__all__ = (
    "CHECKS",
    "CHECK_LABELS",
    "CONSENT_LETTER",
    "SEISMIC_PROOF",
    "CheckCode",
    "Comparable",
    "Finding",
    "Outcome",
    "ThresholdCode",
    "Thresholds",
    "run",
    "yen_amounts",
)

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
    CheckCode.PLEDGE_DISQUALIFICATION: pledge(
        CheckCode.PLEDGE_DISQUALIFICATION, PledgeCode.DISQUALIFICATION, PledgeCode.GUARDIAN
    ),
    CheckCode.PLEDGE_STRUCTURE: pledge(CheckCode.PLEDGE_STRUCTURE, PledgeCode.STRUCTURE),
    CheckCode.PLEDGE_POLICY: pledge(CheckCode.PLEDGE_POLICY, PledgeCode.POLICY),
}


def run(
    codes: Iterable[str],
    plan: Plan,
    *,
    thresholds: Thresholds,
    attached: Collection[str] = (),
    documents: Iterable[AnyDocumentRule] = (),
    comparables: Iterable[Comparable] = (),
    revoked: Iterable[Match] = (),
) -> tuple[Finding, ...]:
    """The findings of the named checks, in the order named.

    `attached` are the codes of attached documents, `documents` the lines of the document list that are meant,
    `comparables` the rents an officer found nearby, `revoked` who resembles somebody of a revoked plan.
    Raises `ValueError` on an unknown code.
    """
    beside = Attached(
        codes=frozenset(attached),
        rules=tuple(documents),
        comparables=tuple(comparables),
        revoked=tuple(revoked),
    )
    return tuple(finding for code in codes for finding in _run_one(CheckCode(code), plan, thresholds, beside))


def _run_one(code: CheckCode, plan: Plan, thresholds: Thresholds, attached: Attached) -> tuple[Finding, ...]:
    try:
        return tuple(CHECKS[code](plan, thresholds, attached))
    except MissingThresholdError as error:
        text = f"{code.label}の基準の数値({error})が登録されていないので、確かめられません。"
        cure = "「基準の数値」に登録してください。"
        return (Finding(code=code, outcome=Outcome.UNKNOWN, text=text, cure=cure),)
