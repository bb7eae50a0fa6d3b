"""The rows of the 別表 as one department meets them: judgement, automatic checks, documents, changes, points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
MOST_SOUND_OPEN: Final = 2
ANSWERED: Final = (ReturnPoint.Status.ANSWERED, ReturnPoint.Status.RESOLVED, ReturnPoint.Status.UNRESOLVED)


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """One judgement with everything that helps to make it.

    `files` are the attachments the item speaks of, where it applies.
    """

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
        return condition_words(self.item)

    @property
    def is_open(self) -> bool:
        return self.editable and not self.judgement.verdict

    @property
    def places(self) -> list[dict[str, str]]:
        return places_of(self.item.sections)

    @property
    def checks(self) -> list[dict[str, str]]:
        """The findings that stand open beside the item: all that want attention; the sound ones while they are few."""
        return [_check(found) for found in self.findings if found not in self._folded]

    @property
    def sound_checks(self) -> list[dict[str, str]]:
        """Sound findings that are many (a line for each room): folded."""
        return [_check(found) for found in self._folded]

    @cached_property
    def _folded(self) -> tuple[Finding, ...]:
        sound = tuple(found for found in self.findings if found.outcome == Outcome.OK)
        return sound if len(sound) > MOST_SOUND_OPEN else ()


def condition_words(item: ReviewItem) -> str:
    """The condition of an item in words, unless its own label says it already."""
    label = str(ConditionCode(item.condition).label)
    is_said = item.condition == ConditionCode.ALWAYS or label.removesuffix("場合") in item.label
    return "" if is_said else label


def _check(found: Finding) -> dict[str, str]:
    """A finding as the `check` component takes it; what would mend it stands behind the text."""
    return {
        "kind": {Outcome.OK: "ok", Outcome.ATTENTION: "attention"}.get(found.outcome, "unknown"),
        "text": f"{found.text} {found.cure}".strip(),
        "basis": found.basis,
    }
