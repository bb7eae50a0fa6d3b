"""What acts do besides the move: one function per `rules.workflow.Effect`, carried out inside `perform`'s transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from accounts.rules.actor import Actor
from certification.models import (
    Application,
    CertificationSetting,
    ClockEvent,
    DepartmentReview,
    Document,
    Judgement,
    OtherUsePermit,
    Plan,
    PlanVersion,
    Proposal,
    ReturnPoint,
    ReturnRound,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.clock import ClockKind
from certification.rules.difference import Change, touched
from certification.rules.grounds import CRITERIA
from certification.rules.plan import to_content
from certification.rules.procedures import Procedure, rule_of
from certification.rules.statements import statement_of, succeeded
from certification.rules.workflow import CLEAN_VERDICTS, Action, Effect, ProposalKind, State
from certification.selectors.approval import route_for
from certification.selectors.facts import (
    CaseRows,
    due_judgements,
    my_step,
    signature_of,
    version_changes,
    versions_of,
)
from certification.services import approval, follow_ups, letters, notifications, numbers, register
from certification.services.drafts import forget_drafts
from certification.services.errors import InputMissing

if TYPE_CHECKING:
    from certification.services.workflow import ActInput


@dataclass(frozen=True, kw_only=True)
class Context:
    """What an effect works on. `details` ends up in the audit event: numbers and codes, no personal text."""

    rows: CaseRows
    action: Action
    before: State
    after: State
    given: ActInput
    actor: Actor
    now: dt.datetime
    setting: CertificationSetting
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def application(self) -> Application:
        return self.rows.application

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)


def freeze_version(context: Context) -> None:
    version = context.application.current_version
    version.content_hash = version.fingerprint
    version.frozen_at = context.now
    version.save(update_fields=["content_hash", "frozen_at"])
    forget_drafts(version)
    context.details["version"] = version.number


def call_departments(context: Context) -> None:
    application, setting = context.application, context.setting
    table = ReviewTable.objects.current(
        municipality_id=application.municipality_id, day=context.today, procedure=application.procedure
    )
    if table is None:
        raise InputMissing(
            "__all__",
            "この自治体では、まだこの手続を受け付けていません。自治体の担当課にお問い合わせください。",
        )
    application.table = table
    application.lead_department = setting.lead_department
    application.order = setting.order
    application.submitted_at = context.now
    links = ReviewItemDepartment.objects.filter(item__table=table).values_list("department", flat=True)
    for department_id in sorted({setting.lead_department_id, *links}):
        DepartmentReview.objects.create(application=application, department_id=department_id)


def receipt(context: Context) -> None:
    application = context.application
    application.receipt_number = numbers.receipt_number(
        application.municipality, day=context.today, procedure=application.procedure
    )
    application.accepted_at = context.now
    due = _due(application)
    Judgement.objects.bulk_create(
        Judgement(application=application, item=item, department_id=department_id)
        for item, department_id in due
    )
    _assign_self(context)


def _due(application: Application) -> tuple[tuple[ReviewItem, int], ...]:
    """What is to be judged: every item that holds for the plan; in a change only those it touches (法44条2項)."""
    assert application.table is not None
    version, base = application.current_version, application.base_version
    due = due_judgements(application.table, version.value)
    if application.procedure != Procedure.CHANGE or base is None:
        return due
    changes = version_changes(base, version)
    return tuple((item, department) for item, department in due if item_is_touched(changes, item))


def _assign_self(context: Context) -> None:
    review = next(
        row for row in context.rows.reviews if row.department_id == context.application.lead_department_id
    )
    if review.assigned_to_id is None:
        review.assigned_to_id = context.actor.user_id
        review.save(update_fields=["assigned_to"])


def reopen_touched(context: Context) -> None:
    """Open again the items a change touches and those that were not clean; add the ones newly due."""
    application = context.application
    version = application.current_version
    earlier = PlanVersion.objects.get(plan=application.plan, number=version.number - 1)
    changes = version_changes(earlier, version)
    due = _due(application)
    existing = {(row.item_id, row.department_id): row for row in context.rows.judgements}
    # A statement is one page: every item of such a procedure rests on it.
    restated = earlier.statement != version.statement and not rule_of(application.procedure).sections
    reopened = 0
    for row in existing.values():
        needs_it = restated or row.verdict not in CLEAN_VERDICTS or item_is_touched(changes, row.item)
        if row.verdict and needs_it:
            _reopen(row)
            reopened += 1
    Judgement.objects.bulk_create(
        Judgement(application=application, item=item, department_id=department_id)
        for item, department_id in due
        if (item.pk, department_id) not in existing
    )
    context.details.update(version=version.number, changes=len(changes), reopened=reopened)


def item_is_touched(changes: tuple[Change, ...], item: ReviewItem) -> bool:
    """Whether a change lies in the plan sections or documents an item speaks of."""
    return touched(changes, sections=item.sections, document_codes=item.document_codes)


def _reopen(row: Judgement) -> None:
    row.previous_verdict, row.previous_note = row.verdict, row.note
    row.verdict, row.note = "", ""
    row.judged_by = row.judged_at = row.version = None
    row.revision += 1
    row.save()


def open_reviews(context: Context) -> None:
    """Ask the departments the new state waits for: the lead alone, or all that have something to judge."""
    application = context.application
    lead = application.lead_department_id
    fresh = {row["department"] for row in application.judgements.filter(verdict="").values("department")}
    answered = application.return_points.filter(status=ReturnPoint.Status.ANSWERED)
    fresh |= set(answered.values_list("department", flat=True))
    wanted = {lead} if context.after == State.LEAD_REVIEW else fresh
    if context.action == Action.CIRCULATE:
        wanted = fresh - {lead}
    for review in application.department_reviews.filter(department__in=wanted):
        _open(review, now=context.now)
    context.details["departments"] = sorted(pk for pk in wanted if pk)


def _open(review: DepartmentReview, *, now: dt.datetime) -> None:
    review.opened_at, review.sent_at, review.sent_by = now, None, None
    review.save(update_fields=["opened_at", "sent_at", "sent_by"])


def send_own(context: Context) -> None:
    """Close the review of the actor's department; of the lead where the lead passes the case on."""
    application = context.application
    own = context.actor.departments("desk", "reviewer")
    if context.action in (Action.CIRCULATE, Action.GATHER):
        own = frozenset({application.lead_department_id or 0})
    reviews = application.department_reviews.filter(
        department__in=own, opened_at__isnull=False, sent_at__isnull=True
    )
    reviews.update(sent_at=context.now, sent_by=context.actor.user_id)
    application.reviewers.add(context.actor.user_id)


