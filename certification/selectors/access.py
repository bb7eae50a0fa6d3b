"""Who may see which case: the only ways to rows of certification. What one may not see does not exist (404)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Role
from accounts.rules.actor import Actor
from certification.models import (
    Application,
    ConsultationBooking,
    DepartmentReview,
    Document,
    Inquiry,
    InquiryReader,
    Letter,
    Notification,
    OperatorUser,
    Plan,
    PlanPartner,
    PreliminaryConsultation,
    StepArrival,
)
from certification.rules.letter_kinds import FOR_OPERATOR, FOR_OTHER_OFFICES
from certification.rules.notifications import NotificationKind
from certification.rules.operators import WRITING_ROLES, Hand, OperatorRole
from certification.rules.workflow import Who

CASE_ROLES = (Role.DESK, Role.REVIEWER, Role.DECIDER, Role.VIEWER)
"""Appointments that open cases. 監査 reads the audit trail, 自治体管理者 the settings; neither opens a case."""

REVIEW_ROLES = (Role.DESK, Role.REVIEWER)


def staff_cases(actor: Actor) -> QuerySet[Application]:
    """Submitted applications of the actor's municipality in which one of the actor's departments takes part.

    A department takes part that reviews, or that a proposal has reached on its way (合議・決裁). One EXISTS over both:
    of two joined by OR, PostgreSQL puts every case of the department into a hash before it shows the first fifty.
    """
    departments = actor.departments(*CASE_ROLES)
    if not departments or actor.municipality_id is None:
        return Application.objects.none()
    part = DepartmentReview.objects.filter(application=OuterRef("pk"), department__in=departments)
    reached = StepArrival.objects.filter(application=OuterRef("pk"), department__in=departments)
    takes_part = Exists(part.order_by().union(reached.order_by(), all=True))
    return Application.objects.filter(
        takes_part, municipality_id=actor.municipality_id, submitted_at__isnull=False
    )


def staff_plans(actor: Actor) -> QuerySet[Plan]:
    """Plans that are or were certified, in whose cases one of the actor's departments took part."""
    if not actor.departments(*CASE_ROLES):
        return Plan.objects.none()
    part = staff_cases(actor).filter(plan=OuterRef("pk"))
    return Plan.objects.filter(Exists(part)).exclude(status=Plan.Status.NOT_CERTIFIED)


def applicant_plans(actor: Actor) -> QuerySet[Plan]:
    """Plans the actor may read: of the own operators, in whatever role, and those they apply for jointly."""
    mine = OperatorUser.objects.filter(operator=OuterRef("operator"), user=actor.user_id)
    return Plan.objects.filter(Exists(mine) | Exists(_partnerships(actor, plan="pk")))


def applicant_cases(actor: Actor) -> QuerySet[Application]:
    """Applications about plans the actor may read as an applicant."""
    mine = OperatorUser.objects.filter(operator=OuterRef("plan__operator"), user=actor.user_id)
    return Application.objects.filter(Exists(mine) | Exists(_partnerships(actor, plan="plan")))


def plans_of(actor: Actor, *roles: OperatorRole) -> QuerySet[Plan]:
    """Plans of operators in which the actor holds one of `roles`: for acts. Joint applicants' people are not among them."""
    mine = OperatorUser.objects.filter(operator=OuterRef("operator"), user=actor.user_id, role__in=roles)
    return Plan.objects.filter(Exists(mine))


def plans_to_write(actor: Actor) -> QuerySet[Plan]:
    """Plans the actor may write."""
    return plans_of(actor, *WRITING_ROLES)


def _partnerships(actor: Actor, *, plan: str) -> QuerySet[PlanPartner]:
    return PlanPartner.objects.filter(
        plan=OuterRef(plan), ended_at__isnull=True, operator__members__user=actor.user_id
    )


def visible_cases(actor: Actor) -> QuerySet[Application]:
    """What the actor may open, as staff or as applicant."""
    return staff_cases(actor) | applicant_cases(actor)


APPLICANT: Final = "applicant"
"""The standing of people who act for an operator."""


