"""The rows of the 別表 as one department meets them: judgement, automatic checks, documents, changes, points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from certification.models import Judgement, Requirement, ReturnPoint, ReviewItem
from certification.rules.conditions import ConditionCode
from certification.rules.criteria import Finding, Outcome
from certification.rules.difference import Change
from certification.rules.workflow import Verdict
from certification.selectors.case_plan import places_of

VERDICT_KINDS: Final = {
    Verdict.FIT: "ok",
    Verdict.CORRECT: "fix",
    Verdict.UNFIT: "ng",
    Verdict.NOT_APPLICABLE: "na",
}
VERDICT_CHOICES: Final = [
    {"code": verdict.value, "label": verdict.label, "kind": kind} for verdict, kind in VERDICT_KINDS.items()
]
ANSWERED: Final = (ReturnPoint.Status.ANSWERED, ReturnPoint.Status.RESOLVED, ReturnPoint.Status.UNRESOLVED)


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """One judgement with everything that helps to make it. `files` are the attachments the item speaks of."""

    judgement: Judgement
    is_own: bool
    editable: bool
    is_inferred: bool
    applies: bool
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    has_unasked: bool
    files: tuple[dict[str, Any], ...]
    answers: tuple[ReturnPoint, ...]

    @property
    def item(self) -> ReviewItem:
        return self.judgement.item

    @property
    def anchor(self) -> str:
        return f"item-{self.item.number}-{self.judgement.department_id}"

    @property
    def legend(self) -> str:
        return f"{self.item.number} {self.item.label}"

    @property
    def requirement(self) -> str:
        return str(Requirement(self.item.requirement).label)

    @property
    def condition(self) -> str:
        """The condition of the item in words, unless its own label says it already."""
        label = str(ConditionCode(self.item.condition).label)
        is_said = self.item.condition == ConditionCode.ALWAYS or label.removesuffix("場合") in self.item.label
        return "" if is_said else label

    @property
    def is_open(self) -> bool:
        return self.editable and not self.judgement.verdict

    @property
    def places(self) -> list[dict[str, str]]:
        return places_of(self.item.sections)

    @property
    def checks(self) -> list[dict[str, str]]:
        """The findings as the `check` component takes them; what would mend it stands behind the text."""
        return [
            {
                "kind": {Outcome.OK: "ok", Outcome.ATTENTION: "attention"}.get(found.outcome, "unknown"),
                "text": f"{found.text} {found.cure}".strip(),
                "basis": found.basis,
            }
            for found in self.findings
        ]
