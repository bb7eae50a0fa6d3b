"""Who may see which case: the only ways to rows of certification. What one may not see does not exist (404)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role
from accounts.rules.actor import Actor
from certification.models import (
    Application,
    ConsultationBooking,
    DepartmentReview,
    Document,
    Letter,
    Notification,
    OperatorUser,
    Plan,
    PreliminaryConsultation,
)
from certification.rules.notifications import NotificationKind
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


def staff_plans(actor: Actor) -> QuerySet[Plan]:
    """Plans that are or were certified, in whose cases one of the actor's departments took part."""
    if not actor.departments(*CASE_ROLES):
        return Plan.objects.none()
    part = staff_cases(actor).filter(plan=OuterRef("pk"))
    return Plan.objects.filter(Exists(part)).exclude(status=Plan.Status.NOT_CERTIFIED)


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
    """Letters of the cases the actor may open."""
    return Letter.objects.filter(application__in=visible_cases(actor))


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


def staff_consultations(actor: Actor) -> QuerySet[PreliminaryConsultation]:
    """事前相談 of the actor's municipality, for people whose posts open cases. Applicants have no way in."""
    if not actor.departments(*CASE_ROLES):
        return PreliminaryConsultation.objects.none()
    return PreliminaryConsultation.objects.filter(municipality_id=actor.home_id)


def staff_bookings(actor: Actor) -> QuerySet[ConsultationBooking]:
    """Bookings at the contact points of the actor's municipality, for the same people."""
    if not actor.departments(*CASE_ROLES):
        return ConsultationBooking.objects.none()
    return ConsultationBooking.objects.filter(contact_point__municipality_id=actor.home_id)


def applicant_bookings(actor: Actor) -> QuerySet[ConsultationBooking]:
    """What the actor's operators have booked; never what an office booked for a caller."""
    mine = OperatorUser.objects.filter(operator=OuterRef("operator"), user=actor.user_id)
    return ConsultationBooking.objects.filter(Exists(mine))


def lead_plans(actor: Actor, *roles: str) -> QuerySet[Plan]:
    """Plans that are or were certified, for people with one of `roles` in the lead department of the municipality."""
    return staff_plans(actor).filter(
        municipality__certification_setting__lead_department__in=actor.departments(*roles)
    )


def staff_notifications(actor: Actor) -> QuerySet[Notification]:
    """Notifications that were filed about plans the actor may open.

    心身の故障の届出 speaks of a person's health: it exists for the desk and the deciders of the lead department alone.
    """
    lead = lead_plans(actor, Role.DESK, Role.DECIDER)
    return Notification.objects.filter(
        ~Q(kind=NotificationKind.INCAPACITY) | Q(plan__in=lead),
        plan__in=staff_plans(actor),
        filed_at__isnull=False,
    )


def applicant_notifications(actor: Actor) -> QuerySet[Notification]:
    """Notifications about plans of the actor's operators; of 心身の故障 only those the actor wrote."""
    return Notification.objects.filter(
        ~Q(kind=NotificationKind.INCAPACITY) | Q(created_by=actor.user_id, is_on_paper=False),
        plan__in=applicant_plans(actor).exclude(status=Plan.Status.NOT_CERTIFIED),
    )
