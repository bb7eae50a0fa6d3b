"""Joint applications (法40条4項): naming a second operator, its consent to exactly what is filed, letting it go again."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse

from accounts.outbox import notify
from accounts.rules.actor import Actor
from certification.models import (
    Application,
    OperatorInvitation,
    OperatorUser,
    PartnerConfirmation,
    Plan,
    PlanPartner,
)
from certification.rules.operators import WRITING_ROLES, OperatorRole
from certification.rules.workflow import Action, State, check
from certification.selectors.access import hand_of
from certification.selectors.facts import facts_of, rows_of
from certification.selectors.partners import filed_hash, partner_of
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.invitations import Kind, call_off, write_invitation
from certification.services.trail import record
from certification.services.workflow import lock_case

ONLY_BEFORE_FILING = "共同申請者を決められるのは、はじめて申請する前だけです。"
MANAGERS_ONLY = "共同申請者を招く、外すことは、事業者の管理者だけができます。"


def may_change_partner(application: Application) -> bool:
    """Whether the joint applicant may still be named or let go: what was filed was filed by both."""
    return application.state == State.DRAFT and application.plan.status == Plan.Status.NOT_CERTIFIED


@transaction.atomic
def invite_partner(
    *, application_id: uuid.UUID, name: str, email: str, may_write: bool, actor: Actor, now: dt.datetime
) -> PlanPartner:
    """Name a second operator and send it an invitation. Raises `NotFound`, `ActRefused`, `InputMissing`."""
    application = lock_case(application_id, actor=actor)
    _refuse_others(application, actor=actor)
    if partner_of(application) is not None:
        raise ActRefused("共同申請者は、すでにいます。替えるときは、先に今の共同申請者を外してください。")
    operator = application.plan.operator
    if operator.members.filter(user__email__iexact=email).exists():
        raise InputMissing(
            "email", f"この方は{operator.name}の担当者です。共同で申請する事業者の方の宛先を入れてください。"
        )
    partner = PlanPartner.objects.create(
        plan=application.plan, name=name, may_write=may_write, named_by_id=actor.user_id, named_at=now
    )
    draft = OperatorInvitation(
        kind=Kind.PARTNER,
        email=email,
        operator_name=name,
        partner=partner,
    )
    write_invitation(draft, actor=actor, now=now, host=operator.name)
    record(application, action="partner_named", actor=actor, now=now, details={"may_write": may_write})
    return partner


def _refuse_others(application: Application, *, actor: Actor) -> None:
    if hand_of(actor, application).role != OperatorRole.MANAGER:
        raise ActRefused(MANAGERS_ONLY)
    if not may_change_partner(application):
        raise ActRefused(ONLY_BEFORE_FILING)


@transaction.atomic
def end_partner(*, application_id: uuid.UUID, partner_id: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """Let the joint applicant go, or go oneself as its 管理者. Raises `NotFound`, `ActRefused` once filed."""
    application = lock_case(application_id, actor=actor)
    partner = partner_of(application)
    if partner is None or partner.public_id != partner_id:
        raise NotFound("この共同申請者は見つかりません。")
    hand = hand_of(actor, application)
    if OperatorRole.MANAGER not in (hand.role, hand.partner_role):
        raise ActRefused(MANAGERS_ONLY)
    if not may_change_partner(application):
        raise ActRefused(ONLY_BEFORE_FILING)
    for invitation in _open(partner):
        call_off(invitation, actor=actor, now=now)
    partner.ended_at = now
    partner.save(update_fields=["ended_at"])
    own = hand.partner_role == OperatorRole.MANAGER
    record(
        application,
        action="partner_ended",
        actor=actor,
        now=now,
        details={"by_partner": own},
        organisation=partner.label if own and hand.role is None else "",
    )
    other = application.plan.operator_id if own else partner.operator_id
    _tell(application, other, subject="共同申請者が変わりました", event=f"ended:{partner.public_id}", now=now)


def _open(partner: PlanPartner) -> list[OperatorInvitation]:
    held = OperatorInvitation.objects.select_for_update(of=("self",)).select_related("municipality")
    return list(held.filter(partner=partner, accepted_at__isnull=True, withdrawn_at__isnull=True))


@transaction.atomic
def confirm(*, application_id: uuid.UUID, seen: str, actor: Actor, now: dt.datetime) -> PartnerConfirmation:
    """Agree, for the joint applicant, to exactly what is written now.

    `seen` is the hash of what the page showed: whatever changed meanwhile was not agreed to. Raises `NotFound`,
    `ActRefused`, `Stale`.
    """
    application = lock_case(application_id, actor=actor)
    if refusal := check(facts_of(rows_of(application), actor=actor), Action.CONFIRM):
        raise ActRefused(refusal.problem)
    partner = partner_of(application)
    assert partner is not None  # the standing comes from it
    fingerprint = filed_hash(application)
    if seen != fingerprint:
        raise Stale
    confirmation, is_new = PartnerConfirmation.objects.get_or_create(
        partner=partner,
        content_hash=fingerprint,
        defaults={"confirmed_by_id": actor.user_id, "confirmed_at": now},
    )
    if is_new:
        record(
            application,
            action="confirm",
            actor=actor,
            now=now,
            legal_basis="法40条4項",
            details={"content": fingerprint},
            organisation=partner.label,
        )
        _tell(
            application,
            application.plan.operator_id,
            subject="共同申請者が内容に同意しました",
            event=f"confirmed:{confirmation.pk}",
            now=now,
        )
    return confirmation


@transaction.atomic
def ask_confirmation(*, application_id: uuid.UUID, actor: Actor, now: dt.datetime) -> int:
    """Ask the joint applicant's 管理者 to read and agree; once for each content. Raises `NotFound`, `ActRefused`."""
    application = lock_case(application_id, actor=actor)
    if not hand_of(actor, application).writes_all:
        raise ActRefused("同意をお願いできるのは、計画を書く人だけです。")
    facts = facts_of(rows_of(application), actor=actor)
    if refusal := check(facts, Action.EDIT):
        raise ActRefused(refusal.problem)
    partner = partner_of(application)
    if partner is None or partner.operator_id is None:
        raise ActRefused("共同申請者が、まだ招待に応じていません。")
    fingerprint = filed_hash(application)
    record(application, action="partner_asked", actor=actor, now=now, details={"content": fingerprint})
    return _tell(
        application,
        partner.operator_id,
        subject="共同申請の内容を確かめて、同意してください",
        event=f"ask:{partner.public_id}:{fingerprint[:24]}",
        now=now,
        page="plan_confirm",
        roles=(OperatorRole.MANAGER,),
    )


