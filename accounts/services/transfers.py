"""The sitting of 1 April: everybody in one table, done in one transaction, with the open cases handed on."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts import actions, handover
from accounts.audit import Subject, record
from accounts.models import Appointment, Handover, Role, User
from accounts.outbox import notify
from accounts.rules import appointments as rules
from accounts.rules.actor import Actor
from accounts.rules.appointments import LEAVE, MOVE, Move
from accounts.selectors import NotVisible, actor_of, sitting_rows
from accounts.services.appointments import (
    STALE,
    AppointmentRefused,
    begin,
    finish,
    keeping_an_administrator,
    lock_municipality,
    own_department,
)
from japan.wareki import format_wareki

logger = logging.getLogger(__name__)

#: Open cases go to people who work on cases.
WORKING_ROLES = (Role.DESK, Role.REVIEWER)


class TransferRefused(Exception):
    """Nothing was done. `rows` maps the appointment's public id to its problems; `general` belongs to no row."""

    def __init__(self, *, general: Sequence[str] = (), rows: dict[str, list[str]] | None = None) -> None:
        self.general = list(general)
        self.rows = rows or {}
        super().__init__(
            "\n".join([*self.general, *(text for texts in self.rows.values() for text in texts)])
        )


@dataclass(frozen=True, slots=True)
class TransferLine:
    """What the sitting does to one appointment, in words."""

    name: str
    before: str
    after: str
    handover: str


@dataclass(slots=True)
class _Sitting:
    actor: Actor
    on: dt.date
    now: dt.datetime
    rows: dict[str, Appointment]
    problems: dict[str, list[str]] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    handed: dict[str, str] = field(default_factory=dict)

    @property
    def eve(self) -> dt.date:
        return self.on - dt.timedelta(days=1)


