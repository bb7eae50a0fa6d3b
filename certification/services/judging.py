"""Judging items, drafting points of return, judging their answers: everything a department does before it sends."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from accounts.selectors import holders
from certification.models import (
    Application,
    DepartmentReview,
    Judgement,
    ReturnPoint,
    ReviewItem,
)
from certification.rules.workflow import Action, Verdict, check
from certification.selectors.access import REVIEW_ROLES
from certification.selectors.facts import CaseRows, facts_of, rows_of
from certification.services.derived import refresh_progress
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.trail import record
from certification.services.workflow import lock_case


def allowed(application_id: uuid.UUID, *, action: Action, actor: Actor) -> CaseRows:
    """The locked case with its rows, if this person may do this now. Raises `NotFound`, `ActRefused`."""
    application = lock_case(application_id, actor=actor)
    rows = rows_of(application)
    if refusal := check(facts_of(rows, actor=actor), action):
        raise ActRefused(refusal.problem)
    return rows


@transaction.atomic
def judge(
    *,
    application_id: uuid.UUID,
    judgement_id: int,
    verdict: str,
    note: str,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> Judgement:
    """Give (or take back, with an empty verdict) one judgement.

    `seen` is the judgement's `revision` on the page. 要補正 and 不適 need a note; 要補正 keeps one draft point of return
    with that text. Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`.
    """
    rows = allowed(application_id, action=Action.JUDGE, actor=actor)
    row = _own_judgement(rows, judgement_id, actor=actor)
    if row.revision != seen:
        raise Stale
    if verdict and verdict not in Verdict.values:
        raise InputMissing("verdict", "判定は「適」「要補正」「不適」「該当なし」から選んでください。")
    if verdict in (Verdict.CORRECT, Verdict.UNFIT) and not note.strip():
        raise InputMissing(
            "note", f"「{Verdict(verdict).label}」にするには、どこがなぜ合わないかを所見に書いてください。"
        )
    _give(row, rows=rows, verdict=verdict, note=note.strip(), actor=actor, now=now)
    _keep_draft_point(row, actor=actor, now=now)
    _after(rows, department_id=row.department_id, actor=actor)
    record(
        rows.application,
        action="judge",
        actor=actor,
        now=now,
        details={"item": row.item.number, "department": row.department_id, "verdict": verdict},
    )
    return row


@transaction.atomic
def judge_not_applicable(
    *, application_id: uuid.UUID, judgement_ids: tuple[int, ...], actor: Actor, now: dt.datetime
) -> int:
    """Set 該当なし for several of one's own unjudged items at once. Returns how many were set."""
    rows = allowed(application_id, action=Action.JUDGE, actor=actor)
    own = actor.departments(*REVIEW_ROLES)
    wanted = [
        row
        for row in rows.judgements
        if row.pk in judgement_ids and row.department_id in own and not row.verdict
    ]
    for row in wanted:
        _give(row, rows=rows, verdict=Verdict.NOT_APPLICABLE, note="", actor=actor, now=now)
    if wanted:
        _after(rows, department_id=wanted[0].department_id, actor=actor)
        record(
            rows.application,
            action="judge",
            actor=actor,
            now=now,
            details={"items": [row.item.number for row in wanted], "verdict": Verdict.NOT_APPLICABLE.value},
        )
    return len(wanted)


def _own_judgement(rows: CaseRows, judgement_id: int, *, actor: Actor) -> Judgement:
    own = actor.departments(*REVIEW_ROLES)
    row = next((row for row in rows.judgements if row.pk == judgement_id and row.department_id in own), None)
    if row is None:
        raise NotFound("この項目は見つかりません。")
    _check_department_is_open(rows, row.department_id)
    return row


def _check_department_is_open(rows: CaseRows, department_id: int) -> None:
    """A person of two departments may only write for the one whose turn it is."""
    application = rows.application
    if application.state == "circulating":
        is_open = any(review.department_id == department_id for review in rows.open_reviews)
    else:
        is_open = department_id == application.lead_department_id
    if not is_open:
        raise ActRefused("この課の審査は、いま開いていません。")


def _give(row: Judgement, *, rows: CaseRows, verdict: str, note: str, actor: Actor, now: dt.datetime) -> None:
    row.verdict, row.note = verdict, note
    row.judged_by_id = actor.user_id if verdict else None
    row.judged_at = now if verdict else None
    row.version = rows.application.current_version if verdict else None
    row.revision += 1
    row.save()


def _keep_draft_point(row: Judgement, *, actor: Actor, now: dt.datetime) -> None:
    drafts = ReturnPoint.objects.filter(
        application=row.application_id,
        item=row.item_id,
        department=row.department_id,
        status=ReturnPoint.Status.DRAFT,
    )
    if row.verdict != Verdict.CORRECT:
        drafts.delete()
        return
    if not drafts.update(text=row.note, drafted_by=actor.user_id, drafted_at=now):
        ReturnPoint.objects.create(
            application_id=row.application_id,
            item_id=row.item_id,
            department_id=row.department_id,
            drafted_by_id=actor.user_id,
            drafted_at=now,
            text=row.note,
        )


def _after(rows: CaseRows, *, department_id: int, actor: Actor) -> None:
    """Who reviewed is remembered (four eyes); the first to judge becomes the person in charge; progress is derived."""
    application = rows.application
    application.reviewers.add(actor.user_id)
    DepartmentReview.objects.filter(
        application=application, department=department_id, assigned_to__isnull=True
    ).update(assigned_to=actor.user_id)
    refresh_progress(application)
    application.save(update_fields=["progress"])


@transaction.atomic
def draft_point(
    *,
    application_id: uuid.UUID,
    item_number: int | None,
    text: str,
    actor: Actor,
    now: dt.datetime,
) -> ReturnPoint:
    """Draft a point that hangs on no single judgement. Raises `NotFound`, `ActRefused`, `InputMissing`."""
    rows = allowed(application_id, action=Action.DRAFT_POINT, actor=actor)
    if not text.strip():
        raise InputMissing("text", "直していただくことを書いてください。")
    department_id = _writing_department(rows, actor=actor)
    item = _item(rows.application, item_number)
    if item and any(_is_draft_of(point, item=item, department_id=department_id) for point in rows.points):
        raise InputMissing("text", f"項目{item.number}の案はすでにあります。その案を直してください。")
    point = ReturnPoint.objects.create(
        application=rows.application,
        item=item,
        department_id=department_id,
        drafted_by_id=actor.user_id,
        drafted_at=now,
        text=text.strip(),
    )
    rows.application.reviewers.add(actor.user_id)
    record(rows.application, action="draft_point", actor=actor, now=now, details={"item": item_number})
    return point


def _is_draft_of(point: ReturnPoint, *, item: ReviewItem, department_id: int) -> bool:
    same = point.item_id == item.pk and point.department_id == department_id
    return same and point.status == ReturnPoint.Status.DRAFT


def _writing_department(rows: CaseRows, *, actor: Actor) -> int:
    own = actor.departments(*REVIEW_ROLES)
    lead = rows.application.lead_department_id
    if rows.application.state != "circulating" and lead in own:
        return lead
    return next(review.department_id for review in rows.open_reviews if review.department_id in own)


def _item(application: Application, number: int | None) -> ReviewItem | None:
    if number is None:
        return None
    item = ReviewItem.objects.filter(table=application.table_id, number=number).first()
    if item is None:
        raise InputMissing("item", "この別表にない項目です。一覧から選び直してください。")
    return item


@transaction.atomic
def remove_draft_point(
    *, application_id: uuid.UUID, point_id: uuid.UUID, actor: Actor, now: dt.datetime
) -> None:
    """Take back a draft: the department that wrote it, or the lead which releases them. Raises `NotFound`."""
    rows = allowed(application_id, action=Action.DRAFT_POINT, actor=actor)
    point = next((row for row in rows.points if row.public_id == point_id), None)
    own = actor.departments(*REVIEW_ROLES)
    if point is None or point.status != ReturnPoint.Status.DRAFT:
        raise NotFound("この指摘の案は見つかりません。")
    if point.department_id not in own and rows.application.lead_department_id not in own:
        raise NotFound("この指摘の案は見つかりません。")
    number = point.item.number if point.item else None
    point.delete()
    record(rows.application, action="remove_draft_point", actor=actor, now=now, details={"item": number})


@transaction.atomic
def judge_point(
    *,
    application_id: uuid.UUID,
    point_id: uuid.UUID,
    resolved: bool,
    note: str,
    actor: Actor,
    now: dt.datetime,
) -> ReturnPoint:
    """Say whether an answer resolves its point. 未解消 needs a note and is carried into the next return.

    Only the department that found the point judges it. Raises `NotFound`, `ActRefused`, `InputMissing`.
    """
    rows = allowed(application_id, action=Action.JUDGE_POINT, actor=actor)
    own = actor.departments(*REVIEW_ROLES)
    judgeable = (ReturnPoint.Status.ANSWERED, ReturnPoint.Status.RESOLVED, ReturnPoint.Status.UNRESOLVED)
    point = next((row for row in rows.points if row.public_id == point_id and row.department_id in own), None)
    if point is None or point.status not in judgeable:
        raise NotFound("この指摘は見つかりません。")
    _check_department_is_open(rows, point.department_id)
    if not resolved and not note.strip():
        raise InputMissing("note", "「未解消」にするには、まだ足りないところを書いてください。")
    point.status = ReturnPoint.Status.RESOLVED if resolved else ReturnPoint.Status.UNRESOLVED
    point.judgement_note, point.judged_by_id, point.judged_at = note.strip(), actor.user_id, now
    point.save()
    rows.application.reviewers.add(actor.user_id)
    record(
        rows.application,
        action="judge_point",
        actor=actor,
        now=now,
        details={"point": str(point.public_id), "resolved": resolved},
    )
    return point


@transaction.atomic
def assign(
    *, application_id: uuid.UUID, department_id: int, user_id: int | None, actor: Actor, now: dt.datetime
) -> None:
    """Set who handles the case in one of the actor's departments (`None` clears it). Raises `NotFound`, `ActRefused`."""
    rows = allowed(application_id, action=Action.ASSIGN, actor=actor)
    if department_id not in actor.departments(*REVIEW_ROLES):
        raise NotFound("この課の担当は決められません。")
    review = next((row for row in rows.reviews if row.department_id == department_id), None)
    people = holders(department_ids=[department_id], roles=REVIEW_ROLES, day=timezone.localdate(now))
    person = people.filter(pk=user_id).first() if user_id else None
    if review is None or (user_id and person is None):
        raise NotFound("この担当者は見つかりません。")
    review.assigned_to = person
    review.save(update_fields=["assigned_to"])
    record(
        rows.application,
        action="assign",
        actor=actor,
        now=now,
        details={"department": department_id, "user": user_id},
    )