def tell_confirmation_fell(application: Application, *, before: str, now: dt.datetime) -> None:
    """After an edit: whoever had agreed to what stood before is told, once, that it no longer counts."""
    partner = partner_of(application)
    if partner is None or partner.operator_id is None:
        return
    fallen = partner.confirmations.filter(content_hash=before).first()
    if fallen is None or filed_hash(application) == before:
        return
    _tell(
        application,
        partner.operator_id,
        subject="同意した内容が変わりました。もう一度確かめてください",
        event=f"fell:{fallen.pk}",
        now=now,
        page="plan_confirm",
        roles=(OperatorRole.MANAGER,),
    )


def _tell(
    application: Application,
    operator_id: int | None,
    *,
    subject: str,
    event: str,
    now: dt.datetime,
    page: str = "plan_partner",
    roles: tuple[OperatorRole, ...] = WRITING_ROLES,
) -> int:
    """Notices to an operator's people; nothing of the content in them. Returns how many are new."""
    people = OperatorUser.objects.filter(operator=operator_id, role__in=roles).values_list(
        "user_id", flat=True
    )
    gone = (
        page == "plan_partner" and event.startswith("ended") and operator_id != application.plan.operator_id
    )
    path = reverse(
        "certification:plans" if gone else f"certification:{page}",
        args=[] if gone else [application.public_id],
    )
    sent = 0
    for user_id in people if operator_id else ():
        notice = notify(
            recipient_id=user_id,
            key=f"joint:{event}:{user_id}",
            subject=subject,
            body=f"{subject}。くわしいことは、開いて確かめてください。",
            path=path,
            municipality_id=application.municipality_id,
            now=now,
        )
        sent += notice is not None
    return sent
