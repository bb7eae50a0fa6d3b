"""The settings and departments of the own municipality, and what keeps a department in use."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Count

from accounts.models import Department, Role
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, holders
from certification.models import (
    Application,
    ApprovalStep,
    CertificationSetting,
    DepartmentReview,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.procedures import Procedure
from certification.rules.workflow import OPEN_STATES, State

RUNNING: Final = tuple(state.value for state in OPEN_STATES if state != State.DRAFT)
"""States of a case that the office has in hand."""


def own_municipality_id(actor: Actor) -> int:
    """The municipality the actor administers. Raises `NotVisible`."""
    if actor.municipality_id is None or not actor.has(Role.ADMINISTRATOR):
        raise NotVisible
    return actor.municipality_id


def setting_of(actor: Actor) -> CertificationSetting | None:
    """The settings of the own municipality; `None` before they were made."""
    own = CertificationSetting.objects.select_related("municipality", "lead_department")
    return own.filter(municipality_id=own_municipality_id(actor)).first()


def all_departments(actor: Actor) -> list[Department]:
    """Every department of the own municipality, those out of use last."""
    own = Department.objects.filter(municipality_id=own_municipality_id(actor))
    return list(own.order_by("-is_active", "pk"))


def department_of(actor: Actor, department_id: int) -> Department:
    """One of them. Raises `NotVisible`."""
    found = Department.objects.filter(municipality_id=own_municipality_id(actor), pk=department_id).first()
    if found is None:
        raise NotVisible
    return found


def department_names(actor: Actor) -> dict[int, str]:
    """Names by id, those out of use included."""
    return {row.pk: row.name for row in all_departments(actor)}


def running_count(municipality_id: int) -> int:
    """How many cases the office has in hand."""
    return Application.objects.filter(municipality_id=municipality_id, state__in=RUNNING).count()


def running_by_lead(actor: Actor) -> list[tuple[str, int]]:
    """(主管課, number of running cases): a case keeps the lead it began with."""
    own = Application.objects.filter(municipality_id=own_municipality_id(actor), state__in=RUNNING)
    counted = own.order_by("lead_department").values_list("lead_department__name").annotate(Count("pk"))
    return [(name or "", number) for name, number in counted]


def posts_lacking(department_id: int, *, day: dt.date) -> list[str]:
    """Roles without which a lead department cannot take or decide a case on `day`, in words."""
    wanted = (Role.DESK, Role.DECIDER)
    return [
        str(role.label)
        for role in wanted
        if not holders(department_ids=[department_id], roles=[role], day=day).exists()
    ]


def why_in_use(department: Department, *, day: dt.date) -> list[str]:
    """Sentences for what keeps a department from being put out of use; empty when nothing does."""
    reasons = []
    if CertificationSetting.objects.filter(lead_department=department).exists():
        reasons.append(f"{department.name}は主管課です。先に、別の課を主管課にしてください。")
    tables = _tables_that_hold(department.municipality_id, day=day)
    links = ReviewItemDepartment.objects.filter(item__table__in=tables, department=department)
    if number := links.values("item").distinct().count():
        reasons.append(
            f"公開している別表の{number}項目を{department.name}が審査しています。先に、別表の新しい版で担当を替えてください。"
        )
    steps = ApprovalStep.objects.filter(department=department, route__ended_at__isnull=True)
    if steps.exists():
        reasons.append(f"{department.name}は決裁の経路に入っています。先に、経路から外してください。")
    cases = DepartmentReview.objects.filter(department=department, application__state__in=RUNNING)
    if number := cases.count():
        reasons.append(
            f"審査中の申請{number}件に{department.name}が加わっています。終わってから使用をやめてください。"
        )
    return reasons


def _tables_that_hold(municipality_id: int, *, day: dt.date) -> list[int]:
    """The versions in force on `day`, of every procedure, and those published for later."""
    found = (
        ReviewTable.objects.current(municipality_id=municipality_id, day=day, procedure=procedure)
        for procedure in Procedure
    )
    current = {table.pk for table in found if table}
    later = ReviewTable.objects.filter(
        municipality_id=municipality_id, published_at__isnull=False, effective_from__gt=day
    )
    return [*current, *later.values_list("pk", flat=True)]
