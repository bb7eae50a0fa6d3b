"""The facts that guards look at, read from the rows of one case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.rules.actor import Actor
from certification.models import (
    Application,
    CertificationSetting,
    DepartmentReview,
    DocumentType,
    Inquiry,
    Judgement,
    PlanVersion,
    Proposal,
    ReturnPoint,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.clock import Clock, ClockKind, Tick, reckon
from certification.rules.completeness import gaps
from certification.rules.conditions import holds
from certification.rules.inquiries import InquiryStatus, bar
from certification.rules.plan import Plan, content_hash
from certification.rules.requirements import DocumentNeed, missing, required_documents
from certification.rules.workflow import (
    CLEAN_VERDICTS,
    ROW_OF,
    Action,
    Facts,
    Order,
    ProposalKind,
    State,
    Who,
)
from certification.selectors.access import REVIEW_ROLES, acts_for_operator, standing_of

ADDING = ROW_OF[Action.ADD_DEPARTMENT].sources


@dataclass(frozen=True, kw_only=True)
class CaseRows:
    """The rows of one case that facts, pages and effects share; read once."""

    application: Application
    reviews: tuple[DepartmentReview, ...]
    judgements: tuple[Judgement, ...]
    points: tuple[ReturnPoint, ...]
    proposal: Proposal | None
    inquiries: tuple[Inquiry, ...]

    @property
    def open_reviews(self) -> tuple[DepartmentReview, ...]:
        """Departments that have been asked and have not sent."""
        return tuple(review for review in self.reviews if review.opened_at and not review.sent_at)

    def unjudged(self, department_ids: Iterable[int]) -> int:
        wanted = set(department_ids)
        return sum(1 for row in self.judgements if row.department_id in wanted and not row.verdict)

    def answers_unjudged(self, department_ids: Iterable[int]) -> int:
        wanted = set(department_ids)
        answered = ReturnPoint.Status.ANSWERED
        return sum(1 for point in self.points if point.department_id in wanted and point.status == answered)

    def count_points(self, *statuses: str) -> int:
        return sum(1 for point in self.points if point.status in statuses)

    def has_work(self, department_id: int) -> bool:
        """Whether a department still has something to judge."""
        return bool(self.unjudged([department_id]) or self.answers_unjudged([department_id]))


def rows_of(application: Application) -> CaseRows:
    """Four queries: reviews, judgements, points, the open or last proposal; a fifth where something was inquired."""
    asked = Exists(Inquiry.objects.filter(application=OuterRef("application")))
    reviews = tuple(
        application.department_reviews.select_related("department", "assigned_to").annotate(asked=asked)
    )
    return CaseRows(
        application=application,
        reviews=reviews,
        judgements=tuple(
            application.judgements.select_related("item", "department", "judged_by").order_by(
                "item__number", "pk"
            )
        ),
        points=tuple(application.return_points.select_related("item", "department", "round").order_by("pk")),
        proposal=application.proposals.select_related("drafted_by", "closed_by").order_by("-pk").first(),
        # Who asks is on the case: without a department on it there is no inquiry.
        inquiries=tuple(application.inquiries.only(*_OF_INQUIRY))
        if any(review.asked for review in reviews)
        else (),
    )


_OF_INQUIRY = (
    *("application", "kind", "status", "restricted", "finding"),
    *("remedy", "remedy_on", "remedy_note", "remedied_on"),
)


def facts_of(rows: CaseRows, *, actor: Actor, as_staff: bool = False) -> Facts:
    """What `rules.workflow` needs to know about this case and this person.

    `as_staff` leaves the question aside whether the person also acts for the operator (pages of the office).
    """
    application = rows.application
    state = State(application.state)
    standing = standing_of(
        actor,
        application,
        departments={review.department_id for review in rows.reviews},
        is_applicant=not as_staff and acts_for_operator(actor, application),
    )
    lead = application.lead_department_id or 0
    own = (
        actor.departments(*REVIEW_ROLES)
        if application.municipality_id == actor.municipality_id
        else frozenset()
    )
    status = ReturnPoint.Status
    proposal = rows.proposal if rows.proposal and rows.proposal.status == Proposal.Status.OPEN else None
    return Facts(
        state=state,
        order=Order(application.order),
        standing=standing,
        gaps=_gaps(application) if Who.APPLICANT in standing else (),
        own_review_open=_own_review_open(rows, own=own, state=state),
        own_unjudged=rows.unjudged(own),
        own_answers_unjudged=rows.answers_unjudged(own),
        lead_unjudged=rows.unjudged([lead]),
        lead_answers_unjudged=rows.answers_unjudged([lead]),
        others_with_work=sum(
            1
            for review in rows.reviews
            if review.department_id != lead and rows.has_work(review.department_id)
        ),
        departments_open=len(rows.open_reviews),
        own_open=sum(1 for review in rows.open_reviews if review.department_id in own),
        addable_departments=len(addable_departments(application, rows)) if own and state in ADDING else 0,
        unjudged=sum(1 for row in rows.judgements if not row.verdict),
        adverse=sum(1 for row in rows.judgements if row.verdict and row.verdict not in CLEAN_VERDICTS),
        unresolved_points=rows.count_points(status.RELEASED, status.ANSWERED, status.UNRESOLVED),
        points_to_carry=rows.count_points(status.UNRESOLVED),
        draft_points=rows.count_points(status.DRAFT),
        unanswered_points=rows.count_points(status.RELEASED),
        proposal_kind=ProposalKind(proposal.kind) if proposal else None,
        signature_holds=proposal is None or proposal.signed_hash == signature_of(rows, proposal),
        actor_reviewed=application.reviewers.filter(pk=actor.user_id).exists() if proposal else False,
        actor_drafted=proposal is not None and proposal.drafted_by_id == actor.user_id,
        open_inquiries=sum(1 for row in rows.inquiries if row.status == InquiryStatus.OPEN),
        bars=tuple(text for row in rows.inquiries if (text := bar(row.known))),
    )


def _own_review_open(rows: CaseRows, *, own: frozenset[int], state: State) -> bool:
    if state == State.CIRCULATING:
        return any(review.department_id in own for review in rows.open_reviews)
    return rows.application.lead_department_id in own


def _gaps(application: Application) -> tuple[str, ...]:
    """What keeps the applicant from submitting: fields and documents, by name."""
    if application.state not in (State.DRAFT, State.AWAITING_CORRECTION):
        return ()
    plan = application.current_version.value
    needs = document_needs(application, plan)
    return tuple(gap.subject for gap in gaps(plan)) + tuple(need.label for need in missing(needs))


def versions_of(application: Application) -> QuerySet[PlanVersion]:
    """The versions written in this procedure, from its first to its current one."""
    current = PlanVersion.objects.filter(pk=application.current_version_id).values("number")
    return PlanVersion.objects.filter(
        plan=application.plan_id, number__gte=application.first_number, number__lte=Subquery(current)
    )


def clock_of(application: Application, *, setting: CertificationSetting, today: dt.date) -> Clock | None:
    """The reckoning of the processing period on `today`; `None` before acceptance. One query."""
    ticks = [
        Tick(kind=ClockKind(event.kind), on=timezone.localdate(event.at), label=event.label)
        for event in application.clock_events.order_by("pk")
    ]
    return reckon(ticks, standard_days=setting.standard_days, today=today)


def table_of(application: Application) -> ReviewTable:
    """The 別表 a case goes by: the one it began with, or for a draft the one in force. Raises `DoesNotExist`."""
    if application.table is not None:
        return application.table
    current = ReviewTable.objects.current(
        municipality_id=application.municipality_id,
        day=timezone.localdate(),
        procedure=application.procedure,
    )
    if current is None:
        raise ReviewTable.DoesNotExist
    return current


def document_needs(application: Application, plan: Plan) -> tuple[DocumentNeed, ...]:
    """Which documents this plan needs, why, and whether each is attached."""
    types = DocumentType.objects.filter(table=table_of(application)).order_by("position")
    attached = application.current_version.documents.values_list("code", flat=True)
    return required_documents(types, plan, frozenset(attached))


def due_judgements(table: ReviewTable, plan: Plan) -> tuple[tuple[ReviewItem, int], ...]:
    """Which department judges which item of the table for this plan: (item, department id), in table order."""
    links = (
        ReviewItemDepartment.objects.filter(item__table=table)
        .select_related("item")
        .order_by("item__number", "pk")
    )
    return tuple((link.item, link.department_id) for link in links if holds(link.condition, plan))


def addable_departments(application: Application, rows: CaseRows) -> tuple[int, ...]:
    """Departments of the municipality in use that are not on the case yet."""
    on_case = {review.department_id for review in rows.reviews}
    departments = application.municipality.departments.filter(is_active=True)
    return tuple(pk for pk in departments.values_list("pk", flat=True) if pk not in on_case)


def signature_of(rows: CaseRows, proposal: Proposal) -> str:
    """The hash a second signature is bound to: the plan, its documents, every judgement and the proposal's text."""
    version = rows.application.current_version
    return content_hash(
        {
            "plan": version.content_hash,
            "documents": sorted([file.code, file.sha256] for file in version.documents.all()),
            "judgements": [
                [row.item_id, row.department_id, row.verdict, row.note] for row in rows.judgements
            ],
            "proposal": [proposal.kind, proposal.criterion, proposal.reasons],
        }
    )
