"""One case as a reviewing office sees it: items beside the plan, changes, clock, people, timeline. At most 20 queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, holders, moment_text, timeline_of
from certification.models import (
    Application,
    CertificationSetting,
    Document,
    DocumentType,
    Judgement,
    Letter,
    PlanVersion,
    Proposal,
    RentComparable,
    ReturnPoint,
    ReviewItem,
    ReviewItemDepartment,
)
from certification.rules.clock import Clock
from certification.rules.conditions import holds
from certification.rules.criteria import Finding, run
from certification.rules.difference import Change, compare, compare_documents, touched
from certification.rules.disqualification import Match
from certification.rules.plan import Plan
from certification.rules.statements import statement_rows
from certification.rules.workflow import ROW_OF, Action, Facts, Offer, State, available, check
from certification.selectors.access import REVIEW_ROLES, staff_cases, visible_letters
from certification.selectors.approval import names_of_fillers
from certification.selectors.case_items import ANSWERED, ItemView
from certification.selectors.case_plan import Asked, Block, asked_for, plan_blocks
from certification.selectors.criteria import (
    as_values,
    comparables_of,
    having_beside,
    revoked_matches,
    thresholds_of,
)
from certification.selectors.facts import (
    CaseRows,
    MyStep,
    clock_of,
    facts_of,
    my_step,
    rows_of,
    signature_of,
    versions_of,
)

TIMELINE: Final = tuple(
    f"certification.{name}"
    for name in (
        *(row.action.value for row in ROW_OF.values() if row.targets),
        "add_department", "assign", "hand_over", "stamp",
    )
)  # fmt: skip


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

    @property
    def application(self) -> Application:
        return self.rows.application

    @cached_property
    def version(self) -> PlanVersion:
        """The newest version the office may read: the last frozen one."""
        return next(row for row in self.versions if row.frozen_at)

    @cached_property
    def previous(self) -> PlanVersion | None:
        return next((row for row in self.versions if row.number < self.version.number), None)

    @cached_property
    def plan(self) -> Plan:
        return self.version.value

    @cached_property
    def letters(self) -> tuple[Letter, ...]:
        """What was sent, newest first. Asked for only by the pages that show it."""
        found = visible_letters(self.actor).filter(application=self.application)
        return tuple(found.defer("pdf", "content").order_by("-pk"))

    @property
    def statement(self) -> list[dict[str, str]]:
        """What the procedure states beside the plan, as terms and texts."""
        rows = statement_rows(self.application.procedure, self.version.statement, self.plan)
        return [{"term": label, "text": text} for label, text in rows]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the version before."""
        return changes_between(self.previous, self.version) if self.previous else ()

    @cached_property
    def asked(self) -> Asked:
        """Which points of the last return asked for each change."""
        return asked_for(self.changes, self.last_points)

    @property
    def last_points(self) -> tuple[ReturnPoint, ...]:
        """The points that led to the newest frozen version: return n asks for the n-th version after the first."""
        wanted = self.version.number - self.application.first_number
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
        """All items: one's own departments' first, then the others', department by department."""
        places = {review.department_id: place for place, review in enumerate(self.rows.reviews)}
        ordered = sorted(
            self.rows.judgements,
            key=lambda row: (row.department_id not in self.own, places.get(row.department_id, 0)),
        )
        return tuple(self._item_view(row) for row in ordered)

    def _item_view(self, row: Judgement) -> ItemView:
        item = row.item
        changes = tuple(change for change in self.changes if speaks_of(item, change))
        is_own = row.department_id in self.own
        applies = holds(item.condition, self.plan)
        return ItemView(
            judgement=row,
            is_own=is_own,
            editable=is_own and self.may(Action.JUDGE) and self._is_open(row.department_id),
            is_inferred=(item.pk, row.department_id) in self._inferred,
            applies=applies,
            findings=self.findings(item) if applies else (),
            changes=changes,
            has_unasked=any(change.path in self.asked.unasked for change in changes),
            files=tuple(file for file in self.documents if applies and file["code"] in item.document_codes),
            answers=self._answers(item.pk, row.department_id),
        )

    def findings(self, item: ReviewItem) -> tuple[Finding, ...]:
        """What the automatic checks of an item say of this plan."""
        documents = [each for each in self.document_types if each.code in item.document_codes]
        return self.checked(item.checks, documents=documents)

    def checked(
        self, codes: Iterable[str], *, documents: Sequence[DocumentType] | None = None
    ) -> tuple[Finding, ...]:
        """What the named checks say of this plan, by default with the whole list of documents."""
        return run(
            codes,
            self.plan,
            thresholds=self.thresholds,
            attached=self._attached,
            documents=self.document_types if documents is None else documents,
            comparables=as_values(self.comparables),
            revoked=self.revoked,
        )

    @cached_property
    def comparables(self) -> tuple[RentComparable, ...]:
        """The rents nearby that an officer entered."""
        return comparables_of(self.application) if getattr(self.application, "has_rents", True) else ()

    @cached_property
    def revoked(self) -> tuple[Match, ...]:
        """Who of the plan resembles somebody of a revoked plan of the same municipality."""
        if not getattr(self.application, "has_revocations", True):
            return ()
        return revoked_matches(self.application, self.plan, today=self.today)

    @cached_property
    def _inferred(self) -> set[tuple[int, int]]:
        return {(link.item_id, link.department_id) for link in self.links if link.is_inferred}

    @cached_property
    def _attached(self) -> frozenset[str]:
        return frozenset(file.code for file in self.version.documents.all())

    def _answers(self, item_id: int, department_id: int) -> tuple[ReturnPoint, ...]:
        return tuple(
            point
            for point in self.last_points
            if point.item_id == item_id and point.department_id == department_id and point.status in ANSWERED
        )

    def may_judge_point(self, point: ReturnPoint) -> bool:
        """Whether this person may say if the answer resolves the point."""
        return (
            point.department_id in self.own
            and point.status in ANSWERED
            and self.may(Action.JUDGE_POINT)
            and self._is_open(point.department_id)
        )

    def _is_open(self, department_id: int) -> bool:
        if self.application.state == State.CIRCULATING:
            return any(review.department_id == department_id for review in self.rows.open_reviews)
        return department_id == self.application.lead_department_id

    @cached_property
    def set_aside(self) -> tuple[ItemView, ...]:
        """Own open items whose condition the plan does not meet: offered to be set to 該当なし together."""
        return tuple(view for view in self.items if view.is_open and not view.applies)

    @cached_property
    def blocks(self) -> list[Block]:
        return plan_blocks(self.plan, changes=self.changes, asked=self.asked)

    @cached_property
    def documents(self) -> list[dict[str, Any]]:
        """The attachments as `file_row` takes them, the replaced and added ones marked."""
        before = (
            {(file.code, file.sha256) for file in self.previous.documents.all()} if self.previous else None
        )
        return [_file_row(file, before=before) for file in self.version.documents.all()]

    @property
    def removed_documents(self) -> list[Change]:
        """Attachments of the version before that are gone without a new one in their place."""
        return [change for change in self.changes if change.section is None and change.kind == "removed"]

    @property
    def draft_points(self) -> tuple[ReturnPoint, ...]:
        return tuple(point for point in self.rows.points if point.status == ReturnPoint.Status.DRAFT)