def sitting_fingerprint(rows: Iterable[Appointment]) -> str:
    """What the table showed, in short: the sitting is refused when it is no longer so."""
    text = "\n".join(f"{row.public_id} {row.from_on} {row.until}" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def transfer(
    *, actor: Actor, now: dt.datetime, on: dt.date, moves: Sequence[Move], seen: str
) -> list[TransferLine]:
    """Do the whole sitting or nothing. Appointments end on the eve of `on`, new ones begin on it.

    `seen` is the fingerprint of the table that was shown. Open cases go to the successor at once when `on` has come;
    otherwise the worker hands them on that day. Raises TransferRefused with every problem found.
    """
    with transaction.atomic():
        return _carry_out(actor=actor, now=now, on=on, moves=moves, seen=seen)


def preview_transfer(
    *, actor: Actor, now: dt.datetime, on: dt.date, moves: Sequence[Move], seen: str
) -> list[TransferLine]:
    """The same, undone at the end: whatever would be refused is refused here already. Raises TransferRefused."""
    with transaction.atomic():
        lines = _carry_out(actor=actor, now=now, on=on, moves=moves, seen=seen)
        transaction.set_rollback(True)
    return lines


def perform_handovers(*, now: dt.datetime) -> int:
    """Hand on what has come due, each in its own transaction; returns how many handovers were done.

    One that breaks is logged and stays for the next time.
    """
    waiting = Handover.objects.filter(done_at__isnull=True, effective_on__lte=timezone.localdate(now))
    done = 0
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        try:
            done += _perform_one(pk, now=now)
        except Exception:  # the next one must not wait for the mending of this one
            logger.exception("A handover broke.", extra={"job": "hand_on_cases"})
    return done


@transaction.atomic
def _perform_one(pk: int, *, now: dt.datetime) -> bool:
    one = Handover.objects.select_for_update(skip_locked=True).filter(pk=pk, done_at__isnull=True).first()
    if one is None:
        return False
    _hand_on(one, actor=actor_of(one.requested_by, day=timezone.localdate(now)), now=now)
    return True


# --- The sitting, step by step ----------------------------------------------------------------------------------------


def _carry_out(
    *, actor: Actor, now: dt.datetime, on: dt.date, moves: Sequence[Move], seen: str
) -> list[TransferLine]:
    municipality = lock_municipality(actor)
    today = timezone.localdate(now)
    if problem := rules.period_problem(from_on=on, until=None, today=today):
        raise TransferRefused(general=[problem.replace("発令日", "異動の日")])
    rows = sitting_rows(actor, on=on)
    if sitting_fingerprint(rows) != seen:
        raise TransferRefused(general=[STALE])
    acts = [move for move in moves if move.kind in (MOVE, LEAVE)]
    if not acts:
        raise TransferRefused(general=["異動する人が選ばれていません。異動か退職・転出を選んでください。"])
    sitting = _Sitting(actor, on, now, {str(row.public_id): row for row in rows})
    before = {key: f"{row.department.name} {Role(row.role).label}" for key, row in sitting.rows.items()}
    _move_people(sitting, acts, today=today)
    for act in acts:
        _arrange_handover(sitting, act)
    if sitting.problems:
        raise TransferRefused(rows=sitting.problems)
    record(
        action=actions.TRANSFERRED,
        subject=Subject(
            "accounts.municipality", municipality.code, f"{municipality.name} {format_wareki(on)}の異動"
        ),
        actor=actor,
        now=now,
        details={"on": on.isoformat(), "moved": _count(acts, MOVE), "left": _count(acts, LEAVE)},
    )
    return [
        TransferLine(
            name=sitting.rows[act.appointment_id].user.name,
            before=before[act.appointment_id],
            after=sitting.after[act.appointment_id],
            handover=sitting.handed.get(act.appointment_id, ""),
        )
        for act in acts
    ]


def _count(acts: Sequence[Move], kind: str) -> int:
    return sum(act.kind == kind for act in acts)


def _move_people(sitting: _Sitting, acts: Sequence[Move], *, today: dt.date) -> None:
    """End everything first, then begin: two people may change places."""
    try:
        with keeping_an_administrator(sitting.actor, today=today):
            for act in acts:
                _end_old(sitting, act)
            for act in acts:
                _begin_new(sitting, act)
    except AppointmentRefused as refused:
        raise TransferRefused(general=[str(refused)], rows=sitting.problems) from refused


def _end_old(sitting: _Sitting, act: Move) -> None:
    row = sitting.rows.get(act.appointment_id)
    if row is None:
        raise NotVisible
    finish(actor=sitting.actor, appointment=row, until=sitting.eve, now=sitting.now)
    sitting.after[act.appointment_id] = f"退職・転出({format_wareki(sitting.eve)}まで)"


def _begin_new(sitting: _Sitting, act: Move) -> None:
    if act.kind != MOVE:
        return
    row = sitting.rows[act.appointment_id]
    problem = _new_post_problem(sitting, act, row)
    if problem is not None:
        sitting.problems.setdefault(act.appointment_id, []).append(problem)
        return
    department = own_department(sitting.actor, act.department_id)
    try:
        begin(
            actor=sitting.actor,
            user=row.user,
            department=department,
            role=act.role,
            from_on=sitting.on,
            until=None,
            note="",
            now=sitting.now,
        )
    except AppointmentRefused as refused:
        sitting.problems.setdefault(act.appointment_id, []).append(str(refused))
    sitting.after[act.appointment_id] = f"{department.name} {Role(act.role).label}"


def _new_post_problem(sitting: _Sitting, act: Move, row: Appointment) -> str | None:
    if act.department_id is None or act.role not in Role.values:
        return "異動先の課と役割を選んでください。"
    if (act.department_id, act.role) == (row.department_id, row.role):
        return "異動先が今と同じです。残る場合は「残る」を選んでください。"
    return rules.appointing_problem(sitting.actor, user_id=row.user_id, role=act.role)


def _arrange_handover(sitting: _Sitting, act: Move) -> None:
    row = sitting.rows[act.appointment_id]
    if _serves(row.user_id, row.department_id, on=sitting.on, roles=tuple(Role.values)):
        return  # still in the department: the cases stay
    if not act.successor_id:
        _demand_successor(sitting, act, row)
        return
    successor = _successor(act.successor_id)
    if successor is None or not _serves(successor.pk, row.department_id, on=sitting.on, roles=WORKING_ROLES):
        _add(
            sitting,
            act,
            f"引継ぎ先の人は、その日に{row.department.name}の窓口担当か審査担当ではありません。別の人を選んでください。",
        )
        return
    planned = Handover.objects.filter(
        from_user=row.user, department=row.department, effective_on=sitting.on, done_at__isnull=True
    )
    if planned.exclude(to_user=successor).exists():
        _add(
            sitting, act, "同じ人の同じ課の案件に、別々の引継ぎ先が選ばれています。ひとりにそろえてください。"
        )
        return
    if not planned.exists():
        _plan_handover(sitting, row, successor)
    sitting.handed[act.appointment_id] = f"{successor.name}さんへ({format_wareki(sitting.on)})"


def _add(sitting: _Sitting, act: Move, problem: str) -> None:
    sitting.problems.setdefault(act.appointment_id, []).append(problem)


def _demand_successor(sitting: _Sitting, act: Move, row: Appointment) -> None:
    count = handover.count_open(user_id=row.user_id, department_id=row.department_id)
    if count:
        _add(sitting, act, f"担当している案件が{count}件あります。引継ぎ先を選んでください。")


def _successor(public_id: str) -> User | None:
    try:
        return User.objects.filter(public_id=uuid.UUID(public_id), is_active=True).first()
    except ValueError:
        return None


def _serves(user_id: int, department_id: int, *, on: dt.date, roles: Sequence[str]) -> bool:
    held = Appointment.objects.in_force(on).filter(
        user_id=user_id, department_id=department_id, role__in=roles
    )
    return held.exists()


def _plan_handover(sitting: _Sitting, row: Appointment, successor: User) -> None:
    one = Handover.objects.create(
        from_user=row.user,
        to_user=successor,
        department=row.department,
        effective_on=sitting.on,
        requested_by_id=sitting.actor.user_id,
        requested_at=sitting.now,
    )
    if sitting.on <= timezone.localdate(sitting.now):
        _hand_on(one, actor=sitting.actor, now=sitting.now)


def _hand_on(one: Handover, *, actor: Actor, now: dt.datetime) -> None:
    """Move the cases, note how many, tell the successor."""
    one.case_count = handover.hand_on_all(
        from_user_id=one.from_user_id,
        to_user_id=one.to_user_id,
        department_id=one.department_id,
        actor=actor,
        now=now,
    )
    one.done_at = now
    one.save(update_fields=["case_count", "done_at"])
    municipality = one.department.municipality
    record(
        action=actions.HANDED_ON,
        subject=Subject("accounts.handover", str(one.pk), f"{one.from_user.name} → {one.to_user.name}"),
        actor=actor,
        now=now,
        municipality_code=municipality.code,
        details={"cases": one.case_count, "department": one.department.name},
    )
    if one.case_count:
        notify(
            recipient_id=one.to_user_id,
            key=f"handover:{one.pk}",
            subject=f"{one.department.name}の案件を{one.case_count}件引き継ぎました",
            body="異動にともない、担当する案件が増えました。受付箱の「自分の番」でご確認ください。",
            path="/",
            municipality_id=municipality.pk,
            now=now,
        )
