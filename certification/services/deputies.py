"""代理: name who looks after one's cases for a while, and take it back."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Role, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Deputy
from certification.rules.deputies import period_problem, person_problem
from certification.selectors import deputies as selectors
from certification.services.errors import InputMissing, NotFound


@transaction.atomic
def name_deputy(
    *, user_id: int, deputy_id: int, from_on: dt.date, until: dt.date, actor: Actor, now: dt.datetime
) -> Deputy:
    """Name a deputy: for oneself, or as 自治体管理者 for a colleague. Gives the deputy no rights.

    The same once more is the one there is. Raises `NotFound` for anybody else's, `InputMissing` for what does not fit.
    """
    today = timezone.localdate(now)
    if user_id != actor.user_id and not actor.has(Role.ADMINISTRATOR):
        raise NotFound("このページは見つかりません。")
    people = {user.pk: found for user, found in selectors.reviewers_of(actor.home_id, day=today)}
    if user_id not in people:
        raise InputMissing("user", "代理を決められるのは、窓口担当か審査担当の辞令のある人です。")
    shared = people.get(deputy_id, frozenset()) & people[user_id]
    if problem := person_problem(is_same=deputy_id == user_id, shared=shared):
        raise InputMissing("deputy", problem)
    if wrong := period_problem(from_on=from_on, until=until, today=today):
        raise InputMissing(*wrong)
    # One at a time for each person, so that two periods never overlap.
    User.objects.select_for_update().get(pk=user_id)
    others = Deputy.objects.filter(
        user=user_id, ended_at__isnull=True, from_on__lte=until, until__gte=from_on
    )
    if same := others.filter(deputy=deputy_id, from_on=from_on, until=until).first():
        return same
    if others.exists():
        raise InputMissing(
            "from_on", "この期間と重なる代理が、もうあります。先に、そちらを取り消してください。"
        )
    row = Deputy.objects.create(
        municipality_id=actor.home_id,
        user_id=user_id,
        deputy_id=deputy_id,
        from_on=from_on,
        until=until,
        named_by_id=actor.user_id,
        named_at=now,
    )
    _record("deputy_named", row, actor=actor, now=now)
    return row


@transaction.atomic
def end_deputy(*, deputy_id: uuid.UUID, actor: Actor, now: dt.datetime) -> Deputy:
    """Take it back: from now on nobody stands in. Raises `NotFound`."""
    try:
        found = selectors.deputy_of(actor, deputy_id)
    except NotVisible:
        raise NotFound("この代理は見つかりません。") from None
    row = Deputy.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        _record("deputy_ended", row, actor=actor, now=now)
    return row


def _record(act: str, row: Deputy, *, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        action=f"certification.{act}",
        subject=audit.Subject("certification.deputy", str(row.public_id), "代理"),
        actor=actor,
        now=now,
        details={
            "user": row.user_id,
            "deputy": row.deputy_id,
            "from_on": row.from_on.isoformat(),
            "until": row.until.isoformat(),
        },
    )
