"""苦情・通報: what came in, and what was done about it. Who told it never leaves the row: no trail, no notice, no export."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.rules.actor import Actor
from certification.models import Tip
from certification.selectors import supervision as selectors
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale

NO_SUCH: Final = "この通報は見つかりません。"


@dataclasses.dataclass(frozen=True, kw_only=True)
class TipContent:
    """What a tip says. The names are those of the row."""

    kind: str
    way: str
    received_on: dt.date
    content: str
    informant: str = ""
    about: str = ""
    certified_number: str = ""


def record_read(tip: Tip, *, actor: Actor, now: dt.datetime) -> None:
    """Reading a tip is an event of the audit trail."""
    _record(tip, "supervision_tip_viewed", actor=actor, now=now)


@transaction.atomic
def record_tip(*, content: TipContent, key: uuid.UUID, actor: Actor, now: dt.datetime) -> Tip:
    """Write down what came in. The same `key` a second time is the same tip. Raises `NotFound`, `InputMissing`."""
    if not selectors.may_write(actor):
        raise NotFound(NO_SUCH)
    if known := Tip.objects.filter(public_id=key, municipality_id=actor.home_id).first():
        return known
    if content.received_on > timezone.localdate(now):
        raise InputMissing("received_on", "受けた日が、きょうより後になっています。日付を確かめてください。")
    plan = selectors.plan_by_number(actor, content.certified_number) if content.certified_number else None
    if content.certified_number and plan is None:
        raise InputMissing(
            "certified_number",
            f"認定番号「{content.certified_number}」の計画が見つかりません。"
            "「認定計画」の一覧で確かめるか、空にして「何についてか」に書いてください。",
        )
    if plan is None and not content.about:
        raise InputMissing("about", "認定番号が分からないときは、何についての通報かを書いてください。")
    values: dict[str, Any] = dataclasses.asdict(content)
    del values["certified_number"]
    tip = Tip.objects.create(
        public_id=key,
        municipality_id=actor.home_id,
        plan=plan,
        received_by_id=actor.user_id,
        recorded_at=now,
        **values,
    )
    _record(tip, "supervision_tip_recorded", actor=actor, now=now, details={"kind": tip.kind})
    return tip


@transaction.atomic
def close_tip(*, tip_id: uuid.UUID, answer: str, actor: Actor, now: dt.datetime, seen: int) -> Tip:
    """Say what was done about it, and be done. Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`."""
    pk = selectors.staff_tips(actor).filter(public_id=tip_id).values_list("pk", flat=True).first()
    if pk is None or not selectors.may_write(actor):
        raise NotFound(NO_SUCH)
    tip = Tip.objects.select_for_update().get(pk=pk)
    if tip.revision != seen:
        raise Stale
    if tip.closed_on is not None:
        raise ActRefused("この通報への対応は、もう終わっています。")
    if not answer.strip():
        raise InputMissing("answer", "対応の結果を書いてください。")
    tip.answer, tip.closed_on = answer.strip(), timezone.localdate(now)
    tip.revision += 1
    tip.save(update_fields=["answer", "closed_on", "revision"])
    _record(tip, "supervision_tip_closed", actor=actor, now=now)
    return tip


def _record(
    tip: Tip, act: str, *, actor: Actor, now: dt.datetime, details: dict[str, Any] | None = None
) -> None:
    """By number, never by who told it."""
    subject = audit.Subject("certification.tip", str(tip.public_id), f"通報 {tip.pk}")
    audit.record(action=f"certification.{act}", subject=subject, actor=actor, now=now, details=details)
