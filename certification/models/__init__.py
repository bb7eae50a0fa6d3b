"""What certification keeps: master data, what applicants send in, and the cases."""

from certification.models.cases import (
    Application,
    ClockEvent,
    DepartmentReview,
    Judgement,
    Letter,
    NumberSeries,
    PerformedAct,
    Proposal,
    ReturnPoint,
    ReturnRound,
)
from certification.models.master import (
    CertificationSetting,
    DocumentType,
    HarmlessChange,
    Requirement,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
    Threshold,
)
from certification.models.notifications import (
    Notification,
    NotificationFiling,
    PublicNotice,
    ReportChase,
)
from certification.models.permits import OtherUsePermit
from certification.models.plans import Document, Operator, OperatorUser, Plan, PlanVersion
from certification.models.preliminary import (
    ConsultationBooking,
    ContactHours,
    ContactPoint,
    PreliminaryConsultation,
)
from certification.models.register import RegisterEntry
from certification.rules.procedures import Procedure

__all__ = (
    "Application",
    "CertificationSetting",
    "ClockEvent",
    "ConsultationBooking",
    "ContactHours",
    "ContactPoint",
    "DepartmentReview",
    "Document",
    "DocumentType",
    "HarmlessChange",
    "Judgement",
    "Letter",
    "Notification",
    "NotificationFiling",
    "NumberSeries",
    "Operator",
    "OperatorUser",
    "OtherUsePermit",
    "PerformedAct",
    "Plan",
    "PlanVersion",
    "PreliminaryConsultation",
    "Procedure",
    "Proposal",
    "PublicNotice",
    "RegisterEntry",
    "ReportChase",
    "Requirement",
    "ReturnPoint",
    "ReturnRound",
    "ReviewItem",
    "ReviewItemDepartment",
    "ReviewTable",
    "Threshold",
)
