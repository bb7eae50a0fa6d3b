"""Giving many cases of one department to one person, all in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.outbox import notify
from accounts.rules.actor import Actor
from accounts.selectors import holders
from certification.models import Application, DepartmentReview
from certification.rules.queue import MOST_AT_ONCE
from certification.selectors.access import REVIEW_ROLES, staff_cases
from certification.selectors.assigning import mark_of, problem_of
from certification.services.errors import ActRefused, NotFound
from certification.services.trail import record

MOVED_ON = "確かめているあいだに、ほかの人が動かしました。"


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A case that stayed as it was, and why."""

    case: Application
    reason: str


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """What became of the chosen cases."""

    given: tuple[Application, ...]
    left_out: tuple[LeftOut, ...]


@transaction.atomic
def assign_many(
    *,
    seen: Mapping[uuid.UUID, str],
    department_id: int,
    user_id: int | None,
    actor: Actor,
    now: dt.datetime,
) -> Assigned:
    """Set who handles the cases in one of the actor's departments (`None` clears it); each is on record.

    `seen` is what the person saw of each (`mark_of`). A case that has moved on since, or cannot be given, is left out and
    named. Raises `NotFound` for a department or a person out of reach, `ActRefused` for none or too many.
    """
    if department_id not in actor.departments(*REVIEW_ROLES):
        raise NotFound("この課の担当は決められません。")
    people = holders(department_ids=[department_id], roles=REVIEW_ROLES, day=timezone.localdate(now))
    if user_id is not None and not people.filter(pk=user_id).exists():
        raise NotFound("この担当者は見つかりません。")
    if not seen:
        raise ActRefused("申請が選ばれていません。受付箱で選び直してください。")
    if len(seen) > MOST_AT_ONCE:
        raise ActRefused(f"一度に決められるのは{MOST_AT_ONCE}件までです。受付箱で選び直してください。")
    given: list[Application] = []
    left_out: list[LeftOut] = []
    for case, review in lock_reviews(staff_cases(actor), seen, department_id=department_id):
        reason = _refusal(case, review, seen=seen[case.public_id], user_id=user_id)
        if review is None or reason:
            left_out.append(LeftOut(case=case, reason=reason))
            continue
        _give(review, case, user_id=user_id, actor=actor, now=now)
        given.append(case)
    tell_of_more(user_id, given, actor=actor, now=now)
    return Assigned(given=tuple(given), left_out=tuple(left_out))


def lock_reviews(
    cases: QuerySet[Application], ids: Collection[uuid.UUID], *, department_id: int
) -> list[tuple[Application, DepartmentReview | None]]:
    """The cases in the order of their ids, locked, each with the part of the department.

    Read after they are locked, as in `lock_case`: after a wait only the locked rows are read anew.
    """
    visible = list(cases.filter(public_id__in=ids).values_list("pk", flat=True))
    locked = Application.objects.select_for_update().filter(pk__in=visible).order_by("pk")
    keys = list(locked.values_list("pk", flat=True))
    found = DepartmentReview.objects.filter(application__in=keys, department=department_id)
    reviews = {row.application_id: row for row in found.select_for_update().order_by("pk")}
    rows = Application.objects.select_related("municipality", "plan__operator").filter(pk__in=keys)
    return [(row, reviews.get(row.pk)) for row in rows.order_by("pk")]


def tell_of_more(
    user_id: int | None, given: Collection[Application], *, actor: Actor, now: dt.datetime
) -> None:
    """One notice for all of them. Nobody is told of the own act."""
    if not given or user_id is None or user_id == actor.user_id:
        return
    first = next(iter(given))
    notify(
        recipient_id=user_id,
        key=f"assigned:{first.public_id}:{now.timestamp()}:{user_id}",
        subject=f"担当する申請が{len(given)}件増えました",
        body="受付箱の「自分の番」と、担当の絞り込み「自分」で確かめてください。",
        path=reverse("certification:queue"),
        municipality_id=actor.municipality_id,
        now=now,
    )


def _refusal(case: Application, review: DepartmentReview | None, *, seen: str, user_id: int | None) -> str:
    if mark_of(case, review) != seen:
        return MOVED_ON
    return problem_of(case, review, user_id=user_id)


def _give(
    review: DepartmentReview, case: Application, *, user_id: int | None, actor: Actor, now: dt.datetime
) -> None:
    review.assigned_to_id = user_id
    review.save(update_fields=["assigned_to"])
    details = {"department": review.department_id, "user": user_id}
    record(case, action="assign", actor=actor, now=now, details=details)
