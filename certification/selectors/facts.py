"""The facts that guards look at, read from the rows of one case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Role
from accounts.rules.actor import Actor
from certification.models import (
    Application,
    CertificationSetting,
    DepartmentReview,
    DocumentType,
    HarmlessChange,
    Inquiry,
    Judgement,
    Notification,
    PlanVersion,
    Proposal,
    ReturnPoint,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.approval import Step, is_last, step_of
from certification.rules.change_kind import ChangeClass, Classified, classify, overall
from certification.rules.clock import Clock, ClockKind, Tick, reckon
from certification.rules.completeness import gaps
from certification.rules.conditions import holds
from certification.rules.difference import Change, compare, compare_documents
from certification.rules.inquiries import InquiryStatus, bar
from certification.rules.notifications import NotificationStatus, planned_ahead
from certification.rules.plan import Plan, content_hash
from certification.rules.procedures import Procedure, rule_of
from certification.rules.requirements import DocumentNeed, missing, required_documents
from certification.rules.statements import StatementGap, statement_gaps, statement_of
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
from certification.selectors.access import NO_HAND, REVIEW_ROLES, hand_of, standing_of
from certification.selectors.approval import Way, seats_of, way_of
from certification.selectors.partners import unconfirmed_partners

BEING_WRITTEN = (State.DRAFT, State.AWAITING_CORRECTION)
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

    @cached_property
    def way(self) -> Way | None:
        """The route of the proposal with its stamps, read by who needs it: two queries."""
        return way_of(self.proposal)

    @property
    def open_proposal(self) -> Proposal | None:
        """The proposal that waits for its decision."""
        found = self.proposal
        return found if found and found.status == Proposal.Status.OPEN else None

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
    proposal = application.proposals.select_related("drafted_by", "closed_by").order_by("-pk").first()
    return CaseRows(
        application=application,
        reviews=reviews,
        judgements=tuple(
            application.judgements.select_related("item", "department", "judged_by").order_by(
                "item__number", "pk"
            )
        ),
        points=tuple(application.return_points.select_related("item", "department", "round").order_by("pk")),
        proposal=proposal,
        # Who asks is on the case: without a department on it there is no inquiry.
        inquiries=tuple(application.inquiries.only(*_OF_INQUIRY))
        if any(review.asked for review in reviews)
        else (),
    )


_OF_INQUIRY = (
    *("application", "kind", "status", "restricted", "finding"),
    *("remedy", "remedy_on", "remedy_note", "remedied_on"),
)


def facts_of(rows: CaseRows, *, actor: Actor, as_staff: bool = False, day: dt.date | None = None) -> Facts:
    """What `rules.workflow` needs to know about this case and this person.

    `day` (today unless told) is that of the posts and absences along a route. `as_staff` leaves the question aside whether the person also acts for the operator (pages of the office).
    """
    application = rows.application
    state = State(application.state)
    standing = standing_of(
        actor,
        application,
        departments={review.department_id for review in rows.reviews},
        hand=NO_HAND if as_staff else hand_of(actor, application),
    )
    lead = application.lead_department_id or 0
    own_office = application.municipality_id == actor.municipality_id
    own = actor.departments(*REVIEW_ROLES) if own_office else frozenset()
    status = ReturnPoint.Status
    proposal = rows.open_proposal
    signature = signature_of(rows, proposal) if proposal else ""
    step = (
        my_step(rows, signature=signature, actor=actor, day=day or timezone.localdate())
        if own_office
        else NO_STEP
    )
    return Facts(
        state=state,
        order=Order(application.order),
        standing=standing | step.standing,
        gaps=_gaps(application) if standing & {Who.APPLICANT, Who.PARTNER} else (),
        lesser_change=lesser_change(application) if Who.APPLICANT in standing else "",
        unconfirmed_partners=_unconfirmed(application) if Who.APPLICANT in standing else (),
        planned_ahead=is_planned_ahead(application) if Who.APPLICANT in standing else True,
        notification_returned=was_notification_returned(application),
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
        signature_holds=proposal is None or proposal.signed_hash == signature,
        actor_reviewed=application.reviewers.filter(pk=actor.user_id).exists() if proposal else False,
        actor_drafted=proposal is not None and proposal.drafted_by_id == actor.user_id,
        open_inquiries=sum(1 for row in rows.inquiries if row.status == InquiryStatus.OPEN),
        bars=tuple(text for row in rows.inquiries if (text := bar(row.known))),
        step_problem=step.problem,
        steps_after_mine=step.is_followed,
    )


@dataclass(frozen=True, kw_only=True)
class MyStep:
    """What the route of the open proposal says to one person; nothing where there is none."""

    step: Step | None = None
    on_behalf_of: int | None = None
    problem: str = ""
    is_followed: bool = False
    standing: frozenset[Who] = frozenset()


NO_STEP: Final = MyStep()


def my_step(rows: CaseRows, *, signature: str, actor: Actor, day: dt.date) -> MyStep:
    """Three queries where the open proposal goes along a route, once for all who ask. Whoever holds one of its steps decides there."""
    if not actor.has(Role.DECIDER) or rows.open_proposal is None or rows.way is None:
        return NO_STEP
    seats = seats_of(actor, rows.way.steps, rows.way.people(day))
    given = rows.way.given(signature=signature)
    step, problem = step_of(rows.way.steps, given, seats=seats, user_id=actor.user_id)
    return MyStep(
        step=step,
        on_behalf_of=seats.on_behalf_of(step) if step else None,
        problem=problem,
        is_followed=step is not None and not is_last(rows.way.steps, given, step),
        standing=frozenset({Who.DECIDER} if any(one in seats for one in rows.way.steps) else ()),
    )


def _own_review_open(rows: CaseRows, *, own: frozenset[int], state: State) -> bool:
    if state == State.CIRCULATING:
        return any(review.department_id in own for review in rows.open_reviews)
    return rows.application.lead_department_id in own


def _gaps(application: Application) -> tuple[str, ...]:
    """What keeps the applicant from submitting: fields and documents, by name."""
    if application.state not in BEING_WRITTEN:
        return ()
    plan = application.current_version.value
    needs = document_needs(application, plan)
    of_plan = gaps(plan) if rule_of(application.procedure).sections else ()
    return (
        *(gap.field_label for gap in statement_gaps_of(application)),
        *(gap.subject for gap in of_plan),
        *(need.label for need in missing(needs)),
    )


def statement_gaps_of(application: Application) -> tuple[StatementGap, ...]:
    """What the statement beside the plan lacks today."""
    version = application.current_version
    return statement_gaps(application.procedure, version.statement, version.value, today=timezone.localdate())


def classified_changes(application: Application) -> tuple[Classified, ...]:
    """What a change would change in the certified plan, each with its class. Three queries; none for other procedures."""
    base = application.base_version
    if base is None or application.procedure != Procedure.CHANGE:
        return ()
    changes = version_changes(base, application.current_version)
    harmless = HarmlessChange.objects.in_force(
        municipality_id=application.municipality_id, day=timezone.localdate()
    )
    return classify(changes, harmless=harmless)


def lesser_change(application: Application) -> str:
    """Why a change that is being written needs no certification: a key of `LESSER_CHANGES`; else empty."""
    if application.procedure != Procedure.CHANGE or application.state not in BEING_WRITTEN:
        return ""
    kind = overall(classified_changes(application))
    if kind is None:
        return "unchanged"
    if kind == ChangeClass.CERTIFY or _office_wants_certification(application):
        return ""
    return kind.value


def _office_wants_certification(application: Application) -> bool:
    """Whether the office, handing a notification back, said that the change needs a certification after all."""
    return Notification.objects.filter(application=application, needs_certification=True).exists()


def is_planned_ahead(application: Application) -> bool:
    """Whether the day of a change that is being written lies ahead, as a notification needs it (共管省令21条2項)."""
    if application.procedure != Procedure.CHANGE or application.state != State.DRAFT:
        return True
    statement = statement_of(application.procedure, application.current_version.statement)
    return planned_ahead(statement.planned_on, today=timezone.localdate())


def was_notification_returned(application: Application) -> bool:
    if application.state != State.NOTIFIED:
        return False
    returned = NotificationStatus.RETURNED
    return Notification.objects.filter(application=application, status=returned).exists()


def version_changes(earlier: PlanVersion, later: PlanVersion) -> tuple[Change, ...]:
    """Every difference of content and attachments between two versions of one plan."""
    return compare(earlier.value, later.value) + compare_documents(_files(earlier), _files(later))


def _files(version: PlanVersion) -> list[tuple[str, str, str, str]]:
    return list(version.documents.order_by("pk").values_list("code", "label", "original_name", "sha256"))


def _unconfirmed(application: Application) -> tuple[str, ...]:
    """Joint applicants who have not agreed to what would be filed now."""
    if application.state not in (State.DRAFT, State.AWAITING_CORRECTION):
        return ()
    return unconfirmed_partners(application)


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
