"""保存期間: setting the years, holding a case back, proposing and approving a disposal. All by a desk's supervisor."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations import actions
from consultations.models import Case, Disposal, DisposalLine, LegalHold, Retention
from consultations.rules.retention import FEWEST_YEARS, MOST_YEARS, SHORTEST_REASON, typed_words
from consultations.selectors.access import supervisors_at
from consultations.selectors.retention import (
    MOST_CASES,
    due_cases,
    supervised_desks,
    years_of,
)
from consultations.services.disposing import carry_out
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from consultations.services.trail import record, record_desk
from councils.models import Desk


@transaction.atomic
def set_years(*, desk_id: uuid.UUID, years: int, seen: int, actor: Actor, now: dt.datetime) -> Retention:
    """Say for how many years the desk's council keeps its cases. Raises `NotFound`, `Stale`, `InputMissing`."""
    desk = _supervised(desk_id, actor=actor, now=now)
    if not FEWEST_YEARS <= years <= MOST_YEARS:
        raise InputMissing({"years": f"{FEWEST_YEARS}年から{MOST_YEARS}年までの数を入れてください。例: 5"})
    Retention.objects.get_or_create(
        council=desk.council, defaults={"set_by_id": actor.user_id, "set_at": now}
    )
    row = Retention.objects.select_for_update().get(council=desk.council)
    if row.revision != seen:
        raise Stale
    before, row.years = row.years, years
    row.set_by_id, row.set_at = actor.user_id, now
    row.revision += 1
    row.save()
    details = {"from": before, "to": years}
    record_desk(desk, action=actions.RETENTION_SET, actor=actor, now=now, details=details)
    return row


@transaction.atomic
def hold(*, number: str, reason: str, actor: Actor, now: dt.datetime) -> LegalHold:
    """Keep a case, by its number, although its time may come; also one under protection, which is not opened by it.

    Raises `NotFound` for people who supervise no desk, `InputMissing`.
    """
    desks = _desks(actor=actor, now=now)
    problems = {}
    if len(reason.strip()) < SHORTEST_REASON:
        problems["reason"] = f"なぜ残すのかを、{SHORTEST_REASON}文字以上で書いてください。"
    found = Case.objects.select_for_update(of=("self",)).select_related("desk__municipality")
    case = found.filter(number=number.strip(), desk__in=desks, disposed_at__isnull=True).first()
    if case is None:
        problems["number"] = "この番号の相談は、あなたが責任者の窓口にありません。番号を確かめてください。"
    elif case.holds.filter(lifted_at__isnull=True).exists():
        problems["number"] = "この相談は、もう廃棄を止めています。"
    if problems or case is None:
        raise InputMissing(problems)
    row = LegalHold.objects.create(
        case=case, reason=reason.strip()[:200], placed_by_id=actor.user_id, placed_at=now
    )
    record(case, action=actions.HELD, actor=actor, now=now)
    return row


@transaction.atomic
def lift_hold(*, hold_id: uuid.UUID, actor: Actor, now: dt.datetime) -> LegalHold:
    """Let a case go when its time comes; a second time changes nothing. Raises `NotFound`."""
    desks = _desks(actor=actor, now=now)
    row = (
        LegalHold.objects.select_for_update(of=("self",))
        .filter(public_id=hold_id, case__desk__in=desks)
        .select_related("case__desk__municipality")
        .first()
    )
    if row is None:
        raise NotFound("この停止は見つかりません。")
    if row.lifted_at is not None:
        return row
    row.lifted_by_id, row.lifted_at = actor.user_id, now
    row.save(update_fields=["lifted_by", "lifted_at"])
    record(row.case, action=actions.HOLD_LIFTED, actor=actor, now=now)
    return row


@transaction.atomic
def propose(*, desk_id: uuid.UUID, actor: Actor, now: dt.datetime) -> Disposal:
    """Put the cases whose time has come on a list for approval. A list that waits already is that list.

    Raises `NotFound`, `Refused` where there is none.
    """
    desk = _supervised(desk_id, actor=actor, now=now)
    list(Desk.objects.select_for_update().filter(pk=desk.pk).values_list("pk"))
    waiting = Disposal.objects.filter(desk=desk, approved_at__isnull=True, withdrawn_at__isnull=True).first()
    if waiting:
        return waiting
    due = due_cases(desk, years=years_of(desk.council), today=timezone.localdate(now))
    cases = list(due.values_list("pk", flat=True)[:MOST_CASES])
    if not cases:
        raise Refused("保存期間が過ぎた相談は、いまありません。")
    disposal = Disposal.objects.create(desk=desk, proposed_by_id=actor.user_id, proposed_at=now)
    DisposalLine.objects.bulk_create(DisposalLine(disposal=disposal, case_id=pk) for pk in cases)
    details = {"disposal": str(disposal.public_id), "rows": len(cases)}
    record_desk(desk, action=actions.DISPOSAL_PROPOSED, actor=actor, now=now, details=details)
    return disposal


