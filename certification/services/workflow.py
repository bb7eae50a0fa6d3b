"""The only writer of state: lock, compare what the person saw, check the table, effects, save, audit, notify."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from certification.models import Application, CertificationSetting, PerformedAct
from certification.rules.workflow import (
    NOUNS,
    ROW_OF,
    Action,
    Facts,
    Input,
    Row,
    check,
)
from certification.selectors.access import visible_cases
from certification.selectors.facts import CaseRows, facts_of, rows_of
from certification.services import effects, notices, trail
from certification.services.derived import derive
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale


@dataclass(frozen=True, kw_only=True)
class ActInput:
    """What the person gave with the act. Which of it is needed stands in the state table."""

    reason: str = ""
    message: str = ""
    comment: str = ""
    due_on: dt.date | None = None
    department_id: int | None = None
    item_numbers: tuple[int, ...] = ()
    criterion: str = ""


@dataclass(frozen=True, kw_only=True)
class Performed:
    """The result: the case as it now is, and whether this very form had already been acted on."""

    application: Application
    repeated: bool = False


def lock_case(application_id: uuid.UUID, *, actor: Actor) -> Application:
    """The case under a row lock, if the actor may see it. Raises `NotFound`. Call inside a transaction.

    Two statements on purpose: after a wait PostgreSQL re-reads the locked row only, not what is joined to it. The case
    would come with the plan and version as they were before the wait.
    """
    if not visible_cases(actor).filter(public_id=application_id).exists():
        raise NotFound("この申請は見つかりません。")
    pk = Application.objects.select_for_update().values_list("pk", flat=True).get(public_id=application_id)
    return Application.objects.select_related(
        "plan__operator", "municipality", "current_version", "table", "lead_department"
    ).get(pk=pk)


@transaction.atomic
def perform(
    *,
    application_id: uuid.UUID,
    action: Action,
    actor: Actor,
    now: dt.datetime,
    seen: int,
    key: uuid.UUID,
    given: ActInput | None = None,
) -> Performed:
    """Do one act of the state table on one case.

    `seen` is the `lock_version` of the page the person acted on, `key` the idempotency key its form carried: a second
    click with the same key is the same act. Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`.
    """
    given = given or ActInput()
    application = lock_case(application_id, actor=actor)
    done = PerformedAct.objects.filter(key=key).first()
    if done is not None and _is_same_act(done, application, action=action, actor=actor):
        return Performed(application=application, repeated=True)
    if done is not None or seen != application.lock_version:
        raise Stale
    row = ROW_OF[action]
    setting = CertificationSetting.objects.select_related("lead_department").get(
        municipality=application.municipality_id
    )
    rows = rows_of(application)
    facts = facts_of(rows, actor=actor, day=timezone.localdate(now))
    if refusal := check(facts, action):
        raise ActRefused(refusal.problem)
    _check_input(row, given)
    PerformedAct.objects.create(
        key=key, application=application, action=action, user_id=actor.user_id, performed_at=now
    )
    _move(rows, row=row, facts=facts, given=given, actor=actor, now=now, setting=setting)
    return Performed(application=application)


def _is_same_act(done: PerformedAct, application: Application, *, action: Action, actor: Actor) -> bool:
    """A duplicated tab carries the same key: another act with it is not the one that was done."""
    return (done.application_id, done.action, done.user_id) == (application.pk, action, actor.user_id)


def _move(
    rows: CaseRows,
    *,
    row: Row,
    facts: Facts,
    given: ActInput,
    actor: Actor,
    now: dt.datetime,
    setting: CertificationSetting,
) -> None:
    application = rows.application
    before, after = facts.state, row.target(facts)
    context = effects.Context(
        rows=rows,
        before=before,
        after=after,
        given=given,
        actor=actor,
        now=now,
        setting=setting,
        action=row.action,
    )
    application.state = after
    for effect in row.effects:
        effects.CARRY_OUT[effect](context)
    if before != after:
        application.lock_version += 1
    application.last_moved_at = now
    application.last_moved_label = NOUNS[row.action]
    derive(application, setting=setting, today=timezone.localdate(now))
    application.save()
    trail.record(
        application,
        action=row.action.value,
        actor=actor,
        now=now,
        from_state=str(before.label),
        to_state=str(after.label),
        reason=given.reason,
        legal_basis=row.basis,
        details=context.details,
    )
    notices.tell(application, action=row.action, before=before, actor=actor, now=now)


_FIELD_OF = {
    Input.REASON: ("reason", "理由を書いてください。"),
    Input.DUE_ON: ("due_on", "補正の期限を入れてください。"),
    Input.DEPARTMENT: ("department", "課を選んでください。"),
    Input.ITEMS: ("items", "審査してもらう項目を1つ以上選んでください。"),
    Input.CRITERION: ("criterion", "満たさない基準を選んでください。"),
}


def _check_input(row: Row, given: ActInput) -> None:
    values = {
        Input.REASON: given.reason.strip(),
        Input.DUE_ON: given.due_on,
        Input.DEPARTMENT: given.department_id,
        Input.ITEMS: given.item_numbers,
        Input.CRITERION: given.criterion,
    }
    for needed in row.needs:
        if not values[needed]:
            raise InputMissing(*_FIELD_OF[needed])
