"""Who may see which case: the only ways to rows of certification. What one may not see does not exist (404)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role
from accounts.rules.actor import Actor
from certification.models import (
    Application,
    DepartmentReview,
    Document,
    Inquiry,
    InquiryReader,
    Letter,
    OperatorUser,
    Plan,
)
from certification.rules.workflow import Who

CASE_ROLES = (Role.DESK, Role.REVIEWER, Role.DECIDER, Role.VIEWER)
"""Appointments that open cases. 監査 reads the audit trail, 自治体管理者 the settings; neither opens a case."""

REVIEW_ROLES = (Role.DESK, Role.REVIEWER)


def staff_cases(actor: Actor) -> QuerySet[Application]:
    """Submitted applications of the actor's municipality in which one of the actor's departments takes part."""
    departments = actor.departments(*CASE_ROLES)
    if not departments or actor.municipality_id is None:
        return Application.objects.none()
    part = DepartmentReview.objects.filter(application=OuterRef("pk"), department__in=departments)
    return Application.objects.filter(
        Exists(part), municipality_id=actor.municipality_id, submitted_at__isnull=False
    )


def applicant_plans(actor: Actor) -> QuerySet[Plan]:
    """Plans of the operators the actor belongs to."""
    mine = OperatorUser.objects.filter(operator=OuterRef("operator"), user=actor.user_id)
    return Plan.objects.filter(Exists(mine))


def applicant_cases(actor: Actor) -> QuerySet[Application]:
    """Applications about plans of the actor's operators."""
    mine = OperatorUser.objects.filter(operator=OuterRef("plan__operator"), user=actor.user_id)
    return Application.objects.filter(Exists(mine))


def visible_cases(actor: Actor) -> QuerySet[Application]:
    """What the actor may open, as staff or as applicant."""
    return staff_cases(actor) | applicant_cases(actor)


def is_applicant(actor: Actor) -> bool:
    """Whether the actor acts for any operator."""
    return OperatorUser.objects.filter(user=actor.user_id).exists()


def visible_documents(actor: Actor) -> QuerySet[Document]:
    """Attachments of one's own plans, and for staff those of frozen versions of their cases.

    A version the applicant is still writing is not yet told to the office.
    """
    own = Document.objects.filter(version__plan__in=applicant_plans(actor))
    filed = Document.objects.filter(
        version__frozen_at__isnull=False, version__plan__applications__in=staff_cases(actor)
    )
    return Document.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=filed.values("pk")))


def visible_letters(actor: Actor) -> QuerySet[Letter]:
    """Letters of the cases the actor may open; 照会書 of the inquiries the actor may read. Applicants read none."""
    told = Letter.objects.told().filter(application__in=visible_cases(actor))
    asked = Letter.objects.filter(inquiry__in=visible_inquiries(actor))
    return Letter.objects.filter(Q(pk__in=told.values("pk")) | Q(pk__in=asked.values("pk")))


def visible_inquiries(actor: Actor) -> QuerySet[Inquiry]:
    """Inquiries of the actor's cases; restricted ones only for who is named on them and for who decides the case."""
    named = InquiryReader.objects.filter(inquiry=OuterRef("pk"), user=actor.user_id)
    decides = Q(application__lead_department__in=actor.departments(Role.DECIDER))
    return Inquiry.objects.filter(
        Q(restricted=False) | decides | Exists(named), application__in=staff_cases(actor)
    )


def acts_for_operator(actor: Actor, application: Application) -> bool:
    """Whether the actor belongs to the operator of the plan."""
    return OperatorUser.objects.filter(operator=application.plan.operator_id, user=actor.user_id).exists()


def standing_of(
    actor: Actor, application: Application, *, departments: Collection[int], is_applicant: bool
) -> frozenset[Who]:
    """In which standings the actor meets the case; `departments` are those on the case."""
    standing = {Who.APPLICANT} if is_applicant else set()
    if application.municipality_id != actor.municipality_id or application.submitted_at is None:
        return frozenset(standing)
    if actor.has(Role.DESK, application.lead_department_id):
        standing.add(Who.LEAD_DESK)
    if actor.has(Role.DECIDER, application.lead_department_id):
        standing.add(Who.DECIDER)
    if not actor.departments(*REVIEW_ROLES).isdisjoint(departments):
        standing.add(Who.REVIEWER)
    return frozenset(standing)
