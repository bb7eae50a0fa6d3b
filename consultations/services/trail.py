"""How consultations write into the audit trail: a case by its number, never a word of what is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from accounts import audit
from accounts.rules.actor import Actor
from consultations.models import Case
from councils.models import Desk

CASE: Final = "consultations.case"
DESK: Final = "consultations.desk"


def record(
    case: Case,
    *,
    action: str,
    actor: Actor,
    now: dt.datetime,
    reason: str = "",
    from_state: str = "",
    to_state: str = "",
    details: Mapping[str, Any] | None = None,
    desk: Desk | None = None,
) -> None:
    """One event about a case, in the caller's transaction. `reason` is for sentences about the act, not the person.

    `desk` is where the actor works, when that is not the case's own.
    """
    audit.record(
        action=action,
        subject=audit.Subject(type=CASE, id=str(case.public_id), label=case.number),
        actor=actor,
        now=now,
        municipality_code=case.desk.municipality.code,
        reason=reason,
        from_state=from_state,
        to_state=to_state,
        details=details,
        actor_role=None if actor.posts else "相談窓口",
        actor_organisation=None if actor.posts else (desk or case.desk).name,
    )


def record_desk(
    desk: Desk, *, action: str, actor: Actor, now: dt.datetime, details: Mapping[str, Any] | None = None
) -> None:
    """One event about a desk's cases as a whole: a search, a list that was printed or exported."""
    audit.record(
        action=action,
        subject=audit.Subject(type=DESK, id=str(desk.public_id), label=desk.name),
        actor=actor,
        now=now,
        municipality_code=desk.municipality.code,
        details=details,
        actor_role=None if actor.posts else "相談窓口",
        actor_organisation=None if actor.posts else desk.name,
    )
