"""Reading the audit trail leaves its own trace: who searched, who took a copy, and how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from accounts import actions
from accounts.audit import Subject, record
from accounts.models import AuditEvent, Role
from accounts.rules.actor import Actor
from accounts.selectors import EXPORT_LIMIT, AuditFilter, NotVisible, count_audit, each_audit_event


class ExportTooLarge(Exception):
    """More rows than one file may hold. The text says how to go on."""


def note_audit_search(*, actor: Actor, now: dt.datetime, wanted: AuditFilter) -> None:
    """Record that the trail was opened. What was typed is not kept: only that something was. Raises NotVisible."""
    _refuse_others(actor)
    record(
        action=actions.AUDIT_SEARCHED, subject=_trail_of(actor), actor=actor, now=now, details=_asked(wanted)
    )


def export_audit(*, actor: Actor, now: dt.datetime, wanted: AuditFilter) -> Iterator[AuditEvent]:
    """Record the copy with its number of rows, then hand out exactly so many.

    Raises ExportTooLarge above the limit, NotVisible for anybody but an auditor.
    """
    _refuse_others(actor)
    # Only what was before this moment: the number on record is the number handed out, the event itself not among them.
    asked = AuditFilter(wanted.first, min(wanted.until, now), wanted.person, wanted.action, wanted.subject)
    count = count_audit(actor, asked)
    if count > EXPORT_LIMIT:
        raise ExportTooLarge(
            f"該当する記録が{EXPORT_LIMIT:,}件を超えています。期間を短くして、分けて書き出してください。"
        )
    record(
        action=actions.AUDIT_EXPORTED,
        subject=_trail_of(actor),
        actor=actor,
        now=now,
        details={**_asked(wanted), "rows": count},
    )
    return each_audit_event(actor, asked, limit=count)


def _refuse_others(actor: Actor) -> None:
    if not actor.has(Role.AUDITOR):
        raise NotVisible


def _trail_of(actor: Actor) -> Subject:
    return Subject("accounts.trail", actor.municipality_code, f"{actor.municipality_name}の監査記録")


def _asked(wanted: AuditFilter) -> dict[str, str | bool]:
    return {
        "first": wanted.first.isoformat(),
        "until": wanted.until.isoformat(),
        "action": wanted.action,
        "by_person": bool(wanted.person),
        "by_subject": bool(wanted.subject),
    }