def acts_for_an_operator(user: OuterRef | int, day: dt.date) -> Exists:
    """Whether a person acts for any operator, for `accounts.selectors.register_standing`."""
    return Exists(OperatorUser.objects.filter(user=user))


def visible_documents(actor: Actor) -> QuerySet[Document]:
    """Attachments of one's own plans, and for staff those of frozen versions of their cases.

    A version the applicant is still writing is not yet told to the office.
    """
    # EXISTS for the row at hand, not `pk IN (everything the actor may open)`: that reads the whole table each time.
    own = Exists(applicant_plans(actor).filter(pk=OuterRef("version__plan")))
    filed = Exists(staff_cases(actor).filter(plan=OuterRef("version__plan")))
    return Document.objects.filter(own | (Q(version__frozen_at__isnull=False) & filed))


def visible_letters(actor: Actor) -> QuerySet[Letter]:
    """Letters about plans the actor may open: an applicant's to the applicant, staff's to staff.

    Officers' cards and publications are never the applicant's. 照会書 may name a person under suspicion: they open to those
    who may read the inquiry.
    """
    cases = staff_cases(actor)
    own = Exists(applicant_cases(actor).filter(pk=OuterRef("application"))) | Exists(
        applicant_plans(actor).filter(pk=OuterRef("plan"))
    )
    office = Exists(cases.filter(pk=OuterRef("application"))) | (
        Q(application__isnull=True) & Exists(cases.filter(plan=OuterRef("plan")))
    )
    asked = Exists(visible_inquiries(actor).filter(letter=OuterRef("pk")))
    return Letter.objects.filter(
        (Q(kind__in=FOR_OPERATOR) & own) | (~Q(kind__in=FOR_OTHER_OFFICES) & office) | asked
    )


def visible_inquiries(actor: Actor) -> QuerySet[Inquiry]:
    """Inquiries of the actor's cases; restricted ones only for who is named on them and for who decides the case."""
    named = InquiryReader.objects.filter(inquiry=OuterRef("pk"), user=actor.user_id)
    decides = Q(application__lead_department__in=actor.departments(Role.DECIDER))
    return Inquiry.objects.filter(
        Q(restricted=False) | decides | Exists(named), application__in=staff_cases(actor)
    )


NO_HAND = Hand()


def with_hand(cases: QuerySet[Application], actor: Actor) -> QuerySet[Application]:
    """The cases with what `hand_from` reads: no query more. `joint_id`: the joint applicant's row, if there is one."""
    partners = PlanPartner.objects.filter(plan=OuterRef("plan"), ended_at__isnull=True)
    own = OperatorUser.objects.filter(operator=OuterRef("plan__operator"), user=actor.user_id)
    joint = OperatorUser.objects.filter(
        operator__partnerships__plan=OuterRef("plan"),
        operator__partnerships__ended_at__isnull=True,
        user=actor.user_id,
    )
    return cases.annotate(
        own_role=Subquery(own.values("role")[:1]),
        joint_role=Subquery(joint.values("role")[:1]),
        joint_may_write=Subquery(partners.values("may_write")[:1]),
        joint_id=Subquery(partners.values("pk")[:1]),
    )


def hand_from(case: Any) -> Hand:
    """What the actor of `with_hand` is to the plan."""
    return Hand(
        role=OperatorRole(case.own_role) if case.own_role else None,
        partner_role=OperatorRole(case.joint_role) if case.joint_role else None,
        partner_may_write=bool(case.joint_may_write),
    )


def hand_of(actor: Actor, application: Application) -> Hand:
    """What the actor is to the plan as an applicant. One query."""
    return hand_from(with_hand(Application.objects.filter(pk=application.pk), actor).get())


def standing_of(
    actor: Actor, application: Application, *, departments: Collection[int], hand: Hand
) -> frozenset[Who]:
    """In which standings the actor meets the case; `departments` are those on the case."""
    standing = set(hand.standing)
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


def bookings_to_cancel(actor: Actor) -> QuerySet[ConsultationBooking]:
    """Those of operators for which the actor writes; who only reads books and cancels nothing."""
    mine = OperatorUser.objects.filter(
        operator=OuterRef("operator"), user=actor.user_id, role__in=WRITING_ROLES
    )
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
