"""Invitations: written with their mail, opened by a link or from the inbox, accepted once.

The link is random, made when the mail is sent, and only its hash is kept. The mail says who invites, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Notice, User
from accounts.outbox import call_back, link_maker, notify
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from accounts.services import EmailInUse, register_person
from certification.models import (
    InvitationLink,
    Operator,
    OperatorInvitation,
    OperatorUser,
)
from certification.rules.operators import INVITATION_LASTS, MOST_OPEN_INVITATIONS, OperatorRole
from certification.services.errors import ActRefused, InputMissing, NotFound

Kind = OperatorInvitation.Kind
Status = OperatorInvitation.Status

REFUSALS: Final[dict[str, str]] = {
    Status.ACCEPTED: "この招待の手続は、もう済んでいます。ログインしてお使いください。",
    Status.WITHDRAWN: "この招待は、取り消されました。心当たりがあるときは、招いた方にお問い合わせください。",
    Status.EXPIRED: "この招待は、期限が過ぎました。招いた方に、もう一度送ってもらってください。",
}
LINK_UNKNOWN: Final = (
    "このリンクは使えません。メールのリンクが途中で切れていないか確かめて、もう一度開いてください。"
)


# --- Writing and calling back -----------------------------------------------------------------------------------------


def write_invitation(
    draft: OperatorInvitation, *, actor: Actor, now: dt.datetime, host: str
) -> OperatorInvitation:
    """Keep an invitation and put its mail into the outbox, in the caller's transaction. `host`: who invites, in words.

    The answer is the same whether or not somebody with this address is registered.
    """
    draft.email = draft.email.lower()
    draft.invited_by_id, draft.invited_at = actor.user_id, now
    draft.expires_at = now + INVITATION_LASTS
    draft.save()
    known = User.objects.filter(email__iexact=draft.email, is_active=True).first()
    draft.notice = notify(
        recipient_id=known.pk if known else None,
        address="" if known else draft.email,
        key=f"operator-invitation:{draft.public_id}",
        subject="住まいの輪への招待が届いています",
        body=f"{host}から招待が届いています。開いて、手続をしてください。",
        path=reverse("certification:invitation_mine", args=[draft.public_id]) if known else "",
        municipality_id=draft.municipality_id,
        now=now,
        link=Notice.Link.INVITATION,
    )
    draft.save(update_fields=["notice"])
    record_of(draft, action="invited", actor=actor, now=now)
    return draft


def refuse_too_many(open_: int) -> None:
    """Raises `InputMissing` when so many wait already: a slip or a misuse, not a need."""
    if open_ >= MOST_OPEN_INVITATIONS:
        raise InputMissing(
            "email",
            f"返事を待っている招待が{MOST_OPEN_INVITATIONS}件あります。要らないものを取り消してから、送ってください。",
        )


def call_off(invitation: OperatorInvitation, *, actor: Actor, now: dt.datetime) -> None:
    """Withdraw a locked invitation and the mail that still waits. Raises `ActRefused` when it is over already."""
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise ActRefused("この招待は、もう手続が済んだか、取り消されています。")
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    if invitation.notice_id:
        call_back(invitation.notice_id)
    record_of(invitation, action="invitation_withdrawn", actor=actor, now=now)


def record_of(invitation: OperatorInvitation, *, action: str, actor: Actor, now: dt.datetime) -> None:
    """One event about an invitation: the operator's name, never the address."""
    city = invitation.municipality.code if invitation.municipality else ""
    audit.record(
        action=f"certification.operator_{action}",
        subject=audit.Subject(
            "certification.invitation", str(invitation.public_id), invitation.operator_name
        ),
        actor=actor,
        now=now,
        municipality_code=city,
        details={"kind": invitation.kind, "role": invitation.role},
        actor_role=None if actor.posts else "事業者",
        actor_organisation=None if actor.posts else invitation.operator_name,
    )


# --- The link ---------------------------------------------------------------------------------------------------------


def hash_of(token: str) -> str:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(notice: Notice) -> str:
    """The path of a new link, for one attempt to send: the token is in the mail alone."""
    invitation = OperatorInvitation.objects.get(notice=notice)
    token = secrets.token_urlsafe(32)
    InvitationLink.objects.create(invitation=invitation, token_hash=hash_of(token))
    return reverse("certification:invitation_link", args=[token])


def open_link(token: str) -> OperatorInvitation:
    """The invitation a link belongs to, whatever has become of it. Raises `NotFound` for no link of ours."""
    link = InvitationLink.objects.select_related("invitation").filter(token_hash=hash_of(token)).first()
    if link is None:
        raise NotFound(LINK_UNKNOWN)
    return link.invitation


