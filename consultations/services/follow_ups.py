"""入居後の確認: put the days down when a case ends with a home, and record what was heard. The case stays ended."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, FollowUp
from consultations.rules.plans import ENDS, follow_up_days, follow_up_problems
from consultations.services.errors import InputMissing, NotFound, Refused
from consultations.services.locking import locked_case, write_derived
from consultations.services.trail import record


def put_down(case: Case, *, moved_in_on: dt.date) -> None:
    """The days for a case that ends with a home, under the caller's lock."""
    FollowUp.objects.bulk_create(
        FollowUp(case=case, months=months, due_on=day) for months, day in follow_up_days(moved_in_on)
    )


def stop_open(case: Case, *, now: dt.datetime) -> None:
    """Nobody is asked any more, under the caller's lock."""
    case.follow_ups.filter(recorded_at__isnull=True, stopped_at__isnull=True).update(stopped_at=now)


@transaction.atomic
def record_follow_up(
    *,
    case_id: uuid.UUID,
    follow_up_id: uuid.UUID,
    result: str,
    text: str,
    happened_on: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> FollowUp:
    """Keep how it goes, once. Who moved away or wants no more asking is not asked again.

    Raises `NotFound`, `Refused`, `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now, is_open=False)
    found = case.follow_ups.filter(public_id=follow_up_id).first()
    if found is None:
        raise NotFound("この確認は見つかりません。")
    if not found.is_open:
        raise Refused("この確認は、もう記録されたか、取りやめになっています。")
    problems = follow_up_problems(
        result=result, text=text, happened_on=happened_on, today=timezone.localdate(now)
    )
    if problems:
        raise InputMissing(problems)
    found.result, found.text, found.happened_on = result, text.strip(), happened_on
    found.recorded_by_id, found.recorded_at = actor.user_id, now
    found.save()
    if result in ENDS:
        stop_open(case, now=now)
    write_derived(case)
    case.save(update_fields=["next_due_on"])
    details = {"follow_up": str(found.public_id), "months": found.months, "result": result}
    record(case, action=actions.FOLLOWED_UP, actor=actor, now=now, details=details)
    return found
