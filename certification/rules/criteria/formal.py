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
from certification.rules.disqualification import BASIS as BAR_BASIS
from certification.rules.disqualification import Match
from certification.rules.plan import PartyRole, Plan, PledgeCode, Section
from certification.rules.pledges import BASIS, lines
from certification.rules.requirements import missing, required_documents
from japan.wareki import format_wareki

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
    yield from (_resembling(match) for match in attached.revoked)
    if not lacking:
        yield Finding(
            code=CheckCode.PARTIES, outcome=Outcome.OK, text=f"{head}。書くべき事項がそろっています。",
            numbers=tuple((label, f"{count}者") for label, count in counts),
            basis="法40条2項1号、共管省令7条", path="parties",
        )  # fmt: skip


def _resembling(match: Match) -> Finding:
    """Never a verdict: two people may bear one name."""
    revoked = match.revoked
    return Finding(
        code=CheckCode.PARTIES,
        outcome=Outcome.ATTENTION,
        text=f"{match.who.role}「{match.who.name}」は、{format_wareki(revoked.revoked_on)}に認定を取り消された{revoked.label}の{revoked.who.role}と{match.sureness.label}します。",
        numbers=(
            ("取消しの日", format_wareki(revoked.revoked_on)),
            ("2年がたつ日", format_wareki(match.ends_on)),
        ),
        basis=f"{BAR_BASIS}、6号〜8号",
        cure=f"同じ者かを確かめてください。同じなら{format_wareki(match.ends_on)}まで認定できません。",
        path="parties",
    )


def pledge(code: CheckCode, *declared: PledgeCode) -> Check:
    """The check of a declaration: whether everybody who has to make it did, with name and day."""
    basis = BASIS[declared[0]]

    def look(plan: Plan, thresholds: Thresholds, attached: Attached) -> Iterator[Finding]:
        wanted = [line for line in lines(plan) if line.code in declared]
        complete = [line for line in wanted if line.is_complete]
        lacking = [line.signatory.label for line in wanted if not line.is_complete]
        signers = "、".join(dict.fromkeys(line.pledge.signer for line in complete if line.pledge))
        state = (
            f"{'、'.join(dict.fromkeys(lacking))}の誓約がそろっていません。"
            if lacking
            else f"{signers}が誓約しています。"
        )
        yield Finding(
            code=code,
            outcome=outcome_of(not lacking),
            text=f"「{declared[0].label}」 {state}",
            numbers=(("誓約した者", f"{len(complete)}者/{len(wanted)}者"),),
            basis=basis,
            cure="誓約のページで、誓約する者と日を入れてください。" if lacking else "",
            path="pledges",
        )

    return look
