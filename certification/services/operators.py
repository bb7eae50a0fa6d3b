"""The people of an operator: inviting, changing roles, removing; and new operators, invited by a municipality."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from accounts import audit
from accounts.rules.actor import Actor
from certification.models import CertificationSetting, Operator, OperatorInvitation, OperatorUser
from certification.rules.operators import LAST_MANAGER, OperatorRole, keeps_a_manager
from certification.selectors.operators import INVITING_ROLES, open_invitations
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.invitations import Kind, call_off, refuse_too_many, write_invitation

MANAGERS_ONLY = "担当者を招く、役割を変える、外すことは、この事業者の管理者だけができます。"
INVITED_ALREADY = (
    "この宛先には招待を送ってあり、まだ返事がありません。送り直すときは、先に前の招待を取り消してください。"
)


def _lock_managed(operator_id: uuid.UUID, *, actor: Actor) -> Operator:
    """The operator, held until the end: its people change one at a time. Raises `NotFound`, `ActRefused`."""
    operator = Operator.objects.select_for_update().filter(public_id=operator_id).first()
    own = OperatorUser.objects.filter(operator=operator, user=actor.user_id).first() if operator else None
    if operator is None or own is None:
        raise NotFound("この事業者は見つかりません。")
    if own.role != OperatorRole.MANAGER:
        raise ActRefused(MANAGERS_ONLY)
    return operator


@transaction.atomic
def invite_member(
    *, operator_id: uuid.UUID, email: str, role: OperatorRole, actor: Actor, now: dt.datetime
) -> OperatorInvitation:
    """Invite somebody to the own operator. Raises `NotFound`, `ActRefused`, `InputMissing`."""
    operator = _lock_managed(operator_id, actor=actor)
    if operator.members.filter(user__email__iexact=email).exists():
        raise InputMissing("email", f"この方は、すでに{operator.name}の担当者です。")
    waiting = open_invitations(now).filter(operator=operator, kind=Kind.MEMBER)
    if waiting.filter(email__iexact=email).exists():
        raise InputMissing("email", INVITED_ALREADY)
    refuse_too_many(waiting.count())
    draft = OperatorInvitation(
        kind=Kind.MEMBER, email=email, operator=operator, operator_name=operator.name, role=role
    )
    return write_invitation(draft, actor=actor, now=now, host=operator.name)


@transaction.atomic
def withdraw_member_invitation(
    *, operator_id: uuid.UUID, invitation_id: uuid.UUID, actor: Actor, now: dt.datetime
) -> None:
    """Take an invitation of the own operator back. Raises `NotFound`, `ActRefused`."""
    operator = _lock_managed(operator_id, actor=actor)
    held = OperatorInvitation.objects.select_for_update(of=("self",)).select_related("municipality")
    found = held.filter(public_id=invitation_id, operator=operator, kind=Kind.MEMBER).first()
    if found is None:
        raise NotFound("この招待は見つかりません。")
    call_off(found, actor=actor, now=now)


@transaction.atomic
def change_role(
    *,
    operator_id: uuid.UUID,
    member_id: uuid.UUID,
    role: OperatorRole,
    seen: str,
    actor: Actor,
    now: dt.datetime,
) -> OperatorUser:
    """Give a colleague another role. `seen` is the role on the page. Raises `NotFound`, `ActRefused`, `Stale`."""
    operator = _lock_managed(operator_id, actor=actor)
    member = _member(operator, member_id, seen=seen)
    _keep_a_manager(operator, member, becomes=role)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    details = {"before": before, "after": role.value, "person": str(member.user.public_id)}
    _record(operator, action="operator_role_changed", actor=actor, now=now, details=details)
    return member


@transaction.atomic
def remove_member(
    *, operator_id: uuid.UUID, member_id: uuid.UUID, seen: str, actor: Actor, now: dt.datetime
) -> None:
    """Take a person out of the operator; what the person did stays. Raises `NotFound`, `ActRefused`, `Stale`."""
    operator = _lock_managed(operator_id, actor=actor)
    member = _member(operator, member_id, seen=seen)
    _keep_a_manager(operator, member, becomes=None)
    details = {"before": member.role, "person": str(member.user.public_id)}
    member.delete()
    _record(operator, action="operator_member_removed", actor=actor, now=now, details=details)


def _member(operator: Operator, member_id: uuid.UUID, *, seen: str) -> OperatorUser:
    found = operator.members.select_related("user").filter(user__public_id=member_id).first()
    if found is None:
        raise NotFound("この担当者は見つかりません。")
    if found.role != seen:
        raise Stale
    return found


def _keep_a_manager(operator: Operator, member: OperatorUser, *, becomes: OperatorRole | None) -> None:
    others = operator.members.filter(role=OperatorRole.MANAGER, user__is_active=True).exclude(pk=member.pk)
    if not keeps_a_manager(other_managers=others.count(), becomes=becomes):
        raise ActRefused(LAST_MANAGER)


def _record(
    operator: Operator, *, action: str, actor: Actor, now: dt.datetime, details: dict[str, str]
) -> None:
    audit.record(
        action=f"certification.{action}",
        subject=audit.Subject("certification.operator", str(operator.public_id), operator.name),
        actor=actor,
        now=now,
        details=details,
        actor_role="事業者の管理者",
        actor_organisation=operator.name,
    )


# --- By the municipality ----------------------------------------------------------------------------------------------


@transaction.atomic
def invite_operator(*, name: str, email: str, actor: Actor, now: dt.datetime) -> OperatorInvitation:
    """Invite a new operator; who accepts becomes its first 管理者. Raises `NotFound`, `InputMissing`."""
    setting = _lock_own_setting(actor)
    waiting = open_invitations(now).filter(municipality=setting.municipality_id, kind=Kind.OPERATOR)
    if waiting.filter(email__iexact=email).exists():
        raise InputMissing("email", INVITED_ALREADY)
    refuse_too_many(waiting.count())
    draft = OperatorInvitation(
        kind=Kind.OPERATOR, email=email, operator_name=name, municipality=setting.municipality
    )
    return write_invitation(draft, actor=actor, now=now, host=setting.municipality.name)


@transaction.atomic
def withdraw_operator_invitation(*, invitation_id: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """Take an invitation of the own municipality back. Raises `NotFound`, `ActRefused`."""
    setting = _lock_own_setting(actor)
    held = OperatorInvitation.objects.select_for_update(of=("self",)).select_related("municipality")
    found = held.filter(
        public_id=invitation_id, municipality=setting.municipality_id, kind=Kind.OPERATOR
    ).first()
    if found is None:
        raise NotFound("この招待は見つかりません。")
    call_off(found, actor=actor, now=now)


def _lock_own_setting(actor: Actor) -> CertificationSetting:
    held = CertificationSetting.objects.select_for_update(of=("self",)).select_related("municipality")
    setting = held.filter(municipality=actor.home_id).first()
    if setting is None or not any(actor.has(role) for role in INVITING_ROLES):
        raise NotFound("この自治体の設定は見つかりません。")
    return setting
