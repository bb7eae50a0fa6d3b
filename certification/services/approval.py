"""決裁の経路, done: stamps and where they lead, 後閲, absences with their deputies.

`arrive`, `leave` and `give_stamp` work inside `services.workflow.perform`; the rest are use cases of their own.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Role, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import (
    Absence,
    Application,
    Proposal,
    ProposalStamp,
    StampConfirmation,
    StepArrival,
)
from certification.rules import approval as rules
from certification.rules.approval import StampKind, Step
from certification.selectors import approval as selectors
from certification.selectors.access import staff_cases
from certification.services import notices, trail
from certification.services.errors import ActRefused, InputMissing, NotFound

ABSENCE_REGISTERED: Final = "certification.absence_registered"
ABSENCE_ENDED: Final = "certification.absence_ended"

ACTION_LABELS: Final[dict[str, str]] = {
    ABSENCE_REGISTERED: "不在と代決する人を登録する",
    ABSENCE_ENDED: "不在の登録を取り消す",
    "certification.confirm_stamp": "代決を後閲する",
}
"""What the acts are called in the audit trail, for `accounts.audit.name_actions`."""

LONGEST_ABSENCE_DAYS: Final = 366


# --- Along the route --------------------------------------------------------------------------------------------------


def arrive(proposal: Proposal) -> None:
    """Write down which steps wait now. Nothing where the proposal has no route."""
    way = selectors.way_of(proposal)
    if way is None:
        return
    due = rules.next_steps(way.steps, way.given(signature=proposal.signed_hash))
    leave(proposal)
    for step in due:
        StepArrival.objects.update_or_create(
            proposal=proposal,
            step_id=step.pk,
            defaults={"is_waiting": True},
            create_defaults={
                "application_id": proposal.application_id,
                "department_id": step.department_id,
                "title": step.title,
            },
        )


def leave(proposal: Proposal) -> None:
    """No step of the proposal waits any more. The departments it reached may go on reading the case."""
    if proposal.route_id is not None:
        StepArrival.objects.filter(proposal=proposal, is_waiting=True).update(is_waiting=False)


def give_stamp(
    proposal: Proposal,
    *,
    step: Step,
    on_behalf_of: int | None,
    signature: str,
    comment: str,
    actor: Actor,
    now: dt.datetime,
) -> ProposalStamp:
    """Stamp a step that is the actor's to stamp, and send the proposal on. Who was stood in for is told."""
    kind = StampKind(step.kind.value) if on_behalf_of is None else StampKind.DEPUTY
    stamp = ProposalStamp.objects.create(
        proposal=proposal,
        step_id=step.pk,
        kind=kind,
        by_id=actor.user_id,
        on_behalf_of_id=on_behalf_of,
        at=now,
        comment=comment.strip(),
        signed_hash=signature,
    )
    arrive(proposal)
    if on_behalf_of is not None:
        notices.tell_stood_in_for(proposal.application, user_id=on_behalf_of, now=now)
    return stamp


# --- 後閲 -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm_stamp(
    *, application_id: uuid.UUID, stamp_id: uuid.UUID, comment: str, actor: Actor, now: dt.datetime
) -> StampConfirmation:
    """Record that the person who was stood in for has read it. A second click finds it done.

    Raises `NotFound` for what one may not see, `ActRefused` for anybody but that person.
    """
    case = staff_cases(actor).filter(public_id=application_id).first()
    if case is None:
        raise NotFound("この申請は見つかりません。")
    application = Application.objects.select_for_update().get(pk=case.pk)
    stamp = (
        ProposalStamp.objects.select_related("confirmation", "step")
        .filter(public_id=stamp_id, proposal__application=application, kind=StampKind.DEPUTY)
        .first()
    )
    if stamp is None:
        raise NotFound("この印は見つかりません。")
    if stamp.on_behalf_of_id != actor.user_id:
        raise ActRefused("後閲は、代決された本人だけができます。")
    if not selectors.awaits_confirmation(stamp):
        return stamp.confirmation
    confirmation = StampConfirmation.objects.create(
        stamp=stamp, by_id=actor.user_id, at=now, comment=comment.strip()
    )
    trail.record(
        application, action="confirm_stamp", actor=actor, now=now, details={"step": stamp.step.order}
    )
    return confirmation


# --- Absences ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def register_absence(
    *, user_id: int, deputy_id: int, from_on: dt.date, until: dt.date, actor: Actor, now: dt.datetime
) -> Absence:
    """Register that somebody is away and who stands in: oneself, or 自治体管理者 for a colleague.

    Raises `NotFound` for anybody else, `InputMissing` for days or people that do not fit.
    """
    today = timezone.localdate(now)
    if user_id != actor.user_id and not actor.has(Role.ADMINISTRATOR):
        raise NotFound("このページは見つかりません。")
    deciders = dict(
        (user.pk, departments) for user, departments in selectors.deciders_of(actor.home_id, day=today)
    )
    if user_id not in deciders:
        raise InputMissing("user", "不在を登録できるのは、決裁者の辞令のある人です。")
    if deputy_id == user_id or not deciders.get(deputy_id, frozenset()) & deciders[user_id]:
        raise InputMissing("deputy", "代決する人は、同じ課の決裁者の中から、別の人を選んでください。")
    _check_days(from_on, until, today=today)
    # One at a time for each person, so that two absences never overlap.
    User.objects.select_for_update().get(pk=user_id)
    others = Absence.objects.filter(
        user=user_id, ended_at__isnull=True, from_on__lte=until, until__gte=from_on
    )
    same = others.filter(deputy=deputy_id, from_on=from_on, until=until).first()
    if same is not None:
        return same
    if others.exists():
        raise InputMissing(
            "from_on", "この期間と重なる不在が、もう登録されています。先に、そちらを取り消してください。"
        )
    absence = Absence.objects.create(
        municipality_id=actor.home_id,
        user_id=user_id,
        deputy_id=deputy_id,
        from_on=from_on,
        until=until,
        registered_by_id=actor.user_id,
        registered_at=now,
    )
    _record(ABSENCE_REGISTERED, absence, actor=actor, now=now)
    return absence


def _check_days(from_on: dt.date, until: dt.date, *, today: dt.date) -> None:
    if until < from_on:
        raise InputMissing("until", "不在の末日は、初日以後の日にしてください。")
    if until < today:
        raise InputMissing("until", "もう終わった期間です。末日は、きょう以後の日にしてください。")
    if (until - from_on).days >= LONGEST_ABSENCE_DAYS:
        raise InputMissing("until", "不在は1年までです。長い不在は、「職員と辞令」で辞令を改めてください。")


@transaction.atomic
def end_absence(*, absence_id: uuid.UUID, actor: Actor, now: dt.datetime) -> Absence:
    """Take an absence back: from now on nobody stands in. Raises `NotFound`. What was stamped stays."""
    try:
        absence = selectors.absence_of(actor, absence_id)
    except NotVisible:
        raise NotFound("この不在は見つかりません。") from None
    absence = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    if absence.ended_at is None:
        absence.ended_at = now
        absence.save(update_fields=["ended_at"])
        _record(ABSENCE_ENDED, absence, actor=actor, now=now)
    return absence


def _record(action: str, absence: Absence, *, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        action=action,
        subject=audit.Subject("certification.absence", str(absence.public_id), "不在"),
        actor=actor,
        now=now,
        details={
            "user": absence.user_id,
            "deputy": absence.deputy_id,
            "from_on": absence.from_on.isoformat(),
            "until": absence.until.isoformat(),
        },
    )
