"""One case as a reviewing office sees it: items beside the plan, changes, clock, people, timeline. At most 20 queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, User
from accounts.rules.actor import Actor
from accounts.selectors import holders, moment_text, timeline_of
from certification.models import (
    Application,
    CertificationSetting,
    Document,
    DocumentType,
    Judgement,
    Letter,
    PlanVersion,
    Proposal,
    Requirement,
    ReturnPoint,
    ReviewItem,
    ReviewItemDepartment,
    Threshold,
)
from certification.rules.clock import Clock
from certification.rules.conditions import ConditionCode, holds
from certification.rules.criteria import Finding, Outcome, run
from certification.rules.difference import (
    Change,
    DisplaySection,
    compare,
    compare_documents,
    covers,
    display,
    unrequested,
)
from certification.rules.plan import Plan, Section
from certification.rules.workflow import ROW_OF, Action, Facts, Offer, State, Verdict, available, check
from certification.selectors.access import REVIEW_ROLES, staff_cases
from certification.selectors.facts import CaseRows, clock_of, facts_of, rows_of
from japan.wareki import format_wareki

TIMELINE: Final = tuple(
    f"certification.{name}"
    for name in (
        *(row.action.value for row in ROW_OF.values() if row.targets),
        "add_department", "assign", "hand_over",
    )
)  # fmt: skip

VERDICT_KINDS: Final = {
    Verdict.FIT: "ok",
    Verdict.CORRECT: "fix",
    Verdict.UNFIT: "ng",
    Verdict.NOT_APPLICABLE: "na",
}
VERDICT_CHOICES: Final = [
    {"code": verdict.value, "label": verdict.label, "kind": kind} for verdict, kind in VERDICT_KINDS.items()
]


class NotVisible(Exception):
    """There is no such case for this person: pages answer 404."""


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """One row of the 別表 as one department meets it."""

    judgement: Judgement
    item: ReviewItem
    editable: bool
    is_inferred: bool
    applies: bool
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    places: tuple[dict[str, str], ...]

    @property
    def anchor(self) -> str:
        return f"item-{self.item.number}-{self.judgement.department_id}"

    @property
    def requirement(self) -> str:
        return str(Requirement(self.item.requirement).label)

    @property
    def condition(self) -> str:
        return (
            ""
            if self.item.condition == ConditionCode.ALWAYS
            else str(ConditionCode(self.item.condition).label)
        )

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


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Everything the page of one case shows."""

    actor: Actor
    today: dt.date
    setting: CertificationSetting
    rows: CaseRows
    facts: Facts
    versions: tuple[PlanVersion, ...]
    clock: Clock | None
    thresholds: dict[str, Decimal]
    links: tuple[ReviewItemDepartment, ...]
    document_types: tuple[DocumentType, ...]
    timeline: list[dict[str, str]]
    letters: tuple[Letter, ...]

    @property
    def application(self) -> Application:
        return self.rows.application

    @cached_property
    def version(self) -> PlanVersion:
        """The newest version the office may read: the last frozen one."""
        return next(row for row in self.versions if row.frozen_at)

    @cached_property
    def previous(self) -> PlanVersion | None:
        return next((row for row in self.versions if row.number == self.version.number - 1), None)

    @cached_property
    def plan(self) -> Plan:
        return self.version.value

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the version before."""
        return changes_between(self.previous, self.version) if self.previous else ()

    @cached_property
    def unasked(self) -> frozenset[str]:
        """Paths of changes that no point of the last return asked for."""
        return unasked_paths(self.changes, self.last_points)

    @cached_property
    def last_points(self) -> tuple[ReturnPoint, ...]:
        """The points that led to the newest frozen version."""
        numbers = [point.round.number for point in self.rows.points if point.round]
        awaiting = self.application.state == State.AWAITING_CORRECTION
        wanted = max(numbers, default=0) - (1 if awaiting else 0)
        return tuple(point for point in self.rows.points if point.round and point.round.number == wanted)

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """The acts of the state table for the foot of the page."""
        inner = (Action.JUDGE, Action.DRAFT_POINT, Action.JUDGE_POINT, Action.ASSIGN)
        return tuple(offer for offer in available(self.facts) if offer.action not in inner)

    def may(self, action: Action) -> bool:
        return check(self.facts, action) is None

    @cached_property
    def own(self) -> frozenset[int]:
        return self.actor.departments(*REVIEW_ROLES)

    @cached_property
    def items(self) -> tuple[ItemView, ...]:
        """All items: one's own department's first, then the others', by number."""
        mine = [self.item_view(row) for row in self.rows.judgements if row.department_id in self.own]
        others = [self.item_view(row) for row in self.rows.judgements if row.department_id not in self.own]
        return (*mine, *others)

    def item_view(self, row: Judgement) -> ItemView:
        item = row.item
        link = next(
            (
                each
                for each in self.links
                if each.item_id == item.pk and each.department_id == row.department_id
            ),
            None,
        )
        types = [each for each in self.document_types if each.code in item.document_codes]
        return ItemView(
            judgement=row,
            item=item,
            editable=row.department_id in self.own
            and self.may(Action.JUDGE)
            and self._is_open(row.department_id),
            is_inferred=bool(link and link.is_inferred),
            applies=holds(item.condition, self.plan),
            findings=run(
                item.checks,
                self.plan,
                thresholds=self.thresholds,
                attached={file.code for file in self.version.documents.all()},
                documents=types,
            ),
            changes=tuple(change for change in self.changes if speaks_of(item, change)),
            places=_places(item),
        )

    def _is_open(self, department_id: int) -> bool:
        if self.application.state == State.CIRCULATING:
            return any(review.department_id == department_id for review in self.rows.open_reviews)
        return department_id == self.application.lead_department_id

    @cached_property
    def sections(self) -> tuple[DisplaySection, ...]:
        return display(self.plan)

    @cached_property
    def change_at(self) -> dict[str, Change]:
        return {change.path: change for change in self.changes}

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The attachments as `file_row` takes them, the replaced and added ones marked."""
        before = (
            {(file.code, file.sha256) for file in self.previous.documents.all()} if self.previous else None
        )
        return [_file_row(file, before=before) for file in self.version.documents.all()]

    @property
    def open_points(self) -> tuple[ReturnPoint, ...]:
        return tuple(point for point in self.rows.points if point.status == ReturnPoint.Status.DRAFT)


def speaks_of(item: ReviewItem, change: Change) -> bool:
    """Whether an item is about the place that changed."""
    if change.section is None:
        return change.pattern.removeprefix("documents.") in item.document_codes
    return any(covers(section, change.pattern) for section in item.sections)


def _places(item: ReviewItem) -> tuple[dict[str, str], ...]:
    names = dict.fromkeys(section.split(".")[0] for section in item.sections)
    labels = [(name, str(Section(name).label)) for name in names if name in Section.values]
    return tuple({"url": f"#plan-{name}", "label": label} for name, label in labels)


def _file_row(file: Document, *, before: set[tuple[str, str]] | None) -> dict[str, Any]:
    return {
        "name": file.original_name,
        "url": reverse("certification:document", args=[file.public_id]),
        "kind": file.label,
        "pages": file.pages,
        "size": f"{max(file.size // 1024, 1)}KB",
        "changed": before is not None and (file.code, file.sha256) not in before,
        "uploaded": moment_text(file.uploaded_at),
    }


def changes_between(earlier: PlanVersion, later: PlanVersion) -> tuple[Change, ...]:
    """Every difference of content and attachments; uses the prefetched documents."""
    return compare(earlier.value, later.value) + compare_documents(_files(earlier), _files(later))


def _files(version: PlanVersion) -> list[tuple[str, str, str, str]]:
    return [(file.code, file.label, file.original_name, file.sha256) for file in version.documents.all()]


def unasked_paths(changes: tuple[Change, ...], points: Iterable[ReturnPoint]) -> frozenset[str]:
    """Where the applicant changed what no point speaks of. A point about the whole application covers everything."""
    told = list(points)
    if any(point.item is None for point in told):
        return frozenset()
    scopes = [(point.item.sections, point.item.document_codes) for point in told if point.item]
    return frozenset(change.path for change in unrequested(changes, scopes))


def _case(actor: Actor, case_id: uuid.UUID) -> Application:
    found = (
        staff_cases(actor)
        .select_related(
            "municipality__certification_setting__lead_department", "plan", "table", "lead_department"
        )
        .filter(public_id=case_id)
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def case_page(actor: Actor, case_id: uuid.UUID, *, now: dt.datetime) -> CasePage:
    """The page of one case. Raises `NotVisible`."""
    application = _case(actor, case_id)
    today = timezone.localdate(now)
    setting = application.municipality.certification_setting
    versions = tuple(
        PlanVersion.objects.filter(plan=application.plan_id)
        .prefetch_related("documents")
        .order_by("-number")[:3]
    )
    application.current_version = versions[0]
    rows = rows_of(application)
    return CasePage(
        actor=actor,
        today=today,
        setting=setting,
        rows=rows,
        facts=facts_of(rows, actor=actor, order=setting.order, as_staff=True),
        versions=versions,
        clock=clock_of(application, setting=setting, today=today),
        thresholds=thresholds_of(application, today=today),
        links=tuple(ReviewItemDepartment.objects.filter(item__table=application.table_id)),
        document_types=tuple(DocumentType.objects.filter(table=application.table_id)),
        timeline=timeline_of("certification.application", str(application.public_id), actions=TIMELINE),
        letters=tuple(application.letters.defer("pdf", "content").order_by("-pk")),
    )


def thresholds_of(application: Application, *, today: dt.date) -> dict[str, Decimal]:
    """The numbers in force for the municipality on the day the plan was filed."""
    day = timezone.localdate(application.submitted_at) if application.submitted_at else today
    rows = Threshold.objects.in_force(municipality_id=application.municipality_id, day=day)
    return {row.code: row.value for row in rows}


def clock_words(clock: Clock | None) -> dict[str, Any] | None:
    """The clock as its component takes it: a headline, one sentence, and every stretch counted or not."""
    if clock is None:
        return None
    lines = [
        {
            "label": line.label,
            "text": f"{format_wareki(line.since)} から {format_wareki(line.until)} まで",
            "days": f"{line.days}日",
            "counted": line.counted,
        }
        for line in clock.lines
    ]
    head, tone = _headline(clock)
    due = f"期限は{format_wareki(clock.due_on, weekday=True)}です。" if clock.due_on else ""
    return {
        "headline": head,
        "tone": tone,
        "summary": f"標準処理期間{clock.standard_days}営業日のうち{clock.used}日を使いました。{due}",
        "lines": lines,
        "total": f"{clock.used}日",
    }


def _headline(clock: Clock) -> tuple[str, str]:
    if clock.has_ended:
        return f"{clock.used}営業日で終わりました", "calm"
    if clock.is_stopped:
        return f"停止中(残り{clock.remaining}営業日)", "stopped"
    if clock.remaining < 0:
        return f"期限を{-clock.remaining}営業日過ぎています", "hot"
    return f"期限まで{clock.remaining}営業日", "soon" if clock.remaining <= 3 else "calm"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two frozen versions side by side."""

    application: Application
    numbers: tuple[int, ...]
    earlier: PlanVersion | None
    later: PlanVersion
    changes: tuple[Change, ...]
    unasked: frozenset[str]


