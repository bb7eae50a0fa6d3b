"""Work on a case: who is in charge, what was done, what is to be done."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.outbox import notify
from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case, CaseTask, Contact
from consultations.rules.words import Confidentiality
from consultations.selectors.access import colleagues_at
from consultations.services.errors import InputMissing, NotFound
from consultations.services.locking import locked_case, write_derived
from consultations.services.trail import record

LONGEST_TEXT = 4_000


@transaction.atomic
def write_contact(
    *,
    case_id: uuid.UUID,
    happened_at: dt.datetime,
    method: str,
    other_side: str,
    text: str,
    minutes: int | None,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> Contact:
    """Add what was done. The same `key` again is the same record. Raises `NotFound`, `Refused`, `InputMissing`."""
    case = locked_case(case_id, actor=actor, now=now)
    if done := Contact.objects.filter(key=key, case=case, written_by=actor.user_id).first():
        return done
    if not text.strip():
        raise InputMissing({"text": "したことや聞いたことを書いてください。"})
    if happened_at > now:
        raise InputMissing({"day": "先の日時になっています。今までの日時を入れてください。"})
    contact = Contact.objects.create(
        key=key,
        case=case,
        happened_at=happened_at,
        method=method,
        other_side=other_side,
        text=text.strip()[:LONGEST_TEXT],
        minutes=minutes,
        written_by_id=actor.user_id,
        written_at=now,
    )
    if case.last_contact_at is None or happened_at > case.last_contact_at:
        case.last_contact_at = happened_at
        case.save(update_fields=["last_contact_at"])
    record(
        case,
        action=actions.CONTACT_WRITTEN,
        actor=actor,
        now=now,
        details={"contact": str(contact.public_id)},
    )
    return contact


@transaction.atomic
def add_task(
    *,
    case_id: uuid.UUID,
    title: str,
    due_on: dt.date,
    user_id: int | None,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> CaseTask:
    """Add what is to be done until when. Raises `NotFound`, `Refused`, `InputMissing`."""
    case = locked_case(case_id, actor=actor, now=now)
    if done := CaseTask.objects.filter(key=key, case=case).first():
        return done
    today = timezone.localdate(now)
    if not title.strip():
        raise InputMissing({"title": "することを書いてください。"})
    if due_on < today:
        raise InputMissing({"due_on": "期限は今日からあとの日にしてください。"})
    if user_id is not None and not colleagues_at(case.desk_id, day=today).filter(pk=user_id).exists():
        raise InputMissing({"person": "この窓口の担当者の中から選んでください。"})
    task = CaseTask.objects.create(
        key=key,
        case=case,
        title=title.strip(),
        due_on=due_on,
        assigned_to_id=user_id,
        added_by_id=actor.user_id,
        added_at=now,
    )
    write_derived(case)
    case.save(update_fields=["next_due_on"])
    record(case, action=actions.TASK_ADDED, actor=actor, now=now, details={"task": str(task.public_id)})
    return task


@transaction.atomic
def finish_task(*, case_id: uuid.UUID, task_id: uuid.UUID, actor: Actor, now: dt.datetime) -> CaseTask:
    """Mark a task as done; a second time changes nothing. Raises `NotFound`, `Refused`."""
    case = locked_case(case_id, actor=actor, now=now)
    task = case.tasks.filter(public_id=task_id).first()
    if task is None:
        raise NotFound("この用件は見つかりません。")
    if task.done_at is not None:
        return task
    task.done_at, task.done_by_id = now, actor.user_id
    task.save(update_fields=["done_at", "done_by"])
    write_derived(case)
    case.save(update_fields=["next_due_on"])
    record(case, action=actions.TASK_DONE, actor=actor, now=now, details={"task": str(task.public_id)})
    return task


@transaction.atomic
def assign(*, case_id: uuid.UUID, user_id: int | None, seen: int, actor: Actor, now: dt.datetime) -> Case:
    """Put a colleague of the desk in charge (`None`: nobody), who is told by number. Raises `NotFound`, `Stale`,

    `Refused`, `InputMissing`: a case under protection always has somebody in charge.
    """
    case = locked_case(case_id, actor=actor, now=now, seen=seen)
    today = timezone.localdate(now)
    if user_id is not None and not colleagues_at(case.desk_id, day=today).filter(pk=user_id).exists():
        raise InputMissing({"person": "この窓口の担当者の中から選んでください。"})
    if user_id is None and case.confidentiality == Confidentiality.PROTECTED:
        raise InputMissing({"person": "要保護の相談には、担当者が要ります。だれかを選んでください。"})
    if case.assigned_to_id == user_id:
        return case
    before = case.assigned_to_id
    case.assigned_to_id = user_id
    case.revision += 1
    case.save(update_fields=["assigned_to", "revision"])
    record(
        case, action=actions.ASSIGNED, actor=actor, now=now, details={"from": before or 0, "to": user_id or 0}
    )
    if user_id is not None and user_id != actor.user_id:
        notify(
            recipient_id=user_id,
            key=f"consultation-assigned:{case.public_id}:{case.revision}",
            subject=f"相談の担当になりました({case.number})",
            body=f"{case.number}: 相談の担当になりました。相談を開いて確かめてください。",
            path=reverse("consultations:case", args=[case.public_id]),
            municipality_id=case.desk.municipality_id,
            now=now,
            mail=False,
        )
    return case
