"""入居中の見守りと退居の手順: days to ask how it goes, and the tasks of a leaving."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import CaseTask, FollowUp
from consultations.rules.living import LEAVING, due_of, leaving_problems, watch_days, watch_problems
from consultations.rules.plans import FOLLOWED
from consultations.services.errors import InputMissing, Refused
from consultations.services.locking import locked_case, write_derived
from consultations.services.trail import record

_STEPS: Final = uuid.UUID("5f0c3b0e-6d2a-5c53-9f5f-1d8f3f2a7b10")
"""The steps of a leaving have keys made of case, day and step: a second click adds nothing."""


@transaction.atomic
def add_watch(
    *, case_id: uuid.UUID, first_on: dt.date, every: int, times: int, actor: Actor, now: dt.datetime
) -> int:
    """Days on which somebody asks how it goes, for a case that ended with a home; how many were added.

    A day that stands already is not put down twice. Raises `NotFound`, `Refused`, `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now, is_open=False)
    if case.outcome not in FOLLOWED:
        raise Refused("見守りの日を入れられるのは、住まいが決まって終結した相談だけです。")
    problems = watch_problems(first_on=first_on, every=every, times=times, today=timezone.localdate(now))
    if problems:
        raise InputMissing(problems)
    standing = set(
        case.follow_ups.filter(recorded_at__isnull=True, stopped_at__isnull=True).values_list(
            "due_on", flat=True
        )
    )
    days = [day for day in watch_days(first_on, every=every, times=times) if day not in standing]
    FollowUp.objects.bulk_create(FollowUp(case=case, months=0, due_on=day) for day in days)
    write_derived(case)
    case.save(update_fields=["next_due_on"])
    record(case, action=actions.WATCH_ADDED, actor=actor, now=now, details={"days": len(days)})
    return len(days)


@transaction.atomic
def begin_leaving(
    *, case_id: uuid.UUID, leaves_on: dt.date, steps: Collection[str], actor: Actor, now: dt.datetime
) -> int:
    """The steps of a leaving as tasks of who is in charge; how many were added. Raises `NotFound`, `Refused`,

    `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now)
    if problems := leaving_problems(steps=steps):
        raise InputMissing(problems)
    today = timezone.localdate(now)
    tasks = [
        CaseTask(
            key=uuid.uuid5(_STEPS, f"{case.public_id}:{leaves_on}:{step.code}"),
            case=case,
            title=step.text,
            due_on=due_of(step, leaves_on=leaves_on, today=today),
            assigned_to_id=case.assigned_to_id,
            added_by_id=actor.user_id,
            added_at=now,
        )
        for step in LEAVING
        if step.code in steps
    ]
    known = set(case.tasks.filter(key__in=[task.key for task in tasks]).values_list("key", flat=True))
    added = [task for task in tasks if task.key not in known]
    CaseTask.objects.bulk_create(added)
    write_derived(case)
    case.save(update_fields=["next_due_on"])
    record(case, action=actions.LEAVING_BEGUN, actor=actor, now=now, details={"tasks": len(added)})
    return len(added)