def comparison(actor: Actor, case_id: uuid.UUID, *, earlier: int | None, later: int | None) -> Comparison:
    """The differences between two frozen versions, by default the last two. Raises `NotVisible`."""
    application = _case(actor, case_id)
    frozen = list(
        PlanVersion.objects.filter(plan=application.plan_id, frozen_at__isnull=False)
        .prefetch_related("documents")
        .order_by("number")
    )
    by_number = {row.number: row for row in frozen}
    new = by_number.get(later or 0, frozen[-1])
    old = by_number.get(earlier or new.number - 1)
    changes = changes_between(old, new) if old and old.number < new.number else ()
    points = application.return_points.told().filter(round__number=new.number - 1).select_related("item")
    adjacent = old is not None and old.number == new.number - 1
    return Comparison(
        application=application,
        numbers=tuple(by_number),
        earlier=old,
        later=new,
        changes=changes,
        unasked=unasked_paths(changes, points) if adjacent else frozenset(),
    )


def addable(page: CasePage) -> list[Department]:
    """Departments that could be added to the case."""
    on_case = {review.department_id for review in page.rows.reviews}
    departments = page.application.municipality.departments.filter(is_active=True).order_by("pk")
    return [row for row in departments if row.pk not in on_case]


def colleagues_of(page: CasePage, department_id: int) -> list[User]:
    """Who may be put in charge in a department."""
    people = holders(department_ids=[department_id], roles=REVIEW_ROLES, day=page.today)
    return list(people.order_by("kana", "name", "pk"))


def open_proposal(page: CasePage) -> Proposal | None:
    """The proposal waiting for its decision."""
    proposal = page.rows.proposal
    return proposal if proposal and proposal.status == Proposal.Status.OPEN else None
