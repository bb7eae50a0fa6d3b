"""まとめて担当を決める: several cases of one department at once. What changed meanwhile is left and told by number."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.outbox import notify
from accounts.rules.actor import Actor
from accounts.selectors import holders
from certification.models import Application, DepartmentReview
from certification.rules.queue import MOST_AT_ONCE
from certification.rules.workflow import ROW_OF, Action
from certification.selectors.access import REVIEW_ROLES, staff_cases
from certification.services.errors import InputMissing, NotFound
from certification.services.trail import record

CHANGED = "ほかの人が先に処理したため、そのままにしました"
NOT_NOW = "いまの状態では担当を決められないため、そのままにしました"
NOT_OURS = "この課の審査がない申請のため、そのままにしました"


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A case as it was seen: its revision, and who was in charge in the department (`None`: nobody)."""

    case_id: uuid.UUID
    seen: int
    saw: int | None


@dataclass(kw_only=True)
class Outcome:
    """What was done, by number, and what was left with the reason."""

    done: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def assign_many(
    *, picks: Sequence[Pick], department_id: int, user_id: int | None, actor: Actor, now: dt.datetime
) -> Outcome:
    """Put one person (`None`: nobody) in charge of these cases in a department of the actor.

    All in one transaction; a case that is no longer as it was seen is left, the rest is done. Raises `NotFound` for a
    department or person that is not the actor's to choose, `InputMissing` for none or too many cases.
    """
    check_number(len(picks))
    if department_id not in actor.departments(*REVIEW_ROLES):
        raise NotFound("この課の担当は決められません。")
    if user_id is not None and not _may_be_in_charge(user_id, department_id, day=timezone.localdate(now)):
        raise NotFound("この担当者は見つかりません。")
    outcome = Outcome()
    found = lock_reviews(staff_cases(actor), [pick.case_id for pick in picks], department_id=department_id)
    for pick in picks:
        if pick.case_id not in found:
            raise NotFound("この申請は見つかりません。")
        case, review = found[pick.case_id]
        if problem := _problem(case, review, pick):
            outcome.left.append((name_of(case), problem))
            continue
        assert review is not None
        if review.assigned_to_id != user_id:
            _assign(case, review, user_id=user_id, actor=actor, now=now)
        outcome.done.append(name_of(case))
    if user_id is not None:
        tell_of_more(user_id, count=len(outcome.done), key=picks[0].case_id, actor=actor, now=now)
    return outcome


def check_number(count: int) -> None:
    """Raises `InputMissing` for none or too many at once."""
    if not count:
        raise InputMissing("case", "申請が選ばれていません。受付箱で、1件以上選んでください。")
    if count > MOST_AT_ONCE:
        raise InputMissing("case", f"一度に選べるのは{MOST_AT_ONCE}件までです。分けて行ってください。")


def name_of(case: Application) -> str:
    """How a case is told of: by its number."""
    return case.receipt_number or "受付前の申請"


def lock_reviews(
    cases: Iterable[Application], case_ids: Collection[uuid.UUID], *, department_id: int
) -> dict[uuid.UUID, tuple[Application, DepartmentReview | None]]:
    """The cases under row locks, in one order for everybody, with the part of the department. Three queries."""
    seen = cases.filter(public_id__in=case_ids).values_list("pk", flat=True)  # type: ignore[attr-defined]
    wanted = list(seen)
    list(Application.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    rows = Application.objects.filter(pk__in=wanted).select_related("municipality", "plan__operator")
    parts = DepartmentReview.objects.select_for_update(of=("self",)).filter(
        application__in=wanted, department=department_id
    )
    reviews = {part.application_id: part for part in parts.order_by("application")}
    return {row.public_id: (row, reviews.get(row.pk)) for row in rows}


def _may_be_in_charge(user_id: int, department_id: int, *, day: dt.date) -> bool:
    people = holders(department_ids=[department_id], roles=REVIEW_ROLES, day=day)
    return people.filter(pk=user_id).exists()


def _problem(case: Application, review: DepartmentReview | None, pick: Pick) -> str:
    """Why this case is left. The state table says in which states somebody may be put in charge."""
    if review is None:
        return NOT_OURS
    if case.lock_version != pick.seen or review.assigned_to_id != pick.saw:
        return CHANGED
    return "" if case.state in ROW_OF[Action.ASSIGN].sources else NOT_NOW


def _assign(
    case: Application, review: DepartmentReview, *, user_id: int | None, actor: Actor, now: dt.datetime
) -> None:
    review.assigned_to_id = user_id
    review.save(update_fields=["assigned_to"])
    details = {"department": review.department_id, "user": user_id, "together": True}
    record(case, action="assign", actor=actor, now=now, details=details)


def tell_of_more(user_id: int, *, count: int, key: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """One notice for all of them. Nobody is told of the own act."""
    if not count or user_id == actor.user_id or not User.objects.filter(pk=user_id).exists():
        return
    notify(
        recipient_id=user_id,
        key=f"assigned:{key}:{now.timestamp()}:{user_id}",
        subject=f"担当する申請が{count}件増えました",
        body="受付箱の「自分の番」と、担当の絞り込み「自分」で確かめてください。",
        path=reverse("certification:queue"),
        municipality_id=actor.municipality_id,
        now=now,
    )