def add_department(context: Context) -> None:
    application, given = context.application, context.given
    in_use = application.municipality.departments.filter(is_active=True)
    department = next((row for row in in_use if row.pk == given.department_id), None)
    on_case = {review.department_id for review in context.rows.reviews}
    if department is None or department.pk in on_case:
        raise InputMissing("department", "この課は加えられません。一覧から別の課を選んでください。")
    items = list(ReviewItem.objects.filter(table=application.table, number__in=given.item_numbers))
    if len(items) != len(set(given.item_numbers)):
        raise InputMissing(
            "items", "選んだ項目の中に、この申請の別表にないものがあります。選び直してください。"
        )
    review = DepartmentReview.objects.create(
        application=application, department=department, added_by_request=True
    )
    Judgement.objects.bulk_create(
        Judgement(application=application, item=item, department=department) for item in items
    )
    if context.before == State.CIRCULATING:
        _open(review, now=context.now)
    context.details.update(department=department.pk, items=sorted(item.number for item in items))


def reopen_department(context: Context) -> None:
    lead = context.application.lead_department_id
    review = next(
        (row for row in context.rows.reviews if row.department_id == context.given.department_id), None
    )
    if review is None or review.department_id == lead:
        raise InputMissing("department", "再審査を頼める課を一覧から選んでください。")
    _open(review, now=context.now)
    context.details["department"] = review.department_id


def release_points(context: Context) -> None:
    application, given = context.application, context.given
    if given.due_on is None or given.due_on <= context.today:
        raise InputMissing("due_on", "補正の期限は、あすより後の日を入れてください。")
    number = application.return_rounds.count() + 1
    round_ = ReturnRound.objects.create(
        application=application,
        number=number,
        message=given.message,
        due_on=given.due_on,
        released_at=context.now,
        released_by_id=context.actor.user_id,
    )
    _carry_over(context, round_)
    drafts = application.return_points.filter(status=ReturnPoint.Status.DRAFT)
    drafts.update(status=ReturnPoint.Status.RELEASED, round=round_)
    letters.issue_correction_request(
        application, round_=round_, setting=context.setting, actor=context.actor, now=context.now
    )
    context.details.update(round=number, points=round_.points.count())


