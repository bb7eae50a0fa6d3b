"""終結と再開: what became of a case, and taking it up again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, CaseEvent
from consultations.rules.plans import FOLLOWED
from consultations.rules.words import CaseState, EventKind, FailureReason, Outcome
from consultations.services.errors import InputMissing, Refused
from consultations.services.follow_ups import put_down, stop_open
from consultations.services.locking import locked_case, write_derived
from consultations.services.referrals import end_open_referrals
from consultations.services.shop_inquiries import end_open
from consultations.services.trail import record
from consultations.services.transfers import withdraw_open_offers


@transaction.atomic
def close(
    *,
    case_id: uuid.UUID,
    outcome: str,
    failure_reasons: Sequence[str],
    closing_note: str,
    rent_yen: int | None,
    area: str,
    seen: int,
    actor: Actor,
    now: dt.datetime,
    is_followed: bool = False,
    moved_in_on: dt.date | None = None,
) -> Case:
    """End a case with its result. Open tasks have to be done first; reviews of plans fall away with the case.

    `is_followed`: somebody asks later how it goes, counted from `moved_in_on` (`None`: today), where the case ends with a
    home. Raises `NotFound`, `Stale`, `Refused`, `InputMissing`.
    """
    case = locked_case(case_id, actor=actor, now=now, seen=seen)
    problems = _problems(outcome, failure_reasons, rent_yen=rent_yen)
    if problems:
        raise InputMissing(problems)
    reviews = case.plans.values("review_task")
    open_tasks = case.tasks.filter(done_at__isnull=True)
    if open_tasks.exclude(pk__in=reviews).exists():
        raise Refused("まだ済んでいないことがあります。済ませてから終結してください。")
    end_open(case, actor=actor, now=now)
    end_open_referrals(case, actor=actor, now=now)
    withdraw_open_offers(case, actor=actor, now=now)
    open_tasks.update(done_at=now, done_by=actor.user_id)
    case.state = CaseState.CLOSED
    case.outcome = outcome
    case.failure_reasons = list(failure_reasons) if outcome == Outcome.NOT_FOUND else []
    case.closing_note = closing_note.strip()
    case.contracted_rent_yen = rent_yen if outcome == Outcome.CONTRACTED else None
    case.contracted_area = area.strip() if outcome == Outcome.CONTRACTED else ""
    case.closed_on = timezone.localdate(now)
    case.revision += 1
    if is_followed and outcome in FOLLOWED:
        put_down(case, moved_in_on=moved_in_on or timezone.localdate(now))
    write_derived(case)
    case.save()
    CaseEvent.objects.create(
        case=case,
        kind=EventKind.CLOSED,
        happened_on=case.closed_on,
        recorded_at=now,
        outcome=outcome,
        failure_reasons=case.failure_reasons,
        rent_yen=case.contracted_rent_yen,
    )
    record(
        case,
        action=actions.CLOSED,
        actor=actor,
        now=now,
        from_state=CaseState.OPEN,
        to_state=CaseState.CLOSED,
        details={"outcome": outcome},
    )
    return case


@transaction.atomic
def reopen(*, case_id: uuid.UUID, seen: int, actor: Actor, now: dt.datetime) -> Case:
    """Take a closed case up again; what it had ended with stays in the trail. Raises `NotFound`, `Stale`, `Refused`."""
    case = locked_case(case_id, actor=actor, now=now, seen=seen, is_open=False)
    if case.state != CaseState.CLOSED:
        raise Refused("この相談は終結していません。")
    before = case.outcome
    case.state, case.outcome, case.closed_on = CaseState.OPEN, "", None
    case.failure_reasons = []
    case.contracted_rent_yen, case.contracted_area = None, ""
    case.revision += 1
    stop_open(case, now=now)
    write_derived(case)
    case.save()
    CaseEvent.objects.create(
        case=case, kind=EventKind.REOPENED, happened_on=timezone.localdate(now), recorded_at=now
    )
    record(
        case,
        action=actions.REOPENED,
        actor=actor,
        now=now,
        from_state=CaseState.CLOSED,
        to_state=CaseState.OPEN,
        details={"outcome_before": before},
    )
    return case


def _problems(outcome: str, reasons: Sequence[str], *, rent_yen: int | None) -> dict[str, str]:
    if outcome not in Outcome.values:
        return {"outcome": "結果を選んでください。"}
    if outcome == Outcome.NOT_FOUND and not reasons:
        return {"failure_reasons": "不成約の理由を、一つ以上選んでください。"}
    if any(reason not in FailureReason.values for reason in reasons):
        return {"failure_reasons": "選べない理由が入っています。選び直してください。"}
    if outcome == Outcome.CONTRACTED and rent_yen is None:
        return {"rent_yen": "決まった家賃(共益費込み)を入れてください。"}
    return {}