def speaks_of(item: ReviewItem, change: Change) -> bool:
    """Whether an item is about the place that changed."""
    return touched((change,), item.sections, item.document_codes)


def _file_row(file: Document, *, before: set[tuple[str, str]] | None) -> dict[str, Any]:
    return {
        "code": file.code,
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


def _case(actor: Actor, case_id: uuid.UUID) -> Application:
    found = (
        staff_cases(actor)
        .select_related(
            "municipality__certification_setting__lead_department",
            "plan",
            "table",
            "lead_department",
            "decided_thresholds",
        )
        .annotate(**having_beside())
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
    versions = tuple(_with_base(application).prefetch_related("documents").order_by("-number")[:3])
    application.current_version = versions[0]
    rows = rows_of(application)
    if versions[0].frozen_at is None:
        _leave_out_unsent(rows, filed=versions[1])
    return CasePage(
        actor=actor,
        today=today,
        setting=setting,
        rows=rows,
        facts=facts_of(rows, actor=actor, as_staff=True, day=today),
        versions=versions,
        clock=clock_of(application, setting=setting, today=today),
        thresholds=thresholds_of(application, today=today),
        links=tuple(ReviewItemDepartment.objects.filter(item__table=application.table_id)),
        document_types=tuple(DocumentType.objects.filter(table=application.table_id)),
        timeline=timeline_of("certification.application", str(application.public_id), actions=TIMELINE),
    )


def _with_base(application: Application) -> QuerySet[PlanVersion]:
    """The versions of the case, and before them the certified one it began from."""
    if application.base_version_id is None:
        return versions_of(application)
    return versions_of(application) | PlanVersion.objects.filter(pk=application.base_version_id)


def _leave_out_unsent(rows: CaseRows, *, filed: PlanVersion) -> None:
    """While the applicant corrects, names and answers are as the office knows them: what is written is not yet sent."""
    _name_as_filed(rows.application, filed)
    for point in rows.points:
        if point.status == ReturnPoint.Status.ANSWERED:
            point.status, point.answer = ReturnPoint.Status.RELEASED, ""


def _name_as_filed(application: Application, filed: PlanVersion) -> None:
    plan = filed.value
    application.housing_name = plan.housing_name
    application.applicant_name = plan.applicant_name
    application.housing_address = plan.address


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two frozen versions side by side, and what the returns between them asked for."""

    application: Application
    numbers: tuple[int, ...]
    earlier: PlanVersion | None
    later: PlanVersion
    changes: tuple[Change, ...]
    asked: Asked


def comparison(actor: Actor, case_id: uuid.UUID, *, earlier: int | None, later: int | None) -> Comparison:
    """The differences between any two frozen versions, by default the last two. Raises `NotVisible`."""
    application = _case(actor, case_id)
    versions = _with_base(application).filter(frozen_at__isnull=False)
    by_number = {row.number: row for row in versions.prefetch_related("documents").order_by("number")}
    _name_as_filed(application, by_number[max(by_number)])
    chosen = sorted({number for number in (earlier, later) if number in by_number})
    new = by_number[chosen[-1] if chosen and chosen[-1] > min(by_number) else max(by_number)]
    before = max((number for number in by_number if number < new.number), default=0)
    old = by_number.get(chosen[0] if len(chosen) == 2 else before)
    changes = changes_between(old, new) if old else ()
    first = application.first_number
    between = range(max(old.number - first, 0) + 1, new.number - first + 1) if old else ()
    points = (
        application.return_points.told().filter(round__number__in=between).select_related("item", "round")
    )
    return Comparison(
        application=application,
        numbers=tuple(by_number),
        earlier=old,
        later=new,
        changes=changes,
        asked=asked_for(changes, points.order_by("round__number", "pk")),
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
    return page.rows.open_proposal


def filler_names(page: CasePage) -> dict[int, str]:
    """Who may stamp each step of the proposal today, in words."""
    way = page.rows.way
    return names_of_fillers(way.steps, way.people(page.today)) if way else {}


def own_step(page: CasePage) -> MyStep | None:
    """The step this person may stamp now; `None` where the open proposal has no route."""
    proposal = page.rows.open_proposal
    if proposal is None or page.rows.way is None:
        return None
    return my_step(page.rows, signature=signature_of(page.rows, proposal), actor=page.actor, day=page.today)


def name_of(user_id: int) -> str:
    """The name of a person on the case."""
    return User.objects.values_list("name", flat=True).get(pk=user_id)


def reviewers_of(page: CasePage) -> list[str]:
    """Names of those who took part in the review, and so may not decide."""
    return list(page.application.reviewers.order_by("kana", "name", "pk").values_list("name", flat=True))