def _carry_over(context: Context, round_: ReturnRound) -> None:
    for point in [row for row in context.rows.points if row.status == ReturnPoint.Status.UNRESOLVED]:
        ReturnPoint.objects.create(
            application=context.application,
            item=point.item,
            department=point.department,
            drafted_by_id=point.drafted_by_id,
            drafted_at=context.now,
            text=_carried_text(point),
            status=ReturnPoint.Status.RELEASED,
            round=round_,
            carried_from=point,
        )
        point.status = ReturnPoint.Status.CARRIED
        point.save(update_fields=["status"])


def _carried_text(point: ReturnPoint) -> str:
    if not point.judgement_note:
        return point.text
    return f"{point.text}\n(前回の回答について){point.judgement_note}"


def copy_version(context: Context) -> None:
    """The next version, for the applicant to correct."""
    application = context.application
    application.current_version = version_after(application.current_version, now=context.now)


def version_after(
    old: PlanVersion, *, now: dt.datetime, documents: bool = True, statement: bool = True
) -> PlanVersion:
    """A version to write in: a copy of a frozen one, with its attachments and with what was stated beside the plan.

    A new procedure states its own: what an earlier one stated is of another kind, or of days gone by.
    """
    newest = PlanVersion.objects.filter(plan=old.plan_id).order_by("-number").values_list("number", flat=True)
    new = PlanVersion.objects.create(
        plan_id=old.plan_id,
        number=newest[0] + 1,
        content=old.content,
        statement=old.statement if statement else {},
        edited_at=now,
    )
    for document in old.documents.order_by("pk") if documents else ():
        Document.objects.create(
            version=new,
            code=document.code,
            label=document.label,
            original_name=document.original_name,
            stored_name=document.stored_name,
            content_type=document.content_type,
            size=document.size,
            pages=document.pages,
            sha256=document.sha256,
            uploaded_by_id=document.uploaded_by_id,
            uploaded_at=document.uploaded_at,
        )
    return new


def file_notification(context: Context) -> None:
    """The frozen version becomes a notification the office receives (共管省令21条2項)."""
    notifications.file_lesser_change(context.application, actor=context.actor, now=context.now)


def drop_open_version(context: Context) -> None:
    """What was being written about a certified plan goes: the plan keeps its versions, and another may be begun."""
    application = context.application
    version, base = application.current_version, application.base_version
    forget_drafts(version)
    if base is None or version.frozen_at is not None:
        return
    filed = versions_of(application).filter(frozen_at__isnull=False).order_by("-number").first()
    application.current_version = filed or base
    application.save(update_fields=["current_version"])
    version.documents.all().delete()
    version.delete()


def draft_proposal(context: Context) -> None:
    if context.given.criterion and context.given.criterion not in CRITERIA:
        raise InputMissing("criterion", "満たさない基準を、一覧から選んでください。")
    kind = ProposalKind.CERTIFY if context.action == Action.PROPOSE_CERTIFY else ProposalKind.REFUSE
    proposal = Proposal(
        application=context.application,
        kind=kind,
        criterion=context.given.criterion,
        reasons=context.given.reason,
        drafted_by_id=context.actor.user_id,
        drafted_at=context.now,
        route=route_for(
            municipality_id=context.application.municipality_id,
            kind=kind,
            procedure=context.application.procedure,
        ),
    )
    proposal.signed_hash = signature_of(context.rows, proposal)
    proposal.save()
    approval.arrive(proposal)
    context.details["proposal"] = kind.value


def stamp_proposal(context: Context) -> None:
    """The actor's stamp on the step whose turn it is; where the proposal has no route there is none to give."""
    rows, proposal = context.rows, context.rows.open_proposal
    if rows.way is None or proposal is None:
        return
    signature = signature_of(rows, proposal)
    mine = my_step(rows, signature=signature, actor=context.actor, day=context.today)
    assert mine.step is not None
    stamp = approval.give_stamp(
        proposal,
        step=mine.step,
        on_behalf_of=mine.on_behalf_of,
        signature=signature,
        comment=context.given.comment,
        actor=context.actor,
        now=context.now,
    )
    context.details.update(step=mine.step.order, stamp=stamp.kind)


def approve_proposal(context: Context) -> None:
    application, proposal = context.application, context.rows.proposal
    assert proposal is not None
    _close(proposal, status=Proposal.Status.APPROVED, context=context)
    application.decided_at, application.decided_by_id = context.now, context.actor.user_id
    if proposal.kind == ProposalKind.CERTIFY:
        GRANT[Procedure(application.procedure)](context)
        if Procedure(application.procedure) in (Procedure.CERTIFICATION, Procedure.CHANGE):
            follow_ups.begin(application, certified_on=context.today)
    follow_ups.keep_thresholds(application, day=context.today)
    letters.issue_decision(
        application, proposal=proposal, setting=context.setting, actor=context.actor, now=context.now
    )
    context.details["proposal"] = proposal.kind