@transaction.atomic
def withdraw(*, disposal_id: uuid.UUID, actor: Actor, now: dt.datetime) -> Disposal:
    """Take a list back before it is approved. Raises `NotFound`, `Refused`."""
    disposal = _waiting(disposal_id, actor=actor, now=now)
    disposal.withdrawn_by_id, disposal.withdrawn_at = actor.user_id, now
    disposal.save(update_fields=["withdrawn_by", "withdrawn_at"])
    details = {"disposal": str(disposal.public_id)}
    record_desk(disposal.desk, action=actions.DISPOSAL_WITHDRAWN, actor=actor, now=now, details=details)
    return disposal


def approve(*, disposal_id: uuid.UUID, typed: str, actor: Actor, now: dt.datetime) -> Disposal:
    """Approve a list as another supervisor than who proposed it, or alone by typing what will happen; then dispose.

    The approval is one transaction, each case another: what stops in the middle can be taken up with `go_on`.
    Raises `NotFound`, `Refused`, `InputMissing`.
    """
    disposal = _approved(disposal_id, typed=typed, actor=actor, now=now)
    carry_out(disposal, actor=actor, now=now)
    return disposal


def go_on(*, disposal_id: uuid.UUID, actor: Actor, now: dt.datetime) -> Disposal:
    """Dispose of what an approved list still has. Raises `NotFound`, `Refused`."""
    desks = _desks(actor=actor, now=now)
    disposal = Disposal.objects.filter(public_id=disposal_id, desk__in=desks).first()
    if disposal is None:
        raise NotFound("この廃棄の案は見つかりません。")
    if disposal.approved_at is None:
        raise Refused("この廃棄の案は、まだ承認されていません。")
    carry_out(disposal, actor=actor, now=now)
    return disposal


@transaction.atomic
def _approved(disposal_id: uuid.UUID, *, typed: str, actor: Actor, now: dt.datetime) -> Disposal:
    disposal = _waiting(disposal_id, actor=actor, now=now)
    number = disposal.lines.count()
    is_own = disposal.proposed_by_id == actor.user_id
    if is_own:
        day = timezone.localdate(now)
        if supervisors_at(disposal.desk_id, besides=actor.user_id, day=day).exists():
            raise Refused("案を出した人とは別の相談責任者が承認してください。")
        if typed.strip() != typed_words(number):
            raise InputMissing({"typed": f"「{typed_words(number)}」と入れてください。"})
    disposal.approved_by_id, disposal.approved_at = actor.user_id, now
    disposal.save(update_fields=["approved_by", "approved_at"])
    details = {"disposal": str(disposal.public_id), "rows": number, "alone": is_own}
    record_desk(disposal.desk, action=actions.DISPOSAL_APPROVED, actor=actor, now=now, details=details)
    return disposal


def _waiting(disposal_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Disposal:
    """A list that can still be decided, locked."""
    desks = _desks(actor=actor, now=now)
    disposal = (
        Disposal.objects.select_for_update(of=("self",))
        .filter(public_id=disposal_id, desk__in=desks)
        .select_related("desk__municipality", "desk__council")
        .first()
    )
    if disposal is None:
        raise NotFound("この廃棄の案は見つかりません。")
    if disposal.approved_at is not None:
        raise Refused("この廃棄の案は、もう承認されています。")
    if disposal.withdrawn_at is not None:
        raise Refused("この廃棄の案は、取り下げられています。")
    return disposal


def _desks(*, actor: Actor, now: dt.datetime) -> list[Desk]:
    try:
        return supervised_desks(actor, now=now)
    except NotVisible as error:
        raise NotFound("この画面は開けません。") from error


def _supervised(desk_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Desk:
    desk = next((row for row in _desks(actor=actor, now=now) if row.public_id == desk_id), None)
    if desk is None:
        raise NotFound("この窓口は見つかりません。")
    return desk
