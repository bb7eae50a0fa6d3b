"""基準の数値 of a municipality: a new own value from a day on, and its end. What has held is never rewritten."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Municipality
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Threshold
from certification.rules.criteria.local import problem
from certification.selectors.master.settings import own_municipality_id
from certification.selectors.master.thresholds import own_threshold
from certification.services.errors import InputMissing, NotFound, Stale

ADDED: Final = "certification.threshold_added"
ENDED: Final = "certification.threshold_ended"


@dataclass(frozen=True, kw_only=True)
class ThresholdContent:
    code: str
    value: Decimal
    effective_from: dt.date
    basis: str


@transaction.atomic
def add_threshold(*, content: ThresholdContent, actor: Actor, now: dt.datetime) -> Threshold:
    """An own value from a day on, today at the earliest: days gone by keep their numbers. Raises `NotFound`, `InputMissing`."""
    municipality_id = _locked(actor)
    today = timezone.localdate(now)
    if content.effective_from < today:
        raise InputMissing("effective_from", "適用する日は、今日以後の日にしてください。")
    national = (
        Threshold.objects.filter(
            municipality=None, code=content.code, effective_from__lte=max(today, content.effective_from)
        )
        .order_by("-effective_from")
        .first()
    )
    if national is None:
        raise InputMissing("code", "国の値が登録されていない数値です。一覧から選び直してください。")
    if text := problem(content.code, content.value, national.value):
        raise InputMissing("code" if "一覧から" in text else "value", text)
    same = Threshold.objects.filter(
        municipality_id=municipality_id, code=content.code, effective_from=content.effective_from
    )
    if same.exists():
        raise InputMissing("effective_from", "同じ日から適用する値が、すでにあります。別の日にしてください。")
    row = Threshold.objects.create(
        municipality_id=municipality_id, label=national.label, unit=national.unit, **vars(content)
    )
    _record(ADDED, row, actor=actor, now=now)
    return row


@transaction.atomic
def end_threshold(
    *, threshold_id: int, until: dt.date, actor: Actor, now: dt.datetime, seen: str
) -> Threshold:
    """Let an own value end on a day, today at the earliest. `seen` is its end as the page showed it.

    Raises `NotFound`, `Stale`, `InputMissing`.
    """
    _locked(actor)
    try:
        row = own_threshold(actor, threshold_id)
    except NotVisible as error:
        raise NotFound("この値は見つかりません。") from error
    if end_text(row) != seen:
        raise Stale
    today = timezone.localdate(now)
    if row.effective_until is not None and row.effective_until < today:
        raise InputMissing("until", "この値は、もう終わっています。")
    if until < max(today, row.effective_from):
        raise InputMissing("until", "終わりの日は、今日以後で、適用する日以後の日にしてください。")
    row.effective_until = until
    row.save(update_fields=["effective_until"])
    _record(ENDED, row, actor=actor, now=now)
    return row


def end_text(row: Threshold) -> str:
    """The end of a value as forms carry it."""
    return row.effective_until.isoformat() if row.effective_until else ""


def _locked(actor: Actor) -> int:
    """The own municipality, held: two administrators go one after the other."""
    try:
        municipality_id = own_municipality_id(actor)
    except NotVisible as error:
        raise NotFound("このページは見つかりません。") from error
    Municipality.objects.select_for_update(of=("self",)).get(pk=municipality_id)
    return municipality_id


def _record(action: str, row: Threshold, *, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        action=action,
        subject=audit.Subject("certification.threshold", str(row.pk), row.label),
        actor=actor,
        now=now,
        details={
            "code": row.code,
            "value": str(row.value),
            "from": row.effective_from.isoformat(),
            "until": end_text(row),
        },
    )
