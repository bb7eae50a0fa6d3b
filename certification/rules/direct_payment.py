"""代理納付: whether an operator may ask that rent be paid directly to the landlord, and on which ground.

Basis: 法53条 and 共管省令36条, as of 令和7年10月1日: a member of the 居住支援協議会 or of a body that is one, a 居住支援法人, a registered
賃貸住宅管理業者 or 家賃債務保証業者, a landlord who carries the business together with one of these, or who has entrusted one
with the management. What the plan does not say (membership, a contract of management) the operator has to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from certification.rules.plan import LicenceKind, Party, PartyRole, Plan

_LICENCES: Final = {
    LicenceKind.RENTAL_MANAGER: "賃貸住宅管理業者の登録",
    LicenceKind.GUARANTOR: "家賃債務保証業者の登録",
}


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One ground: whose, and what it is."""

    party: str
    text: str


@dataclass(frozen=True, kw_only=True)
class DirectPaymentStanding:
    """Grounds found in the plan. Without any, the operator may still qualify by what the plan does not say."""

    grounds: tuple[Ground, ...]

    @property
    def qualifies(self) -> bool:
        return bool(self.grounds)


NOT_IN_THE_PLAN: Final = (
    "居住支援協議会の構成員か、構成員である団体の会員であること、または該当する者に管理を委託していることは、計画からは分かりません。"
    "当たるときは、それを示す書類で確かめます。"
)


def direct_payment(plan: Plan) -> DirectPaymentStanding:
    """The grounds of each party, then those of a landlord who acts together with one that has a ground."""
    own = tuple(ground for party in plan.parties for ground in _own(party))
    return DirectPaymentStanding(grounds=(*own, *_together(plan, {ground.party for ground in own})))


def _own(party: Party) -> tuple[Ground, ...]:
    found = ["居住支援法人"] if party.is_support_corporation else []
    found += [
        text
        for kind, text in _LICENCES.items()
        if any(licence.kind == kind and licence.number.strip() for licence in party.licences)
    ]
    return tuple(Ground(party=party.name, text=text) for text in found)


def _together(plan: Plan, able: set[str]) -> tuple[Ground, ...]:
    if not able or len(plan.parties) < 2:
        return ()
    return tuple(
        Ground(party=party.name, text="当たる者と共同で事業を行う賃貸人")
        for party in plan.parties
        if party.role == PartyRole.LESSOR and party.name not in able
    )
