"""審査票: the 別表 of one case filled in, as plain values that paper and workbook are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from certification.models import Judgement, Requirement, ReviewItem
from certification.rules.conditions import holds
from certification.rules.criteria import Finding, Outcome
from certification.selectors.case import CasePage
from certification.selectors.case_items import condition_words
from japan.wareki import format_wareki

NOBODY = "—"
NOT_JUDGED = "未判定"
NOT_ASKED = "この計画では審査する課がありません。"


@dataclass(frozen=True, kw_only=True)
class SheetVerdict:
    """What one department says of an item. `judged` is who and when, empty while it is open."""

    department: str
    verdict: str
    note: str
    judged: str


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One row of the 別表, with a verdict of each department that judges it; `checks` are the lines of the automatic checks."""

    number: int
    item: str
    documents: str
    requirement: str
    condition: str
    verdicts: tuple[SheetVerdict, ...]
    checks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReviewSheet:
    """The whole sheet. `facts` are (label, value) of its head."""

    title: str
    number: str
    housing: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[SheetRow, ...]
    printed_on: dt.date
    printed_by: str
    source: str

    @property
    def printed(self) -> str:
        return f"作成 {format_wareki(self.printed_on)} {self.printed_by}".strip()


def review_sheet(page: CasePage) -> ReviewSheet:
    """The sheet of a case that the actor of `page` may open, as it stands today."""
    application = page.application
    items = ReviewItem.objects.filter(table=application.table_id).order_by("number")
    return ReviewSheet(
        title="居住安定援助計画 審査票",
        number=application.receipt_number or "受付前",
        housing=application.housing_name or "名称なし",
        facts=tuple(_facts(page)),
        rows=tuple(_row(page, item) for item in items),
        printed_on=page.today,
        printed_by=f"{page.actor.organisation} {page.actor.name}".strip(),
        source=application.table.source if application.table else "",
    )


# --- The head ---


def _facts(page: CasePage) -> Iterator[tuple[str, str]]:
    application, version = page.application, page.version
    names = "、".join(party.name for party in page.plan.parties) or application.applicant_name
    yield "受付番号", application.receipt_number or "受付前"
    yield (
        "手続",
        f"{application.get_procedure_display()}(第{version.number}版 {_moment_day(version.frozen_at)})",
    )
    yield "住宅の名称", application.housing_name
    yield "所在地", application.housing_address
    yield "申請者", names
    yield "別表", f"第{application.table.version}版" if application.table else NOBODY
    yield "申請日", _moment_day(application.submitted_at)
    yield "受付日", _moment_day(application.accepted_at)
    yield "主管課", application.lead_department.name if application.lead_department else NOBODY
    yield "状態", str(application.state_label)
    yield "処理期間", _clock(page)
    yield "決裁", _decision(page)
    if stamps := _stamps(page):
        yield "決裁欄", stamps


def _clock(page: CasePage) -> str:
    if page.clock is None:
        return NOBODY
    due = f"、期限 {format_wareki(page.clock.due_on)}" if page.clock.due_on else ""
    return f"標準{page.clock.standard_days}営業日のうち{page.clock.used}日{due}"


def _decision(page: CasePage) -> str:
    application = page.application
    if application.decided_at is None:
        return NOBODY
    number = application.plan.certified_number
    words = [_moment_day(application.decided_at), str(application.state_label)]
    return " ".join([*words, *([f"認定番号 {number}"] if number else [])])


def _stamps(page: CasePage) -> str:
    """決裁欄 in one line: who drafted, who stamped which step, and when; empty where there is no route."""
    way, proposal = page.rows.way, page.rows.proposal
    if way is None or proposal is None:
        return ""
    words = [f"起案 {proposal.drafted_by.name} {_moment_day(proposal.drafted_at)}"]
    for step in way.steps:
        stamp = way.stamp_of.get(step.pk)
        if stamp is None:
            words.append(f"{step.label} {NOBODY}")
            continue
        deputy = f"(代決 {stamp.on_behalf_of.name})" if stamp.on_behalf_of else ""
        words.append(f"{step.label} {stamp.by.name}{deputy} {_moment_day(stamp.at)}")
    return " → ".join(words)


def _moment_day(moment: dt.datetime | None) -> str:
    return format_wareki(timezone.localdate(moment)) if moment else NOBODY


# --- The rows ---


def _row(page: CasePage, item: ReviewItem) -> SheetRow:
    return SheetRow(
        number=item.number,
        item=item.label,
        documents=item.document_label,
        requirement=str(Requirement(item.requirement).label),
        condition=condition_words(item),
        verdicts=tuple(_verdicts(page, item)),
        checks=tuple(_checks(page, item)),
    )


def _verdicts(page: CasePage, item: ReviewItem) -> Iterator[SheetVerdict]:
    given = [row for row in page.rows.judgements if row.item_id == item.pk]
    if given:
        yield from map(_verdict, given)
        return
    # Before the receipt there are no judgements yet: the sheet shows who will be asked.
    asked = [] if page.rows.judgements else _asked(page, item)
    for department in asked:
        yield SheetVerdict(department=department, verdict="", note="", judged="")
    if not asked:
        yield SheetVerdict(department=NOBODY, verdict=NOBODY, note=NOT_ASKED, judged="")


def _asked(page: CasePage, item: ReviewItem) -> list[str]:
    names = {review.department_id: review.department.name for review in page.rows.reviews}
    links = [link for link in page.links if link.item_id == item.pk and holds(link.condition, page.plan)]
    return [names[link.department_id] for link in links if link.department_id in names]


def _verdict(row: Judgement) -> SheetVerdict:
    who = f"{row.judged_by.name} {_moment_day(row.judged_at)}" if row.judged_by else ""
    return SheetVerdict(
        department=row.department.name,
        verdict=str(row.get_verdict_display()) if row.verdict else NOT_JUDGED,
        note=row.note,
        judged=who,
    )


def _checks(page: CasePage, item: ReviewItem) -> Iterator[str]:
    """What wants attention line by line; the sound findings as one line when they are many."""
    if not holds(item.condition, page.plan):
        yield "この計画は条件に当たりません。"
        return
    findings = page.findings(item)
    if not findings:
        yield NOBODY
    sound = [found for found in findings if found.outcome == Outcome.OK]
    for found in findings:
        if found.outcome != Outcome.OK:
            yield _line(found)
    if len(sound) > 2:
        yield f"{Outcome.OK.label} {len(sound)}件: {sound[0].text} ほか"
    else:
        yield from map(_line, sound)


def _line(found: Finding) -> str:
    return f"{found.outcome.label}: {found.text} {found.cure}".strip()
