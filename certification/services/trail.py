"""How certification writes into the audit trail: a case by its number, an act by its code, never personal text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts import audit
from accounts.rules.actor import Actor
from certification.models import Application, Plan
from certification.rules.workflow import Who


def subject_of(application: Application) -> audit.Subject:
    """How the trail names a case: by number, never by a person's name."""
    return audit.Subject(
        type="certification.application",
        id=str(application.public_id),
        label=application.receipt_number or f"受付前の申請 {application.pk}",
    )


def plan_subject(plan: Plan) -> audit.Subject:
    """How the trail names a certified plan: by its number."""
    return audit.Subject(
        type="certification.plan", id=str(plan.public_id), label=plan.certified_number or f"計画 {plan.pk}"
    )


def record_plan(
    plan: Plan,
    *,
    action: str,
    actor: Actor,
    now: dt.datetime,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    legal_basis: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """One event about a certified plan as a whole, in the caller's transaction."""
    audit.record(
        action=f"certification.{action}",
        subject=plan_subject(plan),
        actor=actor,
        now=now,
        municipality_code=plan.municipality.code,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        legal_basis=legal_basis,
        details=details,
        actor_role=None if actor.posts else str(Who.APPLICANT.label),
        actor_organisation=None if actor.posts else plan.operator.name,
    )


def record(
    application: Application,
    *,
    action: str,
    actor: Actor | None,
    now: dt.datetime,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    legal_basis: str = "",
    details: Mapping[str, Any] | None = None,
    organisation: str = "",
    outside: str = "",
) -> None:
    """One event about a case, in the caller's transaction.

    People without a post act for the operator of the plan, or for `organisation`, a joint applicant. Without an actor
    somebody answered by a link: `outside` is the office that was asked.
    """
    role, place = _standing_of(actor, application, outside=outside, organisation=organisation)
    audit.record(
        action=f"certification.{action}",
        subject=subject_of(application),
        actor=actor,
        now=now,
        municipality_code=application.municipality.code,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        legal_basis=legal_basis,
        details=details,
        actor_role=role,
        actor_organisation=place,
    )


def _standing_of(
    actor: Actor | None, application: Application, *, outside: str, organisation: str
) -> tuple[str | None, str | None]:
    """What replaces the posts of who has none."""
    if actor is None:
        return "照会先", outside
    if actor.posts:
        return None, None
    return str(Who.APPLICANT.label), organisation or application.plan.operator.name
