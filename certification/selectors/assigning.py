"""まとめて担当を決める, read: the chosen cases with who is in charge now, and who may be."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Appointment, Department, User
from accounts.rules.actor import Actor
from certification.models import Application, DepartmentReview
from certification.selectors.access import REVIEW_ROLES, staff_cases


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One case, and the parts of the actor's departments in it."""

    application: Application
    parts: dict[int, DepartmentReview]


def chosen_cases(actor: Actor, ids: Sequence[uuid.UUID]) -> list[Chosen]:
    """The cases the actor may see, in the order they were chosen. Two queries."""
    rows = {row.public_id: row for row in staff_cases(actor).filter(public_id__in=ids)}
    parts = DepartmentReview.objects.filter(
        application__in=[row.pk for row in rows.values()], department__in=actor.departments(*REVIEW_ROLES)
    ).select_related("assigned_to")
    by_case: dict[int, dict[int, DepartmentReview]] = {row.pk: {} for row in rows.values()}
    for part in parts:
        by_case[part.application_id][part.department_id] = part
    return [Chosen(application=rows[one], parts=by_case[rows[one].pk]) for one in ids if one in rows]


def people_by_department(actor: Actor, *, day: dt.date) -> list[tuple[Department, list[User]]]:
    """Who may be put in charge in each of the actor's departments. One query."""
    posts = (
        Appointment.objects.in_force(day)
        .filter(department__in=actor.departments(*REVIEW_ROLES), role__in=REVIEW_ROLES, user__is_active=True)
        .select_related("department", "user")
        .order_by("department", "user__kana", "user__pk")
    )
    found: dict[Department, dict[int, User]] = {}
    for post in posts:
        found.setdefault(post.department, {})[post.user_id] = post.user
    return [(department, list(people.values())) for department, people in found.items()]
