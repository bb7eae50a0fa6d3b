"""Handing open cases on when a person leaves a post (人事異動)."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from accounts import handover
from accounts.rules.actor import Actor
from certification.models import DepartmentReview
from certification.rules.workflow import OPEN_STATES
from certification.services.trail import record


def hand_on_cases(
    *, from_user_id: int, to_user_id: int, department_id: int, actor: Actor, now: dt.datetime
) -> int:
    """Give the open cases one person handles in a department to another. Returns how many."""
    reviews = _open_reviews(from_user_id, department_id).select_related(
        "application__municipality", "application__plan__operator"
    )
    moved = list(reviews.select_for_update(of=("self",)).order_by("pk"))
    for review in moved:
        review.assigned_to_id = to_user_id
        review.save(update_fields=["assigned_to"])
        record(
            review.application,
            action="hand_over",
            actor=actor,
            now=now,
            details={"department": department_id, "from": from_user_id, "to": to_user_id},
        )
    return len(moved)


def count_cases(*, user_id: int, department_id: int) -> int:
    """How many open cases would be handed on."""
    return _open_reviews(user_id, department_id).count()


def _open_reviews(user_id: int, department_id: int) -> QuerySet[DepartmentReview]:
    return DepartmentReview.objects.filter(
        department=department_id, assigned_to=user_id, application__state__in=OPEN_STATES
    )


def register() -> None:
    """Tell the ground floor that certification has cases to hand on."""
    handover.register(hand_on_cases, count=count_cases)
