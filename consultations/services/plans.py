"""支援プラン: write the first version of a phase, or review it by writing the next."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, CaseTask, PlanStep, SupportPlan
from consultations.rules.plans import MOST_STEPS, Phase, Step, plan_problems
from consultations.services.errors import InputMissing, NotFound, Stale
from consultations.services.locking import locked_case, write_derived
from consultations.services.trail import record


@transaction.atomic
def write_plan(
    *,
    case_id: uuid.UUID,
    phase: str,
    situation: str,
    wish: str,
    goal: str,
    steps: Sequence[Step],
    review_on: dt.date,
    explained_on: dt.date | None,
    key: uuid.UUID,
    seen: int,
    actor: Actor,
    now: dt.datetime,
) -> SupportPlan:
    """Write the next version of a phase; the day of its review becomes a task. The same `key` again is the same version.

    `seen`: the version the writer started from, 0 for none. Raises `NotFound`, `Stale`, `Refused`, `InputMissing`.
    """
    if phase not in Phase.values:
        raise NotFound("この段階はありません。")
    case = locked_case(case_id, actor=actor, now=now)
    if done := SupportPlan.objects.filter(key=key, case=case).first():
        return done
    before = case.plans.filter(phase=phase).order_by("-version").first()
    if (before.version if before else 0) != seen:
        raise Stale
    today = timezone.localdate(now)
    problems = plan_problems(goal=goal, steps=steps, review_on=review_on, today=today)
    if explained_on is not None and explained_on > today:
        problems["explained_on"] = "先の日になっています。説明した日を入れるか、空けておいてください。"
    if problems:
        raise InputMissing(problems)
    if before is not None:
        _finish(before.review_task, actor=actor, now=now)
    plan = SupportPlan.objects.create(
        key=key,
        case=case,
        phase=phase,
        version=seen + 1,
        situation=situation.strip(),
        wish=wish.strip(),
        goal=goal.strip(),
        review_on=review_on,
        review_task=_review_task(case, phase=phase, due_on=review_on, actor=actor, now=now),
        explained_on=explained_on,
        written_by_id=actor.user_id,
        written_at=now,
    )
    PlanStep.objects.bulk_create(
        PlanStep(
            case=case,
            plan=plan,
            position=position,
            who=step.who.strip(),
            what=step.what.strip(),
            until=step.until,
        )
        for position, step in enumerate(steps[:MOST_STEPS], start=1)
    )
    write_derived(case)
    case.save(update_fields=["next_due_on"])
    details = {"plan": str(plan.public_id), "phase": phase, "version": plan.version}
    record(case, action=actions.PLAN_WRITTEN, actor=actor, now=now, details=details)
    return plan


def _review_task(case: Case, *, phase: str, due_on: dt.date, actor: Actor, now: dt.datetime) -> CaseTask:
    return CaseTask.objects.create(
        key=uuid.uuid4(),
        case=case,
        title=f"支援プラン({Phase(phase).label})を見直す",
        due_on=due_on,
        assigned_to=case.assigned_to,
        added_by_id=actor.user_id,
        added_at=now,
    )


def _finish(task: CaseTask, *, actor: Actor, now: dt.datetime) -> None:
    if task.done_at is None:
        task.done_at, task.done_by_id = now, actor.user_id
        task.save(update_fields=["done_at", "done_by"])
