"""The own operators with their people and invitations; what a municipality has invited; one invitation."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.models import Role, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Operator, OperatorInvitation, OperatorUser
from certification.rules.operators import OperatorRole

INVITING_ROLES = (Role.DESK, Role.ADMINISTRATOR)
"""Who invites operators for the municipality."""

PAGE = 50
"""Invitations of a municipality that the page shows: the newest."""

Invitations = QuerySet[OperatorInvitation]


def open_invitations(now: dt.datetime) -> Invitations:
    """Invitations that wait for an answer."""
    return OperatorInvitation.objects.filter(
        accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    )


def memberships(actor: Actor) -> list[OperatorUser]:
    """The operators the actor belongs to, each with the actor's role and the number of its people. One query."""
    count = (
        OperatorUser.objects.filter(operator=OuterRef("operator"))
        .order_by()
        .values("operator")
        .annotate(number=Count("pk"))
        .values("number")
    )
    own = OperatorUser.objects.filter(user=actor.user_id).select_related("operator")
    return list(own.annotate(people=Subquery(count)).order_by("operator__name", "pk"))


@dataclass(frozen=True, kw_only=True)
class People:
    """One own operator: the actor's role, everybody in it, and for its 管理者 the invitations that wait."""

    operator: Operator
    role: OperatorRole
    members: tuple[OperatorUser, ...]
    invitations: tuple[OperatorInvitation, ...]

    @property
    def manages(self) -> bool:
        return self.role == OperatorRole.MANAGER


def people_of(actor: Actor, operator_id: uuid.UUID, *, now: dt.datetime) -> People:
    """The people of one of the actor's operators. Three queries. Raises `NotVisible`."""
    own = OperatorUser.objects.filter(operator__public_id=operator_id, user=actor.user_id)
    found = own.select_related("operator").first()
    if found is None:
        raise NotVisible
    role = OperatorRole(found.role)
    members = found.operator.members.select_related("user").order_by("user__kana", "user__name", "pk")
    waiting = open_invitations(now).filter(operator=found.operator, kind=OperatorInvitation.Kind.MEMBER)
    return People(
        operator=found.operator,
        role=role,
        members=tuple(members),
        invitations=tuple(waiting) if role == OperatorRole.MANAGER else (),
    )


def member_of(people: People, member_id: uuid.UUID) -> OperatorUser:
    """One person of the operator. Raises `NotVisible`."""
    for member in people.members:
        if member.user.public_id == member_id:
            return member
    raise NotVisible


def invitation_of(people: People, invitation_id: uuid.UUID) -> OperatorInvitation:
    """An invitation of the operator that waits. Raises `NotVisible`."""
    for invitation in people.invitations:
        if invitation.public_id == invitation_id:
            return invitation
    raise NotVisible


def invited_operators(actor: Actor) -> list[OperatorInvitation]:
    """The newest invitations of new operators by the actor's municipality. One query."""
    found = OperatorInvitation.objects.filter(
        municipality=actor.home_id, kind=OperatorInvitation.Kind.OPERATOR
    )
    return list(found.select_related("invited_by")[:PAGE])


def invited_operator(actor: Actor, invitation_id: uuid.UUID) -> OperatorInvitation:
    """One of them. Raises `NotVisible`."""
    found = OperatorInvitation.objects.filter(
        municipality=actor.home_id, kind=OperatorInvitation.Kind.OPERATOR, public_id=invitation_id
    ).first()
    if found is None:
        raise NotVisible
    return found


# --- One invitation, as the person who was invited sees it ---


@dataclass(frozen=True, kw_only=True)
class Invited:
    """An invitation with what its page needs. `host` is who invites; `operators` the ones a joint applicant may choose."""

    invitation: OperatorInvitation
    host: str
    has_account: bool
    is_own: bool
    operators: tuple[tuple[str, str], ...]


def invited(invitation_id: uuid.UUID, *, actor: Actor | None) -> Invited:
    """For whoever holds the link. Raises `NotVisible`."""
    found = (
        OperatorInvitation.objects.select_related("operator", "municipality", "partner__plan__operator")
        .filter(public_id=invitation_id)
        .first()
    )
    if found is None:
        raise NotVisible
    owner = User.objects.filter(email__iexact=found.email).first()
    is_own = actor is not None and owner is not None and owner.pk == actor.user_id
    return Invited(
        invitation=found,
        host=_host(found),
        has_account=owner is not None,
        is_own=is_own,
        operators=_choices(found, actor) if is_own and actor else (),
    )


def own_invitation(actor: Actor, invitation_id: uuid.UUID) -> Invited:
    """One that was sent to the actor's own address: no link is needed. Raises `NotVisible`."""
    found = invited(invitation_id, actor=actor)
    if not found.is_own:
        raise NotVisible
    return found


def _host(invitation: OperatorInvitation) -> str:
    if invitation.partner is not None:
        return invitation.partner.plan.operator.name
    if invitation.kind == OperatorInvitation.Kind.OPERATOR and invitation.municipality is not None:
        return invitation.municipality.name
    return invitation.operator_name


def _choices(invitation: OperatorInvitation, actor: Actor) -> tuple[tuple[str, str], ...]:
    if invitation.partner is None:
        return ()
    own = OperatorUser.objects.filter(user=actor.user_id, role=OperatorRole.MANAGER)
    others = own.exclude(operator=invitation.partner.plan.operator_id).select_related("operator")
    return tuple((str(row.operator.public_id), row.operator.name) for row in others.order_by("pk"))


def joined_case(invitation: OperatorInvitation) -> uuid.UUID | None:
    """The case a joint applicant came in by."""
    partner = invitation.partner
    case = partner.plan.applications.order_by("-pk").first() if partner else None
    return case.public_id if case else None
