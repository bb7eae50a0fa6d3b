"""引き継ぎ: offer a case to another desk, say yes or no, take an offer back.

Within the council the case itself moves. Another council gets a case of its own with what the consent covers; the first desk
keeps its own and ends it. The trail and the notices hold ids and names of desks, never a word of the case.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.outbox import notify
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations import actions
from consultations.models import (
    Case,
    CaseCategory,
    CaseEvent,
    CaseReader,
    CaseTask,
    CaseTransfer,
    DeskPost,
)
from consultations.rules.ages import band_on
from consultations.rules.consents import Scope
from consultations.rules.transferring import (
    FIELDS,
    WAIT_DAYS,
    NotTaken,
    TransferState,
    needed,
    offer_problems,
)
from consultations.rules.words import Confidentiality, EventKind, PostRole, Route, Triage
from consultations.selectors.access import colleagues_at, posts_of
from consultations.selectors.inquiries import names_of
from consultations.selectors.transfers import (
    consents_naming,
    desks_to_ask,
    incoming,
    scope_of,
)
from consultations.services.errors import InputMissing, NotFound, Refused
from consultations.services.locking import locked_case, write_derived
from consultations.services.numbers import case_number
from consultations.services.trail import record
from councils.models import Desk

GONE = "この依頼は、もうありません。取りやめられたか、期限が過ぎたか、ほかの人が答えました。"
TELL_DAYS = 7


@transaction.atomic
def offer(
    *, case_id: uuid.UUID, desk_id: uuid.UUID, request: str, key: uuid.UUID, actor: Actor, now: dt.datetime
) -> CaseTransfer:
    """Ask another desk to take the case over. The same `key` again is the same offer.

    Raises `NotFound`, `Refused`, `InputMissing`: `desk`, `request`.
    """
    case = locked_case(case_id, actor=actor, now=now)
    if done := CaseTransfer.objects.filter(key=key, case=case).first():
        return done
    _expire(case, now=now)
    if case.transfers.filter(state=TransferState.OFFERED).exists():
        raise Refused("いま返事を待っている依頼があります。先にそちらを取りやめてください。")
    day = timezone.localdate(now)
    desk = desks_to_ask(case.desk, day=day).filter(public_id=desk_id).first()
    if desk is None:
        raise InputMissing({"desk": "引き継ぐ窓口を選んでください。"})
    consents = consents_naming(case, desk, day=day)
    problems = offer_problems(
        request=request,
        names=names_of(case),
        scope=scope_of(consents),
        is_same_council=desk.council_id == case.council_id,
        desk=desk.name,
    )
    if problems:
        raise InputMissing(problems)
    transfer = CaseTransfer.objects.create(
        key=key,
        case=case,
        consent=consents[0],
        from_desk=case.desk,
        to_desk=desk,
        request=request.strip(),
        offered_by_id=actor.user_id,
        offered_at=now,
        expires_at=now + dt.timedelta(days=WAIT_DAYS),
    )
    _record(transfer, actions.TRANSFER_OFFERED, actor=actor, now=now)
    _tell_desk(transfer, now=now)
    return transfer


@transaction.atomic
def take_offer_back(
    *, case_id: uuid.UUID, transfer_id: uuid.UUID, actor: Actor, now: dt.datetime
) -> CaseTransfer:
    """Nobody is asked any more; a second time changes nothing. Raises `NotFound`, `Refused`."""
    case = locked_case(case_id, actor=actor, now=now, is_open=False)
    transfer = case.transfers.filter(public_id=transfer_id).select_related("to_desk").first()
    if transfer is None:
        raise NotFound("この依頼は見つかりません。")
    if transfer.state == TransferState.WITHDRAWN:
        return transfer
    if transfer.state != TransferState.OFFERED:
        raise Refused("この依頼には、もう返事があります。")
    transfer.case = case
    _withdraw(transfer, actor=actor, now=now)
    return transfer


@transaction.atomic
def decline(*, transfer_id: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> CaseTransfer:
    """Say no, with one of the reasons. Raises `NotFound`, `Refused`, `InputMissing`: `not_taken`."""
    transfer = _locked(transfer_id, actor=actor, now=now)
    if reason not in NotTaken.values:
        raise InputMissing({"not_taken": "理由を一つ選んでください。"})
    transfer.not_taken = reason
    _settle(transfer, TransferState.DECLINED, actor=actor, now=now)
    _record(transfer, actions.TRANSFER_ANSWERED, actor=actor, now=now)
    _tell_giver(transfer, "引き継ぎは引き受けられないとの返事です", to=transfer.case.assigned_to_id, now=now)
    return transfer


@transaction.atomic
def accept(*, transfer_id: uuid.UUID, actor: Actor, now: dt.datetime) -> Case:
    """Take the case over: it moves within the council, and is begun anew in another. Who says yes is in charge.

    Raises `NotFound`, `Refused` where no consent covers it any more.
    """
    transfer = _locked(transfer_id, actor=actor, now=now)
    case, giver = transfer.case, transfer.case.assigned_to_id
    is_same_council = transfer.to_desk.council_id == case.council_id
    consents = consents_naming(case, transfer.to_desk, day=timezone.localdate(now))
    scope = scope_of(consents)
    if not needed(is_same_council=is_same_council) <= scope:
        raise Refused("本人の同意が取りやめられたか、期限が切れています。引き継ぐ窓口に電話してください。")
    taken = (
        _move(case, to=transfer.to_desk, actor=actor, now=now)
        if is_same_council
        else _begin(case, transfer, scope=scope, actor=actor, now=now)
    )
    transfer.new_case = None if is_same_council else taken
    _settle(transfer, TransferState.ACCEPTED, actor=actor, now=now)
    _record(transfer, actions.TRANSFER_ANSWERED, actor=actor, now=now)
    _tell_giver(transfer, "引き継ぎが引き受けられました", to=giver, now=now)
    return taken


def withdraw_open_offers(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    """A case that ends is offered to nobody. Under the caller's lock."""
    for transfer in _open_offers(case, now=now):
        _withdraw(transfer, actor=actor, now=now)


