"""Certified plans: the list of the office, the page of one, and the same for its operator."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Application, Plan, PlanVersion
from certification.rules.difference import DisplaySection, display
from certification.rules.plan import Plan as PlanContent
from certification.rules.procedures import Procedure
from certification.rules.workflow import OPEN_STATES
from certification.selectors.access import applicant_plans, staff_plans
from japan.folding import fold

PAGE: Final = 50

STATUSES: Final = (
    ("", "すべて"),
    *((status.value, str(status.label)) for status in Plan.Status if status != Plan.Status.NOT_CERTIFIED),
)
"""What the list can be narrowed to: code and label."""


@dataclass(frozen=True, kw_only=True)
class CertifiedRow:
    """One plan of the list, with the names its certified version bears."""

    plan: Plan
    content: PlanContent
    open_procedure: str


@dataclass(frozen=True, kw_only=True)
class CertifiedPage:
    """Newest first. `after` is the public id to continue from."""

    rows: tuple[CertifiedRow, ...]
    after: uuid.UUID | None


def certified_page(
    actor: Actor, *, words: str = "", status: str = "", after: uuid.UUID | None = None
) -> CertifiedPage:
    """Plans that are or were certified. `words` are looked for in names, kana, addresses and numbers. Two queries."""
    plans = _found(staff_plans(actor), words=words)
    if status in (Plan.Status.CERTIFIED, Plan.Status.ABOLISHED, Plan.Status.REVOKED):
        plans = plans.filter(status=status)
    if after is not None:
        start = plans.filter(public_id=after).values_list("pk", flat=True).first()
        if start is None:
            raise NotVisible
        plans = plans.filter(pk__lt=start)
    found = list(plans.select_related("register_entry__version", "operator").order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return CertifiedPage(rows=_rows(shown), after=shown[-1].public_id if len(found) > PAGE else None)


def _found(plans: QuerySet[Plan], *, words: str) -> QuerySet[Plan]:
    for word in words.split():
        about = Application.objects.filter(plan=OuterRef("pk"), search_text__contains=fold(word))
        plans = plans.filter(Q(Exists(about)) | Q(certified_number__icontains=word))
    return plans


def _rows(plans: Sequence[Plan]) -> tuple[CertifiedRow, ...]:
    running = Application.objects.filter(plan__in=plans, state__in=OPEN_STATES, submitted_at__isnull=False)
    names = {plan: Procedure(code).label for plan, code in running.values_list("plan", "procedure")}
    return tuple(
        CertifiedRow(
            plan=plan, content=plan.register_entry.version.value, open_procedure=str(names.get(plan.pk, ""))
        )
        for plan in plans
    )


@dataclass(frozen=True)
class Certified:
    """One certified plan with what every page about it needs."""

    plan: Plan
    applications: tuple[Application, ...]

    @property
    def version(self) -> PlanVersion:
        """The version that stands, or stood when the plan ended."""
        return self.plan.register_entry.version

    @cached_property
    def content(self) -> PlanContent:
        return self.version.value

    @cached_property
    def sections(self) -> tuple[DisplaySection, ...]:
        return display(self.content)

    @property
    def is_certified(self) -> bool:
        return self.plan.status == Plan.Status.CERTIFIED

    @property
    def open_application(self) -> Application | None:
        """The procedure under way: there is one at most."""
        return next((row for row in self.applications if row.state in OPEN_STATES), None)

    @property
    def name(self) -> str:
        return self.content.housing_name or "名称なし"


def certified_plan(actor: Actor, plan_id: uuid.UUID) -> Certified:
    """The plan as the office sees it; what the operator has not filed is not there. Raises `NotVisible`."""
    plan = _one(staff_plans(actor), plan_id)
    filed = plan.applications.filter(submitted_at__isnull=False).order_by("-pk")
    return Certified(plan, tuple(filed))


def own_certified(actor: Actor, plan_id: uuid.UUID) -> Certified:
    """The plan as its operator sees it. Raises `NotVisible`."""
    plan = _one(applicant_plans(actor).exclude(status=Plan.Status.NOT_CERTIFIED), plan_id)
    return Certified(plan, tuple(plan.applications.order_by("-pk")))


def _one(plans: QuerySet[Plan], plan_id: uuid.UUID) -> Plan:
    related = plans.select_related(
        "register_entry__version", "operator", "municipality__certification_setting__lead_department"
    )
    found = related.filter(public_id=plan_id).first()
    if found is None:
        raise NotVisible
    return found
