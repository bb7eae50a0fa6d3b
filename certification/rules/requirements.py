"""Which documents a plan needs: the list of a municipality against what the plan says and what is attached.

Basis: 共管省令8条1–8号 (令和7年10月1日 in force) and the lists of municipalities.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from certification.rules.conditions import ConditionCode, holds
from certification.rules.plan import Plan

REQUIRED: Final = "required"
AS_NEEDED: Final = "as_needed"


class AnyDocumentRule(Protocol):
    """What is read of a rule: a `DocumentRule` and a row of `DocumentType` both have it."""

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def requirement(self) -> str: ...
    @property
    def condition(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def basis(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class DocumentRule:
    """One line of a document list. `requirement` is `REQUIRED` (必須) or `AS_NEEDED` (適宜), `condition` a ConditionCode."""

    code: str
    label: str
    requirement: str = REQUIRED
    condition: str = ConditionCode.ALWAYS
    hint: str = ""
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentNeed:
    """What one line of the list means for this plan. `why` is a Japanese sentence for the applicant."""

    code: str
    label: str
    hint: str
    basis: str
    needed: bool
    why: str
    attached: bool

    @property
    def is_missing(self) -> bool:
        return self.needed and not self.attached

    @property
    def text(self) -> str:
        """What to do about a missing document."""
        return f"書類「{self.label}」を添えてください。{self.why}"


def required_documents(
    types: Iterable[AnyDocumentRule], plan: Plan, attached_codes: Collection[str]
) -> tuple[DocumentNeed, ...]:
    """Every line of the list with whether this plan needs it and has it. Raises `ValueError` on an unknown condition."""
    return tuple(_need(rule, plan, attached_codes) for rule in types)


def missing(needs: Iterable[DocumentNeed]) -> tuple[DocumentNeed, ...]:
    """The needed documents that are not attached."""
    return tuple(need for need in needs if need.is_missing)


def _need(rule: AnyDocumentRule, plan: Plan, attached_codes: Collection[str]) -> DocumentNeed:
    condition = ConditionCode(rule.condition)
    # 適宜 without a condition is left to the applicant.
    needed = holds(condition, plan) and (rule.requirement == REQUIRED or condition != ConditionCode.ALWAYS)
    return DocumentNeed(
        code=rule.code,
        label=rule.label,
        hint=rule.hint,
        basis=rule.basis,
        needed=needed,
        why=_why(condition, needed=needed),
        attached=rule.code in attached_codes,
    )


def _why(condition: ConditionCode, *, needed: bool) -> str:
    if condition == ConditionCode.ALWAYS:
        return "どの計画にも要ります。" if needed else "必要に応じて添えてください。"
    if condition == ConditionCode.WHEN_OFFICE_ASKS:
        return f"{condition.label}の書類です。"
    if needed:
        return f"{condition.label}に当たるので要ります。"
    return f"{condition.label}に要ります。この計画は、今のところ当たりません。"
