"""The plans of a case by phase, and its follow-ups."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.selectors import NotVisible
from consultations.models import Case, FollowUp, PlanStep, SupportPlan
from consultations.rules.plans import Phase


@dataclass(frozen=True, kw_only=True)
class PhasePlans:
    """The versions of a phase, the newest first, each with its steps."""

    phase: Phase
    versions: Sequence[SupportPlan]

    @property
    def now(self) -> SupportPlan | None:
        return self.versions[0] if self.versions else None

    @property
    def earlier(self) -> Sequence[SupportPlan]:
        return self.versions[1:]


def plans_of(case: Case) -> list[PhasePlans]:
    """All phases, those without a plan too. Two queries."""
    plans = list(case.plans.select_related("written_by").prefetch_related("steps").order_by("-version"))
    return [
        PhasePlans(phase=phase, versions=[plan for plan in plans if plan.phase == phase]) for phase in Phase
    ]


def latest_plan(case: Case, phase: str) -> tuple[SupportPlan | None, Sequence[PlanStep]]:
    """The version in force of a phase, and its steps."""
    plan = case.plans.filter(phase=phase).order_by("-version").first()
    return plan, tuple(plan.steps.all()) if plan else ()


def one_plan(case: Case, plan_id: uuid.UUID) -> SupportPlan:
    """A version of a plan of the case. Raises `NotVisible`."""
    plan = case.plans.select_related("written_by").filter(public_id=plan_id).first()
    if plan is None:
        raise NotVisible
    return plan


def one_follow_up(case: Case, follow_up_id: uuid.UUID) -> FollowUp:
    """A follow-up of the case. Raises `NotVisible`."""
    found = case.follow_ups.filter(public_id=follow_up_id).first()
    if found is None:
        raise NotVisible
    return found