def _certify(context: Context) -> None:
    plan = context.application.plan
    plan.certified_number = numbers.certified_number(plan.municipality, day=context.today)
    plan.certified_on = context.today
    plan.status = Plan.Status.CERTIFIED
    plan.save(update_fields=["certified_number", "certified_on", "status"])
    _stand(context)


def _stand(context: Context) -> None:
    """From now on this version is the certified one."""
    application = context.application
    register.enter(application.plan, version=application.current_version, now=context.now)


def _succeed(context: Context) -> None:
    """The plan as certified, with the successor in the place of the former party; frozen as a version of its own (法45条).

    Its documents are those of the plan. The papers of the succession stay with the version that was filed.
    """
    application = context.application
    filed, base = application.current_version, application.base_version
    assert base is not None
    content = succeeded(filed.value, statement_of(application.procedure, filed.statement))
    version = version_after(base, now=context.now, statement=False)
    version.content = to_content(content)
    version.content_hash, version.frozen_at = version.fingerprint, context.now
    version.save()
    register.enter(application.plan, version=version, now=context.now)
    context.details["version"] = version.number


def _permit(context: Context) -> None:
    application = context.application
    statement = statement_of(application.procedure, application.current_version.statement)
    OtherUsePermit.objects.create(
        plan=application.plan,
        application=application,
        unit_keys=list(statement.units),
        lease_from=statement.lease_from,
        lease_until=statement.lease_until,
    )


GRANT: Final[dict[Procedure, Callable[[Context], None]]] = {
    Procedure.CERTIFICATION: _certify,
    Procedure.CHANGE: _stand,
    Procedure.SUCCESSION: _succeed,
    Procedure.OTHER_USE: _permit,
}
"""What becomes of the plan when a procedure is granted."""


def close_proposal(context: Context) -> None:
    proposal = context.rows.proposal
    if proposal is None or proposal.status != Proposal.Status.OPEN:
        return
    withdrawn = context.action == Action.WITHDRAW
    proposal.return_reason = "" if withdrawn else context.given.reason
    _close(
        proposal, status=Proposal.Status.WITHDRAWN if withdrawn else Proposal.Status.RETURNED, context=context
    )


def _close(proposal: Proposal, *, status: Proposal.Status, context: Context) -> None:
    proposal.status, proposal.closed_by_id, proposal.closed_at = status, context.actor.user_id, context.now
    proposal.save()
    approval.leave(proposal)


def _clock(kind: ClockKind, label: str) -> Callable[[Context], None]:
    def carry_out(context: Context) -> None:
        started = context.application.clock_events.exists()
        if kind == ClockKind.START or started:
            ClockEvent.objects.create(application=context.application, kind=kind, at=context.now, label=label)

    return carry_out


CARRY_OUT: Final[dict[Effect, Callable[[Context], None]]] = {
    Effect.FREEZE_VERSION: freeze_version,
    Effect.CALL_DEPARTMENTS: call_departments,
    Effect.RECEIPT: receipt,
    Effect.REOPEN_TOUCHED: reopen_touched,
    Effect.OPEN_REVIEWS: open_reviews,
    Effect.SEND_OWN: send_own,
    Effect.ADD_DEPARTMENT: add_department,
    Effect.REOPEN_DEPARTMENT: reopen_department,
    Effect.RELEASE_POINTS: release_points,
    Effect.COPY_VERSION: copy_version,
    Effect.FILE_NOTIFICATION: file_notification,
    Effect.DROP_OPEN_VERSION: drop_open_version,
    Effect.DRAFT_PROPOSAL: draft_proposal,
    Effect.STAMP_PROPOSAL: stamp_proposal,
    Effect.APPROVE_PROPOSAL: approve_proposal,
    Effect.CLOSE_PROPOSAL: close_proposal,
    Effect.CLOCK_START: _clock(ClockKind.START, "受付"),
    Effect.CLOCK_STOP: _clock(ClockKind.STOP, "補正待ち"),
    Effect.CLOCK_RESUME: _clock(ClockKind.RESUME, "補正後の再開"),
    Effect.CLOCK_END: _clock(ClockKind.END, "終了"),
}