def withdraw_uncovered_offers(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    """Nor is one to whose going there the person no longer agrees. Under the caller's lock."""
    day = timezone.localdate(now)
    for transfer in _open_offers(case, now=now):
        is_same_council = transfer.to_desk.council_id == case.council_id
        scope = scope_of(consents_naming(case, transfer.to_desk, day=day))
        if not needed(is_same_council=is_same_council) <= scope:
            _withdraw(transfer, actor=actor, now=now)


# --- Steps ---


def _open_offers(case: Case, *, now: dt.datetime) -> list[CaseTransfer]:
    _expire(case, now=now)
    found = list(case.transfers.filter(state=TransferState.OFFERED).select_related("to_desk__council"))
    for transfer in found:
        transfer.case = case
    return found


def _withdraw(transfer: CaseTransfer, *, actor: Actor, now: dt.datetime) -> None:
    _settle(transfer, TransferState.WITHDRAWN, actor=actor, now=now)
    _record(transfer, actions.TRANSFER_WITHDRAWN, actor=actor, now=now)


def _move(case: Case, *, to: Desk, actor: Actor, now: dt.datetime) -> Case:
    """The case itself goes to another desk of the council; who knew it there no longer opens it."""
    day = timezone.localdate(now)
    case.first_desk_id = case.first_desk_id or case.desk_id
    case.desk, case.assigned_to_id = to, actor.user_id
    case.revision += 1
    case.save(update_fields=["first_desk", "desk", "assigned_to", "revision"])
    case.readers.all().delete()
    _name_if_protected(case, actor=actor, now=now)
    here = colleagues_at(to.pk, day=day)
    case.tasks.filter(done_at__isnull=True).exclude(assigned_to__in=here).update(assigned_to=None)
    case.conference_items.filter(conference__held_at__isnull=True).delete()
    return case


def _begin(
    case: Case, transfer: CaseTransfer, *, scope: frozenset[str], actor: Actor, now: dt.datetime
) -> Case:
    """A case of another council, with what the consent covers; the first desk gets it to do to tell the person."""
    day, desk = timezone.localdate(now), transfer.to_desk
    taken = Case(
        key=uuid.uuid4(),
        council=desk.council,
        desk=desk,
        number=case_number(desk.council, day=day),
        received_at=now,
        received_by_id=actor.user_id,
        assigned_to_id=actor.user_id,
        confidentiality=case.confidentiality,
        method=case.method,
        route=Route.OTHER,
        triage=Triage.CONTINUE,
        last_contact_at=now,
        **_values(case, scope=scope, day=day),
    )
    taken.save(force_insert=True)
    if Scope.SITUATION in scope:
        CaseCategory.objects.bulk_create(
            CaseCategory(case=taken, category_id=row.category_id, label=row.label, is_primary=row.is_primary)
            for row in case.categories.all()
        )
    write_derived(taken)
    taken.save(update_fields=["next_due_on", "search_text", "phone_digits"])
    _name_if_protected(taken, actor=actor, now=now)
    CaseEvent.objects.create(case=taken, kind=EventKind.OPENED, happened_on=day, recorded_at=now)
    record(taken, action=actions.RECEIVED, actor=actor, now=now, to_state=taken.state)
    CaseTask.objects.create(
        key=uuid.uuid4(),
        case=case,
        title=f"{desk.name}が引き受けたことを本人に伝え、終結する"[:100],
        due_on=day + dt.timedelta(days=TELL_DAYS),
        assigned_to_id=case.assigned_to_id,
        added_by_id=transfer.offered_by_id,
        added_at=now,
    )
    write_derived(case)
    case.save(update_fields=["next_due_on"])
    return taken


def _values(case: Case, *, scope: frozenset[str], day: dt.date) -> dict[str, Any]:
    values = {name: getattr(case, name) for piece in Scope if piece in scope for name in FIELDS[piece]}
    if "age_band" in values:
        values["age_band"] = band_on(case.birth_date, case.age_band, day=day)
    return values


def _name_if_protected(case: Case, *, actor: Actor, now: dt.datetime) -> None:
    if case.confidentiality == Confidentiality.PROTECTED:
        CaseReader.objects.create(case=case, user_id=actor.user_id, named_by_id=actor.user_id, named_at=now)


def _locked(transfer_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> CaseTransfer:
    """An offer the actor may answer, under the lock of its case."""
    try:
        posts_of(actor, day=timezone.localdate(now))
    except NotVisible as error:
        raise NotFound(GONE) from error
    waiting = incoming(actor, now=now).filter(public_id=transfer_id)
    found = waiting.values_list("case", flat=True).first()
    if found is None:
        raise NotFound(GONE)
    list(Case.objects.select_for_update().filter(pk=found).values_list("pk"))
    related = ("case__desk__municipality", "case__council", "to_desk__council", "to_desk__municipality")
    # Seen again after the wait: somebody else may have answered, or the case may have come under protection.
    transfer = waiting.select_related(*related).first()
    if transfer is None:
        raise Refused(GONE)
    return transfer


def _expire(case: Case, *, now: dt.datetime) -> None:
    for transfer in case.transfers.filter(state=TransferState.OFFERED, expires_at__lte=now):
        transfer.state, transfer.answered_at = TransferState.EXPIRED, now
        transfer.save(update_fields=["state", "answered_at"])


def _settle(transfer: CaseTransfer, state: TransferState, *, actor: Actor, now: dt.datetime) -> None:
    transfer.state, transfer.answered_at, transfer.answered_by_id = state, now, actor.user_id
    transfer.save(update_fields=["state", "answered_at", "answered_by", "not_taken", "new_case"])


def _record(transfer: CaseTransfer, action: str, *, actor: Actor, now: dt.datetime) -> None:
    """By ids; the organisation is the desk of who acts."""
    answers = action in (actions.TRANSFER_ANSWERED, actions.TRANSFER_VIEWED)
    record(
        transfer.case,
        action=action,
        actor=actor,
        now=now,
        to_state=transfer.state,
        details={"transfer": str(transfer.public_id), "desk": str(transfer.to_desk.public_id)},
        desk=transfer.to_desk if answers else None,
    )


def record_view(transfer: CaseTransfer, *, actor: Actor, now: dt.datetime) -> None:
    """Looking at an offer is an event of the case."""
    _record(transfer, actions.TRANSFER_VIEWED, actor=actor, now=now)


def _tell_desk(transfer: CaseTransfer, *, now: dt.datetime) -> None:
    """The people of the other desk, of a protected case its supervisors: without number and name."""
    posts = DeskPost.objects.in_force(timezone.localdate(now)).filter(desk=transfer.to_desk_id)
    if transfer.case.confidentiality == Confidentiality.PROTECTED:
        posts = posts.filter(role=PostRole.SUPERVISOR)
    for user_id in sorted(set(posts.values_list("user", flat=True))):
        notify(
            recipient_id=user_id,
            key=f"transfer:{transfer.public_id}:{user_id}",
            subject=f"引き継ぎの依頼が来ています({transfer.from_desk.name})"[:120],
            body="引き受けるかどうかを、開いて答えてください。",
            path=reverse("consultations:transfer", args=[transfer.public_id]),
            municipality_id=transfer.to_desk.municipality_id,
            now=now,
        )


def _tell_giver(transfer: CaseTransfer, words: str, *, to: int | None, now: dt.datetime) -> None:
    """Who was in charge of the case, by its number. What moved away cannot be opened there any more."""
    case = transfer.case
    if to is None:
        return
    stays = transfer.new_case_id is not None or transfer.state == TransferState.DECLINED
    notify(
        recipient_id=to,
        key=f"transfer-answered:{transfer.public_id}",
        subject=f"{words}({case.number})",
        body=f"{case.number}: {words}。",
        path=reverse("consultations:case_transfer", args=[case.public_id]) if stays else "",
        municipality_id=transfer.from_desk.municipality_id,
        now=now,
        mail=False,
    )
