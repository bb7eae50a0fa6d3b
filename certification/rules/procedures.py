"""手続の種別: what each procedure about a plan is called, rests on, and what becomes of the plan when it is granted.

Applications all go through the one state table (`workflow`); what differs between them stands here. Notifications
(届出, 報告) are no applications: nothing is decided about them.

Basis: 法40条1項 (認定), 44条1項・2項 (変更の認定), 45条 (地位の承継), 50条1項 (目的外使用), and 共管省令22条, 24条, 31条, as of
令和7年10月1日.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from certification.rules.workflow import State


class Procedure(TextChoices):
    """手続の種別."""

    CERTIFICATION = "certification", "認定申請"
    CHANGE = "change", "変更認定申請"
    SUCCESSION = "succession", "地位承継承認申請"
    OTHER_USE = "other_use", "目的外使用承認申請"


@dataclass(frozen=True, kw_only=True)
class ProcedureRule:
    """What is true of one procedure. `symbol` marks its receipt numbers, `sections` whether the plan's own sections are
    written in it."""

    symbol: str
    granted: str
    refused: str
    basis: str
    form: str
    sections: bool
    on_certified_plan: bool = True


RULES: Final[dict[Procedure, ProcedureRule]] = {
    Procedure.CERTIFICATION: ProcedureRule(
        symbol="認",
        granted="認定",
        refused="不認定",
        basis="法40条1項",
        form="別記様式第二号",
        sections=True,
        on_certified_plan=False,
    ),
    Procedure.CHANGE: ProcedureRule(
        symbol="変",
        granted="変更認定",
        refused="変更不認定",
        basis="法44条1項",
        form="別記様式第四号",
        sections=True,
    ),
    Procedure.SUCCESSION: ProcedureRule(
        symbol="承",
        granted="承継承認",
        refused="承継不承認",
        basis="法45条",
        form="別記様式第六号",
        sections=False,
    ),
    Procedure.OTHER_USE: ProcedureRule(
        symbol="目",
        granted="目的外使用承認",
        refused="目的外使用不承認",
        basis="法50条1項",
        form="別記様式第九号",
        sections=False,
    ),
}


def rule_of(procedure: str) -> ProcedureRule:
    """The rule of a procedure by its code."""
    return RULES[Procedure(procedure)]


def state_label(state: str, procedure: str) -> str:
    """A state as this procedure calls it: what is 認定 of a plan is 承継承認 of a succession."""
    known = State(state)
    if known == State.CERTIFIED:
        return rule_of(procedure).granted
    if known == State.REFUSED:
        return rule_of(procedure).refused
    return str(known.label)
