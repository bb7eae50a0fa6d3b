"""保存した絞り込み: keep, rename, share, choose as the first one, delete. Only one's own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.rules.actor import Actor
from certification.models import SavedFilter
from certification.rules.queue import MOST_FILTERS, storable
from certification.selectors.access import CASE_ROLES
from certification.services.errors import InputMissing, NotFound


@transaction.atomic
def save_filter(
    *,
    name: str,
    conditions: Mapping[str, str],
    department_id: int | None,
    is_default: bool,
    actor: Actor,
    now: dt.datetime,
) -> SavedFilter:
    """Keep conditions under a name. Raises `InputMissing` for a name there is, for nothing to keep, or too many."""
    _lock_owner(actor)
    kept = storable(conditions)
    own = SavedFilter.objects.filter(owner=actor.user_id)
    if not kept:
        raise InputMissing(
            "name", "保存する条件がありません。受付箱で条件を選んでから、もう一度開いてください。"
        )
    if own.count() >= MOST_FILTERS:
        raise InputMissing("name", f"保存できるのは{MOST_FILTERS}件までです。使わないものを消してください。")
    _check(actor, name=name, department_id=department_id)
    if is_default:
        own.update(is_default=False)
    row = SavedFilter.objects.create(
        owner_id=actor.user_id,
        department_id=department_id,
        name=name,
        conditions=kept,
        is_default=is_default,
        saved_at=now,
    )
    _record("filter_saved", row, actor=actor, now=now)
    return row


@transaction.atomic
def change_filter(
    *,
    filter_id: uuid.UUID,
    name: str,
    department_id: int | None,
    is_default: bool,
    actor: Actor,
    now: dt.datetime,
) -> SavedFilter:
    """Rename, share or choose as the first one. The conditions stay. Raises `NotFound`, `InputMissing`."""
    row = _own(actor, filter_id)
    _check(actor, name=name, department_id=department_id, but=row)
    if is_default:
        SavedFilter.objects.filter(owner=actor.user_id).exclude(pk=row.pk).update(is_default=False)
    row.name, row.department_id, row.is_default = name, department_id, is_default
    row.save(update_fields=["name", "department", "is_default"])
    _record("filter_changed", row, actor=actor, now=now)
    return row


@transaction.atomic
def delete_filter(*, filter_id: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """Take one away, for everybody it was shared with. Raises `NotFound`."""
    row = _own(actor, filter_id)
    _record("filter_deleted", row, actor=actor, now=now)
    row.delete()


def _own(actor: Actor, filter_id: uuid.UUID) -> SavedFilter:
    _lock_owner(actor)
    row = SavedFilter.objects.filter(owner=actor.user_id, public_id=filter_id).first()
    if row is None:
        raise NotFound("この絞り込みは見つかりません。")
    return row


def _lock_owner(actor: Actor) -> None:
    """One at a time for each person, so that the number and the one default hold."""
    User.objects.select_for_update().get(pk=actor.user_id)


def _check(actor: Actor, *, name: str, department_id: int | None, but: SavedFilter | None = None) -> None:
    if department_id is not None and department_id not in actor.departments(*CASE_ROLES):
        raise NotFound("この課とは一緒に使えません。")
    others = SavedFilter.objects.filter(owner=actor.user_id, name=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise InputMissing(
            "name", f"「{name}」という名前の絞り込みが、もうあります。別の名前にしてください。"
        )


def _record(act: str, row: SavedFilter, *, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        action=f"certification.{act}",
        subject=audit.Subject("certification.saved_filter", str(row.public_id), "保存した絞り込み"),
        actor=actor,
        now=now,
        details={"conditions": sorted(row.conditions), "department": row.department_id},
    )
