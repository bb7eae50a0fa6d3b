"""Procedures about a certified plan: begun from the version that stands, carried through the one state table."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.rules.actor import Actor
from certification.models import Application, PerformedAct, Plan, PlanVersion, RegisterEntry, ReviewTable
from certification.rules.notifications import NotificationKind, NotificationStatus
from certification.rules.procedures import Procedure, rule_of
from certification.rules.workflow import OPEN_STATES, State
from certification.selectors.access import plans_to_write
from certification.services.derived import copy_names
from certification.services.effects import version_after
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.trail import record
from certification.services.workflow import Performed

UNDER_WAY = "この計画には、まだ終わっていない手続があります。それを終えるか取り下げてから、始めてください。"

NOTIFIED = (
    "この計画には、まだ受理されていない軽微変更届があります。受理されるか取り下げてから、始めてください。"
)


def standing_version(plan: Plan) -> PlanVersion:
    """The version of a plan that is certified now. Raises `NotFound` where there is none."""
    entry = RegisterEntry.objects.select_related("version").filter(plan=plan).first()
    if entry is None or plan.status != Plan.Status.CERTIFIED:
        raise NotFound("認定を受けた計画が見つかりません。")
    return entry.version


@transaction.atomic
def begin_procedure(
    *, plan_id: uuid.UUID, procedure: Procedure, actor: Actor, now: dt.datetime, key: uuid.UUID
) -> Performed:
    """A draft of a procedure about a certified plan, with a copy of the standing version to write in.

    A second click with the same `key` finds the first one's draft. Raises `NotFound`, `Stale`, `ActRefused` while
    another procedure is open, `InputMissing` where the municipality has no 別表 for it.
    """
    plan = lock_certified(plan_id, actor=actor)
    action = f"begin:{procedure.value}"
    if done := PerformedAct.objects.select_related("application").filter(key=key).first():
        if (done.action, done.user_id, done.application.plan_id) != (action, actor.user_id, plan.pk):
            raise Stale
        return Performed(application=done.application, repeated=True)
    refuse_while_open(plan)
    _refuse_without_table(plan, procedure, now=now)
    base = standing_version(plan)
    version = version_after(base, now=now, documents=rule_of(procedure).sections, statement=False)
    application = Application(
        municipality=plan.municipality,
        plan=plan,
        procedure=procedure,
        current_version=version,
        base_version=base,
        first_number=version.number,
        last_moved_at=now,
        last_moved_label="作成を始めた",
    )
    copy_names(application)
    application.save()
    PerformedAct.objects.create(
        key=key, application=application, action=action, user_id=actor.user_id, performed_at=now
    )
    record(application, action="begin", actor=actor, now=now, details={"procedure": procedure.value})
    return Performed(application=application)


def lock_certified(plan_id: uuid.UUID, *, actor: Actor) -> Plan:
    """One's own certified plan, held until the end of the transaction. Raises `NotFound`."""
    mine = plans_to_write(actor).filter(public_id=plan_id, status=Plan.Status.CERTIFIED)
    if not mine.exists():
        raise NotFound("認定を受けた計画が見つかりません。")
    pk = Plan.objects.select_for_update().values_list("pk", flat=True).get(public_id=plan_id)
    plan = Plan.objects.select_related("municipality", "operator").get(pk=pk)
    if plan.status != Plan.Status.CERTIFIED:
        raise NotFound("認定を受けた計画が見つかりません。")
    return plan


def refuse_while_open(plan: Plan) -> None:
    """One procedure at a time: two drafts of one plan would overwrite each other. Raises `ActRefused`."""
    is_open = plan.applications.filter(state__in=OPEN_STATES).exists()
    if is_open or plan.versions.filter(frozen_at__isnull=True).exists():
        raise ActRefused(UNDER_WAY)
    filed = Q(status=NotificationStatus.FILED)
    returned = Q(status=NotificationStatus.RETURNED, application__state=State.NOTIFIED)
    changes = plan.notifications.filter(kind=NotificationKind.LESSER_CHANGE)
    if changes.filter(filed | returned).exists():
        raise ActRefused(NOTIFIED)


def _refuse_without_table(plan: Plan, procedure: Procedure, *, now: dt.datetime) -> None:
    day = timezone.localdate(now)
    if not ReviewTable.objects.current(municipality_id=plan.municipality_id, day=day, procedure=procedure):
        raise InputMissing(
            "procedure",
            f"{plan.municipality.name}では、まだこの手続を受け付けていません。担当課にお問い合わせください。",
        )
