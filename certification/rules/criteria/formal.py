"""What must be there before the content is weighed: documents, parties, declarations (共管省令7条・8条)."""

from __future__ import annotations

from collections.abc import Iterator

from certification.rules.completeness import gaps
from certification.rules.criteria.findings import (
    Attached,
    Check,
    CheckCode,
    Finding,
    Outcome,
    Thresholds,
    outcome_of,
)
from certification.rules.plan import PartyRole, Plan, PledgeCode, Section
from certification.rules.requirements import missing, required_documents

# --- 添付書類, 事業を行う者, 誓約 ---


def required_document_files(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """The lines of the document list that this plan needs, and what of it is not attached."""
    needs = required_documents(attached.rules, plan, attached.codes)
    lacking = missing(needs)
    for need in lacking:
        yield Finding(
            code=CheckCode.REQUIRED_DOCUMENTS, outcome=Outcome.ATTENTION, text=f"「{need.label}」が添えられていません。{need.why}",
            basis=need.basis or "共管省令8条", cure=f"「{need.label}」を添えてください。", path=f"documents[{need.code}]",
        )  # fmt: skip
    if lacking:
        return
    needed = sum(need.needed for need in needs)
    text = f"要る書類{needed}種類がそろっています。" if needed else "この計画に要る書類はありません。"
    yield Finding(
        code=CheckCode.REQUIRED_DOCUMENTS,
        outcome=Outcome.OK,
        text=text,
        basis="共管省令8条",
        path="documents",
    )


def parties(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
    """A lessor and a supporter, and nothing lacking about them."""
    counts = [
        (str(role.label), sum(party.role in (role, PartyRole.BOTH) for party in plan.parties))
        for role in (PartyRole.LESSOR, PartyRole.SUPPORTER)
    ]
    lacking = [gap for gap in gaps(plan) if gap.section == Section.PARTIES]
    head = "・".join(f"{label}{count}者" for label, count in counts)
    for gap in lacking:
        yield Finding(
            code=CheckCode.PARTIES, outcome=Outcome.ATTENTION, text=gap.text, basis="法40条2項1号、共管省令7条",
            cure="申請者に補ってもらってください。", path=gap.path,
        )  # fmt: skip
    if not lacking:
        yield Finding(
            code=CheckCode.PARTIES, outcome=Outcome.OK, text=f"{head}。書くべき事項がそろっています。",
            numbers=tuple((label, f"{count}者") for label, count in counts),
            basis="法40条2項1号、共管省令7条", path="parties",
        )  # fmt: skip


def pledge(code: CheckCode, declared: PledgeCode, *, basis: str) -> Check:
    """The check of one of the three declarations: who made it and when."""

    def look(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
        made = [one for one in plan.pledges if one.code == declared]
        complete = [one for one in made if one.signer.strip() and one.acknowledged_on]
        fits = bool(made) and len(complete) == len(made)
        signers = "、".join(one.signer for one in complete)
        state = f"{signers}が誓約しています。" if fits else "誓約した者か日がそろっていません。"
        yield Finding(
            code=code,
            outcome=outcome_of(fits),
            text=f"「{declared.label}」 {state}",
            numbers=(("誓約した者", f"{len(complete)}者"),),
            basis=basis,
            cure="" if fits else "誓約のページで、誓約する者と日を入れてください。",
            path="pledges",
        )

    return look