# --- Accepting --------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(
    *, invitation_id: uuid.UUID, actor: Actor, now: dt.datetime, operator_id: uuid.UUID | None = None
) -> OperatorInvitation:
    """Accept as a signed-in person. The caller has shown that the person holds the link, or it is the person's own.

    `operator_id`: with which of the own operators a joint applicant joins; None makes the one that was named.
    Raises `NotFound` for another person's invitation, `ActRefused` for one that is over.
    """
    invitation = _locked(invitation_id, now=now)
    if not User.objects.filter(pk=actor.user_id, email__iexact=invitation.email).exists():
        raise NotFound(LINK_UNKNOWN)
    return _join(invitation, actor=actor, now=now, operator_id=operator_id)


@transaction.atomic
def accept_as_new(
    *, invitation_id: uuid.UUID, name: str, kana: str, password: str, now: dt.datetime
) -> OperatorInvitation:
    """Register and accept in one: the link proved the address. Raises `NotFound`, `ActRefused`, `EmailInUse`."""
    invitation = _locked(invitation_id, now=now)
    user = register_person(email=invitation.email, name=name, kana=kana, password=password, now=now)
    return _join(invitation, actor=actor_of(user, day=timezone.localdate(now)), now=now, operator_id=None)


def _locked(invitation_id: uuid.UUID, *, now: dt.datetime) -> OperatorInvitation:
    held = OperatorInvitation.objects.select_for_update(of=("self",))
    invitation = held.select_related("operator", "municipality").filter(public_id=invitation_id).first()
    if invitation is None:
        raise NotFound(LINK_UNKNOWN)
    if problem := REFUSALS.get(invitation.status(now)):
        raise ActRefused(problem)
    return invitation


def _join(
    invitation: OperatorInvitation, *, actor: Actor, now: dt.datetime, operator_id: uuid.UUID | None
) -> OperatorInvitation:
    if invitation.kind == Kind.PARTNER:
        invitation.operator = _joining_operator(invitation, actor=actor, operator_id=operator_id)
    elif invitation.operator is None:
        invitation.operator = Operator.objects.create(name=invitation.operator_name)
    OperatorUser.objects.get_or_create(
        operator=invitation.operator, user_id=actor.user_id, defaults={"role": invitation.role}
    )
    invitation.accepted_at, invitation.accepted_by_id = now, actor.user_id
    invitation.save(update_fields=["operator", "accepted_at", "accepted_by"])
    if invitation.partner_id:
        _join_plan(invitation, now=now)
    record_of(invitation, action="joined", actor=actor, now=now)
    _tell_host(invitation, now=now)
    return invitation


def _joining_operator(
    invitation: OperatorInvitation, *, actor: Actor, operator_id: uuid.UUID | None
) -> Operator:
    assert invitation.partner is not None
    if operator_id is None:
        return Operator.objects.create(name=invitation.operator_name)
    found = (
        Operator.objects.filter(
            public_id=operator_id, members__user=actor.user_id, members__role=OperatorRole.MANAGER
        )
        .exclude(pk=invitation.partner.plan.operator_id)
        .first()
    )
    if found is None:
        raise InputMissing("operator", "どの事業者として加わるかを、一覧から選んでください。")
    return found


def _join_plan(invitation: OperatorInvitation, *, now: dt.datetime) -> None:
    partner = invitation.partner
    assert partner is not None
    if partner.ended_at is not None:
        raise ActRefused(REFUSALS[Status.WITHDRAWN])
    partner.operator, partner.joined_at = invitation.operator, now
    partner.save(update_fields=["operator", "joined_at"])


def _tell_host(invitation: OperatorInvitation, *, now: dt.datetime) -> None:
    """Whoever invited learns that it was taken up. The name of the person stands behind the login."""
    path = ""
    if invitation.partner_id:
        case = invitation.partner.plan.applications.order_by("-pk").first() if invitation.partner else None
        path = reverse("certification:plan_partner", args=[case.public_id]) if case else ""
    elif invitation.kind == Kind.MEMBER and invitation.operator:
        path = reverse("certification:operator", args=[invitation.operator.public_id])
    elif invitation.kind == Kind.OPERATOR:
        path = reverse("certification:operator_invitations")
    notify(
        recipient_id=invitation.invited_by_id,
        key=f"operator-joined:{invitation.public_id}",
        subject="招待した方の手続が済みました",
        body="送った招待が受け入れられました。開いて確かめてください。",
        path=path,
        municipality_id=invitation.municipality_id,
        now=now,
    )


def register() -> None:
    """Tell the outbox how an invitation's link is made."""
    link_maker(Notice.Link.INVITATION)(make_link)


__all__ = (
    "LINK_UNKNOWN",
    "REFUSALS",
    "EmailInUse",
    "accept",
    "accept_as_new",
    "call_off",
    "open_link",
    "record_of",
    "refuse_too_many",
    "register",
    "write_invitation",
)
