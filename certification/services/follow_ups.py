"""認定後の確認: begun with the certification, closed by an officer, brought to mind before and after its day."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.outbox import notify
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, holders
from certification.models import Application, DecidedThresholds, FollowUp, FollowUpKind
from certification.rules.follow_ups import REMIND_DAYS, seismic_works
from certification.selectors.criteria import thresholds_on
from certification.selectors.follow_ups import follow_up_of, may_write
from certification.services.errors import InputMissing, NotFound, Stale
from certification.services.trail import record


def keep_thresholds(application: Application, *, day: dt.date) -> None:
    """Keep the numbers a decision goes by, in the transaction of the decision."""
    found = thresholds_on(application.municipality_id, day=day)
    DecidedThresholds.objects.create(
        application=application, day=day, values={code: str(value) for code, value in found.items()}
    )


def begin(application: Application, *, certified_on: dt.date) -> None:
    """What the certified version promises for later. A promise that is open already is not made twice."""
    open_ = application.plan.follow_ups.filter(done_on__isnull=True).values_list("subject", flat=True)
    known = set(open_)
    for promise in seismic_works(application.current_version.value, certified_on=certified_on):
        if promise.subject not in known:
            FollowUp.objects.create(
                plan=application.plan,
                application=application,
                kind=FollowUpKind.SEISMIC_WORKS,
                **vars(promise),
            )


@transaction.atomic
def record_done(
    *,
    follow_up_id: uuid.UUID,
    done_on: dt.date,
    note: str,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> FollowUp:
    """Say when it was seen to and how. A mistake is mended in the same way; the trail keeps both.

    Raises `NotFound`, `Stale`, `InputMissing`.
    """
    try:
        row = follow_up_of(actor, follow_up_id)
    except NotVisible as error:
        raise NotFound("この確認は見つかりません。") from error
    row = FollowUp.objects.select_for_update(of=("self",)).select_related("application").get(pk=row.pk)
    if not may_write(actor, row):
        raise NotFound("この確認は見つかりません。")
    if row.revision != seen:
        raise Stale
    if done_on > timezone.localdate(now):
        raise InputMissing("done_on", "確認した日は、今日までの日を入れてください。")
    if not note.strip():
        raise InputMissing("note", "何で確かめたか(検査済証、改修後の耐震診断など)を書いてください。")
    row.done_on, row.note, row.done_by_id = done_on, note.strip(), actor.user_id
    row.revision += 1
    row.save(update_fields=["done_on", "note", "done_by", "revision"])
    details = {"follow_up": str(row.public_id), "kind": row.kind, "done_on": done_on.isoformat()}
    record(row.application, action="follow_up_done", actor=actor, now=now, details=details)
    return row


def remind_follow_ups(*, now: dt.datetime) -> int:
    """Tell the lead department of what is due within `REMIND_DAYS` or overdue; once for each day and stage."""
    today = timezone.localdate(now)
    due = FollowUp.objects.filter(
        done_on__isnull=True, due_on__lte=today + dt.timedelta(days=REMIND_DAYS)
    ).select_related("application", "plan")
    return sum(_remind(row, today=today, now=now) for row in due.order_by("pk").iterator(chunk_size=500))


def _remind(row: FollowUp, *, today: dt.date, now: dt.datetime) -> int:
    stage = "overdue" if row.due_on < today else "soon"
    words = "の期限が過ぎました" if stage == "overdue" else "の期限が近づいています"
    subject = f"{row.get_kind_display()}{words}({row.plan.certified_number})"
    sent = 0
    for user_id in _people(row.application, today=today):
        notice = notify(
            recipient_id=user_id,
            key=f"follow-up:{row.public_id}:{stage}:{row.due_on}:{user_id}",
            subject=subject,
            body=f"{subject}。ログインして確かめてください。",
            path=reverse("certification:follow_up", args=[row.public_id]),
            municipality_id=row.application.municipality_id,
            now=now,
        )
        sent += notice is not None
    return sent


def _people(application: Application, *, today: dt.date) -> list[int]:
    """The desk and the reviewers of the lead department: who handled the case may have moved on since."""
    if application.lead_department_id is None:
        return []
    found = holders(
        department_ids=[application.lead_department_id], roles=[Role.DESK, Role.REVIEWER], day=today
    )
    return list(found.values_list("pk", flat=True).distinct())
